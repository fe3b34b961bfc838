import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ballad.exports.dictionary import Entry
from ballad.exports.parquet import labelled, write_parquet

ENTRIES = {
    "patient": Entry("text", "", "", "identifier"),
    "age": Entry("number", "years", "", "age at start"),
    "tp53": Entry("code", "", "present|absent|not_assessed", "TP53 mutated"),
    "in_rr": Entry("yes_no", "", "", "in the analysis set rr"),
}


def table(**columns):
    return labelled(pd.DataFrame(columns, dtype=object), ENTRIES.__getitem__, "cohort")


def test_each_column_has_its_type_its_label_and_its_unit():
    typed = table(patient=["007"], age=["45.5"], tp53=["absent"], in_rr=["yes"])

    assert typed.schema.types[:2] == [pa.string(), pa.float64()]
    assert all(pa.types.is_dictionary(kind) for kind in typed.schema.types[2:])
    assert typed.to_pylist() == [
        {"patient": "007", "age": 45.5, "tp53": "absent", "in_rr": "yes"}
    ]
    assert typed.schema.field("age").metadata == {
        b"label": b"age at start",
        b"unit": b"years",
    }
    assert (
        typed.schema.field("tp53").metadata[b"codes"] == b"present|absent|not_assessed"
    )


def test_missing_is_null_in_every_type():
    (row,) = table(patient=[""], age=[""], tp53=[""], in_rr=[""]).to_pylist()

    assert set(row.values()) == {None}


def test_codes_keep_their_order_and_unlisted_ones_follow():
    column = table(tp53=["odd", "present"]).column("tp53").combine_chunks()

    assert column.dictionary.to_pylist() == ["present", "absent", "not_assessed", "odd"]
    assert column.to_pylist() == ["odd", "present"]


def test_a_number_that_is_none_is_refused_by_name():
    with pytest.raises(ValueError, match="column age: 'old' is no number"):
        table(age=["old"])


def test_labels_survive_the_file_and_the_bytes_are_the_same(tmp_path):
    typed = table(patient=["1", "2"], age=["1", ""])
    for name in ("one", "two"):
        write_parquet(typed, tmp_path / name)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    read = pq.read_schema(tmp_path / "one")
    assert read.field("age").metadata[b"unit"] == b"years"
    assert pq.read_table(tmp_path / "one").to_pandas()["age"].sum() == 1
