"""Rule draw_survival: survival tables -> one Kaplan-Meier figure per curve."""

from ballad.disclosure import SmallCounts
from ballad.figures.kaplan_meier import kaplan_meier
from ballad.figures.left_out import left_out
from ballad.figures.style import Colours, save
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
    patients = read_table(cohort)
    small = SmallCounts.of(settings["audience"], settings["min_cell"])
    for curve, *files in zip(curves.values(), svg, pdf, png, strict=True):
        figure = kaplan_meier(
            points,
            sizes,
            tested,
            curve,
            paint,
            confidence_level,
            left_out(patients, curve, groups, small),
            small,
        )
        save(figure, *files)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
