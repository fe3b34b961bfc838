"""Evidence of all assays -> the state of each lesion in each patient."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from ballad.states import ABSENT, INDETERMINATE, NOT_ASSESSED, PRESENT

CURATED = "curated"
EXPRESSION = "rna_expression"
FINGERPRINT = "evidence_fingerprint"
COUNTED_TIERS = ("A", "B")


@dataclass(frozen=True)
class Evidence:
    """What one record or one negative assay says about one lesion of a patient."""

    patient: str
    sample: str
    assay: str
    lesion: str
    supports: str  # present, absent, indeterminate
    kind: str  # dna_snv, rna_fusion, rna_expression, karyotype, fish, array, flow …
    file: str
    record: str
    tier: str  # A, B, C for positive findings; empty otherwise


def excluded_by(lesions: pd.DataFrame, kind: str) -> list[str]:
    """Name the lesions that one kind of assay can exclude, alone or with another."""
    return [
        row["lesion"]
        for row in lesions.to_dict("records")
        if any(kind in needed for needed in alternatives(row["absent_by"]))
    ]


def alternatives(absent_by: str) -> list[frozenset[str]]:
    """Read ``fish;rna_fusion+rna_expression``: alternatives of joint needs."""
    return [frozenset(part.split("+")) for part in absent_by.split(";") if part]


def lesion_state(
    evidence: Collection[Evidence], absent_by: Iterable[frozenset[str]]
) -> tuple[str, list[Evidence]]:
    """
    Merge what the assays say about one lesion of one patient.

    A curator's decision wins; then a positive finding of tier A or B; then a weak one
    (tier C), which leaves the lesion indeterminate; then absence, if every assay of
    one alternative was negative; then any assay that ran and could not decide.

    Parameters
    ----------
    evidence
        Of one patient and lesion.
    absent_by
        Alternatives; each names the kinds of assay that must all be negative.

    Returns
    -------
    tuple of state and the evidence it rests on
        Without an assay that can see the lesion ``not_assessed``, never ``absent``.
        A likeness by expression is no such assay, unless expression alone can exclude
        the lesion.
    """
    absent_by = list(absent_by)
    decisions = [e for e in evidence if e.kind == CURATED]
    if decisions:
        # Two decisions are refused when the sheet is read.
        return decisions[0].supports, decisions
    positive = [e for e in evidence if e.supports == PRESENT]
    strong = [e for e in positive if e.tier in COUNTED_TIERS]
    if strong:
        return PRESENT, strong
    if positive:
        likeness = {e.kind for e in evidence} == {EXPRESSION}
        if likeness and frozenset([EXPRESSION]) not in absent_by:
            return NOT_ASSESSED, []
        return INDETERMINATE, positive
    negative = [e for e in evidence if e.supports == ABSENT]
    kinds = {e.kind for e in negative}
    met = [needed for needed in absent_by if needed <= kinds]
    if met:
        used = frozenset().union(*met)
        return ABSENT, [e for e in negative if e.kind in used]
    doubtful = [e for e in evidence if e.supports == INDETERMINATE]
    return (INDETERMINATE, doubtful) if doubtful else (NOT_ASSESSED, [])


def numbered(evidence: Iterable[Evidence]) -> dict[str, Evidence]:
    """Name the evidence ``patient:number``; the order of the input does not matter."""
    by_patient: dict[str, set[Evidence]] = {}
    for item in evidence:
        by_patient.setdefault(item.patient, set()).add(item)
    return {
        f"{patient}:{number}": item
        for patient in sorted(by_patient)
        for number, item in enumerate(sorted(by_patient[patient], key=_content), 1)
    }


def _content(item: Evidence) -> tuple[str, ...]:
    return (
        *(item.lesion, item.kind, item.supports, item.sample, item.assay),
        *(item.file, item.record, item.tier),
    )


def fingerprint(evidence: Iterable[Evidence]) -> str:
    """
    Name what the assays say, so that a change under a curator's decision shows.

    Returns
    -------
    str
        Twelve hexadecimal digits that change with lesion, kind, support, sample, assay
        or tier of any record; not with its file, its line or its order. Curated
        decisions have no part in it. Empty without evidence.
    """
    said = sorted(
        {
            (e.lesion, e.kind, e.supports, e.sample, e.assay, e.tier)
            for e in evidence
            if e.kind != CURATED
        }
    )
    if not said:
        return ""
    text = "\n".join("\t".join(row) for row in said)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def lesion_table(
    evidence: Mapping[str, Evidence],
    patients: Iterable[str],
    lesions: pd.DataFrame,
) -> pd.DataFrame:
    """
    Give every patient a state for every lesion.

    Parameters
    ----------
    evidence
        Name: evidence.
    patients
        Of all sheets, tested or not.
    lesions : columns lesion, absent_by

    Returns
    -------
    DataFrame with columns patient, lesion, state, basis, evidence,
        evidence_fingerprint
        `basis` the kinds of assay that decided, `evidence` their names, both joined
        by commas; empty for not_assessed. The fingerprint is of all evidence about
        the lesion.
    """
    of: dict[tuple[str, str], list[str]] = {}
    for name, item in evidence.items():
        of.setdefault((item.patient, item.lesion), []).append(name)
    names = {item: name for name, item in evidence.items()}
    needs = {
        r["lesion"]: alternatives(r["absent_by"]) for r in lesions.to_dict("records")
    }
    rows = []
    for patient in patients:
        for lesion, absent_by in needs.items():
            here = [evidence[name] for name in of.get((patient, lesion), ())]
            state, used = lesion_state(here, absent_by)
            basis = ",".join(sorted({item.kind for item in used}))
            used_names = ",".join(names[item] for item in used)
            rows.append((patient, lesion, state, basis, used_names, fingerprint(here)))
    columns = ["patient", "lesion", "state", "basis", "evidence", FINGERPRINT]
    return pd.DataFrame(rows, columns=columns)
