"""What cannot be true in a clinical table: order of dates, contradictions."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from ballad.clinical.table import cutoff_days
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
REMISSION = ("CR", "CRh", "CRi")
FAILURE = ("PR", "NR", "NE")


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
        One per patient and rule; values are days since treatment start.
    """
    problems = [p for order in ORDERS for p in _order_problems(table, settings, order)]
    problems += _contradictions(table, settings.table)
    problems += _after_cutoff(table, settings)
    return problems


def _column(table: pd.DataFrame, name: str, empty: object = "") -> pd.Series:
    return table[name] if name in table else pd.Series(empty, index=table.index)


def _dates(table: pd.DataFrame, name: str) -> pd.Series:
    return _column(table, name, float("nan")).astype(float)


def _place(table: pd.DataFrame, line: object) -> str:
    return f"line {line}, patient {table.at[line, 'patient']}"


def _order_problems(
    table: pd.DataFrame, settings: ClinicalTable, order: Order
) -> Iterator[Problem]:
    earlier, later = _dates(table, order.earlier), _dates(table, order.later)
    remission = _column(table, "response").isin(REMISSION)
    wrong = earlier > later
    if order.rule == "relapse before response":
        wrong &= remission | (_column(table, "response") == "")
    for line in table.index[wrong]:
        yield Problem(
            settings.table,
            _place(table, line),
            order.later,
            f"day {later[line]:.0f}; {order.earlier} is day {earlier[line]:.0f}",
            order.rule,
            f"correct {order.later} or {order.earlier}",
        )


def _contradictions(table: pd.DataFrame, path: str) -> Iterator[Problem]:
    response, mrd = _column(table, "response"), _column(table, "mrd_response")
    relapse, death = _dates(table, "relapse_date"), _dates(table, "death_date")
    cases = [
        (
            response.isin(REMISSION) & _dates(table, "response_date").isna(),
            "response_date",
            "remission without a date",
            "give the date of the response",
        ),
        (
            (mrd == "negative") & _dates(table, "mrd_response_date").isna(),
            "mrd_response_date",
            "MRD response without a date",
            "give the date of the test",
        ),
        (
            # A table without responses, of transplants say, cannot contradict itself.
            relapse.notna()
            & bool({"response", "mrd_response"} & set(table))
            & ~response.isin(REMISSION)
            & (mrd != "negative")
            & (_column(table, "indication") != "mrd_negative")
            & (_column(table, "indication") != "mrd"),
            "relapse_date",
            "relapse without a remission",
            "progression of a non-responder is no relapse: use failure_cd19, failure_emd",
        ),
        (
            relapse.isna()
            & (
                _column(table, "relapse_cd19").ne("")
                | _column(table, "relapse_emd").ne("")
            ),
            "relapse_date",
            "relapse described, but without a date",
            "give relapse_date, or empty relapse_cd19 and relapse_emd",
        ),
        (
            _column(table, "cause_of_death").ne("") & death.isna(),
            "death_date",
            "cause of death without a date of death",
            "give death_date, or empty cause_of_death",
        ),
        (
            death.isna() & _dates(table, "last_contact").isna(),
            "last_contact",
            "neither last contact nor death",
            "give the last day the patient was known alive, or death_date",
        ),
        (
            _column(table, "indication").isin(["mrd", "mrd_negative"])
            & (pd.to_numeric(_column(table, "marrow_blasts"), errors="coerce") > 5),
            "marrow_blasts",
            "more than 5 percent blasts in an MRD indication",
            "correct indication or marrow_blasts",
        ),
    ]
    for wrong, column, rule, cure in cases:
        for line in table.index[wrong]:
            value = table.at[line, column] if column in table else ""
            shown = "" if value == "" or pd.isna(value) else f"{value}"
            if isinstance(value, float) and shown:
                shown = f"day {value:.0f}"
            yield Problem(path, _place(table, line), column, shown, rule, cure)


def _after_cutoff(table: pd.DataFrame, settings: ClinicalTable) -> Iterator[Problem]:
    cutoff = cutoff_days(settings, table)
    for column in ("treatment_start",):
        days = _dates(table, column)
        for line in table.index[days > cutoff]:
            yield Problem(
                settings.table,
                _place(table, line),
                column,
                f"{days[line] - cutoff[line]:.0f} days after the data cut-off",
                "lies after the data cut-off",
                "correct it, or clinical.data_cutoff in the config",
            )


def clinical_warnings(
    table: pd.DataFrame, settings: ClinicalTable, window_days: int | None
) -> list[Problem]:
    """List what is legal but worth a look; the report shows it."""
    response_day, hct = _dates(table, "response_date"), _dates(table, "hct_date")
    death = _dates(table, "death_date")
    window = window_days if window_days is not None else float("inf")
    unassessed = ("response" in table) & (_column(table, "response") == "")
    cutoff = cutoff_days(settings, table)
    events = ("response_date", "hct_date", "relapse_date", "death_date", "last_contact")
    late = pd.concat([_dates(table, name) for name in events], axis=1).max(axis=1)
    cases = [
        (
            hct > _dates(table, "relapse_date"),
            "hct_date",
            "transplant after relapse: no exposure in models that end at relapse",
        ),
        *(
            (
                hct == _dates(table, f"{event}_date"),
                "hct_date",
                f"transplant and {event} on one day: the {event} counts as first, "
                "without exposure to the transplant",
            )
            for event in ("relapse", "death")
        ),
        (
            unassessed & (_column(table, "indication") == "rr") & (death <= window),
            "response",
            "no response recorded: not in the response denominator; enter NE with a "
            "date",
        ),
        (
            response_day > window,
            "response_date",
            "response later than the window: no responder",
        ),
        (
            _column(table, "response").isin(FAILURE) & response_day.isna(),
            "response_date",
            "failure without a date: no event of event-free survival by itself",
        ),
        (late > cutoff, "last_contact", "events after the data cut-off do not count"),
    ]
    return [
        Problem(settings.table, _place(table, line), column, rule=rule)
        for noted, column, rule in cases
        for line in table.index[noted]
    ]
