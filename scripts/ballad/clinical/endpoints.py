"""Endpoints: time zero, first event, censoring."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ballad.clinical.populations import day_column, days_of, fits, last_day
from ballad.problems import Problem

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
    wins (``to`` before ``competing``). Follow-up ends at last contact, death, the
    data cut-off or a date of ``censor``, whichever is first; an event on that very
    day counts. Events before the origin do not count.

    With ``entry`` a patient is under observation only after that date (left
    truncation), or from the origin if the date is before it: who has the event or
    leaves until then could not have been observed, and is outside.

    Parameters
    ----------
    cohort
        One row per patient, dates as days since treatment start; follow_up_day.
    endpoint
        ``from``, ``to`` and ``competing`` (by name: ``date``, ``where``), ``censor``
        (dates), ``entry`` (a date).
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
        or 0 (censored); `cause` the event's name or ``censored``. Of an endpoint with
        ``entry`` also `entry_days`, from the origin to the entry, at least 0. Empty
        for patients outside the population, without origin, whose follow-up ends
        before it, or without an entry before the end.
    """
    origin = _origin(cohort, endpoint["from"], eligible_day)
    end = cohort["follow_up_day"].astype(float)
    for date in endpoint.get("censor", []):
        day = days_of(cohort, date)
        end = end.mask(day < end, day)
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
    delayed = {}
    if "entry" in endpoint:
        entry = (days_of(cohort, endpoint["entry"]) - origin).clip(lower=0)
        # Without delay a follow-up of 0 days is observed: it is lengthened below.
        counted &= (entry == 0) | (entry < days)
        delayed = {"entry_days": entry.where(counted)}
    months = days.clip(lower=day_zero_days) / DAYS_PER_MONTH
    event = (cause != CENSORED).astype(float)
    return pd.DataFrame(
        {
            "origin_day": origin.where(counted),
            "days": days.where(counted),
            "months": months.where(counted),
            "event": event.where(counted),
            "cause": cause.where(counted, ""),
            **delayed,
        }
    )


def lacking_dates(
    columns: Iterable[str], endpoints: Mapping[str, Any]
) -> list[Problem]:
    """
    List the dates of ``entry`` and ``censor`` that the clinical table does not have.

    Without its date a censoring would be left out in silence, and a delayed entry
    would leave nobody.

    Parameters
    ----------
    columns
        Of the clinical table, or of the cohort, where a date is days since treatment
        start.
    endpoints
        As configured.
    """
    there = set(map(day_column, columns))
    there |= {name for name in columns if name.endswith("_day")}
    return [
        Problem(
            "config",
            column=f"endpoints.{name}.{key}",
            value=date,
            rule="the clinical table has no such column",
            cure=f"map {date} in clinical.columns, or take it out of the endpoint",
        )
        for name, endpoint in endpoints.items()
        for key, dates in (
            ("entry", [endpoint["entry"]] if "entry" in endpoint else []),
            ("censor", endpoint.get("censor", [])),
        )
        for date in dates
        if date != "treatment_start" and day_column(date) not in there
    ]


def _origin(cohort: pd.DataFrame, origin: str, eligible_day: pd.Series) -> pd.Series:
    return eligible_day if origin == "eligibility" else days_of(cohort, origin)


def binary_endpoint(
    cohort: pd.DataFrame, endpoint: Mapping[str, Any], member: pd.Series
) -> pd.Series:
    """
    Say who achieved a binary endpoint.

    Parameters
    ----------
    cohort
        One row per patient, dates as days since treatment start.
    endpoint
        ``column``, ``success``, ``failure``, ``date`` and ``window_days``;
        ``death_without_assessment``: ``failure``, or ``missing`` (if not given).
    member
        Who is in the endpoint's population.

    Returns
    -------
    Series of float
        1 achieved, 0 not (also: achieved later than ``window_days``), NaN outside
        the population, where the column holds neither success nor failure, and where
        it was assessed after the data cut-off. Of
        those, who died (within ``window_days``, where given) is 0 if
        ``death_without_assessment`` says failure.
    """
    value = cohort[endpoint["column"]] if endpoint["column"] in cohort else None
    if value is None:
        return pd.Series(float("nan"), index=cohort.index)
    achieved = value.isin(endpoint["success"])
    if "window_days" in endpoint and "date" in endpoint:
        late = days_of(cohort, endpoint["date"]) > endpoint["window_days"]
        achieved &= ~late
    known = value.isin([*endpoint["success"], *endpoint["failure"]])
    if "date" in endpoint:
        # An assessment after the data cut-off has not happened yet.
        known &= ~(days_of(cohort, endpoint["date"]) > last_day(cohort))
    if endpoint.get("death_without_assessment") == "failure":
        window = endpoint.get("window_days", float("inf"))
        death = days_of(cohort, "death_date")
        # A death after the data cut-off has not happened yet.
        known |= (death <= window) & (death <= last_day(cohort))
    return achieved.astype(float).where(member & known)
