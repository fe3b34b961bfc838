"""Rule read_cytogenetics: karyotype and FISH text -> findings."""

import pandas as pd

from ballad.cytogenetics import cytogenetics_table
from ballad.inputs.spreadsheet import read_sheet
from ballad.inputs.steadiness import steady
from ballad.job import log_to
from ballad.lesions import excluded_by
from ballad.problems import InputError
from ballad.tables import read_table, write_table

SHEET_COLUMNS = ["patient", "timepoint", "date", "karyotype", "fish"]


def main(
    sheet: list[str],
    lesions: str,
    patterns: str,
    probes: str,
    cytogenetics: str,
    settings: dict,
) -> None:
    """Read the sheet, if the cohort has one."""
    results = pd.DataFrame(columns=SHEET_COLUMNS)
    for path in sheet:
        results, problems = read_sheet(path)
        if problems:
            raise InputError(problems)
    known = read_table(patterns)
    table = cytogenetics_table(
        results.reindex(columns=SHEET_COLUMNS, fill_value=""),
        list(zip(known["lesion"], known["pattern"], strict=True)),
        read_table(probes).to_dict("records"),
        excluded_by(read_table(lesions), "karyotype"),
        settings,
    )
    write_table(table, cytogenetics)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    with steady(snakemake.input):
        main(**snakemake.input, **snakemake.output, **snakemake.params)
