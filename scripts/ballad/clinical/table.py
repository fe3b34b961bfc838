"""The clinical table as the clinic keeps it -> our columns, codes and days."""

from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from ballad.clinical.columns import (
    UNKNOWN,
    misspelt_names,
    our_columns,
    recoding_problems,
    texts,
    twice_mapped,
)
from ballad.clinical.dates import (
    cutoff_problems,
    days_since_start,
    format_problems,
)
from ballad.inputs.spreadsheet import identifier_problems, read_sheet
from ballad.problems import Problem, with_a_point
from ballad.settings import ClinicalTable

EXTRA_DATE = "_date"


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
    sheet, problems = read_sheet(settings.table, settings.date_format)
    if sheet.empty:
        return sheet, problems or [_empty(settings.table)]
    problems = twice_mapped(settings)
    sheet, faults = our_columns(sheet, settings, columns)
    problems += faults
    unreadable = [fault for fault in problems if fault.rule != UNKNOWN]
    if unreadable:
        return pd.DataFrame(), problems
    strays = {fault.column for fault in problems}
    sheet = sheet.drop(columns=[name for name in sheet if name in strays])
    problems += misspelt_names(settings, columns, sheet.columns)
    problems += recoding_problems(settings, columns)
    problems += [*format_problems(settings), *cutoff_problems(settings)]
    table = sheet.copy()
    for column, codes in settings.values.items():
        if column in table:
            table[column] = table[column].replace(texts(codes))
    # What an unquoted yes was meant to recode is no fault of each patient's too.
    half_recoded = {c for c, v in settings.values.items() if texts(v) != dict(v)}
    for _, known in columns.iterrows():
        if known["column"] in table and known["column"] not in half_recoded:
            problems += list(_value_problems(settings.table, table, known))
    dates = _date_columns(table, columns)
    for column in sorted(set(settings.columns) - set(columns["column"]) - set(dates)):
        problems += list(_almost_numbers(settings.table, table, column))
    problems += _missing_and_repeated(settings.table, table)
    days, faults = days_since_start(settings, table, dates)
    faults += _beyond_a_life(
        settings.table, table, {d: days[d] for d in dates}, columns
    )
    # Without the strays cells would seem to contradict each other.
    sound = pd.DataFrame() if strays else table.assign(**days)
    return sound, problems + faults


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


def _empty(path: str) -> Problem:
    return Problem(path, rule="has no patients", cure="one row per patient is needed")


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
    elif kind in ("number", "count"):
        yield from _number_problems(path, table, cells, known)


def _number_problems(
    path: str, table: pd.DataFrame, cells: pd.Series, known: pd.Series
) -> Iterator[Problem]:
    column, low, high = known["column"], float(known["low"]), float(known["high"])
    numbers = pd.to_numeric(cells, errors="coerce")
    wrong = ~numbers.between(low, high)
    what = "number"
    if known["kind"] == "count":
        wrong |= numbers % 1 != 0
        what = "whole number"
    for line, value in cells[wrong].items():
        yield Problem(
            path,
            _place(table, line),
            column,
            value,
            f"is no {what} from {known['low']} to {known['high']}",
            with_a_point(
                value, f"the unit is {known['unit']}; leave it empty if it is unknown"
            ),
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


def _almost_numbers(path: str, table: pd.DataFrame, column: str) -> Iterator[Problem]:
    """Find the few words of a column of the user's own that else holds numbers."""
    cells = table.loc[table[column] != "", column]
    words = pd.to_numeric(cells, errors="coerce").isna()
    if words.mean() >= HALF or not words.any():
        return
    for line, value in cells[words].items():
        yield Problem(
            path,
            _place(table, line),
            column,
            value,
            "is no number, as most cells of the column are",
            "write it with a decimal point; leave it empty if it is unknown, or recode "
            f"it under clinical.values.{column}",
        )


# Beyond it a column holds numbers rather than words.
HALF = 0.5


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


DAYS_PER_YEAR = 365.25


def _beyond_a_life(
    path: str,
    table: pd.DataFrame,
    days: Mapping[str, pd.Series],
    columns: pd.DataFrame,
) -> Iterator[Problem]:
    """Find dates before birth and beyond the greatest age: a year mistyped."""
    limits = columns[columns["column"] == "age"]
    low, high = float(limits["low"].iat[0]), float(limits["high"].iat[0])
    age = pd.Series(float("nan"), index=table.index)
    if "age" in table:
        age = pd.to_numeric(table["age"], errors="coerce")
        age = age.where(age.between(low, high))
    for column, since in days.items():
        years = since / DAYS_PER_YEAR
        # An age in whole years is up to a year too low.
        early = age.fillna(high) + years < low - 1
        late = age.fillna(low) + years > high + 1
        for line in table.index[early | late]:
            yield Problem(
                path,
                _place(table, line),
                column,
                table.at[line, column],
                f"lies {abs(years[line]):.0f} years from treatment_start: "
                + ("before birth" if early[line] else "beyond any age"),
                f"correct {column}, treatment_start or age",
            )
