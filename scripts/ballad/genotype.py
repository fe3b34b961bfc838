"""Lesions of a patient -> one exclusive subtype and independent flags."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pandas as pd

from ballad.states import ABSENT, INDETERMINATE, NOT_ASSESSED, PRESENT
from ballad.variants.calls import GERMLINE_SUSPECT
from ballad.variants.pathogenicity import COUNTED

B_OTHER = "B_OTHER"
UNCLASSIFIABLE = "UNCLASSIFIABLE"
PAX5_ALTERATION = "PAX5 alteration"
# The remainder of the subtypes: a PAX5 alteration names the class of these.
REMAINDER = ("B_OTHER", "GEX_LIKE", "CRLF2_NON_PHLIKE")
PH_LIKE_LESIONS = {
    "abl_class": "ABL-class",
    "jak2_r": "JAK2-r",
    "epor_r": "EPOR-r",
    "other_jakstat_r": "other_JAKSTAT",
    "crlf2_r": "CRLF2-r",
    "other_kinase_r": "other_kinase",
}
PLOIDY = ("near_haploid", "low_hypodiploid", "hyperdiploid")
MASKED = "masked_hypodiploidy"
FLAGS = (
    *("ph", "ph_like", "kmt2a_r", "crlf2_r", "abl_class", "jak2_r", "epor_r"),
    *("pax5_alt", "pax5_alteration", "pax5_p80r", "pax5_mutation", "pax5_deletion"),
    *("tp53", "tp53_deletion", "ikzf1_deletion", "ikzf1_plus", "cdkn2a_deletion"),
    *("low_hypodiploid", "hyperdiploid", "iamp21", "ras_mutation"),
    *("jakstat_mutation", "ch_mutation"),
)
PLACE = ("genome_build", "chrom", "pos", "ref", "alt")
COLUMNS = (
    *("patient", "subtype", "subtype_class", "rule", "basis", "icc", "who"),
    *("conflicts", *FLAGS, "ph_like_class", "tp53_allelic_state", "tp53_max_vaf"),
)


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


def pax5_flags(
    states: Mapping[str, str], settings: Mapping[str, Any], hits: int
) -> dict[str, str]:
    """
    Work out pax5_alt and pax5_alteration.

    Intragenic amplification is rare and seen by copy number alone: where no such
    assay was done, fusion and mutation decide.

    Parameters
    ----------
    states
        pax5_fusion, pax5_amplification, pax5_mutation, pax5_p80r.
    settings
        accept_biallelic_mutation, study_variable_includes_p80r.
    hits
        Counted PAX5 variants other than P80R.
    """
    structural = [states["pax5_fusion"]]
    if states["pax5_amplification"] != NOT_ASSESSED:
        structural.append(states["pax5_amplification"])
    alt = any_of(structural)
    if alt != PRESENT and hits >= 2 and settings["accept_biallelic_mutation"]:
        alt = PRESENT
    elif alt != PRESENT and states["pax5_mutation"] == PRESENT:
        alt = INDETERMINATE
    counted = [*structural, states["pax5_mutation"]]
    if settings["study_variable_includes_p80r"]:
        counted.append(states["pax5_p80r"])
    return {"pax5_alt": alt, "pax5_alteration": any_of(counted)}


def ph_like_state(
    states: Mapping[str, str], founders: Iterable[str], expression: str
) -> str:
    """
    Say whether a leukaemia is Ph-like, by its lesions.

    Parameters
    ----------
    states
        State of each lesion.
    founders
        Lesions that rank higher and exclude Ph-like when present.
    expression
        Label of the expression classifier: ``ph_like``, another label, or empty.

    Returns
    -------
    str
        Absent if BCR::ABL1 is present, or if CRLF2 and the fusions were assessed and
        negative. An expression label alone counts only if BCR::ABL1 is absent.
    """
    if states["ph"] == PRESENT:
        return ABSENT
    lesions = [states[lesion] for lesion in PH_LIKE_LESIONS]
    founder = any(states[lesion] == PRESENT for lesion in founders)
    if PRESENT in lesions and not founder:
        return PRESENT
    if expression == "ph_like" and not founder:
        return PRESENT if states["ph"] == ABSENT else INDETERMINATE
    # EPOR is seen by its own FISH alone; demanding it would leave nobody assessed.
    needed = [states[lesion] for lesion in PH_LIKE_LESIONS if lesion != "epor_r"]
    if founder:
        needed = [state for state in needed if state != PRESENT]
    return any_of(needed)


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


def first_rule(
    rules: Iterable[Mapping[str, str]], states: Mapping[str, str]
) -> tuple[str, str] | None:
    """Return subtype and lesion of the first rule that fits, or None."""
    for rule in rules:
        if rule["unless"] and states.get(rule["unless"]) == PRESENT:
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


def tp53_state(
    states: Mapping[str, str],
    variants: pd.DataFrame,
    settings: Mapping[str, Any],
) -> str:
    """
    Name the allelic state of a mutated TP53: biallelic, monoallelic or unknown.

    Biallelic: two counted variants of VAF 0.10 and more, one with 17p loss or a low
    hypodiploid genome, or a VAF that one allele cannot reach. The VAF of a variant
    that may be germline says nothing about the leukaemia's second allele.

    Parameters
    ----------
    states
        tp53, tp53_deletion, low_hypodiploid.
    variants : columns vaf, purity, flags
        Distinct counted TP53 variants; purity of the sample that has the variant, 0-1;
        missing: unknown.
    settings
        biallelic_vaf, for unknown purity; second_hit_vaf.
    """
    if states["tp53"] != PRESENT:
        return ""
    vafs = variants["vaf"].astype(float)
    limits = (0.5 * variants["purity"].astype(float) + 0.1).fillna(
        settings["biallelic_vaf"]
    )
    somatic = ~_germline_suspect(variants)
    if (
        (vafs >= settings["second_hit_vaf"]).sum() >= 2
        or states["tp53_deletion"] == PRESENT
        or states["low_hypodiploid"] == PRESENT
        or (somatic & (vafs >= limits)).any()
    ):
        return "biallelic"
    return "monoallelic" if states["tp53_deletion"] == ABSENT else "unknown"


def genotype(
    patient: str,
    states: Mapping[str, str],
    bases: Mapping[str, str],
    rules: list[Mapping[str, str]],
    subtypes: Mapping[str, Mapping[str, str]],
    settings: Mapping[str, Any],
    expression: str,
    curated_subtype: str,
    variants: pd.DataFrame,
) -> dict[str, Any]:
    """
    Classify one patient.

    Parameters
    ----------
    patient, states, bases
        State of each lesion, and the assays it rests on.
    rules
        rank, subtype, any_of, unless; the first that fits names the subtype.
    subtypes
        Subtype: subtype_class, icc, who.
    settings
        The genotypes section of the configuration.
    expression, curated_subtype
        Empty if there is none; a curated subtype wins.
    variants : columns of the variant calls and purity
        The patient's counted variants; one that several assays saw is counted once.
        purity: fraction of tumour cells of the sample, 0-1; missing is unknown.

    Returns
    -------
    dict with COLUMNS
    """
    states = dict(states)
    states |= _masked_ploidy(states, bases)
    variants = distinct_variants(variants)
    pax5 = variants[(variants["gene"] == "PAX5") & (variants["hotspot"] != "PAX5 P80R")]
    states |= pax5_flags(states, settings["pax5"], len(pax5))
    ph_like_rank = next(
        (i for i, r in enumerate(rules) if r["subtype"].startswith("PHLIKE")),
        len(rules),
    )
    founders = [x for r in rules[:ph_like_rank] for x in r["any_of"].split(";")]
    states["ph_like"] = ph_like_state(states, founders, expression)
    states["expression_ph_like"] = (
        PRESENT if expression == "ph_like" and states["ph_like"] == PRESENT else ABSENT
    )
    other_label = expression not in ("", "ph_like", "unclassified")
    states["expression_not_ph_like"] = PRESENT if other_label else ABSENT
    if other_label and states["ph_like"] == PRESENT and _only_crlf2(states):
        states["ph_like"] = ABSENT
    states["ikzf1_plus"] = ikzf1_plus(states)
    hit = first_rule(rules, states)
    subtype, lesion = hit or (_remainder(states, settings["key_assays"]), "")
    rule = lesion or "no defining lesion"
    if curated_subtype:
        subtype, rule = curated_subtype, "curated"
    names = subtypes.get(subtype, {"subtype_class": "B_ALL_NOS", "icc": "", "who": ""})
    group = names["subtype_class"]
    if subtype in REMAINDER and states["pax5_alteration"] == PRESENT:
        group = PAX5_ALTERATION
    tp53 = variants[variants["gene"] == "TP53"]
    vafs = tp53["vaf"].dropna().tolist()
    return {
        "patient": patient,
        "subtype": subtype,
        "subtype_class": group,
        "rule": rule,
        "basis": "curated" if curated_subtype else bases.get(lesion, ""),
        "icc": names["icc"],
        "who": names["who"],
        "conflicts": "; ".join(_conflicts(rules, states, rule)),
        **{flag: states[flag] for flag in FLAGS},
        "ph_like_class": _ph_like_class(states),
        "tp53_allelic_state": tp53_state(states, tp53, settings["tp53"]),
        "tp53_max_vaf": max(vafs) if vafs and states["tp53"] == PRESENT else None,
    }


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


def _ph_like_class(states: Mapping[str, str]) -> str:
    if states["ph_like"] != PRESENT:
        return ""
    found = [name for x, name in PH_LIKE_LESIONS.items() if states[x] == PRESENT]
    return found[0] if found else "NOS"


def _conflicts(
    rules: list[Mapping[str, str]], states: Mapping[str, str], rule: str
) -> list[str]:
    own = ("expression_ph_like", "pax5_alt", rule)
    others = [x for x in all_hits(rules, states) if x not in own]
    found = [f"also present: {lesion}" for lesion in others] if rule else []
    if states["ph_like"] == PRESENT and states["ph"] == NOT_ASSESSED:
        found.append("bcr_abl1_not_assessed")
    if states["masked_hypodiploidy"] == PRESENT:
        found.append("suspect_masked_hypodiploid")
    return found


def distinct_variants(variants: pd.DataFrame) -> pd.DataFrame:
    """
    Keep each patient's variant once, however many assays or samples show it.

    Parameters
    ----------
    variants : columns patient, gene, protein_change, genome_build, chrom, pos, ref,
        alt, vaf, flags

    Returns
    -------
    DataFrame with the same columns
        Of rows with one gene and protein change (whatever the genome build), or one
        place and alleles where the change is blank, the one with the largest VAF, in
        the order of the input; germline suspicion of any is that of all.
    """
    place = list(zip(*(variants[name] for name in PLACE), strict=True))
    changes = zip(variants["protein_change"], place, strict=True)
    named = variants.assign(
        variant=[change or ":".join(map(str, where)) for change, where in changes],
        suspect=_germline_suspect(variants),
    )
    key = ["patient", "gene", "variant"]
    any_suspect = named.groupby(key)["suspect"].transform("any")
    unmarked = any_suspect & ~named["suspect"]
    flags = [
        ",".join(filter(None, [flags, GERMLINE_SUSPECT])) if add else flags
        for flags, add in zip(variants["flags"], unmarked, strict=True)
    ]
    largest_first = named.sort_values("vaf", ascending=False, kind="stable")
    repeated = largest_first.duplicated(key).reindex(variants.index)
    return variants.assign(flags=flags)[~repeated]


def _germline_suspect(variants: pd.DataFrame) -> pd.Series:
    suspect = [GERMLINE_SUSPECT in flags.split(",") for flags in variants["flags"]]
    return pd.Series(suspect, index=variants.index, dtype=bool)


def counted_variants(variants: pd.DataFrame) -> pd.DataFrame:
    """Keep the variants that make lesions: kept, pathogenic or likely pathogenic."""
    return variants[
        (variants["kept"] == "yes") & variants["pathogenicity"].isin(COUNTED)
    ]
