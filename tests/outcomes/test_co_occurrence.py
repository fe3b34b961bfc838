"""Pairs of lesions: who counts, and Fisher's test against worked tables."""

import math

import pandas as pd
import pytest
from compare_lesions import main

from ballad.outcomes.co_occurrence import COLUMNS, co_occurrence
from ballad.tables import read_table, write_table


def cohort(*counts):
    """Make a SYNTHETIC cohort of (tp53, ikzf1, number of patients)."""
    rows = [(one, two) for one, two, number in counts for _ in range(number)]
    return pd.DataFrame(rows, columns=["tp53", "ikzf1_deletion"])


TEA = [
    # Fisher's tea tasting: 3, 1, 1, 3; two-sided p = 34/70, odds ratio 9.
    ("present", "present", 3),
    ("present", "absent", 1),
    ("absent", "present", 1),
    ("absent", "absent", 3),
]


def test_the_tea_tasting_gives_fishers_own_probability():
    pair = co_occurrence(cohort(*TEA), ["tp53", "ikzf1_deletion"]).iloc[0]

    assert list(pair[["both", "first", "second", "neither"]]) == [3, 1, 1, 3]
    assert pair["odds_ratio"] == 9
    assert pair["p"] == pytest.approx(34 / 70, abs=1e-12)
    assert pair["p_adjusted"] == pytest.approx(34 / 70, abs=1e-12)


def test_patients_not_assessed_for_both_leave_the_pair():
    unclear = [
        ("present", "not_assessed", 4),
        ("indeterminate", "absent", 5),
        ("", "present", 6),
    ]

    with_them = co_occurrence(cohort(*TEA, *unclear), ["tp53", "ikzf1_deletion"])

    pd.testing.assert_frame_equal(
        with_them, co_occurrence(cohort(*TEA), ["tp53", "ikzf1_deletion"])
    )


def test_lesions_that_never_meet_have_odds_ratio_0():
    apart = [
        ("present", "absent", 5),
        ("absent", "present", 5),
        ("absent", "absent", 9),
    ]

    pair = co_occurrence(cohort(*apart), ["tp53", "ikzf1_deletion"]).iloc[0]

    assert (pair["both"], pair["odds_ratio"]) == (0, 0)
    # Of C(19,5) ways to place the second lesion: none of 5 among the first 5 is
    # C(14,5) of 11628; two-sided also the tables at most as likely.
    less_likely = math.comb(5, 3) * math.comb(14, 2) + 5 * math.comb(14, 1) + 1
    assert pair["p"] == pytest.approx((math.comb(14, 5) + less_likely) / 11628)


def test_lesions_always_together_have_no_finite_odds_ratio_but_a_p():
    together = [("present", "present", 3), ("absent", "absent", 4)]

    pair = co_occurrence(cohort(*together), ["tp53", "ikzf1_deletion"]).iloc[0]

    assert math.isnan(pair["odds_ratio"])
    assert pair["p"] == pytest.approx(1 / 35)


@pytest.mark.parametrize(
    "counts",
    [
        [("absent", "present", 3), ("absent", "absent", 4)],
        [("present", "not_assessed", 3)],
        [],
    ],
)
def test_a_lesion_that_does_not_vary_is_compared_with_nothing(counts):
    pair = co_occurrence(cohort(*counts), ["tp53", "ikzf1_deletion"]).iloc[0]

    assert math.isnan(pair["odds_ratio"])
    assert math.isnan(pair["p"])
    assert math.isnan(pair["p_adjusted"])


def test_p_is_adjusted_over_all_pairs_that_have_one():
    three = cohort(*TEA).assign(pax5=["present"] * 4 + ["absent"] * 4)

    table = co_occurrence(three, ["tp53", "ikzf1_deletion", "pax5", "kmt2a_r"])

    assert list(table["lesion_2"]) == [
        *("ikzf1_deletion", "pax5", "kmt2a_r", "pax5", "kmt2a_r", "kmt2a_r")
    ]
    # p 34/70, 1/35 (tp53 and pax5 are the same patients), 34/70; three tests.
    tested = table["p_adjusted"].notna()
    assert list(table.loc[tested, "p_adjusted"]) == pytest.approx(
        [34 / 70, 3 / 35, 34 / 70]
    )


def test_the_rule_writes_the_columns_of_the_design(tmp_path):
    write_table(cohort(*TEA).assign(patient="1"), tmp_path / "cohort.tsv")

    main(f"{tmp_path}/cohort.tsv", f"{tmp_path}/pairs.tsv", ["tp53", "ikzf1_deletion"])

    assert list(read_table(tmp_path / "pairs.tsv")) == list(COLUMNS)
