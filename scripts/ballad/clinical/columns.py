"""The columns of the clinical table: theirs -> ours, and names that cannot be meant."""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import pandas as pd

from ballad.problems import Problem
from ballad.settings import ClinicalTable

UNKNOWN = "unknown column"


def our_columns(
    sheet: pd.DataFrame, settings: ClinicalTable, columns: pd.DataFrame
) -> tuple[pd.DataFrame, list[Problem]]:
    """
    Rename their columns to ours.

    Parameters
    ----------
    sheet
        The table as the clinic keeps it.
    settings
        The mapping, ours: theirs.
    columns : column column
        The columns ballad knows.

    Returns
    -------
    DataFrame
        The sheet under our names.
    list of Problem
        Columns that are missing, unknown, or stand twice under one name of ours.
    """
    path = settings.table
    problems = [
        Problem(
            path,
            "line 1",
            theirs,
            rule=f"column is missing; the config maps it to {ours}",
            cure="correct clinical.columns in the config",
        )
        for ours, theirs in settings.columns.items()
        if theirs not in sheet
    ]
    problems += [
        Problem(
            path,
            "line 1",
            ours,
            rule=f"stands beside {theirs}, which the config maps to it",
            cure=f"rename one of them, or take {ours} out of clinical.columns",
        )
        for ours, theirs in settings.columns.items()
        if ours in sheet.columns.difference([*settings.columns.values()])
        and theirs in sheet
    ]
    sheet = sheet.rename(columns={t: o for o, t in settings.columns.items()})
    known = set(columns["column"]) | set(settings.columns)
    problems += [
        Problem(
            path,
            "line 1",
            name,
            rule=UNKNOWN,
            cure="map it under clinical.columns, or call it x_… to keep your own",
        )
        for name in sheet.columns
        if name not in known and not name.startswith("x_")
    ]
    problems += [
        Problem(path, "line 1", name, rule="column is missing", cure="add or map it")
        for name in ("patient", "treatment_start")
        if name not in sheet
    ]
    if not {"last_contact", "death_date"} & set(sheet):
        problems.append(
            Problem(
                path,
                "line 1",
                "last_contact",
                rule="neither last_contact nor death_date is there",
                cure="add or map one of them",
            )
        )
    return sheet, problems


def twice_mapped(settings: ClinicalTable) -> list[Problem]:
    """Find columns of theirs that are mapped to two of ours: only one would be kept."""
    theirs = list(settings.columns.values())
    return [
        Problem(
            "config",
            column=f"clinical.columns.{ours}",
            value=name,
            rule="is mapped to another column of ours too",
            cure="map each column once",
        )
        for ours, name in settings.columns.items()
        if theirs.count(name) > 1
    ]


def recoding_problems(
    settings: ClinicalTable, columns: pd.DataFrame
) -> Iterator[Problem]:
    """Find recodings of columns that nobody knows, and to codes that are none."""
    known = columns.set_index("column")
    for column, codes in settings.values.items():
        place = f"clinical.values.{column}"
        if column not in known.index:
            if column not in settings.columns and not column.startswith("x_"):
                near = difflib.get_close_matches(column, list(known.index), n=1)
                cure = f"did you mean {near[0]}?" if near else "map it first"
                yield Problem("config", column=place, rule="no such column", cure=cure)
            continue
        kind = known.at[column, "kind"]
        coded = {"code": known.at[column, "values"].split("|"), "yes_no": ["yes", "no"]}
        for theirs, ours in texts(codes).items():
            if kind in coded and ours not in ["", *coded[kind]]:
                yield Problem(
                    "config",
                    column=f"{place}.{theirs}",
                    value=ours,
                    rule=f"is none of {', '.join(coded[kind])}",
                    cure="recode to one of them, or to the empty text for missing",
                )


def with_headings(
    problems: Iterable[Problem], settings: ClinicalTable
) -> list[Problem]:
    """Add the clinic's own heading to the mapped columns that problems name."""
    return [
        replace(problem, column=f"{problem.column} ({theirs})")
        if problem.file == settings.table
        and (theirs := settings.columns.get(problem.column, problem.column))
        != problem.column
        else problem
        for problem in problems
    ]


def texts(codes: Mapping[str, str]) -> dict[str, str]:
    """Return the recodings that YAML reads as text; the check of the config names the others."""
    return {
        theirs: ours
        for theirs, ours in codes.items()
        if isinstance(theirs, str) and isinstance(ours, str)
    }


def misspelt_names(
    settings: ClinicalTable, columns: pd.DataFrame, there: Iterable[str]
) -> list[Problem]:
    """
    Refuse mapped columns of the user's own whose name is nearly a known one.

    A misspelt `hct_date` would be a column of the user's own, and nobody would have
    a transplant.

    Parameters
    ----------
    settings
        The mapping, ours: theirs.
    columns : column column
        The columns ballad knows.
    there
        Columns of the table under our names. Where the known column is among them,
        its name is not misspelt: the other one is the user's own.

    Returns
    -------
    list of Problem
        One per name; none of a name that begins with ``x_``.
    """
    known, there = list(columns["column"]), set(there)
    problems = []
    for ours, theirs in settings.columns.items():
        if ours in known or ours.startswith("x_"):
            continue
        near = _nearest(ours, known)
        if near and near not in there:
            problems.append(
                Problem(
                    "config",
                    "",
                    f"clinical.columns.{ours}",
                    theirs,
                    f"is nearly {near}, which the table lacks",
                    f"did you mean {near}? A column of your own may be called x_{ours}",
                )
            )
    return problems


def _nearest(name: str, known: list[str]) -> str:
    """Return the known name of the same words, or almost the same letters."""
    alike = [column for column in known if _words(column) == _words(name)]
    near = difflib.get_close_matches(name.lower(), alike, n=1, cutoff=0)
    near += difflib.get_close_matches(name.lower(), known, n=1, cutoff=_ALIKE)
    return near[0] if near else ""


def _words(name: str) -> set[str]:
    """Return the words that tell: date_of_death and death are one and the same."""
    return {*re.split(r"[\W_]+", name.lower())} - {"date", "of"}


# Takes sexx for sex and relaps_date for relapse_date, but not dli_date for hct_date.
_ALIKE = 0.84
