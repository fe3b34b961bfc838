"""Which variants, fusions and samples leave the house, and why the others do not."""

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd

from ballad.callability import ASSUMED, CALLABLE
from ballad.evidence import doubtful, of_unknown_effect
from ballad.exports.maf import change, is_sequence
from ballad.variants.origin import GERMLINE_SUSPECT
from ballad.variants.pathogenicity import BENIGN

NORMAL = "normal"
COUNTED_TIERS = ("A", "B")
_ALLELE = ("genome_build", "chrom", "pos", "ref", "alt", "gene")


def exported_variants(
    variants: pd.DataFrame, patients: Collection[str]
) -> tuple[pd.DataFrame, pd.Series]:
    """
    Keep what may be shown as a variant of the leukaemia.

    Parameters
    ----------
    variants : as variants.tsv, text
    patients
        Of the cohort.

    Returns
    -------
    tuple of DataFrame and Series
        The rows to export; for every row of `variants` the first reason why it is
        left out, empty for those exported. Of a variant that several rows of a sample
        show, the one with most reads at its place is exported.
    """
    normal = {
        (row["patient"], *(row[name] for name in _ALLELE))
        for row in variants.to_dict("records")
        if row["timepoint"] == NORMAL and row["kept"] == "yes"
    }
    rows = variants.to_dict("records")
    reasons = pd.Series(
        [_reason(row, patients, normal) for row in rows],
        index=variants.index,
        dtype=object,
    )
    depth = pd.to_numeric(variants["depth"], errors="coerce").fillna(0)
    deepest = depth[reasons == ""].sort_values(ascending=False, kind="stable")
    seen: set[tuple] = set()
    for place in deepest.index:
        row = variants.loc[place]
        # Two ways to write an insertion or deletion in a VCF are one in a MAF.
        written = change(int(row["pos"]), row["ref"], row["alt"])
        where = (row["genome_build"], row["chrom"], row["gene"])
        key = (row["patient"], row["sample"], *where, written)
        if key in seen:
            reasons[place] = "shown by another row of the sample"
        seen.add(key)
    return variants[reasons == ""], reasons


def _reason(
    row: Mapping[str, Any], patients: Collection[str], normal: Collection[tuple]
) -> str:
    if row["patient"] not in patients:
        return "patient is not in the cohort"
    if row["kept"] != "yes":
        return f"rejected: {row['reason']}"
    if row["timepoint"] == NORMAL:
        return "sample of normal tissue"
    if (row["patient"], *(row[name] for name in _ALLELE)) in normal:
        return "germline: the patient's normal sample shows it too"
    if GERMLINE_SUSPECT in row["flags"].split(","):
        return f"flagged {GERMLINE_SUSPECT}"
    # A file without population frequencies keeps polymorphisms: a reader of the MAF
    # would count each as a mutated gene.
    if row["hotspot"] and row["pathogenicity"] == BENIGN:
        return f"listed as benign: {row['hotspot']}"
    if not (is_sequence(row["ref"]) and is_sequence(row["alt"])):
        return "allele is no sequence"
    return ""


def profiled_genes(
    callability: pd.DataFrame,
    variants: pd.DataFrame,
    exported: pd.DataFrame,
    few_blasts: Collection[tuple[str, str, str]],
) -> dict[tuple[str, str], frozenset[str]]:
    """
    Say of which genes a sample without a mutation may be called unmutated.

    Parameters
    ----------
    callability
        A gene counts if it is ``callable`` or ``assumed``.
    variants, exported
        All variants and those exported. A gene with an exported variant counts. A gene
        whose only variants are not exported, in doubt or of unknown effect does not:
        it would look like wild type.
    few_blasts
        Patient, sample and assay whose negative results prove nothing.

    Returns
    -------
    dict
        By patient and sample, every sample of `callability`: symbols of genes.
    """
    seen: dict[tuple[str, str], set[str]] = {}
    for row in callability.to_dict("records"):
        genes = seen.setdefault((row["patient"], row["sample"]), set())
        key = (row["patient"], row["sample"], row["assay"])
        if row["state"] in (CALLABLE, ASSUMED) and key not in few_blasts:
            genes.add(row["gene"])
    shown: dict[tuple[str, str], set[str]] = {}
    for row in exported.to_dict("records"):
        shown.setdefault((row["patient"], row["sample"]), set()).add(row["gene"])
    for row in variants.to_dict("records"):
        key_of = (row["patient"], row["sample"])
        hides = row["kept"] == "yes" or doubtful(row) or of_unknown_effect(row)
        if hides and row["gene"] not in shown.get(key_of, ()):
            seen.get(key_of, set()).discard(row["gene"])
    keys = {**seen, **shown}
    return {
        key: frozenset(seen.get(key, set()) | shown.get(key, set())) for key in keys
    }


def exported_fusions(
    fusions: pd.DataFrame, structural: pd.DataFrame, patients: Collection[str]
) -> tuple[pd.DataFrame, pd.Series]:
    """
    Keep the gene fusions and structural variants that make a lesion (tier A or B).

    Returns
    -------
    tuple of DataFrame and Series
        Rows to export with a column `molecule` (RNA or DNA) and both breakpoints; for
        every row the first reason why it is left out, empty for those exported.
    """
    names = {"breakpoint5": "breakpoint1", "breakpoint3": "breakpoint2"}
    both = pd.concat(
        [
            fusions.rename(columns=names).assign(molecule="RNA", event=""),
            structural.assign(molecule="DNA"),
        ],
        ignore_index=True,
    )
    for column in ("breakpoint1", "breakpoint2"):
        both[column] = both[column].fillna("") if column in both else ""
    reasons = pd.Series(
        [_fusion_reason(row, patients) for row in both.to_dict("records")],
        index=both.index,
        dtype=object,
    )
    # A pair that makes two lesions is one structural variant.
    pair = ["patient", "sample", "molecule", "gene5", "gene3"]
    points = ["breakpoint1", "breakpoint2"]
    again = both[reasons == ""].duplicated([*pair, *points])
    reasons[again[again].index] = "the pair is exported already"
    return both[reasons == ""], reasons


def _fusion_reason(row: Mapping[str, Any], patients: Collection[str]) -> str:
    if row["patient"] not in patients:
        return "patient is not in the cohort"
    if not row["lesion"]:
        return "no rule lists this pair"
    if not any(fusion_genes(row)):
        return "names no gene"
    if row["tier"] not in COUNTED_TIERS:
        return f"weak evidence, tier {row['tier']}"
    return ""


def rearrangement_genes(
    rules: pd.DataFrame,
    lesions: pd.DataFrame,
    evidence: pd.DataFrame,
    exported: pd.DataFrame,
) -> dict[tuple[str, str], frozenset[str]]:
    """
    Say of which genes a sample without a fusion may be called not rearranged.

    Parameters
    ----------
    rules : columns lesion, genes (joined by |), absent_by
        The lesions that RNA fusions or structural variants of DNA can exclude.
    lesions : columns patient, lesion, state
    evidence : columns patient, sample, kind
    exported
        Rows of `exported_fusions`.

    Returns
    -------
    dict
        By patient and sample, every sample whose fusions were looked for: symbols of
        genes all of whose rearrangements are absent, or with an exported one. What
        FISH, karyotype or a curator found without a fusion to show is not in it.
    """
    here = evidence[evidence["kind"].isin(["rna_fusion", "dna_sv"])]
    samples = dict.fromkeys(zip(here["patient"], here["sample"], strict=True))
    named = [
        (row["lesion"], row["genes"].split("|"))
        for row in rules.to_dict("records")
        if {"rna_fusion", "dna_sv"} & set(row["absent_by"].replace("+", ";").split(";"))
    ]
    state = {
        (row["patient"], row["lesion"]): row["state"]
        for row in lesions.to_dict("records")
    }
    genes: dict[tuple[str, str], set[str]] = {}
    for patient, sample in samples:
        of_gene: dict[str, set[str]] = {}
        for lesion, symbols in named:
            for symbol in symbols:
                said = state.get((patient, lesion), "not_assessed")
                of_gene.setdefault(symbol, set()).add(said)
        genes[patient, sample] = {
            g for g, said in of_gene.items() if said == {"absent"}
        }
    for row in exported.to_dict("records"):
        key = (row["patient"], row["sample"])
        genes.setdefault(key, set()).update(filter(None, fusion_genes(row)))
    return {key: frozenset(symbols) for key, symbols in genes.items()}


def fusion_genes(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return one symbol per side: of neighbours that share a side, the first."""
    five, three = (row[side].split(",")[0] for side in ("gene5", "gene3"))
    return five, three


def left_out(export: str, reasons: pd.Series) -> pd.DataFrame:
    """Count the rows by their first reason: columns export, reason, n."""
    named = reasons.where(reasons != "", "exported")
    counts = named.value_counts().rename_axis("reason").reset_index(name="n")
    counts = counts.sort_values(["n", "reason"], ascending=[False, True])
    counts.insert(0, "export", export)
    return counts
