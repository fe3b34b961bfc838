"""Untrusted text as identifiers and cells that no other program can take for more."""

import csv
import hashlib
import os
import re
from collections.abc import Hashable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import pandas as pd

from ballad.calendar_dates import CALENDAR_DATE

Thing = TypeVar("Thing", bound=Hashable)
# cBioPortal: letters, digits, points, underscores and hyphens.
FORBIDDEN = re.compile(r"[^A-Za-z0-9._-]")
# Whatever may end a cell or a line, and what a file of text must not hold.
CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# A cell that begins so may be run as a formula (CWE-1236).
FORMULA = ("=", "+", "-", "@")
NAMES = ("patient", "sample")
DIGITS_OF_HASH = 8
LONGEST = 63  # characters of a sample's identifier in cBioPortal
SHARED = LONGEST - DIGITS_OF_HASH - 1
MISSING = ("na", "nan", "null", "none")  # readers take these for no name at all


def identifier(text: str) -> str:
    """
    Write a name in the characters that every program accepts.

    A name never begins with a point or a hyphen: it could be a path or an option. One
    that is too long ends in a part of its hash.
    """
    safe = FORBIDDEN.sub("_", text)
    if not safe[:1].isalnum() or safe.lower() in MISSING:
        safe = f"_{safe.lstrip('._-')}"
    if len(safe) <= LONGEST:
        return safe
    return f"{safe[: LONGEST - DIGITS_OF_HASH - 1]}_{short_hash(text)}"


def identifiers(names: Iterable[tuple[Thing, str]]) -> dict[Thing, str]:
    """
    Give each thing an identifier of its own.

    Parameters
    ----------
    names
        Thing and its name. Names that would become the same identifier, capitals
        apart, all get a part of a hash, so that the order of the rows decides nothing.
    """
    named = dict(names)
    wanted: dict[str, int] = {}
    for name in named.values():
        safe = identifier(name).lower()
        wanted[safe] = wanted.get(safe, 0) + 1
    return {
        thing: (
            identifier(name)
            if wanted[identifier(name).lower()] == 1
            else identifier(f"{identifier(name)[:SHARED]}_{short_hash(repr(thing))}")
        )
        for thing, name in named.items()
    }


def short_hash(text: str) -> str:
    """Shorten a text to a few characters that stay the same everywhere."""
    return hashlib.sha256(text.encode()).hexdigest()[:DIGITS_OF_HASH]


def one_line(text: object) -> str:
    """Write a cell without tabs, line ends or other control characters."""
    return CONTROLS.sub(" ", str(text)).strip()


def plain(text: object) -> str:
    """
    Write a cell for a reader that may unquote, comment out or calculate.

    Double quotes become single ones; a leading ``#`` or formula sign gets a single
    quote before it, except where the sign is the whole cell (``-``, an allele, and
    ``+``, a strand) or begins a number.
    """
    written = one_line(text).replace('"', "'")
    if written[:1] not in ("#", *FORMULA) or written in ("-", "+"):
        return written
    return written if _is_number(written) else f"'{written}"


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", text, re.I) is not None


def undated(table: pd.DataFrame) -> pd.DataFrame:
    """
    Take calendar dates out of what people and laboratories wrote.

    The names of patients and samples stay: they join the tables.
    """
    return table.assign(
        **{
            column: table[column]
            .astype(str)
            .str.replace(CALENDAR_DATE, "(date)", regex=True)
            for column in table
            if column not in NAMES
        }
    )


def write_plain(
    table: pd.DataFrame, path: str | os.PathLike, above: Sequence[str] = ()
) -> None:
    """Write a tab-separated table without quoting; `above` are lines before its head."""
    with Path(path).open("w", encoding="utf-8", newline="\n") as lines:
        for line in above:
            lines.write(f"{line}\n")
        writer = csv.writer(
            lines,
            delimiter="\t",
            quoting=csv.QUOTE_NONE,
            quotechar=None,
            lineterminator="\n",
        )
        writer.writerow(list(table))
        for row in table.itertuples(index=False):
            writer.writerow([plain(cell) for cell in row])
