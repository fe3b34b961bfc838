"""Rule draw_flow: the counts of the flow -> boxes."""

from ballad.figures.flow import flow_chart
from ballad.figures.style import save
from ballad.job import log_to
from ballad.tables import read_table


def main(flow: str, svg: str, pdf: str, png: str) -> None:
    """Draw who came, who was analysed, and who was not and why."""
    save(flow_chart(read_table(flow, numeric=("n", "excluded"))), svg, pdf, png)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
