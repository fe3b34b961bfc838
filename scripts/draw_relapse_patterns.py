"""Rule draw_relapse_patterns: relapse patterns -> stacked bars."""

from ballad.disclosure import SmallCounts
from ballad.figures.relapse_patterns import relapse_patterns
from ballad.figures.style import Colours, save
from ballad.job import log_to
from ballad.tables import read_table


def main(
    patterns: str, colours: str, svg: str, pdf: str, png: str, settings: dict
) -> None:
    """Draw a bar per group."""
    counted = read_table(patterns, numeric=("n", "denominator", "percent"))
    paint = Colours.from_table(read_table(colours))
    small = SmallCounts.of(settings["audience"], settings["min_cell"])
    save(relapse_patterns(counted, paint, small), svg, pdf, png)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
