"""Gray's test of cumulative incidences."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2

from ballad.outcomes.competing_risks import (
    CENSORED,
    causes_of,
    counts,
    quotient,
    tie_factor,
)
from ballad.outcomes.groupings import compared_groups
from ballad.outcomes.log_rank_score import generalised_inverse
from ballad.outcomes.significance import not_estimable, tests_table, uncompared


def gray_test(
    months: pd.Series,
    cause: pd.Series,
    group: pd.Series,
    of_interest: str,
    rho: float = 0,
    strata: pd.Series | None = None,
) -> tuple[float, int, float]:
    """
    Compare the cumulative incidence of one cause between groups (Gray's test).

    Parameters
    ----------
    months, cause, of_interest
        As for `competing_risks.cumulative_incidence`.
    group
        Two or more groups.
    rho
        Events weigh (1 - F(t-))^rho; 0 treats early and late ones alike.
    strata
        Scores and variances are summed over these.

    Returns
    -------
    chi-square, degrees of freedom, p
        The degrees of freedom are the number of groups less that of the sets of groups
        that events connect, by finding two of them at risk together (in one stratum);
        NaN statistic and p where that leaves none.

    References
    ----------
    Gray 1988, Ann Stat 16:1141-1154.
    """
    levels = sorted(group.unique())
    score, variance = np.zeros(len(levels)), np.zeros((len(levels), len(levels)))
    stratum = pd.Series("", group.index) if strata is None else strata
    for _, index in stratum.groupby(stratum).groups.items():
        part = gray_score(
            months[index].to_numpy(float),
            cause[index].to_numpy(),
            group[index].to_numpy(),
            of_interest,
            levels,
            rho,
        )
        score, variance = score + part[0], variance + part[1]
    inverse, df = generalised_inverse(variance)
    if not df:
        return math.nan, df, math.nan
    statistic = float(score @ inverse @ score)
    return statistic, df, float(chi2.sf(statistic, df))


def gray_score(
    months: np.ndarray,
    cause: np.ndarray,
    group: np.ndarray,
    of_interest: str,
    levels: list,
    rho: float,
) -> tuple[np.ndarray, np.ndarray]:
    """
    Compute the scores of Gray's test in one stratum, and their covariance.

    A patient lost to a competing event stays in the risk set of the subdistribution:
    the risk set of group r is Y_r (1 - F_r(t-)) / S_r(t-). The score of group k is
    the sum of its events minus its share of that risk set. Under the hypothesis of
    one common F the score is a sum of martingales of both kinds of events; the
    integrands below follow from expanding F_r and S_r around it. The common F rises
    by d / W, with W the sum of Y_s / S_s(t-) over the groups: in group r that is a
    hazard of d among W S_r(t-) patients, and tied events of the cause vary as drawn
    from so many.

    Returns
    -------
    scores (one per level), covariance
    """
    times = np.unique(months[cause != CENSORED])
    arms = [
        counts(months[group == level], cause[group == level], of_interest, times)
        for level in levels
    ]
    # Y / S(t-): patients the group would have were nobody lost to an event.
    whole = np.array([quotient(arm.at_risk, arm.before) for arm in arms])
    free = np.array([1 - np.append(0.0, arm.incidence)[:-1] for arm in arms])
    events = np.array([arm.events for arm in arms])
    risk, pooled = whole * free, events.sum(axis=0)
    hazard = quotient(pooled, (whole * free).sum(axis=0))
    rise = quotient(pooled, whole.sum(axis=0))  # of the common F
    common = np.cumsum(rise)
    common_before = np.append(0.0, common)[:-1]
    weight = (1 - common_before) ** rho
    scores = (weight * (events - risk * hazard)).sum(axis=1)
    share = quotient(whole, whole.sum(axis=0))
    covariance = np.zeros((len(levels), len(levels)))
    for r, arm in enumerate(arms):
        own = (np.arange(len(levels)) == r)[:, None]
        direct = weight * (own - share)
        steps = direct * whole[r] * rise / (1 - common_before)
        to_come = steps.sum(axis=1, keepdims=True) - np.cumsum(steps, axis=1)
        ahead = quotient(to_come, whole[r])
        ratio = quotient(1 - common, arm.after)
        of_cause = direct + (1 - ratio) * ahead
        of_others = ratio * ahead
        # A number as if all groups had its survival; it need not be whole.
        tied = np.clip(tie_factor(pooled, whole.sum(axis=0) * arm.before), 0, 1)
        covariance += (of_cause * whole[r] * rise * tied) @ of_cause.T
        others = arm.competing * tie_factor(arm.competing, arm.at_risk)
        covariance += (of_others * others) @ of_others.T
    return scores, covariance


def incidence_tests(
    cohort: pd.DataFrame,
    endpoints: Mapping[str, Any],
    groups: Mapping[str, Any],
    statistics: Mapping[str, Any],
) -> pd.DataFrame:
    """
    Test each configured grouping for every cause (Gray's test).

    Parameters
    ----------
    cohort, endpoints, groups
        As for `competing_risks.incidence_curves`.
    statistics
        ``incidences``, ``min_events`` (of the cause).

    Returns
    -------
    DataFrame with the columns of tests.tsv
        `events` counts those of the cause.
    """
    rows = []
    for labels, compared in compared_groups(cohort, statistics["incidences"], groups):
        for cause in causes_of(endpoints[labels["endpoint"]]):
            test = tested(compared, labels["group_by"], cause, statistics["min_events"])
            analysed = {"analysis": "cumulative_incidence", **labels, "cause": cause}
            rows.append(analysed | test)
    return tests_table(rows)


def tested(
    patients: pd.DataFrame, group_by: str, cause: str, min_events: int
) -> dict[str, Any]:
    """
    Test one grouping for one cause, or say why not.

    Parameters
    ----------
    patients : columns months, cause, and `group_by`
        One row per patient.
    min_events
        Fewer events of the cause are not tested.
    """
    events = int((patients["cause"] == cause).sum()) if len(patients) else 0
    row: dict[str, Any] = {"test": "Gray", "n": len(patients), "events": events}
    sizes = patients[group_by].value_counts() if len(patients) else []
    note = not_estimable(sizes, events, min_events)
    if not note and (patients.get("entry", pd.Series(dtype=float)) > 0).any():
        note = "not estimable: Gray's test knows no delayed entry"
    if note:
        return row | {"note": note}
    statistic, df, p = gray_test(
        patients["months"], patients["cause"], patients[group_by], cause
    )
    if math.isnan(statistic):
        return row | {"note": "not estimable: no event while two groups were at risk"}
    note = uncompared(sum(size > 0 for size in sizes), df)
    return row | {"statistic": statistic, "df": df, "p": p, "note": note}
