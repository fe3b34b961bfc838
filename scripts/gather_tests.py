"""Rule gather_tests: the tests of each analysis -> one table with adjusted p."""

import pandas as pd

from ballad.ascertainment import note_on
from ballad.job import log_to
from ballad.outcomes.significance import adjusted
from ballad.tables import read_table, write_table

NUMBERS = ("statistic", "df", "p", "p_adjusted")


def main(
    tests: list[str], cohort: str, all_tests: str, families: dict, groups: dict
) -> None:
    """
    Put the tables below each other and adjust p within each family.

    A test by a lesion whose absence can rarely be said notes it.
    """
    tables = [read_table(path, numeric=NUMBERS) for path in tests]
    table, patients = pd.concat(tables, ignore_index=True), read_table(cohort)
    said = table["group_by"].map(lambda name: note_on(patients, name, groups))
    both = (table["note"] != "") & (said != "")
    table["note"] += both.map({True: "; ", False: ""}) + said
    write_table(adjusted(table, families), all_tests)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
