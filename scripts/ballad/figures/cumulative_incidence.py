"""Cumulative incidence tables -> figures with all causes side by side."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure

from ballad.disclosure import NOTHING_HIDDEN, SmallCounts
from ballad.figures import style
from ballad.figures.kaplan_meier import (
    draw_curve,
    draw_legend_line,
    draw_risk_table,
    dress_axes,
    followed,
    group_label,
    left_margin,
    not_shown,
    numbers_at_risk,
    of_curve,
    risk_height,
    short_labels,
    ticks,
)
from ballad.figures.style import Colours

PANEL_HEIGHT = 1.6  # inches
IN_A_ROW = 4
TICK = 0.25  # inches: room for a number of three digits
SPACE = 0.18  # inches between two panels


def gray_lines(tests: pd.DataFrame, cause: str) -> list[str]:
    """
    Write the events and Gray's p of one cause; nothing if there was no test.

    Parameters
    ----------
    tests : columns test, cause, p, events
        Of one endpoint, population and grouping; `events` are those of the cause.
    """
    rows = tests[tests["test"].str.startswith("Gray") & (tests["cause"] == cause)]
    if rows.empty:
        return []
    p, events = rows["p"].iloc[0], rows["events"].iloc[0]
    said = f"Gray {style.p_text(p)}" if pd.notna(p) else "Gray: not estimable"
    return [style.count_text(events, "event"), said]


def with_events(points: pd.DataFrame) -> tuple[list[str], list[str]]:
    """Part the causes into those with an event in any group, and those without."""
    highest = points.groupby("cause", sort=False)["cif"].max()
    return list(highest.index[highest > 0]), list(highest.index[~(highest > 0)])


def steps_of(rows: pd.DataFrame) -> int:
    """Count the times at which one group's curve rises: no more than its events."""
    ordered = rows.sort_values("time_months")["cif"]
    return int((ordered.diff().fillna(ordered) > 0).sum())


@style.styled
def cumulative_incidence(
    incidence: pd.DataFrame,
    tests: pd.DataFrame,
    curve: Mapping[str, str],
    colours: Colours,
    confidence_level: float = 0.95,
    left_out: str = "",
    small: SmallCounts = NOTHING_HIDDEN,
) -> Figure:
    """
    Draw the cumulative incidences of one endpoint, a panel per cause with events.

    Parameters
    ----------
    incidence : columns endpoint, cause, population, group_by, group, time_months, \
cif, ci_low, ci_high, n_at_risk
        Months; fractions; a missing bound is not drawn; `n_at_risk` is free of all
        causes just before the time, so it is the same in each panel.
    tests : columns endpoint, population, group_by, test, cause, p, events
    curve
        endpoint, population, group_by (missing: one ungrouped curve), title.
    colours
        Of the groups; their meanings name the causes.
    confidence_level
        Of the intervals in `incidence`, 0-1.
    left_out
        Who of the population is in no group, as a line of the legend.
    small
        Counts that may not be shown: groups below the limit are named and not drawn,
        a curve of fewer steps is left out of its panel and ends where fewer are at
        risk.

    Returns
    -------
    Figure
        One that says so where the analysis has no patient or no event. Causes
        without an event are named in the legend.
    """
    title = curve.get("title") or f"{curve['endpoint']} in {curve['population']}"
    points = of_curve(incidence, curve)
    if points.empty or not (points["n_at_risk"] > 0).any():
        return style.empty_figure(title)
    causes, without = with_events(points)
    if not causes:
        return style.empty_figure(title, "no event in this analysis")
    sizes = points.groupby("group", sort=False)["n_at_risk"].max()
    hides = small.hidden_among(sizes.tolist())
    groups = [
        group for group, hidden in zip(sizes.index, hides, strict=True) if not hidden
    ]
    hidden = not_shown(
        [group_label(group, colours) for group in sizes.index if group not in groups],
        small,
    )
    if not groups:
        return style.empty_figure(title, hidden)
    paint = colours.of(groups)
    names = {group: group_label(group, colours) for group in groups}
    labels = short_labels(names)
    width = style.DOUBLE
    legend = [
        (group, line, part == 0)
        for group in groups
        for part, line in enumerate(
            style.wrapped(f"{names[group]}: n = {int(sizes[group])}", width - 0.5)
        )
    ]
    notes = _notes(without, colours, confidence_level, left_out, hidden, small)
    left = left_margin(labels, sizes[groups].tolist())
    down = -(-len(causes) // IN_A_ROW)
    across = -(-len(causes) // down)
    panel = min((width - left - 0.15 - SPACE * (across - 1)) / across, 2.6)
    tested = of_curve(tests, curve)
    headings = {
        cause: _heading(cause, tested, panel, colours, small) for cause in causes
    }
    head = style.LINE * max(map(len, headings.values())) + 0.08
    row_height = PANEL_HEIGHT + head + 0.42
    title_lines = style.titled(title, width)
    base = risk_height(labels)
    legend_height = style.LINE * (len(legend) + len(notes)) + 0.1
    height = base + down * row_height + legend_height + 0.1 + 0.15 * len(title_lines)
    figure = Figure(figsize=(width, height))
    style.write_title(figure, title_lines)
    y = base + down * row_height + legend_height - style.LINE
    for group, line, first in legend:
        draw_legend_line(figure, y, line, paint[group] if first else None)
        y -= style.LINE
    style.write_notes(figure, y, notes)
    marks = ticks(float(points["time_months"].max()), most=int(panel / TICK) + 1)
    for position, cause in enumerate(causes):
        row, column = divmod(position, across)
        x = left + column * (panel + SPACE)
        bottom = base + (down - 1 - row) * row_height + 0.42
        axes = style.place(figure, x, bottom, panel, PANEL_HEIGHT)
        for group in groups:
            chosen = (points["cause"] == cause) & (points["group"] == group)
            rows = points[chosen].sort_values("time_months")
            if not small.hides(steps_of(rows)):
                its = followed(rows, small)
                draw_curve(axes, its, "cif", 0.0, paint[group])
        dress_axes(axes, marks, "" if column else "Cumulative incidence")
        if column:
            axes.set_yticklabels([])
        for part, (line, weight) in enumerate(headings[cause]):
            top = bottom + PANEL_HEIGHT + head - 0.06 - (part + 1) * style.LINE
            style.write(figure, x, top, line, weight=weight)
    once = points[points["cause"] == causes[0]]
    counts = {
        group: numbers_at_risk(once[once["group"] == group], marks) for group in groups
    }
    # The panel of the lowest row that stands at the left.
    lowest_left = figure.axes[(down - 1) * across]
    draw_risk_table(figure, lowest_left, counts, labels, paint, small)
    return figure


def _notes(
    without: Sequence[str],
    colours: Colours,
    confidence_level: float,
    left_out: str,
    hidden: str,
    small: SmallCounts,
) -> list[str]:
    band = f"band: log-log {style.interval_text(confidence_level)}"
    named = ", ".join(colours.label(cause) for cause in without)
    few = f"no curve of {small.mark} steps is drawn" if small.limit else ""
    return style.note_lines(
        [
            f"Aalen-Johansen estimates; {band}",
            f"no panel, because nobody had the event: {named}" if without else "",
            left_out,
            *(hidden, few),
        ],
        style.DOUBLE,
    )


def _heading(
    cause: str,
    tested: pd.DataFrame,
    panel: float,
    colours: Colours,
    small: SmallCounts,
) -> list[tuple[str, str]]:
    said = [small.note(text) for text in gray_lines(tested, cause)]
    return [
        *((line, "bold") for line in _fit(colours.label(cause), panel, "bold")),
        *((line, "normal") for text in said for line in _fit(text, panel)),
    ]


def _fit(text: str, width: float, weight: str = "normal") -> list[str]:
    return style.wrapped(text, width - 0.05, weight=weight)
