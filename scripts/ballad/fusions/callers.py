"""Fusion tables, one shape per caller, read by column name."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ballad.fusions.layouts import (
    BANNED,
    CONFIDENCES,
    FORMATS,
    NO_COUNT,
    OUT_OF_FRAME,
    READ_THROUGH,
    REPORT_SPANNING,
    REPORT_SPLIT,
    REPORT_TOOLS,
    Layout,
)
from ballad.spreadsheet_dates import CURE, date_for_gene


class FusionTableError(ValueError):
    """A fusion table lacks a column or holds no number where one must be."""


@dataclass(frozen=True)
class Call:
    """One row of a fusion table."""

    gene5: str  # as the caller wrote it; a pair joined by - stays whole in here
    gene3: str
    split_reads: int
    spanning_reads: int
    confidence: str  # high, medium, low; empty if the caller gives none
    read_through: bool  # or banned by the caller: seen in healthy tissue, paralogues
    source: str  # path:line
    callers: tuple[str, ...] = ()  # who found it; empty: the column of the sheet says
    out_of_frame: bool = False  # as the caller predicts it
    counted: bool = True  # the table has read counts
    breakpoint5: str = ""  # chrom:pos, as the caller writes it, without strand
    breakpoint3: str = ""


class _Tabs(csv.excel_tab):
    quoting = csv.QUOTE_NONE


def read_calls(path: str, caller: str) -> Iterator[Call]:
    """
    Read a fusion table; a table with a header and no rows found nothing.

    Parameters
    ----------
    caller
        Column of the sample sheet. In ``fusions`` the header tells which of FORMATS
        the table has; a list without header holds one pair ``A--B`` per line.

    Raises
    ------
    FusionTableError
        If a column is missing or a read count is no number; names file, line, column.
        If the header fits no layout: the nearest one and what it lacks.
    """
    with open(path, encoding="utf-8-sig", newline="") as lines:
        first = lines.readline()
        comma = "\t" not in first and "," in first
        style: type[csv.Dialect] = csv.excel if comma else _Tabs
        header = [
            name.lstrip("#").strip().strip('"')
            for name in next(csv.reader([first], style), [])
        ]
        rows = csv.reader(lines, style)
        if caller == "fusions" and len(header) == 1 and split_pair(header[0])[1]:
            yield from _listed(path, [header, *rows])
            return
        name = _recognised(path, header) if caller == "fusions" else caller
        layout = FORMATS[name]
        places = _places(path, name, layout, header)
        yield from _calls(path, rows, header, _Table(path, name, layout, places))


@dataclass(frozen=True)
class _Table:
    path: str
    name: str
    layout: Layout
    places: Mapping[str, int]


def split_pair(text: str) -> tuple[str, str]:
    """
    Split ``A::B``, ``A--B`` or ``A:B`` into its genes.

    A single ``-`` may be part of a symbol (NKX2-1, HLA-A): the text stays whole, as
    first of the two, for the gene names to decide.
    """
    for separator in ("::", "--", ":"):
        if text.count(separator) == 1:
            five, three = text.split(separator)
            return five.strip(), three.strip()
    return text.strip(), ""


def _pair(path: str, number: int, text: str) -> tuple[str, str]:
    """Split a pair; ``A-B`` stays whole for the gene names to decide."""
    five, three = split_pair(text)
    if not (five and three) and not re.fullmatch(r"[^-:\s]+(?:-[^-:\s]+)+", text):
        raise FusionTableError(
            f"{path}: line {number}: {text!r} is no pair of genes; write A--B or A::B"
        )
    return five, three


def _refuse_dates(path: str, number: int, pair: tuple[str, str]) -> None:
    """Stop at a partner that a spreadsheet took for a date: KMT2A::6-Sep."""
    for cell in pair:
        for part in cell.split(","):
            if told := date_for_gene(re.split(r"[\^(]", part)[0]):
                raise FusionTableError(
                    f"{path}: line {number}: {part!r} {told}; {CURE}"
                )


def _listed(path: str, rows: list[list[str]]) -> Iterator[Call]:
    for number, cells in enumerate(rows, 1):
        if text := (cells[0].strip().strip('"') if cells else ""):
            five, three = _pair(path, number, text)
            _refuse_dates(path, number, (five, three))
            source = f"{path}:{number}"
            tools = ("fusion_report",)
            yield Call(five, three, 0, 0, "", False, source, tools, counted=False)


def _missing(layout: Layout, header: list[str]) -> list[str]:
    names = [layout.gene5, layout.gene3, *layout.split, *layout.spanning]
    names += [layout.confidence, *layout.type, *layout.signs]
    return [
        name
        for name in dict.fromkeys(names)
        if name
        and name not in layout.optional
        and not set(name.split("|")) & set(header)
    ]


def _recognised(path: str, header: list[str]) -> str:
    lacking = {
        name: _missing(layout, header)
        for name, layout in FORMATS.items()
        if not set(layout.forbidden) & set(header)
    }
    for name, missing in lacking.items():
        if not missing:
            return name
    # The nearest layout is the one of which most columns are there.
    found = {
        name: sum(
            bool(set(column.split("|")) & set(header))
            for column in (layout.gene5, *layout.split, *layout.spanning, *layout.type)
        )
        for name, layout in FORMATS.items()
        if name in lacking
    }
    nearest = max(found, key=lambda name: found[name])
    if not found[nearest]:
        nearest = "fusions"
    raise FusionTableError(
        f"{path}: line 1 fits no fusion table; the nearest is {nearest}, which needs "
        f"{', '.join(lacking[nearest])}; columns: {', '.join(header[:8])}; "
        f"known tables: {', '.join(FORMATS)}"
    )


def _places(
    path: str, caller: str, layout: Layout, header: list[str]
) -> dict[str, int]:
    if missing := _missing(layout, header):
        raise FusionTableError(
            f"{path}: line 1 lacks the column {', '.join(missing)} of {caller}; is it a "
            f"table of another caller? columns: {', '.join(header[:8])}"
        )
    names = [n for name in _wanted(layout) for n in name.split("|") if n]
    if twice := sorted({name for name in names if header.count(name) > 1}):
        raise FusionTableError(
            f"{path}: line 1 has the column {', '.join(twice)} twice; keep one"
        )
    places = {}
    for name in _wanted(layout):
        here = [header.index(n) for n in name.split("|") if n in header]
        if here:
            places[name] = here[0]
    return places


def _wanted(layout: Layout) -> list[str]:
    wanted = [layout.gene5, layout.gene3, *layout.split, *layout.spanning]
    return [*wanted, layout.confidence, *layout.type, layout.frame, *layout.breakpoints]


def _calls(
    path: str, rows: Iterator[list[str]], header: list[str], table: _Table
) -> Iterator[Call]:
    sample = header.index("sample") if "sample" in header else None
    first_sample = ""
    for number, cells in enumerate(rows, 2):
        if not any(cells):
            continue
        if sample is not None and sample < len(cells):
            first_sample = first_sample or cells[sample]
            if cells[sample] != first_sample:
                raise FusionTableError(
                    f"{path}: line {number}, column sample: {cells[sample]!r} after "
                    f"{first_sample!r}; a table holds one sample, split it"
                )
        if table.name == "fusion_report":
            yield _reported(table, number, header, cells)
        else:
            yield _call(table, number, cells)


def _call(table: _Table, number: int, cells: list[str]) -> Call:
    layout, places = table.layout, table.places

    def cell(name: str) -> str:
        place = places.get(name)
        if place is None or place >= len(cells):
            return ""
        return cells[place].strip().strip('"')

    def reads(names: tuple[str, ...]) -> int:
        return sum(_count(table, number, name, cell(name)) for name in names)

    kinds = " ".join(cell(name) for name in layout.type).lower()
    words = re.split(r"[,;\s]+", kinds)
    pair = (cell(layout.gene5), cell(layout.gene3))
    # A row cut short or a blank partner would read as "no such fusion".
    for name, gene in zip((layout.gene5, layout.gene3), pair, strict=True):
        if name and not gene:
            raise FusionTableError(
                f"{table.path}: line {number}, column {name}: no gene is named"
            )
    if not layout.gene3:
        pair = _pair(table.path, number, pair[0])
    _refuse_dates(table.path, number, pair)
    confidence = cell(layout.confidence) if layout.confidence else ""
    if confidence.lower() not in CONFIDENCES:
        raise FusionTableError(
            f"{table.path}: line {number}, column {layout.confidence}: {confidence!r} "
            "is none of high, medium, low"
        )
    return Call(
        gene5=pair[0],
        gene3=pair[1],
        split_reads=reads(layout.split),
        spanning_reads=reads(layout.spanning),
        confidence=CONFIDENCES[confidence.lower()],
        read_through=any(word in kinds for word in READ_THROUGH)
        or bool(set(BANNED) & set(words)),
        source=f"{table.path}:{number}",
        callers=() if table.name in ("fusions", "pairs") else (table.name,),
        out_of_frame=cell(layout.frame).lower() in OUT_OF_FRAME,
        counted=any(name in places for name in (*layout.split, *layout.spanning)),
        breakpoint5=_place(cell(layout.breakpoints[0])),
        breakpoint3=_place(cell(layout.breakpoints[1])),
    )


def _place(text: str) -> str:
    """Return ``chrom:pos`` of a breakpoint, without chr and strand; else nothing."""
    found = re.match(r"^(?:chr)?(\w+):(\d+)(?::[+-])?$", text)
    return f"{found[1]}:{found[2]}" if found else ""


def _count(table: _Table, number: int, column: str, text: str) -> int:
    if text in NO_COUNT:
        return 0
    if not re.fullmatch(r"\d+(?:\.0+)?", text):
        raise FusionTableError(
            f"{table.path}: line {number}, column {column}: {text!r} is no number of "
            "reads"
        )
    return int(text.split(".")[0])


def _reported(table: _Table, number: int, header: list[str], cells: list[str]) -> Call:
    """Read a row of fusion-report: one column per caller, ``key: value`` in each."""
    by_name = dict(zip(header, (cell.strip() for cell in cells), strict=False))
    tools = {
        ours: by_name[theirs]
        for theirs, ours in REPORT_TOOLS.items()
        if by_name.get(theirs)
    }
    counts = [
        (_sum(text, REPORT_SPLIT), _sum(text, REPORT_SPANNING))
        for text in tools.values()
    ]
    split, spanning = max(counts, key=sum, default=(0, 0))
    stated = re.findall(r"\bconfidence: *(high|medium|low)\b", " ".join(tools.values()))
    kinds = [re.search(r"\btype: *[^,]*read-?through", text) for text in tools.values()]
    pair = _pair(table.path, number, by_name["Fusion"].strip('"'))
    _refuse_dates(table.path, number, pair)
    return Call(
        gene5=pair[0],
        gene3=pair[1],
        split_reads=split,
        spanning_reads=spanning,
        confidence=next((c for c in ("high", "medium", "low") if c in stated), ""),
        read_through=bool(kinds) and all(kinds),
        source=f"{table.path}:{number}",
        callers=tuple(sorted(tools)) or ("fusion_report",),
        counted=any(sum(pair_counts) for pair_counts in counts),
    )


def _sum(text: str, keys: tuple[str, ...]) -> int:
    # A cell may list several breakpoints; the first is the best supported.
    found = (re.search(rf"\b{key}: *(\d+)\b", text) for key in keys)
    return sum(int(match.group(1)) for match in found if match)
