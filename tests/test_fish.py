import pytest
import yaml

from ballad.fish import fish_findings
from ballad.states import ABSENT, INDETERMINATE, PRESENT
from ballad.tables import read_table


@pytest.fixture(scope="module")
def settings(root):
    return yaml.safe_load((root / "config/config.yaml").read_text())["genotypes"]


@pytest.fixture(scope="module")
def probes(root):
    table = read_table(root / "resources/cytogenetics/fish_probes.tsv")
    return table.to_dict("records")


@pytest.fixture(scope="module")
def fish(probes, settings):
    """Return a function: FISH text -> {lesion: state}."""

    def states(text):
        findings = fish_findings(text, probes, settings["fish"])
        return {finding.lesion: finding.supports for finding in findings}

    return states


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nuc ish(PDGFRBx2)(5'PDGFRB sep 3'PDGFRBx1)[150/200]", PRESENT),
        ("nuc ish(ABL1x2)(5'ABL1 sep 3'ABL1x1)[150/200]", PRESENT),
        ("nuc ish(PDGFRBx2)[200]", INDETERMINATE),  # six other genes remain
        ("nuc ish(PDGFRBx2)(5'PDGFRB sep 3'PDGFRBx1)[2/200]", INDETERMINATE),
        ("PDGFRB split in 40%", PRESENT),
    ],
)
def test_a_break_in_one_kinase_is_abl_class_its_absence_excludes_none(
    fish, text, expected
):
    assert fish(text) == {"abl_class": expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nuc ish(ABL1,BCR)x3(ABL1 con BCRx2)[180/200]", {"ph": PRESENT}),
        ("nuc ish(ABL1,BCR)x2(ABL1 con BCRx0)[200]", {"ph": ABSENT}),
        ("nuc ish(ABL1,BCR)x3(ABL1 con BCRx2)[0/0]", {"ph": INDETERMINATE}),
        ("BCR::ABL1 positive? repeat", {"ph": INDETERMINATE}),
        ("BCR-ABL positive", {"ph": PRESENT}),
        ("bcr::abl1 negative", {"ph": ABSENT}),
        ("MLL rearranged 80%", {"kmt2a_r": PRESENT}),
        ("TEL-AML1 negative", {"etv6_runx1": ABSENT}),
        ("nuc ish(BCL2x2)[200]", {"myc_bcl2_r": INDETERMINATE}),  # MYC not looked at
        ("nuc ish(MYCx2)[200]; nuc ish(BCL2x2)(5'BCL2 sep 3'BCL2x1)[90/200]",)
        + ({"myc_bcl2_r": PRESENT},),
        ("nuc ish(CDKN2Ax0,CEP9x2)[150/200]", {"cdkn2a_deletion": PRESENT}),
    ],
)
def test_older_names_no_nuclei_and_doubt_are_read_as_meant(fish, text, expected):
    assert fish(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BCR::ABL1 negativ", {"ph": ABSENT}),
        ("BCR::ABL1 nicht positiv", {"ph": ABSENT}),
        ("kein Nachweis von BCR::ABL1", {"ph": ABSENT}),
        ("BCR::ABL1 nicht nachgewiesen", {"ph": ABSENT}),
        ("Kein Nachweis von BCR::ABL1, KMT2A", {"ph": ABSENT, "kmt2a_r": DOUBT}),
        ("BCR::ABL1 positiv, KMT2A negativ", {"ph": PRESENT, "kmt2a_r": ABSENT}),
        ("BCR::ABL1 positiv und KMT2A negativ", {"ph": PRESENT, "kmt2a_r": ABSENT}),
        ("BCR::ABL1 nachgewiesen 85 %", {"ph": PRESENT}),
        ("BCR::ABL1 positiv (Norm: negativ)", {"ph": DOUBT}),
        ("BCR::ABL1 nicht auswertbar", {"ph": DOUBT}),
        ("BCR::ABL1 nicht sicher nachgewiesen", {"ph": DOUBT}),
        ("BCR::ABL1 nicht ausgeschlossen", {"ph": DOUBT}),
        ("BCR::ABL1 not excluded", {"ph": DOUBT}),
        ("BCR::ABL1 fraglich positiv", {"ph": DOUBT}),
        ("KMT2A unauffällig", {"kmt2a_r": ABSENT}),
        ("TP53 Verlust 40%", {"tp53_deletion": PRESENT}),
        ("kein Verlust von TP53", {"tp53_deletion": ABSENT}),
    ],
)
def test_german_words_are_read_and_no_negative_is_taken_for_positive(
    fish, text, expected
):
    assert fish(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ETV6::RUNX1: 85%", {"etv6_runx1": PRESENT}),
        ("ETV6::RUNX1 85 % of nuclei", {"etv6_runx1": PRESENT}),
        ("BCR::ABL1: 0%", {"ph": ABSENT}),
        ("BCR::ABL1: 1,5%", {"ph": ABSENT}),  # below 2 percent
        ("BCR::ABL1 negativ, ETV6::RUNX1: 85%", {"ph": ABSENT, "etv6_runx1": PRESENT}),
        ("BCR::ABL1 negative; ETV6::RUNX1: 85%", {"ph": ABSENT, "etv6_runx1": PRESENT}),
        ("ETV6::RUNX1 <5%", {"etv6_runx1": DOUBT}),
        ("ETV6::RUNX1 cut-off 5%", {"etv6_runx1": DOUBT}),
        ("no ETV6::RUNX1, BCR::ABL1: 5%", {"etv6_runx1": ABSENT, "ph": DOUBT}),
        ("KMT2A: 85%", {"kmt2a_r": DOUBT}),  # of what?
        ("TP53: 85%", {"tp53_deletion": DOUBT}),
        ("BCR::ABL1 normal: 95%", {"ph": ABSENT}),
    ],
)
def test_a_bare_share_is_that_of_a_fusion_and_of_nothing_else(fish, text, expected):
    assert fish(text) == expected
