"""The cohort -> the swimmer plot: each patient's course from the start of treatment."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from ballad.figures import style
from ballad.figures.kaplan_meier import ticks
from ballad.figures.style import Colours

TITLE = "Course of each patient"
DAYS_IN_MONTH = 30.4375
ALL_UP_TO = 100  # patients: above it only those who relapsed are drawn
WITH_NAMES = 60  # patients: above it their names do not fit
ROWS = (0.14, 0.008)  # inches: highest and lowest bar with its gap
SMALL_MARK = 2.0  # points: below it a rim would hide the colour
TALLEST = 8.2  # inches of all bars
DAYS = ("follow_up_day", "response_day", "hct_day", "relapse_day", "death_day")
MARKS: dict[str, tuple[str, str, str]] = {
    "response_day": ("^", "#FFFFFF", "response"),
    "hct_day": ("D", "#F0E442", "transplant"),
    "death_day": ("x", style.INK, "death"),
}
RELAPSE = "o"
MARK_LINE = 0.18  # inches: one line of the legend of marks


def swimmers(cohort: pd.DataFrame) -> pd.DataFrame:
    """
    Choose and order who is drawn: by subtype class, then the longest follow-up.

    Of more than 100 patients only those with a relapse are drawn.
    """
    table = cohort.reindex(columns=["patient", "subtype_class", "relapse_cd19", *DAYS])
    for day in DAYS:
        table[day] = pd.to_numeric(table[day], errors="coerce") / DAYS_IN_MONTH
    table = table[table["follow_up_day"].notna()]
    if len(table) > ALL_UP_TO:
        table = table[table["relapse_day"].notna()]
    sizes = table["subtype_class"].map(table["subtype_class"].value_counts())
    return table.assign(size=sizes).sort_values(
        ["size", "subtype_class", "follow_up_day", "patient"],
        ascending=[False, True, False, True],
    )


@style.styled
def swimmer(cohort: pd.DataFrame, colours: Colours, shareable: bool = False) -> Figure:
    """
    Draw a bar per patient from treatment start to last contact, with what happened.

    Parameters
    ----------
    cohort : columns patient, subtype_class, relapse_cd19 and those of `DAYS`
        Days since the start of treatment; empty is: did not happen.
    colours
        Of subtype classes and ``cd19_negative`` and its like.
    shareable
        A bar per patient is a patient-level page: then only a sentence is drawn.

    Returns
    -------
    Figure
        One that says so where there is no patient.
    """
    if shareable:
        return style.empty_figure(TITLE, "not part of a shareable report")
    if cohort.empty:
        return style.empty_figure(TITLE)
    table = swimmers(cohort)
    if table.empty:
        return style.empty_figure(TITLE, "no relapse among these patients")
    few = len(cohort) <= ALL_UP_TO
    said = "all patients" if few else "the patients who relapsed"
    title = f"{TITLE}: {said} ({len(table)} of {len(cohort)})"
    names = (
        [style.short_name(name) for name in table["patient"]]
        if len(table) <= WITH_NAMES
        else []
    )
    left = max([style.inches(name, 5.5) for name in names] + [0.15]) + 0.2
    row = float(np.clip(TALLEST / len(table), *ROWS[::-1]))
    down = row * len(table)
    classes = list(dict.fromkeys(table["subtype_class"]))
    paint = colours.of(classes)
    counts = table["subtype_class"].value_counts()
    keys = {
        "Subtype class": [
            style.Key(
                f"{colours.label(name)} ({counts[name]})",
                [{"fc": paint[name], "ec": "black"}],
            )
            for name in classes
        ]
    }
    width = style.DOUBLE
    key = style.key_lines(keys, width - 0.2)
    kinds = table["relapse_cd19"].replace("", "unknown").fillna("unknown")
    relapses = list(dict.fromkeys(kinds[table["relapse_day"].notna()]))
    relapse_keys = {
        colours.label(f"cd19_{kind}"): colours.of([f"cd19_{kind}"])[f"cd19_{kind}"]
        for kind in relapses
    }
    size = float(np.clip(row * 72 * 0.6, 1.2, 4.5))
    marks = mark_lines(relapse_keys, width - 0.2, size < SMALL_MARK)
    legend = 0.155 * len(key) + MARK_LINE * len(marks) + 0.1
    lines = style.titled(title, width)
    height = down + legend + 0.42 + 0.15 * len(lines) + 0.12
    figure = Figure(figsize=(width, height))
    style.write_title(figure, lines)
    bottom = legend + 0.42
    axes = style.place(figure, left, bottom, width - left - 0.2, down)
    places = np.arange(len(table)) + 0.5
    axes.set_ylim(len(table), 0)
    axes.set_yticks([])
    months = ticks(float(table["follow_up_day"].max()), most=12)
    axes.set_xlim(min(0.0, float(table[list(DAYS)].min().min())), months[-1])
    axes.set_xticks(months, [f"{month:g}" for month in months])
    axes.set_xlabel("Months since the start of treatment", labelpad=1)
    axes.barh(
        *(places, table["follow_up_day"]),
        height=0.72 if row > 0.03 else 1.0,
        color=[paint[name] for name in table["subtype_class"]],
        alpha=0.45,
        lw=0,
        rasterized=len(table) > 400,
    )
    look: dict[str, Any] = {"ls": "", "ms": size, "mew": 0.35, "clip_on": False}
    look["rasterized"] = len(table) > 400
    for column, (marker, fill, _) in MARKS.items():
        fill = _filled(fill, size < SMALL_MARK)
        rim = fill if size < SMALL_MARK else style.INK
        edge = {**look, "mec": rim, "mfc": fill, "marker": marker}
        if marker == "x":
            edge["mew"] = 0.8
        axes.plot(table[column], places, label=column, **edge)
    for kind, fill in zip(relapses, relapse_keys.values(), strict=True):
        shown = table["relapse_day"].where(kinds == kind)
        rim = fill if size < SMALL_MARK else style.INK
        axes.plot(shown, places, marker=RELAPSE, mec=rim, mfc=fill, **look)
    for name, place in zip(names, places, strict=False):
        y = bottom + down - place * row
        style.write(figure, left - 0.06, y, name, ha="right", va="center", size=5.5)
    style.draw_key(figure, key, 0.1, legend)
    _draw_marks(figure, marks)
    return figure


def _filled(fill: str, tiny: bool) -> str:
    """Darken a white mark that is too small for a rim."""
    return style.PALE if tiny and fill == "#FFFFFF" else fill


def mark_lines(
    relapses: Mapping[str, str], width: float, tiny: bool = False
) -> list[list[tuple[float, str, str, str]]]:
    """Lay out the legend of the marks: lines of (x in inches, marker, fill, text)."""
    shapes = [
        (marker, _filled(fill, tiny), text) for marker, fill, text in MARKS.values()
    ]
    shapes += [(RELAPSE, fill, text) for text, fill in relapses.items()]
    lines: list[list[tuple[float, str, str, str]]] = [[]]
    x = 0.0
    for marker, fill, text in shapes:
        length = style.inches(text, style.SMALL) + 0.32
        if x + length > width and lines[-1]:
            lines.append([])
            x = 0.0
        lines[-1].append((x, marker, fill, text))
        x += length
    return lines


def _draw_marks(figure: Figure, lines: list[list[tuple[float, str, str, str]]]) -> None:
    """Draw the legend of the marks at the foot of the figure."""
    width, tall = style.DOUBLE - 0.2, MARK_LINE * len(lines)
    axes = style.place(figure, 0.1, 0.02, width, tall)
    axes.set_axis_off()
    axes.set_xlim(0, width)
    axes.set_ylim(tall, 0)
    for row, line in enumerate(lines):
        y = MARK_LINE * (row + 0.5)
        for x, marker, fill, text in line:
            mark: dict[str, Any] = {"ms": 4.5, "mec": style.INK, "mfc": fill, "ls": ""}
            axes.plot([x + 0.05], [y], marker=marker, **mark)
            place, size = 0.02 + tall - y, style.SMALL
            style.write(figure, 0.1 + x + 0.14, place, text, va="center", size=size)
