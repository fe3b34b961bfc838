"""Fusion tables, one shape per caller, read by column name."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


class FusionTableError(ValueError):
    """A fusion table lacks a column or holds no number where one must be."""


@dataclass(frozen=True)
class Call:
    """One row of a fusion table."""

    gene5: str  # as the caller wrote it
    gene3: str
    split_reads: int
    spanning_reads: int
    confidence: str  # high, medium, low; empty if the caller gives none
    read_through: bool
    source: str  # path:line


@dataclass(frozen=True)
class Layout:
    """Which columns of a caller's table hold what; alternatives separated by |."""

    gene5: str
    gene3: str
    split: tuple[str, ...]
    spanning: tuple[str, ...]
    confidence: str = ""
    type: tuple[str, ...] = ()


LAYOUTS: Mapping[str, Layout] = {
    "arriba": Layout(
        "gene1",
        "gene2",
        ("split_reads1", "split_reads2"),
        ("discordant_mates",),
        "confidence",
        ("type",),
    ),
    "star_fusion": Layout(
        "LeftGene",
        "RightGene",
        ("JunctionReadCount|JunctionReads",),
        ("SpanningFragCount|SpanningFrags",),
    ),
    "fusioncatcher": Layout(
        "Gene_1_symbol(5end_fusion_partner)",
        "Gene_2_symbol(3end_fusion_partner)",
        ("Spanning_unique_reads",),
        ("Spanning_pairs",),
        "",
        ("Fusion_description",),
    ),
    "fusions": Layout(
        "gene5",
        "gene3",
        ("split_reads",),
        ("spanning_reads",),
        "confidence",
    ),
}
OPTIONAL = {"fusions": ("split_reads", "spanning_reads", "confidence")}
_READ_THROUGH = ("read-through", "readthrough", "read_through")


def read_calls(path: str, caller: str) -> Iterator[Call]:
    """
    Read a fusion table; a table with a header and no rows found nothing.

    Raises
    ------
    FusionTableError
        If a column is missing or a read count is no number; names file, line, column.
    """
    layout = LAYOUTS[caller]
    with open(path, encoding="utf-8-sig", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        header = [name.lstrip("#").strip() for name in next(rows, [])]
        places = _places(path, caller, layout, header)
        for number, cells in enumerate(rows, 2):
            if any(cells):
                yield _call(path, number, cells, places, layout)


def _places(
    path: str, caller: str, layout: Layout, header: list[str]
) -> dict[str, int]:
    wanted = [layout.gene5, layout.gene3, *layout.split, *layout.spanning]
    wanted += [name for name in (layout.confidence, *layout.type) if name]
    places, missing = {}, []
    for name in wanted:
        here = [header.index(n) for n in name.split("|") if n in header]
        if here:
            places[name] = here[0]
        elif name not in OPTIONAL.get(caller, ()):
            missing.append(name)
    if missing:
        raise FusionTableError(
            f"{path}: line 1 lacks the column {', '.join(missing)} of {caller}; is it a "
            f"table of another caller? columns: {', '.join(header[:8])}"
        )
    return places


def _call(
    path: str, number: int, cells: list[str], places: dict[str, int], layout: Layout
) -> Call:
    def cell(name: str) -> str:
        place = places.get(name)
        return "" if place is None or place >= len(cells) else cells[place].strip()

    def reads(names: tuple[str, ...]) -> int:
        total = 0
        for name in names:
            text = cell(name)
            if text and not text.isdigit():
                raise FusionTableError(
                    f"{path}: line {number}, column {name}: {text!r} is no number of reads"
                )
            total += int(text or 0)
        return total

    kinds = " ".join(cell(name) for name in layout.type).lower()
    return Call(
        gene5=cell(layout.gene5),
        gene3=cell(layout.gene3),
        split_reads=reads(layout.split),
        spanning_reads=reads(layout.spanning),
        confidence=cell(layout.confidence).lower() if layout.confidence else "",
        read_through=any(word in kinds for word in _READ_THROUGH),
        source=f"{path}:{number}",
    )
