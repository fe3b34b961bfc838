"""Opening a VCF: what kind it is, whether it is whole, whether its index helps."""

import os
import re
import struct
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import partial
from typing import Any, BinaryIO

from ballad.variants.blocks import DAMAGE, LONGEST, Blocks, packed_size

BCF_MAGIC = b"BCF\x02"
BGZF_EOF = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")


class VcfError(ValueError):
    """A VCF cannot be read to its end, or does not hold what it should."""


class VcfFile:
    """How a VCF is stored."""

    def __init__(
        self,
        path: str,
        compression: str,
        index: str | None,
        reason: str,
        beginning: bytes = b"",
    ) -> None:
        self.path = path
        self.compression = compression  # bgzf, gzip, none, or bcf, compressed or not
        self.index = index  # path of a usable one
        self.reason = reason  # why there is none
        self.beginning = beginning  # first block of a BGZF file; empty if damaged


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
            head = file.read(LONGEST)
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
    if packed_size(head) is None:
        return VcfFile(path, "gzip", None, "gzip, not bgzip")
    _refuse_without_end(path)
    beginning = _beginning(path)
    if beginning.startswith(BCF_MAGIC):
        return VcfFile(path, "bcf", None, "BCF, not VCF")
    index, reason = _usable_index(path)
    return VcfFile(path, "bgzf", index, reason, beginning)


def _beginning(path: str) -> bytes:
    try:
        with closing(Blocks(path)) as blocks:
            return blocks.read(0)[0]
    except DAMAGE:
        return b""  # reading the lines says what is wrong


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
    from isal import igzip

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
    except DAMAGE as error:
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


def opened_bcf(file: VcfFile) -> Any:
    # cyvcf2 loads numpy; only a BCF pays for that.
    from cyvcf2 import VCF

    try:
        return VCF(file.path)
    except Exception as error:  # cyvcf2 raises bare exceptions
        raise VcfError(f"{file.path}: no readable BCF header ({error})") from error


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


def lines(file: VcfFile) -> Iterator[bytes]:
    """
    Yield the lines of a VCF, line ends removed.

    Raises
    ------
    VcfError
        If compressed data are damaged or end early.
    """
    # Loads gzip; whoever reads by region does without.
    from isal import igzip

    opener = open if file.compression == "none" else igzip.open
    try:
        with opener(file.path, "rb") as stream:
            for line in stream:
                yield line.rstrip(b"\r\n")
    except DAMAGE as error:
        raise VcfError(
            f"{file.path}: damaged or cut compressed data ({error}); copy it again"
        ) from error


PIECE = 1 << 18  # bytes read at once
_LARGE = 1 << 23  # bytes of a file for which a thread is worth its start


def _stream(file: VcfFile) -> BinaryIO:
    if file.compression == "none":
        return open(file.path, "rb")
    from isal import igzip, igzip_threaded

    if os.path.getsize(file.path) < _LARGE:
        return igzip.open(file.path, "rb")
    # Inflating needs no interpreter: it runs beside the search for the panel.
    return igzip_threaded.open(file.path, "rb", threads=1, block_size=PIECE)


def in_whole_lines(parts: Iterable[bytes], left: list[bytes]) -> Iterator[bytes]:
    """
    Yield text up to the last line end of each part, a line end before each line.

    Parameters
    ----------
    parts
        Of a text, cut anywhere.
    left
        What stands before the first part. Behind the last one it holds the line whose
        end has not come.
    """
    for data in parts:
        last_end = data.rfind(b"\n")
        if last_end < 0:
            left.append(data)
            continue
        yield b"".join([*left, memoryview(data)[:last_end]])
        left[:] = [data[last_end:]]


def pieces(file: VcfFile) -> Iterator[bytes]:
    """
    Yield a VCF in pieces of whole lines, a line end before each line.

    Raises
    ------
    VcfError
        If compressed data are damaged or end early.
    """
    left = [b"\n"]
    try:
        with _stream(file) as stream:
            yield from in_whole_lines(iter(partial(stream.read, PIECE), b""), left)
    except DAMAGE as error:
        raise VcfError(
            f"{file.path}: damaged or cut compressed data ({error}); copy it again"
        ) from error
    if (last := b"".join(left)) != b"\n":
        if file.compression == "none" and _lacks_values(last):
            raise VcfError(
                f"{file.path}: the last line has no end and fewer values than FORMAT "
                "names: the file was cut; copy it again"
            )
        yield last


_ALL_MISSING = re.compile(rb"\.(?:[/|]\.)*\r?").fullmatch


def _lacks_values(line: bytes) -> bool:
    """
    Say whether the last sample of a line has fewer values than FORMAT has keys.

    Where all is missing (``.``, ``./.``), callers write no more of it.
    """
    cells = line.split(b"\t")
    if len(cells) < 10 or _ALL_MISSING(cells[-1]):
        return False
    return cells[-1].count(b":") < cells[8].count(b":")
