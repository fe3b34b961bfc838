"""A BGZF file cut into stretches that several processes read at once, each line once."""

import os
from collections.abc import Iterator
from contextlib import closing
from typing import NamedTuple

from ballad.variants.blocks import DAMAGE, Blocks
from ballad.variants.files import PIECE, VcfError, VcfFile, in_whole_lines

# Bytes of a file for which other processes are worth their start.
_LARGE = 1 << 25


class Stretch(NamedTuple):
    """
    Blocks of a file, from the byte where the first one lies to that behind the last.

    To it belong the lines that begin in it; the first line of all that begins behind
    its last byte is its own as well, for the next stretch cannot know whether its own
    first bytes begin a line.
    """

    begin: int
    end: int


def stretches_of(file: VcfFile, count: int) -> list[Stretch]:
    """
    Cut a large BGZF file into stretches of like size.

    Returns
    -------
    list of Stretch
        Fewer than two: reading in stretches does not pay, or the file is no BGZF or
        damaged, which reading it as a whole tells.
    """
    size = os.path.getsize(file.path)
    if file.compression != "bgzf" or size < _LARGE or count < 2:
        return []
    begins = [0]
    try:
        with closing(Blocks(file.path)) as blocks:
            address = 0
            while address < blocks.size:
                if address >= size * len(begins) / count:
                    begins.append(address)
                address = blocks.behind(address)
    except DAMAGE:
        return []
    return list(map(Stretch, begins, [*begins[1:], size]))


def pieces_within(file: VcfFile, stretch: Stretch) -> Iterator[bytes]:
    """
    Yield the lines of a stretch in pieces, as `ballad.variants.files.pieces` does.

    Raises
    ------
    VcfError
        If a block is damaged.
    """
    left = [b"\n"]
    try:
        with closing(Blocks(file.path)) as blocks:
            address = stretch.begin
            if address:
                address, left = _first_line_end(blocks, stretch)
            if left:
                yield from in_whole_lines(_parts(blocks, address, stretch.end), left)
                address = stretch.end
            while left and address < blocks.size:
                data, address = blocks.read(address)
                rest, line_end, _ = data.partition(b"\n")
                left.append(rest)
                if line_end:
                    break
    except DAMAGE as error:
        raise VcfError(f"{file.path}: damaged compressed data ({error})") from error
    if (last := b"".join(left)) not in (b"", b"\n"):
        yield last


def _first_line_end(blocks: Blocks, stretch: Stretch) -> tuple[int, list[bytes]]:
    """Pass over the line that the stretch before reads to its end."""
    address = stretch.begin
    while address < stretch.end:
        data, address = blocks.read(address)
        _, line_end, rest = data.partition(b"\n")
        if line_end:
            return address, [b"\n" + rest]
    return address, []


def _parts(blocks: Blocks, address: int, end: int) -> Iterator[bytes]:
    """Yield the blocks up to an end, several at once."""
    while address < end:
        several, size = [], 0
        while size < PIECE and address < end:
            data, address = blocks.read(address)
            several.append(data)
            size += len(data)
        yield b"".join(several)
