"""Rule estimate_cumulative_incidence: the cohort -> incidence of each cause."""

from ballad.job import log_to
from ballad.outcomes.competing_risks import incidence_curves
from ballad.outcomes.gray import incidence_tests
from ballad.tables import read_table, write_table


def main(
    cohort: str,
    incidence: str,
    tests: str,
    endpoints: dict,
    groups: dict,
    statistics: dict,
) -> None:
    """Estimate and compare each configured incidence."""
    patients = read_table(cohort)
    curves = incidence_curves(patients, endpoints, groups, statistics)
    write_table(curves, incidence)
    write_table(incidence_tests(patients, endpoints, groups, statistics), tests)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
