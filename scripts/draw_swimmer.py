"""Rule draw_swimmer: the cohort -> the swimmer plot."""

from ballad.figures.style import Colours, save
from ballad.figures.swimmer import swimmer
from ballad.job import log_to
from ballad.tables import read_table


def main(
    cohort: str, colours: str, svg: str, pdf: str, png: str, settings: dict
) -> None:
    """Draw the course of each patient, or say why not in a shareable report."""
    paint = Colours.from_table(read_table(colours))
    shareable = settings["audience"] == "shareable"
    save(swimmer(read_table(cohort), paint, shareable), svg, pdf, png)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
