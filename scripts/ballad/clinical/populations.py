"""Who belongs to which population, from which day on."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

YES, NO = "yes", "no"


def fits(cohort: pd.DataFrame, where: Mapping[str, list]) -> pd.Series:
    """
    Say which patients fit every condition.

    Parameters
    ----------
    cohort
        One row per patient; text columns, an empty text is missing.
    where
        Column: values of which one must fit; None stands for missing. A column the
        cohort lacks is missing for everybody.

    Returns
    -------
    Series of bool
    """
    fitting = pd.Series(True, index=cohort.index)
    for column, values in where.items():
        wanted = ["" if value is None else str(value) for value in values]
        cells = cohort[column] if column in cohort else pd.Series("", cohort.index)
        fitting &= cells.isin(wanted)
    return fitting


def day_column(date: str) -> str:
    """Name the column of days that belongs to a date: relapse_date -> relapse_day."""
    return f"{date.removesuffix('_date')}_day"


def days_of(cohort: pd.DataFrame, date: str) -> pd.Series:
    """Return days since treatment start; NaN is missing."""
    if date == "treatment_start":
        return pd.Series(0.0, index=cohort.index)
    column = day_column(date)
    if column not in cohort:
        return pd.Series(float("nan"), index=cohort.index)
    return cohort[column].astype(float)


def last_day(cohort: pd.DataFrame) -> pd.Series:
    """Return the last day that counts; endless where no follow-up is recorded."""
    if "follow_up_day" not in cohort:
        return pd.Series(float("inf"), index=cohort.index)
    return cohort["follow_up_day"].astype(float).fillna(float("inf"))


def members(
    cohort: pd.DataFrame, name: str, populations: Mapping[str, Any]
) -> tuple[pd.Series, pd.Series]:
    """
    Find the patients of a population and the day their eligibility begins.

    Parameters
    ----------
    cohort
        One row per patient, dates as days since treatment start.
    name
        The population.
    populations
        By name: ``any`` (entries with ``where``, ``eligible_from``,
        ``within_days``), optionally ``within`` another population.

    Returns
    -------
    Series of bool, Series of float
        Membership; day since treatment start from which the first fitting entry
        holds. Without ``eligible_from`` the day is that of ``within``, or 0. An
        entry whose date is missing, later than ``within_days`` or after the follow-up
        (a data cut-off) does not fit.
    """
    population = populations[name]
    inside = pd.Series(True, index=cohort.index)
    base = pd.Series(0.0, index=cohort.index)
    if "within" in population:
        inside, base = members(cohort, population["within"], populations)
    fitting = pd.Series(False, index=cohort.index)
    since = pd.Series(float("nan"), index=cohort.index)
    for entry in population["any"]:
        here = inside & fits(cohort, entry.get("where", {})) & ~fitting
        day = base
        if "eligible_from" in entry:
            day = days_of(cohort, entry["eligible_from"])
            here &= day.notna() & (day <= entry.get("within_days", float("inf")))
            # What comes after the data cut-off is not known yet.
            here &= day <= last_day(cohort)
        since = since.mask(here, day)
        fitting |= here
    return fitting, since


def has_eligibility(name: str, populations: Mapping[str, Any]) -> bool:
    """Say whether a population's membership rests on a date."""
    population = populations[name]
    own = any("eligible_from" in entry for entry in population["any"])
    return own or (
        "within" in population and has_eligibility(population["within"], populations)
    )
