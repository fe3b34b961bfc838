"""What a configuration makes of a clinical table, legal but rarely meant."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ballad.clinical.contradictions import column_of, days_in, place
from ballad.clinical.dates import cutoff_days
from ballad.clinical.populations import fits
from ballad.problems import Problem
from ballad.settings import ClinicalTable

# What spreadsheets and R write where nothing is known; an empty cell is missing here.
_UNKNOWN = ("na", "n/a", "n.a.", "nan", "null", "#n/a")
# Codes by which a column itself says that there is nothing to count.
_NOT_KNOWN = ("", "not_tested", "unknown")
# A cut-off this long after the last date, or a date this long after the cut-off or the
# last contact, is a misprint more often.
_DAYS_AFTER = 365
# What the end of follow-up hides; a start after the cut-off is refused.
_EVENTS = (
    *("response_date", "mrd_response_date", "mrd_recurrence_date"),
    *("hct_date", "relapse_date", "death_date"),
)


def doubts(
    table: pd.DataFrame, settings: ClinicalTable, endpoints: Mapping[str, Any]
) -> list[Problem]:
    """
    List cells that are legal and probably do not mean what they will be taken for.

    Parameters
    ----------
    table
        As `read_clinical` returns it: one row per patient, dates as days.
    settings
        Of the clinical table.
    endpoints
        As configured.
    """
    return [
        *_unknown_as_text(table, settings.table),
        *_late_cutoff(table, settings),
        *_after_the_cutoff(table, settings),
        *_long_after_contact(table, settings.table),
        *_uncounted_codes(table, settings.table, endpoints),
        *_entry_at_the_event(table, settings.table, endpoints),
    ]


def _unknown_as_text(table: pd.DataFrame, path: str) -> Iterator[Problem]:
    for column in table.columns.drop(["patient"], errors="ignore"):
        cells = table[column]
        if not pd.api.types.is_string_dtype(cells.dtype) or column.startswith("_"):
            continue
        for line in table.index[
            cells.astype(str).str.strip().str.lower().isin(_UNKNOWN)
        ]:
            yield Problem(
                path,
                place(table, line),
                column,
                str(cells[line]),
                "is a category of its own here: missing is an empty cell",
                "empty the cell, or recode it to the empty text in clinical.values",
            )


def _late_cutoff(table: pd.DataFrame, settings: ClinicalTable) -> Iterator[Problem]:
    dated = [name for name in table if name.endswith("_date") or name == "last_contact"]
    if settings.data_cutoff is None or not dated:
        return
    latest = pd.concat([days_in(table, name) for name in dated], axis=1).max(axis=1)
    beyond = (cutoff_days(settings, table) - latest).min()
    if beyond > _DAYS_AFTER:
        yield Problem(
            "config",
            column="clinical.data_cutoff",
            value=str(settings.data_cutoff),
            rule=f"lies {beyond:.0f} days after every date of the table: it ends no "
            "follow-up",
            cure="correct the year, if it is misprinted",
        )


def _after_the_cutoff(
    table: pd.DataFrame, settings: ClinicalTable
) -> Iterator[Problem]:
    """Name each event after the data cut-off; without any, the last contact."""
    cutoff = cutoff_days(settings, table)
    late = {name: days_in(table, name) - cutoff for name in _EVENTS}
    anywhere = pd.concat(late, axis=1).gt(0).any(axis=1)
    contact = days_in(table, "last_contact") - cutoff
    late["last_contact"] = contact.mask(anywhere)
    for column, beyond in late.items():
        for line in table.index[beyond > 0]:
            yield Problem(
                settings.table,
                place(table, line),
                column,
                # Days after the cut-off would tell the date to who reads the report.
                f"day {days_in(table, column)[line]:.0f}",
                "contact after the data cut-off does not count: followed to the cut-off"
                if column == "last_contact"
                else f"{column} after the data cut-off does not count: as if it had not "
                "happened yet",
                "correct the year, if it is misprinted"
                if beyond[line] > _DAYS_AFTER
                else "",
            )


def _long_after_contact(table: pd.DataFrame, path: str) -> Iterator[Problem]:
    """Name deaths that follow the last contact by years."""
    later = days_in(table, "death_date") - days_in(table, "last_contact")
    for line in table.index[later > _DAYS_AFTER]:
        yield Problem(
            path,
            place(table, line),
            "death_date",
            f"{later[line]:.0f} days after last_contact",
            "the patient counts as alive and followed until then, or until the cut-off",
            "correct the year of death_date or last_contact, if it is misprinted",
        )


def _uncounted_codes(
    table: pd.DataFrame, path: str, endpoints: Mapping[str, Any]
) -> Iterator[Problem]:
    for name, endpoint in endpoints.items():
        if not {"column", "success", "failure"} <= set(endpoint):
            continue
        counted = [*endpoint["success"], *endpoint["failure"], *_NOT_KNOWN]
        cells = column_of(table, endpoint["column"])
        for value, lines in cells[~cells.isin(counted)].groupby(cells).groups.items():
            shown = ", ".join(place(table, line) for line in lines[:3])
            yield Problem(
                path,
                shown + (" …" if len(lines) > 3 else ""),
                endpoint["column"],
                str(value),
                f"is neither success nor failure of the endpoint {name}: "
                f"{len(lines)} patients are missing there",
                f"add {value} to endpoints.{name}.success or failure, if it counts",
            )


def _entry_at_the_event(
    table: pd.DataFrame, path: str, endpoints: Mapping[str, Any]
) -> Iterator[Problem]:
    for name, endpoint in endpoints.items():
        if "entry" not in endpoint:
            continue
        entry = days_in(table, endpoint["entry"])
        for group in ("to", "competing"):
            for cause, event in endpoint.get(group, {}).items():
                here = fits(table, event.get("where", {}))
                same = here & (entry > 0) & (entry == days_in(table, event["date"]))
                for line in table.index[same]:
                    yield Problem(
                        path,
                        place(table, line),
                        endpoint["entry"],
                        f"day {entry[line]:.0f}",
                        f"is the day of {event['date']}: under observation for no "
                        f"time, the patient is outside the endpoint {name} ({cause})",
                        f"correct {endpoint['entry']} or {event['date']}, if one is "
                        "wrong",
                    )
