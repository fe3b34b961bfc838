"""The results of every assay as evidence for and against lesions."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ballad.baseline import BASELINE
from ballad.callability import ASSUMED, CALLABLE
from ballad.expression import read_label
from ballad.lesions import CURATED, EXPRESSION, Evidence, alternatives, excluded_by
from ballad.states import ABSENT, INDETERMINATE, NOT_ASSESSED, PRESENT
from ballad.undecided_genes import undecided
from ballad.variants.alleles import structural
from ballad.variants.calls import DUPLICATE, REJECTED_BY_QUALITY
from ballad.variants.pathogenicity import COUNTED
from ballad.variants.vocabulary import SEVERITY

RECIPROCAL = "reciprocal"
RNA_TABLES = ("arriba", "star_fusion", "fusioncatcher", "fusions")
# A variant of these makes a lesion of its own, not the gene's general one.
DEFINING = {
    ("PAX5", "P80R"): "pax5_p80r",
    ("IKZF1", "N159Y"): "ikzf1_n159y",
    ("ZEB2", "H1038R"): "zeb2_cebp",
}
GENE_LESIONS = (
    "tp53",
    "pax5_mutation",
    "ras_mutation",
    "jakstat_mutation",
    "ch_mutation",
)


def _key(row: Mapping[str, str]) -> tuple[str, str, str]:
    return (row["patient"], row["sample"], row["assay"])


def variant_evidence(
    variants: pd.DataFrame,
    callability: pd.DataFrame,
    lesions: pd.DataFrame,
    samples: list[Mapping[str, str]],
    depths: Mapping[str, int | None] | None = None,
) -> Iterator[Evidence]:
    """
    Turn counted variants and covered genes into evidence (kind dna_snv).

    A pathogenic variant that was rejected without its depth, reads or VAF being known,
    or for its FILTER, depth or reads although its VAF reaches the floor, is weak
    evidence (tier C): nobody can say that it is not there.
    A gene with a variant of unknown effect is not excluded by its coverage. Where
    nothing can be said the record names the causes (`ballad.undecided_genes`).

    Parameters
    ----------
    depths
        Assay: reads that it asks of a covered base, for the words of the record.
    """
    counted = {_key(sample) for sample in samples if sample["vcf"]}
    unknown: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for row in variants.to_dict("records"):
        if of_unknown_effect(row):
            genes_here = unknown.setdefault(_key(row), {})
            genes_here.setdefault(row["gene"], []).append(_place(row))
        tier = "A" if row["kept"] == "yes" else "C" if doubtful(row) else ""
        if tier and row["pathogenicity"] in COUNTED and _key(row) in counted:
            for lesion in variant_lesions(row, lesions):
                file, record = row["source"], _place(row)
                yield Evidence(
                    *_key(row), lesion, PRESENT, "dna_snv", file, record, tier
                )
    genes_of = {
        row["lesion"]: row["genes"].split("|")
        for row in lesions.to_dict("records")
        if frozenset(["dna_snv"]) in alternatives(row["absent_by"])
    }
    for owner, rows in callability.groupby(["patient", "sample", "assay"], sort=False):
        patient, sample, assay = map(str, owner)
        key = (patient, sample, assay)
        if key not in counted:
            continue
        unclear = unknown.get(key, {})
        told = {row["gene"]: row for row in rows.to_dict("records")}
        states = {
            gene: INDETERMINATE
            if gene in unclear and row["state"] != NOT_ASSESSED
            else row["state"]
            for gene, row in told.items()
        }
        source = rows["source"].iloc[0]
        for lesion, genes in genes_of.items():
            found = gene_state([states.get(gene, NOT_ASSESSED) for gene in genes])
            if found == NOT_ASSESSED:
                continue
            supports, record = ABSENT, found
            if found == INDETERMINATE:
                supports = INDETERMINATE
                record = undecided(genes, told, unclear, (depths or {}).get(assay))
            yield Evidence(*key, lesion, supports, "dna_snv", source, record, "")


def _place(row: Mapping[str, Any]) -> str:
    return f"{row['chrom']}:{row['pos']}:{row['ref']}:{row['alt']}"


def of_unknown_effect(row: Mapping[str, Any]) -> bool:
    """
    Say whether a variant may count, but nothing tells.

    It is neither annotated in known terms nor listed by its bases, and passed the
    filters or could not be measured by them. Of a structural variant that touches an
    exon the term alone (an exon lost, a fusion) does not tell that the gene is whole.
    """
    if row["hotspot"]:
        return False
    terms = set(row["consequence"].split("&"))
    told = bool(terms & set(SEVERITY))
    if told and structural(row["alt"]):
        told = row["pathogenicity"] in COUNTED or terms == {"transcript_amplification"}
    if told:
        return False
    passed = row["filter"] in ("PASS", ".", "")
    return row["kept"] == "yes" or (passed and _unmeasured(row))


def doubtful(row: Mapping[str, Any]) -> bool:
    """Say whether a rejected variant may be there all the same."""
    unsound = REJECTED_BY_QUALITY in row["flags"].split(",")
    return _unmeasured(row) or (unsound and row["reason"] != DUPLICATE)


def _unmeasured(row: Mapping[str, Any]) -> bool:
    measures = ("depth", "alt_reads", "vaf")
    return row["reason"] != DUPLICATE and "" in [row[name] for name in measures]


def gene_state(states: list[str]) -> str:
    """
    Say whether a lesion of several genes is excluded when none has a variant.

    All genes covered: callable, or assumed if any is only that; one of several outside
    the targets or not covered: indeterminate; all outside the targets: not_assessed.
    """
    if set(states) <= {NOT_ASSESSED}:
        return NOT_ASSESSED
    if set(states) <= {CALLABLE}:
        return CALLABLE
    return ASSUMED if set(states) <= {CALLABLE, ASSUMED} else INDETERMINATE


def variant_lesions(row: Mapping[str, Any], lesions: pd.DataFrame) -> list[str]:
    """Name the lesions that a counted variant makes."""
    change = str(row["hotspot"]).partition(" ")[2] or row["protein_change"]
    if lesion := DEFINING.get((row["gene"], change)):
        return [lesion]
    return [
        lesion["lesion"]
        for lesion in lesions.to_dict("records")
        if lesion["lesion"] in GENE_LESIONS
        and row["gene"] in lesion["genes"].split("|")
    ]


def fusion_evidence(
    fusions: pd.DataFrame, lesions: pd.DataFrame, samples: list[Mapping[str, str]]
) -> Iterator[Evidence]:
    """Turn listed pairs, and their absence where a table was made, into evidence."""
    done = [sample for sample in samples if any(sample[table] for table in RNA_TABLES)]
    found: set[tuple[tuple[str, str, str], str]] = set()
    keys = {_key(sample) for sample in done}
    for row in fusions.to_dict("records"):
        if row["lesion"] and _key(row) in keys:
            found.add((_key(row), row["lesion"]))
            file, _, line = row["source"].rpartition(":")
            record = f"line {line} {row['gene5']}::{row['gene3']}"
            if row.get("reciprocal"):
                record += f" ({RECIPROCAL})"
            yield Evidence(
                *_key(row),
                row["lesion"],
                PRESENT,
                "rna_fusion",
                file,
                record,
                row["tier"],
            )
    for sample in done:
        file = next(sample[table] for table in RNA_TABLES if sample[table])
        for lesion in excluded_by(lesions, "rna_fusion"):
            if (_key(sample), lesion) not in found:
                yield Evidence(
                    *_key(sample),
                    lesion,
                    ABSENT,
                    "rna_fusion",
                    file,
                    "no such pair",
                    "",
                )


def structural_evidence(
    variants: pd.DataFrame,
    lesions: pd.DataFrame,
    samples: list[Mapping[str, str]],
    assays: Mapping[str, Mapping[str, Any]],
) -> Iterator[Evidence]:
    """
    Turn structural variants of DNA, and their absence, into evidence (kind dna_sv).

    Parameters
    ----------
    variants
        Rows of `ballad.fusions.loci`.
    assays
        Name: type, detects, targets, genes. Without ``sv`` in `detects` a negative VCF
        says nothing. A whole genome sees all lesions; any other assay those whose
        genes all stand in its `genes`. If only some do, or if the assay names a BED of
        targets, which does not tell whether introns are tiled, it cannot decide.
    """
    done = {_key(sample): sample for sample in samples if sample["sv_vcf"]}
    found: set[tuple[tuple[str, str, str], str]] = set()
    for row in variants.to_dict("records"):
        if row["lesion"] and _key(row) in done:
            found.add((_key(row), row["lesion"]))
            file, _, line = row["source"].rpartition(":")
            partners = "::".join(g for g in (row["gene5"], row["gene3"]) if g)
            yield Evidence(
                *_key(row),
                row["lesion"],
                PRESENT,
                "dna_sv",
                file,
                f"line {line} {row['event']} {partners}",
                row["tier"],
            )
    excludable = set(excluded_by(lesions, "dna_sv"))
    for key, sample in done.items():
        assay = assays[sample["assay"]]
        if "sv" not in assay["detects"]:
            continue
        for lesion in lesions.to_dict("records"):
            if lesion["lesion"] not in excludable or (key, lesion["lesion"]) in found:
                continue
            supports = _seen_by(assay, lesion["genes"].split("|"))
            if supports != NOT_ASSESSED:
                record = "no such variant"
                yield Evidence(
                    *key,
                    lesion["lesion"],
                    supports,
                    "dna_sv",
                    sample["sv_vcf"],
                    record,
                    "",
                )


def _seen_by(assay: Mapping[str, Any], genes: list[str]) -> str:
    """Say what a negative result of an assay for structural variants means."""
    if assay["genes"] is not None:
        tiled = set(genes) & set(assay["genes"])
        if not tiled:
            return NOT_ASSESSED
        return ABSENT if tiled == set(genes) else INDETERMINATE
    whole = assay["type"] == "wgs" and not assay["targets"]
    return ABSENT if whole else INDETERMINATE


def expression_evidence(
    lesions: pd.DataFrame,
    labels: Mapping[str, tuple[str, str]],
    samples: list[Mapping[str, str]],
) -> Iterator[Evidence]:
    """
    Turn the label of an expression classifier into evidence.

    A label supports its own lesion (tier C: expression alone defines none) and speaks
    against the others; one that resembles a lesion (variant ``like``) supports none. A
    label of low confidence and ``unclassified`` decide nothing.

    Parameters
    ----------
    labels
        Name in lower case: lesion and variant (`ballad.expression`).
    """
    known = set(lesions["lesion"])
    excludable = excluded_by(lesions, "rna_expression")
    for sample in samples:
        label = read_label(sample["expression_subtype"], labels)
        if label is None:
            continue
        own = "" if label.variant == "like" else label.lesion
        supported = [own] if own in known and own not in excludable else []
        for lesion in (*excludable, *supported):
            supports = ABSENT
            doubtful = label.variant == "like" and lesion == label.lesion
            if not label.sure or doubtful or _ph_like_crlf2(own, lesion):
                supports = INDETERMINATE
            elif lesion == own:
                supports = PRESENT
            yield Evidence(
                *_key(sample),
                lesion,
                supports,
                EXPRESSION,
                "samples",
                sample["expression_subtype"],
                "C" if supports == PRESENT else "",
            )


def _ph_like_crlf2(own: str, lesion: str) -> bool:
    # Most Ph-like leukaemias have a CRLF2 rearrangement: the label cannot exclude it.
    return own == "ph_like" and lesion == "crlf2_r"


def table_evidence(
    table: pd.DataFrame, kind: str | None, samples: list[Mapping[str, str]] | None
) -> Iterator[Evidence]:
    """
    Pass on rows that already name lesion and support.

    Parameters
    ----------
    table
        Cytogenetics (columns method, token) or copy number (columns sample, source).
    kind
        ``array``; None takes the column method.
    samples
        Counted samples of a copy-number table; None for cytogenetics, whose baseline
        rows count.
    """
    keys = None if samples is None else {_key(s) for s in samples if s["copy_number"]}
    for row in table.to_dict("records"):
        if not row["lesion"]:
            continue
        if keys is None:
            if row["timepoint"] not in BASELINE:
                continue
            record = row["token"] or row["note"] or row["finding"]
            key, file = (row["patient"], "", ""), "cytogenetics"
        else:
            if _key(row) not in keys:
                continue
            record, file = f"{row['target']} {row['event']}", row["source"]
            key = _key(row)
        tier = "A" if row["supports"] == PRESENT else ""
        yield Evidence(
            *key,
            row["lesion"],
            row["supports"],
            kind or row["method"],
            file,
            record,
            tier,
        )


def curated_evidence(curation: pd.DataFrame) -> Iterator[Evidence]:
    """Turn curators' decisions about lesions into evidence that wins."""
    for row in curation.to_dict("records"):
        if row["lesion"] != "subtype":
            yield Evidence(
                row["patient"],
                "",
                "",
                row["lesion"],
                row["state"],
                CURATED,
                "curation",
                row["source"] or row["note"],
                "B" if row["state"] == PRESENT else "",
            )
