"""The figures of the configured curves, each with who is not drawn, in their files."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from ballad.disclosure import SmallCounts
from ballad.figures.left_out import left_out
from ballad.figures.style import Colours, save

# An analysis, and the line of who is in none of its groups -> its figure.
Draw = Callable[[Mapping[str, str], str], Figure]


def save_each(
    curves: Mapping[str, Mapping[str, str]],
    files: Sequence[Sequence[str]],
    draw: Draw,
    patients: pd.DataFrame,
    groups: Mapping[str, Mapping[str, Any]],
    small: SmallCounts,
    colours: Colours,
) -> None:
    """
    Draw the curves in the order of the settings.

    Parameters
    ----------
    files
        Paths of SVG, PDF and PNG, each in the order of `curves`.
    patients
        The cohort, text.
    groups, small, colours
        As `left_out`.
    """
    for curve, *paths in zip(curves.values(), *files, strict=True):
        save(draw(curve, left_out(patients, curve, groups, small, colours)), *paths)
