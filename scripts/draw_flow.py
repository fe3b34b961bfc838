"""Rule draw_flow: the counts of the flow -> boxes."""

from ballad.disclosure import SmallCounts
from ballad.figures.flow import flow_chart
from ballad.figures.style import Colours, save
from ballad.job import log_to
from ballad.tables import read_table


def main(flow: str, colours: str, svg: str, pdf: str, png: str, settings: dict) -> None:
    """Draw who came, who was analysed, and who was not and why."""
    small = SmallCounts.of(settings["audience"], settings["min_cell"])
    paint = Colours.from_table(read_table(colours))
    save(flow_chart(read_table(flow), paint, small), svg, pdf, png)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
