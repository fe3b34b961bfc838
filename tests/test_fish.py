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
        ("BCR::ABL1 normal: 99%", {"ph": ABSENT}),
        ("BCR::ABL1 normal: 95%", {"ph": DOUBT}),  # 5 percent may not be
    ],
)
def test_a_bare_share_is_that_of_a_fusion_and_of_nothing_else(fish, text, expected):
    assert fish(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BCR::ABL1: Nachweis eines normalen Signalmusters", {"ph": ABSENT}),
        ("FISH zum Nachweis von BCR::ABL1: 2 normale Signale", {"ph": ABSENT}),
        ("FISH zum Nachweis von BCR::ABL1: zwei Signale", {"ph": DOUBT}),
        ("FISH zum BCR::ABL1-Nachweis", {"ph": DOUBT}),
        ("FISH zum Nachweis von BCR::ABL1: positiv", {"ph": PRESENT}),
        ("Nachweis eines regelrechten Signalmusters für BCR/ABL1", {"ph": ABSENT}),
        ("ETV6::RUNX1: zwei normale Signale vorhanden", {"etv6_runx1": ABSENT}),
        ("KMT2A: Nachweis von zwei intakten Fusionssignalen", {"kmt2a_r": ABSENT}),
        ("TP53: Verlust ausgeschlossen", {"tp53_deletion": ABSENT}),
        ("TP53 Deletion ausgeschlossen", {"tp53_deletion": ABSENT}),
        ("TP53 deletion excluded", {"tp53_deletion": ABSENT}),
        ("TP53-Deletion: unauffällig", {"tp53_deletion": ABSENT}),
        ("TP53 deletion undetected", {"tp53_deletion": ABSENT}),
        ("TP53 deletion ruled out", {"tp53_deletion": ABSENT}),
        ("Nachweis von BCR::ABL1 ausgeschlossen", {"ph": ABSENT}),
        ("Ausschluss BCR::ABL1-Nachweis", {"ph": ABSENT}),
        ("KMT2A rearrangiert: nein", {"kmt2a_r": ABSENT}),
        ("BCR::ABL1 positiv: nein", {"ph": DOUBT}),
    ],
)
def test_normal_signals_and_what_is_excluded_are_not_taken_for_positive(
    fish, text, expected
):
    assert fish(text) == expected


@pytest.mark.parametrize(
    ("text", "lesion"),
    [
        ("TP53 deletion cannot be excluded", "tp53_deletion"),
        ("TP53 deletion not entirely ruled out", "tp53_deletion"),
        ("TP53 Verlust kann nicht mit Sicherheit ausgeschlossen werden",)
        + ("tp53_deletion",),
        ("Ausschluss von BCR::ABL1 nicht gelungen", "ph"),
        ("BCR::ABL1 nicht auszuschließen", "ph"),
        ("Ausschluss BCR::ABL1: positiv 85%", "ph"),
        ("normal below 5%: BCR::ABL1 positive 85%", "ph"),
        # What a fusion looks like: its signal beside two normal ones.
        (
            "Nachweis eines Fusionssignals und zweier normaler Signale für BCR::ABL1",
            "ph",
        ),
        ("BCR::ABL1: intakte Fusionssignale", "ph"),
        ("TP53: nur ein normales Signal", "tp53_deletion"),
        ("TP53: Verlust eines Allels bei normalem Zentromersignal", "tp53_deletion"),
        ("normal centromere with TP53 deletion", "tp53_deletion"),
        ("KMT2A: split signal beside a normal allele", "kmt2a_r"),
        ("BCR::ABL1 detected (controls normal)", "ph"),
        ("BCR::ABL1-Nachweis (Kontrollen regelrecht)", "ph"),
        ("BCR::ABL1 nachgewiesen bei intakter Kontrolle", "ph"),
        ("BCR::ABL1 detected (doublets excluded)", "ph"),
        ("KMT2A rearranged with no known partner", "kmt2a_r"),
        ("KMT2A: 1 intaktes Fusionssignal", "kmt2a_r"),
    ],
)
def test_a_double_negation_and_normal_signals_beside_others_decide_nothing(
    fish, text, lesion
):
    assert fish(text) == {lesion: DOUBT}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FISH-Untersuchung BCR::ABL1: positiv, 85%", {"ph": PRESENT}),
        ("Untersuchung auf BCR/ABL1 positiv", {"ph": PRESENT}),
        ("BCR::ABL1 nachgewiesen in 85 % von 200 untersuchten Kernen", {"ph": PRESENT}),
        ("BCR::ABL1 in ungefähr 85 % nachgewiesen", {"ph": PRESENT}),
        ("unbalancierte BCR::ABL1-Fusion nachgewiesen", {"ph": PRESENT}),
        ("University lab: BCR::ABL1 positive", {"ph": PRESENT}),
        ("uncultured cells: KMT2A rearranged 80%", {"kmt2a_r": PRESENT}),
        ("KMT2A-Rearrangement: Nachweis in 80% der untersuchten Kerne",)
        + ({"kmt2a_r": PRESENT},),
        ("KMT2A unrearranged", {"kmt2a_r": ABSENT}),
        ("KMT2A signals unsplit", {"kmt2a_r": ABSENT}),
        ("RUNX1 unamplified", {"iamp21": ABSENT}),
        ("TP53 undeleted", {"tp53_deletion": ABSENT}),
        ("BCR::ABL1 undetectable", {"ph": ABSENT}),
        ("KMT2A unauffälliges Muster", {"kmt2a_r": ABSENT}),
        ("TP53 unverändert", {"tp53_deletion": ABSENT}),
        ("TP53 deletion unlikely", {"tp53_deletion": DOUBT}),
    ],
)
def test_only_listed_words_that_begin_with_un_negate(fish, text, expected):
    assert fish(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TP53: ein Signal fehlt in 85% der Kerne", {"tp53_deletion": PRESENT}),
        ("TP53-Signal fehlt", {"tp53_deletion": PRESENT}),
        ("in 85% fehlt ein TP53-Signal", {"tp53_deletion": PRESENT}),
        ("TP53: ein Signal fehlt in 5% der Kerne", {"tp53_deletion": ABSENT}),
        ("Hinweise auf TP53 Verlust fehlen", {"tp53_deletion": DOUBT}),
        ("TP53: fehlender Nachweis einer Deletion", {"tp53_deletion": DOUBT}),
        ("BCR::ABL1 Nachweis: Fusionssignal fehlt", {"ph": DOUBT}),
        ("KMT2A: ein Signal fehlt in 85%", {"kmt2a_r": DOUBT}),
        ("TP53: Kontrollsignal fehlt", {"tp53_deletion": DOUBT}),
    ],
)
def test_a_missing_signal_is_a_loss_and_of_other_probes_unclear(fish, text, expected):
    assert fish(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TP53: Verlust eines Signals in 70 % der Kerne, 30 % ohne Verlust", DOUBT),
        ("TP53: 30 % ohne Verlust, 70 % mit Verlust", DOUBT),
        ("TP53 deletion in 70% (not in 30%)", DOUBT),
        ("TP53: Verlust in 95 % der Kerne, 5 % normal", DOUBT),
        ("TP53: Verlust in 5 % der Kerne, 95 % ohne Verlust", ABSENT),  # below 10
        ("TP53: kein Verlust in 95 % der Kerne", ABSENT),
        ("TP53 deletion not detected (cut-off 10%)", ABSENT),
        ("TP53: normale Signale in 30 % der Kerne", DOUBT),
        ("TP53: normale Signale in 95 % der Kerne", ABSENT),
        ("TP53: normale Signale (Cut-off 10%)", ABSENT),
        ("TP53 unauffällig, 3%", ABSENT),
    ],
)
def test_a_share_with_the_lesion_is_not_overruled_by_the_share_without(
    fish, text, expected
):
    assert fish(text) == {"tp53_deletion": expected}
