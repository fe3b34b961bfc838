"""Response rates and their comparison."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from ballad.outcomes.exact_tests import EXACT, fisher
from ballad.outcomes.groupings import by_group
from ballad.outcomes.significance import not_estimable, tests_table

RESPONSE = (
    *("endpoint", "group_by", "group", "n", "responders", "rate"),
    *("ci_low", "ci_high"),
)


def rate_with_interval(
    responders: int, n: int, confidence_level: float
) -> tuple[float, float, float]:
    """Return a rate (0-1) with its Wilson interval; NaN without patients."""
    if n == 0:
        return math.nan, math.nan, math.nan
    interval = binomtest(responders, n).proportion_ci(confidence_level, "wilson")
    return responders / n, float(interval.low), float(interval.high)


def assessed(cohort: pd.DataFrame, endpoint: str) -> pd.DataFrame:
    """Return the patients whose <endpoint>_achieved is known, as column achieved."""
    column = f"{endpoint}_achieved"
    if column not in cohort:
        return cohort.iloc[0:0].assign(achieved=0)
    achieved = pd.to_numeric(cohort[column], errors="coerce")
    known = achieved.notna()
    return cohort[known].assign(achieved=achieved[known].astype(int))


def binary(endpoints: Mapping[str, Any]) -> list[str]:
    """List the endpoints that are achieved or not."""
    return [name for name, entry in endpoints.items() if entry["kind"] == "binary"]


def response_rates(
    cohort: pd.DataFrame,
    endpoints: Mapping[str, Any],
    groups: Mapping[str, Any],
    statistics: Mapping[str, Any],
) -> pd.DataFrame:
    """
    Estimate the rate of each binary endpoint, over all and by group.

    Parameters
    ----------
    cohort
        One row per patient: <endpoint>_achieved (1, 0, or missing), groups.
    endpoints, groups
        As configured.
    statistics
        ``response_by`` (groups, or columns with yes/no or the four states),
        ``confidence_level``.

    Returns
    -------
    DataFrame with the columns of RESPONSE
        `rate` 0-1 with its Wilson interval; missing where n is 0. Patients missing
        in the grouping are in no group.
    """
    rows = []
    for endpoint in binary(endpoints):
        patients = assessed(cohort, endpoint)
        for group_by in ("", *statistics["response_by"]):
            for group, arm in by_group(patients, group_by, groups).items():
                n, responders = len(arm), int(arm["achieved"].sum())
                estimate = rate_with_interval(
                    responders, n, statistics["confidence_level"]
                )
                rows.append((endpoint, group_by, group, n, responders, *estimate))
    return pd.DataFrame(rows, columns=list(RESPONSE))


def response_tests(
    cohort: pd.DataFrame,
    endpoints: Mapping[str, Any],
    groups: Mapping[str, Any],
    statistics: Mapping[str, Any],
) -> pd.DataFrame:
    """
    Compare the rate of each binary endpoint between groups (Fisher's exact test).

    Parameters
    ----------
    cohort, endpoints, groups
        As for `response_rates`.
    statistics
        ``response_by``, ``min_events`` (responders), ``seed``.

    Returns
    -------
    DataFrame with the columns of tests.tsv
        `events` counts responders.
    """
    rows = []
    for endpoint in binary(endpoints):
        patients = assessed(cohort, endpoint)
        for group_by in statistics["response_by"]:
            arms = by_group(patients, group_by, groups)
            rows.append(
                {
                    "analysis": "response",
                    "endpoint": endpoint,
                    "population": endpoints[endpoint]["population"],
                    "group_by": group_by,
                }
                | compared([arm["achieved"] == 1 for arm in arms.values()], statistics)
            )
    return tests_table(rows)


def compared(arms: list[pd.Series], statistics: Mapping[str, Any]) -> dict[str, Any]:
    """
    Compare a yes/no outcome between groups, or say why not.

    Parameters
    ----------
    arms
        One Series of bool per group, True where the outcome occurred.
    statistics
        ``min_events``, ``seed``.
    """
    events = [int(arm.sum()) for arm in arms]
    sizes = [len(arm) for arm in arms]
    row = {"test": EXACT, "n": sum(sizes), "events": sum(events)}
    note = not_estimable(sizes, sum(events), statistics["min_events"])
    if not note and sum(events) == sum(sizes):
        # Without another outcome nothing was compared; a p of 1 would say: alike.
        note = f"not estimable: the outcome in all {sum(sizes)}"
    if note:
        return row | {"note": note}
    table = np.array([events, np.subtract(sizes, events)])
    test, p = fisher(table, statistics["seed"])
    return row | {"test": test, "p": p}
