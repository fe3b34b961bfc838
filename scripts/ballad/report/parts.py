"""What the page is made of: sections, blocks, tables, cells and figures."""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ballad.calendar_dates import without_dates
from ballad.disclosure import SUPPRESSED, SmallCounts
from ballad.report.wording import number

METADATA = re.compile(rb"<metadata>.*?</metadata>", re.DOTALL)
BETWEEN = re.compile(rb"\s*\n\s*")
STRAIGHT = re.compile(rb' d="((?:[ML] -?[\d.]+ -?[\d.]+ |z )+)"')
FINE = re.compile(rb"\d+\.\d{4,}")


@dataclass(frozen=True)
class Cell:
    """A text, and the number it is sorted by if it is one."""

    text: str
    sort: float | None = None
    patient: bool = False  # the text names a patient, whose card it opens


@dataclass(frozen=True)
class Table:
    """A table with a caption; the first column names the row."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    name: str = ""

    # Asked for each cell of the page.
    @cached_property
    def numeric(self) -> list[bool]:
        """Say for each column whether it holds numbers, which stand on the right."""
        columns = (
            zip(*self.rows, strict=True) if self.rows else ([] for _ in self.heads)
        )
        return [any(cell.sort is not None for cell in column) for column in columns]


@dataclass(frozen=True)
class Figure:
    """A drawing inside the page, and what it shows in words."""

    source: str  # data URI of the SVG
    alt: str
    caption: str
    name: str = ""
    pdf: str = ""  # data URI
    data: str = ""  # data URI of its table, TSV
    columns: str = ""  # JSON: where each patient's column lies
    wide: bool = True  # two columns of a journal


@dataclass(frozen=True)
class Block:
    """A part of a section: any of a title, words, a figure and a table."""

    title: str = ""
    words: Sequence[str] = ()
    figure: Figure | None = None
    table: Table | None = None
    folded: str = ""  # label under which a long table or text is folded away
    text: str = ""  # preformatted


@dataclass(frozen=True)
class Section:
    """A chapter of the report; without blocks it says why it has none."""

    name: str  # anchor
    title: str
    blocks: Sequence[Block] = field(default_factory=tuple)
    empty: str = ""


class SmallCells(SmallCounts):
    """Small counts as cells of the page."""

    def counts(self, counts: Sequence[int], percents: bool = False) -> list[Cell]:
        """Write counts whose total is known, with their share of it if asked."""
        return self._cells(counts, self.texts(counts), percents)

    def groupings(
        self, groupings: Mapping[str, Sequence[Sequence[int]]]
    ) -> dict[str, list[list[Cell]]]:
        """Write the size of each group, and its counts with their share of it."""
        texts = self.groupings_texts(groupings)
        sizes = self.group_sizes_texts(groupings)
        return {
            by: [
                [self._size(size, sum(counts)), *self._cells(counts, text, True)]
                for size, counts, text in zip(sizes[by], rows, texts[by], strict=True)
            ]
            for by, rows in groupings.items()
        }

    def _size(self, text: str, size: int) -> Cell:
        return Cell(text, float(size)) if text.isdigit() else Cell(text)

    def _cells(
        self, counts: Sequence[int], texts: Sequence[str], percents: bool
    ) -> list[Cell]:
        total = sum(counts)
        cells = []
        for count, text in zip(counts, texts, strict=True):
            share = f" ({100 * count / total:.1f}%)" if percents and total else ""
            shown = Cell(f"{text}{share}", float(count))
            hidden = Cell(text, 0 if text == self.mark else None)
            cells.append(shown if text.isdigit() else hidden)
        return cells

    def count(self, count: object) -> Cell:
        """Write a count, or that it is too small."""
        return Cell(self.mark, 0) if self.hides(count) else cell(count)

    def unless(self, hidden: bool, text: str, sort: object = None) -> Cell:
        """Write what would betray a hidden count only if nothing is hidden."""
        return Cell(SUPPRESSED) if hidden else Cell(text, number(sort))


def cell(content: object) -> Cell:
    """Make a cell of any content; numbers sort as numbers, dates are taken out."""
    text = without_dates("" if content is None else content)
    return Cell(text, number(text))


def table(
    caption: str, heads: Sequence[str], rows: Iterable[Iterable[Cell | object]]
) -> Table:
    """Make a table; columns that are empty in every row are left out."""
    cells = [
        [item if isinstance(item, Cell) else cell(item) for item in row] for row in rows
    ]
    used = [
        column
        for column in range(len(heads))
        if column == 0 or any(row[column].text for row in cells)
    ]
    return Table(
        caption,
        [heads[column] for column in used],
        [[row[column] for column in used] for row in cells],
    )


def data_uri(content: bytes, kind: str) -> str:
    """Hold a file inside the page."""
    return f"data:{kind};base64,{base64.b64encode(content).decode('ascii')}"


def figure(svg: bytes, alt: str, caption: str, **more: str | bool) -> Figure:
    """
    Put a drawing into the page.

    As a data URI it can neither run a script nor load anything, and its ids stay its
    own. The metadata holds the time of drawing, which would make each page differ.
    """
    source = data_uri(_slender(svg), "image/svg+xml")
    return Figure(source, alt, caption, **more)  # type: ignore[arg-type]


def _slender(svg: bytes) -> bytes:
    """Write a drawing short: a thousandth of a point is fine enough, no metadata."""
    text = BETWEEN.sub(b" ", METADATA.sub(b"", svg))
    text = FINE.sub(lambda found: f"{float(found[0]):.3f}".encode(), text)
    return STRAIGHT.sub(_short_lines, text)


def _short_lines(found: re.Match[bytes]) -> bytes:
    # Steps and cells are made of level and upright lines: of these one number is new.
    words, place, written = found[1].split(), (b"", b""), []
    while words:
        sign = words.pop(0)
        if sign == b"z":
            written.append(sign)
            continue
        x, y, words = words[0], words[1], words[2:]
        if sign == b"L" and y == place[1]:
            written.append(b"H" + x)
        elif sign == b"L" and x == place[0]:
            written.append(b"V" + y)
        else:
            written.append(sign + x + b" " + y)
        place = (x, y)
    return b' d="' + b"".join(written) + b'"'
