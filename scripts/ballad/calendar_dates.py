"""Calendar dates in free text: results hold days since treatment start only."""

import re

# Year first with - or /, day or month first with . / or -: the forms a sheet holds.
CALENDAR_DATE = re.compile(
    r"\b\d{4}[-/]\d{1,2}[-/]\d{1,2}(T[\d:.]+)?\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{4}\b"
)
# A month and its year, as a clinic writes a date of which it knows no more.
MONTH = re.compile(
    r"\b(19|20)\d\d[-/](0[1-9]|1[0-2])\b|\b(0?[1-9]|1[0-2])[./](19|20)\d\d\b"
)


def without_dates(text: object) -> str:
    """Take calendar dates out of a text."""
    return CALENDAR_DATE.sub("(date)", str(text))


def without_months(text: object) -> str:
    """Take calendar dates, and months of a year, out of a text."""
    return MONTH.sub("(date)", without_dates(text))
