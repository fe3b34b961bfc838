"""What a .tbi or .csi index says: number of records, and where a region begins."""

import struct
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import NamedTuple

from ballad.variants.blocks import Blocks

# No block of BGZF is longer; the last one before the end marker begins within it.
_BLOCK = 65536
_PAIR = struct.Struct("<Ii").unpack_from
_LONG = struct.Struct("<Q").unpack_from
_INTEGER = struct.Struct("<i").unpack_from
_WINDOW = 14  # a .tbi tells where records begin per 2**14 bases


class Windows(NamedTuple):
    """Per 2**14 bases of a contig, the first record that touches them (.tbi)."""

    offsets: Sequence[int]

    def begin(self, start: int) -> int | None:
        """
        Return the virtual offset before which no record touches `start` or later.

        None: no record does. Beyond the last window, the last one's offset.
        """
        offsets = self.offsets
        count = len(offsets)
        window = min(start >> _WINDOW, count - 1)
        while 0 <= window < count:
            if offset := offsets[window]:
                return offset
            window += 1  # nothing touches a window without an offset
        return None


class Bins(NamedTuple):
    """Per bin of a contig, the first record that touches its beginning (.csi)."""

    offsets: Mapping[int, int]
    first: int  # smallest offset of all
    shift: int
    depth: int

    def begin(self, start: int) -> int | None:
        """Return the virtual offset before which no record touches `start` or later."""
        if not self.offsets:
            return None
        # As the specification says: an absent bin is answered by its left neighbours
        # below the same parent, then by the parent.
        number = ((1 << 3 * self.depth) - 1) // 7 + (start >> self.shift)
        while number:
            if number in self.offsets:
                return max(self.offsets[number], self.first)
            parent = (number - 1) >> 3
            number = number - 1 if number > (parent << 3) + 1 else parent
        return max(self.offsets.get(0, 0), self.first)


class Index(NamedTuple):
    """An index; `records` and `end` come from its counting bins."""

    contigs: Mapping[bytes, Windows | Bins]  # names as in the file
    records: int | None  # of the whole file; None: not told
    end: int  # virtual offset behind the last record


def read_index(path: str) -> Index | None:
    """
    Read an index, which is a BGZF file itself; None if it is none, cut, or not of VCF.

    Source: SAM/VCF index specifications (tabix, CSIv1); the pseudo-bin beside the
    real bins holds the counts of mapped and unmapped records.
    """
    with closing(Blocks(path)) as blocks:
        data = blocks.whole()
    try:
        if data[:4] == b"TBI\x01":
            return _tbi(data)
        if data[:4] == b"CSI\x01":
            return _csi(data)
    except (struct.error, ValueError):
        pass
    return None


class _Counts:
    """Sums up the pseudo-bins."""

    def __init__(self) -> None:
        self.records, self.found, self.end = 0, 0, 0

    def add(self, data: bytes, cursor: int) -> None:
        _, end, mapped, unmapped = struct.unpack_from("<4Q", data, cursor)
        self.end = max(self.end, end)
        self.records += mapped + unmapped
        self.found += 1

    def of(self, contigs: int) -> int | None:
        return self.records if self.found == contigs else None


_OF_VCF = 2


def _refuse_preset(data: bytes, place: int) -> None:
    # Of columns alone (tabix -s1 -b2 -e2) the index does not know how far REF reaches.
    if _INTEGER(data, place)[0] & 0xFFFF != _OF_VCF:
        raise ValueError("not an index of a VCF")


_COUNTING_TBI = 37450
# Most bins have one chunk: number, 1, begin and end.
_PLAIN_BIN = 24  # bytes
_LOOKED_AT = 4096  # bins at once


def _tbi(data: bytes) -> Index:
    _refuse_preset(data, 8)
    (n_contigs,), (length,) = _INTEGER(data, 4), _INTEGER(data, 32)
    names, cursor = data[36 : 36 + length].split(b"\0")[:-1], 36 + length
    counts, contigs, view = _Counts(), {}, memoryview(data)
    for name in names[:n_contigs]:
        (n_bins,) = _INTEGER(data, cursor)
        cursor = _behind_bins(data, cursor + 4, n_bins, counts)
        (n_windows,) = _INTEGER(data, cursor)
        windows = view[cursor + 4 : cursor + 4 + 8 * n_windows]
        if len(windows) != 8 * n_windows:
            raise ValueError("the index is cut")
        contigs[name] = Windows(_little_endian(windows))
        cursor += 4 + 8 * n_windows
    if cursor > len(data) or len(names) != n_contigs:
        raise ValueError("the index is cut")
    return Index(contigs, counts.of(n_contigs), counts.end)


def _behind_bins(data: bytes, cursor: int, left: int, counts: _Counts) -> int:
    """Pass over the bins of a contig and add up what the counting one says."""
    while left > 0:
        if cursor >= len(data):
            raise ValueError("the index is cut")
        plain = _plain_bins(data, cursor, min(left, _LOOKED_AT))
        left -= plain
        cursor += plain * _PLAIN_BIN
        if left and plain < _LOOKED_AT:
            number, n_chunks = _PAIR(data, cursor)
            if number == _COUNTING_TBI and n_chunks == 2:
                counts.add(data, cursor + 8)
            left -= 1
            cursor += 8 + 16 * n_chunks
    return cursor


def _plain_bins(data: bytes, cursor: int, most: int) -> int:
    """Count the bins of one chunk that follow each other here; no step per bin."""
    for place, value in zip(range(4, 8), b"\x01\0\0\0", strict=True):
        each = data[cursor + place : cursor + most * _PLAIN_BIN : _PLAIN_BIN]
        most = len(each) - len(each.lstrip(bytes([value])))
    return most


def _little_endian(view: memoryview) -> Sequence[int]:
    if sys.byteorder == "little":
        return view.cast("Q")
    return struct.unpack(f"<{len(view) // 8}Q", view)


_WIDEST, _DEEPEST = 62, 10  # a bin's number has 32 bits


def _csi(data: bytes) -> Index | None:
    shift, depth, n_aux = struct.unpack_from("<3i", data, 4)
    if n_aux < 28:
        return None  # of a BCF: without the names
    _refuse_preset(data, 16)
    if not (0 <= shift <= _WIDEST and 0 <= depth <= _DEEPEST):
        raise ValueError("the index is damaged: bins of no size")
    (length,) = _INTEGER(data, 16 + 24)
    names = data[16 + 28 : 16 + 28 + length].split(b"\0")[:-1]
    cursor = 16 + n_aux
    (n_contigs,) = _INTEGER(data, cursor)
    cursor += 4
    counting = ((1 << 3 * (depth + 1)) - 1) // 7 + 1
    counts, contigs = _Counts(), {}
    for name in names[:n_contigs]:
        (n_bins,) = _INTEGER(data, cursor)
        cursor += 4
        offsets, first = {}, 1 << 64
        for _ in range(n_bins):
            number, offset, n_chunks = struct.unpack_from("<IQi", data, cursor)
            cursor += 16
            if number == counting and n_chunks == 2:
                counts.add(data, cursor)
            else:
                offsets[number] = offset
                for chunk in range(n_chunks):
                    first = min(first, _LONG(data, cursor + 16 * chunk)[0])
            cursor += 16 * n_chunks
        contigs[name] = Bins(offsets, first, shift, depth)
    if cursor > len(data) or len(names) != n_contigs:
        raise ValueError("the index is cut")
    return Index(contigs, counts.of(n_contigs), counts.end)


def indexed_records(index: str, size: int | None = None) -> int | None:
    """
    Return how many records an index says its file has; None if it does not say.

    With the `size` of the file in bytes, also None if the index ends elsewhere than
    the file does: it is another file's.
    """
    found = read_index(index)
    if found is None or (size is not None and not found_of_size(found, size)):
        return None
    return found.records


def found_of_size(index: Index, size: int) -> bool:
    """Say whether an index can be that of a file of so many bytes."""
    return size - 2 * _BLOCK <= index.end >> 16 <= size
