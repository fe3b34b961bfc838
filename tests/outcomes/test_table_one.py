import json
import math

import pandas as pd
import pytest

from ballad.outcomes.table_one import (
    compare_numbers,
    difference,
    median_and_quartiles,
    table_one,
)

GROUPS = {"arm": {"column": "tp53", "levels": {"A": ["absent"], "B": ["present"]}}}
STATISTICS = {"table_one_by": ["arm"], "seed": 1}


@pytest.fixture
def cohort():
    return pd.DataFrame(
        {
            "age": ["20", "30", "40", "", "60"],
            "sex": ["F", "M", "F", "F", ""],
            "tp53": ["absent", "absent", "present", "present", "not_assessed"],
            "arm": ["A", "A", "B", "B", ""],
        }
    )


def cells(table, characteristic, group):
    here = (table["characteristic"] == characteristic) & (table["group"] == group)
    shown = table[here][["level", "n", "value", "missing"]]
    return [tuple(row) for row in shown.values.tolist()]


def test_numbers_are_medians_with_quartiles(cohort):
    table = table_one(cohort, GROUPS, STATISTICS)

    # Of 20, 30, 40, 60 the quartiles are 20 + 0.75 * 10 and 40 + 0.25 * 20.
    assert cells(table, "age", "all") == [
        ("median [q1-q3]", 4, "35.0 [27.5-45.0]", 1),
    ]


def test_categories_are_shares_of_the_known(cohort):
    table = table_one(cohort, GROUPS, STATISTICS)

    assert cells(table, "sex", "all") == [
        ("F", 3, "3 (75.0%)", 1),
        ("M", 1, "1 (25.0%)", 1),
    ]


def test_a_lesion_that_was_not_assessed_is_missing_not_absent(cohort):
    table = table_one(cohort, GROUPS, STATISTICS)

    assert cells(table, "tp53", "all") == [
        ("absent", 2, "2 (50.0%)", 1),
        ("present", 2, "2 (50.0%)", 1),
    ]


def test_a_characteristic_known_of_nobody_is_still_shown(cohort):
    table = table_one(cohort.assign(ph="not_assessed"), GROUPS, STATISTICS)

    assert cells(table, "ph", "all") == [("", 0, "0", 5)]


def test_a_subtype_that_nothing_could_classify_is_missing(cohort):
    subtypes = ["Ph+", "B_OTHER", "UNCLASSIFIABLE", "UNCLASSIFIABLE", ""]

    table = table_one(cohort.assign(subtype_class=subtypes), GROUPS, STATISTICS)

    assert cells(table, "subtype_class", "all") == [
        ("B_OTHER", 1, "1 (50.0%)", 3),
        ("Ph+", 1, "1 (50.0%)", 3),
    ]


def test_groups_are_named_with_their_grouping(cohort):
    table = table_one(cohort, GROUPS, STATISTICS)

    assert table[["group_by", "group"]].drop_duplicates().values.tolist() == [
        ["", "all"],
        ["arm", "arm: A"],
        ["arm", "arm: B"],
    ]
    assert cells(table, "patients", "arm: A") == [("", 2, "2", 0)]


def test_what_defines_the_groups_is_not_tested(cohort):
    table = table_one(cohort, GROUPS, STATISTICS)

    rows = table[(table["characteristic"] == "tp53") & (table["group_by"] == "arm")]
    assert set(rows["test"]) == {"defines the groups"}
    assert rows["p"].isna().all()


@pytest.mark.parametrize("n", [0, 1])
def test_few_patients_are_described_but_not_compared(cohort, n):
    table = table_one(cohort[:n], GROUPS, STATISTICS)

    tested = table[(table["characteristic"] == "age") & (table["group_by"] == "arm")]
    assert set(tested["test"]) == {
        f"not estimable: {n} group{'s' * (n == 0)} with patients"
    }
    assert cells(table, "patients", "all") == [("", n, str(n), 0)]


def test_difference_of_numbers_by_hand():
    # Means 1 and 3, both variances 1: |1 - 3| / 1.
    assert difference([pd.Series([0.0, 1, 2]), pd.Series([2.0, 3, 4])], True) == 2


def test_difference_of_two_categories_by_hand():
    # Shares 1/2 and 1/4: 1/4 / sqrt((1/4 + 3/16) / 2).
    groups = [pd.Series(list("xxyy")), pd.Series(list("xyyy"))]

    assert difference(groups, False) == pytest.approx(0.25 / math.sqrt(7 / 32))


def test_groups_that_share_no_category_have_no_finite_difference():
    assert math.isnan(difference([pd.Series(["x"]), pd.Series(["y"])], False))


def test_few_numbers_without_ties_are_compared_exactly():
    # All of 1, 2, 3 below all of 4, 5, 6: 2 of the 20 ways to draw three of six.
    groups = [pd.Series([1.0, 2, 3]), pd.Series([4.0, 5, 6])]

    assert compare_numbers(groups) == ("Mann-Whitney exact", pytest.approx(0.1))


def test_tied_numbers_are_compared_by_the_normal_approximation():
    name, p = compare_numbers([pd.Series([1.0, 2, 3]), pd.Series([3.0, 5, 6])])

    # U = 0.5, mean 4.5, variance 9 / 12 * (7 - 6 / 30) = 5.1, continuity 0.5
    assert name == "Mann-Whitney"
    assert p == pytest.approx(math.erfc(3.5 / math.sqrt(5.1) / math.sqrt(2)))


def test_numbers_are_compared_as_in_r(root):
    bmt = pd.read_csv(root / "tests/oracle/data/bmt.csv")
    text = (root / "tests/oracle/expected/tab1_bmt.json").read_text()
    wanted = json.loads(text)["expected"]

    def split(number, by):
        return [part[number] for _, part in bmt.groupby(by)]

    assert compare_numbers(split("z1", "group")) == (
        "Kruskal-Wallis",
        pytest.approx(wanted["kruskal_z1"], abs=1e-10),
    )
    assert compare_numbers(split("z1", "z3")) == (
        "Mann-Whitney",
        pytest.approx(wanted["wilcox_z1_z3_cc"], abs=1e-10),
    )
    assert median_and_quartiles(bmt["z1"]) == "28.0 [21.0-35.0]"
