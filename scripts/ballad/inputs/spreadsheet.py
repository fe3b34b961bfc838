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
        A file that is missing, not readable or of another kind than its name says,
        rows of another width, repeated column names. The frame is empty then.
    """
    if path.startswith(("http://", "https://")):
        return pd.DataFrame(), [
            Problem(path, rule="is an address", cure="copy the file to this machine")
        ]
    if not Path(path).is_file():
        return pd.DataFrame(), [
            Problem(path, rule="file not found", cure="correct the path in the config")
        ]
    if problem := _other_kind(path):
        return pd.DataFrame(), [problem]
    try:
        rows = _rows(path)
    except UNREADABLE as error:
        rule = f"cannot be read: {error}"
        cure = "save it as UTF-8 text (.tsv, .csv) or as .xlsx"
        return pd.DataFrame(), [Problem(path, rule=rule, cure=cure)]
    # A workbook does not store the empty cells at the end of a row.
    return _frame(path, rows, cut_rows=_is_workbook(path))


WORKBOOKS = (".xlsx", ".xlsm")
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def _is_workbook(path: str) -> bool:
    return path.lower().endswith(WORKBOOKS)


def _other_kind(path: str) -> Problem | None:
    """Say whether the bytes are of another kind of file than the name tells."""
    try:
        data = Path(path).read_bytes()
    except OSError:
        return None  # reading it says why
    if data.startswith(OLD_EXCEL):
        rule = "is an Excel workbook of the old kind"
        return Problem(path, rule=rule, cure="save it as .xlsx")
    if _is_workbook(path):
        if not data or data.startswith(ZIP):
            return None
        rule = "is no Excel workbook, though its name says so"
        return Problem(path, rule=rule, cure="call text .tsv or .csv, or save as .xlsx")
    if data.startswith(ZIP):
        rule = "is an Excel workbook"
        return Problem(path, rule=rule, cure="call it .xlsx")
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The codec counts from behind a byte order mark.
        text = data.removeprefix(b"\xef\xbb\xbf")
        line = len((text[: error.start] + b".").splitlines())
        return Problem(
            path,
            f"line {line}",
            value=f"byte 0x{text[error.start]:02x}",
            rule="is no UTF-8",
            cure="save it as UTF-8 text, or as .xlsx",
        )
    return None


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
    if _is_workbook(path):
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
    path: str, rows: list[tuple[int, list[str]]], cut_rows: bool
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
        if any(padded[len(header) :]) or (len(line) < len(header) and not cut_rows):
            problems.append(
                Problem(
                    path,
                    f"line {number}",
                    rule=f"has {len(line)} cells, the header has {len(header)}",
                    cure="mind separators inside of cells"
                    if len(line) > len(header)
                    else "a row may be cut: give every cell, also the empty ones",
                )
            )
        cells.append(padded[: len(header)])
        lines.append(number)
    if problems:
        return pd.DataFrame(), problems
    return pd.DataFrame(cells, columns=header, index=lines, dtype=str), []
