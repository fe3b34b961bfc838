"""TP53 of a patient: which variants are one, whose alleles are lost, what is doubted."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ballad.states import ABSENT, PRESENT
from ballad.variants.calls import GERMLINE_SUSPECT

UNLISTED = "unlisted"
PLACE = ("genome_build", "chrom", "pos", "ref", "alt")


def tp53_state(
    states: Mapping[str, str],
    variants: pd.DataFrame,
    settings: Mapping[str, Any],
) -> str:
    """
    Name the allelic state of a mutated TP53: biallelic, monoallelic or unknown.

    Biallelic: two counted variants of VAF 0.10 and more, one with 17p loss or a low
    hypodiploid genome, or a VAF that one allele cannot reach. The VAF of a variant
    that may be germline, or where TP53 is gained, says nothing about the second
    allele of the leukaemia.

    Parameters
    ----------
    states
        tp53, tp53_deletion, tp53_gain, low_hypodiploid.
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
    somatic = ~germline_suspect(variants)
    one_copy_too_few = (somatic & (vafs >= limits)).any()
    if (
        (vafs >= settings["second_hit_vaf"]).sum() >= 2
        or states["tp53_deletion"] == PRESENT
        or states["low_hypodiploid"] == PRESENT
        or (one_copy_too_few and states.get("tp53_gain") != PRESENT)
    ):
        return "biallelic"
    return "monoallelic" if states["tp53_deletion"] == ABSENT else "unknown"


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
    named = variants.assign(
        variant=_names(variants), suspect=germline_suspect(variants)
    )
    key = ["patient", "gene", "variant"]
    any_suspect = named.groupby(key)["suspect"].transform("any")
    marked = _marked(variants, any_suspect & ~named["suspect"], GERMLINE_SUSPECT)
    largest_first = named.sort_values("vaf", ascending=False, kind="stable")
    repeated = largest_first.duplicated(key).reindex(variants.index)
    return marked[~repeated]


def _names(variants: pd.DataFrame) -> list[str]:
    """Name each variant by its protein change, or by place and alleles without one."""
    place = zip(*(variants[name] for name in PLACE), strict=True)
    changes = zip(variants["protein_change"], place, strict=True)
    return [change or ":".join(map(str, where)) for change, where in changes]


def _marked(variants: pd.DataFrame, which: pd.Series, flag: str) -> pd.DataFrame:
    flags = [
        ",".join(sorted({*filter(None, old.split(",")), flag})) if add else old
        for old, add in zip(variants["flags"], which, strict=True)
    ]
    return variants.assign(flags=flags)


def germline_suspect(variants: pd.DataFrame) -> pd.Series:
    """Say which variants are flagged as perhaps germline."""
    found = [GERMLINE_SUSPECT in flags.split(",") for flags in variants["flags"]]
    return pd.Series(found, index=variants.index, dtype=bool)


def hotspot_class(variants: pd.DataFrame, classes: Mapping[str, str]) -> str:
    """
    Name what kind of hotspot the TP53 mutation with the largest VAF is.

    Parameters
    ----------
    variants : columns hotspot, vaf
        Distinct counted TP53 variants of a patient.
    classes
        Class of each row of the hotspot table, by gene and change as `hotspot` has
        them.

    Returns
    -------
    str
        ``unlisted`` where the table has no such variant; empty without a variant.
    """
    if variants.empty:
        return ""
    largest_first = variants.sort_values("vaf", ascending=False, kind="stable")
    return classes.get(largest_first["hotspot"].iloc[0], UNLISTED)
