"""What cannot be true in a clinical table: order of dates, contradictions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ballad.clinical.contradictions import (
    FAILURE,
    REMISSION,
    column_of,
    contradictions,
    days_in,
    place,
    shown_day,
)
from ballad.clinical.dates import cutoff_days, imputed_warnings
from ballad.problems import Problem
from ballad.settings import ClinicalTable


@dataclass(frozen=True)
class Order:
    """Two dates of which the first may not be later than the second."""

    earlier: str
    later: str
    rule: str


# Same day is allowed everywhere: a patient can die on the day of a response.
ORDERS = (
    Order("diagnosis_date", "treatment_start", "treatment starts before diagnosis"),
    Order("treatment_start", "response_date", "response before treatment start"),
    Order("treatment_start", "mrd_response_date", "MRD response before treatment"),
    Order(
        "treatment_start",
        "hct_date",
        "transplant before treatment start: that is prior_hct",
    ),
    Order("treatment_start", "relapse_date", "relapse before treatment start"),
    Order("response_date", "relapse_date", "relapse before response"),
    Order("mrd_response_date", "relapse_date", "relapse before MRD response"),
    Order("mrd_response_date", "mrd_recurrence_date", "MRD recurrence before response"),
    *(
        Order(event, "death_date", f"{event} after death")
        for event in (
            *("treatment_start", "response_date", "mrd_response_date"),
            *("mrd_recurrence_date", "hct_date", "relapse_date"),
        )
    ),
    *(
        Order(event, "last_contact", f"last contact before {event}")
        for event in (
            *("treatment_start", "response_date", "mrd_response_date"),
            *("mrd_recurrence_date", "hct_date", "relapse_date"),
        )
    ),
    Order("last_contact", "death_date", "last contact after death"),
)


def clinical_problems(table: pd.DataFrame, settings: ClinicalTable) -> list[Problem]:
    """
    List what cannot be true.

    Parameters
    ----------
    table
        As `read_clinical` returns it: dates are days since treatment start.
    settings
        Names the file, the time unit and the data cut-off.

    Returns
    -------
    list of Problem
        One per patient and rule; dates are shown as by `shown_day`.
    """
    problems = [p for order in ORDERS for p in _order_problems(table, settings, order)]
    problems += contradictions(table, settings)
    problems += _after_cutoff(table, settings)
    return problems


def _order_problems(
    table: pd.DataFrame, settings: ClinicalTable, order: Order
) -> Iterator[Problem]:
    earlier, later = days_in(table, order.earlier), days_in(table, order.later)
    remission = column_of(table, "response").isin(REMISSION)
    wrong = earlier > later
    if order.rule == "relapse before response":
        wrong &= remission | (column_of(table, "response") == "")
    for line in table.index[wrong]:
        yield Problem(
            settings.table,
            place(table, line),
            order.later,
            f"{shown_day(table, settings, line, order.later)}; {order.earlier} is "
            f"{shown_day(table, settings, line, order.earlier)}",
            order.rule,
            f"correct {order.later} or {order.earlier}",
        )


def _after_cutoff(table: pd.DataFrame, settings: ClinicalTable) -> Iterator[Problem]:
    cutoff = cutoff_days(settings, table)
    for column in ("treatment_start",):
        days = days_in(table, column)
        for line in table.index[days > cutoff]:
            yield Problem(
                settings.table,
                place(table, line),
                column,
                f"{days[line] - cutoff[line]:.0f} days after the data cut-off",
                "lies after the data cut-off",
                "correct it, or clinical.data_cutoff in the config",
            )


def clinical_warnings(
    table: pd.DataFrame, settings: ClinicalTable, response: Mapping[str, Any]
) -> list[Problem]:
    """
    List what is legal but worth a look; the report shows it.

    Parameters
    ----------
    table
        As `read_clinical` returns it: dates are days since treatment start.
    settings
        Names the file and the data cut-off.
    response
        The endpoint of that name: `window_days`, `death_without_assessment`.
    """
    response_day, hct = days_in(table, "response_date"), days_in(table, "hct_date")
    window = response.get("window_days", float("inf"))
    cases = [
        (
            hct > days_in(table, "relapse_date"),
            "hct_date",
            "transplant after relapse: no exposure in models that end at relapse",
        ),
        *(
            (
                hct == days_in(table, f"{event}_date"),
                "hct_date",
                f"transplant and {event} on one day: the {event} counts as first, "
                "without exposure to the transplant",
            )
            for event in ("relapse", "death")
        ),
        (
            _died_unassessed(table, settings, window),
            "response",
            "no response recorded before the death: counts as no response "
            "(death_without_assessment: failure)"
            if response.get("death_without_assessment") == "failure"
            else "no response recorded before the death: not in the response "
            "denominator (death_without_assessment: missing); enter NE with a date "
            "to count it",
        ),
        (
            response_day > window,
            "response_date",
            "response later than the window: no responder",
        ),
        (
            column_of(table, "response").isin(FAILURE) & response_day.isna(),
            "response_date",
            "failure without a date: no event of event-free survival by itself",
        ),
        (
            (column_of(table, "mrd_response") == "positive")
            & days_in(table, "mrd_response_date").isna(),
            "mrd_response_date",
            "MRD positive without a date: counts as no MRD response whenever it was",
        ),
        (
            column_of(table, "response").isin(["PR", "NR"])
            & (column_of(table, "mrd_response") == "negative"),
            "mrd_response",
            "MRD negative without a remission",
        ),
        (
            (column_of(table, "emd_active") == "yes")
            & (column_of(table, "emd_history") == "no"),
            "emd_history",
            "extramedullary disease at the start, but never before",
        ),
        *_alike(table),
    ]
    return [
        *imputed_warnings(settings, table),
        *_fractions(table, settings.table),
        *_own_dates_after_the_end(table, settings.table),
    ] + [
        Problem(settings.table, place(table, line), column, rule=rule)
        for noted, column, rule in cases
        for line in table.index[noted]
    ]


def _died_unassessed(
    table: pd.DataFrame, settings: ClinicalTable, window: float
) -> pd.Series:
    """Tell who of the relapsed or refractory died before any assessment."""
    death = days_in(table, "death_date")
    unassessed = ("response" in table) & (column_of(table, "response") == "")
    # A death after the data cut-off has not happened yet.
    seen = ~(death > cutoff_days(settings, table))
    return (
        unassessed & (column_of(table, "indication") == "rr") & (death <= window) & seen
    )


def _alike(table: pd.DataFrame) -> Iterator[tuple[pd.Series, str, str]]:
    """Find one patient who may stand under two names."""
    spelt = table["patient"].str.lower().str.replace(r"[\W_]", "", regex=True)
    twice = spelt.duplicated(keep=False) & ~table["patient"].duplicated(keep=False)
    yield twice, "patient", "differs from another patient only in case or signs"
    dated = [name for name in table if name.endswith("_date")]
    if len(dated) < TELLING_DATES or "_start" not in table:
        return
    others = table.drop(columns=["patient"])
    same = others.duplicated(keep=False) & ~table["patient"].duplicated(keep=False)
    telling = table[dated].notna().sum(axis=1) >= TELLING_DATES
    yield (
        same & telling,
        "patient",
        "another patient has the same cells throughout: one patient under two names?",
    )


# Besides the start and the last contact; fewer may agree by chance.
TELLING_DATES = 2


def _fractions(table: pd.DataFrame, path: str) -> Iterator[Problem]:
    """Find single percentages that may be fractions: 0.8 among 80s."""
    # Patients selected by MRD have few blasts, a CD19-negative relapse little CD19.
    expected_high = {
        "marrow_blasts": column_of(table, "indication").isin(["rr", "induction"]),
        "baseline_cd19": pd.Series(True, index=table.index),
        "relapse_cd19_percent": column_of(table, "relapse_cd19") == "positive",
    }
    for column, high in expected_high.items():
        percents = pd.to_numeric(column_of(table, column), errors="coerce")
        doubtful = high & percents.between(0, 1, inclusive="neither")
        for line in table.index[doubtful & (percents.max() > 1)]:
            yield Problem(
                path,
                place(table, line),
                column,
                f"{percents[line]:g}",
                "less than 1 percent: a fraction among percentages?",
                "multiply it by 100, if it is",
            )


def _own_dates_after_the_end(table: pd.DataFrame, path: str) -> Iterator[Problem]:
    """Find dates of the user's own after death: no covariate can change then."""
    checked = {name for order in ORDERS for name in (order.earlier, order.later)}
    death = days_in(table, "death_date")
    for column in (n for n in table if n.endswith("_date") and n not in checked):
        for line in table.index[days_in(table, column) > death]:
            yield Problem(
                path,
                place(table, line),
                column,
                f"day {table.at[line, column]:.0f}; death_date is day "
                f"{death[line]:.0f}",
                f"{column} after death",
                f"correct {column} or death_date",
            )
