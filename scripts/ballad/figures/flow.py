"""The table of the flow -> boxes: who came, who was analysed, who was not and why."""

import re
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from ballad.disclosure import (
    ENDPOINT,
    NOTHING_HIDDEN,
    SUPPRESSED,
    WITHIN,
    SmallCounts,
    flow_texts,
)
from ballad.figures import style
from ballad.figures.style import NO_COLOURS, Colours

TITLE = "Flow of patients"
POPULATION = re.compile(r"population (.+)")
BOX, INDENT, GAP = 1.75, 0.22, 0.12  # inches
NOTE = 1.95  # inches, of the text beside a box


class Box(NamedTuple):
    """One step: who is left after it, and what follows from it."""

    step: str
    n: str
    excluded: list[str]
    parent: str | None
    depth: int
    analysed: list[str]


def boxes(flow: pd.DataFrame, small: SmallCounts = NOTHING_HIDDEN) -> list[Box]:
    """
    Order the steps as a tree: tables, then populations, each below its own.

    Parameters
    ----------
    flow : columns step, n, excluded, reason
        One row per step and reason. ``population P`` belongs to the population its
        reason names ("in Q, but does not fit"), else to the first step;
        ``endpoint E in P`` is written beside P.
    small
        Counts that may not be shown.
    """
    counts: dict[str, str] = {}
    excluded: dict[str, list[str]] = {}
    parents: dict[str, str | None] = {}
    analysed: dict[str, list[str]] = {}
    for row in flow_texts(flow, small):
        step, reason = row["step"], style.printable(row["reason"])
        if match := ENDPOINT.fullmatch(step):
            text = f"{style.spelled(match[1])}: {_size(row['n'])}"
            if row["excluded"]:
                text += f" ({row['excluded']} not: {reason})"
            analysed.setdefault(f"population {match[2]}", []).append(text)
            continue
        parents.setdefault(step, next(iter(counts), None))
        counts[step] = row["n"]
        reasons = excluded.setdefault(step, [])
        within = WITHIN.fullmatch(reason)
        if within and f"population {within[1]}" in counts:
            parents[step] = f"population {within[1]}"
        if row["excluded"]:
            # Which set it is part of is drawn: the line to its box says it.
            why = "who do not fit its definition" if within else reason
            fits = within and row["excluded"] != SUPPRESSED
            reasons.append(f"{row['excluded']}{' ' if fits else ': '}{why}")
    found: list[Box] = []

    def add(step: str, depth: int) -> None:
        found.append(
            Box(
                *(step, counts[step], excluded[step], parents[step], depth),
                analysed.get(step, []),
            )
        )
        for other, parent in parents.items():
            if parent == step:
                add(other, depth + 1)

    for step, parent in parents.items():
        if parent is None:
            add(step, 0)
    return found


def _size(n: str) -> str:
    """Write how many are in a set; a hidden number equals nothing."""
    return f"n = {n}" if n.isdigit() else f"n {n}"


@style.styled
def flow_chart(
    flow: pd.DataFrame,
    colours: Colours = NO_COLOURS,
    small: SmallCounts = NOTHING_HIDDEN,
) -> Figure:
    """
    Draw the flow of patients as boxes, in the manner of CONSORT.

    Parameters
    ----------
    flow : columns as `boxes`
    colours
        Of ``box``, the sets of patients.
    small
        Counts that may not be shown.

    Returns
    -------
    Figure
        Left the sets of patients, each indented below the set it is part of; beside
        them who is not in it and why, and the endpoints analysed in it.
    """
    steps = boxes(flow, small)
    if not steps or steps[0].n == "0":
        return style.empty_figure(TITLE)
    deepest = max(step.depth for step in steps)
    width = style.DOUBLE
    notes_x = 0.1 + deepest * INDENT + BOX + 0.35
    analysed_x = notes_x + NOTE + 0.1
    laid = [_lines(step, width - analysed_x - 0.1) for step in steps]
    heights = [max(map(len, lines)) * style.LINE + 0.1 for lines in laid]
    height = sum(heights) + GAP * len(steps) + 0.5
    figure = Figure(figsize=(width, height))
    style.write_title(figure, [TITLE])
    head: dict[str, Any] = {"color": style.PALE, "va": "bottom"}
    if any(step.excluded for step in steps):
        style.write(figure, notes_x, height - 0.42, "Not in the set", **head)
    if any(step.analysed for step in steps):
        style.write(figure, analysed_x, height - 0.42, "Analysed for", **head)
    top = height - 0.46
    places: dict[str, tuple[float, float]] = {}
    for step, (name, excluded, analysed), tall in zip(
        steps, laid, heights, strict=True
    ):
        x = 0.1 + step.depth * INDENT
        middle = top - tall / 2
        _draw_box(figure, (x, top - tall), BOX, tall, colours.colour.get("box"))
        _write_lines(figure, x + 0.07, middle, name)
        if step.parent is not None:
            px, bottom = places[step.parent]
            _line(figure, (px + 0.1, px + 0.1, x), (bottom, middle, middle))
        if excluded:
            _line(figure, (x + BOX, notes_x - 0.05), (middle, middle), dashed=True)
            _write_lines(figure, notes_x, middle, excluded)
        _write_lines(figure, analysed_x, middle, analysed)
        places[step.step] = (x, top - tall)
        top -= tall + GAP
    return figure


def _lines(step: Box, room: float) -> tuple[list[str], list[str], list[str]]:
    match = POPULATION.fullmatch(step.step)
    name = style.spelled(match[1]) if match else step.step
    return (
        style.wrapped(f"{name}: {_size(step.n)}", BOX - 0.14),
        [line for text in step.excluded for line in style.wrapped(text, NOTE)],
        [line for text in step.analysed for line in style.wrapped(text, room)],
    )


def _write_lines(figure: Figure, x: float, middle: float, lines: list[str]) -> None:
    for row, line in enumerate(lines):
        y = middle + ((len(lines) - 1) / 2 - row) * style.LINE
        style.write(figure, x, y, line, va="center")


def _draw_box(
    figure: Figure,
    corner: tuple[float, float],
    wide: float,
    tall: float,
    fill: str | None,
) -> None:
    shape: dict[str, Any] = {"fc": fill or "white", "ec": style.INK, "lw": 0.7}
    transform = figure.dpi_scale_trans
    figure.add_artist(Rectangle(corner, wide, tall, transform=transform, **shape))


def _line(
    figure: Figure, xs: tuple[float, ...], ys: tuple[float, ...], dashed: bool = False
) -> None:
    look: dict[str, Any] = {"ls": ":" if dashed else "-", "color": style.INK, "lw": 0.7}
    figure.add_artist(
        Line2D(xs, ys, transform=figure.dpi_scale_trans, zorder=0, **look)
    )
