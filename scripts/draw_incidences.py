"""Rule draw_incidences: cumulative incidences -> one figure per endpoint, all causes."""

from ballad.disclosure import SmallCounts
from ballad.figures.cumulative_incidence import cumulative_incidence
from ballad.figures.curves import save_each
from ballad.figures.style import Colours
from ballad.job import log_to
from ballad.tables import read_table

NUMERIC = ("time_months", "cif", "ci_low", "ci_high", "n_at_risk")


def main(
    incidence: str,
    tests: str,
    cohort: str,
    colours: str,
    svg: list[str],
    pdf: list[str],
    png: list[str],
    incidences: dict,
    groups: dict,
    settings: dict,
    confidence_level: float,
) -> None:
    """Draw the figures in the order of the settings."""
    points = read_table(incidence, numeric=NUMERIC)
    tested = read_table(tests, numeric=("p", "events"))
    paint = Colours.from_table(read_table(colours))
    small = SmallCounts.of(settings["audience"], settings["min_cell"])
    save_each(
        incidences,
        (svg, pdf, png),
        lambda curve, out: cumulative_incidence(
            points, tested, curve, paint, confidence_level, out, small
        ),
        read_table(cohort),
        groups,
        small,
        paint,
    )


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
