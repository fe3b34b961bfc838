import pandas as pd
import pytest

from ballad.cross_checks import (
    assay_checks,
    assay_conflicts,
    cross_check_table,
    gene_checks,
    karyotype_sex,
    ph_checks,
    sex_checks,
    vaf_checks,
)
from ballad.lesions import Evidence
from ballad.states import ABSENT, NOT_ASSESSED, PRESENT


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("46,XX[20]", "F"),
        ("46,XY,t(9;22)(q34;q11.2)[20]", "M"),
        ("45,X,-Y[10]/46,XY[10]", "M"),
        ("45,X,-Y[20]", "M"),
        ("45,X,-X[20]", "F"),
        ("45,X[20]", ""),
        ("55,XY,+X,+4,+6,+10,+14,+17,+18,+21,+21[20]", "M"),
        ("//46,XY[20]", ""),  # cells of the donor alone
        ("46,XX[10]//46,XY[10]", "F"),
        ("", ""),
        ("no growth", ""),
    ],
)
def test_the_sex_a_karyotype_shows(text, sex):
    assert karyotype_sex(text) == sex


def test_a_karyotype_of_the_other_sex_contradicts():
    rows = sex_checks(
        {"1": "F", "2": "M", "3": ""}, [("1", "46,XY[20]"), ("2", "46,XY")]
    )

    assert [(r[0], r[4]) for r in rows] == [("1", "contradicts"), ("2", "agrees")]


def test_ph_is_compared_only_where_both_sides_know():
    genotypes = [
        {"patient": patient, "ph": state, "subtype": "B_OTHER"}
        for patient, state in (("1", ABSENT), ("2", PRESENT), ("3", NOT_ASSESSED))
    ]
    stated = {"1": "positive", "2": "positive", "3": "positive", "4": "negative"}

    found = {row[0]: row[4] for row in ph_checks(stated, genotypes)}

    assert found == {"1": "contradicts", "2": "agrees"}


def item(kind, supports, tier="", lesion="ph"):
    return Evidence("1", "S", "A", lesion, supports, kind, "f", "r", tier)


ABSENT_BY = {
    "ph": "rna_fusion;fish;dna_sv",
    "crlf2_r": "fish;rna_fusion+rna_expression",
    "masked_hypodiploidy": "array",
}


def statuses(*items):
    return [(row[1], row[4]) for row in assay_checks(items, ABSENT_BY)]


def test_dna_and_rna_that_differ_contradict():
    assert statuses(item("dna_sv", PRESENT, "A"), item("rna_fusion", ABSENT)) == [
        ("ph: dna_sv against rna_fusion", "contradicts")
    ]
    assert statuses(item("dna_sv", PRESENT, "A"), item("rna_fusion", PRESENT, "A")) == [
        ("ph: dna_sv against rna_fusion", "agrees")
    ]


def test_a_weak_finding_against_an_assay_that_excludes_is_a_conflict_and_no_check():
    weak = item("rna_fusion", PRESENT, "C")
    negative = item("dna_sv", ABSENT)

    assert assay_conflicts([weak, negative], ABSENT_BY) == [
        "assays_contradict: ph (dna_sv absent against rna_fusion weak)"
    ]
    assert statuses(weak, negative) == []
    likeness = item("rna_expression", PRESENT, "C")
    assert assay_conflicts([likeness, negative], ABSENT_BY) == []
    # Beside a strong finding the weak one says nothing of its own.
    strong = item("dna_sv", PRESENT, "A")
    assert assay_conflicts([strong, weak], ABSENT_BY) == []


@pytest.mark.parametrize("lesion", ["low_hypodiploid", "near_haploid"])
def test_an_array_of_36_chromosomes_confirms_the_doubled_clone_of_a_karyotype(lesion):
    doubled = item("karyotype", PRESENT, "A", "masked_hypodiploidy")
    not_doubled = item("array", ABSENT, "", "masked_hypodiploidy")
    array = item("array", PRESENT, "A", lesion)

    assert statuses(doubled, not_doubled, array) == []
    assert assay_conflicts([doubled, not_doubled, array], ABSENT_BY) == []
    # Without a hypodiploid genome the array refutes the suspicion.
    assert statuses(doubled, not_doubled) == [
        ("masked_hypodiploidy: array against karyotype", "contradicts")
    ]


def test_an_assay_that_is_blind_alone_contradicts_nothing():
    fish = item("fish", PRESENT, "A", "crlf2_r")

    assert statuses(fish, item("rna_fusion", ABSENT, "", "crlf2_r")) == []
    assert statuses(item("dna_sv", PRESENT, "C"), item("rna_fusion", ABSENT)) == []
    assert statuses(item("dna_sv", ABSENT), item("rna_fusion", ABSENT)) == []


@pytest.mark.parametrize(
    ("vaf", "blasts", "expected"),
    [
        (0.70, "60", ["agrees"]),  # at the limit
        (0.71, "60", ["contradicts"]),
        (0.71, "", []),
    ],
)
def test_a_vaf_above_the_blasts_contradicts(vaf, blasts, expected):
    columns = ["patient", "sample", "assay", "gene", "protein_change", "vaf"]
    rows = [
        ("1", "S", "A", "TP53", "R248Q", vaf),
        ("1", "S", "A", "KRAS", "G12D", 0.1),
        ("1", "S", "A", "KRAS", "G13D", None),
    ]
    samples = [{"patient": "1", "sample": "S", "assay": "A", "blast_pct": blasts}]

    found = list(vaf_checks(pd.DataFrame(rows, columns=columns), samples, 0.1))

    assert [row[4] for row in found] == expected
    assert all(row[5] == "sample S: TP53 R248Q" for row in found)


def test_contradictions_stand_first():
    rows = [("1", "a", "x", "x", "agrees", ""), ("2", "a", "x", "y", "contradicts", "")]

    assert cross_check_table(rows)["patient"].tolist() == ["2", "1"]
    assert cross_check_table([]).empty


def test_a_variant_in_a_gene_that_the_assay_does_not_name_is_a_contradiction():
    sample = {"patient": "P1", "sample": "T", "assay": "PANEL"}
    variants = pd.DataFrame(
        [
            {**sample, "gene": "TP53", "protein_change": "R248Q"},
            {**sample, "gene": "TP53", "protein_change": "R175H"},
            {**sample, "gene": "PAX5", "protein_change": "P80R"},
            {**sample, "assay": "WES", "gene": "TP53", "protein_change": "R248Q"},
        ]
    )
    callability = [
        {**sample, "gene": "TP53", "state": "not_assessed"},
        {**sample, "gene": "PAX5", "state": "indeterminate"},
        {**sample, "assay": "WES", "gene": "TP53", "state": "callable"},
    ]

    assert list(gene_checks(variants, callability)) == [
        (
            *("P1", "variant against genes of the assay", "TP53 R248Q"),
            *("TP53 not assessed", "contradicts"),
            "sample T: PANEL does not name TP53",
        )
    ]
