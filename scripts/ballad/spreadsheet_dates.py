"""Gene symbols that a spreadsheet took for dates: 2-Mar, 44256."""

import csv
import re
from functools import cache
from pathlib import Path

_DATES = Path(__file__).parents[2] / "resources/inputs/spreadsheet_dates.tsv"
# A day and a month, or a month and a day, in any of the ways a cell shows them.
_DAY_MONTH = re.compile(r"^\d{1,2}[-. ]{1,2}([^\W\d]+)\.?$")
_MONTH_DAY = re.compile(r"^([^\W\d]+)\.?[- ]\d{1,2}$")
_ISO = re.compile(r"^\d{4}-\d{2}-\d{2}(?: 00:00:00)?$|^\d{1,2}/\d{1,2}/\d{2,4}$")
_NUMBER = re.compile(r"^\d+(?:\.\d+)?(?:[eE]\+?\d+)?$")


def date_for_gene(name: str) -> str:
    """
    Say what is wrong with a gene's name that a spreadsheet has changed.

    Returns
    -------
    str
        Empty for what may be a symbol. Otherwise a date and the symbols it may have
        been, or a number, which no HGNC symbol is.
    """
    text = name.strip()
    if _NUMBER.match(text):
        return "is a number, as a spreadsheet stores a date, and no gene's symbol"
    if _ISO.match(text):
        return "is a date and no gene's symbol"
    found = _DAY_MONTH.match(text) or _MONTH_DAY.match(text)
    # A spreadsheet writes Mar; MAR-1 may be the name of something else.
    month = found[1].lower()[:3] if found and not found[1].isupper() else ""
    if month in _months():
        was, now = _months()[month]
        return f"is a date: a spreadsheet made it of a gene called {was}, now {now}"
    return ""


@cache
def _months() -> dict[str, tuple[str, str]]:
    with _DATES.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return {row["word"]: (row["was"], row["now"]) for row in rows}


CURE = "take the table as the caller wrote it, or open its columns as text"
