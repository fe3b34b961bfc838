"""Reading a sheet as text, whatever program saved it."""

import csv
import datetime
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from ballad.problems import Problem

ISO = "%Y-%m-%d"
# A workbook is a zip archive; a text file called .xlsx is none.
UNREADABLE = (OSError, ValueError, KeyError, csv.Error, zipfile.BadZipFile)


def read_sheet(path: str, date_format: str = ISO) -> tuple[pd.DataFrame, list[Problem]]:
    """
    Read a TSV, CSV or XLSX; every cell is text.

    Parameters
    ----------
    path
        ``.tsv``, ``.csv`` (comma or semicolon) or ``.xlsx``: its first worksheet, or
        the only one that holds anything.
    date_format
        How the date cells of a workbook are written as text, so that they read like
        the dates that are text in it.

    Returns
    -------
    DataFrame
        Text cells without surrounding blanks, an empty cell is the empty text; the
        index is the line of the file.
    list of Problem
        A file that is missing, not readable or of another kind than its name says,
        rows of another width, repeated column names; of a workbook they name the
        worksheet. The frame is empty then.
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
        if not _is_workbook(path):
            return _frame(path, "", _text_rows(path), cut_rows=False)
        name, rows = _worksheet(path, date_format)
    except UNREADABLE as error:
        rule = f"cannot be read: {error}"
        cure = "save it as UTF-8 text (.tsv, .csv) or as .xlsx"
        return pd.DataFrame(), [Problem(path, rule=rule, cure=cure)]
    # A workbook does not store the empty cells at the end of a row.
    return _frame(path, f"worksheet {name}, ", rows, cut_rows=True)


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


def _worksheet(path: str, date_format: str) -> tuple[str, list[tuple[int, list[str]]]]:
    """Return name and rows of the first worksheet, or of the only one with content."""
    # Takes a fifth of a second to load, and most sheets are text.
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    first, *others = book.worksheets
    if rows := _sheet_rows(first, date_format):
        return first.title, rows
    filled = {sheet.title: _sheet_rows(sheet, date_format) for sheet in others}
    filled = {title: rows for title, rows in filled.items() if rows}
    if len(filled) > 1:
        raise ValueError(
            f"its first worksheet {first.title} is empty, {' and '.join(filled)} are "
            "not: move the one that is meant to the first place"
        )
    return next(iter(filled.items()), (first.title, []))


def _sheet_rows(sheet: Any, date_format: str) -> list[tuple[int, list[str]]]:
    cells = sheet.iter_rows(values_only=True)
    return _filled([_cell(value, date_format) for value in row] for row in cells)


def _text_rows(path: str) -> list[tuple[int, list[str]]]:
    text = Path(path).read_text(encoding="utf-8-sig")
    if "\0" in text:
        raise ValueError("it holds NUL bytes")
    return _filled(csv.reader(text.splitlines(), delimiter=_delimiter(path, text)))


def _filled(lines: Iterable[list[str]]) -> list[tuple[int, list[str]]]:
    """Return the lines that hold anything, with their numbers."""
    stripped = [[cell.strip() for cell in line] for line in lines]
    return [(number, line) for number, line in enumerate(stripped, 1) if any(line)]


def _delimiter(path: str, text: str) -> str:
    if path.lower().endswith((".tsv", ".txt")):
        return "\t"
    header = text.splitlines()[0] if text else ""
    return max(",;\t", key=header.count)


def _cell(value: object, date_format: str) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        written = value.strftime(date_format)
        # A year of two figures does not tell the century: better refused than moved.
        whole = _read_back(written, date_format) == value.date()
        return written if whole else value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _read_back(written: str, date_format: str) -> datetime.date | None:
    try:
        return datetime.datetime.strptime(written, date_format).date()
    except ValueError:
        return None


def _frame(
    path: str, sheet: str, rows: list[tuple[int, list[str]]], cut_rows: bool
) -> tuple[pd.DataFrame, list[Problem]]:
    if not rows:
        rule = "is empty"
        return pd.DataFrame(), [
            Problem(path, sheet.rstrip(", "), rule=rule, cure="a header line is needed")
        ]
    first, header = rows[0]
    while header and not header[-1]:
        header = header[:-1]
    if problem := _no_header(path, f"{sheet}line {first}", header, rows[1:]):
        return pd.DataFrame(), [problem]
    problems = [
        Problem(
            path,
            f"{sheet}line {first}",
            name,
            rule="column name stands twice",
            cure="rename one",
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
                    f"{sheet}line {number}",
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


def _no_header(
    path: str, place: str, header: list[str], below: list[tuple[int, list[str]]]
) -> Problem | None:
    """Say whether the first line is a title, or is separated by another sign."""
    text = header[0] if len(header) == 1 else ""
    for sign in ";,":
        if sign in text and not _is_workbook(path):
            return Problem(
                path,
                place,
                rule=f"is separated by {sign}, the name of the file says tabs",
                cure="call it .csv, or save it separated by tabs",
            )
    widths = [sum(map(bool, line)) for _, line in below]
    if text and len(widths) > 1 and min(widths) > 1:
        return Problem(
            path,
            place,
            value=text,
            rule=f"is a title, no header: below it lines have up to {max(widths)} cells",
            cure="delete what stands above the names of the columns; of a workbook the "
            "first worksheet is read",
        )
    return None
