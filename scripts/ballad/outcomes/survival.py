"""Kaplan-Meier curves, their summaries, and log-rank tests."""

import math
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from lifelines.statistics import multivariate_logrank_test
from lifelines.utils import survival_table_from_events
from scipy.stats import chi2, norm
from statsmodels.duration.survfunc import survdiff

from ballad.outcomes.groupings import analyses, by_group, followed, patients_in
from ballad.outcomes.log_rank_score import log_rank_score
from ballad.outcomes.significance import not_estimable, tests_table

CURVE = (
    *("endpoint", "population", "group_by", "group", "time_months", "survival"),
    *("ci_low", "ci_high", "n_at_risk", "n_events", "n_censored"),
)
SUMMARY = (
    *("endpoint", "population", "group_by", "group", "n", "events", "statistic"),
    *("time_months", "value", "ci_low", "ci_high", "note"),
)
NO_PATIENTS = "not estimable: no patients"
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
        Chi-square and p are NaN if no event finds two groups at risk: then nothing
        was compared, and a p of 1 would claim that the groups are alike.
    """
    df = group.nunique() - 1
    if entry is not None and (entry > 0).any():
        score = log_rank_score(months, event, group, strata=strata, entry=entry)
        return score.statistic, score.df, score.p
    last = months.groupby(group).max().sort_values()
    if not (months[event == 1] <= last.iloc[-2]).any():
        return math.nan, df, math.nan
    if strata is None:
        result = multivariate_logrank_test(months, group, event)
        return (
            float(result.test_statistic),
            df,
            float(chi2.sf(result.test_statistic, df)),
        )
    with warnings.catch_warnings():
        # A stratum with a single group adds nothing, and says so in a warning.
        warnings.simplefilter("ignore", RuntimeWarning)
        statistic, p = survdiff(
            months.to_numpy(), event.to_numpy(), group.to_numpy(), strata=strata
        )
    return float(statistic), df, float(p)


def survival_curves(
    cohort: pd.DataFrame, groups: Mapping[str, Any], statistics: Mapping[str, Any]
) -> pd.DataFrame:
    """
    Estimate each configured curve, and the same patients without grouping.

    Parameters
    ----------
    cohort
        One row per patient: in_<population>, <endpoint>_months, <endpoint>_event
        (1 event, 0 censored), groups.
    groups
        By name: ``levels`` in their order.
    statistics
        ``curves``, ``confidence_level``.

    Returns
    -------
    DataFrame with the columns of CURVE
        One row per curve point; a group without patients has none.
    """
    curves = [
        _labelled(
            kaplan_meier(
                p["months"], p["event"], statistics["confidence_level"], p["entry"]
            ),
            (endpoint, population, group_by, group),
        )
        for endpoint, population, group_by in analyses(statistics["curves"])
        for group, p in _arms(cohort, endpoint, population, group_by, groups).items()
        if len(p)
    ]
    empty = pd.DataFrame(columns=list(CURVE))
    return pd.concat(curves, ignore_index=True)[list(CURVE)] if curves else empty


def _arms(
    cohort: pd.DataFrame,
    endpoint: str,
    population: str,
    group_by: str,
    groups: Mapping[str, Any],
) -> dict[str, pd.DataFrame]:
    return by_group(
        followed(patients_in(cohort, population), endpoint), group_by, groups
    )


def _labelled(curve: pd.DataFrame, labels: tuple[str, ...]) -> pd.DataFrame:
    names = ("endpoint", "population", "group_by", "group")
    return curve.assign(**dict(zip(names, labels, strict=True)))


def survival_summary(
    cohort: pd.DataFrame, groups: Mapping[str, Any], statistics: Mapping[str, Any]
) -> pd.DataFrame:
    """
    Summarise each curve: median, survival at times, RMST, length of follow-up.

    Parameters
    ----------
    cohort, groups
        As for `survival_curves`.
    statistics
        ``curves``, ``confidence_level``, ``survival_times`` (months),
        ``rmst_months`` (shortened to the smallest group's last follow-up).

    Returns
    -------
    DataFrame with the columns of SUMMARY
        `statistic` is median, survival (`time_months` says when), rmst (up to
        `time_months`), follow_up_median, follow_up_q1 or follow_up_q3 (reverse
        Kaplan-Meier); all in months but survival (0-1). A value or limit that is not
        reached is empty and noted so; survival of 1 or 0 has no variance.
    """
    rows: list[dict[str, Any]] = []
    for endpoint, population, group_by in analyses(statistics["curves"]):
        arms = _arms(cohort, endpoint, population, group_by, groups)
        ends = [p["months"].max() for p in arms.values() if len(p)]
        tau = min([statistics["rmst_months"], *ends])
        for group, patients in arms.items():
            labels = {
                "endpoint": endpoint,
                "population": population,
                "group_by": group_by,
                "group": group,
                "n": len(patients),
                "events": int(patients["event"].sum()),
            }
            rows += [
                labels | row for row in summary_of_curve(patients, tau, statistics)
            ]
    return pd.DataFrame(rows, columns=list(SUMMARY))


def summary_of_curve(
    patients: pd.DataFrame, tau: float, statistics: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """
    List median, survival at times, RMST to `tau` and follow-up of one group.

    Parameters
    ----------
    patients : columns months, event
        One row per patient; event 1, censored 0.
    tau
        Months; not beyond the last follow-up.
    statistics
        ``confidence_level``, ``survival_times``.
    """
    if patients.empty:
        return [_row("median", math.nan, (math.nan,) * 3, NO_PATIENTS)]
    level = statistics["confidence_level"]
    entry = patients.get("entry")
    curve = kaplan_meier(patients["months"], patients["event"], level, entry)
    reverse = kaplan_meier(patients["months"], 1 - patients["event"], level, entry)
    rows = [_row("median", math.nan, quantile(curve, 0.5), "not reached")]
    for months in statistics["survival_times"]:
        value = survival_at(curve, months)
        rows.append(_row("survival", months, value, "beyond the last follow-up"))
    mean, error = restricted_mean(curve, tau)
    limits = restricted_mean_interval(mean, error, tau, level)
    rows.append(_row("rmst", tau, (mean, *limits), ""))
    for name, part in (
        ("follow_up_median", 0.5),
        ("follow_up_q1", 0.75),
        ("follow_up_q3", 0.25),
    ):
        rows.append(_row(name, math.nan, quantile(reverse, part), "not reached"))
    return rows


def _row(
    statistic: str, months: float, value: Iterable[float], note: str
) -> dict[str, Any]:
    estimate, low, high = value
    return {
        "statistic": statistic,
        "time_months": months,
        "value": estimate,
        "ci_low": low,
        "ci_high": high,
        "note": note if math.isnan(estimate) else _open_sides(statistic, low, high),
    }


def _open_sides(statistic: str, low: float, high: float) -> str:
    """Say why a limit is empty beside an estimate."""
    if statistic in ("survival", "rmst"):
        return "no variance: no limits" if math.isnan(low) or math.isnan(high) else ""
    # The curve's own limits stay above the level; a limit at 1 or 0 is none.
    sides = {"lower": low, "upper": high}
    missing = [side for side, limit in sides.items() if math.isnan(limit)]
    return f"{' and '.join(missing)} limit not reached" if missing else ""


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
        As for `survival_curves`.
    statistics
        ``curves``, ``min_events``, ``log_rank_strata`` (by endpoint: a column).

    Returns
    -------
    DataFrame with the columns of tests.tsv
    """
    rows = []
    for endpoint, population, group_by in analyses(statistics["curves"]):
        if not group_by:
            continue
        arms = _arms(cohort, endpoint, population, group_by, groups)
        compared = pd.concat(arms.values()) if arms else cohort.iloc[0:0]
        labels = {
            "analysis": "survival",
            "endpoint": endpoint,
            "population": population,
            "group_by": group_by,
        }
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
    return row | {"statistic": statistic, "df": df, "p": p}
