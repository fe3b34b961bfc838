"""Survival by current transplant status -> Simon-Makuch curves."""

from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from ballad.disclosure import NOTHING_HIDDEN, SmallCounts
from ballad.figures import style
from ballad.figures.kaplan_meier import (
    draw_legend_line,
    dress_axes,
    followed,
    numbers_at_risk,
    ticks,
)
from ballad.figures.style import Colours

TITLE = "Survival by transplant status (Simon-Makuch)"
SIDES = {"0": "not yet transplanted", "1": "transplanted"}
PANEL_HEIGHT = 1.8  # inches
IN_A_ROW = 2


@style.styled
def simon_makuch(
    curves: pd.DataFrame,
    colours: Colours,
    confidence_level: float = 0.95,
    small: SmallCounts = NOTHING_HIDDEN,
) -> Figure:
    """
    Draw survival by transplant status, a panel per endpoint.

    Parameters
    ----------
    curves : columns endpoint, population, landmark, exposed, time_months, survival, \
ci_low, ci_high, n_at_risk, n_events, n_censored
        `exposed` 1 or 0, text; months from the origin, from the landmark on.
    colours
        Of ``transplanted`` and ``not yet transplanted``.
    confidence_level
        Of the intervals, 0-1.
    small
        Counts that may not be shown: a side with fewer events is not drawn, a curve
        ends where fewer are at risk.

    Returns
    -------
    Figure
        One that says so where no model has transplant as a covariate.
    """
    if curves.empty:
        return style.empty_figure(TITLE, "no transplant in this analysis")
    panels = list(curves.groupby(["endpoint", "population"], sort=False))
    across = min(len(panels), IN_A_ROW)
    down = -(-len(panels) // IN_A_ROW)
    width = style.DOUBLE
    labels = {side: text for side, text in SIDES.items()}
    left = max(style.inches(text) for text in labels.values()) + 0.25
    panel = min((width - left - 0.15 - 0.35 * (across - 1)) / across, 3.2)
    landmark = float(curves["landmark"].iloc[0])
    notes = style.note_lines(
        [
            f"from {landmark:g} months after the origin; a patient changes sides on the "
            f"day of transplant; band: log-log {style.interval_text(confidence_level)}"
            + ("" if small.limit is None else f"; a side of {small.mark} is not drawn")
        ],
        width,
    )
    below = 0.42 + 3 * style.LINE + 0.12
    row_height = 0.3 + PANEL_HEIGHT + below
    top = 0.28 + style.LINE * (len(SIDES) + len(notes)) + 0.05
    height = top + down * row_height
    figure = Figure(figsize=(width, height))
    style.write_title(figure, [TITLE])
    paint = colours.of(SIDES.values())
    y = height - 0.36
    for text in SIDES.values():
        draw_legend_line(figure, y, text, paint[text])
        y -= style.LINE
    style.write_notes(figure, y, notes)
    for position, ((endpoint, population), rows) in enumerate(panels):
        line, column = divmod(position, across)
        x = left + column * (panel + 0.35)
        bottom = height - top - (line + 1) * row_height + below
        axes = style.place(figure, x, bottom, panel, PANEL_HEIGHT)
        heading = f"{style.spelled(endpoint)}, {style.spelled(population)}"
        style.write(figure, x, bottom + PANEL_HEIGHT + 0.08, heading, weight="bold")
        marks = ticks(float(rows["time_months"].max()), most=7)
        dress_axes(axes, marks, "" if column else "Probability")
        risk_y = bottom - 0.42
        if not column:
            style.write(figure, 0.1, risk_y, "Number at risk", weight="bold", va="top")
        for place, (side, text) in enumerate(SIDES.items(), 1):
            its = rows[rows["exposed"] == side].sort_values("time_months")
            at = risk_y - place * style.LINE
            if not column:
                style.write(figure, 0.1, at, text, va="top")
            _write_at_risk(figure, its, (x, panel, at), marks, small)
            if len(its) and not small.hides(its["n_events"].sum()):
                _draw_side(axes, followed(its, small), paint[text])
    return figure


def _write_at_risk(
    figure: Figure,
    rows: pd.DataFrame,
    place: tuple[float, float, float],
    marks: list[float],
    small: SmallCounts,
) -> None:
    x, panel, y = place
    began = float(rows["time_months"].min()) if len(rows) else marks[-1]
    counts = numbers_at_risk(rows, marks) if len(rows) else [0] * len(marks)
    for month, count in zip(marks, counts, strict=True):
        # Before the landmark the curves do not exist.
        text = small.written(count) if month >= began else "–"
        look: dict[str, Any] = {"ha": "center", "va": "top", "label": "n_at_risk"}
        style.write(figure, x + month / marks[-1] * panel, y, text, **look)


def _draw_side(axes: Any, rows: pd.DataFrame, colour: str) -> None:
    months = rows["time_months"].to_numpy(dtype=float)
    axes.step(months, rows["survival"], where="post", color=colour, lw=1.1)
    limits = rows[["ci_low", "ci_high"]].fillna(1.0).where(rows["survival"].eq(1), rows)
    axes.fill_between(
        *(months, limits["ci_low"].astype(float), limits["ci_high"].astype(float)),
        **{"step": "post", "color": colour, "alpha": 0.13, "lw": 0},
    )
