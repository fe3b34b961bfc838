"""Rule record_run: configuration, sheets, versions and checksums as used."""

from pathlib import Path

import pandas as pd
import yaml

from ballad.inputs.run_record import checksums as checksums_of
from ballad.inputs.run_record import versions as installed_versions
from ballad.job import log_to
from ballad.tables import write_table

WARNING_COLUMNS = ["file", "row", "column", "value", "rule", "cure"]


def main(
    files: list[str],
    config: str,
    samples: str,
    versions: str,
    checksums: str,
    warnings: str,
    settings: dict,
    rows: list[dict],
    warned: list[dict],
) -> None:
    """Write the record of the run, one table per subject."""
    Path(config).write_text(
        yaml.safe_dump(settings, sort_keys=False, allow_unicode=True), encoding="utf-8"
    )
    write_table(pd.DataFrame(rows), samples)
    write_table(installed_versions(), versions)
    write_table(checksums_of(files), checksums)
    write_table(pd.DataFrame(warned, columns=WARNING_COLUMNS), warnings)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
