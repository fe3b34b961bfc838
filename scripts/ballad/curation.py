"""Curators' decisions against the evidence they were made on."""

from collections.abc import Collection, Iterable, Mapping

from ballad.derived_lesions import DERIVED
from ballad.lesions import CURATED, FINGERPRINT, Evidence, lesion_state
from ballad.states import NOT_ASSESSED

STALE = "stale_curation"
AGAINST = "curation_against_assays"


def curation_conflicts(
    decisions: Iterable[Mapping[str, str]],
    evidence: Collection[Evidence],
    fingerprints: Mapping[str, str],
    whole: str,
    absent_by: Mapping[str, list[frozenset[str]]],
) -> list[str]:
    """
    Say which decisions about a patient no longer fit what the assays say.

    Parameters
    ----------
    decisions
        Rows of the curation sheet: lesion, state, evidence_fingerprint (may be blank:
        then nobody can tell whether the evidence has changed).
    evidence
        Of the patient.
    fingerprints
        Lesion: fingerprint of the evidence about it now.
    whole
        Fingerprint of all evidence of the patient, for the subtype and for lesions
        that follow from others.
    absent_by
        Lesion: what can exclude it.

    Returns
    -------
    list of str
        ``stale_curation: LESION`` and ``curation_against_assays: LESION (assays:
        STATE)``, in the order of the lesions.
    """
    found = []
    for row in sorted(decisions, key=lambda row: row["lesion"]):
        lesion, given = row["lesion"], row[FINGERPRINT]
        derived = lesion == "subtype" or lesion in DERIVED
        now = whole if derived else fingerprints.get(lesion, "")
        if given and given != now:
            found.append(f"{STALE}: {lesion}")
        if derived:
            continue
        assays = [e for e in evidence if e.lesion == lesion and e.kind != CURATED]
        state, _ = lesion_state(assays, absent_by.get(lesion, []))
        decided = row["state"]
        if state not in (decided, NOT_ASSESSED) and {state, decided} == {
            "present",
            "absent",
        }:
            found.append(f"{AGAINST}: {lesion} (assays: {state})")
    return found
