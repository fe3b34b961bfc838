"""Lesions that follow from others: Ph-like, PAX5alt, IKZF1plus, a kinase to target."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ballad.states import ABSENT, INDETERMINATE, NOT_ASSESSED, PRESENT

# A curator may decide these too.
DERIVED = ("ph_like", "pax5_alt", "pax5_alteration", "ikzf1_plus", "targetable_kinase")
PH_LIKE_LESIONS = {
    "abl_class": "ABL-class",
    "jak2_r": "JAK2-r",
    "epor_r": "EPOR-r",
    "other_jakstat_r": "other_JAKSTAT",
    "crlf2_r": "CRLF2-r",
    "other_kinase_r": "other_kinase",
}
# Of a pathway, not defining: alone they make nobody Ph-like.
MUTATION_ONLY = ("jakstat_mutation", "ras_mutation")
UNCLASSIFIED = "unclassified"


def any_of(states: Collection[str]) -> str:
    """
    Combine lesions of which any one suffices.

    All must be absent to say absent; a doubtful one leaves the whole indeterminate.
    """
    for state in (PRESENT, INDETERMINATE, NOT_ASSESSED):
        if state in states:
            return state
    return ABSENT


def all_of(states: Collection[str]) -> str:
    """Combine lesions that are all needed; one that is absent decides."""
    for state in (ABSENT, INDETERMINATE, NOT_ASSESSED):
        if state in states:
            return state
    return PRESENT


def _required(
    lesions: Iterable[str], states: Mapping[str, str], absent_requires: Iterable[str]
) -> list[str]:
    """Return the states of the lesions that were looked for or must have been."""
    required = set(absent_requires)
    here = [x for x in lesions if states[x] != NOT_ASSESSED or x in required]
    return [states[x] for x in here] or [NOT_ASSESSED]


def pax5_flags(
    states: Mapping[str, str], settings: Mapping[str, Any], hits: int
) -> dict[str, str]:
    """
    Work out pax5_alt and pax5_alteration.

    Parameters
    ----------
    states
        pax5_fusion, pax5_amplification, pax5_mutation, pax5_p80r.
    settings
        accept_biallelic_mutation, study_variable_includes_p80r; absent_requires, the
        lesions without whose assay nothing is absent. Intragenic amplification is rare
        and seen by copy number alone: left out, fusion and mutation decide where no
        such assay was done.
    hits
        Counted PAX5 variants other than P80R.
    """
    requires = settings["absent_requires"]
    structural = ("pax5_fusion", "pax5_amplification")
    alt = any_of(_required(structural, states, requires))
    if alt != PRESENT and hits >= 2 and settings["accept_biallelic_mutation"]:
        alt = PRESENT
    elif alt != PRESENT and states["pax5_mutation"] == PRESENT:
        alt = INDETERMINATE
    counted = [*structural, "pax5_mutation"]
    if settings["study_variable_includes_p80r"]:
        counted.append("pax5_p80r")
    return {
        "pax5_alt": alt,
        "pax5_alteration": any_of(_required(counted, states, requires)),
    }


def ph_like_state(
    states: Mapping[str, str],
    founders: Iterable[str],
    expression: str,
    settings: Mapping[str, Any],
) -> str:
    """
    Say whether a leukaemia is Ph-like.

    Parameters
    ----------
    states
        State of each lesion.
    founders
        Lesions that rank higher and exclude Ph-like when present.
    expression
        Label of the expression classifier: ``ph_like``, another label,
        ``unclassified``, or empty without one.
    settings
        basis, ``lesion`` or ``expression``; accept_mutation_only; absent_requires,
        the lesions without whose assays nothing is absent.

    Returns
    -------
    str
        By lesion: absent if BCR::ABL1 is present, or if all that is required was
        assessed and negative. An expression label alone counts only if BCR::ABL1 is
        absent. Where only JAK-STAT or RAS mutations were found and fusions not looked
        for, indeterminate. By expression: what the label says.
    """
    if states["ph"] == PRESENT:
        return ABSENT
    founder = any(states.get(lesion) == PRESENT for lesion in founders)
    if settings["basis"] == "expression":
        return _by_label(states["ph"], founder, expression)
    if founder:
        open_ones = [x for x in PH_LIKE_LESIONS if states[x] != PRESENT]
        return any_of(_required(open_ones, states, settings["absent_requires"]))
    if PRESENT in [states[lesion] for lesion in PH_LIKE_LESIONS]:
        return PRESENT
    if expression == "ph_like":
        return PRESENT if states["ph"] == ABSENT else INDETERMINATE
    negative = any_of(_required(PH_LIKE_LESIONS, states, settings["absent_requires"]))
    if PRESENT in [states[lesion] for lesion in MUTATION_ONLY]:
        if settings["accept_mutation_only"]:
            return PRESENT
        return INDETERMINATE if negative == NOT_ASSESSED else negative
    return negative


def _by_label(ph: str, founder: bool, expression: str) -> str:
    if not expression:
        return NOT_ASSESSED
    if expression == UNCLASSIFIED:
        return INDETERMINATE
    if expression != "ph_like" or founder:
        return ABSENT
    return PRESENT if ph == ABSENT else INDETERMINATE


def ph_like_class(states: Mapping[str, str]) -> str:
    """Name the lesion that makes a leukaemia Ph-like; NOS, if expression alone does."""
    if states["ph_like"] != PRESENT:
        return ""
    found = [name for x, name in PH_LIKE_LESIONS.items() if states[x] == PRESENT]
    if found:
        return found[0]
    return "mutation_only" if states["ph_like_mutation_only"] == PRESENT else "NOS"


def ph_like_basis(states: Mapping[str, str], bases: Mapping[str, str]) -> str:
    """Name what the answer rests on: assays, expression, mutation_only, or none."""
    if states["ph_like"] not in (PRESENT, ABSENT):
        return "none"
    if states["ph_like"] == PRESENT:
        found = [x for x in PH_LIKE_LESIONS if states[x] == PRESENT]
        if not found:
            by_mutation = states["ph_like_mutation_only"] == PRESENT
            return "mutation_only" if by_mutation else "expression"
    else:
        found = ["ph"] if states["ph"] == PRESENT else list(PH_LIKE_LESIONS)
    kinds = {kind for x in found for kind in bases.get(x, "").split(",") if kind}
    return ",".join(sorted(kinds)) or "none"


def ikzf1_plus(states: Mapping[str, str]) -> str:
    """Say IKZF1plus: IKZF1 deleted with CDKN2A/B, PAX5 or PAR1, and ERG not deleted."""
    partners = any_of(
        [states[f"{gene}_deletion"] for gene in ("cdkn2a", "cdkn2b", "pax5", "par1")]
    )
    opposite = {PRESENT: ABSENT, ABSENT: PRESENT}
    erg = states["erg_deletion"]
    needed = [states["ikzf1_deletion"], partners]
    if all_of(needed) == PRESENT and erg == NOT_ASSESSED:
        return INDETERMINATE
    return all_of([*needed, opposite.get(erg, erg)])


def targetable_kinase(
    states: Mapping[str, str], kinases: Iterable[str], absent_requires: Iterable[str]
) -> str:
    """
    Say whether a kinase is activated by a rearrangement, whatever names the subtype.

    Parameters
    ----------
    kinases
        Lesions that activate a kinase.
    absent_requires
        Of these, those without whose assay nothing is absent; BCR::ABL1 always is one.
    """
    return any_of(_required(kinases, states, [*absent_requires, "ph"]))
