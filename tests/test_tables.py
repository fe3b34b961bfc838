import pandas as pd
import pytest

from ballad.tables import read_table, write_table


def test_identifiers_stay_text(tmp_path):
    path = tmp_path / "t.tsv"
    path.write_text("patient\tn\n007\t1\n")

    assert read_table(path)["patient"].tolist() == ["007"]


def test_the_text_na_is_not_missing(tmp_path):
    path = tmp_path / "t.tsv"
    path.write_text("patient\tvalue\nNA\tNone\n")

    assert read_table(path).iloc[0].tolist() == ["NA", "None"]


def test_numeric_columns_have_missing_values_where_cells_are_empty(tmp_path):
    path = tmp_path / "t.tsv"
    path.write_text("patient\tvaf\nA\t0.25\nB\t\n")

    vaf = read_table(path, numeric=["vaf"])["vaf"]

    assert vaf[0] == 0.25
    assert pd.isna(vaf[1])


def test_a_number_that_is_none_is_refused_with_its_line(tmp_path):
    path = tmp_path / "t.tsv"
    path.write_text("patient\tvaf\nA\t0.25\nB\t12,5%\n")

    with pytest.raises(ValueError, match=r"line 3, column vaf: '12,5%'"):
        read_table(path, numeric=["vaf"])


def test_a_written_table_is_read_back(tmp_path):
    table = pd.DataFrame({"patient": ["007"], "vaf": [1 / 3], "note": [None]})
    path = tmp_path / "new" / "t.tsv"

    write_table(table, path)

    back = read_table(path, numeric=["vaf"])
    assert back["vaf"][0] == pytest.approx(1 / 3, abs=1e-10)
    assert back["note"][0] == ""
    assert [file.name for file in path.parent.iterdir()] == ["t.tsv"]


def test_a_byte_order_mark_is_no_part_of_the_first_column(tmp_path):
    path = tmp_path / "t.tsv"
    path.write_bytes(b"\xef\xbb\xbfpatient\n1\n")

    assert list(read_table(path)) == ["patient"]
