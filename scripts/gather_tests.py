"""Rule gather_tests: the tests of each analysis -> one table with adjusted p."""

import pandas as pd

from ballad.job import log_to
from ballad.outcomes.significance import adjusted
from ballad.tables import read_table, write_table

NUMBERS = ("statistic", "df", "p", "p_adjusted")


def main(tests: list[str], all_tests: str, families: dict) -> None:
    """Put the tables below each other and adjust p within each family."""
    tables = [read_table(path, numeric=NUMBERS) for path in tests]
    write_table(adjusted(pd.concat(tables, ignore_index=True), families), all_tests)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
