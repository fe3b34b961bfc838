"""The table of models -> forest plots."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ballad.disclosure import SUPPRESSED
from ballad.figures import style
from ballad.figures.style import NO_COLOURS, Colours

TITLE = "Multivariable models"
METHODS = ("firth_cox", "firth_logistic", "cox", "logistic")  # the first one is shown
RATIO = {
    **{"firth_cox": "HR", "cox": "HR", "fine_gray": "SHR"},
    **{"firth_logistic": "OR", "logistic": "OR"},
}
NOT_ESTIMABLE = "not estimable"
# Beyond this a ratio only says "very large"; the interval ends in an arrow.
LOWEST, HIGHEST = 0.01, 100.0
MARKS = (0.01, 0.1, 0.5, 1, 2, 10, 100)
METHOD_NAMES = {
    "firth_cox": "Firth-penalised Cox",
    "cox": "Cox",
    "fine_gray": "Fine-Gray",
    "firth_logistic": "Firth-penalised logistic",
    "logistic": "logistic",
}
ROW = 0.2  # inches


class Row(NamedTuple):
    """One line of the plot: a model's heading, or one of its terms."""

    label: str
    counts: str = ""
    estimate: float = np.nan
    low: float = np.nan
    high: float = np.nan
    text: str = ""
    p: str = ""
    heading: bool = False
    colour: str = style.INK


def rows_shown(
    models: pd.DataFrame,
    names: Sequence[str],
    colours: Colours = NO_COLOURS,
    confidence_level: float = 0.95,
) -> list[Row]:
    """
    Choose and write the rows of a forest plot.

    Parameters
    ----------
    models : columns model, method, term, level, reference, estimate, ci_low, \
ci_high, p, n, events
        Text. `estimate` is a ratio; a missing bound is an open interval; a missing
        estimate was not estimable; what may not be shown is ``suppressed``.
    names
        Models, in this order. Their multivariable rows have the name itself as
        `model`; of several methods the penalised one is shown.
    colours
        Of levels, terms and ``estimate``, which is every other row's colour.
    confidence_level
        Of the intervals, 0-1.
    """
    rows: list[Row] = []
    for name in names:
        of_model = models[models["model"] == name]
        used = [method for method in METHODS if (of_model["method"] == method).any()]
        if not used:
            continue
        chosen = of_model[of_model["method"] == used[0]]
        heading = f"{style.spelled(name)}  ({METHOD_NAMES[used[0]]})"
        rows.append(heading_row(heading, used[0], confidence_level))
        rows.extend(term_row(row, colours) for row in chosen.itertuples())
    return rows


def heading_row(label: str, method: str, confidence_level: float) -> Row:
    """Write the heading of rows of one method: what they are ratios of."""
    ratio = f"{RATIO[method]} ({style.interval_text(confidence_level)})"
    return Row(label, text=ratio, heading=True)


def term_row(row: Any, colours: Colours, in_level: bool = False) -> Row:
    """Write one row of models, by its columns, as a line; `in_level` as in `drawn`."""
    label = style.spelled(row.term)
    if row.level and row.level not in ("present", "yes"):
        label = f"{label}: {style.printable(row.level)}"
    if row.reference and row.reference not in ("absent", "no"):
        label = f"{label} v {style.printable(row.reference)}"
    numbers = [row.n, row.events]
    if in_level and row.events_in_level:
        numbers.append(row.events_in_level)
    # Said once, both hidden leave room beside a long label.
    counts = " / ".join("hidden" if count == SUPPRESSED else count for count in numbers)
    if set(numbers) == {SUPPRESSED}:
        counts = "hidden"
    paint = colours.colour
    level = paint.get(row.level) if row.reference not in ("absent", "no") else None
    colour = paint.get(row.term) or level or paint.get("estimate")
    estimate, low, high, p = map(
        _number, (row.estimate, row.ci_low, row.ci_high, row.p)
    )
    if np.isnan(estimate):
        return Row(label, counts, text=row.estimate or NOT_ESTIMABLE)
    text = f"{_ratio(estimate)} ({_bound(low)}–{_bound(high)})"
    tested = "" if np.isnan(p) else style.p_text(p).removeprefix("p ").lstrip("= ")
    paint_ = colour or style.INK
    return Row(label, counts, estimate, low, high, text, tested, colour=paint_)


def _number(text: str) -> float:
    return float(text) if text not in ("", SUPPRESSED) else np.nan


def _ratio(number: float) -> str:
    if number < 0.01:
        return f"{number:.1g}" if number >= 0.0001 else "<0.0001"
    return f"{number:.2f}" if number < 100 else f"{number:.4g}"


def _bound(number: float) -> str:
    return _ratio(number) if _closed(number) else "open"


def _closed(bound: float) -> bool:
    return bool(np.isfinite(bound)) and bound > 0


def limits(rows: Sequence[Row]) -> tuple[float, float]:
    """Choose the ends of the axis: around all estimates and closed bounds, and 1."""
    values = [1 / 3, 3.0]
    values += [row.estimate for row in rows if _closed(row.estimate)]
    values += [bound for row in rows for bound in (row.low, row.high) if _closed(bound)]
    return max(min(values) / 1.3, LOWEST), min(max(values) * 1.3, HIGHEST)


@style.styled
def forest(
    models: pd.DataFrame,
    names: Sequence[str],
    colours: Colours = NO_COLOURS,
    confidence_level: float = 0.95,
) -> Figure:
    """
    Draw the multivariable estimates of several models on one log axis.

    Parameters
    ----------
    models : columns as `rows_shown`
    names
        Models, in the order of the figure.
    colours, confidence_level
        As `rows_shown`.

    Returns
    -------
    Figure
        One that says so where no model has a row. An interval that is open, or
        reaches beyond the axis, ends in an arrow.
    """
    rows = rows_shown(models, names, colours, confidence_level)
    return drawn(rows, TITLE, "no model in this analysis")


def drawn(
    rows: Sequence[Row], title: str, empty: str, in_level: bool = False
) -> Figure:
    """
    Draw the lines of a forest plot on one log axis; without any, say `empty`.

    `in_level`: the counts of the lines hold the events in the level, too.
    """
    if not rows:
        return style.empty_figure(title, empty)
    width, label_width, counts_width = style.DOUBLE, 2.35, 1.05 if in_level else 0.75
    counted = "n / events / in level" if in_level else "n / events"
    wrapped = [style.wrapped(row.label, _label_width(row, label_width)) for row in rows]
    heights = [ROW + style.LINE * (len(lines) - 1) for lines in wrapped]
    right = 2.0
    height = sum(heights) + 0.95
    figure = Figure(figsize=(width, height))
    style.write_title(figure, [title])
    left = 0.1 + label_width + counts_width
    axes = style.place(figure, left, 0.42, width - left - right, sum(heights))
    edges = limits(rows)
    _dress(axes, edges, sum(heights))
    text_x, p_x = width - right + 0.12, width - 0.1
    top = 0.42 + sum(heights)
    head: dict[str, Any] = {"va": "bottom", "color": style.PALE}
    style.write(figure, left - 0.12, top + 0.02, counted, ha="right", **head)
    style.write(figure, p_x, top + 0.02, "p", ha="right", **head)
    y = top
    for row, lines, tall in zip(rows, wrapped, heights, strict=True):
        weight = "bold" if row.heading else "normal"
        middle = y - ROW / 2
        for part, line in enumerate(lines):
            x = 0.1 if row.heading else 0.2
            place = middle - part * style.LINE
            style.write(figure, x, place, line, va="center", weight=weight)
        look: dict[str, Any] = {"va": "center", "weight": weight}
        style.write(figure, left - 0.12, middle, row.counts, ha="right", **look)
        style.write(figure, text_x, middle, row.text, **look)
        style.write(figure, p_x, middle, row.p, ha="right", **look)
        _draw_interval(axes, row, middle - 0.42, edges)
        y -= tall
    return figure


def _label_width(row: Row, width: float) -> float:
    return width + 0.6 if row.heading else width - 0.15


def _dress(axes: Axes, edges: tuple[float, float], height: float) -> None:
    axes.set_xscale("log")
    axes.set_xlim(*edges)
    axes.set_ylim(0, height)
    marks = [mark for mark in MARKS if edges[0] <= mark <= edges[1]]
    axes.set_xticks(marks, [f"{mark:g}" for mark in marks])
    axes.minorticks_off()
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.axvline(1, color=style.PALE, lw=0.6, ls="--", zorder=0)
    axes.set_xlabel("Ratio (log scale)", labelpad=1)


def _draw_interval(axes: Axes, row: Row, y: float, edges: tuple[float, float]) -> None:
    if not _closed(row.estimate):
        return
    low = row.low if _closed(row.low) else 0.0
    high = row.high if _closed(row.high) else np.inf
    ends = (max(low, edges[0]), min(high, edges[1]))
    axes.plot(ends, (y, y), color=style.INK, lw=0.9, solid_capstyle="butt")
    arrow: dict[str, Any] = {"ls": "", "color": style.INK, "ms": 4, "clip_on": False}
    if low < edges[0]:
        axes.plot([edges[0]], [y], marker="<", label="open_low", **arrow)
    if high > edges[1]:
        axes.plot([edges[1]], [y], marker=">", label="open_high", **arrow)
    if edges[0] <= row.estimate <= edges[1]:
        axes.plot(
            [row.estimate], [y], marker="s", ms=4, color=row.colour, label="estimate"
        )
