import pandas as pd
import pytest

from ballad.outcomes.relapse_patterns import (
    non_responders,
    pattern_tests,
    patterns,
    relapsed_patients,
)

GROUPS = {"arm": {"column": "x", "levels": {"A": ["a"], "B": ["b"], "C": ["c"]}}}
STATISTICS = {"patterns_by": ["arm"], "min_events": 1, "seed": 1}


@pytest.fixture
def cohort():
    rows = [
        # in_relapsed, cd19, emd, arm, indication, achieved, failure_cd19
        ("yes", "negative", "isolated", "A", "rr", "1", ""),
        ("yes", "negative", "isolated", "B", "rr", "1", ""),
        ("yes", "dim", "", "A", "rr", "1", ""),
        ("yes", "", "none", "", "mrd", "", ""),
        ("no", "negative", "none", "A", "rr", "0", "negative"),
        ("no", "", "", "B", "mrd", "0", "negative"),
        ("no", "", "", "B", "rr", "", "negative"),
    ]
    names = ("in_relapsed", "relapse_cd19", "relapse_emd", "arm", "indication")
    return pd.DataFrame(rows, columns=[*names, "response_achieved", "failure_cd19"])


def filled(table):
    shown = table[table["n"] > 0][
        ["group", "cd19", "emd", "n", "denominator", "percent"]
    ]
    return [tuple(row) for row in shown.values.tolist()]


def test_each_relapse_is_counted_in_one_cell(cohort):
    table = patterns(relapsed_patients(cohort), GROUPS, STATISTICS)

    assert filled(table) == [
        ("all", "negative", "isolated", 2, 4, 50),
        ("all", "dim", "unknown", 1, 4, 25),  # an empty cell is unknown, not none
        ("all", "unknown", "none", 1, 4, 25),
        ("A", "negative", "isolated", 1, 2, 50),
        ("A", "dim", "unknown", 1, 2, 50),
        ("B", "negative", "isolated", 1, 1, 100),
    ]


def test_combinations_nobody_has_are_shown_too(cohort):
    table = patterns(relapsed_patients(cohort), GROUPS, STATISTICS)

    assert table.groupby("group").size().to_dict() == dict.fromkeys(
        ["all", "A", "B", "C"], 16
    )
    assert table[table["group"] == "C"]["percent"].isna().all()
    assert table.groupby("group")["n"].sum().to_dict() == {
        "all": 4,
        "A": 2,
        "B": 1,
        "C": 0,
    }


def test_non_responders_are_rr_patients_known_to_have_failed(cohort):
    table = patterns(non_responders(cohort), GROUPS, STATISTICS)

    assert filled(table) == [
        ("all", "negative", "unknown", 1, 1, 100),
        ("A", "negative", "unknown", 1, 1, 100),
    ]


def test_unknown_leaves_the_test(cohort):
    table = pattern_tests(
        relapsed_patients(cohort), "relapse", "relapsed", GROUPS, STATISTICS
    )

    # CD19: A 1 of 2 negative, B 1 of 1. Extramedullary: A 1 of 1, B 1 of 1.
    table = table[table["endpoint"] != "relapse_cd19_and_emd"]
    assert table[["endpoint", "n", "events"]].values.tolist() == [
        ["relapse_cd19", 3, 2],
        ["relapse_emd", 2, 2],
    ]
    assert table["p"].iloc[0] == 1
    assert table["note"].tolist() == ["", "not estimable: the outcome in all 2"]


@pytest.mark.parametrize("columns", [["in_relapsed"], ["indication"], ["arm"]])
def test_a_cohort_without_the_columns_has_no_pattern(cohort, columns):
    few = cohort[columns]

    table = patterns(non_responders(few), GROUPS, STATISTICS)

    assert table["n"].sum() == 0
    assert relapsed_patients(few)["cd19"].isin(["unknown"]).all()


def test_the_joint_test_sees_what_neither_feature_alone_shows():
    # Half of each arm is CD19 negative and half extramedullary; only together do they
    # tell the arms apart.
    patients = pd.DataFrame(
        {
            "cd19": ["negative"] * 4
            + ["positive"] * 4
            + ["negative"] * 4
            + ["positive"] * 4,
            "emd": ["none"] * 4 + ["isolated"] * 4 + ["isolated"] * 4 + ["none"] * 4,
            "arm": ["A"] * 8 + ["B"] * 8,
        }
    )

    tests = pattern_tests(patients, "relapse", "relapsed", GROUPS, STATISTICS)

    rows = tests.set_index(["endpoint", "group_by"])
    assert rows.loc[("relapse_cd19", "arm"), "p"] == 1
    assert rows.loc[("relapse_emd", "arm"), "p"] == 1
    joint = rows.loc[("relapse_cd19_and_emd", "arm")]
    # Arm A takes 8 of 16 in columns of 4: C(16, 8) = 12870 ways; as extreme are those
    # with two whole columns, C(4, 2) = 6.
    assert joint["p"] == pytest.approx(6 / 12870)
    assert (joint["n"], joint["events"]) == (16, 16)
    assert joint["note"] == "4 combinations"
    # Over all, four in each of the four combinations: the features are independent.
    assert rows.loc[("relapse_cd19_and_emd", ""), "p"] == 1


def test_a_joint_test_leaves_out_who_is_unknown_in_either(cohort):
    tests = pattern_tests(
        relapsed_patients(cohort), "relapse", "relapsed", GROUPS, STATISTICS
    )

    rows = tests[tests["endpoint"] == "relapse_cd19_and_emd"]
    assert rows["n"].tolist() == [2, 2]
    assert rows["note"].tolist() == [
        "not estimable: 1 group with patients",
        "not estimable: all negative and isolated",
    ]
