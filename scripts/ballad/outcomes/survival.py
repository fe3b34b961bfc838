"""The configured survival curves and their summaries."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ballad.outcomes.groupings import analyses, followed_arms
from ballad.outcomes.kaplan_meier import (
    kaplan_meier,
    quantile,
    restricted_mean,
    restricted_mean_interval,
    survival_at,
)

CURVE = (
    *("endpoint", "population", "group_by", "group", "time_months", "survival"),
    *("ci_low", "ci_high", "n_at_risk", "n_events", "n_censored"),
)
SUMMARY = (
    *("endpoint", "population", "group_by", "group", "n", "events", "statistic"),
    *("time_months", "value", "ci_low", "ci_high", "note"),
)
NO_PATIENTS = "not estimable: no patients"


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
        for group, p in followed_arms(
            cohort, endpoint, population, group_by, groups
        ).items()
        if len(p)
    ]
    empty = pd.DataFrame(columns=list(CURVE))
    return pd.concat(curves, ignore_index=True)[list(CURVE)] if curves else empty


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
        arms = followed_arms(cohort, endpoint, population, group_by, groups)
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
