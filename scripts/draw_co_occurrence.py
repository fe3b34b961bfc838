"""Rule draw_co_occurrence: pairs of lesions -> a heat map."""

from ballad.disclosure import SmallCounts
from ballad.figures.co_occurrence import COUNTS, co_occurrence
from ballad.figures.style import save
from ballad.job import log_to
from ballad.tables import read_table


def main(pairs: str, svg: str, pdf: str, png: str, settings: dict) -> None:
    """Draw every pair that was compared."""
    table = read_table(pairs, numeric=(*COUNTS, "odds_ratio", "p", "p_adjusted"))
    small = SmallCounts.of(settings["audience"], settings["min_cell"])
    save(co_occurrence(table, small), svg, pdf, png)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
