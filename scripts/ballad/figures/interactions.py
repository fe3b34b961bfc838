"""Models and tests -> a forest plot of ratios within each level of a covariate."""

from collections.abc import Iterator

import pandas as pd
from matplotlib.figure import Figure

from ballad.disclosure import SUPPRESSED
from ballad.figures import style
from ballad.figures.forest import (
    METHOD_NAMES,
    NOT_ESTIMABLE,
    Row,
    drawn,
    heading_row,
    term_row,
)
from ballad.figures.style import NO_COLOURS, Colours
from ballad.model_names import INTERACTION, WITHIN_LEVEL, model_of, tested_model

TITLE = "Effects within levels: each level fitted alone"


@style.styled
def interactions(
    models: pd.DataFrame,
    tests: pd.DataFrame,
    colours: Colours = NO_COLOURS,
    confidence_level: float = 0.95,
) -> Figure:
    """
    Draw the ratios within each level, under the P of their interaction.

    Parameters
    ----------
    models : columns as `forest.rows_shown`, and events_in_level
        Those of ``<model>_within_level`` are drawn.
    tests : columns analysis, group_by, p, note
        Text, as `models`. Those of the analysis ``interaction`` give the P; `group_by`
        is a term of the model that the note names.
    colours, confidence_level
        As `forest.rows_shown`.

    Returns
    -------
    Figure
        One that says so where no model has such rows.
    """
    rows = list(rows_within(models, tests, colours, confidence_level))
    empty = "no interaction with levels in this analysis"
    return drawn(rows, TITLE, empty, in_level=True)


def rows_within(
    models: pd.DataFrame,
    tests: pd.DataFrame,
    colours: Colours = NO_COLOURS,
    confidence_level: float = 0.95,
) -> Iterator[Row]:
    """Write the lines of the plot: a heading per model, a line per level."""
    within = models[models["model"].str.endswith(WITHIN_LEVEL)]
    for name, its in within.groupby("model", sort=False):
        model = model_of(str(name))
        p = "; ".join(_p_texts(model, tests))
        heading = f"{style.spelled(model)}: interaction {p or NOT_ESTIMABLE}"
        yield heading_row(heading, its["method"].iloc[0], confidence_level)
        for row in its.itertuples():
            line = term_row(row, colours, in_level=True)
            yield line._replace(label=f"{line.label} ({METHOD_NAMES[row.method]})")


def _p_texts(model: str, tests: pd.DataFrame) -> Iterator[str]:
    """Write the P of each interaction of a model, by its test."""
    of_it = tests["note"].map(tested_model) == model
    its = tests[of_it & (tests["analysis"] == INTERACTION)]
    for test in its.to_dict("records"):
        text = test["p"] or NOT_ESTIMABLE
        if text not in (NOT_ESTIMABLE, SUPPRESSED):
            text = style.p_text(float(text))
        yield f"{style.spelled(test['group_by'])} {text}" if len(its) > 1 else text
