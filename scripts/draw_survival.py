"""Rule draw_survival: survival tables -> one Kaplan-Meier figure per curve."""

from ballad.figures.kaplan_meier import kaplan_meier
from ballad.figures.style import Colours, save
from ballad.job import log_to
from ballad.tables import read_table

POINT = ("time_months", "survival", "ci_low", "ci_high")
COUNTS = ("n_at_risk", "n_events", "n_censored")


def main(
    survival: str,
    summary: str,
    tests: str,
    colours: str,
    svg: list[str],
    pdf: list[str],
    png: list[str],
    curves: dict,
) -> None:
    """Draw the curves in the order of the settings."""
    points = read_table(survival, numeric=(*POINT, *COUNTS))
    sizes = read_table(summary, numeric=("n", "events"))
    tested = read_table(tests, numeric=("p",))
    paint = Colours.from_table(read_table(colours))
    for curve, *files in zip(curves.values(), svg, pdf, png, strict=True):
        save(kaplan_meier(points, sizes, tested, curve, paint), *files)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
