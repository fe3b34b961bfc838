"""Survival tables -> Kaplan-Meier figures with the numbers at risk below."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ballad.disclosure import NOTHING_HIDDEN, SmallCounts
from ballad.figures import style
from ballad.figures.style import Colours

ALL = "all"
AXES_HEIGHT = 1.9  # inches
RISK_ROW = 0.02  # inches between two groups
RISK_LINES = 4  # of one group's name in the risk table
KEY = 0.14  # inches: the colour before a group in the risk table


def of_curve(table: pd.DataFrame, curve: Mapping[str, str]) -> pd.DataFrame:
    """Select the rows of one endpoint, population and grouping."""
    keys = {name: curve.get(name) or "" for name in ("endpoint", "population")}
    keys["group_by"] = curve.get("group_by") or ""
    fits = pd.Series(True, index=table.index)
    for name, value in keys.items():
        fits &= table[name] == value
    return table[fits]


def numbers_at_risk(points: pd.DataFrame, months: Sequence[float]) -> list[int]:
    """
    Read the numbers at risk at given times from one group's curve.

    At risk at a time is who has neither had the event nor been censored before it.

    Parameters
    ----------
    points : columns time_months, n_at_risk
        One row per observed time, event or censoring; `n_at_risk` just before it.
        Where `n_events` and `n_censored` are given, who is left after the last row
        is still at risk; otherwise nobody is.
    months
        Times from the origin.
    """
    ordered = points.sort_values("time_months")
    times = ordered["time_months"].to_numpy(dtype=float)
    counts = ordered["n_at_risk"].to_numpy(dtype=float)
    after = 0.0
    if len(ordered) and {"n_events", "n_censored"} <= set(ordered):
        last = ordered.iloc[-1]
        after = last["n_at_risk"] - last["n_events"] - last["n_censored"]
    left = [*counts, after]
    return [int(left[np.searchsorted(times, month)]) for month in months]


def ticks(last: float, most: int = 8) -> list[float]:
    """Choose at most so many ticks, at whole years; at quarters below one year."""
    if last <= 12:
        return [0, 3, 6, 9, 12]
    for step in (12, 24, 36, 60, 120):
        marks = np.arange(0, np.ceil(last / step) * step + 1, step)
        if len(marks) <= most:
            break
    return [float(mark) for mark in marks]


def group_sizes(points: pd.DataFrame, summary: pd.DataFrame) -> dict[str, tuple]:
    """Count patients and events of each group, from the summary where it has them."""
    sizes = {}
    for group, rows in points.groupby("group", sort=False):
        told = summary[summary["group"] == group].dropna(subset=["n", "events"])
        if len(told):
            sizes[group] = (int(told["n"].iloc[0]), int(told["events"].iloc[0]))
        else:
            sizes[group] = (int(rows["n_at_risk"].max()), int(rows["n_events"].sum()))
    return sizes


def log_rank_text(tests: pd.DataFrame) -> str:
    """Write the log-rank p, or why there is none; empty if there was no test."""
    rows = tests[tests["test"] == "log-rank"]
    if rows.empty:
        return ""
    p, note = rows["p"].iloc[0], rows["note"].iloc[0]
    return f"log-rank {style.p_text(p) if pd.notna(p) else note or 'not estimable'}"


def group_label(group: str, colours: Colours) -> str:
    """Name a group; the ungrouped curve is of all patients."""
    return "all patients" if group == ALL else colours.label(group)


def shown_sizes(
    sizes: Mapping[str, tuple[int, int]], small: SmallCounts
) -> dict[str, tuple[int, int]]:
    """Leave out the groups whose patients, events or others are too few to be shown."""
    patients = [n for n, _ in sizes.values()]
    events = [n for _, n in sizes.values()]
    without = [n - had for n, had in sizes.values()]
    hidden = small.hidden_among(patients, events, without)
    return {
        group: size
        for (group, size), hides in zip(sizes.items(), hidden, strict=True)
        if not hides
    }


def not_shown(names: Sequence[str], small: SmallCounts) -> str:
    """Say which groups are left out because their counts are small."""
    if not names:
        return ""
    return f"not shown, counts {small.mark} or betraying one: {', '.join(names)}"


def followed(points: pd.DataFrame, small: SmallCounts) -> pd.DataFrame:
    """End a curve where too few are at risk to be shown."""
    if small.limit is None:
        return points
    return points[points["n_at_risk"] >= small.limit]


@style.styled
def kaplan_meier(
    survival: pd.DataFrame,
    summary: pd.DataFrame,
    tests: pd.DataFrame,
    curve: Mapping[str, str],
    colours: Colours,
    confidence_level: float = 0.95,
    left_out: str = "",
    small: SmallCounts = NOTHING_HIDDEN,
) -> Figure:
    """
    Draw one Kaplan-Meier figure: steps, log-log bands, censoring marks, risk table.

    Parameters
    ----------
    survival : columns endpoint, population, group_by, group, time_months, survival, \
ci_low, ci_high, n_at_risk, n_events, n_censored
        Months; fractions; a missing bound is not drawn.
    summary : columns endpoint, population, group_by, group, n, events
    tests : columns endpoint, population, group_by, test, p, note
    curve
        endpoint, population, group_by (missing: one ungrouped curve), title.
    colours
        Of the groups.
    confidence_level
        Of the intervals in `survival`, 0-1.
    left_out
        Who of the population is in no group, as a line of the legend.
    small
        Counts that may not be shown: groups below the limit are named and not drawn,
        a curve ends where fewer are at risk, and no censoring is marked.

    Returns
    -------
    Figure
        One that says so where the analysis has no patient. Texts of the risk table
        have the label ``n_at_risk``.
    """
    title = curve.get("title") or f"{curve['endpoint']} in {curve['population']}"
    points = of_curve(survival, curve)
    if points.empty or not (points["n_at_risk"] > 0).any():
        return style.empty_figure(title)
    every = group_sizes(points, of_curve(summary, curve))
    sizes = shown_sizes(every, small)
    hidden = not_shown(
        [group_label(g, colours) for g in every if g not in sizes], small
    )
    if not sizes:
        return style.empty_figure(title, hidden)
    shown = {
        group: followed(points[points["group"] == group], small).sort_values(
            "time_months"
        )
        for group in sizes
    }
    paint = colours.of(sizes)
    width = style.SINGLE
    names = {group: group_label(group, colours) for group in sizes}
    legend = [
        (group, f"{names[group]}: n = {n}, {style.count_text(events, 'event')}")
        for group, (n, events) in sizes.items()
    ]
    legend_lines = [
        (group, line, part == 0)
        for group, text in legend
        for part, line in enumerate(style.wrapped(text, width - 0.5))
    ]
    risk_labels = short_labels(names)
    left = left_margin(risk_labels, [n for n, _ in sizes.values()])
    title_lines = style.titled(title, width)
    marked = "; upright mark: censored" if small.limit is None else ""
    band = f"band: log-log {style.interval_text(confidence_level)}{marked}"
    notes = style.note_lines([band, left_out, hidden], width)
    lines = len(legend_lines) + len(notes) + 1
    bottom = risk_height(risk_labels) + 0.42
    top = 0.1 + 0.15 * len(title_lines) + style.LINE * lines + 0.08
    figure = Figure(figsize=(width, bottom + AXES_HEIGHT + top))
    style.write_title(figure, title_lines)
    axes = style.place(figure, left, bottom, width - left - 0.15, AXES_HEIGHT)
    y = bottom + AXES_HEIGHT + style.LINE * lines - 0.04
    for group, line, first in legend_lines:
        draw_legend_line(figure, y, line, paint[group] if first else None)
        y -= style.LINE
    y = style.write_notes(figure, y, notes)
    p_line = style.wrapped(log_rank_text(of_curve(tests, curve)), width - 0.2)
    style.write(figure, 0.1, y, small.note(style.shortened(p_line, 1)[0]))
    for group, rows in shown.items():
        draw_curve(axes, rows, "survival", 1.0, paint[group])
        if small.limit is None:
            _mark_censoring(axes, rows, paint[group])
    marks = ticks(max(float(rows["time_months"].max()) for rows in shown.values()))
    dress_axes(axes, marks, "Probability")
    at_risk = {
        group: numbers_at_risk(points[points["group"] == group], marks)
        for group in shown
    }
    draw_risk_table(figure, axes, at_risk, risk_labels, paint, small)
    return figure


def short_labels(names: Mapping[str, str]) -> dict[str, list[str]]:
    """Break the groups' names for the risk table; the legend has them in full."""
    return {
        group: _both_ends(style.wrapped(name, 0.95), RISK_LINES)
        for group, name in names.items()
    }


def _both_ends(lines: Sequence[str], most: int) -> list[str]:
    """Keep at most so many lines: of names that are long the ends differ."""
    if len(lines) <= most:
        return list(lines)
    return [f"{lines[0]} …", *lines[len(lines) - most + 1 :]]


def left_margin(
    labels: Mapping[str, Sequence[str]], at_start: Sequence[float]
) -> float:
    """Work out the room in inches left of the axes: names, then half a first count."""
    widest = max(style.inches(line) for lines in labels.values() for line in lines)
    half = max(style.inches(f"{count:.0f}") for count in at_start) / 2
    return max(0.5, 0.1 + KEY + widest + 0.08 + half)


def risk_height(labels: Mapping[str, Sequence[str]]) -> float:
    """Work out the height in inches of the table of numbers at risk."""
    rows = sum(len(lines) * style.LINE + RISK_ROW for lines in labels.values())
    return rows + style.LINE + 0.06


def draw_legend_line(figure: Figure, y: float, text: str, colour: str | None) -> None:
    """Draw a line's colour and its text at `y` inches."""
    if colour:
        style.write(figure, 0.1, y, "━━", color=colour, weight="bold")
    style.write(figure, 0.4, y, text)


def dress_axes(axes: Axes, marks: Sequence[float], label: str) -> None:
    """Give the axes of a curve their ticks, limits and labels."""
    axes.set_xlim(0, marks[-1])
    axes.set_xticks(marks, [f"{mark:g}" for mark in marks])
    axes.set_ylim(0, 1.02)
    steps = (0, 0.25, 0.5, 0.75, 1)
    axes.set_yticks(steps, [f"{step:g}" for step in steps])
    axes.set_ylabel(label)
    axes.set_xlabel("Months", labelpad=1)


def draw_risk_table(
    figure: Figure,
    axes: Axes,
    counts: Mapping[str, Sequence[int]],
    labels: Mapping[str, Sequence[str]],
    paint: Mapping[str, str],
    small: SmallCounts = NOTHING_HIDDEN,
) -> None:
    """Write the numbers at risk below the ticks of the axes, one row per group."""
    wide, _ = figure.get_size_inches()
    box = axes.get_position()
    first, last = axes.get_xlim()
    y = risk_height(labels) - style.LINE
    look: dict[str, Any] = {"size": style.BODY, "va": "bottom"}
    style.write(figure, 0.1, y, "Number at risk", weight="bold", **look)
    for group, lines in labels.items():
        y -= RISK_ROW
        for part, line in enumerate(lines):
            place = y - (part + 1) * style.LINE
            if not part:
                bar = {**look, "color": paint[group], "weight": "bold"}
                style.write(figure, 0.1, place, "━", **bar)
            style.write(figure, 0.1 + KEY, place, line, **look)
        for month, count in zip(axes.get_xticks(), counts[group], strict=True):
            across = box.x0 + (month - first) / (last - first) * box.width
            style.write(
                *(figure, across * wide, y - style.LINE, small.written(count)),
                label="n_at_risk",
                ha="center",
                **look,
            )
        y -= len(lines) * style.LINE


def draw_curve(
    axes: Axes, rows: pd.DataFrame, estimate: str, begin: float, colour: str
) -> None:
    """Draw a step curve with its band, from `begin` at month 0 on."""
    start = {"time_months": 0.0, estimate: begin, "ci_low": begin, "ci_high": begin}
    steps = pd.concat([pd.DataFrame([start]), rows[list(start)]], ignore_index=True)
    months = steps["time_months"].to_numpy(dtype=float)
    axes.step(months, steps[estimate], where="post", color=colour, lw=1.1)
    axes.fill_between(
        *(months, steps["ci_low"], steps["ci_high"]),
        step="post",
        color=colour,
        alpha=0.13,
        lw=0,
    )


def _mark_censoring(axes: Axes, rows: pd.DataFrame, colour: str) -> None:
    censored = rows[rows["n_censored"] > 0]
    axes.plot(
        *(censored["time_months"], censored["survival"]),
        ls="",
        marker="|",
        ms=4,
        mew=0.7,
        color=colour,
        clip_on=False,
    )
