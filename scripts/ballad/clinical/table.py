"""The clinical table as the clinic keeps it -> our columns, codes and days."""

import datetime
import difflib
import re
from collections.abc import Iterable, Iterator

import pandas as pd

from ballad.inputs.spreadsheet import identifier_problems, read_sheet
from ballad.problems import Problem
from ballad.settings import ClinicalTable

EXTRA_DATE = "_date"
ISO = "%Y-%m-%d"


def read_clinical(
    settings: ClinicalTable, columns: pd.DataFrame
) -> tuple[pd.DataFrame, list[Problem]]:
    """
    Read the clinical table under our names and codes.

    Parameters
    ----------
    settings
        Path, mapping of columns and codes, and how times are written.
    columns : columns column, kind, values, low, high, unit
        The columns ballad knows.

    Returns
    -------
    DataFrame
        One row per patient, index is the line of the file. Text, except that each
        date is the number of days since treatment start (float, missing is NaN) in
        a column named like it: ``relapse_date``; ``treatment_start`` is 0. Columns
        that are neither known nor mapped are refused unless called ``x_…``.
    list of Problem
        Every fault of columns, codes, numbers and dates.
    """
    sheet, problems = read_sheet(settings.table)
    if sheet.empty:
        return sheet, problems or [_empty(settings.table)]
    sheet, problems = _our_columns(sheet, settings, columns)
    if problems:
        return pd.DataFrame(), problems
    problems += cutoff_problems(settings)
    table = sheet.copy()
    for column, codes in settings.values.items():
        if column in table:
            table[column] = table[column].replace(dict(codes))
    for _, known in columns.iterrows():
        if known["column"] in table:
            problems += list(_value_problems(settings.table, table, known))
    dates = _date_columns(table, columns)
    problems += _missing_and_repeated(settings.table, table)
    days, faults = _days(settings, table, dates)
    return table.assign(**days), problems + faults


def without_consequences(
    faults: Iterable[Problem], of: Iterable[Problem]
) -> list[Problem]:
    """
    Leave out what is said to be missing only because a date could not be read.

    Parameters
    ----------
    faults
        Contradictions of the table; one without a value misses a date.
    of
        Problems of reading the table.

    Returns
    -------
    list of Problem
        The other faults, in their order.
    """
    unread = {(problem.row, problem.column) for problem in of}
    return [
        fault
        for fault in faults
        if fault.value
        or not {
            # All days are counted from the start; a death ends the contact.
            (fault.row, fault.column),
            (fault.row, "treatment_start"),
            *([(fault.row, "death_date")] if fault.column == "last_contact" else []),
        }
        & unread
    ]


def column_warnings(settings: ClinicalTable, columns: pd.DataFrame) -> list[Problem]:
    """
    Point at mapped columns of the user's own that look like a misspelt known one.

    Parameters
    ----------
    settings
        The mapping, ours: theirs.
    columns : column column
        The columns ballad knows.

    Returns
    -------
    list of Problem
        Warnings.
    """
    known = list(columns["column"])
    warnings = []
    for ours, theirs in settings.columns.items():
        near = difflib.get_close_matches(ours, known, n=1, cutoff=_ALIKE)
        if ours not in known and near:
            warnings.append(
                Problem(
                    "config",
                    "",
                    f"clinical.columns.{ours}",
                    theirs,
                    "is a covariate of your own",
                    f"did you mean {near[0]}?",
                )
            )
    return warnings


# Takes sexx for sex and relaps_date for relapse_date, but not dli_date for hct_date.
_ALIKE = 0.84


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


def _empty(path: str) -> Problem:
    return Problem(path, rule="has no patients", cure="one row per patient is needed")


def _our_columns(
    sheet: pd.DataFrame, settings: ClinicalTable, columns: pd.DataFrame
) -> tuple[pd.DataFrame, list[Problem]]:
    path = settings.table
    problems = [
        Problem(
            path,
            "line 1",
            theirs,
            rule=f"column is missing; the config maps it to {ours}",
            cure="correct clinical.columns in the config",
        )
        for ours, theirs in settings.columns.items()
        if theirs not in sheet
    ]
    problems += [
        Problem(
            path,
            "line 1",
            ours,
            rule=f"stands beside {theirs}, which the config maps to it",
            cure=f"rename one of them, or take {ours} out of clinical.columns",
        )
        for ours, theirs in settings.columns.items()
        if ours in sheet.columns.difference([*settings.columns.values()])
        and theirs in sheet
    ]
    sheet = sheet.rename(columns={t: o for o, t in settings.columns.items()})
    known = set(columns["column"]) | set(settings.columns)
    problems += [
        Problem(
            path,
            "line 1",
            name,
            rule="unknown column",
            cure="map it under clinical.columns, or call it x_… to keep your own",
        )
        for name in sheet.columns
        if name not in known and not name.startswith("x_")
    ]
    problems += [
        Problem(path, "line 1", name, rule="column is missing", cure="add or map it")
        for name in ("patient", "treatment_start")
        if name not in sheet
    ]
    if not {"last_contact", "death_date"} & set(sheet):
        problems.append(
            Problem(
                path,
                "line 1",
                "last_contact",
                rule="neither last_contact nor death_date is there",
                cure="add or map one of them",
            )
        )
    return sheet, problems


def _date_columns(table: pd.DataFrame, columns: pd.DataFrame) -> list[str]:
    known = columns.loc[columns["kind"] == "date", "column"]
    mapped = [
        name
        for name in table
        if name.endswith(EXTRA_DATE) and name not in set(columns["column"])
    ]
    return [name for name in known if name in table] + mapped


def _place(table: pd.DataFrame, line: object) -> str:
    return f"line {line}, patient {table.at[line, 'patient']}"


def _value_problems(
    path: str, table: pd.DataFrame, known: pd.Series
) -> Iterator[Problem]:
    column = known["column"]
    cells = table.loc[table[column] != "", column]
    kind = known["kind"]
    if kind in ("code", "yes_no"):
        allowed = known["values"].split("|") if kind == "code" else ["yes", "no"]
        for line, value in cells[~cells.isin(allowed)].items():
            yield Problem(
                path,
                _place(table, line),
                column,
                value,
                f"is none of {', '.join(allowed)}",
                f"correct it, or recode it under clinical.values.{column}",
            )
    elif kind == "number":
        yield from _number_problems(path, table, cells, known)


def _number_problems(
    path: str, table: pd.DataFrame, cells: pd.Series, known: pd.Series
) -> Iterator[Problem]:
    column, low, high = known["column"], float(known["low"]), float(known["high"])
    numbers = pd.to_numeric(cells, errors="coerce")
    for line, value in cells[~numbers.between(low, high)].items():
        yield Problem(
            path,
            _place(table, line),
            column,
            value,
            f"is no number from {known['low']} to {known['high']}",
            f"the unit is {known['unit']}; leave it empty if it is unknown",
        )
    fractions = known["unit"] == "percent" and len(numbers) > 1
    if fractions and numbers.max() <= 1 and (numbers % 1 > 0).any():
        yield Problem(
            path,
            f"{len(numbers)} patients",
            column,
            f"largest {numbers.max():g}",
            "looks like fractions",
            "the unit is percent: multiply by 100",
        )


def _missing_and_repeated(path: str, table: pd.DataFrame) -> list[Problem]:
    problems = [
        Problem(path, f"line {line}", "patient", rule="is empty", cure="fill it in")
        for line in table.index[table["patient"] == ""]
    ]
    problems += identifier_problems(path, table["patient"])
    named = table.loc[table["patient"] != "", "patient"]
    for patient, lines in named.groupby(named).groups.items():
        if len(lines) > 1:
            problems.append(
                Problem(
                    path,
                    f"lines {', '.join(map(str, lines))}",
                    "patient",
                    str(patient),
                    "stands twice",
                    "one row per patient: merge the rows or rename one patient",
                )
            )
    return problems


def _days(
    settings: ClinicalTable, table: pd.DataFrame, dates: list[str]
) -> tuple[dict[str, pd.Series], list[Problem]]:
    problems: list[Problem] = []
    times = {}
    for column in dates:
        times[column], faults = _times(settings, table, column)
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
    return {**days, "_start": start}, problems


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
) -> tuple[pd.Series, list[Problem]]:
    cells = table[column]
    filled = cells.where(cells != "")
    if settings.times == "days":
        values = pd.to_numeric(filled, errors="coerce").astype(float)
        values = values.where(values % 1 == 0)
        rule, cure = "is no whole number of days", "days since the first dose"
    else:
        values = pd.to_datetime(filled, format=settings.date_format, errors="coerce")
        example = datetime.date(2024, 1, 31).strftime(settings.date_format)
        rule = f"is no full date written like {example}"
        cure = "correct it, or set clinical.date_format; partial dates are not guessed"
    wrong = filled.notna() & values.isna()
    return values, [
        Problem(settings.table, _place(table, line), column, str(value), rule, cure)
        for line, value in filled[wrong].items()
    ]
