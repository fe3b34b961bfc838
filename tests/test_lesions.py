import pandas as pd
import pytest

from ballad.lesions import (
    Evidence,
    alternatives,
    excluded_by,
    lesion_state,
    lesion_table,
    numbered,
)
from ballad.states import ABSENT, INDETERMINATE, NOT_ASSESSED, PRESENT

RULES = pd.DataFrame(
    [("ph", "rna_fusion;fish"), ("crlf2_r", "fish;rna_fusion+rna_expression")],
    columns=["lesion", "absent_by"],
)


def says(supports, kind, tier="", lesion="crlf2_r", patient="P1", record="x"):
    return Evidence(patient, "T", "A", lesion, supports, kind, "file", record, tier)


CRLF2 = alternatives("fish;rna_fusion+rna_expression")
STATES = {
    "nobody looked": ([], NOT_ASSESSED),
    "FISH alone excludes": ([says(ABSENT, "fish")], ABSENT),
    "RNA fusion alone does not": ([says(ABSENT, "rna_fusion")], NOT_ASSESSED),
    "RNA fusion with expression excludes": (
        [says(ABSENT, "rna_fusion"), says(ABSENT, "rna_expression")],
        ABSENT,
    ),
    "karyotype cannot exclude": ([says(ABSENT, "karyotype")], NOT_ASSESSED),
    "tier A is present": ([says(PRESENT, "fish", "A")], PRESENT),
    "tier B is present": ([says(PRESENT, "rna_fusion", "B")], PRESENT),
    "tier C alone is doubtful": ([says(PRESENT, "rna_fusion", "C")], INDETERMINATE),
    "a positive finding beats a negative assay": (
        [says(ABSENT, "fish"), says(PRESENT, "rna_fusion", "B")],
        PRESENT,
    ),
    "a weak positive finding beats a negative assay": (
        [says(ABSENT, "fish"), says(PRESENT, "rna_fusion", "C")],
        INDETERMINATE,
    ),
    "an assay that could not decide": ([says(INDETERMINATE, "fish")], INDETERMINATE),
    "one assay decides, another could not": (
        [says(INDETERMINATE, "rna_expression"), says(ABSENT, "fish")],
        ABSENT,
    ),
    "a curator's absent beats tier A": (
        [says(PRESENT, "fish", "A"), says(ABSENT, "curated")],
        ABSENT,
    ),
    "a curator's not assessed beats a negative assay": (
        [says(ABSENT, "fish"), says(NOT_ASSESSED, "curated")],
        NOT_ASSESSED,
    ),
}


@pytest.mark.parametrize(("evidence", "expected"), STATES.values(), ids=STATES)
def test_evidence_becomes_one_of_four_states(evidence, expected):
    state, _ = lesion_state(evidence, CRLF2)

    assert state == expected


@pytest.mark.parametrize(("evidence", "expected"), STATES.values(), ids=STATES)
def test_the_order_of_the_evidence_does_not_matter(evidence, expected):
    state, _ = lesion_state(evidence[::-1], CRLF2)

    assert state == expected


def test_a_state_rests_on_the_evidence_that_decided_and_on_no_other():
    negative, positive = says(ABSENT, "fish"), says(PRESENT, "rna_fusion", "A")

    _, used = lesion_state([negative, positive], CRLF2)

    assert used == [positive]


def test_absent_by_reads_alternatives_and_joint_needs():
    assert alternatives("fish;a+b") == [frozenset({"fish"}), frozenset({"a", "b"})]
    assert alternatives("") == []


def test_an_assay_excludes_lesions_alone_or_with_another():
    assert excluded_by(RULES, "rna_fusion") == ["ph", "crlf2_r"]
    assert excluded_by(RULES, "rna_expression") == ["crlf2_r"]
    assert excluded_by(RULES, "karyotype") == []


def test_evidence_is_numbered_alike_in_any_order_and_counted_once():
    items = [
        says(ABSENT, "fish"),
        says(PRESENT, "rna_fusion", "A"),
        says(ABSENT, "fish", patient="P0"),
        says(ABSENT, "fish"),
    ]

    named = numbered(items)

    assert list(named) == ["P0:1", "P1:1", "P1:2"]
    assert named == numbered(items[::-1])


def test_every_patient_has_a_row_for_every_lesion_with_basis_and_evidence():
    named = numbered(
        [
            says(ABSENT, "rna_fusion"),
            says(ABSENT, "rna_expression"),
            says(ABSENT, "array"),
        ]
    )

    table = lesion_table(named, ["P1", "P2"], RULES)

    rows = table.set_index(["patient", "lesion"])
    assert len(rows) == 4
    assert rows.loc[("P1", "crlf2_r"), "state"] == ABSENT
    assert rows.loc[("P1", "crlf2_r"), "basis"] == "rna_expression,rna_fusion"
    assert rows.loc[("P1", "crlf2_r"), "evidence"] == "P1:2,P1:3"
    assert rows.loc[("P2", "ph")].tolist() == [NOT_ASSESSED, "", "", ""]
