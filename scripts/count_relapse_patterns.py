"""Rule count_relapse_patterns: the cohort -> patterns of relapse and failure."""

import pandas as pd

from ballad.job import log_to
from ballad.outcomes.relapse_patterns import (
    non_responders,
    pattern_tests,
    patterns,
    relapsed_patients,
)
from ballad.tables import read_table, write_table


def main(
    cohort: str,
    relapse_patterns: str,
    failure_patterns: str,
    tests: str,
    groups: dict,
    statistics: dict,
) -> None:
    """Count and compare the patterns of relapsed patients and of non-responders."""
    patients = read_table(cohort)
    relapsed, failed = relapsed_patients(patients), non_responders(patients)
    write_table(patterns(relapsed, groups, statistics), relapse_patterns)
    write_table(patterns(failed, groups, statistics), failure_patterns)
    rows = [
        pattern_tests(relapsed, "relapse", "relapsed", groups, statistics),
        pattern_tests(failed, "failure", "non_responders", groups, statistics),
    ]
    write_table(pd.concat(rows, ignore_index=True), tests)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
