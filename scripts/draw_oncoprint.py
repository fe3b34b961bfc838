"""Rule draw_oncoprint: genotypes, lesions and the cohort -> the oncoprint."""

from ballad.figures.oncoprint import oncoprint
from ballad.figures.style import Colours, save
from ballad.job import log_to
from ballad.tables import read_table


def main(
    genotypes: str,
    lesions: str,
    cohort: str,
    colours: str,
    svg: str,
    pdf: str,
    png: str,
    settings: dict,
) -> None:
    """Draw every patient, or say why not in a shareable report."""
    figure = oncoprint(
        read_table(genotypes),
        read_table(lesions),
        read_table(cohort),
        Colours.from_table(read_table(colours)),
        shareable=settings.get("audience") == "shareable",
    )
    save(figure, svg, pdf, png)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
