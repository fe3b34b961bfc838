"""Lesions of a patient -> one exclusive subtype and independent flags."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from ballad.derived_lesions import (
    DERIVED,
    MUTATION_ONLY,
    PH_LIKE_LESIONS,
    any_of,
    ikzf1_plus,
    pax5_flags,
    ph_like_basis,
    ph_like_class,
    ph_like_state,
    targetable_kinase,
)
from ballad.expression import UNCLASSIFIED
from ballad.states import ABSENT, INDETERMINATE, NOT_ASSESSED, PRESENT
from ballad.tp53 import (
    distinct_variants,
    germline_suspect,
    hotspot_class,
    tp53_state,
)
from ballad.variants.pathogenicity import COUNTED

B_OTHER = "B_OTHER"
UNCLASSIFIABLE = "UNCLASSIFIABLE"
GEX_LIKE = "GEX_LIKE"
PAX5_ALTERATION = "PAX5 alteration"
# The remainder of the subtypes: a PAX5 alteration names the class of these.
REMAINDER = ("B_OTHER", "GEX_LIKE", "CRLF2_NON_PHLIKE")
PLOIDY = ("near_haploid", "low_hypodiploid", "hyperdiploid")
MASKED = "masked_hypodiploidy"
CURATED = "curated"
EXPRESSION_PH_LIKE = "expression_ph_like"
# What a rule may name that no assay reports, and the lesions it follows from.
FOLLOWS_FROM = {
    "pax5_alt": ("pax5_fusion", "pax5_amplification", "pax5_mutation"),
    "ph_like_mutation_only": MUTATION_ONLY,
    EXPRESSION_PH_LIKE: (),
}
FLAGS = (
    *("ph", "ph_like", "kmt2a_r", "crlf2_r", "abl_class", "jak2_r", "epor_r"),
    *("pax5_alt", "pax5_alteration", "pax5_p80r", "pax5_mutation", "pax5_deletion"),
    *("tp53", "tp53_deletion", "ikzf1_deletion", "ikzf1_plus", "cdkn2a_deletion"),
    *("low_hypodiploid", "hyperdiploid", "iamp21", "ras_mutation"),
    *("jakstat_mutation", "ch_mutation", "targetable_kinase"),
)
COLUMNS = (
    *("patient", "subtype", "subtype_class", "rule", "basis", "icc", "who"),
    *("conflicts", *FLAGS, "ph_like_class", "tp53_allelic_state", "tp53_max_vaf"),
    *("ph_like_basis", "bcr_abl1_isoform", "reciprocal_only", "tp53_vaf_stratum"),
    *("tp53_hotspot_class", "tp53_germline_suspect", "evidence_fingerprint"),
)


@dataclass(frozen=True)
class Knowledge:
    """The tables that turn lesions into a genotype."""

    rules: list[Mapping[str, str]]  # rank, subtype, any_of, unless, requires
    subtypes: Mapping[str, Mapping[str, str]]  # subtype: subtype_class, icc, who
    kinases: tuple[str, ...] = ()  # lesions that activate a kinase
    hotspots: Mapping[str, str] = field(default_factory=dict)  # label: class


@dataclass(frozen=True)
class Results:
    """What the assays of one patient say."""

    patient: str
    states: Mapping[str, str]  # of each lesion
    bases: Mapping[str, str]  # of each lesion: the assays it rests on
    variants: pd.DataFrame  # counted calls of the samples that count, and purity
    expression: str = ""  # lesion of the label, unclassified, or empty without one
    variant_of_label: str = ""  # like, lymphoid, multilineage
    decisions: Mapping[str, str] = field(default_factory=dict)  # of a curator
    conflicts: tuple[str, ...] = ()  # found before: samples, curation
    isoform: str = ""
    reciprocal_only: bool = False
    fingerprint: str = ""


def in_order(rules: Iterable[Mapping[str, str]]) -> list[Mapping[str, str]]:
    """Sort rules by rank; of equal rank by subtype, so that their order is no choice."""
    return sorted(rules, key=lambda r: (float(r["rank"]), r["subtype"], r["any_of"]))


def first_rule(
    rules: Iterable[Mapping[str, str]], states: Mapping[str, str]
) -> tuple[str, str] | None:
    """Return subtype and lesion of the first rule that fits, or None."""
    for rule in rules:
        if rule["unless"] and states.get(rule["unless"]) == PRESENT:
            continue
        required = rule.get("requires", "")
        if required and states.get(required) != PRESENT:
            continue
        for lesion in rule["any_of"].split(";"):
            if states.get(lesion) == PRESENT:
                return rule["subtype"], lesion
    return None


def all_hits(
    rules: Iterable[Mapping[str, str]], states: Mapping[str, str]
) -> list[str]:
    """Name every lesion that would define a subtype, in the order of the rules."""
    lesions = [lesion for rule in rules for lesion in rule["any_of"].split(";")]
    return [x for x in dict.fromkeys(lesions) if states.get(x) == PRESENT]


def genotype(
    results: Results, knowledge: Knowledge, settings: Mapping[str, Any]
) -> dict[str, Any]:
    """
    Classify one patient.

    Parameters
    ----------
    results
        Of all assays; a variant that several assays saw is counted once. A curated
        decision wins, over what is derived too.
    knowledge
        The first rule that fits, by rank, names the subtype.
    settings
        The genotypes section of the configuration.

    Returns
    -------
    dict with COLUMNS
    """
    rules = in_order(knowledge.rules)
    variants = distinct_variants(results.variants)
    tp53 = variants[variants["gene"] == "TP53"]
    states = _states(results, rules, variants, knowledge.kinases, settings)
    states["tp53"] = _tp53(results, states, settings["tp53"])
    by_loss = (
        states["tp53"] == PRESENT and tp53.empty and results.states["tp53"] != PRESENT
    )
    hit = first_rule(rules, states)
    subtype, lesion = hit or (_remainder(states, settings["key_assays"]), "")
    rule = lesion or "no defining lesion"
    curated = results.decisions.get("subtype", "")
    if curated:
        subtype, rule = curated, CURATED
    like = subtype == GEX_LIKE and not curated
    if like:
        rule = f"expression like {results.expression}"
    variant = results.expression if like else results.variant_of_label
    names = _names(knowledge.subtypes, subtype, variant)
    group = names["subtype_class"]
    if subtype in REMAINDER and states["pax5_alteration"] == PRESENT:
        group = PAX5_ALTERATION
    vafs = tp53["vaf"].dropna().tolist() if states["tp53"] == PRESENT else []
    doubts = tp53 if states["tp53"] == PRESENT else tp53.iloc[:0]
    return {
        "patient": results.patient,
        "subtype": subtype,
        "subtype_class": group,
        "rule": rule,
        "basis": _basis(curated, like, _rests_on(lesion, states, results)),
        "icc": names["icc"],
        "who": names["who"],
        "conflicts": "; ".join(_conflicts(rules, states, rule, subtype, results)),
        **{flag: states[flag] for flag in FLAGS},
        "ph_like_class": ph_like_class(states),
        "tp53_allelic_state": "monoallelic"
        if by_loss
        else tp53_state(states, tp53, settings["tp53"]),
        "tp53_max_vaf": max(vafs) if vafs else None,
        "ph_like_basis": CURATED
        if "ph_like" in results.decisions
        else ph_like_basis(states, results.bases),
        "bcr_abl1_isoform": results.isoform if states["ph"] == PRESENT else "",
        "reciprocal_only": _yes_no(states["ph"], results.reciprocal_only),
        "tp53_vaf_stratum": _stratum(vafs, settings["tp53"]["vaf_cut"]),
        "tp53_hotspot_class": hotspot_class(doubts, knowledge.hotspots),
        "tp53_germline_suspect": _yes_no(
            states["tp53"], bool(germline_suspect(doubts).any())
        ),
        "evidence_fingerprint": results.fingerprint,
    }


def _states(
    results: Results,
    rules: list[Mapping[str, str]],
    variants: pd.DataFrame,
    kinases: Iterable[str],
    settings: Mapping[str, Any],
) -> dict[str, str]:
    """Add to the lesions what follows from them; a curator's decision wins."""
    decided = {x: s for x, s in results.decisions.items() if x in DERIVED}
    states = dict(results.states)
    states |= _masked_ploidy(states, results.bases)
    pax5 = variants[(variants["gene"] == "PAX5") & (variants["hotspot"] != "PAX5 P80R")]
    states |= pax5_flags(states, settings["pax5"], len(pax5))
    ph_like_rank = next(
        (i for i, r in enumerate(rules) if r["subtype"].startswith("PHLIKE")),
        len(rules),
    )
    founders = [x for r in rules[:ph_like_rank] for x in r["any_of"].split(";")]
    expression, ph_like = results.expression, settings["ph_like"]
    states["ph_like"] = ph_like_state(states, founders, expression, ph_like)
    other_label = expression not in ("", "ph_like", UNCLASSIFIED)
    if other_label and states["ph_like"] == PRESENT and _only_crlf2(states):
        states["ph_like"] = ABSENT
    states["ikzf1_plus"] = ikzf1_plus(states)
    states["targetable_kinase"] = targetable_kinase(
        states, kinases, ph_like["absent_requires"]
    )
    states |= decided
    alone = states["ph_like"] == PRESENT and not _present(states, PH_LIKE_LESIONS)
    by_mutation = alone and expression != "ph_like" and _present(states, MUTATION_ONLY)
    found = {
        "expression_ph_like": alone and not by_mutation,
        "ph_like_mutation_only": bool(by_mutation),
        "expression_not_ph_like": other_label,
        "expression_like": _like(states, expression),
    }
    return states | {name: PRESENT if yes else ABSENT for name, yes in found.items()}


def _present(states: Mapping[str, str], lesions: Iterable[str]) -> bool:
    return any(states[lesion] == PRESENT for lesion in lesions)


def _like(states: Mapping[str, str], expression: str) -> bool:
    """Say whether expression alone resembles a subtype whose lesion was not found."""
    # Where nobody looked for BCR::ABL1 a label alone names no subtype.
    looked = states.get(expression) in (ABSENT, INDETERMINATE)
    return looked and states["ph"] == ABSENT


def _tp53(
    results: Results, states: Mapping[str, str], settings: Mapping[str, Any]
) -> str:
    """Say the state of TP53; a lost copy counts only if the settings say so."""
    decided = results.bases.get("tp53") == CURATED
    if decided or not settings["count_deletion"]:
        return states["tp53"]
    return any_of([states["tp53"], states["tp53_deletion"]])


def _names(
    subtypes: Mapping[str, Mapping[str, str]], subtype: str, variant: str
) -> Mapping[str, str]:
    plain = {"subtype_class": "B_ALL_NOS", "icc": "", "who": ""}
    named = subtypes.get(f"{subtype}:{variant}") if variant else None
    return named or subtypes.get(subtype, plain)


def _basis(curated: str, like: bool, bases: str) -> str:
    if curated:
        return CURATED
    return "expression" if like else bases


def _rests_on(lesion: str, states: Mapping[str, str], results: Results) -> str:
    """Name the assays behind a lesion, or behind those from which it follows."""
    if lesion not in FOLLOWS_FROM:
        return results.bases.get(lesion, "")
    if lesion in results.decisions or (
        "ph_like" in results.decisions and lesion == EXPRESSION_PH_LIKE
    ):
        return CURATED
    if lesion == EXPRESSION_PH_LIKE:
        return "expression"
    found = [x for x in FOLLOWS_FROM[lesion] if states[x] == PRESENT]
    kinds = {k for x in found for k in results.bases.get(x, "").split(",") if k}
    return ",".join(sorted(kinds))


def _yes_no(state: str, yes: bool) -> str:
    """Return yes or no of a present lesion, else nothing."""
    return ("yes" if yes else "no") if state == PRESENT else ""


def _stratum(vafs: list[float], cut: float) -> str:
    if not vafs:
        return ""
    return f">={cut:g}" if max(vafs) >= cut else f"<{cut:g}"


def _masked_ploidy(
    states: Mapping[str, str], bases: Mapping[str, str]
) -> dict[str, str]:
    """
    Leave the ploidy classes open where a hypodiploid clone may have doubled.

    A mutated TP53 raises the suspicion too (54 percent of low hypodiploid: Blood
    2021;138(11):948); a karyotype alone cannot settle it. Where an array shows the
    hypodiploid genome nothing is open.
    """
    by_karyotype = {x for x in (*PLOIDY, MASKED) if bases.get(x) == "karyotype"}
    # The karyotype leaves masking alone open where doubling could give its number.
    doublable = (
        states[MASKED] == INDETERMINATE
        and states["low_hypodiploid"] == ABSENT
        and {MASKED, "low_hypodiploid"} <= by_karyotype
    )
    mutated = states["tp53"] == PRESENT
    if states["hyperdiploid"] == PRESENT:
        suspect = mutated and "hyperdiploid" in by_karyotype
    else:
        suspect = states[MASKED] == PRESENT or (mutated and doublable)
    if not suspect or PRESENT in (states["low_hypodiploid"], states["near_haploid"]):
        return {}
    # What an array excluded stays excluded.
    hidden = {x for x in PLOIDY if x in by_karyotype} | {"hyperdiploid"}
    return {MASKED: PRESENT, **dict.fromkeys(hidden, INDETERMINATE)}


def _only_crlf2(states: Mapping[str, str]) -> bool:
    return [x for x in PH_LIKE_LESIONS if states[x] == PRESENT] == ["crlf2_r"]


def _remainder(states: Mapping[str, str], key_assays: Iterable[str]) -> str:
    """B-other only if every key assay was negative."""
    needed = [
        lesion
        for assay in key_assays
        for lesion in (PLOIDY if assay == "ploidy" else (assay,))
    ]
    negative = all(states[lesion] == ABSENT for lesion in needed)
    return B_OTHER if negative else UNCLASSIFIABLE


def _conflicts(
    rules: list[Mapping[str, str]],
    states: Mapping[str, str],
    rule: str,
    subtype: str,
    results: Results,
) -> list[str]:
    own = ("expression_ph_like", "expression_like", "pax5_alt", rule)
    others = [x for x in all_hits(rules, states) if x not in own]
    found = [f"also present: {lesion}" for lesion in others]
    if states["ph_like"] == PRESENT and states["ph"] == NOT_ASSESSED:
        found.append("bcr_abl1_not_assessed")
    if states[MASKED] == PRESENT:
        found.append("suspect_masked_hypodiploid")
    label = results.expression
    if label in states and label != rule and subtype != GEX_LIKE:
        agrees = label == "ph_like" and subtype.startswith("PHLIKE")
        if not agrees:
            found.append(f"expression_label: {label}")
    return [*found, *results.conflicts]


def counted_variants(variants: pd.DataFrame) -> pd.DataFrame:
    """Keep the variants that make lesions: kept, pathogenic or likely pathogenic."""
    return variants[
        (variants["kept"] == "yes") & variants["pathogenicity"].isin(COUNTED)
    ]
