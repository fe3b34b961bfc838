"""How the disease came back: CD19 and extramedullary sites."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from ballad.outcomes.exact_tests import EXACT, fisher
from ballad.outcomes.groupings import by_group, patients_in
from ballad.outcomes.response import compared
from ballad.outcomes.significance import not_estimable, tests_table

PATTERNS = ("group_by", "group", "cd19", "emd", "n", "denominator", "percent")
UNKNOWN = "unknown"
CD19 = ("negative", "positive", "dim", UNKNOWN)
EMD = ("none", "isolated", "combined", UNKNOWN)
# What is compared between groups, of the patients in whom it is known.
OCCURRED = {"cd19": ("negative",), "emd": ("isolated", "combined")}
JOINT = "cd19_and_emd"


def relapsed_patients(cohort: pd.DataFrame) -> pd.DataFrame:
    """Return those who relapsed in remission; relapse_cd19 and _emd as cd19, emd."""
    return _typed(patients_in(cohort, "relapsed"), "relapse")


def non_responders(cohort: pd.DataFrame) -> pd.DataFrame:
    """Return R/R patients without response; failure_cd19 and _emd as cd19, emd."""
    if not {"indication", "response_achieved"} <= set(cohort):
        return _typed(cohort.iloc[0:0], "failure")
    achieved = pd.to_numeric(cohort["response_achieved"], errors="coerce")
    failed = (cohort["indication"] == "rr") & (achieved == 0)
    return _typed(cohort[failed], "failure")


def _typed(patients: pd.DataFrame, what: str) -> pd.DataFrame:
    typed = {}
    for name, values in (("cd19", CD19), ("emd", EMD)):
        column = f"{what}_{name}"
        cells = patients[column] if column in patients else ""
        cells = pd.Series(cells, index=patients.index, dtype=object)
        typed[name] = cells.where(cells.isin(values), UNKNOWN)
    return patients.assign(**typed)


def patterns(
    patients: pd.DataFrame, groups: Mapping[str, Any], statistics: Mapping[str, Any]
) -> pd.DataFrame:
    """
    Count each combination of CD19 and extramedullary disease.

    Parameters
    ----------
    patients : columns cd19, emd, groups
        One row per patient; missing is ``unknown``.
    groups
        By name: ``levels`` in their order.
    statistics
        ``patterns_by``.

    Returns
    -------
    DataFrame with the columns of PATTERNS
        One row per combination, also those nobody has; `percent` of the group's
        patients (`denominator`), missing if it has none.
    """
    rows: list[tuple] = []
    for group_by in ("", *statistics["patterns_by"]):
        for group, arm in by_group(patients, group_by, groups).items():
            for cd19 in CD19:
                for emd in EMD:
                    n = int(((arm["cd19"] == cd19) & (arm["emd"] == emd)).sum())
                    percent = 100 * n / len(arm) if len(arm) else math.nan
                    rows.append((group_by, group, cd19, emd, n, len(arm), percent))
    return pd.DataFrame(rows, columns=list(PATTERNS))


def pattern_tests(
    patients: pd.DataFrame,
    what: str,
    population: str,
    groups: Mapping[str, Any],
    statistics: Mapping[str, Any],
) -> pd.DataFrame:
    """
    Compare patterns between groups: CD19 and extramedullary, each and both together.

    Each feature alone is compared as present or not (CD19 negative; extramedullary).
    Together each combination of the levels of both is one outcome: the joint test
    sees a group that fails in its own combination, which neither feature alone shows.
    Over all patients it asks whether the two features go together.

    Parameters
    ----------
    patients : columns cd19, emd, groups
        One row per patient; unknown leaves the test.
    what
        ``relapse`` or ``failure``: names the analysis and its endpoints.
    population
        Name of the patients.
    groups, statistics
        As for `patterns`, with ``min_events`` and ``seed``.

    Returns
    -------
    DataFrame with the columns of tests.tsv
        `n` counts patients in whom the feature is known, `events` those who have it;
        in a joint test, in whom both are known, and `events` are all of them. The
        joint test of all patients has an empty `group_by`.
    """
    rows: list[dict[str, Any]] = []
    for feature, occurred in OCCURRED.items():
        known = patients[patients[feature] != UNKNOWN]
        for group_by in statistics["patterns_by"]:
            arms = by_group(known, group_by, groups).values()
            rows.append(
                {
                    "analysis": f"{what}_patterns",
                    "endpoint": f"{what}_{feature}",
                    "population": population,
                    "group_by": group_by,
                }
                | compared([arm[feature].isin(occurred) for arm in arms], statistics)
            )
    both = patients[(patients["cd19"] != UNKNOWN) & (patients["emd"] != UNKNOWN)]
    labels = {
        "analysis": f"{what}_patterns",
        "endpoint": f"{what}_{JOINT}",
        "population": population,
    }
    by_cd19 = [both[both["cd19"] == level]["emd"] for level in CD19]
    rows.append(labels | {"group_by": ""} | _jointly(by_cd19, statistics))
    for group_by in statistics["patterns_by"]:
        arms = by_group(both, group_by, groups).values()
        joint = [arm["cd19"] + " and " + arm["emd"] for arm in arms]
        rows.append(labels | {"group_by": group_by} | _jointly(joint, statistics))
    return tests_table(rows)


def _jointly(arms: list[pd.Series], statistics: Mapping[str, Any]) -> dict[str, Any]:
    """Compare an outcome of several levels between groups, or say why not."""
    sizes = [len(arm) for arm in arms]
    row = {"test": EXACT, "n": sum(sizes), "events": sum(sizes)}
    note = not_estimable(sizes, sum(sizes), statistics["min_events"])
    levels = sorted({level for arm in arms for level in arm})
    if not note and len(levels) < 2:
        note = f"not estimable: all {levels[0]}"
    if note:
        return row | {"note": note}
    table = np.array([[(arm == level).sum() for level in levels] for arm in arms])
    test, p = fisher(table, statistics["seed"])
    compared_levels = f"{len(levels)} combinations" if " and " in levels[0] else ""
    return row | {"test": test, "p": p, "note": compared_levels}
