"""The Kaplan-Meier estimator, and what is read off its curve."""

import math

import numpy as np
import pandas as pd
from lifelines.utils import survival_table_from_events
from scipy.stats import norm

SAME = 1e-9  # survival levels closer than this are equal but for rounding


def kaplan_meier(
    months: pd.Series,
    event: pd.Series,
    confidence_level: float,
    entry: pd.Series | None = None,
) -> pd.DataFrame:
    """
    Estimate survival (Kaplan-Meier, log-log confidence interval).

    Parameters
    ----------
    months
        Follow-up, >= 0.
    event
        1 event, 0 right-censored.
    confidence_level
        0-1.
    entry
        Months until the patient comes under observation, at risk in
        entry < t <= months; None: all from time 0. Where few have entered, an early
        event can bring the whole curve down.

    Returns
    -------
    DataFrame with columns time_months, survival, ci_low, ci_high, n_at_risk,
    n_events, n_censored
        One row for time 0 and each time of an event, a censoring or a delayed entry.
        The interval is missing where survival is 1 or 0: its variance is undefined
        there.
    """
    late = entry is not None and (entry > 0).any()
    counts = survival_table_from_events(months, event, entry if late else None)
    # At a time of its own an entrant is not yet at risk.
    later = counts["entrance"].where(counts.index > 0, 0)
    at_risk = (counts["at_risk"] - later).to_numpy()
    died = counts["observed"].to_numpy()
    survival, low, high = product_limit(at_risk, died, confidence_level)
    return pd.DataFrame(
        {
            "time_months": counts.index.to_numpy(),
            "survival": survival,
            "ci_low": low,
            "ci_high": high,
            "n_at_risk": at_risk,
            "n_events": died,
            "n_censored": counts["censored"].to_numpy(),
        }
    )


def product_limit(
    at_risk: np.ndarray, events: np.ndarray, confidence_level: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    Multiply what survives each time (product limit), with log-log intervals.

    lifelines refuses a curve that reaches 0 while others have still to enter; here it
    stays at 0, as the estimator says.

    Parameters
    ----------
    at_risk, events
        Patients just before each time and those with the event, times ascending.
        Nobody at risk: the curve stays where it is.
    confidence_level
        0-1.

    Returns
    -------
    survival, lower limit, upper limit
        The limits are NaN where survival is 1 or 0.

    References
    ----------
    Greenwood's variance; Kalbfleisch and Prentice, The Statistical Analysis of
    Failure Time Data, 2002, for the log-log interval.
    """
    n, d = at_risk.astype(float), events.astype(float)
    had = d > 0
    survival = np.cumprod(1 - np.divide(d, n, out=np.zeros_like(n), where=had))
    varies = (survival > 0) & (survival < 1)
    terms = np.divide(d, n * (n - d), out=np.zeros_like(n), where=had & (n > d))
    logarithm = np.log(np.where(varies, survival, 0.5))
    width = norm.ppf((1 + confidence_level) / 2) * np.sqrt(terms.cumsum()) / logarithm
    low, high = (
        np.where(varies, np.exp(logarithm * np.exp(sign * width)), np.nan)
        for sign in (-1, 1)
    )
    return survival, low, high


def time_at_survival(times: pd.Series, curve: pd.Series, level: float) -> float:
    """
    Find when a curve has fallen to a level; NaN if it never does.

    Where the curve is flat at exactly the level, the middle of the flat part counts.
    """
    below = (curve <= level + SAME).to_numpy()
    if not below.any():
        return math.nan
    first = int(below.argmax())
    lower = (curve < level - SAME).to_numpy()
    if lower[first] or not lower.any():
        return float(times.iloc[first])
    return float((times.iloc[first] + times.iloc[int(lower.argmax())]) / 2)


def quantile(curve: pd.DataFrame, level: float) -> tuple[float, float, float]:
    """
    Find when survival has fallen to a level, with its limits (Brookmeyer-Crowley).

    Returns
    -------
    time, lower limit, upper limit
        Months; NaN where the curve, or its limit, stays above the level.
    """
    times = curve["time_months"]
    value, low, high = (
        time_at_survival(times, curve[column], level)
        for column in ("survival", "ci_low", "ci_high")
    )
    return value, low, high


def survival_at(curve: pd.DataFrame, months: float) -> tuple[float, float, float]:
    """
    Read survival and its interval off a curve.

    Returns
    -------
    survival, lower limit, upper limit
        NaN beyond the last follow-up, unless survival is 0 there.
    """
    row = curve[curve["time_months"] <= months].iloc[-1]
    if months > curve["time_months"].iloc[-1] and row["survival"] > 0:
        return math.nan, math.nan, math.nan
    return row["survival"], row["ci_low"], row["ci_high"]


def restricted_mean(curve: pd.DataFrame, months: float) -> tuple[float, float]:
    """
    Estimate the mean survival time up to `months`, and its standard error.

    The mean is the area under the curve up to tau. Its variance is the sum, over
    event times t <= tau, of A(t)^2 d / (n (n - d)), with A(t) the area from t to tau,
    d events and n at risk.

    Returns
    -------
    mean, standard error
        Months.

    References
    ----------
    Klein & Moeschberger, Survival Analysis, 2nd ed. 2003, section 4.5.
    """
    inside = curve[curve["time_months"] <= months]
    widths = np.diff(np.append(inside["time_months"].to_numpy(), months))
    areas = inside["survival"].to_numpy() * widths
    after = np.cumsum(areas[::-1])[::-1]
    n, d = inside["n_at_risk"].to_numpy(float), inside["n_events"].to_numpy(float)
    # After the last patient's event nothing is left under the curve.
    counted = (d > 0) & (n > d)
    variance = (after**2)[counted] * d[counted] / (n * (n - d))[counted]
    return float(areas.sum()), float(math.sqrt(variance.sum()))


def restricted_mean_interval(
    mean: float, error: float, tau: float, confidence_level: float
) -> tuple[float, float]:
    """
    Work out the limits of a restricted mean; they lie between 0 and tau.

    The interval is symmetric for u = log(-log(mean / tau)), the scale of the
    curve's own log-log interval. By the delta method u has the standard error
    error / (mean |log(mean / tau)|); a limit is tau exp(-exp(u +- z se)).

    Parameters
    ----------
    mean, error, tau
        Months.
    confidence_level
        0-1.

    Returns
    -------
    lower limit, upper limit
        Months; NaN where the mean has no variance, as without any event.
    """
    if not 0 < mean < tau or not error > 0:
        return math.nan, math.nan
    hazard = -math.log(mean / tau)
    half = norm.ppf(0.5 + confidence_level / 2) * error / (mean * hazard)
    low, high = (tau * math.exp(-hazard * math.exp(side)) for side in (half, -half))
    return low, high
