import pandas as pd
import pytest
import yaml

from ballad.cytogenetics import (
    COLUMNS,
    clones,
    cytogenetics_table,
    fish_findings,
    karyotype_findings,
)
from ballad.lesions import excluded_by
from ballad.states import ABSENT, INDETERMINATE, PRESENT
from ballad.tables import read_table


@pytest.fixture(scope="module")
def settings(root):
    return yaml.safe_load((root / "config/config.yaml").read_text())["genotypes"]


@pytest.fixture(scope="module")
def patterns(root):
    table = read_table(root / "resources/cytogenetics/karyotype_patterns.tsv")
    return list(zip(table["lesion"], table["pattern"], strict=True))


@pytest.fixture(scope="module")
def probes(root):
    table = read_table(root / "resources/cytogenetics/fish_probes.tsv")
    return table.to_dict("records")


@pytest.fixture(scope="module")
def excludable(root):
    lesions = read_table(root / "resources/genotypes/lesions.tsv")
    return excluded_by(lesions, "karyotype")


@pytest.fixture(scope="module")
def karyotype(patterns, excludable, settings):
    """Return a function: ISCN text -> {lesion: state}."""

    def states(text):
        findings = karyotype_findings(
            text, patterns, excludable, settings["ploidy"], min_metaphases=20
        )
        return {finding.lesion: finding.supports for finding in findings}

    return states


@pytest.fixture(scope="module")
def fish(probes, settings):
    """Return a function: FISH text -> {lesion: state}."""

    def states(text):
        findings = fish_findings(text, probes, settings["fish"])
        return {finding.lesion: finding.supports for finding in findings}

    return states


def present(states):
    return sorted(lesion for lesion, state in states.items() if state == PRESENT)


KARYOTYPES = [
    ("46,XX[20]", []),
    ("46,XX,t(9;22)(q34;q11.2)[18]/46,XX[2]", ["ph"]),
    ("46,XY,t(9;22;11)(q34;q11.2;q13)[20]", ["ph"]),
    ("46,XY,t(4;9;22)(q21;q34;q11)[20]", ["ph"]),
    ("47,XX,t(9;22)(q34;q11.2),+der(22)t(9;22)[20]", ["ph"]),
    ("46,XX,t(9;22)(p24;q11.2)[20]", []),  # PCM1 or BCR::JAK2, not BCR::ABL1
    ("46,XX,t(4;11)(q21;q23)[20]", ["kmt2a_r"]),
    ("46,XX,t(11;19)(q23;p13.3)[20]", ["kmt2a_r"]),
    ("46,X,t(X;11)(q13;q23)[20]", ["kmt2a_r"]),
    ("46,XX,del(11)(q23)[20]", []),  # a deletion alone is no rearrangement
    ("46,XX,t(11;14)(q13;q32)[20]", []),
    ("46,XX,t(1;19)(q23;p13)[20]", ["tcf3_pbx1"]),
    ("46,XX,t(12;21)(p13;q22)[20]", ["etv6_runx1"]),
    ("46,XX,t(17;19)(q22;p13)[20]", ["tcf3_hlf"]),
    ("46,XX,t(5;14)(q31;q32)[20]", ["igh_il3"]),
    ("46,XX,t(8;14)(q24;q32)[20]", ["myc_bcl2_r"]),
    ("46,X,t(X;14)(p22;q32)[20]", ["crlf2_r"]),
    ("46,XY,t(Y;14)(p11;q32)[20]", ["crlf2_r"]),  # CRLF2 lies at Yp11.3
    ("46,XX,iAMP21[20]", ["iamp21"]),
    ("46,XX,dup(21)(q11q22)[20]", []),  # alone it is not enough
    ("46,XX,del(17)(p12)[20]", ["tp53_deletion"]),
    ("46,XX,i(17)(q10)[20]", ["tp53_deletion"]),
    ("46,XX,add(17)(p13)[20]", ["tp53_deletion"]),
    ("46,XX,del(17)(q21)[20]", []),
    ("45,XX,-17[20]", ["tp53_deletion"]),
    ("45,XX,-7[20]", []),
    ("45,XX,-17[2]/46,XX[18]", []),  # a loss needs three cells
    ("45,XX,-17[3]/46,XX[17]", ["tp53_deletion"]),
    ("46,XX[3]//46,XY,t(9;22)(q34;q11.2)[17]", []),  # the donor's
    ("46,XX,-17,+mar[20]", ["tp53_deletion"]),
    ("46,XX,t(9;22)(q34;q11.2)[1]/46,XX[19]", []),  # one cell is no clone
    ("46,XX,t(9;22)(q34;q11.2)[2]/46,XX[18]", ["ph"]),
    ("46,XX,t(9;22)(q34;q11.2)", ["ph"]),  # nobody wrote the cells
    ("46,XX,t(9;22)(q34;q11.2)[1]/47,idem,+8[19]", ["ph"]),  # the same change
    ("45,XX,-17[1]/46,idem,+8[19]", ["tp53_deletion"]),
    ("46,XX[20].ish t(12;21)(p13;q22)(ETV6+,RUNX1+)[10]", ["etv6_runx1"]),
]


@pytest.mark.parametrize(("text", "lesions"), KARYOTYPES)
def test_the_lesions_a_karyotype_shows(karyotype, text, lesions):
    assert present(karyotype(text)) == lesions


PLOIDY = [
    ("24,X[20]", ["near_haploid"]),
    ("31,XX,+21[20]", ["near_haploid"]),
    ("32,XX[20]", ["low_hypodiploid"]),
    ("39,XX[20]", ["low_hypodiploid"]),
    ("40,XX[20]", []),
    ("34~37,XX[20]", ["low_hypodiploid"]),
    ("50,XX,+4,+6,+10,+14[20]", []),
    ("51,XX,+4,+6,+10,+14,+21[20]", ["hyperdiploid"]),
    ("67,XX,+X,+4,+6,+10,+14,+17,+18,+21,+21[20]", ["hyperdiploid"]),
    ("55,XY,+X,+4,+6,+10,+14,+17,+18,+21,+21[20]", ["hyperdiploid"]),
    ("36,XX[1]/46,XX[19]", []),  # one cell is no clone
    ("36,XX,-3,-7[1]", []),
    ("36,XX[2]", []),
    ("36,XX[2]/46,XX[18]", []),  # losses need three
    ("36,XX", ["low_hypodiploid"]),  # nobody wrote the cells
    ("56,XX,+1x2,+11x2,+18x2,+19x2,+21x2[20]", ["masked_hypodiploidy"]),
    ("56,XX,+1,+1,+11,+11,+18,+18,+19,+19,+21,+21[20]", ["masked_hypodiploidy"]),
    ("36,XX[3]/46,XX[17]", ["low_hypodiploid"]),
    # A doubled hypodiploid clone: twice the other clone, or two copies of 3, 7, 17.
    ("36,XX[10]/72,idemx2[10]", ["low_hypodiploid"]),
    ("72,XX,idemx2[10]/46,XX[10]", ["masked_hypodiploidy"]),
    ("74<3n>,XX,-3,-7,-17[20]", ["masked_hypodiploidy"]),
]


@pytest.mark.parametrize(("text", "lesions"), PLOIDY)
def test_the_ploidy_class_of_a_karyotype(karyotype, text, lesions):
    classes = (
        *("near_haploid", "low_hypodiploid", "hyperdiploid", "masked_hypodiploidy"),
    )

    assert [x for x in present(karyotype(text)) if x in classes] == lesions


def test_minus_17_in_a_triploid_clone_leaves_two_copies(karyotype):
    assert "tp53_deletion" not in present(karyotype("65<3n>,XXX,-17[20]"))


UNCLONAL = [
    ("46,XX,t(9;22)(q34;q11.2)[1]/46,XX[19]", "ph"),
    ("45,XX,-17[2]/46,XX[18]", "tp53_deletion"),
    ("36,XX[2]/46,XX[18]", "low_hypodiploid"),
    ("36,XX,-3,-7[1]", "low_hypodiploid"),
    ("55,XX,+X,+4,+6,+10,+14,+17,+18,+21,+21[1]/46,XX[19]", "hyperdiploid"),
]


@pytest.mark.parametrize(("text", "lesion"), UNCLONAL)
def test_too_few_cells_for_a_clone_leave_a_lesion_open_with_a_note(
    patterns, excludable, settings, text, lesion
):
    findings = karyotype_findings(
        text, patterns, excludable, settings["ploidy"], min_metaphases=20
    )

    (finding,) = [f for f in findings if f.lesion == lesion]
    assert (finding.supports, finding.finding) == (INDETERMINATE, "not clonal")
    assert "clone" in finding.note


@pytest.mark.parametrize("number", [50, 68, 78])
def test_a_number_that_a_doubling_could_give_leaves_masking_open(karyotype, number):
    states = karyotype(f"{number},XX,+3,+7,+8,+17[20]")

    assert states["masked_hypodiploidy"] == INDETERMINATE
    assert states["low_hypodiploid"] == ABSENT  # TP53 decides: ballad.genotype


@pytest.mark.parametrize("number", [49, 79])
def test_a_number_that_no_doubling_gives_excludes_masking(karyotype, number):
    states = karyotype(f"{number},XX,+3,+7,+8,+17[20]")

    assert states["masked_hypodiploidy"] == ABSENT


def test_a_normal_karyotype_of_twenty_excludes_ploidy_and_not_cryptic_fusions(
    karyotype,
):
    states = karyotype("46,XX[20]")

    assert states["hyperdiploid"] == ABSENT
    assert not {"ph", "crlf2_r", "tp53_deletion"} & set(states)


def test_nineteen_metaphases_prove_nothing(karyotype):
    assert set(karyotype("46,XX[19]").values()) == {INDETERMINATE}


def test_the_cells_of_all_clones_count_together(karyotype):
    assert karyotype("47,XX,+8[12]/46,XX[8]")["hyperdiploid"] == ABSENT


def test_a_suspected_doubling_leaves_the_ploidy_classes_doubtful(karyotype):
    states = karyotype("74<3n>,XX,-3,-7,-17[20]")

    assert states["hyperdiploid"] == INDETERMINATE
    assert states["low_hypodiploid"] == INDETERMINATE


@pytest.mark.parametrize(
    "text", ["", "culture failure", "no metaphases", "not done", "no growth"]
)
def test_a_failed_or_missing_culture_says_nothing(karyotype, text):
    assert karyotype(text) == {}


def test_the_recipient_counts_before_the_donor():
    found, _ = clones("46,XX,t(9;22)(q34;q11.2)[3]//46,XY[17]")

    assert [clone.text for clone in found] == ["46,XX,t(9;22)(q34;q11.2)[3]"]


def test_clones_are_split_with_their_cells_and_not_inside_brackets():
    found, unparsed = clones("47,XX,+8[cp12]/46,XX[8/20]. nuc ish(TP53x1)[90/200]")

    assert [(c.low, c.high, c.cells) for c in found] == [(47, 47, 12), (46, 46, 8)]
    assert unparsed == []


@pytest.mark.parametrize("text", ["46,XX,nonsense[20]", "nonsense", "46,XX,t(9;22[20]"])
def test_what_is_not_understood_is_kept(patterns, excludable, settings, text):
    findings = karyotype_findings(
        text, patterns, excludable, settings["ploidy"], min_metaphases=20
    )

    assert [f.token for f in findings if f.finding == "unparsed"]


DOUBT = INDETERMINATE
FISH = [
    ("nuc ish(ABL1,BCR)x3(ABL1 con BCRx2)[180/200]", {"ph": PRESENT}),
    ("nuc ish(ABL1,BCR)x2[200]", {"ph": ABSENT}),
    ("nuc ish(ABL1,BCR)x3(ABL1 con BCRx1)[4/200]", {"ph": PRESENT}),  # 2 percent
    ("nuc ish(ABL1,BCR)x3(ABL1 con BCRx1)[3/200]", {"ph": ABSENT}),
    (
        "nuc ish(KMT2Ax2)(5'KMT2A sep 3'KMT2Ax1)[170/200]",
        {"kmt2a_r": PRESENT},
    ),
    ("nuc ish(KMT2Ax2)(5'KMT2A sep 3'KMT2Ax1)[10/200]", {"kmt2a_r": PRESENT}),
    ("nuc ish(KMT2Ax2)(5'KMT2A sep 3'KMT2Ax1)[9/200]", {"kmt2a_r": ABSENT}),
    ("nuc ish(KMT2Ax2)[200]", {"kmt2a_r": ABSENT}),
    ("nuc ish(CRLF2x2)(5'CRLF2 sep 3'CRLF2x1)[60/200]", {"crlf2_r": PRESENT}),
    ("nuc ish(TP53x1,D17Z1x2)[90/200]", {"tp53_deletion": PRESENT}),
    ("nuc ish(TP53x1,D17Z1x2)[20/200]", {"tp53_deletion": PRESENT}),  # 10 percent
    ("nuc ish(TP53x1,D17Z1x2)[19/200]", {"tp53_deletion": ABSENT}),
    ("nuc ish(TP53x2,D17Z1x2)[200]", {"tp53_deletion": ABSENT}),
    ("nuc ish(RUNX1x5~10)[150/200]", {"iamp21": PRESENT}),
    ("nuc ish(RUNX1x4)[150/200]", {"iamp21": ABSENT}),
    (
        "nuc ish(ABL1,BCR)x2[200]; nuc ish(KMT2Ax2)[200]",
        {"ph": ABSENT, "kmt2a_r": ABSENT},
    ),
    ("BCR/ABL1 positive 85%", {"ph": PRESENT}),
    ("KMT2A not rearranged", {"kmt2a_r": ABSENT}),
    ("BCR::ABL1 negative", {"ph": ABSENT}),
    ("No BCR::ABL1 fusion detected", {"ph": ABSENT}),
    ("TP53 not deleted", {"tp53_deletion": ABSENT}),
    ("no TP53 deletion", {"tp53_deletion": ABSENT}),
    ("TP53 deletion 40%", {"tp53_deletion": PRESENT}),
    ("No KMT2A rearrangement detected", {"kmt2a_r": ABSENT}),
    ("KMT2A undetected", {"kmt2a_r": ABSENT}),
    ("KMT2A detected", {"kmt2a_r": PRESENT}),
    ("CRLF2 split signal absent", {"crlf2_r": ABSENT}),
    ("CRLF2 split signal", {"crlf2_r": PRESENT}),
    (
        "BCR::ABL1 positive 80%, KMT2A negative",
        {"ph": PRESENT, "kmt2a_r": ABSENT},
    ),
    (
        "KMT2A negative, BCR::ABL1 positive, 80%; TP53 normal",
        {"ph": PRESENT, "kmt2a_r": ABSENT, "tp53_deletion": ABSENT},
    ),
    (
        "BCR::ABL1 positive and KMT2A negative",
        {"ph": PRESENT, "kmt2a_r": ABSENT},
    ),
    ("BCR::ABL1 positive 1,5%", {"ph": ABSENT}),  # below 2 percent
    ("BCR::ABL1 positive, 1%", {"ph": ABSENT}),
    ("nuc ish(ABL1,BCR)x2[200], KMT2A rearranged", {"ph": ABSENT, "kmt2a_r": PRESENT}),
    # The negation may reach over the comma.
    ("No BCR::ABL1, KMT2A rearrangement detected", {"ph": ABSENT, "kmt2a_r": DOUBT}),
    ("BCR::ABL1 not done", {"ph": DOUBT}),
    ("KMT2A uninformative", {"kmt2a_r": DOUBT}),
    ("KMT2A positive (normal below 5%)", {"kmt2a_r": DOUBT}),
    ("KMT2A three signals", {"kmt2a_r": DOUBT}),
    # A fusion probe counts no amplification of its gene.
    ("ETV6::RUNX1 positive 70%", {"etv6_runx1": PRESENT}),
    ("ETV6::RUNX1 negative", {"etv6_runx1": ABSENT}),
    ("RUNX1 amplified", {"iamp21": PRESENT}),
    ("", {}),
]


@pytest.mark.parametrize(("text", "expected"), FISH)
def test_the_lesions_fish_text_shows_or_excludes(fish, text, expected):
    assert fish(text) == expected


def test_a_probe_for_one_gene_is_not_taken_for_another(fish):
    """ABL1 stands in PRABL1 and MYC in MYCN; neither is the gene."""
    assert "myc_bcl2_r" not in fish("nuc ish(MYCNx2)[200]")


def test_a_result_of_an_unknown_probe_is_kept(probes, settings):
    (finding,) = fish_findings("nuc ish(D8Z2x3)[50/200]", probes, settings["fish"])

    assert finding.finding == "unparsed"
    assert finding.percent == 25


def test_words_that_are_no_result_are_kept_with_their_lesion(probes, settings):
    (finding,) = fish_findings("KMT2A three signals", probes, settings["fish"])

    assert (finding.lesion, finding.supports) == ("kmt2a_r", INDETERMINATE)
    assert (finding.finding, finding.token) == ("unparsed", "KMT2A three signals")


def test_a_blank_sheet_gives_an_empty_table(patterns, probes, excludable, settings):
    blank = dict.fromkeys(("patient", "timepoint", "date", "karyotype", "fish"), "")

    table = cytogenetics_table(
        pd.DataFrame([blank]), patterns, probes, excludable, settings
    )

    assert table.empty
    assert tuple(table.columns) == COLUMNS
