"""Rule describe_cohort: the cohort -> table 1."""

from ballad.job import log_to
from ballad.outcomes.table_one import table_one as describe
from ballad.tables import read_table, write_table


def main(cohort: str, table_one: str, groups: dict, statistics: dict) -> None:
    """Describe the patients, over all and by group."""
    write_table(describe(read_table(cohort), groups, statistics), table_one)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
