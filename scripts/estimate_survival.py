"""Rule estimate_survival: the cohort -> survival curves, summaries and tests."""

from ballad.job import log_to
from ballad.outcomes.survival import survival_curves, survival_summary, survival_tests
from ballad.tables import read_table, write_table


def main(
    cohort: str,
    survival: str,
    summary: str,
    tests: str,
    endpoints: dict,
    groups: dict,
    statistics: dict,
) -> None:
    """Estimate, summarise and compare each configured curve."""
    patients = read_table(cohort)
    write_table(survival_curves(patients, groups, statistics), survival)
    write_table(survival_summary(patients, groups, statistics), summary)
    write_table(survival_tests(patients, groups, statistics), tests)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
