"""The curators' decisions."""

import pandas as pd

from ballad.inputs.spreadsheet import read_sheet
from ballad.problems import InputError

CURATION_COLUMNS = [
    *("patient", "lesion", "state", "source", "note", "evidence_fingerprint"),
]


def read_curation(paths: list[str]) -> pd.DataFrame:
    """Read the curators' decisions, if the cohort has any."""
    table = pd.DataFrame(columns=CURATION_COLUMNS)
    for path in paths:
        table, problems = read_sheet(path)
        if problems:
            raise InputError(problems)
    return table.reindex(columns=CURATION_COLUMNS, fill_value="")
