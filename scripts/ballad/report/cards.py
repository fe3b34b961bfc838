"""One card per patient: genotype and its rule, evidence, course in days."""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ballad.calendar_dates import without_dates
from ballad.curation import AGAINST, STALE
from ballad.explanation import COVERED, LESION, RECORD, SUPPORTS
from ballad.report.wording import number, words
from ballad.states import ABSENT, INDETERMINATE, PRESENT

GENOTYPE = ("subtype", "subtype_class", "rule", "basis", "icc", "who")
DETAILS = ("ph_like_class", "tp53_allelic_state", "tp53_max_vaf")
CLINICAL = (
    *("indication", "age", "sex", "prior_lines", "prior_hct", "marrow_blasts"),
    *("emd_history", "emd_active", "response", "mrd_response", "relapse_cd19"),
    *("relapse_emd", "relapse_lineage_switch", "cause_of_death"),
)
DAY = "_day"
AS_WRITTEN = GENOTYPE
NAMED = ("subtype", "subtype_class")
EXPLAINED = (
    *("part", "lesion", "state", "stance", "sentence"),
    *("kind", "sample", "file", "record", "tier"),
)
CHECKED = ("check", "one", "other", "status", "detail")
DISCORDANT = ("lesion", "kind", "sample", "timepoint", "day", "counted", "state")
CODE = re.compile("[a-z0-9]+(_[a-z0-9]+)+")
CURATION = {
    STALE: "stale curation, the evidence has changed since the curator decided",
    AGAINST: "a curator decided against the assays",
}


def patient_cards(
    cohort: pd.DataFrame,
    genotypes: pd.DataFrame,
    explanation: pd.DataFrame,
    cross_checks: pd.DataFrame,
    discordant: pd.DataFrame,
    names: Mapping[str, str],
) -> dict[str, Any]:
    """
    Gather what is known of each patient, small enough for thousands of them.

    Parameters
    ----------
    cohort : column patient; genotype, clinical and ``_day`` columns where there are any
        Days since the start of treatment.
    genotypes : column patient, and genotype columns
        A patient without a clinical row has a card of the genotype alone.
    explanation : columns as explanation.tsv
    cross_checks : columns patient, check, one, other, status, detail
    discordant : columns patient, lesion, kind, sample, timepoint, day, counted, state
    names
        Subtype or its class: its name for a reader.

    Returns
    -------
    dict
        ``names``: the lesions as read; ``patients``: by patient ``known`` (label,
        value), ``days`` (day, what), ``said`` (the rule that fired, then conflicts,
        stale curation among them), ``present`` and ``indeterminate`` (sentences with
        their basis), ``absent`` and ``not_assessed`` (places in names), ``evidence``
        (place, stance, kind, sample, file, record, tier) of what decides, contradicts
        or is undecided, and of what speaks for a lesion that is not absent, ``against``
        (stance, kind and sample, places in names) of the rest, ``checks`` (check, one,
        other, status, detail) and ``discordant`` (lesion, kind, sample, timepoint, day,
        counted, state).
    """
    lesions = list(dict.fromkeys(filter(None, explanation["lesion"])))
    place = {name: index for index, name in enumerate(lesions)}
    explained = _by_patient(explanation, EXPLAINED)
    checked = _by_patient(cross_checks, CHECKED)
    odd = _by_patient(discordant, DISCORDANT)
    typed = {row["patient"]: row for row in genotypes.to_dict("records")}
    clinical = {row["patient"]: row for row in cohort.to_dict("records")}
    patients = {
        patient: {
            "known": _known(clinical.get(patient) or typed[patient], names),
            "days": _days(clinical[patient]) if patient in clinical else [],
            **_explained(explained[patient], place),
            "checks": [list(map(without_dates, row)) for row in checked[patient]],
            "discordant": [
                [words(lesion), *map(without_dates, rest)]
                for lesion, *rest in odd[patient]
            ],
        }
        for patient in dict.fromkeys([*clinical, *typed])
    }
    return {"names": [words(name) for name in lesions], "patients": patients}


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


def _known(row: Mapping[str, str], names: Mapping[str, str]) -> list[list[str]]:
    known = []
    for column in (*GENOTYPE, *DETAILS, *CLINICAL):
        if value := row.get(column, ""):
            text = value if column in AS_WRITTEN else words(value)
            if column in NAMED:
                text = names.get(value, text)
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


def _explained(
    rows: Iterable[tuple[str, ...]], place: Mapping[str, int]
) -> dict[str, Any]:
    """Part a patient's explanation into sentences, states and records."""
    found: dict[str, list] = defaultdict(list)
    rest: dict[str, list[int]] = defaultdict(list)
    for part, lesion, state, stance, sentence, *record in rows:
        if part == LESION:
            open_ = state in (PRESENT, INDETERMINATE)
            found[state].append(without_dates(sentence) if open_ else place[lesion])
        elif part != RECORD:
            found["said"].append(without_dates(conflict_words(sentence)))
        elif stance == COVERED or (stance == SUPPORTS and state == ABSENT):
            kind, sample = record[:2]
            rest[f"{stance}: {words(kind)}, {sample}"].append(place[lesion])
        else:
            kind, *where = record
            texts = [without_dates(text) for text in where]
            found["evidence"].append([place[lesion], stance, words(kind), *texts])
    return {**found, "against": [list(item) for item in rest.items()]}


def conflict_words(text: str) -> str:
    """
    Write a conflict of genotypes.tsv for a reader: its code is written out.

    ``stale_curation: LESION`` says that the evidence has changed since a curator
    decided; ``curation_against_assays`` that the assays say otherwise.
    """
    code, colon, rest = text.partition(":")
    if code in CURATION and colon:
        return f"{CURATION[code]}:{rest}"
    return f"{words(code)}{colon}{rest}" if CODE.fullmatch(code) else text
