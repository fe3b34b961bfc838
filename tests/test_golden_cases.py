"""Seven cases that a public pipeline gets wrong, and twenty that must be right."""

import pytest

from ballad.states import ABSENT, INDETERMINATE, NOT_ASSESSED, PRESENT
from ballad.variants.callers import support
from ballad.variants.snpeff import snpeff_consequences
from tests.laboratory import (
    CRLF2_F232C_WITHOUT_PROTEIN,
    DOUBLED,
    HYPODIPLOID,
    JAK2_R683G,
    LAST_BASE_OF_EXON_4,
    P72R,
    PAX5_P80R,
    R213_SYNONYMOUS,
    R248Q,
    R273H,
    Laboratory,
)

PTPN11_S506P = {
    **{"gene": "PTPN11", "chrom": "12", "pos": "112489080", "ref": "T", "alt": "C"},
    "protein_change": "S506P",  # of the 597-aa isoform
}


def genotyped(laboratory, given):
    return laboratory.genotype(**given)


def called(laboratory, given):
    """Return hotspot and pathogenicity of one variant."""
    (row,) = laboratory.calls([given]).to_dict("records")
    return {name: row[name] for name in ("hotspot", "pathogenicity", "kept")}


def counted(_, given):
    """Return what a caller's record says of its reads."""
    sample, info = given
    found = support(sample, info, 0, 1)
    return {"depth": found.depth, "alt_reads": found.alt_reads, "vaf": found.vaf}


def annotated(_, given):
    """Return the protein change of each alternative of a multi-allelic site."""
    text, alts = given
    return {
        alt: snpeff_consequences(text, (), "C", alts, place)[0].hgvsp
        for place, alt in enumerate(alts)
    }


ANN = "|missense_variant|MODERATE|TP53|TP53|transcript|NM_000546|protein_coding|5/11|x|"
NEGATIVE = {"variants": [], "fusions": []}
ABL_CLASS = "B-ALL, BCR::ABL1-like, ABL-1 class rearranged"
JAK_STAT = "B-ALL, BCR::ABL1-like, JAK-STAT activated"
CASES = {
    "IntegrateALL 1: Ph-like with P2RY8::CRLF2 is of the JAK-STAT group": (
        genotyped,
        {"label": "Ph-like", "fusions": [("P2RY8", "CRLF2")]},
        {"subtype": "PHLIKE_CRLF2", "icc": JAK_STAT},
    ),
    "IntegrateALL 2: Ph-like with BCR::JAK2 is of the JAK-STAT group": (
        genotyped,
        {"label": "Ph-like", "fusions": [("BCR", "JAK2")]},
        {"subtype": "PHLIKE_JAKSTAT", "icc": JAK_STAT},
    ),
    "IntegrateALL 3: Ph-like without a fusion is NOS": (
        genotyped,
        {"label": "Ph-like", "fusions": []},
        {"subtype": "PHLIKE_NOS", "icc": "B-ALL, BCR::ABL1-like, NOS"},
    ),
    "IntegrateALL 4: a Ph-like label with BCR::ABL1 is Ph+, and a conflict": (
        genotyped,
        {"label": "Ph-like", "fusions": [("BCR", "ABL1")]},
        {
            **{"subtype": "BCR_ABL1", "ph_like": ABSENT},
            "conflicts": "expression_label: ph_like",
        },
    ),
    "IntegrateALL 5: Ph-positive lymphoid with BCR::ABL1 is lymphoid only": (
        genotyped,
        {"label": "Ph-pos (lymphoid)", "fusions": [("BCR", "ABL1")]},
        {
            "subtype": "BCR_ABL1",
            "icc": "B-ALL with BCR::ABL1, lymphoid only involvement",
        },
    ),
    "IntegrateALL 6: KMT2A expression, everything else negative, is KMT2A-like": (
        genotyped,
        {"label": "KMT2A", **NEGATIVE},
        {
            **{"subtype": "GEX_LIKE", "rule": "expression like kmt2a_r"},
            **{"icc": "provisional: B-ALL, KMT2A rearranged-like"},
            **{"kmt2a_r": INDETERMINATE, "pax5_p80r": ABSENT},
        },
    ),
    "IntegrateALL 7: KMT2A expression without any other file is not assessed": (
        genotyped,
        {"label": "KMT2A"},
        {
            **{"subtype": "UNCLASSIFIABLE", "kmt2a_r": NOT_ASSESSED},
            **{"pax5_p80r": NOT_ASSESSED, "ph": NOT_ASSESSED},
        },
    ),
    "1 t(9;22) by karyotype only": (
        genotyped,
        {"karyotype": "46,XX,t(9;22)(q34;q11.2)[20]"},
        {
            **{"subtype": "BCR_ABL1", "subtype_class": "Ph+", "ph": PRESENT},
            **{"bcr_abl1_isoform": "p_unknown", "reciprocal_only": "no"},
        },
    ),
    "2 FusionCatcher CRLF2 / IGH@ in reversed order": (
        genotyped,
        {"fusions": [("CRLF2", "IGH@")], "caller": "fusioncatcher"},
        {"subtype": "PHLIKE_CRLF2", "ph_like": PRESENT, "ph_like_class": "CRLF2-r"},
    ),
    "3 JAK2 R683G alone": (
        genotyped,
        {"variants": [JAK2_R683G]},
        {"ph_like": INDETERMINATE, "jakstat_mutation": PRESENT},
    ),
    "3 JAK2 R683G alone, CRLF2 and fusions negative": (
        genotyped,
        {
            **{"variants": [JAK2_R683G], "fusions": []},
            "fish": "nuc ish(CRLF2x2)[200]",
        },
        {"ph_like": ABSENT, "jakstat_mutation": PRESENT},
    ),
    "4 TP53 P72R and R213= only": (
        genotyped,
        {"variants": [P72R, R213_SYNONYMOUS]},
        {"tp53": ABSENT},
    ),
    "5 TP53 c.375G>A": (
        genotyped,
        {"variants": [LAST_BASE_OF_EXON_4]},
        {"tp53": PRESENT},
    ),
    "6 TP53 N235S": (
        genotyped,
        {"variants": [{"protein_change": "N235S"}]},
        {"tp53": ABSENT},
    ),
    "7 two TP53 hits": (
        genotyped,
        {"variants": [R248Q, R273H]},
        {"tp53": PRESENT, "tp53_allelic_state": "biallelic"},
    ),
    "8 36 chromosomes with TP53": (
        genotyped,
        {"karyotype": HYPODIPLOID, "variants": [R248Q]},
        {
            **{"subtype": "low_hypodiploid", "tp53": PRESENT},
            "tp53_allelic_state": "biallelic",
        },
    ),
    "9 74<3n> with -3, -7, -17 and TP53": (
        genotyped,
        {"karyotype": DOUBLED, "variants": [R248Q]},
        {
            **{"hyperdiploid": INDETERMINATE, "subtype": "UNCLASSIFIABLE"},
            "conflicts": "suspect_masked_hypodiploid",
        },
    ),
    "10 no RNA, no FISH": (
        genotyped,
        {"karyotype": "46,XX[20]", "variants": []},
        {"ph_like": NOT_ASSESSED, "subtype": "UNCLASSIFIABLE"},
    ),
    "11 PTPN11 S506P on the 597-aa isoform is S502P": (
        called,
        PTPN11_S506P,
        {"hotspot": "PTPN11 S502P", "pathogenicity": "pathogenic", "kept": "yes"},
    ),
    "12 VarScan 12.5%": (
        counted,
        ({"DP": "80", "RD": "70", "AD": "10", "FREQ": "12.5%"}, {}),
        {"depth": 80, "alt_reads": 10, "vaf": 0.125},
    ),
    "13 LoFreq without sample columns": (
        counted,
        ({}, {"DP": "100", "AF": "0.07", "DP4": "50,43,4,3"}),
        {"depth": 100, "alt_reads": 7, "vaf": 0.07},
    ),
    "14 Mutect2 FILTER=germline, R248Q, VAF .49": (
        genotyped,
        {"variants": [{**R248Q, "filter": "germline", "vaf": 0.49}]},
        {
            **{"tp53": PRESENT, "tp53_max_vaf": 0.49, "tp53_vaf_stratum": ">=0.45"},
            "tp53_germline_suspect": "yes",
        },
    ),
    "15 BCR::ABL1 with P2RY8::CRLF2": (
        genotyped,
        {"fusions": [("BCR", "ABL1"), ("P2RY8", "CRLF2")]},
        {
            **{"subtype_class": "Ph+", "ph_like": ABSENT, "crlf2_r": PRESENT},
            "conflicts": "also present: crlf2_r",
        },
    ),
    "16 MEF2D::CSF1R": (
        genotyped,
        {"fusions": [("MEF2D", "CSF1R")]},
        {"subtype": "MEF2D_r", "targetable_kinase": PRESENT},
    ),
    "17 CRLF2 F232C by GRCh37 coordinate": (
        genotyped,
        {"variants": [CRLF2_F232C_WITHOUT_PROTEIN]},
        {"jakstat_mutation": PRESENT},
    ),
    "18 PAX5 P80R with a CDKN2A deletion": (
        genotyped,
        {"variants": [PAX5_P80R], "deleted": ["cdkn2a_deletion"]},
        {"subtype": "PAX5_P80R", "cdkn2a_deletion": PRESENT},
    ),
    "19 VF of Pisces is a fraction": (
        counted,
        ({"AD": "60,40", "DP": "100", "VF": "0.4"}, {}),
        {"depth": 100, "alt_reads": 40, "vaf": 0.4},
    ),
    "19 VF of GRIDSS is a count": (
        counted,
        ({"VF": "12", "REF": "30"}, {}),
        {"depth": None, "alt_reads": None, "vaf": None},
    ),
    "20 ANN on a multi-allelic site, alternates out of order": (
        annotated,
        (f"T{ANN}p.Arg175His,A{ANN}p.Arg175Leu", ["A", "T"]),
        {"A": "p.Arg175Leu", "T": "p.Arg175His"},
    ),
}


@pytest.mark.parametrize(("look", "given", "expected"), CASES.values(), ids=CASES)
def test_a_golden_case_is_right(root, tmp_path, look, given, expected):
    found = look(Laboratory(root, tmp_path), given)

    assert {name: found[name] for name in expected} == expected
