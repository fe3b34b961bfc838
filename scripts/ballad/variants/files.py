"""Opening a VCF: what kind it is, whether it is whole, whether its index helps."""

import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from isal import igzip, isal_zlib

BCF_MAGIC = b"BCF\x02"
BGZF_EOF = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")


# What isal raises on damaged data; its stubs do not say that error is an exception.
DAMAGE: tuple = (EOFError, OSError, isal_zlib.error)


class VcfError(ValueError):
    """A VCF cannot be read to its end, or does not hold what it should."""


@dataclass(frozen=True)
class VcfFile:
    """How a VCF is stored."""

    path: str
    compression: str  # bgzf, gzip, none, or bcf for BCF compressed or not
    index: str | None  # path of a usable index
    reason: str  # why there is none


MAF_ENDINGS = (".maf", ".maf.gz", ".maf.txt", ".maf.txt.gz")


def is_maf(path: str) -> bool:
    """Say by its name whether a file of small variants is a MAF."""
    return path.endswith(MAF_ENDINGS)


def inspect(path: str) -> VcfFile:
    """
    Find out how a VCF is stored and whether it can be read by region.

    Raises
    ------
    VcfError
        If the file is missing, empty, or a BGZF file without its end marker.
    """
    try:
        with open(path, "rb") as file:
            head = file.read(18)
    except OSError as error:
        raise VcfError(f"{path}: cannot be opened: {error.strerror}") from error
    if not head:
        raise VcfError(
            f"{path}: the file is empty; a VCF without variants has a header"
        )
    if head.startswith(BCF_MAGIC):
        return VcfFile(path, "bcf", None, "BCF, not VCF")
    if not head.startswith(b"\x1f\x8b"):
        return VcfFile(path, "none", None, "plain text")
    if not _is_bgzf(head):
        return VcfFile(path, "gzip", None, "gzip, not bgzip")
    _refuse_without_end(path)
    if _begins_with_bcf(path):
        return VcfFile(path, "bcf", None, "BCF, not VCF")
    index, reason = _usable_index(path)
    return VcfFile(path, "bgzf", index, reason)


def _is_bgzf(head: bytes) -> bool:
    return len(head) >= 18 and head[3] & 4 != 0 and head[12:14] == b"BC"


def _begins_with_bcf(path: str) -> bool:
    try:
        with igzip.open(path, "rb") as stream:
            return stream.read(len(BCF_MAGIC)) == BCF_MAGIC
    except DAMAGE:
        return False  # reading the lines says what is wrong


def bcf_records(file: VcfFile) -> int:
    """
    Count the records of a BCF and check that it is whole, block by block.

    Source: BCF2 specification; a record begins with the lengths of its two parts.

    Raises
    ------
    VcfError
        If compressed data are damaged, or the last record is cut.
    """
    with open(file.path, "rb") as plain:
        compressed = not plain.read(len(BCF_MAGIC)).startswith(BCF_MAGIC)
    count = 0
    try:
        with (igzip.open if compressed else open)(file.path, "rb") as stream:
            _whole(stream, len(BCF_MAGIC) + 1)  # and the minor version
            (length,) = struct.unpack("<I", _whole(stream, 4))
            _whole(stream, length)
            while begin := stream.read(8):
                shared, individual = struct.unpack("<2I", begin)
                _whole(stream, shared + individual)
                count += 1
    except (*DAMAGE, struct.error) as error:
        raise VcfError(
            f"{file.path}: record {count + 1}: damaged or cut BCF ({error}); "
            "copy it again"
        ) from error
    return count


def _whole(stream: BinaryIO, length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise EOFError(f"{len(data)} of {length} bytes are there")
    return data


def _refuse_without_end(path: str) -> None:
    with open(path, "rb") as file:
        file.seek(-min(len(BGZF_EOF), os.path.getsize(path)), os.SEEK_END)
        if file.read() != BGZF_EOF:
            raise VcfError(
                f"{path}: the end marker of bgzip is missing, the file was cut; "
                "copy or write it again"
            )


def _usable_index(path: str) -> tuple[str | None, str]:
    for ending in (".tbi", ".csi"):
        index = path + ending
        if not os.path.exists(index):
            continue
        if os.path.getmtime(index) < os.path.getmtime(path):
            return None, f"{ending} is older than the VCF"
        return index, ""
    return None, "no index; bgzip and tabix -p vcf make reading faster"


def record_count(file: VcfFile) -> int:
    """Count the records of a VCF by reading it whole."""
    return sum(1 for line in lines(file) if line and not line.startswith(b"#"))


def lines(file: VcfFile) -> Iterator[bytes]:
    """
    Yield the lines of a VCF, line ends removed.

    Raises
    ------
    VcfError
        If compressed data are damaged or end early.
    """
    opener = open if file.compression == "none" else igzip.open
    try:
        with opener(file.path, "rb") as stream:
            for line in stream:
                yield line.rstrip(b"\r\n")
    except DAMAGE as error:
        raise VcfError(
            f"{file.path}: damaged or cut compressed data ({error}); copy it again"
        ) from error


# No block of BGZF is longer; the last one before the end marker begins within it.
_BLOCK = 65536


def indexed_records(index: str, size: int | None = None) -> int | None:
    """
    Return how many records an index says its file has; None if it does not say.

    With the `size` of the file in bytes, also None if the index ends elsewhere than
    the file does: it is another file's.

    Source: SAM/VCF index specifications; the pseudo-bin after the last real bin holds
    the counts of mapped and unmapped records.
    """
    with igzip.open(index, "rb") as stream:
        data = stream.read()
    if data[:4] == b"TBI\x01":
        (n_contigs,), cursor = struct.unpack_from("<i", data, 4), 36
        pseudo_bin, has_offset = 37450, False
        cursor += struct.unpack_from("<i", data, 32)[0]
    elif data[:4] == b"CSI\x01":
        depth, n_aux = struct.unpack_from("<2i", data, 8)
        cursor = 16 + n_aux
        (n_contigs,) = struct.unpack_from("<i", data, cursor)
        cursor += 4
        pseudo_bin, has_offset = ((1 << 3 * (depth + 1)) - 1) // 7 + 1, True
    else:
        return None
    try:
        records, end = _pseudo_bins(data, cursor, n_contigs, pseudo_bin, has_offset)
    except struct.error:
        return None
    if size is not None and not size - 2 * _BLOCK <= end >> 16 <= size:
        return None
    return records


def _pseudo_bins(
    data: bytes, cursor: int, n_contigs: int, pseudo_bin: int, has_offset: bool
) -> tuple[int | None, int]:
    total, found, last = 0, 0, 0
    for _ in range(n_contigs):
        (n_bins,) = struct.unpack_from("<i", data, cursor)
        cursor += 4
        for _ in range(n_bins):
            (number,) = struct.unpack_from("<I", data, cursor)
            cursor += 12 if has_offset else 4
            (n_chunks,) = struct.unpack_from("<i", data, cursor)
            cursor += 4
            if number == pseudo_bin and n_chunks == 2:
                _, end, mapped, unmapped = struct.unpack_from("<4Q", data, cursor)
                last = max(last, end)
                total, found = total + mapped + unmapped, found + 1
            cursor += 16 * n_chunks
        if not has_offset:
            (n_intervals,) = struct.unpack_from("<i", data, cursor)
            cursor += 4 + 8 * n_intervals
    return (total if found == n_contigs else None), last
