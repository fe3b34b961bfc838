import pytest

from ballad.curation import curation_conflicts
from ballad.lesions import Evidence, fingerprint
from ballad.states import ABSENT, PRESENT

SNV = [frozenset(["dna_snv"])]


def item(supports, tier="", **differs):
    values = {
        **{"patient": "P1", "sample": "T", "assay": "PANEL", "lesion": "tp53"},
        **{"supports": supports, "kind": "dna_snv", "file": "f", "record": "r"},
        "tier": tier,
    }
    return Evidence(**{**values, **differs})


OLD = [item(ABSENT)]
NEW = [item(PRESENT, "A")]


def decision(state, print_="", lesion="tp53"):
    return {"lesion": lesion, "state": state, "evidence_fingerprint": print_}


def conflicts(rows, evidence):
    now = fingerprint(evidence)
    return curation_conflicts(rows, evidence, {"tp53": now}, now, {"tp53": SNV})


def test_a_decision_on_evidence_that_has_changed_is_stale():
    rows = [decision(ABSENT, fingerprint(OLD))]

    assert conflicts(rows, OLD) == []
    assert conflicts(rows, NEW) == [
        "stale_curation: tp53",
        "curation_against_assays: tp53 (assays: present)",
    ]


def test_without_a_fingerprint_nobody_can_tell():
    assert conflicts([decision(PRESENT)], NEW) == []


@pytest.mark.parametrize("lesion", ["subtype", "ph_like"])
def test_what_follows_from_all_evidence_is_stale_if_any_of_it_changed(lesion):
    rows = [decision("KMT2A_r", fingerprint(OLD), lesion)]

    assert conflicts(rows, OLD) == []
    assert conflicts(rows, NEW) == [f"stale_curation: {lesion}"]


def test_moved_files_and_another_order_are_no_change():
    moved = [item(ABSENT, file="elsewhere", record="line 9"), item(PRESENT, "A")]

    assert fingerprint(moved) == fingerprint([*NEW, *OLD])
    assert fingerprint([]) == ""


def test_a_curator_s_own_decision_is_no_evidence():
    curated = item(PRESENT, "B", kind="curated")

    assert fingerprint([*OLD, curated]) == fingerprint(OLD)
