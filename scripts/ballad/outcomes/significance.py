"""The rows of tests.tsv: what was tested, or why it could not be."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from statsmodels.stats.multitest import multipletests

TESTS = (
    *("analysis", "endpoint", "population", "group_by", "test", "statistic", "df"),
    *("p", "p_adjusted", "n", "events", "note", "cause"),
)
FAMILY = ["analysis", "endpoint", "population", "test", "cause"]


def not_estimable(
    sizes: Iterable[int], events: int | None = None, min_events: int = 0
) -> str:
    """
    Say why groups cannot be compared; empty where they can.

    Parameters
    ----------
    sizes
        Patients of each group.
    events
        Events in all groups together; None where the test needs none.
    min_events
        Fewer events are not tested.
    """
    filled = sum(size > 0 for size in sizes)
    if filled < 2:
        return f"not estimable: {filled} group{'s' * (filled != 1)} with patients"
    if events is not None and events < min_events:
        return (
            f"not estimable: {events} event{'s' * (events != 1)}, "
            f"fewer than {min_events}"
        )
    return ""


def tests_table(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """
    Lay out tests as tests.tsv has them; p_adjusted stays empty.

    Returns
    -------
    DataFrame with the columns of TESTS
        `note` begins with ``not estimable`` where statistic, df and p are empty;
        `cause` is the event's name in Gray's tests, else empty.
    """
    plain = {"note": "", "cause": "", "statistic": math.nan, "df": math.nan}
    return pd.DataFrame(
        [{**plain, "p": math.nan, "p_adjusted": math.nan, **row} for row in rows],
        columns=list(TESTS),
    )


def adjusted(tests: pd.DataFrame) -> pd.DataFrame:
    """
    Adjust p for the groupings tried on one endpoint (Benjamini-Hochberg).

    Parameters
    ----------
    tests : columns analysis, endpoint, population, test, cause, p
        A family is what shares the first five; a missing p is not counted in it.

    Returns
    -------
    DataFrame
        The same rows with p_adjusted, empty where a family has one test only.
    """
    p_adjusted = pd.Series(math.nan, index=tests.index)
    known = tests[tests["p"].notna()]
    for _, family in known.groupby(FAMILY):
        if len(family) == 1:
            continue
        p_adjusted[family.index] = multipletests(family["p"], method="fdr_bh")[1]
    return tests.assign(p_adjusted=p_adjusted)
