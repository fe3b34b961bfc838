"""FASTQ files are whole, and their mates belong together."""

import re
from collections.abc import Iterator
from itertools import zip_longest

from isal import igzip

from ballad.variants.blocks import DAMAGE


class ReadsError(ValueError):
    """Reads or alignments cannot be used; names file and record."""


def checked_pairs(first: str, second: str) -> int:
    """
    Read the FASTQ of a lane to its end.

    Parameters
    ----------
    first, second
        Paths, plain or gzip; the second may be empty: single reads.

    Returns
    -------
    int
        Pairs, or single reads.

    Raises
    ------
    ReadsError
        If a file is cut, damaged or no FASTQ, holds no read, or if mates have other
        names, another order or another number.
    """
    count = 0
    if not second:
        for _ in names_of(first):
            count += 1
    else:
        for one, two in zip_longest(names_of(first), names_of(second)):
            if one is None or two is None:
                longer, shorter = (second, first) if one is None else (first, second)
                raise ReadsError(
                    f"{longer}: record {count + 1}: has no mate; {shorter} ends after "
                    f"{count} reads; copy both files again"
                )
            if one != two:
                raise ReadsError(
                    f"{second}: record {count + 1}: read {two.decode()!r} is no mate of "
                    f"{one.decode()!r} of {first}; write both files in one order, or "
                    "name the files of one lane"
                )
            count += 1
    if not count:
        raise ReadsError(f"{first}: holds no read; a blank cell means not done")
    return count


# Qualities of Phred+33 begin at "!" and rarely pass "K" (42); those of Phred+64, which
# Illumina wrote until 2011, begin at ";" (-5) and pass it. Read as Phred+33 they are 31
# too high, and every error looks certain.
_LOWEST_64, _ABOVE_33 = ord(";"), ord("K")
_QUALITIES_LOOKED_AT = 10_000  # records
_MATE = re.compile(rb"/[12]$")


def names_of(path: str) -> Iterator[bytes]:
    """Yield the name of each read, without comment and number of the mate."""
    with open(path, "rb") as plain:
        packed = plain.read(2) == b"\x1f\x8b"
    number = 0
    lowest, highest = 255, 0
    try:
        with (igzip.open if packed else open)(path, "rb") as lines:
            for name in lines:
                number += 1
                bases, plus, quality = (
                    next(lines, b""),
                    next(lines, b""),
                    next(lines, b""),
                )
                if (
                    name[:1] != b"@"
                    or plus[:1] != b"+"
                    or len(bases.rstrip()) != len(quality.rstrip())
                    or not quality
                ):
                    raise ReadsError(
                        f"{path}: record {number}: cut, or no FASTQ (@name, bases, +, as "
                        "many qualities); copy the file again"
                    )
                if number <= _QUALITIES_LOOKED_AT and (values := quality.rstrip()):
                    lowest = min(lowest, min(values))
                    highest = max(highest, max(values))
                yield _MATE.sub(b"", name[1:].split(None, 1)[0])
        if lowest >= _LOWEST_64 and highest > _ABOVE_33:
            raise ReadsError(
                f"{path}: qualities from {chr(lowest)!r} to {chr(highest)!r} are Phred+64, "
                "not Phred+33; write it anew with fastp --phred64"
            )
    except DAMAGE as error:
        raise ReadsError(
            f"{path}: after record {number}: cut or damaged gzip ({error}); copy it again"
        ) from None
