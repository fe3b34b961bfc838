"""Reading a sheet as text, whatever program saved it."""

import csv
import datetime
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd

from ballad.problems import Problem

# A workbook is a zip archive; a text file called .xlsx is none.
UNREADABLE = (OSError, ValueError, KeyError, csv.Error, zipfile.BadZipFile)


def read_sheet(path: str) -> tuple[pd.DataFrame, list[Problem]]:
    """
    Read a TSV, CSV or XLSX; every cell is text.

    Parameters
    ----------
    path
        ``.tsv``, ``.csv`` (comma or semicolon) or ``.xlsx`` (first worksheet).

    Returns
    -------
    DataFrame
        Text cells without surrounding blanks, an empty cell is the empty text; the
        index is the line of the file.
    list of Problem
        A file that is missing or not readable, rows of another width, repeated
        column names. The frame is empty then.
    """
    if path.startswith(("http://", "https://")):
        return pd.DataFrame(), [
            Problem(path, rule="is an address", cure="copy the file to this machine")
        ]
    if not Path(path).is_file():
        return pd.DataFrame(), [
            Problem(path, rule="file not found", cure="correct the path in the config")
        ]
    try:
        rows = _rows(path)
    except UNREADABLE as error:
        rule = f"cannot be read: {error}"
        cure = "save it as UTF-8 text (.tsv, .csv) or as .xlsx"
        return pd.DataFrame(), [Problem(path, rule=rule, cure=cure)]
    return _frame(path, rows)


def identifier_problems(path: str, names: pd.Series) -> list[Problem]:
    """
    Refuse names that a spreadsheet takes for a formula, or that hold a line break.

    Parameters
    ----------
    path
        File of the sheet.
    names
        Patients or samples: text, called like the column, indexed by line.

    Returns
    -------
    list of Problem
        An empty name is none of them.
    """
    formula = names.str.startswith(("=", "+", "-", "@"))
    broken = names.str.contains(r"[\t\r\n]")
    cases = (
        (formula, "begins like a formula of a spreadsheet", "drop or replace its sign"),
        (broken, "holds a tab or a line break", "write the name on one line"),
    )
    return [
        Problem(path, f"line {line}", str(names.name), value, rule, cure)
        for wrong, rule, cure in cases
        for line, value in names[wrong].items()
    ]


def _rows(path: str) -> list[tuple[int, list[str]]]:
    if path.lower().endswith((".xlsx", ".xlsm")):
        sheet = openpyxl.load_workbook(path, read_only=True, data_only=True).worksheets[
            0
        ]
        lines = [
            [_cell(value) for value in row] for row in sheet.iter_rows(values_only=True)
        ]
    else:
        text = Path(path).read_text(encoding="utf-8-sig")
        if "\0" in text:
            raise ValueError("it holds NUL bytes")
        lines = list(csv.reader(text.splitlines(), delimiter=_delimiter(path, text)))
    stripped = [[cell.strip() for cell in line] for line in lines]
    return [(number, line) for number, line in enumerate(stripped, 1) if any(line)]


def _delimiter(path: str, text: str) -> str:
    if path.lower().endswith((".tsv", ".txt")):
        return "\t"
    header = text.splitlines()[0] if text else ""
    return max(",;\t", key=header.count)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _frame(
    path: str, rows: list[tuple[int, list[str]]]
) -> tuple[pd.DataFrame, list[Problem]]:
    if not rows:
        rule = "is empty"
        return pd.DataFrame(), [
            Problem(path, rule=rule, cure="a header line is needed")
        ]
    header = rows[0][1]
    while header and not header[-1]:
        header = header[:-1]
    problems = [
        Problem(
            path, "line 1", name, rule="column name stands twice", cure="rename one"
        )
        for name in sorted({name for name in header if header.count(name) > 1})
    ]
    cells, lines = [], []
    for number, line in rows[1:]:
        padded = line + [""] * (len(header) - len(line))
        if any(padded[len(header) :]):
            problems.append(
                Problem(
                    path,
                    f"line {number}",
                    rule=f"has {len(line)} cells, the header has {len(header)}",
                    cure="mind separators inside of cells",
                )
            )
        cells.append(padded[: len(header)])
        lines.append(number)
    if problems:
        return pd.DataFrame(), problems
    return pd.DataFrame(cells, columns=header, index=lines, dtype=str), []
