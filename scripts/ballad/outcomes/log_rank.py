"""The log-rank test of the configured groupings."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from ballad.outcomes.groupings import compared_groups
from ballad.outcomes.log_rank_score import log_rank_score
from ballad.outcomes.significance import not_estimable, tests_table, uncompared


def log_rank(
    months: pd.Series,
    event: pd.Series,
    group: pd.Series,
    strata: pd.Series | None = None,
    entry: pd.Series | None = None,
) -> tuple[float, int, float]:
    """
    Compare survival between groups (log-rank test, stratified if asked).

    With `entry` (months until under observation) a patient is at risk in
    entry < t <= months; hypergeometric variance.

    Returns
    -------
    chi-square, degrees of freedom, p
        The degrees of freedom are the number of groups less that of the sets of groups
        that events connect, by finding two of them at risk together (in one stratum).
        Chi-square and p are NaN if that leaves nothing to compare: a p of 1 would
        claim that the groups are alike.
    """
    late = entry if entry is not None and (entry > 0).any() else None
    score = log_rank_score(months, event, group, strata=strata, entry=late)
    return score.statistic, score.df, score.p


def survival_tests(
    cohort: pd.DataFrame, groups: Mapping[str, Any], statistics: Mapping[str, Any]
) -> pd.DataFrame:
    """
    Test each configured grouping (log-rank).

    An endpoint of ``log_rank_strata`` is also tested within these strata, unless the
    grouping is of the same column or all patients share one stratum.

    Parameters
    ----------
    cohort, groups
        As for `survival.survival_curves`.
    statistics
        ``curves``, ``min_events``, ``log_rank_strata`` (by endpoint: a column).

    Returns
    -------
    DataFrame with the columns of tests.tsv
    """
    rows = []
    for analysed, compared in compared_groups(cohort, statistics["curves"], groups):
        labels = {"analysis": "survival", **analysed}
        endpoint, group_by = analysed["endpoint"], analysed["group_by"]
        rows.append(labels | tested(compared, group_by, None, statistics["min_events"]))
        strata = statistics.get("log_rank_strata", {}).get(endpoint)
        if not strata or strata not in compared:
            continue
        if not _one_column(strata, group_by, groups):
            known = compared[compared[strata] != ""]
            if known[strata].nunique() > 1:
                rows.append(
                    labels | tested(known, group_by, strata, statistics["min_events"])
                )
    return tests_table(rows)


def _one_column(one: str, other: str, groups: Mapping[str, Any]) -> bool:
    """Say whether two groupings are made of the same column."""
    return groups.get(one, {}).get("column", one) == groups.get(other, {}).get(
        "column", other
    )


def tested(
    patients: pd.DataFrame, group_by: str, strata: str | None, min_events: int
) -> dict[str, Any]:
    """
    Test one grouping, or say why not.

    Parameters
    ----------
    patients : columns months, event, and those named
        One row per patient; event 1, censored 0.
    group_by, strata
        Columns; None: not stratified.
    min_events
        Fewer events are not tested.
    """
    name = "log-rank" if strata is None else f"log-rank stratified by {strata}"
    events = int(patients["event"].sum()) if len(patients) else 0
    row: dict[str, Any] = {"test": name, "n": len(patients), "events": events}
    sizes = patients[group_by].value_counts() if len(patients) else []
    note = not_estimable(sizes, events, min_events)
    if note:
        return row | {"note": note}
    by_stratum = None if strata is None else patients[strata]
    statistic, df, p = log_rank(
        patients["months"],
        patients["event"],
        patients[group_by],
        by_stratum,
        patients.get("entry"),
    )
    if math.isnan(statistic):
        return row | {"note": "not estimable: no event while two groups were at risk"}
    note = uncompared(sum(size > 0 for size in sizes), df)
    return row | {"statistic": statistic, "df": df, "p": p, "note": note}
