"""Tables -> one Excel workbook that calculates nothing and is the same every time."""

import datetime
import math
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence

import pandas as pd
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from ballad.exports.cells import FORMULA, one_line
from ballad.writing import written_whole

# Of one sheet. A workbook of 3,000 patients held whole is 47 MB and opens in minutes.
ROWS = 35_000
CELL = 32_767  # characters, Excel's limit
NAME = 31  # characters of a sheet's name
WIDEST, NARROWEST = 60, 8  # characters
WIDTH_OF_WORDS = 110  # characters
ROWS_MEASURED = 200  # a column is as wide as its first rows need
PIXELS = 7  # of one character of a column's width, in Excel's own font
MOMENT = datetime.datetime(1980, 1, 1)  # the first that a ZIP can hold


class Sheet(Worksheet):
    """A worksheet whose cells are numbers or plain text."""

    def _xml_rich_inline_string(
        self, string: str, attributes: Sequence[tuple[str, object]] = ()
    ) -> None:
        # XlsxWriter takes text from <r> to </r> for marked-up text and writes it as
        # it is: a laboratory's note could break the file.
        self._xml_inline_string(string, False, attributes)


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
    # Rows wait in files, not in memory, until all sheets are put together.
    with tempfile.TemporaryDirectory() as folder, written_whole(path) as unfinished:
        book = Workbook(unfinished, {"constant_memory": True, "tmpdir": folder})
        book.set_properties({"created": MOMENT})
        quoted = book.add_format({"quote_prefix": True})
        head = book.add_format({"bold": True, "valign": "top"})
        bold = book.add_format({"bold": True})
        about = book.add_worksheet("about", Sheet)
        about.set_column_pixels(0, 0, WIDTH_OF_WORDS * PIXELS)
        _add_rows(about, ([line] for line in words), [False], quoted)
        for name, table in sheets.items():
            numeric = [is_number(name, column) for column in table]
            shown = table.iloc[:ROWS]
            sheet = book.add_worksheet(name[:NAME], Sheet)
            _lay_out(sheet, shown, head)
            rows = shown.itertuples(index=False, name=None)
            _add_rows(sheet, rows, numeric, quoted, first=1)
            if part := shortened(table, files.get(name, "")):
                sheet.write_string(len(shown) + 1, 0, part, bold)
        book.close()


def shortened(table: pd.DataFrame, file: str) -> str:
    """Say that a table is too long for a sheet; empty if it is not."""
    if len(table) <= ROWS:
        return ""
    return f"the first {ROWS:,} of {len(table):,} rows; all are in {file}"


def _lay_out(sheet: Worksheet, shown: pd.DataFrame, head: Format) -> None:
    for place, column in enumerate(shown):
        width = _width(column, shown[column])
        sheet.set_column_pixels(place, place, width * PIXELS)
        sheet.write_string(0, place, one_line(column), head)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(shown), max(0, len(shown.columns) - 1))


def _width(column: str, cells: pd.Series) -> int:
    longest = max([len(column), *(len(str(c)) for c in cells.iloc[:ROWS_MEASURED])])
    return min(WIDEST, max(NARROWEST, longest + 2))


def _add_rows(
    sheet: Worksheet,
    rows: Iterable[Sequence[object]],
    numeric: Sequence[bool],
    quoted: Format,
    first: int = 0,
) -> None:
    # Not `write`, which guesses: "=…" would be a formula and "http://…" a link.
    for line, row in enumerate(rows, first):
        for place, (value, number) in enumerate(zip(row, numeric, strict=True)):
            if value == "" or value is None:
                continue
            if number and (found := _finite(value)) is not None:
                sheet.write_number(line, place, found)
            elif written := one_line(value)[:CELL]:
                # Excel would calculate it once somebody edits the cell.
                edited = quoted if written.startswith(FORMULA) else None
                sheet.write_string(line, place, written, edited)


def _finite(value: object) -> float | None:
    try:
        found = float(str(value))
    except ValueError:
        return None
    # Excel has neither infinity nor NaN.
    return found if math.isfinite(found) else None
