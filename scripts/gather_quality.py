"""Rule gather_quality: quality and gaps of all samples that come as reads."""

import logging

import pandas as pd

from ballad.job import log_to
from ballad.reads.quality import COLUMNS, FAILED, UNCOVERED
from ballad.tables import read_table, write_table


def main(samples: list[str], gaps: list[str], quality: str, uncovered: str) -> None:
    """Join the tables; without any sample only their headers are left."""
    found = [pd.DataFrame(columns=list(COLUMNS)), *map(read_table, samples)]
    table = pd.concat(found, ignore_index=True)
    for row in table[table["status"] == FAILED].to_dict("records"):
        logging.warning("%s %s: failed: %s", row["sample"], row["assay"], row["reason"])
    write_table(table, quality)
    found = [pd.DataFrame(columns=list(UNCOVERED)), *map(read_table, gaps)]
    write_table(pd.concat(found, ignore_index=True), uncovered)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output)
