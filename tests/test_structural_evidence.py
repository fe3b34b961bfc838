"""DNA rearrangements as evidence: found, absent, not assessed."""

import pandas as pd
import pytest

from ballad.evidence import structural_evidence
from ballad.fusions.loci import COLUMNS

LESIONS = pd.DataFrame(
    [
        ("ph", "BCR|ABL1", "rna_fusion;fish;dna_sv"),
        ("kmt2a_r", "KMT2A", "fish;dna_sv"),
        ("crlf2_r", "CRLF2", "fish;flow"),
    ],
    columns=["lesion", "genes", "absent_by"],
)
FOUND = pd.DataFrame(
    [
        ("1", "s", "A", "BCR", "ABL1", "manta", "9", "9", "PASS", "A", "x.vcf:7", "ph")
        + ("BCR::ABL1", "TRA", "chr9:1:-", "chr22:1:+")
    ],
    columns=list(COLUMNS),
)
NOTHING = FOUND.iloc[:0]


def evidence(table, cell="x.vcf", **assay):
    plain = {"type": "wgs", "detects": ["sv"], "targets": None, "genes": None}
    sample = {"patient": "1", "sample": "s", "assay": "A", "sv_vcf": cell}
    found = structural_evidence(table, LESIONS, [sample], {"A": {**plain, **assay}})
    return {(item.lesion, item.supports, item.tier) for item in found}


def test_a_junction_supports_its_lesion_and_the_others_are_absent():
    assert evidence(FOUND) == {("ph", "present", "A"), ("kmt2a_r", "absent", "")}


def test_a_blank_cell_says_nothing_and_an_empty_file_says_absent():
    assert evidence(NOTHING, cell="") == set()
    assert evidence(NOTHING) == {("ph", "absent", ""), ("kmt2a_r", "absent", "")}


def test_an_assay_that_does_not_detect_sv_excludes_nothing():
    assert evidence(FOUND, detects=["snv"]) == {("ph", "present", "A")}


@pytest.mark.parametrize(
    ("genes", "expected"),
    [
        (["BCR", "ABL1"], {("ph", "absent", "")}),
        (["BCR"], {("ph", "indeterminate", "")}),
        (["KMT2A"], {("kmt2a_r", "absent", "")}),
        (["TP53"], set()),
    ],
)
def test_a_panel_excludes_the_lesions_whose_genes_it_tiles(genes, expected):
    assert evidence(NOTHING, type="dna_panel", genes=genes) == expected


@pytest.mark.parametrize("assay", [{"targets": "panel.bed"}, {"type": "wes"}])
def test_targets_that_may_spare_the_introns_decide_nothing(assay):
    assert {supports for _, supports, _ in evidence(NOTHING, **assay)} == {
        "indeterminate"
    }


def test_crlf2_is_never_excluded_by_dna_alone():
    assert "crlf2_r" not in {lesion for lesion, _, _ in evidence(NOTHING)}
