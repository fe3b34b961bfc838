"""Cells of one patient that cannot be true together."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from ballad.problems import Problem
from ballad.settings import ClinicalTable

REMISSION = ("CR", "CRh", "CRi")
FAILURE = ("PR", "NR", "NE")
SELECTED_BY_MRD = ("mrd", "mrd_negative")
# wrong patients, column, rule, cure
Case = tuple[pd.Series, str, str, str]


def column_of(table: pd.DataFrame, name: str, empty: object = "") -> pd.Series:
    """Return a column; one that the table lacks is missing for everybody."""
    return table[name] if name in table else pd.Series(empty, index=table.index)


def days_in(table: pd.DataFrame, name: str) -> pd.Series:
    """Return days since treatment start; NaN is missing."""
    return column_of(table, name, float("nan")).astype(float)


def place(table: pd.DataFrame, line: object) -> str:
    """Name the line of the file and its patient."""
    return f"line {line}, patient {table.at[line, 'patient']}"


def shown_day(
    table: pd.DataFrame, settings: ClinicalTable, line: Any, name: str
) -> str:
    """
    Write a date of a patient as its day and, where dates are kept, as the clinic does.

    For errors alone: they stop a run before it writes anything. A warning stands in the
    report and tells no calendar date.
    """
    day = float(table.at[line, name])
    if settings.times == "days":
        return f"day {day:.0f}"
    date = table.at[line, "_start"] + pd.Timedelta(days=day)
    return f"day {day:.0f}, {date.strftime(settings.date_format)}"


def contradictions(table: pd.DataFrame, settings: ClinicalTable) -> Iterator[Problem]:
    """
    List the cells that contradict each other.

    Parameters
    ----------
    table
        As `read_clinical` returns it; a column that is not there contradicts nothing.
    settings
        Names the file, and how times are written.

    Yields
    ------
    Problem
        One per patient and rule; a date is shown as by `shown_day`.
    """
    cases = [
        *_responses(table),
        *_relapses(table),
        *_ends(table),
        *_before_treatment(table),
    ]
    for wrong, column, rule, cure in cases:
        for line in table.index[wrong]:
            value = table.at[line, column] if column in table else ""
            shown = "" if value == "" or pd.isna(value) else f"{value}"
            if isinstance(value, float) and shown:
                shown = shown_day(table, settings, line, column)
            yield Problem(settings.table, place(table, line), column, shown, rule, cure)


def _responses(table: pd.DataFrame) -> list[Case]:
    response = column_of(table, "response")
    mrd = column_of(table, "mrd_response")
    tested = days_in(table, "mrd_response_date").notna()
    unselected = column_of(table, "indication") != "mrd_negative"
    failure = column_of(table, "failure_cd19") + column_of(table, "failure_emd")
    return [
        (
            response.isin(REMISSION) & days_in(table, "response_date").isna(),
            "response_date",
            "remission without a date",
            "give the date of the response",
        ),
        (
            (mrd == "negative") & days_in(table, "mrd_response_date").isna(),
            "mrd_response_date",
            "MRD response without a date",
            "give the date of the test",
        ),
        (
            ("response" in table)
            & (response == "")
            & days_in(table, "response_date").notna(),
            "response_date",
            "date without a response",
            "give the response, NE if it was not evaluable, or empty response_date",
        ),
        (
            ("mrd_response" in table) & mrd.isin(["", "not_tested"]) & tested,
            "mrd_response_date",
            "date of an MRD test without its result",
            "give mrd_response, or empty mrd_response_date",
        ),
        (
            ("mrd_response" in table)
            & (mrd != "negative")
            & unselected
            & days_in(table, "mrd_recurrence_date").notna(),
            "mrd_recurrence_date",
            "MRD recurrence without an MRD response",
            "give mrd_response negative with its date, or empty mrd_recurrence_date",
        ),
        (
            response.isin(REMISSION) & (mrd != "positive") & (failure != ""),
            "response",
            "failure described of a responder",
            "empty failure_cd19 and failure_emd, or correct the response",
        ),
    ]


def _relapses(table: pd.DataFrame) -> list[Case]:
    response = column_of(table, "response")
    relapse = days_in(table, "relapse_date")
    cd19 = column_of(table, "relapse_cd19")
    site = column_of(table, "relapse_emd_site")
    cd19_percent = column_of(table, "relapse_cd19_percent")
    switch = column_of(table, "relapse_lineage_switch") == "yes"
    described = cd19 + column_of(table, "relapse_emd") + site + cd19_percent
    share = pd.to_numeric(cd19_percent, errors="coerce")
    return [
        (
            # A table without responses, of transplants say, cannot contradict itself.
            relapse.notna()
            & bool({"response", "mrd_response"} & set(table))
            & ~response.isin(REMISSION)
            & (column_of(table, "mrd_response") != "negative")
            & ~column_of(table, "indication").isin(SELECTED_BY_MRD),
            "relapse_date",
            "relapse without a remission",
            "progression of a non-responder is no relapse: use failure_cd19, failure_emd",
        ),
        (
            relapse.isna() & ((described != "") | switch),
            "relapse_date",
            "relapse described, but without a date",
            "give relapse_date, or empty the columns relapse_…",
        ),
        (
            (column_of(table, "relapse_emd") == "none") & (site != ""),
            "relapse_emd_site",
            "site of an extramedullary relapse, but relapse_emd is none",
            "correct relapse_emd, or empty relapse_emd_site",
        ),
        (
            ((cd19 == "negative") & (share == 100))
            | (cd19.isin(["positive", "dim"]) & (share == 0)),
            "relapse_cd19_percent",
            "contradicts relapse_cd19",
            "correct relapse_cd19 or relapse_cd19_percent",
        ),
    ]


def _ends(table: pd.DataFrame) -> list[Case]:
    death = days_in(table, "death_date")
    return [
        (
            column_of(table, "cause_of_death").ne("") & death.isna(),
            "death_date",
            "cause of death without a date of death",
            "give death_date, or empty cause_of_death",
        ),
        (
            death.isna() & days_in(table, "last_contact").isna(),
            "last_contact",
            "neither last contact nor death",
            "give the last day the patient was known alive, or death_date",
        ),
    ]


def _before_treatment(table: pd.DataFrame) -> list[Case]:
    indication = column_of(table, "indication")
    blasts = pd.to_numeric(column_of(table, "marrow_blasts"), errors="coerce")
    lines = pd.to_numeric(column_of(table, "prior_lines"), errors="coerce")
    therapies = ("prior_hct", "prior_inotuzumab", "prior_car_t")
    treated = pd.concat([column_of(table, n) == "yes" for n in therapies], axis=1)
    return [
        (
            indication.isin(SELECTED_BY_MRD) & (blasts > 5),
            "marrow_blasts",
            "more than 5 percent blasts in an MRD indication",
            "correct indication or marrow_blasts",
        ),
        (
            (lines == 0) & ((indication == "rr") | treated.any(axis=1)),
            "prior_lines",
            "no prior line, but relapsed, refractory or treated before",
            "correct prior_lines, indication, or the columns prior_…",
        ),
    ]
