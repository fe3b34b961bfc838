"""Tables -> Parquet with a type, a label and a unit for each column."""

import os
from collections.abc import Callable

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from ballad.exports.dictionary import CODES, Entry
from ballad.tables import text_numbers


def labelled(
    table: pd.DataFrame, entry_of: Callable[[str], Entry], title: str
) -> pa.Table:
    """
    Give each column of a text table its type and its label.

    Parameters
    ----------
    table
        Text; empty is missing.
    entry_of
        Column: its entry in the data dictionary. A number becomes a float; a code and
        yes_no become a dictionary of text, the listed codes first; the rest is text.
    title
        Kept in the metadata of the schema.

    Returns
    -------
    Table
        Each field has the metadata ``label``, ``unit`` and ``codes``, as far as they
        are filled. Missing is null.

    Raises
    ------
    ValueError
        If a cell of a number is neither empty nor a number.
    """
    arrays, fields = [], []
    for column in table:
        entry = entry_of(column)
        array = _array(table[column], entry)
        said = {"label": entry.meaning, "unit": entry.unit, "codes": entry.codes}
        metadata = {key: text for key, text in said.items() if text}
        arrays.append(array)
        fields.append(pa.field(column, array.type, metadata=metadata))
    return pa.Table.from_arrays(
        arrays, schema=pa.schema(fields, metadata={"title": title})
    )


def _array(cells: pd.Series, entry: Entry) -> pa.Array:
    if entry.kind == "number":
        return pa.array(text_numbers(cells, "a table to export"), pa.float64())
    texts = [None if cell == "" else str(cell) for cell in cells]
    if entry.kind not in ("code", "yes_no"):
        return pa.array(texts, pa.string())
    listed = ["no", "yes"] if entry.kind == "yes_no" else entry.codes.split(CODES)
    levels = [level for level in listed if level]
    # A level that the dictionary does not list is kept behind those that it does.
    levels += sorted({text for text in texts if text is not None} - set(levels))
    place = {level: index for index, level in enumerate(levels)}
    indices = [None if text is None else place[text] for text in texts]
    return pa.DictionaryArray.from_arrays(
        pa.array(indices, pa.int32()), pa.array(levels, pa.string())
    )


def write_parquet(table: pa.Table, path: str | os.PathLike) -> None:
    """Write a table; the same table gives the same bytes."""
    pq.write_table(table, path, compression="zstd")
