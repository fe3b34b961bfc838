"""Differences of restricted mean survival times: a comparison without hazard ratio."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
from scipy.stats import norm

from ballad.outcomes.groupings import analyses, by_group, followed, patients_in
from ballad.outcomes.kaplan_meier import kaplan_meier, restricted_mean
from ballad.outcomes.survival import NO_PATIENTS, SUMMARY
from ballad.spelling import counted

DIFFERENCE = "rmst_difference"


def difference_rows(
    cohort: pd.DataFrame, groups: Mapping[str, Any], statistics: Mapping[str, Any]
) -> pd.DataFrame:
    """
    Compare the restricted means of each configured curve's groups.

    Parameters
    ----------
    cohort, groups
        As for `survival_summary`.
    statistics
        ``curves``, ``confidence_level``, ``min_events``, ``rmst_months`` (shortened
        to the smallest group's last follow-up).

    Returns
    -------
    DataFrame with the columns of SUMMARY
    """
    rows: list[dict[str, Any]] = []
    for endpoint, population, group_by in analyses(statistics["curves"]):
        if not group_by:
            continue
        patients = followed(patients_in(cohort, population), endpoint)
        arms = by_group(patients, group_by, groups)
        ends = [arm["months"].max() for arm in arms.values() if len(arm)]
        tau = min([statistics["rmst_months"], *ends])
        labels = {
            "endpoint": endpoint,
            "population": population,
            "group_by": group_by,
        }
        found = restricted_mean_differences(arms, tau, statistics)
        rows += [labels | row for row in found]
    return pd.DataFrame(rows, columns=list(SUMMARY))


def restricted_mean_differences(
    arms: Mapping[str, pd.DataFrame], tau: float, statistics: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """
    Compare each group's mean survival time up to `tau` with that of the first group.

    The variance of a difference is the sum of the two variances; the interval is
    normal.

    Parameters
    ----------
    arms
        By group: columns months, event (1 event, 0 censored) and, with delayed entry,
        entry; one row per patient.
    tau
        Months; not beyond any group's last follow-up.
    statistics
        ``confidence_level``, ``min_events`` (of the two groups together).

    Returns
    -------
    list of dict with group, n, events, statistic, time_months, value, ci_low, \
ci_high, note
        `group` is ``<group> - <first group>``, `value` in months; n and events of
        both groups together. Empty with one group.

    References
    ----------
    Royston and Parmar, BMC Medical Research Methodology 2013.
    """
    if not arms:
        return []
    (first, reference), *others = arms.items()
    return [
        _difference(f"{group} - {first}", patients, reference, tau, statistics)
        for group, patients in others
    ]


def _difference(
    label: str,
    patients: pd.DataFrame,
    reference: pd.DataFrame,
    tau: float,
    statistics: Mapping[str, Any],
) -> dict[str, Any]:
    events = int(patients["event"].sum() + reference["event"].sum())
    row = {
        "group": label,
        "n": len(patients) + len(reference),
        "events": events,
        "statistic": DIFFERENCE,
        "time_months": tau,
        **dict.fromkeys(("value", "ci_low", "ci_high"), math.nan),
        "note": "",
    }
    if patients.empty or reference.empty:
        return row | {"note": NO_PATIENTS}
    if events < statistics["min_events"]:
        few = f"{counted(events, 'event')}, fewer than {statistics['min_events']}"
        return row | {"note": f"not estimable: {few}"}
    level = statistics["confidence_level"]
    (mean, error), (other, other_error) = (
        restricted_mean(
            kaplan_meier(arm["months"], arm["event"], level, arm.get("entry")), tau
        )
        for arm in (patients, reference)
    )
    if not (error > 0 and other_error > 0):
        why = f"a group has no event up to {tau:g} months"
        return row | {"note": f"not estimable: {why}"}
    value = mean - other
    total = math.hypot(error, other_error)
    half = norm.ppf(0.5 + level / 2) * total
    p = 2 * norm.sf(abs(value) / total)
    return row | {
        "value": value,
        "ci_low": value - half,
        "ci_high": value + half,
        "note": f"P {p:.3g}",
    }
