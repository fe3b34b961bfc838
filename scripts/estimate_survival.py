"""Rule estimate_survival: the cohort -> survival curves, summaries and tests."""

import pandas as pd

from ballad.job import log_to
from ballad.outcomes.log_rank import survival_tests
from ballad.outcomes.restricted_means import difference_rows
from ballad.outcomes.survival import survival_curves, survival_summary
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
    rows = [
        survival_summary(patients, groups, statistics),
        difference_rows(patients, groups, statistics),
    ]
    filled = [table for table in rows if len(table)] or rows[:1]
    write_table(pd.concat(filled, ignore_index=True), summary)
    write_table(survival_tests(patients, groups, statistics), tests)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
