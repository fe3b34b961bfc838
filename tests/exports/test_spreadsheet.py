import io
import tempfile
import time
import zipfile

import openpyxl
import pandas as pd
import pytest
from xlsxwriter.exceptions import FileCreateError

from ballad.exports import spreadsheet
from ballad.exports.spreadsheet import write_workbook

HOSTILE = (
    '=HYPERLINK("http://x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "<img src=x onerror=alert(1)>",
    "../../x",
    "#N/A",
    "http://x.example/a",
    "mailto:a@x.example",
    "<r><t>marked</t></r>",
    "<r></is></r>",
)


FILES = {"t": "work/t.tsv"}


@pytest.fixture
def written(tmp_path):
    def write(table, numbers=(), words=("Title",), name="t.xlsx"):
        path = tmp_path / name
        write_workbook(
            {"t": table}, lambda _, column: column in numbers, path, words, FILES
        )
        return path

    return write


def parts(path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_cell_that_looks_like_a_formula_is_text(written, text):
    path = written(pd.DataFrame({"patient": [text], text: [text]}), words=[text])

    sheet = openpyxl.load_workbook(path)["t"]
    assert [cell.value for cell in sheet[2]] == [text, text]
    assert sheet["B1"].value == text
    assert {cell.data_type for row in sheet for cell in row} == {"s"}
    assert not any(cell.hyperlink for row in sheet for cell in row)
    assert all("<f>" not in part for part in parts(path).values())
    # Without it Excel calculates the cell once somebody has edited it.
    assert sheet["A2"].quotePrefix == text.startswith(("=", "+", "-", "@"))


def test_numbers_are_numbers_and_identifiers_are_text(written):
    table = pd.DataFrame({"patient": ["007"], "n": ["12"], "p": ["-0.5"]}, dtype=object)

    sheet = openpyxl.load_workbook(written(table, numbers=("n", "p")))["t"]

    assert [cell.value for cell in sheet[2]] == ["007", 12, -0.5]


def test_what_is_no_number_stays_as_it_is_written(written):
    table = pd.DataFrame({"n": ["<5", "", "inf"]}, dtype=object)

    sheet = openpyxl.load_workbook(written(table, numbers=("n",)))["t"]

    assert [cell.value for (cell,) in sheet.iter_rows(min_row=2)][:2] == ["<5", None]
    assert sheet["A4"].value == "inf"


def test_the_head_is_bold_stays_in_view_and_filters_the_rows_below_it(written):
    sheet = openpyxl.load_workbook(written(pd.DataFrame({"n": ["1"], "p": ["2"]})))["t"]

    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:B2"
    assert [cell.font.b for row in sheet for cell in row] == [True, True, False, False]


def test_control_characters_do_not_break_the_file(written):
    table = pd.DataFrame({"note": ["a\x00b\tc\nd"]})

    assert openpyxl.load_workbook(written(table))["t"]["A2"].value == "a b c d"


@pytest.mark.parametrize("place", ["UTC", "America/Los_Angeles", "Pacific/Auckland"])
def test_the_workbook_knows_no_moment_and_no_place(written, monkeypatch, place):
    table = pd.DataFrame({"n": ["1"]})
    path = written(table)

    monkeypatch.setenv("TZ", place)
    time.tzset()
    try:
        again = written(table, name="again.xlsx").read_bytes()
    finally:
        monkeypatch.undo()
        time.tzset()

    assert path.read_bytes() == again
    archive = zipfile.ZipFile(io.BytesIO(again))
    assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 31, 0, 0, 0)}
    core = archive.read("docProps/core.xml").decode()
    assert core.count("1980-01-01T00:00:00Z") == 2


def test_the_columns_are_as_wide_as_their_first_rows_need(written):
    table = pd.DataFrame({"n": ["1"], "note": ["x" * 18], "long": ["x" * 99]})

    sheet = openpyxl.load_workbook(written(table))["t"]

    assert [sheet.column_dimensions[letter].width for letter in "ABC"] == [8, 20, 60]


def test_a_cell_holds_no_more_than_excel_takes(written):
    table = pd.DataFrame({"note": ["x" * 32_768]})

    assert openpyxl.load_workbook(written(table))["t"]["A2"].value == "x" * 32_767


def test_a_workbook_that_cannot_be_finished_leaves_nothing(
    written, tmp_path, monkeypatch
):
    (tmp_path / "waiting").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "waiting"))

    def full(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "write", full)

    with pytest.raises(FileCreateError, match="No space left"):
        written(pd.DataFrame({"n": ["1"]}))
    assert [path for path in tmp_path.rglob("*")] == [tmp_path / "waiting"]


def test_a_long_table_is_cut_and_its_last_line_says_where_it_is_whole(
    written, monkeypatch
):
    monkeypatch.setattr(spreadsheet, "ROWS", 2)

    sheet = openpyxl.load_workbook(written(pd.DataFrame({"n": list("1234")})))["t"]

    said = "the first 2 of 4 rows; all are in work/t.tsv"
    assert [cell.value for (cell,) in sheet.iter_rows()] == ["n", "1", "2", said]
