"""Start-stop rows: follow-up cut at the days of time-dependent events."""

import pandas as pd


def split_follow_up(
    follow_up: pd.DataFrame,
    exposures: pd.DataFrame,
    day_zero_days: float,
    entry: pd.Series | None = None,
) -> pd.DataFrame:
    """
    Cut each patient's follow-up at the days on which exposures begin.

    An exposure counts from its day on. An end of follow-up on the same day comes
    first: the patient is not exposed. An exposure before or at the origin counts from
    0, an exposure after the end does not count. All orders are decided on recorded
    whole days, before a follow-up of 0 is lengthened; an end and an exposure both on
    day 0 are therefore unexposed.

    Parameters
    ----------
    follow_up : columns patient, days, event
        One row per patient. `days` from the origin to the event or the censoring;
        `event` 1 or 0 (censored).
    exposures
        Same index; one column per time-dependent covariate: days from the origin to
        the begin of the exposure, missing: never exposed.
    day_zero_days
        Days given to a follow-up of 0.
    entry
        Same index; days from the origin until the patient comes under observation
        (left truncation), less than `days`; None: observed from the origin. An
        exposure that began before counts from the entry.

    Returns
    -------
    DataFrame with columns patient, start, stop, event and one per exposure (1 or 0)
        One row per patient and change of exposure, in days; at risk in
        start < t <= stop. The index is that of `follow_up`, repeated for more rows.

    Raises
    ------
    ValueError
        If a follow-up is missing or negative, if a row would not have start < stop,
        or if the number of events were changed.

    References
    ----------
    Andersen and Gill, Annals of Statistics 1982: one patient on several rows.
    """
    days = follow_up["days"].astype(float)
    wrong = days.isna() | (days < 0)
    if wrong.any():
        patients = follow_up.loc[wrong, "patient"].astype(str)
        raise ValueError(
            f"follow-up missing or before the origin: {', '.join(patients)}"
        )
    rows = pd.DataFrame(
        {
            "patient": follow_up["patient"],
            "start": 0.0 if entry is None else entry.astype(float),
            "stop": days.clip(lower=day_zero_days),
            "event": follow_up["event"].astype(float),
        }
    )
    for name in exposures:
        begin = exposures[name].astype(float)
        rows = _cut(rows, begin.where(begin < days), str(name))
    _check(rows, follow_up)
    return rows


def _cut(rows: pd.DataFrame, begin: pd.Series, name: str) -> pd.DataFrame:
    day = begin.reindex(rows.index)
    inside = (day > rows["start"]) & (day < rows["stop"])
    before = rows.assign(
        stop=rows["stop"].mask(inside, day),
        event=rows["event"].mask(inside, 0.0),
        **{name: (day <= rows["start"]).astype(float)},
    )
    after = rows.assign(start=day, **{name: 1.0})[inside]
    pieces = pd.concat([before, after]).sort_values("start", kind="stable")
    return pieces.sort_index(kind="stable")


def _check(rows: pd.DataFrame, follow_up: pd.DataFrame) -> None:
    without = ~(rows["start"] < rows["stop"])
    if without.any():
        patients = rows.loc[without, "patient"].astype(str)
        raise ValueError(f"rows without duration: {', '.join(patients)}")
    before, after = follow_up["event"].sum(), rows["event"].sum()
    if before != after:
        raise ValueError(f"splitting turned {before:g} events into {after:g}")
