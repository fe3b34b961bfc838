"""Who belongs to an analysis and stands in none of its groups, and why."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ballad.disclosure import SmallCounts
from ballad.figures import style
from ballad.figures.style import NO_COLOURS, Colours


def left_out(
    cohort: pd.DataFrame,
    curve: Mapping[str, str],
    groups: Mapping[str, Mapping[str, Any]],
    small: SmallCounts,
    colours: Colours = NO_COLOURS,
) -> str:
    """
    Count the patients of a figure's population who are in none of its groups.

    Parameters
    ----------
    cohort : columns in_<population>, <endpoint>_months, the grouping and its column
    curve
        endpoint, population, group_by (missing: everybody is drawn).
    groups
        By name: `column`, whose values are the reasons; empty is missing.
    small
        Counts that are not to be shown.
    colours
        Whose meanings name the values, as the legends do.

    Returns
    -------
    str
        Empty where nobody is left out.
    """
    group_by = curve.get("group_by") or ""
    inside, months = f"in_{curve['population']}", f"{curve['endpoint']}_months"
    if not {group_by, inside, months} <= set(cohort.columns):
        return ""
    its = cohort[(cohort[inside] == "yes") & (cohort[months] != "")]
    out = its[its[group_by] == ""]
    if out.empty:
        return ""
    column = groups.get(group_by, {"column": group_by})["column"]
    values = out[column].replace("", "missing") if column in out else []
    counts = pd.Series(values, dtype=str).value_counts().sort_index()
    why = [_named(value, colours) for value in counts.index]
    # The groups are drawn with their n: of all together they would give a small rest.
    if small.hides(len(out)):
        return f"not drawn: {small.mark} ({style.spelled(column)}: {', '.join(why)})"
    texts = small.texts([float(n) for n in counts])
    said = ", ".join(f"{value} {n}" for value, n in zip(why, texts, strict=True))
    return f"not drawn: {len(out)} of {len(its)} ({style.spelled(column)}: {said})"


def _named(value: str, colours: Colours) -> str:
    return colours.label(value) if value in colours.meaning else style.spelled(value)
