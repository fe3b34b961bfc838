import pytest

from ballad.explanation import explain
from ballad.states import ABSENT, INDETERMINATE, NOT_ASSESSED, PRESENT

GENOTYPE = {
    **{"patient": "1", "subtype": "BCR_ABL1", "subtype_class": "Ph+", "rule": "ph"},
    **{"basis": "fish", "icc": "B-ALL with BCR::ABL1", "who": "", "ph": PRESENT},
    **{"conflicts": "also present: crlf2_r; bcr_abl1_not_assessed", "ph_like": ABSENT},
    **{"tp53": NOT_ASSESSED, "crlf2_r": INDETERMINATE},
}
LABELS = {"ph": "BCR::ABL1", "tp53": "TP53 mutated", "crlf2_r": "CRLF2 rearranged"}


def lesion(name, state, basis=""):
    return {"patient": "1", "lesion": name, "state": state, "basis": basis}


def record(name, lesion, supports, kind, tier="", text="r"):
    return {
        **{"evidence": name, "patient": "1", "sample": "S", "assay": "A"},
        **{"lesion": lesion, "supports": supports, "kind": kind, "file": "f"},
        **{"record": text, "tier": tier},
    }


LESIONS = [
    lesion("tp53", NOT_ASSESSED),
    lesion("ph", PRESENT, "fish"),
    lesion("crlf2_r", INDETERMINATE, "rna_fusion"),
]
EVIDENCE = [
    record("1:1", "ph", PRESENT, "fish", "A", "ABL1 con BCR"),
    record("1:2", "ph", ABSENT, "rna_fusion", "", "no such pair"),
    record("1:3", "ph", INDETERMINATE, "dna_sv"),
    record("1:4", "crlf2_r", PRESENT, "rna_fusion", "C"),
]


@pytest.fixture
def card():
    return explain(GENOTYPE, LESIONS, EVIDENCE, LABELS)


def test_the_card_begins_with_the_subtype_and_the_rule_that_fired(card):
    first = card.iloc[0]

    assert (first["part"], first["sentence"]) == (
        "subtype",
        "BCR_ABL1, class Ph+: the first rule that fits is ph (fish); "
        "ICC 2022: B-ALL with BCR::ABL1",
    )


def test_every_conflict_has_a_line(card):
    conflicts = card[card["part"] == "conflict"]["sentence"].tolist()

    assert conflicts == ["also present: crlf2_r", "bcr_abl1_not_assessed"]


def test_each_record_supports_or_contradicts_its_call(card):
    records = card[(card["part"] == "record") & (card["lesion"] == "ph")]

    assert records[["evidence", "stance"]].values.tolist() == [
        ["1:1", "supports"],
        ["1:2", "against"],
        ["1:3", "cannot decide"],
    ]
    assert records["sentence"].iloc[0] == "fish says present: ABL1 con BCR"


def test_present_lesions_come_first_and_what_nobody_looked_for_last(card):
    lesions = card[card["part"] == "lesion"]

    assert lesions["lesion"].tolist() == ["ph", "crlf2_r", "ph_like", "tp53"]
    assert lesions["sentence"].tolist() == [
        "BCR::ABL1: present, by fish",
        "CRLF2 rearranged: indeterminate, by rna_fusion",
        "ph_like: absent, by ph present",
        "TP53 mutated: not assessed",
    ]


def test_the_coverage_of_a_mutated_gene_is_not_against_its_mutation():
    found = [
        record("1:1", "tp53", PRESENT, "dna_snv", "A"),
        record("1:2", "tp53", ABSENT, "dna_snv", "", "callable"),
    ]

    card = explain(GENOTYPE | {"tp53": PRESENT}, LESIONS, found, LABELS)

    records = card[card["part"] == "record"]
    assert records["stance"].tolist() == ["supports", "covers the rest"]


def test_a_curator_decides():
    curated = [record("1:1", "ph", ABSENT, "curated", "", "letter")]
    row = GENOTYPE | {"rule": "curated", "basis": "curated", "conflicts": ""}

    card = explain(row, LESIONS, curated, LABELS)

    assert "decided by a curator" in card["sentence"].iloc[0]
    assert card[card["part"] == "record"]["stance"].tolist() == ["decides"]


def test_no_evidence_gives_a_card_all_the_same():
    card = explain(GENOTYPE, [], [], {})

    assert card["part"].tolist() == ["subtype", "conflict", "conflict", "lesion"]


def test_a_weak_finding_says_that_it_does_not_count(card):
    said = card[card["kind"] == "rna_fusion"].set_index("lesion")["sentence"]

    assert said["crlf2_r"] == (
        "rna_fusion says present, but too weak to count (tier C): r"
    )
    assert said["ph"] == "rna_fusion says absent: no such pair"
