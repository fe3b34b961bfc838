"""Rule draw_survival: survival tables -> one Kaplan-Meier figure per curve."""

from ballad.disclosure import SmallCounts
from ballad.figures.curves import save_each
from ballad.figures.kaplan_meier import kaplan_meier
from ballad.figures.style import Colours
from ballad.job import log_to
from ballad.tables import read_table

POINT = ("time_months", "survival", "ci_low", "ci_high")
COUNTS = ("n_at_risk", "n_events", "n_censored")


def main(
    survival: str,
    summary: str,
    tests: str,
    cohort: str,
    colours: str,
    svg: list[str],
    pdf: list[str],
    png: list[str],
    curves: dict,
    groups: dict,
    settings: dict,
    confidence_level: float,
) -> None:
    """Draw the curves in the order of the settings."""
    points = read_table(survival, numeric=(*POINT, *COUNTS))
    sizes = read_table(summary, numeric=("n", "events"))
    tested = read_table(tests, numeric=("p",))
    paint = Colours.from_table(read_table(colours))
    small = SmallCounts.of(settings["audience"], settings["min_cell"])
    save_each(
        curves,
        (svg, pdf, png),
        lambda curve, out: kaplan_meier(
            points, sizes, tested, curve, paint, confidence_level, out, small
        ),
        read_table(cohort),
        groups,
        small,
        paint,
    )


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
