"""Endpoints: time zero, first event, censoring."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ballad.clinical.populations import days_of, fits

DAYS_PER_MONTH = 30.4375  # 365.25 / 12
CENSORED = "censored"


def time_endpoint(
    cohort: pd.DataFrame,
    endpoint: Mapping[str, Any],
    member: pd.Series,
    eligible_day: pd.Series,
    day_zero_days: float,
) -> pd.DataFrame:
    """
    Work out time and first event of a time endpoint.

    The first of all events ends the follow-up; on one day the event listed first
    wins (``to`` before ``competing``). Follow-up ends at last contact, death or the
    data cut-off, whichever is first. Events before the origin do not count.

    Parameters
    ----------
    cohort
        One row per patient, dates as days since treatment start; follow_up_day.
    endpoint
        ``from``, ``to`` and ``competing`` (by name: ``date``, ``where``).
    member
        Who is in the endpoint's population.
    eligible_day
        Day since treatment start from which the membership holds.
    day_zero_days
        Days given to a follow-up of 0, so that its event counts.

    Returns
    -------
    DataFrame with columns origin_day, days, months, event, cause
        `days` raw and whole, from the origin; `months` of 30.4375 days; `event` 1
        or 0 (censored); `cause` the event's name or ``censored``. Empty for patients
        outside the population, without origin, or whose follow-up ends before it.
    """
    origin = _origin(cohort, endpoint["from"], eligible_day)
    end = cohort["follow_up_day"].astype(float)
    counted = member & origin.notna() & (end >= origin)
    first, cause = end.copy(), pd.Series(CENSORED, index=cohort.index)
    events = {**endpoint["to"], **endpoint.get("competing", {})}
    for name, event in events.items():
        day = days_of(cohort, event["date"])
        here = fits(cohort, event.get("where", {})) & (day >= origin) & (day <= end)
        # A death on the last day of follow-up is an event, not a censoring.
        earlier = here & ((day < first) | ((day == first) & (cause == CENSORED)))
        first, cause = first.mask(earlier, day), cause.mask(earlier, name)
    days = first - origin
    months = days.clip(lower=day_zero_days) / DAYS_PER_MONTH
    event = (cause != CENSORED).astype(float)
    return pd.DataFrame(
        {
            "origin_day": origin.where(counted),
            "days": days.where(counted),
            "months": months.where(counted),
            "event": event.where(counted),
            "cause": cause.where(counted, ""),
        }
    )


def _origin(cohort: pd.DataFrame, origin: str, eligible_day: pd.Series) -> pd.Series:
    return eligible_day if origin == "eligibility" else days_of(cohort, origin)


def binary_endpoint(
    cohort: pd.DataFrame, endpoint: Mapping[str, Any], member: pd.Series
) -> pd.Series:
    """
    Say who achieved a binary endpoint.

    Returns
    -------
    Series of float
        1 achieved, 0 not (also: achieved later than ``window_days``), NaN outside
        the population or where the column holds neither success nor failure.
    """
    value = cohort[endpoint["column"]] if endpoint["column"] in cohort else None
    if value is None:
        return pd.Series(float("nan"), index=cohort.index)
    achieved = value.isin(endpoint["success"])
    if "window_days" in endpoint and "date" in endpoint:
        late = days_of(cohort, endpoint["date"]) > endpoint["window_days"]
        achieved &= ~late
    known = value.isin([*endpoint["success"], *endpoint["failure"]])
    return achieved.astype(float).where(member & known)
