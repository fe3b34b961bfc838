"""Rule draw_oncoprint: genotypes, lesions and the cohort -> the oncoprint."""

from ballad.figures.oncoprint import oncoprint, patient_places
from ballad.figures.style import Colours, save
from ballad.job import log_to
from ballad.tables import read_table, write_table


def main(
    genotypes: str,
    lesions: str,
    cohort: str,
    colours: str,
    svg: str,
    pdf: str,
    png: str,
    places: str,
    settings: dict,
) -> None:
    """Draw every patient, or say why not in a shareable report."""
    typed, decided = read_table(genotypes), read_table(lesions)
    figure = oncoprint(
        typed,
        decided,
        read_table(cohort),
        Colours.from_table(read_table(colours)),
        shareable=settings.get("audience") == "shareable",
    )
    save(figure, svg, pdf, png)
    write_table(patient_places(figure, typed, decided), places)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
