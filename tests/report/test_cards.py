"""The cards of single patients inside the page."""

import json

from tests.report.pages import FORMULA, HOSTILE, ROWS, cards_of, read


def test_a_card_has_the_lesions_their_evidence_and_the_course_in_days(write):
    cards = cards_of(write())
    card, names = cards["patients"]["007"], cards["names"]

    assert card["present"] == ["TP53: present, by dna"]
    assert [names[place] for place in card["not_assessed"]] == ["Ph"]
    assert card["evidence"][0][1:] == [
        *("supports", "dna snv", "007-D", "../../x", HOSTILE, "A")
    ]
    assert card["against"] == [["supports: dna snv, 007-D", [names.index("IKZF1")]]]
    assert ["subtype", "BCR::ABL1"] in card["known"]
    assert card["days"] == [
        [0, "treatment start"],
        [28, "response"],
        [400, "follow up"],
    ]


def test_a_card_says_the_rule_conflicts_checks_and_samples_that_contradict(write):
    card = cards_of(write())["patients"]["007"]

    assert card["said"] == [
        "BCR_ABL1, class Ph+: the first rule",
        "stale curation, the evidence has changed since the curator decided: ph",
    ]
    assert card["checks"][0][3] == "contradicts"
    assert [row[-1] for row in card["discordant"]] == ["present", "absent"]


def test_a_patient_without_a_clinical_row_has_a_card_of_the_genotype(write):
    rows = {**ROWS, "genotypes": [["G_only", "MEF2D", "NOS", "mef2d", "", ""]]}
    card = cards_of(write(rows))["patients"]["G_only"]

    assert card["days"] == []
    assert card["said"] == ["MEF2D: by its rule"]
    assert ["subtype", "MEF2D"] in card["known"]


def test_every_patient_has_a_card_that_a_row_and_the_oncoprint_lead_to(write):
    reader = read(write())

    linked = {held["data-patient"] for _, held in reader.tags if "data-patient" in held}
    (columns,) = [
        held["data-columns"] for _, held in reader.tags if "data-columns" in held
    ]
    assert linked == {"007", "A_1", FORMULA}
    assert linked | {"p"} == set(cards_of(write())["patients"])
    assert json.loads(columns)["patients"] == ["007", FORMULA]


def test_names_in_a_card_cannot_end_its_element(write):
    html = write()

    assert "</script><b>" not in html
    assert cards_of(html)["patients"][FORMULA]["evidence"][0][3] == "</script><b>"
