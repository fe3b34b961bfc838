"""How every figure looks: colours, letters, and files that are the same each time."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import matplotlib
import pandas as pd
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.textpath import text_to_path

from ballad import spelling
from ballad.writing import written_whole

SINGLE = 3.5  # inches: one column of a journal
DOUBLE = 7.0  # inches: two columns
LINE = 0.135  # inches: one line of text
BODY, TITLE, SMALL = 7.0, 8.0, 6.0  # points
NO_PATIENTS = "no patients in this analysis"
INK = "#000000"
PALE = "#767676"
# Hues that no genotype has (resources/figures/colours.tsv): of Okabe and Ito, Color
# Universal Design 2008, and of Tol, Colour Schemes 2021 (muted); black at the end.
FREE = (
    *("#332288", "#E69F00", "#999933", "#661100", "#88CCEE", "#AA4499", "#000000"),
    "#999999",
)
LONGEST_NAME = 34  # letters: about 1.5 inches as small as patients are named
STYLE: Any = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same on any machine
    "font.size": BODY,
    # Names come from cohorts: "$a_b$" is a name, never a formula.
    "text.parse_math": False,
    "text.usetex": False,
    "axes.formatter.use_mathtext": False,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": BODY,
    "axes.labelsize": BODY,
    "xtick.labelsize": BODY,
    "ytick.labelsize": BODY,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "hatch.linewidth": 0.5,
    "savefig.dpi": 300,
    # Letters as outlines: the reader's computer needs no font.
    "svg.fonttype": "path",
    "svg.hashsalt": "ballad",
    "pdf.fonttype": 42,
}
styled = matplotlib.rc_context(STYLE)


class Colours(NamedTuple):
    """One colour and one legend text per name, in every figure."""

    colour: Mapping[str, str]
    meaning: Mapping[str, str]

    @classmethod
    def from_table(cls, table: pd.DataFrame) -> "Colours":
        """
        Take the colours from their table.

        Parameters
        ----------
        table : columns name, colour, meaning
            Unique names; `colour` as #RRGGBB; `meaning` is what a legend writes.
        """
        named = table.set_index("name", verify_integrity=True)
        return cls(named["colour"].to_dict(), named["meaning"].to_dict())

    def of(self, names: Iterable[str]) -> dict[str, str]:
        """
        Give each name its colour.

        A name that the table does not hold takes the first colour that neither a
        genotype nor another name of the same figure has.
        """
        listed = list(dict.fromkeys(names))
        chosen = {name: self.colour[name] for name in listed if name in self.colour}
        free = [colour for colour in FREE if colour not in chosen.values()]
        for name in listed:
            if name not in chosen:
                chosen[name] = free.pop(0) if free else PALE
        return chosen

    def label(self, name: str) -> str:
        """Write a name as the legend does; an unlisted one as it is."""
        return printable(self.meaning.get(name, name))


NO_COLOURS = Colours({}, {})


def printable(text: str) -> str:
    """Drop what an SVG cannot hold: control characters, line breaks included."""
    return "".join(letter if letter.isprintable() else " " for letter in str(text))


def dark(colour: str) -> bool:
    """Say whether white is read better than black on a colour (WCAG 2.1, contrast)."""
    parts = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in to_rgb(colour)
    ]
    luminance = 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    return luminance < 0.179


def spelled(name: str) -> str:
    """Write a column name as a reader expects it, fit for a drawing."""
    return spelling.spelled(printable(name))


def inches(text: str, size: float = BODY, weight: str = "normal") -> float:
    """Measure the width of one line of text."""
    font = FontProperties(family="DejaVu Sans", size=size, weight=weight)
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(width) / 72


def wrapped(
    text: str, width: float, size: float = BODY, weight: str = "normal"
) -> list[str]:
    """Break text into lines of at most `width` inches; a long word is cut."""
    lines = [""]
    for word in printable(text).split():
        longer = f"{lines[-1]} {word}".strip()
        if inches(longer, size, weight) <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        while inches(word, size, weight) > width and len(word) > 1:
            fits = max(
                (
                    n
                    for n in range(1, len(word))
                    if inches(word[:n], size, weight) <= width
                ),
                default=1,
            )
            lines[-1] = word[:fits]
            lines.append("")
            word = word[fits:]
        lines[-1] = word
    return lines


def shortened(lines: Sequence[str], most: int) -> list[str]:
    """Keep at most so many lines; the last one then says that there was more."""
    if len(lines) <= most:
        return list(lines)
    return [*lines[: most - 1], f"{lines[most - 1][:-1]}…"]


def short_name(name: str) -> str:
    """Write the name of a patient; of a very long one both ends, where names differ."""
    text = printable(name)
    if len(text) <= LONGEST_NAME:
        return text
    return f"{text[:10]}…{text[-(LONGEST_NAME - 11) :]}"


def count_text(number: float, thing: str) -> str:
    """Write a count: 1 event, 2 events."""
    return f"{int(number)} {thing}{'' if int(number) == 1 else 's'}"


def interval_text(confidence_level: float) -> str:
    """Name an interval by its level: 95% CI."""
    return f"{100 * confidence_level:g}% CI"


def p_text(p: float) -> str:
    """Write a p value as journals do."""
    if p < 0.001:
        return "p < 0.001"
    return f"p = {p:.3f}" if p < 0.1 else f"p = {p:.2f}"


def write(
    figure: Figure, x: float, y: float, text: str, label: str = "", **look: Any
) -> None:
    """Write text at a place given in inches from the lower left corner."""
    drawn = figure.text(x, y, text, transform=figure.dpi_scale_trans, **look)
    drawn.set_label(label)


def write_title(figure: Figure, lines: Sequence[str], x: float = 0.08) -> None:
    """Write the title's lines at the upper left corner."""
    top = figure.get_figheight() - 0.06
    for row, line in enumerate(lines):
        look: dict[str, Any] = {"size": TITLE, "weight": "bold", "va": "top"}
        write(figure, x, top - row * 0.15, line, **look)


def note_lines(notes: Sequence[str], width: float) -> list[str]:
    """Break the small notes of a figure of `width` inches; empty ones are left out."""
    return [
        line for note in notes if note for line in wrapped(note, width - 0.2, SMALL)
    ]


def write_notes(figure: Figure, y: float, lines: Sequence[str]) -> float:
    """Write small notes from `y` inches downwards; give the place of the next line."""
    for line in lines:
        write(figure, 0.1, y, line, size=SMALL, color=PALE)
        y -= LINE
    return y


def titled(text: str, width: float) -> list[str]:
    """Break a title so that it fits a figure of `width` inches."""
    return wrapped(text, width - 0.16, TITLE, "bold")


def place(figure: Figure, left: float, bottom: float, width: float, height: float):
    """Add axes at a place given in inches from the lower left corner."""
    wide, high = figure.get_size_inches()
    return figure.add_axes((left / wide, bottom / high, width / wide, height / high))


@styled
def empty_figure(title: str, message: str = NO_PATIENTS) -> Figure:
    """Say why there is nothing to draw: an empty axis looks like a result."""
    lines = titled(title, SINGLE)
    said = wrapped(message, SINGLE - 0.4)
    figure = Figure(figsize=(SINGLE, 0.7 + 0.15 * (len(lines) + len(said))))
    write_title(figure, lines)
    for row, line in enumerate(said):
        y = 0.25 + LINE * (len(said) - row)
        write(figure, SINGLE / 2, y, line, ha="center", color=PALE)
    return figure


class Key(NamedTuple):
    """One entry of a legend: `patches` are laid on each other in a unit square."""

    text: str
    patches: list[Mapping[str, Any]]


def key_lines(
    groups: Mapping[str, Sequence[Key]], width: float
) -> list[list[tuple[float, str, Key | None]]]:
    """
    Lay out a legend in lines of at most `width` inches.

    Returns
    -------
    list of lines
        Each line holds (x in inches, text, key); the key is missing for a heading.
    """
    indent = max((inches(name, BODY, "bold") for name in groups), default=0.0) + 0.1
    lines: list[list[tuple[float, str, Key | None]]] = []
    for name, keys in groups.items():
        lines.append([(0.0, name, None)])
        x = indent
        for key in keys:
            for part, text in enumerate(wrapped(key.text, width - indent - 0.2)):
                length = 0.28 + inches(text)
                if (part or x + length > width) and x > indent:
                    lines.append([])
                    x = indent
                lines[-1].append((x, text, key if part == 0 else Key(text, [])))
                x += length
    return lines


def draw_key(
    figure: Figure,
    lines: list[list[tuple[float, str, Key | None]]],
    x: float,
    top: float,
) -> None:
    """Draw the lines of `key_lines`, the first one just below `top` inches."""
    for row, line in enumerate(lines):
        y = top - (row + 1) * 0.155
        for offset, text, key in line:
            if key is None:
                write(figure, x + offset, y, text, weight="bold", va="bottom")
                continue
            for look in key.patches:
                figure.add_artist(_swatch(figure, x + offset, y + 0.01, look))
            write(figure, x + offset + 0.15, y, text, va="bottom")


def _swatch(figure: Figure, x: float, y: float, look: Mapping[str, Any]) -> Rectangle:
    shape = {"lw": 0.3, **look}
    height = 0.1 * shape.pop("height", 1.0)
    return Rectangle((x, y), 0.11, height, transform=figure.dpi_scale_trans, **shape)


@styled
def save(figure: Figure, svg: str, pdf: str, png: str) -> None:
    """Write a figure as SVG, PDF and PNG; the same figure gives the same bytes."""
    undated = {"CreationDate": None, "Creator": None, "Producer": None}
    with written_whole(svg) as unfinished:
        figure.savefig(
            unfinished, format="svg", metadata={"Date": None, "Creator": None}
        )
    with written_whole(pdf) as unfinished:
        figure.savefig(unfinished, format="pdf", metadata=undated)
    with written_whole(png) as unfinished:
        figure.savefig(unfinished, format="png", metadata={"Software": None})
