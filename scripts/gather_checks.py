"""Rule gather_checks: the checks of all batches -> one table."""

import pandas as pd

from ballad.job import log_to
from ballad.tables import read_table, write_table

COLUMNS = ["path", "check", "status", "message"]


def main(checks: list[str], inputs: str) -> None:
    """Join the batches' tables; without any VCF the table has no rows."""
    tables = [pd.DataFrame(columns=COLUMNS), *map(read_table, checks)]
    gathered = pd.concat(tables, ignore_index=True)
    write_table(gathered.sort_values(["path", "check"], kind="stable"), inputs)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
