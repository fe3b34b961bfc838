"""How every table of the workflow is written and read back."""

import os
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from ballad.writing import written_whole


def read_table(path: str | os.PathLike, numeric: Iterable[str] = ()) -> pd.DataFrame:
    """
    Read a TSV as text, so that the identifier ``007`` is not the number 7.

    Parameters
    ----------
    path
        UTF-8, tab-separated, one header line; a byte order mark is accepted.
    numeric
        Columns to convert to numbers; empty cells become missing (NaN).

    Returns
    -------
    DataFrame of text columns
        An empty cell is the empty text, except in the numeric columns.

    Raises
    ------
    CutShortError
        If the last line has no end.
    ValueError
        If a cell of a numeric column is neither empty nor a number.
    """
    if cut_short(path):
        raise CutShortError(path)
    table = pd.read_csv(
        path, sep="\t", dtype=str, keep_default_na=False, encoding="utf-8-sig"
    )
    for column in numeric:
        table[column] = text_numbers(table[column], path)
    return table


class CutShortError(ValueError):
    """A table lacks its end: a full disk, a broken copy, an editor."""

    def __init__(self, path: str | os.PathLike) -> None:
        super().__init__(
            f"{path}: the table is cut short: its last line has no end -> delete it if "
            "it is a result and give the same command again; mend it if it is an input"
        )


def cut_short(path: str | os.PathLike) -> bool:
    """Tell whether a table's last line lacks its end; an empty file lacks it too."""
    with Path(path).open("rb") as table:
        size = table.seek(0, os.SEEK_END)
        table.seek(max(size - 1, 0))
        return table.read() != b"\n"


def text_numbers(cells: pd.Series, path: str | os.PathLike) -> pd.Series:
    """Turn text into numbers, empty into NaN; `path` names the table in the error."""
    filled = cells.where(cells != "")
    numbers = pd.to_numeric(filled, errors="coerce")
    wrong = filled.notna() & numbers.isna()
    if wrong.any():
        row = int(wrong.idxmax())
        raise ValueError(
            f"{path}: line {row + 2}, column {cells.name}: {cells[row]!r} is no number"
        )
    return numbers


def write_table(table: pd.DataFrame, path: str | os.PathLike) -> None:
    """Write a TSV in one step: whoever finds the file finds all of its rows."""
    with written_whole(path) as unfinished:
        table.to_csv(
            unfinished, sep="\t", index=False, float_format="%.10g", lineterminator="\n"
        )
