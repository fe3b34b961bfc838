"""Who may carry TP53 in blood that is merely old."""

import pandas as pd

from ballad.clinical.haematopoiesis import without_possible_haematopoiesis

LIMITS = {"chip_vaf": 0.10, "chip_age": 60, "exclude_possible_chip": True}
GENOTYPES = pd.DataFrame(
    {
        "patient": ["007", "008", "009", "010", "011", "012"],
        "tp53": ["present", "present", "present", "present", "absent", "present"],
        "tp53_max_vaf": ["0.09", "0.10", "0.09", "", "0.09", "0.09"],
        "tp53_allelic_state": ["monoallelic"] * 6,
    }
)
CLINICAL = pd.DataFrame(
    {
        "patient": ["012", "011", "010", "009", "008", "007"],
        "age": ["", "70", "70", "59.9", "70", "60"],
    }
)


def test_a_small_clone_of_an_old_patient_is_neither_mutated_nor_wild_type():
    changed = without_possible_haematopoiesis(GENOTYPES, CLINICAL, LIMITS)

    assert list(changed["tp53"]) == [
        *("indeterminate", "present", "present", "present", "absent", "present")
    ]
    assert list(changed["tp53_allelic_state"]) == ["", *["monoallelic"] * 5]


def test_nothing_changes_unless_asked_for():
    limits = {**LIMITS, "exclude_possible_chip": False}

    unchanged = without_possible_haematopoiesis(GENOTYPES, CLINICAL, limits)

    pd.testing.assert_frame_equal(unchanged, GENOTYPES)


def test_without_ages_nobody_is_called_old():
    changed = without_possible_haematopoiesis(GENOTYPES, CLINICAL[["patient"]], LIMITS)

    pd.testing.assert_frame_equal(changed, GENOTYPES)
