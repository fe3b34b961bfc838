"""Rule compare_published: published estimates beside ours, with their tolerances."""

import pandas as pd

from ballad.job import log_to
from ballad.outcomes.published import COLUMNS, compare
from ballad.tables import read_table, write_table


def main(
    cohort: str,
    response: str,
    survival_summary: str,
    tests: str,
    models: str,
    published: list[str],
    comparison: str,
) -> None:
    """Compare; without a published table the comparison has no rows."""
    tables = {
        "cohort": read_table(cohort),
        "response": read_table(response),
        "survival_summary": read_table(survival_summary),
        "tests": read_table(tests),
        "models": read_table(models),
    }
    compared = [compare(read_table(path), tables, path) for path in published]
    table = pd.concat(compared) if compared else pd.DataFrame(columns=COLUMNS)
    write_table(table, comparison)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
