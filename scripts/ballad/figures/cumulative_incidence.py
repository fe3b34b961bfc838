"""Cumulative incidence tables -> figures with all causes side by side."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ballad.figures import style
from ballad.figures.kaplan_meier import (
    draw_legend_line,
    draw_risk_table,
    dress_axes,
    group_label,
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


@style.styled
def cumulative_incidence(
    incidence: pd.DataFrame,
    tests: pd.DataFrame,
    curve: Mapping[str, str],
    colours: Colours,
) -> Figure:
    """
    Draw the cumulative incidences of one endpoint, a panel per cause.

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

    Returns
    -------
    Figure
        One that says so where the analysis has no patient.
    """
    title = curve.get("title") or f"{curve['endpoint']} in {curve['population']}"
    points = of_curve(incidence, curve)
    if points.empty or not (points["n_at_risk"] > 0).any():
        return style.empty_figure(title)
    tested = of_curve(tests, curve)
    causes = list(dict.fromkeys(points["cause"]))
    groups = list(dict.fromkeys(points["group"]))
    paint = colours.of(groups)
    names = {group: group_label(group, colours) for group in groups}
    labels = short_labels(names)
    sizes = points.groupby("group", sort=False)["n_at_risk"].max()
    width = style.DOUBLE
    legend = [
        (group, line, part == 0)
        for group in groups
        for part, line in enumerate(
            style.wrapped(f"{names[group]}: n = {int(sizes[group])}", width - 0.5)
        )
    ]
    widest = max(style.inches(line) for lines in labels.values() for line in lines)
    left = max(0.5, widest + 0.25)
    across = min(len(causes), IN_A_ROW)
    down = -(-len(causes) // IN_A_ROW)
    panel = min((width - left - 0.15 - SPACE * (across - 1)) / across, 2.6)
    headings = {
        cause: [
            *((line, "bold") for line in _fit(colours.label(cause), panel, "bold")),
            *(
                (line, "normal")
                for text in gray_lines(tested, cause)
                for line in _fit(text, panel)
            ),
        ]
        for cause in causes
    }
    head = style.LINE * max(map(len, headings.values())) + 0.08
    row_height = PANEL_HEIGHT + head + 0.42
    title_lines = style.titled(title, width)
    base = risk_height(labels)
    legend_height = style.LINE * (len(legend) + 1) + 0.1
    height = base + down * row_height + legend_height + 0.1 + 0.15 * len(title_lines)
    figure = Figure(figsize=(width, height))
    style.write_title(figure, title_lines)
    y = base + down * row_height + legend_height - style.LINE
    for group, line, first in legend:
        draw_legend_line(figure, y, line, paint[group] if first else None)
        y -= style.LINE
    style.write(
        *(figure, 0.1, y, "Aalen-Johansen estimates; band: log-log 95% CI"),
        size=style.SMALL,
        color=style.PALE,
    )
    marks = ticks(float(points["time_months"].max()), most=int(panel / TICK) + 1)
    lowest_left = None
    for position, cause in enumerate(causes):
        row, column = divmod(position, IN_A_ROW)
        x = left + column * (panel + SPACE)
        bottom = base + (down - 1 - row) * row_height + 0.42
        axes = style.place(figure, x, bottom, panel, PANEL_HEIGHT)
        for group in groups:
            chosen = (points["cause"] == cause) & (points["group"] == group)
            _draw_curve(axes, points[chosen].sort_values("time_months"), paint[group])
        dress_axes(axes, marks, "" if column else "Cumulative incidence")
        if column:
            axes.set_yticklabels([])
        for part, (line, weight) in enumerate(headings[cause]):
            top = bottom + PANEL_HEIGHT + head - 0.06 - (part + 1) * style.LINE
            style.write(figure, x, top, line, weight=weight)
        if column == 0:
            lowest_left = axes
    once = points[points["cause"] == causes[0]]
    counts = {
        group: numbers_at_risk(once[once["group"] == group], marks) for group in groups
    }
    if lowest_left is not None:
        draw_risk_table(figure, lowest_left, counts, labels, paint)
    return figure


def _fit(text: str, width: float, weight: str = "normal") -> list[str]:
    return style.wrapped(text, width - 0.05, weight=weight)


def _draw_curve(axes: Axes, rows: pd.DataFrame, colour: str) -> None:
    start = {"time_months": 0.0, "cif": 0.0, "ci_low": 0.0, "ci_high": 0.0}
    steps = pd.concat([pd.DataFrame([start]), rows[list(start)]], ignore_index=True)
    months = steps["time_months"].to_numpy(dtype=float)
    axes.step(months, steps["cif"], where="post", color=colour, lw=1.1)
    axes.fill_between(
        *(months, steps["ci_low"], steps["ci_high"]),
        step="post",
        color=colour,
        alpha=0.13,
        lw=0,
    )
