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
    "a row without its last cell": ("t.tsv", b"patient\tsex\n007\tF\nP2\n"),
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
    "a column twice": (b"patient\tsex\tsex\n", "line 1", "stands twice"),
    "nothing": (b"", "", "is empty"),
    "no text": (b"patient\n\xff\xfe\x00", "", "cannot be read"),
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
    _, problems = read_sheet(written(tmp_path, "t.xlsx", b"patient\tsex\n"))

    assert len(problems) == 1


@pytest.mark.parametrize(
    ("path", "rule"),
    [("https://example.org/t.tsv", "is an address"), ("nowhere.tsv", "file not found")],
)
def test_an_address_and_a_missing_file_are_refused(path, rule):
    _, problems = read_sheet(path)

    assert [problem.rule for problem in problems] == [rule]
