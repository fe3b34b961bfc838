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
    assert table[["endpoint", "n", "events", "p"]].values.tolist() == [
        ["relapse_cd19", 3, 2, 1],
        ["relapse_emd", 2, 2, 1],
    ]


@pytest.mark.parametrize("columns", [["in_relapsed"], ["indication"], ["arm"]])
def test_a_cohort_without_the_columns_has_no_pattern(cohort, columns):
    few = cohort[columns]

    table = patterns(non_responders(few), GROUPS, STATISTICS)

    assert table["n"].sum() == 0
    assert relapsed_patients(few)["cd19"].isin(["unknown"]).all()
