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
    Refuse mapped columns of the user's own whose name is a known one misspelt.

    A misspelt `hct_date` would be a column of the user's own, and nobody would have
    a transplant.

    Parameters
    ----------
    settings
        The mapping, ours: theirs.
    columns : columns column, kind
        The columns ballad knows.
    there
        Columns of the table under our names. Where the known column is among them,
        its name is not misspelt: the other one is the user's own.

    Returns
    -------
    list of Problem
        One per name; none of a name that begins with ``x_``.
    """
    return [
        Problem(
            "config",
            "",
            f"clinical.columns.{ours}",
            theirs,
            f"is nearly {near}, which the table lacks",
            f"did you mean {near}? A column of your own may be called x_{ours}",
        )
        for ours, theirs, near, misspelt in _near_names(settings, columns, there)
        if misspelt
    ]


def names_like_known(
    settings: ClinicalTable, columns: pd.DataFrame, there: Iterable[str]
) -> list[Problem]:
    """
    Warn of mapped columns of the user's own that differ from a known one by a word.

    Parameters
    ----------
    settings, columns, there
        As in `misspelt_names`.

    Returns
    -------
    list of Problem
        One per name that is no misspelling: ``baseline_cd22`` where the table lacks
        ``baseline_cd19``.
    """
    return [
        Problem(
            "config",
            "",
            f"clinical.columns.{ours}",
            theirs,
            f"is like {near}, which the table lacks; it is a column of your own",
            f"write {near} if that is meant, or call it x_{ours}",
        )
        for ours, theirs, near, misspelt in _near_names(settings, columns, there)
        if not misspelt
    ]


def _near_names(
    settings: ClinicalTable, columns: pd.DataFrame, there: Iterable[str]
) -> Iterator[tuple[str, str, str, bool]]:
    """Yield ours, theirs, the known name that ours is near, and whether misspelt."""
    kinds, there = dict(zip(columns["column"], columns["kind"], strict=True)), {*there}
    for ours, theirs in settings.columns.items():
        if ours in kinds or ours.startswith("x_"):
            continue
        near = _nearest(ours, kinds)
        if not near or near[0] in there:
            continue
        misspelt = [
            known
            for known in near
            if known not in there and not _other_words(ours, known, kinds[known])
        ]
        yield ours, theirs, (misspelt or near)[0], bool(misspelt)


def _nearest(name: str, kinds: Mapping[str, str]) -> list[str]:
    """Return the known names of the same words, then those of almost the same letters."""
    same = [known for known, kind in kinds.items() if _same_words(name, known, kind)]
    near = difflib.get_close_matches(name.lower(), same, n=1, cutoff=0)
    return near + difflib.get_close_matches(name.lower(), kinds, n=5, cutoff=_ALIKE)


def _same_words(name: str, known: str, kind: str) -> bool:
    """Say whether the words that tell are the same, as in date_of_death and death."""
    # Beside a column that holds no date, the date of it is another column.
    fillers = {"date", "of"} if kind == "date" else {"of"}
    return {*_words(name)} - fillers == {*_words(known)} - fillers


def _other_words(name: str, known: str, kind: str) -> bool:
    """Say whether whole words make the difference: cd22 for cd19, or one word more."""
    ours, its = _words(name), _words(known)
    if _same_words(name, known, kind):
        return False
    if len(ours) != len(its):
        return {*ours} < {*its} or {*its} < {*ours}
    return any(
        _another(word, other)
        for word, other in zip(ours, its, strict=True)
        if word != other
    )


def _another(word: str, other: str) -> bool:
    """Say whether a word is another one, not the same with letters wrong or swapped."""
    numbers = re.sub(r"\D", "", word), re.sub(r"\D", "", other)
    if all(numbers) and numbers[0] != numbers[1]:
        return True
    if sorted(word) == sorted(other) or _within(word, other) or _within(other, word):
        return False
    return difflib.SequenceMatcher(None, word, other).ratio() < _SAME_WORD


def _within(short: str, long: str) -> bool:
    """Say whether a word is the other with letters left out."""
    letters = iter(long)
    return all(letter in letters for letter in short)


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[\W_]+", name.lower()) if word]


# Takes sexx for sex and relaps_date for relapse_date, but not dli_date for hct_date.
_ALIKE = 0.84
# One wrong letter of four (dste) is a slip; of three (cll, cml) it is another word.
_SAME_WORD = 0.7
