"""Cumulative incidence with competing risks, and Gray's test."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

from ballad.outcomes.groupings import analyses, by_group, followed, patients_in
from ballad.outcomes.significance import not_estimable, tests_table

INCIDENCE = (
    *("endpoint", "cause", "population", "group_by", "group", "time_months", "cif"),
    *("ci_low", "ci_high", "n_at_risk"),
)
CENSORED = "censored"
NO_VARIANCE = 1e-12  # of the largest entry; smaller eigenvalues are zero


class Counts(NamedTuple):
    """What happened to one group at each of a list of times."""

    at_risk: np.ndarray
    events: np.ndarray  # of the cause of interest
    competing: np.ndarray
    before: np.ndarray  # free of any event just before the time, a fraction
    after: np.ndarray  # just after it
    incidence: np.ndarray  # of the cause, up to and with the time


def counts(
    months: np.ndarray,
    cause: np.ndarray,
    of_interest: str,
    times: np.ndarray,
    entry: np.ndarray | None = None,
) -> Counts:
    """
    Count one group at the given times; they must hold all its event times.

    With `entry` a patient is at risk in entry < t <= months; who enters at 0 is
    there at 0.
    """
    here = months[None, :] == times[:, None]
    begin = (
        np.full(len(months), -1.0)
        if entry is None
        else np.where(entry > 0, entry, -1.0)
    )
    present = (begin[None, :] < times[:, None]) & (times[:, None] <= months[None, :])
    at_risk = present.sum(axis=1).astype(float)
    events = (here & (cause == of_interest)).sum(axis=1).astype(float)
    competing = (here & (cause != CENSORED)).sum(axis=1) - events
    risk = np.maximum(at_risk, 1)
    after = np.cumprod(1 - (events + competing) / risk)
    before = np.append(1.0, after)[:-1]
    incidence = np.cumsum(before * events / risk)
    return Counts(at_risk, events, competing, before, after, incidence)


def _ratio(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """Divide; where the bottom is 0 nothing is left, and the ratio is 0."""
    return np.divide(top, bottom, out=np.zeros(np.shape(top)), where=bottom > 0)


def _tied(events: np.ndarray, at_risk: np.ndarray) -> np.ndarray:
    """Return the hypergeometric factor of tied events: (n - d) / (n - 1)."""
    return np.where(at_risk > 1, (at_risk - events) / np.maximum(at_risk - 1, 1), 1.0)


def incidence_variance(group: Counts) -> np.ndarray:
    """
    Estimate the variance of a cumulative incidence at each time.

    Delta method: the incidence at t is differentiated by the cause-specific hazards
    at each u <= t, whose variance is hypergeometric when events are tied.

    References
    ----------
    Aalen 1978, Ann Stat 6:534-545; Aalen & Johansen 1978, Scand J Stat 5:141-150.
    """
    risk = np.maximum(group.at_risk, 1)
    later = group.incidence[:, None] - group.incidence[None, :]  # [t, u]
    lost = later * _ratio(group.before, group.after)
    spread = _tied(group.events, group.at_risk) * group.events / risk**2
    spread_competing = _tied(group.competing, group.at_risk) * group.competing / risk**2
    terms = (group.before - lost) ** 2 * spread + lost**2 * spread_competing
    return np.tril(terms).sum(axis=1)


def log_log_interval(
    incidence: np.ndarray, error: np.ndarray, confidence_level: float
) -> tuple[np.ndarray, np.ndarray]:
    """
    Return the limits F^exp(-+ z se / (F log F)); NaN where F is 0 or 1.

    log F is negative, so that the plus sign belongs to the upper limit.
    """
    z = norm.ppf(0.5 + confidence_level / 2)
    inside = (incidence > 0) & (incidence < 1) & (error > 0)
    f = np.where(inside, incidence, 0.5)
    shift = z * error / (f * np.log(f))
    low, high = f ** np.exp(-shift), f ** np.exp(shift)
    return np.where(inside, low, np.nan), np.where(inside, high, np.nan)


def cumulative_incidence(
    months: pd.Series,
    cause: pd.Series,
    of_interest: str,
    confidence_level: float,
    entry: pd.Series | None = None,
) -> pd.DataFrame:
    """
    Estimate the cumulative incidence of one cause (Aalen-Johansen).

    Parameters
    ----------
    months
        Follow-up, >= 0.
    cause
        Name of the first event, or ``censored``. Every other name competes.
    of_interest
        The cause; it may be absent from `cause`.
    confidence_level
        0-1, of the log-log interval.
    entry
        Months until the patient comes under observation; None: all from time 0.

    Returns
    -------
    DataFrame with columns time_months, cif, ci_low, ci_high, n_at_risk
        One row for time 0 and each time of an event or a censoring. The interval is
        missing where the incidence is 0 or 1.
    """
    observed = months.to_numpy(float)
    times = np.unique(np.append(observed, 0.0))
    begin = None if entry is None else entry.to_numpy(float)
    group = counts(observed, cause.to_numpy(), of_interest, times, begin)
    error = np.sqrt(incidence_variance(group))
    low, high = log_log_interval(group.incidence, error, confidence_level)
    return pd.DataFrame(
        {
            "time_months": times,
            "cif": group.incidence,
            "ci_low": low,
            "ci_high": high,
            "n_at_risk": group.at_risk.astype(int),
        }
    )


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
        As for `cumulative_incidence`.
    group
        Two or more groups.
    rho
        Events weigh (1 - F(t-))^rho; 0 treats early and late ones alike.
    strata
        Scores and variances are summed over these.

    Returns
    -------
    chi-square, degrees of freedom, p
        NaN statistic and p where no event distinguishes the groups.

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
    df = len(levels) - 1
    inverse, rank = _inverse(variance[:df, :df])
    if rank < df:
        return math.nan, df, math.nan
    statistic = float(score[:df] @ inverse @ score[:df])
    return statistic, df, float(chi2.sf(statistic, df))


def _inverse(variance: np.ndarray) -> tuple[np.ndarray, int]:
    smallest = NO_VARIANCE * np.abs(variance).max(initial=0)
    rank = int(np.linalg.matrix_rank(variance, tol=smallest, hermitian=True))
    return np.linalg.pinv(variance, hermitian=True), rank


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
    whole = np.array([_ratio(arm.at_risk, arm.before) for arm in arms])
    free = np.array([1 - np.append(0.0, arm.incidence)[:-1] for arm in arms])
    events = np.array([arm.events for arm in arms])
    risk, pooled = whole * free, events.sum(axis=0)
    hazard = _ratio(pooled, (whole * free).sum(axis=0))
    rise = _ratio(pooled, whole.sum(axis=0))  # of the common F
    common = np.cumsum(rise)
    common_before = np.append(0.0, common)[:-1]
    weight = (1 - common_before) ** rho
    scores = (weight * (events - risk * hazard)).sum(axis=1)
    share = _ratio(whole, whole.sum(axis=0))
    covariance = np.zeros((len(levels), len(levels)))
    for r, arm in enumerate(arms):
        own = (np.arange(len(levels)) == r)[:, None]
        direct = weight * (own - share)
        steps = direct * whole[r] * rise / (1 - common_before)
        to_come = steps.sum(axis=1, keepdims=True) - np.cumsum(steps, axis=1)
        ahead = _ratio(to_come, whole[r])
        ratio = _ratio(1 - common, arm.after)
        of_cause = direct + (1 - ratio) * ahead
        of_others = ratio * ahead
        # A number as if all groups had its survival; it need not be whole.
        tied = np.clip(_tied(pooled, whole.sum(axis=0) * arm.before), 0, 1)
        covariance += (of_cause * whole[r] * rise * tied) @ of_cause.T
        others = arm.competing * _tied(arm.competing, arm.at_risk)
        covariance += (of_others * others) @ of_others.T
    return scores, covariance


def causes_of(endpoint: Mapping[str, Any]) -> list[str]:
    """List the causes of an endpoint in its order, the competing ones last."""
    return [*endpoint["to"], *endpoint.get("competing", {})]


def incidence_curves(
    cohort: pd.DataFrame,
    endpoints: Mapping[str, Any],
    groups: Mapping[str, Any],
    statistics: Mapping[str, Any],
) -> pd.DataFrame:
    """
    Estimate the incidence of every cause, with and without each grouping.

    Parameters
    ----------
    cohort
        One row per patient: in_<population>, <endpoint>_months, <endpoint>_event,
        <endpoint>_cause, groups.
    endpoints
        By name: ``to`` and ``competing`` name the causes.
    groups
        By name: ``levels`` in their order.
    statistics
        ``incidences``, ``confidence_level``.

    Returns
    -------
    DataFrame with the columns of INCIDENCE
        One row per curve point; a group without patients has none, a cause without
        events stays at 0.
    """
    curves = []
    for endpoint, population, group_by in analyses(statistics["incidences"]):
        patients = followed(patients_in(cohort, population), endpoint)
        for group, arm in by_group(patients, group_by, groups).items():
            for cause in causes_of(endpoints[endpoint]) if len(arm) else ():
                curve = cumulative_incidence(
                    arm["months"],
                    arm["cause"],
                    cause,
                    statistics["confidence_level"],
                    arm["entry"],
                )
                curves.append(
                    curve.assign(
                        endpoint=endpoint,
                        cause=cause,
                        population=population,
                        group_by=group_by,
                        group=group,
                    )
                )
    empty = pd.DataFrame(columns=list(INCIDENCE))
    return pd.concat(curves, ignore_index=True)[list(INCIDENCE)] if curves else empty


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
        As for `incidence_curves`.
    statistics
        ``incidences``, ``min_events`` (of the cause).

    Returns
    -------
    DataFrame with the columns of tests.tsv
        `events` counts those of the cause.
    """
    rows = []
    for endpoint, population, group_by in analyses(statistics["incidences"]):
        if not group_by:
            continue
        arms = by_group(
            followed(patients_in(cohort, population), endpoint), group_by, groups
        )
        compared = pd.concat(arms.values()) if arms else cohort.iloc[0:0]
        for cause in causes_of(endpoints[endpoint]):
            labels = {
                "analysis": "cumulative_incidence",
                "endpoint": endpoint,
                "population": population,
                "group_by": group_by,
                "cause": cause,
            }
            rows.append(
                labels | tested(compared, group_by, cause, statistics["min_events"])
            )
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
    return row | {"statistic": statistic, "df": df, "p": p}
