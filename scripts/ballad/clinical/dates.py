"""Dates as the clinic writes them -> days since treatment start."""

import datetime
import re
from collections.abc import Iterator

import pandas as pd

from ballad.problems import Problem
from ballad.settings import ClinicalTable

ISO = "%Y-%m-%d"
START = "treatment_start"
MIDDLE_OF_MONTH = "middle_of_month"
# Half a month on either side: the 15th is at most 16 days from any day of its month.
MIDDLE_DAY = 15
IMPUTED = "_imputed"


def days_since_start(
    settings: ClinicalTable, table: pd.DataFrame, dates: list[str]
) -> tuple[dict[str, pd.Series], list[Problem]]:
    """
    Count the days from treatment start to each date.

    Parameters
    ----------
    settings
        How times are written, and what is done with dates of a month.
    table
        Text, index is the line of the file.
    dates
        Columns that hold dates, `treatment_start` among them.

    Returns
    -------
    dict of Series
        Days (missing is NaN) by column; for dates also ``_start``, the day 0, and
        ``_imputed``, the columns of a patient whose day was imputed, by comma.
    list of Problem
        Cells that are no date, and patients without a treatment start.
    """
    problems: list[Problem] = []
    times = {}
    imputed = pd.Series("", index=table.index)
    for column in dates:
        times[column], months, faults = _times(settings, table, column)
        imputed = imputed.mask(months, imputed + f"{column},")
        problems += faults
    start = times["treatment_start"]
    for line in table.index[table["treatment_start"] == ""]:
        problems.append(
            Problem(
                settings.table,
                _place(table, line),
                "treatment_start",
                rule="is empty",
                cure="the first dose of the index therapy is day 0 of everything",
            )
        )
    if settings.times == "days":
        return times, problems + list(_other_starts(settings.table, table, start))
    days = {name: (time - start).dt.days.astype(float) for name, time in times.items()}
    return {**days, "_start": start, IMPUTED: imputed.str.rstrip(",")}, problems


def _other_starts(
    path: str, table: pd.DataFrame, start: pd.Series
) -> Iterator[Problem]:
    for line in table.index[start.notna() & (start != 0)]:
        yield Problem(
            path,
            _place(table, line),
            "treatment_start",
            table.at[line, "treatment_start"],
            "is not day 0, from which all days are counted",
            "write 0 and count the other days from the first dose",
        )


def _times(
    settings: ClinicalTable, table: pd.DataFrame, column: str
) -> tuple[pd.Series, pd.Series, list[Problem]]:
    """Read a column of dates: the times, which of them are imputed, the faults."""
    cells = table[column]
    filled = cells.where(cells != "")
    imputed = pd.Series(False, index=cells.index)
    if settings.times == "days":
        values = pd.to_numeric(filled, errors="coerce").astype(float)
        values = values.where(values % 1 == 0)
        rule, cure = "is no whole number of days", "days since the first dose"
    else:
        values = dates_of(filled, settings.date_format)
        example = datetime.date(2024, 1, 31).strftime(settings.date_format)
        rule = f"is no full date written like {example}"
        cure = "correct it, or set clinical.date_format; partial dates are not guessed"
        if settings.partial_dates == MIDDLE_OF_MONTH and column != START:
            months = dates_of(filled, month_format(settings.date_format))
            imputed = values.isna() & months.notna()
            values = values.fillna(months + pd.Timedelta(days=MIDDLE_DAY - 1))
    wrong = filled.notna() & values.isna()
    return (
        values,
        imputed,
        [
            Problem(settings.table, _place(table, line), column, str(value), rule, cure)
            for line, value in filled[wrong].items()
        ],
    )


def dates_of(cells: pd.Series, date_format: str) -> pd.Series:
    """Read dates as `strptime` would; what is none is missing."""
    # Without the figures, pandas would take `today` for a date in any format.
    dated = cells.where(cells.str.contains(r"\d", na=False))
    # A time of day would make two days of 23 hours one.
    return pd.to_datetime(dated, format=date_format, errors="coerce").dt.normalize()


def month_format(date_format: str) -> str:
    """Take the day out of a format: %d.%m.%Y -> %m.%Y, %Y-%m-%d -> %Y-%m."""
    return re.sub(r"%d[^\w%]*", "", date_format).strip(" .,-/")


def format_problems(settings: ClinicalTable) -> list[Problem]:
    """Refuse a format of dates that lacks the day, the month or the year."""
    written = settings.date_format
    parts = {"day": ("%d",), "month": ("%m", "%b", "%B"), "year": ("%Y", "%y")}
    lacking = [
        name for name, codes in parts.items() if not any(c in written for c in codes)
    ]
    if settings.times == "days" or not lacking:
        return []
    return [
        Problem(
            "config",
            "",
            "clinical.date_format",
            written,
            f"holds no {' and no '.join(lacking)}",
            "write it as strptime does, for example %d.%m.%Y",
        )
    ]


def imputed_warnings(settings: ClinicalTable, table: pd.DataFrame) -> list[Problem]:
    """
    List each date whose day was imputed, and how many there are in all.

    Parameters
    ----------
    settings
        Names the file.
    table
        As `read_clinical` returns it.

    Returns
    -------
    list of Problem
        One per date, and first one that counts them; no calendar date.
    """
    if IMPUTED not in table or not table[IMPUTED].ne("").any():
        return []
    found = [
        (line, column)
        for line, columns in table[IMPUTED].items()
        for column in columns.split(",")
        if column
    ]
    patients = len({line for line, _ in found})
    rule = f"clinical.partial_dates is {MIDDLE_OF_MONTH}"
    said = f"dates imputed: {len(found)}, of {patients} patients; {rule}"
    return [Problem(settings.table, rule=said)] + [
        Problem(
            settings.table,
            _place(table, line),
            column,
            f"day {table.at[line, column]:.0f}",
            f"only the month is known: imputed as its {MIDDLE_DAY}th",
        )
        for line, column in found
    ]


def _place(table: pd.DataFrame, line: object) -> str:
    return f"line {line}, patient {table.at[line, 'patient']}"


def cutoff_days(settings: ClinicalTable, table: pd.DataFrame) -> pd.Series:
    """Return the data cut-off in days since each treatment start; NaN if none."""
    cutoff = _cutoff(settings)
    if cutoff is None:
        return pd.Series(float("nan"), index=table.index)
    if isinstance(cutoff, int):
        return pd.Series(float(cutoff), index=table.index)
    return (pd.Timestamp(cutoff) - table["_start"]).dt.days.astype(float)


def cutoff_problems(settings: ClinicalTable) -> list[Problem]:
    """Refuse a data cut-off that is no whole number of days, or no full date."""
    if settings.data_cutoff is None or _cutoff(settings) is not None:
        return []
    if settings.times == "days":
        rule = "is no whole number of days; times are days"
        cure = "days since the first dose, for example 730"
    else:
        rule = "is no full date"
        cure = "write it like 2024-06-30, or in clinical.date_format"
    value = str(settings.data_cutoff)
    return [Problem("config", "", "clinical.data_cutoff", value, rule, cure)]


def _cutoff(settings: ClinicalTable) -> int | datetime.date | None:
    """Read the data cut-off; None if there is none, or none that can be read."""
    # YAML reads 730 as a number and an unquoted 2024-06-30 as a date.
    value: object = settings.data_cutoff
    if isinstance(value, bool) or isinstance(value, datetime.datetime):
        return None
    if settings.times == "days":
        text = str(value).strip()
        return int(text) if re.fullmatch(r"-?\d+", text) else None
    if isinstance(value, datetime.date):
        return value
    text = str(value).strip()
    iso = re.fullmatch(r"\d{4}-\d{2}-\d{2}", text)
    if not iso and settings.date_format == ISO:
        return None  # strptime takes 2024-6-30 for it
    try:
        written = ISO if iso else settings.date_format
        return datetime.datetime.strptime(text, written).date()
    except ValueError:
        return None
