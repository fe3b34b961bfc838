"""Cumulative incidence with competing risks."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm

from ballad.outcomes.groupings import analyses, by_group, followed, patients_in

INCIDENCE = (
    *("endpoint", "cause", "population", "group_by", "group", "time_months", "cif"),
    *("ci_low", "ci_high", "n_at_risk"),
)
CENSORED = "censored"


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


def quotient(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """Divide; where the bottom is 0 nothing is left, and the ratio is 0."""
    return np.divide(top, bottom, out=np.zeros(np.shape(top)), where=bottom > 0)


def tie_factor(events: np.ndarray, at_risk: np.ndarray) -> np.ndarray:
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
    lost = later * quotient(group.before, group.after)
    spread = tie_factor(group.events, group.at_risk) * group.events / risk**2
    spread_competing = (
        tie_factor(group.competing, group.at_risk) * group.competing / risk**2
    )
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
