"""Rule gather_checks: the checks of all batches -> one table, and all warnings."""

from dataclasses import asdict

import pandas as pd

from ballad.inputs.run_record import file_warnings
from ballad.job import log_to
from ballad.tables import read_table, write_table

COLUMNS = ["path", "check", "status", "message"]
WARNING_COLUMNS = ["file", "row", "column", "value", "rule", "cure"]


def main(checks: list[str], inputs: str, warnings: str, warned: list[dict]) -> None:
    """Join the batches' tables, and what they leave open with the warnings of sheets."""
    tables = [pd.DataFrame(columns=COLUMNS), *map(read_table, checks)]
    gathered = pd.concat(tables, ignore_index=True)
    gathered = gathered.sort_values(["path", "check"], kind="stable")
    write_table(gathered, inputs)
    warned = [*warned, *map(asdict, file_warnings(gathered))]
    write_table(pd.DataFrame(warned, columns=WARNING_COLUMNS), warnings)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
