"""Genotypes and the cohort -> the oncoprint: lesions by patient, four states apart."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from ballad.ascertainment import ascertainment
from ballad.figures import style
from ballad.figures.oncoprint_cells import (
    NO_VALUE,
    draw_image,
    draw_states,
    draw_track,
    part_patients,
    state_looks,
)
from ballad.figures.style import Colours, Key
from ballad.states import ABSENT, INDETERMINATE, NOT_ASSESSED, PRESENT, STATES

TITLE = "Lesions by subtype"
# Column of the cohort; its name in the figure; what its values are called in the
# table of colours.
TRACKS = (
    ("subtype_class", "Subtype class", ""),
    ("response", "Response", ""),
    ("relapse_cd19", "CD19 at relapse", "cd19_"),
    ("indication", "Indication", ""),
    ("emd_active", "Active EMD", ""),
    ("relapse_emd", "EMD at relapse", "emd_"),
)
ROW = 0.15  # inches
WIDEST = 0.22  # inches: one patient
WITH_NAMES = 40  # patients: above it their names do not fit
RASTERISED = 400  # patients: above it shapes are slow to draw and to open


def lesion_states(genotypes: pd.DataFrame, lesions: pd.DataFrame) -> pd.DataFrame:
    """
    Gather the states of all lesions that at least one patient has.

    Parameters
    ----------
    genotypes : columns patient and flags
        A flag is a column that holds nothing but the four states.
    lesions : columns patient, lesion, state
        Of these, lesions that are no flags are added. A patient without a row is
        not assessed.

    Returns
    -------
    DataFrame, patients as index, one column per lesion
        The most frequent first.
    """
    flags = [
        name
        for name in genotypes.columns
        if len(genotypes) and genotypes[name].isin(STATES).all()
    ]
    states = genotypes.set_index("patient")[flags]
    other = lesions[~lesions["lesion"].isin(flags)]
    if len(other):
        wide = other.pivot(index="patient", columns="lesion", values="state")
        wide = wide.reindex(states.index).fillna(NOT_ASSESSED)
        states = states.join(wide)
    counts = (states == PRESENT).sum().sort_values(ascending=False, kind="stable")
    return states[list(counts[counts > 0].index)]


def patient_order(genotypes: pd.DataFrame, states: pd.DataFrame) -> list[str]:
    """
    Order the patients: by subtype class, subtype, lesions present, name.

    The largest class comes first, within it the largest subtype; nobody is left out.
    """
    table = genotypes.set_index("patient")
    classes = table["subtype_class"].value_counts()
    subtypes = table["subtype"].value_counts()
    has = (states != PRESENT).apply(tuple, axis=1) if len(states.columns) else {}

    def key(patient: str) -> tuple:
        of_class, subtype = (
            table.at[patient, "subtype_class"],
            table.at[patient, "subtype"],
        )
        rank = (-classes[of_class], of_class, -subtypes[subtype], subtype)
        return (*rank, has[patient] if len(has) else (), patient)

    return sorted(table.index, key=key)


def share_present(states: pd.Series) -> str:
    """
    Write how many of those in whom a lesion was decided have it.

    Where absence can rarely be said there is no percentage (`ballad.ascertainment`).
    """
    found = ascertainment(states)
    if found.only_positives:
        return found.in_words
    present, assessed = found.present, found.present + found.absent
    if not assessed:
        return "0/0"
    percent = 100 * present / assessed
    # A lesion that somebody has is never "0%".
    digits = 1 if 0 < percent < 1 else 0
    return f"{present}/{assessed} ({percent:.{digits}f}%)"


@style.styled
def oncoprint(
    genotypes: pd.DataFrame,
    lesions: pd.DataFrame,
    cohort: pd.DataFrame,
    colours: Colours,
    shareable: bool = False,
) -> Figure:
    """
    Draw the oncoprint: a column per patient, unaltered ones included.

    Parameters
    ----------
    genotypes : columns patient, subtype, subtype_class and flags
    lesions : columns patient, lesion, state
    cohort : columns patient and those of `TRACKS` that were recorded
        An empty value is drawn white.
    colours
        Of states, subtype classes and the values of the tracks.
    shareable
        A column per patient is a patient-level page: then only a sentence is drawn.

    Returns
    -------
    Figure
        One that says so where there is no patient. Above 400 patients the cells are
        an image, so that the file stays small.
    """
    if shareable:
        return style.empty_figure(TITLE, "not part of a shareable report")
    if genotypes.empty:
        return style.empty_figure(TITLE)
    states = lesion_states(genotypes, lesions)
    order = patient_order(genotypes, states)
    states = states.loc[order]
    tracks = _tracks(genotypes, cohort, order)
    labels = [name for name, _ in tracks] + [style.spelled(name) for name in states]
    labels = [style.wrapped(label, 2.0)[0] for label in labels]
    shares = {name: share_present(states[name]) for name in states}
    width = style.DOUBLE
    left = max(style.inches(label) for label in labels) + 0.2
    right = max([style.inches(text) for text in shares.values()] + [1.0]) + 0.15
    across = min(width - left - right, WIDEST * len(order))
    named = len(order) <= WITH_NAMES
    below = _names_height(order) if named else 0.08
    down = ROW * (len(labels) + 1)
    title = f"{TITLE} ({style.count_text(len(order), 'patient')})"
    key = style.key_lines(_keys(tracks, states, colours), width - 0.2)
    key_height = 0.155 * len(key) + 0.1
    figure = Figure(figsize=(width, 0.4 + down + below + key_height))
    style.write_title(figure, [title])
    bottom = below + key_height
    axes = style.place(figure, left, bottom, across, down)
    axes.set_axis_off()
    axes.set_xlim(0, len(order))
    axes.set_ylim(len(labels) + 1, 0)
    if len(order) > RASTERISED:
        draw_image(axes, tracks, states, colours)
    else:
        for row, (_, values) in enumerate(tracks):
            draw_track(axes, row, values, colours)
        draw_states(axes, len(tracks) + 1, states, state_looks(colours))
    part_patients(axes, len(labels) + 1, genotypes, order)
    top = bottom + down
    head: dict[str, Any] = {"va": "center", "color": style.PALE}
    middle = top - (len(tracks) + 0.5) * ROW
    style.write(figure, left + across + 0.07, middle, "present / assessed", **head)
    for row, label in enumerate(labels):
        place = row if row < len(tracks) else row + 1
        y = top - (place + 0.5) * ROW
        style.write(figure, left - 0.07, y, label, ha="right", va="center")
    for row, text in enumerate(shares.values()):
        y = top - (len(tracks) + 1 + row + 0.5) * ROW
        style.write(figure, left + across + 0.07, y, text, va="center")
    if named:
        for column, patient in enumerate(order):
            x = left + (column + 0.5) * across / len(order)
            name = style.short_name(patient)
            look: dict[str, Any] = {
                "rotation": 90,
                "ha": "center",
                "va": "top",
                "size": 5.5,
            }
            style.write(figure, x, bottom - 0.03, name, **look)
    style.draw_key(figure, key, 0.1, key_height)
    return figure


def patient_places(
    figure: Figure, genotypes: pd.DataFrame, lesions: pd.DataFrame
) -> pd.DataFrame:
    """
    Say where in the oncoprint each patient's column lies.

    Returns
    -------
    DataFrame with columns patient, left, right, bottom, top
        From left to right; fractions of the figure, from its lower left corner. No
        row where no patient is drawn.
    """
    columns = ["patient", "left", "right", "bottom", "top"]
    if not figure.axes:
        return pd.DataFrame(columns=columns)
    order = patient_order(genotypes, lesion_states(genotypes, lesions))
    box = figure.axes[0].get_position()
    step = box.width / len(order)
    rows = [
        (patient, box.x0 + step * place, box.x0 + step * (place + 1), box.y0, box.y1)
        for place, patient in enumerate(order)
    ]
    return pd.DataFrame(rows, columns=columns)


def _names_height(order: Sequence[str]) -> float:
    return max(style.inches(style.short_name(patient), 5.5) for patient in order) + 0.12


def _tracks(
    genotypes: pd.DataFrame, cohort: pd.DataFrame, order: Sequence[str]
) -> list[tuple[str, list[str]]]:
    known = cohort.set_index("patient").reindex(order).fillna("")
    known["subtype_class"] = genotypes.set_index("patient")["subtype_class"]
    return [
        (name, [f"{prefix}{value}" if value else "" for value in known[column]])
        for column, name, prefix in TRACKS
        if column in known
    ]


def _keys(
    tracks: Sequence[tuple[str, list[str]]], states: pd.DataFrame, colours: Colours
) -> dict[str, list[Key]]:
    looks = state_looks(colours)
    under = {INDETERMINATE: [looks[ABSENT]]}
    keys = {
        "Lesion": [
            Key(colours.label(state), [*under.get(state, []), looks[state]])
            for state in STATES
        ]
    }
    for name, values in tracks:
        counts = pd.Series(values).value_counts()
        found = [value for value in colours.colour if value in counts.index]
        found += [value for value in counts.index if value and value not in found]
        paint = colours.of(found)
        keys[name] = [
            Key(
                f"{colours.label(value)} ({counts[value]})",
                [{"fc": paint[value], "ec": "black"}],
            )
            for value in found
        ]
        if "" in counts.index:
            blank = {"fc": NO_VALUE, "ec": "black"}
            keys[name].append(Key(f"none recorded ({counts['']})", [blank]))
    return keys
