"""One card per patient: genotype and its rule, evidence, course in days."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ballad.calendar_dates import without_dates
from ballad.report.wording import number, words
from ballad.states import ABSENT, INDETERMINATE, NOT_ASSESSED, PRESENT

GENOTYPE = ("subtype", "subtype_class", "rule", "basis", "icc", "who", "conflicts")
DETAILS = ("ph_like_class", "tp53_allelic_state", "tp53_max_vaf")
CLINICAL = (
    *("indication", "age", "sex", "prior_lines", "prior_hct", "marrow_blasts"),
    *("emd_history", "emd_active", "response", "mrd_response", "relapse_cd19"),
    *("relapse_emd", "relapse_lineage_switch", "cause_of_death"),
)
DAY = "_day"
AS_WRITTEN = ("subtype", "subtype_class", "rule", "basis", "icc", "who", "conflicts")


def patient_cards(
    cohort: pd.DataFrame, lesions: pd.DataFrame, evidence: pd.DataFrame
) -> dict[str, Any]:
    """
    Gather what is known of each patient, small enough for thousands of them.

    Parameters
    ----------
    cohort : column patient; genotype, clinical and ``_day`` columns where there are any
        Days since the start of treatment.
    lesions : columns patient, lesion, state, basis
    evidence : columns patient, assay, lesion, supports, kind, file, record, tier

    Returns
    -------
    dict
        ``names``: the lesions as read; ``patients``: by patient ``known`` (label,
        value), ``days`` (day, what), ``present`` and ``indeterminate`` (place in
        names, basis), ``absent`` and ``not_assessed`` (places in names), ``evidence``
        (place, supports, kind, assay, file, record, tier) of what speaks for a lesion
        or is undecided, ``against`` (kind and assay, places in names).
    """
    names = list(dict.fromkeys([*lesions["lesion"], *evidence["lesion"]]))
    place = {name: index for index, name in enumerate(names)}
    states = _by_patient(lesions, ("lesion", "state", "basis"))
    sources = _by_patient(
        evidence, ("lesion", "supports", "kind", "assay", "file", "record", "tier")
    )
    patients = {
        row["patient"]: {
            "known": _known(row),
            "days": _days(row),
            **_states(states[row["patient"]], place),
            **_sources(sources[row["patient"]], place),
        }
        for row in cohort.to_dict("records")
    }
    return {"names": [words(name) for name in names], "patients": patients}


def embedded(cards: Mapping[str, Any]) -> str:
    """Write data for a script element: nothing in it can end the element."""
    text = json.dumps(cards, ensure_ascii=False, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _by_patient(
    table: pd.DataFrame, columns: Iterable[str]
) -> defaultdict[str, list[tuple[str, ...]]]:
    rows: defaultdict[str, list[tuple[str, ...]]] = defaultdict(list)
    chosen = [table[column] for column in columns]
    for patient, *values in zip(table["patient"], *chosen, strict=True):
        rows[patient].append(tuple(values))
    return rows


def _known(row: Mapping[str, str]) -> list[list[str]]:
    known = []
    for column in (*GENOTYPE, *DETAILS, *CLINICAL):
        if value := row.get(column, ""):
            text = value if column in AS_WRITTEN else words(value)
            known.append([words(column), without_dates(text)])
    return known


def _days(row: Mapping[str, str]) -> list[list[Any]]:
    days = [
        (day, words(column.removesuffix(DAY)))
        for column, value in row.items()
        if column.endswith(DAY)
        and not column.endswith(("_eligible_day", "_origin_day"))
        and (day := number(value)) is not None
    ]
    return [
        [round(day), what] for day, what in sorted([*days, (0.0, "treatment start")])
    ]


def _states(
    rows: Iterable[tuple[str, ...]], place: Mapping[str, int]
) -> dict[str, list]:
    found: dict[str, list] = {
        state: [] for state in (PRESENT, INDETERMINATE, ABSENT, NOT_ASSESSED)
    }
    for lesion, state, basis in rows:
        if state in (PRESENT, INDETERMINATE):
            found[state].append([place[lesion], basis])
        elif state in found:
            found[state].append(place[lesion])
    return {state: lesions for state, lesions in found.items() if lesions}


def _sources(
    rows: Iterable[tuple[str, ...]], place: Mapping[str, int]
) -> dict[str, list]:
    shown, against = [], defaultdict(list)
    for lesion, supports, kind, assay, *where in rows:
        if supports == ABSENT:
            against[f"{words(kind)}, {assay}"].append(place[lesion])
        else:
            what = [words(supports), words(kind), assay]
            texts = [without_dates(text) for text in where]
            shown.append([place[lesion], *what, *texts])
    return {"evidence": shown, "against": [list(item) for item in against.items()]}
