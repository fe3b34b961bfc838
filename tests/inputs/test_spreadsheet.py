import datetime

import openpyxl
import pytest

from ballad.inputs.spreadsheet import read_sheet

EXPECTED = [["007", "F"], ["P2", ""]]


def written(tmp_path, name, data):
    path = tmp_path / name
    path.write_bytes(data)
    return str(path)


TEXTS = {
    "tabs": ("t.tsv", b"patient\tsex\n007\tF\nP2\t\n"),
    "commas": ("t.csv", b"patient,sex\n007,F\nP2,\n"),
    "semicolons": ("t.csv", b"patient;sex\n007;F\nP2;\n"),
    "byte order mark": ("t.tsv", b"\xef\xbb\xbfpatient\tsex\n007\tF\nP2\t\n"),
    "Windows lines": ("t.tsv", b"patient\tsex\r\n007\tF\r\nP2\t\r\n"),
    "no last line end": ("t.tsv", b"patient\tsex\n007\tF\nP2\t"),
    "blanks around cells": ("t.tsv", b" patient \tsex\n 007\tF \nP2\t\n"),
    "quotes": ("t.csv", b'patient,sex\n"007","F"\nP2,\n'),
    "empty columns of Excel": ("t.csv", b"patient,sex,,\n007,F,,\nP2,,,\n"),
}


@pytest.mark.parametrize(("name", "data"), TEXTS.values(), ids=TEXTS)
def test_a_sheet_is_read_alike_whatever_program_saved_it(tmp_path, name, data):
    frame, problems = read_sheet(written(tmp_path, name, data))

    assert problems == []
    assert list(frame.columns) == ["patient", "sex"]
    assert frame.values.tolist() == EXPECTED


def test_an_excel_sheet_keeps_text_whole_numbers_and_dates(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["patient", "age", "blasts", "start", "note"])
    book.active.append(["007", 41.0, 0.5, datetime.datetime(2020, 2, 29), None])
    path = tmp_path / "t.xlsx"
    book.save(path)

    frame, problems = read_sheet(str(path))

    assert problems == []
    assert frame.loc[2].tolist() == ["007", "41", "0.5", "2020-02-29", ""]


def test_the_index_is_the_line_of_the_file_even_after_a_blank_one(tmp_path):
    path = written(tmp_path, "t.tsv", b"patient\n\nP1\n\nP2\n")

    frame, _ = read_sheet(path)

    assert frame.index.tolist() == [3, 5]


FAULTS = {
    "a row too wide": (b"patient\tsex\n007\tF\textra\n", "line 2", "has 3 cells"),
    "a cut row": (b"patient\tsex\nP2\n", "line 2", "has 1 cells, the header has 2"),
    "a column twice": (b"patient\tsex\tsex\n", "line 1", "stands twice"),
    "nothing": (b"", "", "is empty"),
    "no text": (b"patient\n\xff\xfe\x00", "line 2", "is no UTF-8"),
    "Latin 1": (b"patient\r\nP1\r\nM\xfcller\r\n", "line 3", "is no UTF-8"),
    "UTF-16": ("patient\n".encode("utf-16"), "line 1", "is no UTF-8"),
    "an Excel workbook": (b"PK\x03\x04rest", "", "is an Excel workbook"),
    "an old workbook": (b"\xd0\xcf\x11\xe0rest", "", "of the old kind"),
    "NUL bytes": (b"patient\n\x00\n", "", "NUL bytes"),
}


@pytest.mark.parametrize(("data", "row", "rule"), FAULTS.values(), ids=FAULTS)
def test_a_sheet_that_cannot_be_trusted_is_refused(tmp_path, data, row, rule):
    frame, (problem,) = read_sheet(written(tmp_path, "t.tsv", data))

    assert frame.empty
    assert problem.row == row
    assert rule in problem.rule
    assert problem.cure


def test_a_text_file_called_xlsx_is_refused(tmp_path):
    _, (problem,) = read_sheet(written(tmp_path, "t.xlsx", b"patient\tsex\n"))

    assert problem.rule == "is no Excel workbook, though its name says so"
    assert "call text .tsv" in problem.cure


def test_all_rows_of_another_width_are_named(tmp_path):
    data = b"patient\tsex\nP1\nP2\tF\nP3\tF\tx\nP4\n"

    _, problems = read_sheet(written(tmp_path, "t.tsv", data))

    assert [problem.row for problem in problems] == ["line 2", "line 4", "line 5"]


def workbook(tmp_path, **sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    path = tmp_path / "t.xlsx"
    book.save(path)
    return str(path)


def test_date_cells_of_a_workbook_are_written_like_the_dates_that_are_text(tmp_path):
    rows = [["patient", "start"], ["P1", datetime.datetime(2020, 2, 3)]]
    path = workbook(tmp_path, T=[*rows, ["P2", "04.02.2020"]])

    frame, problems = read_sheet(path, "%d.%m.%Y")

    assert problems == []
    assert frame["start"].tolist() == ["03.02.2020", "04.02.2020"]


def test_a_date_cell_keeps_its_century_under_a_format_of_two_figures(tmp_path):
    born = datetime.datetime(1950, 2, 3)
    path = workbook(tmp_path, T=[["patient", "born"], ["P1", born]])

    frame, _ = read_sheet(path, "%d.%m.%y")

    assert frame["born"].tolist() == ["1950-02-03"]  # strptime takes 50 for 2050


TABLE = [["patient", "sex"], ["P1", "F"]]


@pytest.mark.parametrize(
    "sheets",
    [
        {"Empty": [], "Data": TABLE},
        {"Data": TABLE, "Legend": [["m", "male"]]},
    ],
)
def test_the_first_worksheet_is_read_or_the_only_one_with_content(tmp_path, sheets):
    frame, problems = read_sheet(workbook(tmp_path, **sheets))

    assert problems == []
    assert frame["patient"].tolist() == ["P1"]


WORKBOOKS = {
    "two sheets to choose from": (
        {"Empty": [], "Data": TABLE, "Old": TABLE},
        "cannot be read: its first worksheet Empty is empty, Data and Old are not",
    ),
    "nothing": ({"Empty": []}, "t.xlsx, worksheet Empty: is empty"),
    "a title": (
        {"Data": [["Cohort of 2020"], *TABLE, ["P2", "M"]]},
        "worksheet Data, line 1, value 'Cohort of 2020': is a title, no header",
    ),
    "a wide row": ({"Data": [*TABLE, ["P2", "M", "x"]]}, "worksheet Data, line 3: has"),
}


@pytest.mark.parametrize(("sheets", "said"), WORKBOOKS.values(), ids=WORKBOOKS)
def test_a_fault_of_a_workbook_names_its_worksheet(tmp_path, sheets, said):
    (problem,) = read_sheet(workbook(tmp_path, **sheets))[1]

    assert said in str(problem)


@pytest.mark.parametrize("sign", ";,")
def test_a_tsv_that_is_separated_otherwise_is_named_as_such(tmp_path, sign):
    data = f"patient{sign}sex\nP1{sign}F\n".encode()

    (problem,) = read_sheet(written(tmp_path, "t.tsv", data))[1]

    assert problem.rule.startswith(f"is separated by {sign}")


def test_the_empty_last_cells_of_a_workbook_are_no_cut_row(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["patient", "sex"])
    book.active.append(["P1"])
    path = tmp_path / "t.xlsx"
    book.save(path)

    frame, problems = read_sheet(str(path))

    assert problems == []
    assert frame.loc[2].tolist() == ["P1", ""]


@pytest.mark.parametrize(
    ("path", "rule"),
    [("https://example.org/t.tsv", "is an address"), ("nowhere.tsv", "file not found")],
)
def test_an_address_and_a_missing_file_are_refused(path, rule):
    _, problems = read_sheet(path)

    assert [problem.rule for problem in problems] == [rule]
