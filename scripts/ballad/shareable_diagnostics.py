"""The checks of models with the counts hidden that their models hide."""

import pandas as pd

from ballad.disclosure import SUPPRESSED, SmallCounts
from ballad.shareable_outcomes import shared_models

PER_PARAMETER, CELL = "events_per_parameter", "zero_cell"
PROPORTIONAL, VIOLATED = "proportional_hazards", "violated"
_SAID = ["statistic", "note"]


def shared_diagnostics(
    table: pd.DataFrame, small: SmallCounts, models: pd.DataFrame | None
) -> pd.DataFrame:
    """
    Hide small counts, those that models.tsv hides, and ratios with their events.

    Parameters
    ----------
    table : columns model, check, term, statistic, df, p, status, note
        As diagnostics.tsv.
    small
        Which counts are small.
    models : columns of models.tsv
        As written; None: all counts of the models are taken for hidden.

    Returns
    -------
    DataFrame
        `statistic` and `note` are ``suppressed`` where they count the events of a
        model that tells its own in no row (`events_per_parameter`) or not in all
        (`zero_cell`), and the notes of hazards that are not proportional, which
        give the ratios and events of periods.
    """
    if small.limit is None:
        return table
    told = _told(models, small)
    shown = table.assign(note=[small.note(text) for text in table["note"]])
    for place, row in table.to_dict("index").items():
        rows = told.get(row["model"], [False])
        counts = {PER_PARAMETER: any(rows), CELL: all(rows)}
        hides = row["check"] in counts and (
            not counts[row["check"]]
            or small.hides(row["statistic"])
            or (row["check"] == CELL and row["note"] != "")  # is a count of nobody
        )
        for column in _SAID if hides else []:
            shown.loc[place, column] = SUPPRESSED if row[column] else ""
        if (row["check"], row["status"]) == (PROPORTIONAL, VIOLATED) and row["note"]:
            shown.loc[place, "note"] = SUPPRESSED
    return shown


def _told(models: pd.DataFrame | None, small: SmallCounts) -> dict[str, list[bool]]:
    """Say of each row of a model whether it tells its events, and those of its level."""
    if models is None:
        return {}
    shown = shared_models(models, small)
    told = shown["events"].str.isdigit() & (
        shown["events_in_level"].str.isdigit() | (shown["events_in_level"] == "")
    )
    return {name: list(rows) for name, rows in told.groupby(shown["model"])}
