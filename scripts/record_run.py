"""Rule record_run: configuration, sheets, versions and checksums as used."""

import logging

import pandas as pd
import yaml

from ballad.clinical.join import in_days
from ballad.clinical.table import read_clinical
from ballad.inputs.run_record import checksums as checksums_of
from ballad.inputs.run_record import method_record, patient_inputs
from ballad.inputs.run_record import versions as installed_versions
from ballad.inputs.sample_sheet import SAMPLE_COLUMNS
from ballad.inputs.spreadsheet import read_sheet
from ballad.inputs.steadiness import steady
from ballad.job import log_to
from ballad.settings import Settings
from ballad.tables import read_table, write_table
from ballad.writing import write_text


def main(
    files: list[str],
    tables: list[str],
    code: list[str],
    columns: str,
    config: str,
    samples: str,
    versions: str,
    checksums: str,
    method: str,
    patients: str,
    cytogenetics: str,
    curation: str,
    clinical: str,
    table_names: list[str],
    code_names: list[str],
    settings: dict,
    rows: list[dict],
    switched_off: dict,
    not_varied: dict,
) -> None:
    """Write the record of the run; log what falls with entries switched off."""
    for entry, cause in switched_off.items():
        logging.info("%s is off: this cohort switches %s off", entry, cause)
    for name, parts in not_varied.items():
        logging.info(
            "sensitivity.%s %s: this cohort switches %s off",
            name,
            "runs in part" if name in settings["sensitivity"] else "is left out",
            ", ".join(parts),
        )
    write_text(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True), config)
    used = pd.DataFrame(rows, columns=list(SAMPLE_COLUMNS))
    write_table(used, samples)
    write_table(installed_versions(), versions)
    sums = checksums_of(files)
    write_table(sums, checksums)
    named = dict(zip(table_names, tables, strict=True))
    write_table(method_record(named, dict(zip(code_names, code, strict=True))), method)
    sheets = {path: read_sheet(path)[0] for path in _sheets(settings)}
    given = settings["clinical"]
    ours = {theirs: ours for ours, theirs in given.get("columns", {}).items()}
    sheets[given["table"]] = sheets[given["table"]].rename(columns=ours)
    write_table(patient_inputs(used, settings["samples"], sheets, sums), patients)
    for name, target in (("cytogenetics", cytogenetics), ("curation", curation)):
        path = settings.get(name)
        write_table(sheets[path] if path else pd.DataFrame(columns=["patient"]), target)
    checked = read_clinical(
        Settings.from_config(settings).clinical, read_table(columns)
    )
    write_table(in_days(checked[0]), clinical)


def _sheets(settings: dict) -> list[str]:
    named = (settings.get("cytogenetics"), settings.get("curation"))
    return [*(path for path in named if path), settings["clinical"]["table"]]


if __name__ == "__main__":
    log_to(snakemake.log[0])
    with steady(snakemake.input):
        main(**snakemake.input, **snakemake.output, **snakemake.params)
