"""Groups of patients as the configuration defines them."""

import operator
from collections.abc import Mapping
from typing import Any

import pandas as pd

COMPARISONS = {
    "above": operator.gt,
    "at_least": operator.ge,
    "below": operator.lt,
    "at_most": operator.le,
}
MISSING_CATEGORY = "not assessed"


def group_labels(cohort: pd.DataFrame, group: Mapping[str, Any]) -> pd.Series:
    """
    Label each patient with the level of a group.

    Parameters
    ----------
    cohort
        Text columns; an empty text is missing.
    group
        ``column``; ``levels`` by label: a list of values, or limits (above,
        at_least, below, at_most) of a number; ``missing``: exclude or category.

    Returns
    -------
    Series of text
        The empty text where no level fits, or ``not assessed`` where the group makes
        that a category of its own.
    """
    column = group["column"]
    cells = cohort[column] if column in cohort else pd.Series("", cohort.index)
    labels = pd.Series("", index=cohort.index)
    for label, level in group["levels"].items():
        labels = labels.mask(_at_level(cells, level), label)
    if group.get("missing") == "category":
        labels = labels.mask(labels == "", MISSING_CATEGORY)
    return labels


def _at_level(cells: pd.Series, level: list | Mapping[str, float]) -> pd.Series:
    if not isinstance(level, Mapping):
        return cells.isin([str(value) for value in level])
    numbers = pd.to_numeric(cells, errors="coerce")
    fitting = numbers.notna()
    for name, limit in level.items():
        fitting &= COMPARISONS[name](numbers, limit)
    return fitting
