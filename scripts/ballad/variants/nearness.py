"""Which lines of a VCF may touch the panel, told without taking the line apart."""

from bisect import bisect_left
from collections import Counter
from io import BytesIO
from operator import itemgetter

from ballad.variants.breakends import has_mates
from ballad.variants.panel import Panel

# CHROM, a tab and three or four digits of POS.
_WIDTH_CHR, _WIDTH = 9, 6
_BEGINNING = {width: itemgetter(slice(width)) for width in (_WIDTH_CHR, _WIDTH)}
_PLACE = 64  # bytes that CHROM and POS of the panel do not exceed
_LONG = 10_000  # bytes of a line, so also bases of REF
_MOST_DIGITS = 10  # of a position


class Near(dict):
    """
    Says of the beginning of a line whether the record may touch the panel.

    A superset test: a record is passed over only if no position that begins with these
    digits, and no REF shorter than `_LONG` from there, reaches a region. A beginning
    that is not understood, a misspelt chromosome, a symbolic allele and a breakend are
    left to the full test.
    """

    def __init__(self, panel: Panel) -> None:
        super().__init__()
        self._panel = panel
        self._regions: dict[bytes, tuple[list[int], list[int]]] = {}
        self._digits: dict[tuple[bytes, int], set[int]] = {}
        for chrom in panel.regions:
            merged = panel.merged(chrom)
            if merged:
                starts = [start - _LONG for start, _ in merged]
                ends = [end + 1 for _, end in merged]
                self._regions[chrom.encode()] = (starts, ends)
                self._regions[b"chr" + chrom.encode()] = (starts, ends)

    def among(self, piece: bytes) -> tuple[int, list[int] | None]:
        """
        Count the lines of a piece, and name those that may touch the panel.

        Parameters
        ----------
        piece
            Whole lines, a line end before each.

        Returns
        -------
        number of lines, and list of int or None
            Where the lines begin; None if they have to be looked at one by one: for a
            symbolic allele, a breakend, a long line or one without beginning.
        """
        width = _WIDTH_CHR if piece.startswith(b"\nchr") else _WIDTH
        lines = BytesIO(piece)
        lines.seek(1)
        # A piece has few beginnings; to count them takes no step of Python per line.
        beginnings = Counter(map(_BEGINNING[width], lines))
        if piece.endswith(b"\n"):
            beginnings[b""] += 1  # a last line without anything
        count = beginnings.total()
        if b"<" in piece or has_mates(piece) or _has_long_line(piece):
            return count, None
        if not (near := {beginning for beginning in beginnings if self[beginning]}):
            return count, []
        place, places = 0, []
        while place := piece.find(b"\n", place) + 1:
            if piece[place : place + width] in near:
                places.append(place)
        if len(places) != sum(beginnings[beginning] for beginning in near):
            return count, None  # a line shorter than its beginning
        reaching = [(place, self._reaches(piece, place)) for place in places]
        if any(reaches is None for _, reaches in reaching):
            return count, None
        return count, [place for place, reaches in reaching if reaches]

    def may_touch(self, line: bytes) -> bool:
        """Say the same of one line."""
        width = _WIDTH_CHR if line.startswith(b"chr") else _WIDTH
        if self[line[:width]] or len(line) > _LONG or b"<" in line:
            return True
        return has_mates(line)

    def _reaches(self, piece: bytes, place: int) -> bool | None:
        """Judge CHROM and POS of a line; None if they are not understood."""
        line = piece[place : place + _PLACE].partition(b"\n")[0]
        name, _, rest = line.partition(b"\t")
        digits, complete, _ = rest.partition(b"\t")
        if not complete or not digits.isdigit() or name not in self._regions:
            return None
        return self._reached(name, int(digits))

    def __missing__(self, beginning: bytes) -> bool:
        """Judge a beginning that was not met before."""
        self[beginning] = judged = self._judged(beginning)
        return judged

    def _judged(self, beginning: bytes) -> bool:
        name, tab, rest = beginning.partition(b"\t")
        if b"\n" in beginning or len(beginning) < _WIDTH:
            return True
        if not tab:
            return name.startswith(b"#") or self._panel.may_begin(_text(name))
        if name not in self._regions:
            return name.startswith(b"#") or self._panel.misspells(_text(name))
        digits, complete, _ = rest.partition(b"\t")
        if not digits.isdigit() or digits.startswith(b"0"):
            return True
        if complete:
            return self._reached(name, int(digits))
        return int(digits) in self._beginnings(name, len(digits))

    def _reached(self, name: bytes, position: int) -> bool:
        starts, ends = self._regions[name]
        first = bisect_left(ends, position)
        return first < len(ends) and starts[first] <= position

    def _beginnings(self, name: bytes, count: int) -> set[int]:
        """List the first digits of all positions that reach a region of a contig."""
        if (name, count) not in self._digits:
            fewest, most = 10 ** (count - 1), 10**count - 1
            self._digits[name, count] = {
                digits
                for start, end in zip(*self._regions[name], strict=True)
                for tens in (10**more for more in range(_MOST_DIGITS - count + 1))
                for digits in range(
                    max(start // tens, fewest), min(end // tens, most) + 1
                )
            }
        return self._digits[name, count]


def _has_long_line(piece: bytes) -> bool:
    half = _LONG // 2
    return any(
        piece.find(b"\n", place, place + half) < 0
        for place in range(0, len(piece) - half, half)
    )


def _text(name: bytes) -> str:
    return name.decode("latin-1")
