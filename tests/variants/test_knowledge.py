import pytest

from ballad.variants.knowledge import rows_of


def test_a_row_is_told_by_the_names_of_its_columns(tmp_path):
    path = tmp_path / "genes.tsv"
    path.write_bytes(b'symbol\tnote\r\nTP53\tthe "guardian"\r\n\r\nPAX5\t\r\n')

    assert list(rows_of(str(path))) == [
        {"symbol": "TP53", "note": 'the "guardian"'},
        {"symbol": "PAX5", "note": ""},
    ]


def test_a_row_of_other_columns_is_named(tmp_path):
    path = tmp_path / "genes.tsv"
    path.write_text("symbol\tnote\nTP53\n")

    with pytest.raises(ValueError, match=r"genes\.tsv: line 2 has 1 columns, .* has 2"):
        list(rows_of(str(path)))
