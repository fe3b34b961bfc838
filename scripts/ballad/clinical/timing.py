"""When samples were taken, against the clinical table."""

from collections.abc import Iterator

import pandas as pd

from ballad.clinical.contradictions import days_in
from ballad.clinical.dates import ISO, dates_of
from ballad.problems import Problem
from ballad.settings import ClinicalTable

BEFORE = ("diagnosis", "pre_treatment")


def timing_problems(
    path: str, sheet: pd.DataFrame, clinical: pd.DataFrame, settings: ClinicalTable
) -> tuple[list[Problem], list[Problem]]:
    """
    List samples whose timepoint or date contradicts the clinical table.

    Parameters
    ----------
    path
        The sheet.
    sheet : columns patient, timepoint, date, and sample if it has one
        Text; dates in ISO or in the format of the clinical table, or, where that
        holds days, days since treatment start. Empty is unknown.
    clinical
        As `read_clinical` returns it.
    settings
        How times are written.

    Returns
    -------
    list of Problem, list of Problem
        Errors: a date that cannot be read, a baseline sample after treatment start, a
        relapse sample before it, a sample after death. Warnings: a relapse sample of
        a patient without relapse_date.
    """
    first = clinical.drop_duplicates("patient").set_index("patient")
    dated = sheet[(sheet["date"] != "") & sheet["patient"].isin(first.index)]
    days = _days(dated, first, settings)
    death = dated["patient"].map(days_in(first, "death_date"))
    unknown = first.index[days_in(first, "treatment_start").isna()]
    readable = days.notna() | dated["patient"].isin(unknown)
    cases = [
        (~readable, "date", "is no full date or day", "correct or empty it"),
        (
            dated["timepoint"].isin(BEFORE) & (days > 0),
            "timepoint",
            "sample taken after treatment_start",
            "correct the date, or call it remission or relapse",
        ),
        (
            (dated["timepoint"] == "relapse") & (days < 0),
            "timepoint",
            "sample taken before treatment_start",
            "an earlier relapse is pre_treatment; or correct the date",
        ),
        (days > death, "date", "sample taken after death_date", "correct the date"),
    ]
    problems = [
        Problem(path, _place(rows), column, str(rows[column].iat[0]), rule, cure)
        for wrong, column, rule, cure in cases
        for rows in _of_one_sample(dated[wrong])
    ]
    return problems, list(_unexplained(path, sheet, first))


def _days(
    sheet: pd.DataFrame, first: pd.DataFrame, settings: ClinicalTable
) -> pd.Series:
    if settings.times == "days":
        return pd.to_numeric(sheet["date"], errors="coerce").astype(float)
    times = dates_of(sheet["date"], ISO).fillna(
        dates_of(sheet["date"], settings.date_format)
    )
    return (times - sheet["patient"].map(first["_start"])).dt.days.astype(float)


def _unexplained(
    path: str, sheet: pd.DataFrame, first: pd.DataFrame
) -> Iterator[Problem]:
    if "relapse_date" not in first:
        return
    without = sheet["patient"].isin(first.index[first["relapse_date"].isna()])
    relapse = sheet["timepoint"] == "relapse"
    for rows in _of_one_sample(sheet[relapse & without]):
        yield Problem(
            path,
            _place(rows),
            "timepoint",
            "relapse",
            "the patient has no relapse_date in the clinical table",
            "give relapse_date, or failure_… and another timepoint",
        )


def _of_one_sample(sheet: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Give the rows of a sample together: its date is one fault, not one per assay."""
    key = [name for name in ("patient", "sample", "timepoint", "date") if name in sheet]
    for _, rows in sheet.groupby(key, sort=False):
        yield rows


def _place(rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    lines = ", ".join(map(str, rows.index))
    sample = f", sample {first['sample']}" if "sample" in rows else ""
    plural = "s" if len(rows) > 1 else ""
    return f"line{plural} {lines}, patient {first['patient']}{sample}"
