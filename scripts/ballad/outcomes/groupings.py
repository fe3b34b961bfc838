"""Which patients an analysis compares, and in which order."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ballad.clinical.endpoints import DAYS_PER_MONTH
from ballad.clinical.groups import MISSING_CATEGORY
from ballad.states import ABSENT, PRESENT

ALL = "all"
ORDERED_VALUES = (("no", "yes"), (ABSENT, PRESENT))


def patients_in(cohort: pd.DataFrame, population: str) -> pd.DataFrame:
    """Return the patients of a population (column in_<population> is yes)."""
    column = f"in_{population}"
    if column not in cohort:
        return cohort.iloc[0:0]
    return cohort[cohort[column] == "yes"]


def levels_of(
    cohort: pd.DataFrame, group_by: str, groups: Mapping[str, Any]
) -> list[str]:
    """
    List the levels of a grouping, in the order in which they are shown.

    Parameters
    ----------
    cohort
        One row per patient, text columns; empty is missing.
    group_by
        A group of the configuration, or a column of the cohort.
    groups
        By name: ``levels`` (label: values), ``missing``.

    Returns
    -------
    list of text
        A group's levels as configured, also those nobody has; no before yes, absent
        before present (not_assessed and indeterminate are missing); otherwise the
        values found, sorted. No level where the cohort lacks the column.
    """
    if group_by in groups:
        group = groups[group_by]
        category = [MISSING_CATEGORY] if group.get("missing") == "category" else []
        return [str(label) for label in group["levels"]] + category
    if group_by not in cohort:
        return []
    found = set(cohort[group_by]) - {""}
    for ordered in ORDERED_VALUES:
        if found & set(ordered):
            return list(ordered)
    return sorted(found - {"not_assessed", "indeterminate"})


def by_group(
    patients: pd.DataFrame, group_by: str, groups: Mapping[str, Any]
) -> dict[str, pd.DataFrame]:
    """
    Split patients by a grouping; the empty `group_by` keeps them together.

    Returns
    -------
    dict from level to its patients
        In the order of `levels_of`, empty levels included. Patients whose cell is
        no level are in none: missing leaves every denominator.
    """
    if not group_by:
        return {ALL: patients}
    return {
        level: patients[patients[group_by] == level]
        for level in levels_of(patients, group_by, groups)
        if group_by in patients
    }


def analyses(entries: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """
    List what configured curves ask for, once each.

    Returns
    -------
    list of (endpoint, population, group_by)
        Each (endpoint, population) first without grouping (empty `group_by`).
    """
    wanted: dict[tuple[str, str, str], None] = {}
    for entry in entries.values():
        pair = (entry["endpoint"], entry["population"])
        wanted[(*pair, "")] = None
        if entry.get("group_by"):
            wanted[(*pair, entry["group_by"])] = None
    return list(wanted)


def followed(patients: pd.DataFrame, endpoint: str) -> pd.DataFrame:
    """
    Return the patients with a follow-up for a time endpoint.

    Returns
    -------
    DataFrame
        The patients whose <endpoint>_months is not missing, with the further columns
        months (> 0), event (1 event, 0 censored), cause (``censored`` or the event's
        name) and entry (months until under observation; 0 without delayed entry).
    """
    columns = [f"{endpoint}_{part}" for part in ("months", "event", "cause")]
    if not set(columns) <= set(patients):
        empty = patients.iloc[0:0]
        return empty.assign(months=0.0, event=0, cause="", entry=0.0)
    delayed = f"{endpoint}_entry_days"
    days = pd.to_numeric(patients[delayed]) if delayed in patients else 0.0
    months = pd.to_numeric(patients[columns[0]], errors="coerce")
    here = patients[months.notna()]
    return here.assign(
        months=months[months.notna()],
        event=pd.to_numeric(here[columns[1]]).astype(int),
        cause=here[columns[2]],
        entry=days / DAYS_PER_MONTH,
    )


def followed_arms(
    cohort: pd.DataFrame,
    endpoint: str,
    population: str,
    group_by: str,
    groups: Mapping[str, Any],
) -> dict[str, pd.DataFrame]:
    """Split a population's patients with a follow-up by a grouping, see `by_group`."""
    return by_group(
        followed(patients_in(cohort, population), endpoint), group_by, groups
    )


def compared_groups(
    cohort: pd.DataFrame, entries: Mapping[str, Any], groups: Mapping[str, Any]
) -> Iterator[tuple[dict[str, str], pd.DataFrame]]:
    """
    Give the patients whom the groupings of configured curves compare.

    Yields
    ------
    (labels, patients)
        endpoint, population and group_by; the patients of its groups as `followed`
        gives them.
    """
    for endpoint, population, group_by in analyses(entries):
        if not group_by:
            continue
        arms = followed_arms(cohort, endpoint, population, group_by, groups)
        labels = {"endpoint": endpoint, "population": population, "group_by": group_by}
        yield labels, pd.concat(arms.values()) if arms else cohort.iloc[0:0]
