"""Rows of tests.tsv as a table of the report."""

import pandas as pd

from ballad.disclosure import SUPPRESSED
from ballad.report.parts import Cell, Table, table
from ballad.report.wording import decimal, number, p_value, words

HEADS = [
    *("Test", "Endpoint", "Cause", "Population", "Of", "Statistic", "df", "P"),
    *("P adjusted", "Patients", "Events", "Note"),
]


def tests_table(caption: str, tests: pd.DataFrame) -> Table:
    """
    Lay out tests with their n and events.

    Parameters
    ----------
    tests : columns as tests.tsv, all text
        What may not be shown is already ``suppressed``.
    """
    rows = [
        [
            words(row["test"]),
            words(row["endpoint"]),
            words(row.get("cause", "")),
            words(row["population"]),
            words(row["group_by"]),
            Cell(_statistic(row["statistic"]), number(row["statistic"])),
            row["df"],
            Cell(p_value(row["p"]), number(row["p"])),
            Cell(p_value(row["p_adjusted"]), number(row["p_adjusted"])),
            row["n"],
            row["events"],
            row["note"],
        ]
        for row in tests.to_dict("records")
    ]
    return table(caption, HEADS, rows)


def _statistic(text: str) -> str:
    return text if text == SUPPRESSED else decimal(text)
