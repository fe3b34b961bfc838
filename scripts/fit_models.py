"""Rule fit_models: the cohort -> hazard and odds ratios of every model."""

from ballad.job import log_to
from ballad.outcomes.models import fit_models
from ballad.tables import read_table, write_table


def main(
    cohort: str,
    models: str,
    specifications: dict,
    endpoints: dict,
    groups: dict,
    statistics: dict,
) -> None:
    """Fit the models that the configuration names."""
    table = fit_models(
        read_table(cohort), specifications, endpoints, groups, statistics
    )
    write_table(table, models)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
