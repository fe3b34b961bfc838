"""Rule draw_simon_makuch: the cohort -> survival by transplant status, its curves."""

from ballad.disclosure import SmallCounts
from ballad.figures.simon_makuch import simon_makuch
from ballad.figures.style import Colours, save
from ballad.job import log_to
from ballad.outcomes.transplant import transplant_curves
from ballad.tables import read_table, write_table

POINT = ("time_months", "survival", "ci_low", "ci_high", "landmark")
COUNTS = ("n_at_risk", "n_events", "n_censored")


def main(
    cohort: str,
    colours: str,
    svg: str,
    pdf: str,
    png: str,
    curves: str,
    specifications: dict,
    endpoints: dict,
    groups: dict,
    statistics: dict,
    settings: dict,
) -> None:
    """Estimate the curves, write them, draw them."""
    estimated = transplant_curves(
        read_table(cohort), specifications, endpoints, groups, statistics
    )
    write_table(estimated, curves)
    figure = simon_makuch(
        read_table(curves, numeric=(*POINT, *COUNTS)),
        Colours.from_table(read_table(colours)),
        statistics["confidence_level"],
        SmallCounts.of(settings["audience"], settings["min_cell"]),
    )
    save(figure, svg, pdf, png)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
