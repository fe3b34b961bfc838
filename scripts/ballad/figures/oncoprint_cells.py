"""The cells of the oncoprint: shapes of few patients, an image of many."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.path import Path

from ballad.figures import style
from ballad.figures.style import Colours
from ballad.states import ABSENT, INDETERMINATE, NOT_ASSESSED, PRESENT, STATES

WITH_GAPS = 100  # patients: above it no white line parts them
NO_VALUE = "#FFFFFF"
HATCH = "#8C8C8C"
CELL = 12  # image lines per row


def runs(values: Sequence[str]) -> list[tuple[str, int, int]]:
    """Join equal neighbours: value, first place, place after the last."""
    found, start = [], 0
    for value, members in groupby(values):
        end = start + len(list(members))
        found.append((value, start, end))
        start = end
    return found


def state_looks(colours: Colours) -> dict[str, dict[str, Any]]:
    """Give each state its look; not assessed is hatched, indeterminate half a cell."""
    paint = colours.of(STATES)
    plain: dict[str, Any] = {"lw": 0, "ec": "none"}
    return {
        ABSENT: {"fc": paint[ABSENT], **plain},
        PRESENT: {"fc": paint[PRESENT], **plain},
        NOT_ASSESSED: {
            **{"fc": paint[NOT_ASSESSED], "ec": HATCH},
            **{"hatch": "//////", "lw": 0},
        },
        INDETERMINATE: {"fc": paint[INDETERMINATE], "height": 0.5, **plain},
    }


def draw_track(axes: Axes, row: int, values: list[str], colours: Colours) -> None:
    """Draw one value per patient as a row of cells; an empty one is white."""
    paint = {**colours.of(value for value in values if value), "": NO_VALUE}
    cells: dict[str, list] = {}
    for value, start, end in runs(values):
        cells.setdefault(value, []).append(_cell(start, end, row, 1.0))
    for value, its in cells.items():
        collection = PathCollection([_shape(its)], fc=paint[value], ec="none")
        axes.add_collection(collection, autolim=False)


def _shape(cells: Sequence[list[tuple[float, float]]]) -> Path:
    # One shape for all cells of a look: a style for each would fill the file, and
    # paper would get a hatching for each.
    corners = [corner for cell in cells for corner in (*cell, cell[0])]
    draw = [Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY]
    return Path(corners, draw * len(cells))


def _cell(start: int, end: int, row: int, height: float) -> list[tuple[float, float]]:
    low = row + 0.94
    high = low - 0.88 * height
    return [(start, low), (end, low), (end, high), (start, high)]


def draw_states(
    axes: Axes,
    first: int,
    states: pd.DataFrame,
    looks: Mapping[str, Mapping[str, Any]],
) -> None:
    """Draw a row of cells per lesion, from row `first` on; looks as `state_looks`."""
    cells: dict[str, list] = {state: [] for state in STATES}
    for row, name in enumerate(states):
        for state, start, end in runs(states[name].tolist()):
            if state == INDETERMINATE:
                cells[ABSENT].append(_cell(start, end, first + row, 1.0))
            height = looks[state].get("height", 1.0)
            cells[state].append(_cell(start, end, first + row, height))
    for state in (ABSENT, NOT_ASSESSED, INDETERMINATE, PRESENT):
        look: dict[str, Any] = {
            name: value for name, value in looks[state].items() if name != "height"
        }
        if cells[state]:
            collection = PathCollection([_shape(cells[state])], **look)
            collection.set_label(state)
            axes.add_collection(collection, autolim=False)


def cell_image(
    tracks: Sequence[tuple[str, list[str]]], states: pd.DataFrame, colours: Colours
) -> np.ndarray:
    """
    Paint tracks and states as an image, for more patients than shapes can show.

    Returns
    -------
    array, rows x columns x 3, 0-1
        12 lines per row and one column per patient; one empty row parts the tracks
        from the lesions. Not assessed is striped, indeterminate fills half a cell.
    """
    patients = len(states)
    image = np.ones(((len(tracks) + 1 + states.shape[1]) * CELL, patients, 3))
    for row, (_, values) in enumerate(tracks):
        paint = {**colours.of(value for value in values if value), "": NO_VALUE}
        shades = np.array([to_rgb(paint[value]) for value in values])
        image[row * CELL + 1 : (row + 1) * CELL - 1] = shades
    paint = colours.of(STATES)
    # Stripes as wide as several patients, where a patient is less than a dot.
    wide = max(1, patients // 300)
    lines = np.arange(CELL - 2)[:, None] * wide + np.arange(patients)
    stripes = (lines % (6 * wide) < 2 * wide)[..., None]
    for row, name in enumerate(states):
        cell = image[(len(tracks) + 1 + row) * CELL :][1 : CELL - 1]
        values = states[name].to_numpy()
        hatched = np.where(stripes, to_rgb(HATCH), to_rgb(paint[NOT_ASSESSED]))
        cell[:] = to_rgb(paint[ABSENT])
        cell[:, values == PRESENT] = to_rgb(paint[PRESENT])
        cell[:, values == NOT_ASSESSED] = hatched[:, values == NOT_ASSESSED]
        cell[CELL // 2 - 1 :, values == INDETERMINATE] = to_rgb(paint[INDETERMINATE])
    return image


def draw_image(
    axes: Axes,
    tracks: Sequence[tuple[str, list[str]]],
    states: pd.DataFrame,
    colours: Colours,
) -> None:
    """Draw what `cell_image` paints."""
    image = cell_image(tracks, states, colours)
    rows = len(tracks) + 1 + states.shape[1]
    extent = (0, len(states), rows, 0)
    axes.imshow(image, extent=extent, aspect="auto", interpolation="antialiased")


def part_patients(
    axes: Axes, rows: int, genotypes: pd.DataFrame, order: Sequence[str]
) -> None:
    """Part patients by white lines where they are few, subtype classes by black ones."""
    if len(order) <= WITH_GAPS:
        axes.vlines(np.arange(len(order) + 1), 0, rows, color="white", lw=0.8)
    classes = genotypes.set_index("patient")["subtype_class"].loc[order].tolist()
    edges = [start for _, start, _ in runs(classes)][1:]
    axes.vlines(edges, 0, rows, color=style.INK, lw=0.5)
