"""What two sources say of one patient, side by side: they agree or they do not."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations

import pandas as pd

from ballad.karyotype import MASKED, clones
from ballad.lesions import (
    COUNTED_TIERS,
    CURATED,
    EXPRESSION,
    Evidence,
    alternatives,
)
from ballad.states import ABSENT, NOT_ASSESSED, PRESENT

COLUMNS = ("patient", "check", "one", "other", "status", "detail")
AGREES, CONTRADICTS = "agrees", "contradicts"
HYPODIPLOID = ("low_hypodiploid", "near_haploid")
_SEX = re.compile(r"^\d{2,3}(?:[~\-–]\d{2,3})?(?:<[^>]*>)?,([XY]+)c?(?=[,\[]|$)")
_PH = {"positive": PRESENT, "yes": PRESENT, "negative": ABSENT, "no": ABSENT}


def karyotype_sex(karyotype: str) -> str:
    """
    Read F or M from the sex chromosomes; empty if they do not tell.

    A Y in any clone, lost ones included, is male. Two X without Y are female. A single
    X is either: the other sex chromosome may be lost in the leukaemia. Of
    ``recipient//donor`` the recipient counts.
    """
    sexes, lost = set(), set()
    for clone in clones(karyotype)[0]:
        if found := _SEX.match(clone.text):
            sexes.add(found[1])
        lost |= {
            token[:2] for token in clone.abnormalities if token[:2] in ("-X", "-Y")
        }
    if "-Y" in lost or any("Y" in sex for sex in sexes):
        return "M"
    two = any(sex.count("X") >= 2 for sex in sexes) or (sexes == {"X"} and "-X" in lost)
    return "F" if two else ""


def sex_checks(
    clinical: Mapping[str, str], karyotypes: Iterable[tuple[str, str]]
) -> Iterator[tuple]:
    """
    Compare the sex of the clinical table with that of the karyotype.

    Parameters
    ----------
    clinical
        Patient: F, M or empty.
    karyotypes
        Patient and ISCN text.
    """
    for patient, text in karyotypes:
        stated, seen = clinical.get(patient, ""), karyotype_sex(text)
        if stated and seen:
            yield _row(patient, "sex: clinical against karyotype", stated, seen, "")


def ph_checks(
    clinical: Mapping[str, str], genotypes: Iterable[Mapping[str, str]]
) -> Iterator[tuple]:
    """
    Compare the Ph status of the clinical table with BCR::ABL1.

    Parameters
    ----------
    clinical
        Patient: positive, negative or empty.
    genotypes
        Rows with patient, ph and basis; a state that is neither present nor absent is
        not compared.
    """
    for row in genotypes:
        stated = _PH.get(clinical.get(row["patient"], ""), "")
        if stated and row["ph"] in (PRESENT, ABSENT):
            check = "Ph: clinical against BCR::ABL1"
            yield _row(row["patient"], check, stated, row["ph"], row["subtype"])


def assay_checks(
    evidence: Iterable[Evidence], absent_by: Mapping[str, str]
) -> Iterator[tuple]:
    """
    Compare the assays of a patient that can each decide one lesion: DNA with RNA, ….

    Parameters
    ----------
    evidence
        Of the samples that count. A finding of tier A or B is present; a negative
        counts if that kind of assay alone can exclude the lesion.
    absent_by
        Lesion: the alternatives that exclude it.

    Notes
    -----
    A suspected masked hypodiploidy is not compared with the assay that shows the
    hypodiploid genome itself.
    """
    found: dict[tuple[str, str], dict[str, str]] = {}
    for item in evidence:
        alone = frozenset([item.kind]) in alternatives(absent_by.get(item.lesion, ""))
        strong = item.supports == PRESENT and item.tier in COUNTED_TIERS
        negative = item.supports == ABSENT and alone
        if item.kind == CURATED or not (strong or negative):
            continue
        here = found.setdefault((item.patient, item.lesion), {})
        if strong or item.kind not in here:
            here[item.kind] = item.supports
    for (patient, lesion), states in sorted(found.items()):
        if PRESENT not in states.values():
            continue
        if lesion == MASKED:
            # Chromosomes counted without a doubled clone confirm what it was suspected
            # to hide; they do not contradict it.
            confirmed = [found.get((patient, name), {}) for name in HYPODIPLOID]
            states = {
                kind: state
                for kind, state in states.items()
                if not any(counted.get(kind) == PRESENT for counted in confirmed)
            }
        for one, other in combinations(sorted(states), 2):
            check = f"{lesion}: {one} against {other}"
            yield _row(patient, check, states[one], states[other], "")


def assay_conflicts(
    evidence: Iterable[Evidence], absent_by: Mapping[str, str]
) -> list[str]:
    """
    Name the lesions of one patient that one assay shows and another excludes.

    Parameters
    ----------
    evidence, absent_by
        As of `assay_checks`. A weak finding (tier C) of a lesion without a strong one
        counts here too: it leaves the lesion indeterminate. Expression alone does not.

    Returns
    -------
    list of str
        ``assays_contradict: LESION (KIND STATE against KIND STATE)``, in their order;
        the state of a weak finding is ``weak``.
    """
    evidence = list(evidence)
    positive = [e for e in evidence if e.supports == PRESENT]
    strong = {e.lesion for e in positive if e.tier in COUNTED_TIERS}
    weak = [e for e in positive if e.lesion not in strong and e.kind != EXPRESSION]
    doubtful = {e.lesion for e in weak}
    raised = [e for e in evidence if e not in weak]
    raised += [replace(e, tier=COUNTED_TIERS[-1]) for e in weak]
    found = []
    for _, check, one, other, status, _ in assay_checks(raised, absent_by):
        if status == CONTRADICTS:
            lesion, _, kinds = check.partition(": ")
            first, _, second = kinds.partition(" against ")
            said = f"{first} {one} against {second} {other}"
            if lesion in doubtful:
                said = said.replace(f" {PRESENT}", " weak")
            found.append(f"assays_contradict: {lesion} ({said})")
    return found


def vaf_checks(
    variants: pd.DataFrame,
    samples: Iterable[Mapping[str, str]],
    vaf_above_blasts: float,
) -> Iterator[tuple]:
    """
    Compare the largest VAF of each sample with its blasts.

    A variant on all copies of all leukaemic cells has a VAF of the blast fraction. One
    of more, with the tolerance, is germline, or the blasts or the sample are wrong.

    Parameters
    ----------
    variants : columns patient, sample, assay, gene, protein_change, vaf
        Counted variants.
    samples
        Rows of the sample sheet; without ``blast_pct`` nothing is compared.
    vaf_above_blasts
        Fraction that the VAF may lie above.
    """
    blasts = {
        (s["patient"], s["sample"], s["assay"]): float(s["blast_pct"]) / 100
        for s in samples
        if s["blast_pct"]
    }
    measured = variants[variants["vaf"].notna()]
    key = ["patient", "sample", "assay"]
    largest = measured.sort_values(
        [*key, "vaf", "gene", "protein_change"],
        ascending=[True, True, True, False, True, True],
    ).drop_duplicates(key)
    for row in largest.to_dict("records"):
        fraction = blasts.get((row["patient"], row["sample"], row["assay"]))
        if fraction is None:
            continue
        above = row["vaf"] > fraction + vaf_above_blasts
        yield (
            row["patient"],
            "VAF against blasts",
            f"{row['vaf']:.3g}",
            f"{fraction:.3g}",
            CONTRADICTS if above else AGREES,
            f"sample {row['sample']}: {row['gene']} {row['protein_change']}".strip(),
        )


def gene_checks(
    variants: pd.DataFrame, callability: Iterable[Mapping[str, str]]
) -> Iterator[tuple]:
    """
    Compare the genes of counted variants with those that the assay says it sees.

    A variant outside of them stays: it is there. But such a gene is found mutated or
    not assessed, never unmutated, which makes its mutation look more frequent than it
    is; mostly a gene is missing in `genes` or `targets`.

    Parameters
    ----------
    variants : columns patient, sample, assay, gene, protein_change
        Counted variants.
    callability : keys patient, sample, assay, gene, state
    """
    key = ("patient", "sample", "assay", "gene")
    outside = {
        tuple(row[name] for name in key)
        for row in callability
        if row["state"] == NOT_ASSESSED
    }
    told = variants[[*key, "protein_change"]].drop_duplicates(list(key))
    for row in told.to_dict("records"):
        if tuple(row[name] for name in key) in outside:
            yield (
                row["patient"],
                "variant against genes of the assay",
                f"{row['gene']} {row['protein_change']}".strip(),
                f"{row['gene']} not assessed",
                CONTRADICTS,
                f"sample {row['sample']}: {row['assay']} does not name {row['gene']}",
            )


def _row(patient: str, check: str, one: str, other: str, detail: str) -> tuple:
    return (patient, check, one, other, AGREES if one == other else CONTRADICTS, detail)


def cross_check_table(rows: Iterable[tuple]) -> pd.DataFrame:
    """Arrange the checks: contradictions first, then by patient and check."""
    ordered = sorted(set(rows), key=lambda row: (row[4] == AGREES, *map(str, row)))
    return pd.DataFrame(ordered, columns=list(COLUMNS))
