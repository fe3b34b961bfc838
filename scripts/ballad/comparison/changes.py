"""Genotypes and estimates beside those of an earlier run: run/changes.tsv."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ballad.comparison.causes import Causes
from ballad.spelling import counted

COLUMNS = ["kind", "patient", "name", "before", "after", "reason"]
# Told by a change of the evidence, which the genotype's other columns say in words.
NO_CALL = ("patient", "evidence_fingerprint")
# Per table of estimates: what names a row, and what it says.
ESTIMATES = {
    "models": (
        ("model", "endpoint", "cause", "population", "method", "term", "level"),
        ("estimate", "ci_low", "ci_high"),
    ),
    "response": (("endpoint", "group_by", "group"), ("rate", "ci_low", "ci_high")),
    "survival_summary": (
        ("endpoint", "population", "group_by", "group", "statistic", "time_months"),
        ("value", "ci_low", "ci_high"),
    ),
    "tests": (("analysis", "endpoint", "population", "group_by", "test"), ("p",)),
}
COUNTS = ("n", "events", "responders")
RELATIVE = 1e-6  # of a number: smaller differences are those of the machine
IN, OUT = "in the cohort", "not in the cohort"


def changes(
    before: Mapping[str, pd.DataFrame],
    after: Mapping[str, pd.DataFrame],
    causes: Causes,
) -> pd.DataFrame:
    """
    List what differs between two runs, each row with its reason.

    Parameters
    ----------
    before, after
        By name: genotypes and the tables of `ESTIMATES`, as text. A table that the
        earlier run lacks is not compared.
    causes
        What differs in inputs, tables, configuration, code and versions.

    Returns
    -------
    DataFrame with COLUMNS
        ``kind`` is comparison (the first row: how many patients), input, table,
        config, code, version, patient (came or went), genotype (a column of
        genotypes.tsv) or estimate; ``before`` and ``after`` are empty where there was
        or is nothing.
    """
    old, new = _by_patient(before["genotypes"]), _by_patient(after["genotypes"])
    rows = [_row("comparison", "", "genotypes.tsv", len(old), len(new), _same(causes))]
    rows += [
        _row(d.kind, d.patient, d.name, d.before, d.after, d.word)
        for d in causes.differences
    ]
    people = list(_patients(old, new, causes))
    calls = list(_genotypes(old, new, causes))
    moved = list(_moved(people, calls, causes))
    estimates = [
        row
        for name in ESTIMATES
        if name in before and name in after
        for row in _estimates(name, before[name], after[name], causes, moved)
    ]
    return pd.DataFrame([*rows, *people, *calls, *estimates], columns=COLUMNS)


def _same(causes: Causes) -> str:
    if causes.unrecorded:
        return f"the earlier run did not record {', '.join(causes.unrecorded)}"
    return "" if causes.differences else "made from the same"


def _row(kind: str, patient: str, name: str, *rest: Any) -> dict[str, str]:
    values = (kind, patient, name, *(str(value) for value in rest))
    return dict(zip(COLUMNS, values, strict=True))


def _by_patient(genotypes: pd.DataFrame) -> dict[str, dict[str, str]]:
    return {row["patient"]: row for row in genotypes.to_dict("records")}


def _patients(
    old: Mapping[str, Any], new: Mapping[str, Any], causes: Causes
) -> Iterator[dict[str, str]]:
    for patient in sorted({*old} ^ {*new}):
        was, now = (IN if patient in run else OUT for run in (old, new))
        yield _row(
            "patient", patient, "genotypes.tsv", was, now, causes.of_genotype(patient)
        )


def _genotypes(
    old: Mapping[str, Any], new: Mapping[str, Any], causes: Causes
) -> Iterator[dict[str, str]]:
    for patient in sorted({*old} & {*new}):
        was, now = old[patient], new[patient]
        # A column that one of the runs lacks says something about the versions only.
        for column in was:
            if column in NO_CALL or column not in now or _alike(was, now, column):
                continue
            reason = causes.of_genotype(patient)
            yield _row("genotype", patient, column, was[column], now[column], reason)


def _moved(
    people: list[dict[str, str]], calls: list[dict[str, str]], causes: Causes
) -> Iterator[str]:
    """Say in words what moved among the patients."""
    for word, state in (("added", IN), ("removed", OUT)):
        if n := sum(row["after"] == state for row in people):
            yield f"{counted(n, 'patient')} {word}"
    if n := len({row["patient"] for row in calls}):
        yield f"genotype of {counted(n, 'patient')} moved"
    present = {row["patient"] for row in people}
    rest = {d.patient for d in causes.differences if d.patient} - present
    if rest:
        yield f"inputs of {counted(len(rest), 'patient')} changed"


def _estimates(
    table: str,
    before: pd.DataFrame,
    after: pd.DataFrame,
    causes: Causes,
    moved: list[str],
) -> Iterator[dict[str, str]]:
    keys, values = ESTIMATES[table]
    old, new = _by_key(before, keys), _by_key(after, keys)
    for key in [*old, *(key for key in new if key not in old)]:
        was, now = old.get(key), new.get(key)
        if was and now and all(_alike(was, now, c) for c in (*values, *COUNTS)):
            continue
        name = ", ".join(part for part in key[:-1] if part)
        yield _row(
            "estimate",
            "",
            f"{table}: {name}",
            _shown(was, values),
            _shown(now, values),
            causes.of_estimate(now or was or {}, moved),
        )


def _by_key(
    table: pd.DataFrame, keys: tuple[str, ...]
) -> dict[tuple[str, ...], dict[str, str]]:
    """Index rows by what names them; the last part tells rows of one name apart."""
    found: dict[tuple[str, ...], dict[str, str]] = {}
    seen: dict[tuple[str, ...], int] = {}
    for row in table.to_dict("records"):
        name = tuple(row.get(key, "") for key in keys)
        seen[name] = seen.get(name, 0) + 1
        found[*name, str(seen[name])] = row
    return found


def _alike(was: Mapping[str, str], now: Mapping[str, str], column: str) -> bool:
    one, other = was.get(column, ""), now.get(column, "")
    if one == other:
        return True
    try:
        return math.isclose(float(one), float(other), rel_tol=RELATIVE)
    except ValueError:
        return False


def _shown(row: Mapping[str, str] | None, values: tuple[str, ...]) -> str:
    """Write an estimate as a reader compares it, with its counts."""
    if not row:
        return ""
    value, *limits = (_short(row.get(column, "")) for column in values)
    said = value or row.get("note", "") or "empty"
    if value and any(limits):
        said = f"{value} ({' to '.join(limit or 'open' for limit in limits)})"
    counts = [f"{column} {row[column]}" for column in COUNTS if row.get(column)]
    return ", ".join([said, *counts])


def _short(text: str) -> str:
    try:
        return f"{float(text):.4g}"
    except ValueError:
        return text
