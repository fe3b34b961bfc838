"""The table of lesion pairs -> a heat map: together or apart more often than chance."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from ballad.disclosure import NOTHING_HIDDEN, SmallCounts
from ballad.figures import style
from ballad.figures.style import Key

TITLE = "Lesions together and apart"
LONGEST = 1.6  # inches of a lesion's name
CELLS = (0.17, 0.27)  # inches: narrowest and widest cell
STRONGEST = 4.0  # log2 odds ratio at which the colour is full
SIGNIFICANT = 0.05  # of the adjusted p, for the star alone
SCALE = LinearSegmentedColormap.from_list("pairs", ("#0072B2", "#FFFFFF", "#D55E00"))
SHADES = {
    "apart (odds ratio 1/16 or less)": 0.0,
    "1/4": 0.25,
    "1": 0.5,
    "4": 0.75,
    "together (16 or more)": 1.0,
}
NO_TEST: dict[str, Any] = {"fc": "#FFFFFF", "ec": "#8C8C8C", "hatch": "//////", "lw": 0}
COUNTS = ("both", "first", "second", "neither")


def shade(row: Any) -> float:
    """Place a pair on the scale of colours: 0 never together, 0.5 chance, 1 always."""
    apart, together = row.first * row.second, row.both * row.neither
    if apart == 0:
        return 1.0 if together else 0.5
    if together == 0:
        return 0.0
    strength = np.log2(together / apart) / STRONGEST
    return float(np.clip(0.5 + strength / 2, 0, 1))


@style.styled
def co_occurrence(pairs: pd.DataFrame, small: SmallCounts = NOTHING_HIDDEN) -> Figure:
    """
    Draw a triangle of pairs: colour is the odds ratio, the number has both lesions.

    Parameters
    ----------
    pairs : columns lesion_1, lesion_2, both, first, second, neither, p, p_adjusted
        Counts of patients assessed for both; a missing p was not tested.
    small
        A pair with a count that may not be shown is blank.

    Returns
    -------
    Figure
        One that says so where no pair was compared or none may be shown.
    """
    if pairs.empty:
        return style.empty_figure(TITLE, "no pair of lesions in this analysis")
    if all(_hides(row, small) for row in pairs.itertuples()):
        return style.empty_figure(TITLE, f"every pair has a count {small.mark}")
    names = list(dict.fromkeys([*pairs["lesion_1"], *pairs["lesion_2"]]))
    labels = [style.wrapped(style.spelled(name), LONGEST)[0] for name in names]
    left = max(map(style.inches, labels)) + 0.2
    size = float(np.clip((style.DOUBLE - left - 0.2) / len(names), *CELLS))
    width = max(style.SINGLE, min(style.DOUBLE, left + size * len(names) + 0.2))
    size = min(size, (width - left - 0.2) / len(names))
    side = size * (len(names) - 1)
    key = style.key_lines({"Odds ratio": _shades(), "Pair": _kinds(small)}, width - 0.2)
    notes = style.note_lines(
        [
            "number: patients with both; star: Fisher's exact p < 0.05 after "
            "Benjamini-Hochberg; patients assessed for both only"
        ],
        width,
    )
    below = max(map(style.inches, labels)) + 0.15
    legend = 0.155 * len(key) + 0.1
    notes_height = style.LINE * len(notes)
    height = side + below + legend + notes_height + 0.4
    figure = Figure(figsize=(width, height))
    style.write_title(figure, [TITLE])
    style.write_notes(figure, height - 0.35, notes)
    bottom = legend + below
    axes = style.place(figure, left, bottom, side, side)
    axes.set_axis_off()
    axes.set_xlim(0, len(names) - 1)
    axes.set_ylim(len(names) - 1, 0)
    place = {name: index for index, name in enumerate(names)}
    for row in pairs.itertuples():
        one, other = sorted((place[row.lesion_1], place[row.lesion_2]))
        _draw_pair(axes, (one, other - 1), row, size, small)
    for index in range(1, len(names)):
        y = bottom + side - (index - 0.5) * size
        style.write(figure, left - 0.07, y, labels[index], ha="right", va="center")
    for index in range(len(names) - 1):
        x = left + (index + 0.5) * size
        look: dict[str, Any] = {"rotation": 90, "ha": "center", "va": "top"}
        style.write(figure, x, bottom - 0.05, labels[index], **look)
    style.draw_key(figure, key, 0.1, legend)
    return figure


def _hides(row: Any, small: SmallCounts) -> bool:
    return small.hides(*(getattr(row, name) for name in COUNTS))


def _draw_pair(
    axes: Axes, corner: tuple[int, int], row: Any, size: float, small: SmallCounts
) -> None:
    if _hides(row, small):
        look: dict[str, Any] = {"fc": "#FFFFFF", "ec": "#D0D0D0", "lw": 0.3}
        axes.add_patch(Rectangle(corner, 1, 1, **look))
        return
    tested = pd.notna(row.p)
    fill = {"fc": SCALE(shade(row)), "ec": "#FFFFFF", "lw": 0.6}
    axes.add_patch(Rectangle(corner, 1, 1, **(fill if tested else NO_TEST)))
    if not tested:
        return
    star = "*" if pd.notna(row.p_adjusted) and row.p_adjusted < SIGNIFICANT else ""
    text = f"{int(row.both)}{star}"
    points = min(style.SMALL, style.SMALL * (size - 0.02) / style.inches(text, 6.0))
    axes.text(
        *(corner[0] + 0.5, corner[1] + 0.5, text),
        ha="center",
        va="center",
        size=points,
        color="white" if abs(shade(row) - 0.5) > 0.35 else style.INK,
    )


def _shades() -> Sequence[Key]:
    return [
        Key(text, [{"fc": SCALE(value), "ec": "black"}])
        for text, value in SHADES.items()
    ]


def _kinds(small: SmallCounts) -> Sequence[Key]:
    kinds = [Key("not comparable: one lesion does not vary", [NO_TEST])]
    if small.limit is not None:
        blank = {"fc": "#FFFFFF", "ec": "#D0D0D0"}
        kinds.append(Key(f"a count is {small.mark}", [blank]))
    return kinds
