"""Tables -> one Excel workbook that calculates nothing and is the same every time."""

import io
import math
import os
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from ballad.exports.cells import FORMULA, one_line
from ballad.writing import written_whole

# Of one sheet. A workbook of 3,000 patients held whole is 47 MB and opens in minutes.
ROWS = 35_000
CELL = 32_767  # characters, Excel's limit
NAME = 31  # characters of a sheet's name
WIDEST, NARROWEST = 60, 8  # characters
ROWS_MEASURED = 200  # a column is as wide as its first rows need
MOMENT = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP can hold
_STAMP = re.compile(
    rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:(?:created|modified)>)"
)


def write_workbook(
    sheets: Mapping[str, pd.DataFrame],
    is_number: Callable[[str, str], bool],
    path: str | os.PathLike,
    words: Sequence[str],
    files: Mapping[str, str],
) -> None:
    """
    Write one sheet per table, after a first sheet of words.

    Parameters
    ----------
    sheets
        Name and table, text.
    is_number
        Sheet and column: do its cells hold numbers? A cell of such a column that is
        no number stays text; every other cell is text whatever it looks like, so that
        ``007`` keeps its zeros and ``=1+1`` is not calculated.
    words
        Lines of the sheet ``about``.
    files
        Where a table is whole: of a longer one the first ROWS rows are written, and
        a last line says so.
    """
    book = Workbook(write_only=True)
    about = book.create_sheet("about")
    about.column_dimensions["A"].width = 110
    for line in words:
        about.append([_text(about, line)])
    for name, table in sheets.items():
        sheet = _add_sheet(book, name, table, is_number)
        if part := shortened(table, files.get(name, "")):
            line = WriteOnlyCell(sheet, part)
            line.font = Font(bold=True)
            sheet.append([line])
    written = io.BytesIO()
    book.save(written)
    with written_whole(path) as unfinished:
        unfinished.write_bytes(timeless(written.getvalue()))


def shortened(table: pd.DataFrame, file: str) -> str:
    """Say that a table is too long for a sheet; empty if it is not."""
    if len(table) <= ROWS:
        return ""
    return f"the first {ROWS:,} of {len(table):,} rows; all are in {file}"


def _add_sheet(
    book: Workbook,
    name: str,
    table: pd.DataFrame,
    is_number: Callable[[str, str], bool],
) -> Any:
    sheet = book.create_sheet(name[:NAME])
    shown = table.iloc[:ROWS]
    numeric = [is_number(name, column) for column in table]
    for place, column in enumerate(table, 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = _width(column, shown[column])
    sheet.freeze_panes = "A2"
    last = get_column_letter(max(1, len(table.columns)))
    sheet.auto_filter.ref = f"A1:{last}{len(shown) + 1}"
    heads = []
    for column in table:
        head = WriteOnlyCell(sheet, "")
        head.value, head.data_type = one_line(column), "s"
        head.font = Font(bold=True)
        head.alignment = Alignment(vertical="top")
        heads.append(head)
    sheet.append(heads)
    for row in shown.itertuples(index=False):
        sheet.append(
            [
                _cell(sheet, value, number)
                for value, number in zip(row, numeric, strict=True)
            ]
        )
    return sheet


def _width(column: str, cells: pd.Series) -> float:
    longest = max([len(column), *(len(str(c)) for c in cells.iloc[:ROWS_MEASURED])])
    return min(WIDEST, max(NARROWEST, longest + 2))


def _cell(sheet: Any, value: object, number: bool) -> Any:
    if value == "" or value is None:
        return None
    if number and (found := _finite(value)) is not None:
        return found
    return _text(sheet, value)


def _finite(value: object) -> float | None:
    try:
        found = float(str(value))
    except ValueError:
        return None
    # Excel has neither infinity nor NaN.
    return found if math.isfinite(found) else None


def _text(sheet: Any, value: object) -> Any:
    written = one_line(value)[:CELL]
    if not written.startswith((*FORMULA, "#")):
        return written
    cell = WriteOnlyCell(sheet, written)
    # openpyxl takes "=…" for a formula and "#N/A" for an error.
    cell.data_type = "s"
    if written.startswith(FORMULA):
        # Excel would calculate it once somebody edits the cell.
        cell.quotePrefix = True
    return cell


def timeless(workbook: bytes) -> bytes:
    """Return the workbook without the moment of its making."""
    source = zipfile.ZipFile(io.BytesIO(workbook))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _STAMP.sub(rb"\g<1>1980-01-01T00:00:00Z\g<3>", content)
            entry = zipfile.ZipInfo(name, MOMENT)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return target.getvalue()
