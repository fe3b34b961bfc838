"""The panel's records of an indexed VCF, read by region."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

from ballad.variants.blocks import Blocks
from ballad.variants.breakends import has_mates, undeclared
from ballad.variants.files import VcfFile, lines
from ballad.variants.header import text_of
from ballad.variants.index import Bins, Windows, found_of_size, read_index
from ballad.variants.panel import Panel
from ballad.variants.records import Record, Tally, genes_of, split_record


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
                if panel.misspells(name.decode()):
                    raise ValueError(f"the chromosome {name.decode()} is misspelt")
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
            If the index leads elsewhere than to lines of the contig in order, or a
            block read on the way has a breakend: there may be others elsewhere.
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
            self._data, self._next = self._read(address)
            self._address, self._left = address, 0
        self._at = self._left + inside

    def _read(self, address: int) -> tuple[bytes, int]:
        data, following = self._blocks.read(address)
        if undeclared(data):
            raise ValueError("a structural variant, of which the header says nothing")
        return data, following

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
            more, following = self._read(self._next)
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
    # REF is no longer than its line: most lines need not be taken apart.
    if position + len(line) <= start and b"<" not in line:
        return False
    _, ref, alt = line.split(b"\t", 5)[2:5]
    return position + len(ref) > start or b"<" in alt
