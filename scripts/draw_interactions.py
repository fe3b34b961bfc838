"""Rule draw_interactions: ratios within levels, tests -> a forest plot."""

from ballad.disclosure import SmallCounts
from ballad.figures.interactions import interactions
from ballad.figures.style import Colours, save
from ballad.job import log_to
from ballad.shareable import shared
from ballad.tables import read_table


def main(
    models: str,
    tests: str,
    colours: str,
    svg: str,
    pdf: str,
    png: str,
    settings: dict,
    confidence_level: float,
) -> None:
    """Draw the rows within levels of every model that has them."""
    small = SmallCounts.of(settings["audience"], settings["min_cell"])
    tables = {"models": read_table(models), "tests": read_table(tests)}
    if small.limit is not None:
        tables = {
            name: shared(name, table, small, tables) for name, table in tables.items()
        }
    figure = interactions(
        tables["models"],
        tables["tests"],
        Colours.from_table(read_table(colours)),
        confidence_level,
    )
    save(figure, svg, pdf, png)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
