import pandas as pd
import pytest

from ballad.states import ABSENT, NOT_ASSESSED, PRESENT
from ballad.tp53 import distinct_variants, tp53_state

ALLELES = {"biallelic_vaf": 0.6, "second_hit_vaf": 0.1}
TP53 = [
    # VAFs, 17p deletion, low hypodiploid, purity -> allelic state
    ([0.40, 0.10], ABSENT, ABSENT, None, "biallelic"),  # second hit at its limit
    ([0.40, 0.09], ABSENT, ABSENT, None, "monoallelic"),
    ([0.40], PRESENT, ABSENT, None, "biallelic"),
    ([0.40], ABSENT, PRESENT, None, "biallelic"),
    ([0.60], ABSENT, ABSENT, None, "biallelic"),
    ([0.59], ABSENT, ABSENT, None, "monoallelic"),
    ([0.40], ABSENT, ABSENT, 0.5, "biallelic"),  # one allele reaches 0.25
    ([0.40], NOT_ASSESSED, NOT_ASSESSED, None, "unknown"),
]


def tp53_variants(*rows):
    return pd.DataFrame(rows, columns=["vaf", "purity", "flags"])


@pytest.mark.parametrize(("vafs", "loss", "ploidy", "purity", "expected"), TP53)
def test_the_allelic_state_of_tp53(vafs, loss, ploidy, purity, expected):
    states = {"tp53": PRESENT, "tp53_deletion": loss, "low_hypodiploid": ploidy}
    variants = tp53_variants(*((vaf, purity, "") for vaf in vafs))

    assert tp53_state(states, variants, ALLELES) == expected


MUTATED = {"tp53": PRESENT, "tp53_deletion": ABSENT, "low_hypodiploid": ABSENT}


def test_a_germline_suspect_vaf_alone_does_not_make_tp53_biallelic():
    variants = tp53_variants((0.95, None, "germline_suspect,possible_chip"))

    assert tp53_state(MUTATED, variants, ALLELES) == "monoallelic"
    lost = MUTATED | {"tp53_deletion": PRESENT}
    assert tp53_state(lost, variants, ALLELES) == "biallelic"


def test_the_purity_is_that_of_the_sample_with_the_variant():
    # 0.40 needs a purity of 0.6 or less; the impure sample has the small VAF.
    variants = tp53_variants((0.40, 0.9, ""), (0.05, 0.3, ""))

    assert tp53_state(MUTATED, variants, ALLELES) == "monoallelic"


def test_wild_type_tp53_has_no_allelic_state():
    states = {"tp53": ABSENT, "tp53_deletion": PRESENT, "low_hypodiploid": ABSENT}

    assert tp53_state(states, tp53_variants(), ALLELES) == ""


ALLELE_COLUMNS = [
    *("patient", "sample", "assay", "genome_build", "gene", "protein_change"),
    *("chrom", "pos", "ref", "alt", "vaf", "flags"),
]
DISTINCT = [
    # (assay, build, change, pos, VAF, flags) of two rows -> VAF and flags of what is
    # counted
    (
        ("PANEL", "GRCh37", "R248Q", "7577538", 0.2, "germline_suspect"),
        ("WES", "GRCh38", "R248Q", "7674220", 0.3, ""),
        [(0.3, "germline_suspect")],
    ),
    (
        ("PANEL", "GRCh38", "R248Q", "7674220", 0.2, ""),
        ("PANEL", "GRCh38", "R273H", "7673802", 0.3, ""),
        [(0.2, ""), (0.3, "")],
    ),
    (
        ("PANEL", "GRCh38", "", "7674180", 0.2, ""),
        ("WES", "GRCh38", "", "7674180", None, ""),
        [(0.2, "")],
    ),
    (
        ("PANEL", "GRCh38", "", "7674180", 0.2, ""),
        ("PANEL", "GRCh38", "", "7674290", 0.3, ""),
        [(0.2, ""), (0.3, "")],
    ),
]


@pytest.mark.parametrize(("first", "second", "expected"), DISTINCT)
def test_a_variant_seen_twice_is_one_with_its_largest_vaf(first, second, expected):
    rows = [
        ("P1", "T", assay, build, "TP53", change, "17", pos, "C", "T", vaf, flags)
        for assay, build, change, pos, vaf, flags in (first, second)
    ]

    found = distinct_variants(pd.DataFrame(rows, columns=ALLELE_COLUMNS))

    assert list(found[["vaf", "flags"]].itertuples(index=False, name=None)) == expected


def test_the_same_change_of_two_patients_is_two_variants():
    rows = [
        (p, "T", "PANEL", "GRCh38", "TP53", "R248Q", "17", "7", "C", "T", 0.2, "")
        for p in ("P1", "P2")
    ]

    found = distinct_variants(pd.DataFrame(rows, columns=ALLELE_COLUMNS))

    assert len(found) == 2


def test_no_variant_gives_no_distinct_variant():
    assert distinct_variants(pd.DataFrame([], columns=ALLELE_COLUMNS)).empty


@pytest.mark.parametrize(
    ("gain", "expected"), [(ABSENT, "biallelic"), (PRESENT, "monoallelic")]
)
def test_a_gained_tp53_explains_a_high_vaf(gain, expected):
    variants = tp53_variants((0.62, None, ""))

    assert tp53_state(MUTATED | {"tp53_gain": gain}, variants, ALLELES) == expected
