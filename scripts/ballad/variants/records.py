"""
The panel's records of a VCF, in one of three ways: by region, by scan, from a BCF.

Each way tests whether a record touches a gene of the panel by its whole extent, so
that all three find the same records, each once.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, NamedTuple

from ballad.variants.blocks import Blocks
from ballad.variants.breakends import genes_of_mates, has_mates
from ballad.variants.files import (
    VcfError,
    VcfFile,
    bcf_records,
    lines,
    opened_bcf,
    pieces,
)
from ballad.variants.header import text_of
from ballad.variants.index import Bins, Windows, found_of_size, read_index
from ballad.variants.nearness import Near
from ballad.variants.panel import Panel


class Record(NamedTuple):
    """One record that touches the panel."""

    place: str  # for messages: its line or position
    columns: list[str]
    genes: list[str]  # of the panel, that it touches


class Tally:
    """Records of a file, counted while they are read."""

    def __init__(self) -> None:
        self.records = 0
        self.in_panel = 0


def by_region(
    file: VcfFile, panel: Panel, columns: int, tally: Tally
) -> Iterator[Record] | None:
    """
    Read the panel's regions with the help of the index; None if it does not fit.

    An index made for another file of this size would hide records, and so would any
    index those of which the mate alone lies in the panel; looking through a small file
    is cheap.
    """
    index = read_index(str(file.index))
    size = os.path.getsize(file.path)
    if index is None or index.records is None or not found_of_size(index, size):
        return None
    if size <= _COUNTED_WHOLE:
        found = [line for line in lines(file) if line and not line.startswith(b"#")]
        if len(found) != index.records or any(map(has_mates, found)):
            return None
    tally.records = index.records
    return _fetched(file, index.contigs, panel, columns, tally)


_COUNTED_WHOLE = 2**17  # bytes; within two blocks of BGZF the end tells nothing


def _fetched(
    file: VcfFile,
    contigs: Mapping[bytes, Windows | Bins],
    panel: Panel,
    columns: int,
    tally: Tally,
) -> Iterator[Record]:
    with closing(Blocks(file.path)) as blocks:
        for name, contig in contigs.items():
            chrom = name.decode().removeprefix("chr")
            regions = panel.merged(chrom)
            if not regions:
                continue
            contig_lines = ContigLines(blocks, name, contig, contigs)
            for line in contig_lines.touching(regions):
                record = split_record(text_of(line.rstrip(b"\r")), columns)
                genes = genes_of(record, panel)
                if genes:
                    tally.in_panel += 1
                    yield Record(f"{name.decode()}:{record[1]}", record, genes)


class ContigLines:
    """
    The lines of one contig, read forward through its regions.

    A line is passed once: what lies between two regions is skipped by the index, and
    a long record is judged by its whole extent where it begins.
    """

    def __init__(
        self,
        blocks: Blocks,
        name: bytes,
        contig: Windows | Bins,
        known: Mapping[bytes, Windows | Bins],
    ) -> None:
        self._blocks, self._contig, self._known = blocks, contig, known
        self._begin = name + b"\t"
        self._data, self._at = b"", 0
        # Where the block of `_data` lies in the file, what was left over before it in
        # `_data`, and where the next one lies.
        self._address, self._left, self._next = -1, 0, 0

    def touching(self, regions: Sequence[tuple[int, int]]) -> Iterator[bytes]:
        """
        Yield the lines that may touch the regions, which are sorted and disjoint.

        Lines that begin before a region are tested by the length of REF; those of a
        symbolic allele are always yielded.

        Raises
        ------
        ValueError
            If the index leads elsewhere than to lines of the contig in order.
        """
        waiting, last = -1, 0  # position of the next line; None: the contig ended
        for start, end in regions:
            if waiting >= end:
                continue  # all lines before the next one are judged
            offset = self._contig.begin(start)
            if offset is None:
                return
            if offset > self._offset():
                self._seek(offset)
            while (found := self._line()) is not None:
                newline, waiting = found
                if waiting < last:
                    raise ValueError("the file is not sorted")
                if waiting >= end:
                    break
                last = waiting
                line = self._data[self._at : newline]
                self._at = newline + 1
                if waiting >= start or _may_reach(line, waiting, start):
                    yield line
            else:
                waiting = _BEHIND

    def _offset(self) -> int:
        # A line that began in an earlier block lies before this one.
        return (self._address << 16) + max(self._at - self._left, -1)

    def _seek(self, offset: int) -> None:
        address, inside = offset >> 16, offset & 0xFFFF
        if address != self._address:
            self._data, self._next = self._blocks.read(address)
            self._address, self._left = address, 0
        self._at = self._left + inside

    def _line(self) -> tuple[int, int] | None:
        """Find the end of the next line and its 0-based position."""
        newline = self._data.find(b"\n", self._at)
        while newline < 0:
            if self._next >= self._blocks.size:
                if self._at >= len(self._data):
                    return None
                newline = len(self._data)  # the last line lacks its end
                break
            searched = len(self._data) - self._at
            self._data = self._data[self._at :]
            more, following = self._blocks.read(self._next)
            self._address, self._left = self._next, len(self._data)
            self._data, self._next, self._at = self._data + more, following, 0
            newline = self._data.find(b"\n", searched)
        if not self._data.startswith(self._begin, self._at):
            name, found, _ = self._data[self._at : newline].partition(b"\t")
            if found and name in self._known:
                return None
            raise ValueError("the index leads to no line of the contig")
        begin = self._at + len(self._begin)
        position = self._data[begin : self._data.find(b"\t", begin, newline)]
        if not position.isdigit():
            raise ValueError(f"position {position!r} is no number")
        return newline, int(position) - 1


_BEHIND = 1 << 62


def _may_reach(line: bytes, position: int, start: int) -> bool:
    _, ref, alt = line.split(b"\t", 5)[2:5]
    return position + len(ref) > start or b"<" in alt


def scanned(
    file: VcfFile, panel: Panel, columns: int, tally: Tally
) -> Iterator[Record]:
    """Read a file from its beginning to its end; its order is not trusted."""
    near, number, tabs = Near(panel), 0, columns - 1
    headers = 0
    for piece in pieces(file):
        count, places = near.among(piece)
        if piece.count(b"\t") != count * tabs:
            places = None
        tally.records += count
        # Most of a genome lies far from the panel: such a piece is only counted.
        for place, line in _lines_of(piece, places):
            if _no_record(file, number + place, line, columns):
                tally.records -= 1
                headers += line.startswith(b"#CHROM\t")
                if headers > 1:
                    raise VcfError(
                        f"{file.path}: line {number + place}: a second line #CHROM; "
                        "files of other samples are joined with bcftools merge"
                    )
            elif places is not None or near.may_touch(line):
                record = _record_at(file, panel, number + place, line, columns)
                if record is not None:
                    tally.in_panel += 1
                    yield record
        number += count


def _lines_of(piece: bytes, places: list[int] | None) -> Iterator[tuple[int, bytes]]:
    """Yield lines with their number in the piece: those that begin there, or all."""
    if places is None:
        yield from enumerate(piece[1:].split(b"\n"), 1)
        return
    number, counted = 0, 0
    for place in places:
        number += piece.count(b"\n", counted, place)
        counted = place
        end = piece.find(b"\n", place)
        yield number, piece[place:end] if end >= 0 else piece[place:]


def _no_record(file: VcfFile, number: int, line: bytes, columns: int) -> bool:
    """Say whether a line is empty or a comment; refuse one of other columns."""
    if line.startswith(b"#") or not line.rstrip(b"\r"):
        return True
    if line.count(b"\t") != columns - 1:
        _split_at(file, number, line, columns)
    return False


def _record_at(
    file: VcfFile, panel: Panel, number: int, line: bytes, columns: int
) -> Record | None:
    chrom, _, rest = line.partition(b"\t")
    name = text_of(chrom).removeprefix("chr")
    mated = has_mates(line)
    if not panel.regions.get(name) and not mated:
        return None
    position, _, ref, alt, _ = rest.split(b"\t", 4)
    if position.isdigit() and ref and alt and b"<" not in alt and not mated:
        start = int(position) - 1
        if not panel.genes_at(name, start, start + len(ref)):
            return None
    record = _split_at(file, number, line, columns)
    genes = genes_of(record, panel)
    return Record(f"line {number}", record, genes) if genes else None


def _split_at(file: VcfFile, number: int, line: bytes, columns: int) -> list[str]:
    try:
        return split_record(text_of(line.rstrip(b"\r")), columns)
    except ValueError as error:
        raise VcfError(f"{file.path}: line {number}: {error}") from error


def from_bcf(
    file: VcfFile, panel: Panel, columns: int, tally: Tally
) -> Iterator[Record]:
    """Read a BCF through cyvcf2."""
    expected = bcf_records(file)
    for number, variant in enumerate(_variants(file), 1):
        tally.records += 1
        chrom = variant.CHROM.removeprefix("chr")
        if not panel.regions.get(chrom) and not _has_mate(variant):
            continue
        try:
            record = split_record(str(variant).rstrip("\n"), columns)
        except ValueError as error:
            raise VcfError(f"{file.path}: record {number}: {error}") from error
        genes = genes_of(record, panel)
        if genes:
            tally.in_panel += 1
            yield Record(f"record {number}", record, genes)
    if tally.records != expected:
        raise VcfError(
            f"{file.path}: record {tally.records + 1} of {expected} "
            "cannot be read; write the BCF again"
        )


def _has_mate(variant: Any) -> bool:
    alts = "".join(variant.ALT)
    if "[" in alts or "]" in alts:
        return True
    return "<" in alts and variant.INFO.get("CHR2") is not None


def _variants(file: VcfFile) -> Iterator[Any]:
    number = 0
    try:
        for variant in opened_bcf(file):
            number += 1
            yield variant
    except VcfError:
        raise
    except Exception as error:  # cyvcf2 raises bare exceptions
        raise VcfError(f"{file.path}: record {number + 1}: {error}") from error


def split_record(line: str, columns: int = 0) -> list[str]:
    """
    Split a line into its columns.

    Raises
    ------
    ValueError
        If it is no record, or has other columns than the header names.
    """
    record = line.split("\t")
    if len(record) < 8:
        raise ValueError("has fewer than 8 columns, or no tabs")
    if columns and len(record) != columns:
        raise ValueError(
            f"the record has {len(record)} columns, the header names {columns}"
        )
    if not record[1].isdecimal():
        raise ValueError(f"position {record[1]!r} is no number")
    if not record[3] or not record[4]:
        raise ValueError("REF or ALT is empty")
    return record


def genes_of(record: list[str], panel: Panel) -> list[str]:
    """Name the panel's genes that a record touches, by its extent or by a mate."""
    chrom = record[0].removeprefix("chr")
    genes = panel.genes_at(chrom, int(record[1]) - 1, end_of(record))
    alt = record[4]
    if "[" not in alt and "]" not in alt and "<" not in alt:
        return genes
    return sorted({*genes, *genes_of_mates(panel, alt, info_of(record[7]))})


def end_of(record: list[str]) -> int:
    """Return where a record ends, 0-based, exclusive: REF, END or SVLEN."""
    start = int(record[1]) - 1
    end = start + len(record[3])
    if "<" not in record[4]:
        return end
    info = info_of(record[7])
    if info.get("CHR2", record[0]).removeprefix("chr") != record[0].removeprefix("chr"):
        return end  # END is a position of the other chromosome
    if info.get("END", "").isdigit():
        end = max(end, int(info["END"]))
    # One length per alternative allele.
    lengths = info.get("SVLEN", "").split(",")
    for alt, text in zip(record[4].split(","), lengths, strict=False):
        length = text.lstrip("-")
        if length.isdigit() and "INS" not in alt:
            end = max(end, start + 1 + int(length))
    return end


def info_of(text: str) -> dict[str, str]:
    """Split INFO into key: value."""
    return dict(entry.partition("=")[::2] for entry in text.split(";"))
