"""Rule estimate_response: the cohort -> response rates and their tests."""

from ballad.job import log_to
from ballad.outcomes.response import response_rates, response_tests
from ballad.tables import read_table, write_table


def main(
    cohort: str,
    response: str,
    tests: str,
    endpoints: dict,
    groups: dict,
    statistics: dict,
) -> None:
    """Estimate and compare the rate of each binary endpoint."""
    patients = read_table(cohort)
    rates = response_rates(patients, endpoints, groups, statistics)
    write_table(rates, response)
    write_table(response_tests(patients, endpoints, groups, statistics), tests)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
