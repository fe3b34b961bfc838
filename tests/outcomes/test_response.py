import json

import pandas as pd
import pytest

from ballad.outcomes import response
from ballad.outcomes.response import rate_with_interval, response_rates

ENDPOINTS = {
    "response": {"kind": "binary", "population": "rr"},
    "os": {"kind": "time", "population": "all"},
}
GROUPS = {"arm": {"column": "x", "levels": {"B": ["b"], "A": ["a"]}}}
STATISTICS = {
    "response_by": ["arm", "tp53", "emd_active"],
    "confidence_level": 0.95,
    "min_events": 2,
    "seed": 1,
}


@pytest.fixture
def cohort():
    return pd.DataFrame(
        {
            "response_achieved": ["1", "0", "1", "", "1"],
            "arm": ["A", "A", "B", "B", ""],
            "tp53": ["absent", "present", "not_assessed", "absent", "indeterminate"],
            "emd_active": ["yes", "no", "", "no", "no"],
        }
    )


def rates(cohort):
    table = response_rates(cohort, ENDPOINTS, GROUPS, STATISTICS)
    shown = table[["group_by", "group", "n", "responders", "rate"]]
    return [tuple(row) for row in shown.values.tolist()]


def test_patients_missing_in_a_grouping_are_in_no_denominator(cohort):
    assert rates(cohort) == [
        ("", "all", 4, 3, 0.75),  # one of five was not assessed for response
        ("arm", "B", 1, 1, 1),
        ("arm", "A", 2, 1, 0.5),
        ("tp53", "absent", 1, 1, 1),  # not_assessed and indeterminate are in neither
        ("tp53", "present", 1, 0, 0),
        ("emd_active", "no", 2, 1, 0.5),
        ("emd_active", "yes", 1, 1, 1),
    ]


def test_a_group_without_patients_has_a_row_without_a_rate(cohort):
    table = response_rates(cohort[:2], ENDPOINTS, GROUPS, STATISTICS)

    empty = table[table["group"] == "B"]
    assert empty[["n", "responders"]].values.tolist() == [[0, 0]]
    assert empty[["rate", "ci_low", "ci_high"]].isna().all(axis=None)


def test_the_wilson_interval_by_hand():
    # 0 of 4: upper limit z^2 / (n + z^2) = 3.841459 / 7.841459.
    rate, low, high = rate_with_interval(0, 4, 0.95)

    assert (rate, low) == (0, 0)
    assert high == pytest.approx(0.489890, abs=1e-6)


def test_the_wilson_interval_equals_that_of_r(root):
    text = (root / "tests/oracle/expected/tab1_bmt.json").read_text()
    wanted = json.loads(text)["expected"]["wilson"]
    relapses = int(pd.read_csv(root / "tests/oracle/data/bmt.csv")["d2"].sum())

    assert rate_with_interval(relapses, 137, 0.95)[1:] == pytest.approx(
        wanted, abs=1e-10
    )


def test_groups_are_compared_with_fishers_test():
    # 3 of 4 against 1 of 4: 34/70.
    cohort = pd.DataFrame(
        {"response_achieved": list("11101000"), "arm": list("AAAABBBB")}
    )

    table = response.response_tests(
        cohort, ENDPOINTS, GROUPS, STATISTICS | {"response_by": ["arm"]}
    )

    assert table["p"].tolist() == pytest.approx([34 / 70])
    assert table[["population", "n", "events", "note"]].values.tolist() == [
        ["rr", 8, 4, ""]
    ]


@pytest.mark.parametrize(
    ("arms", "note"),
    [
        ("AAA", "not estimable: 1 group with patients"),
        ("AAB", "not estimable: 1 event, fewer than 2"),
    ],
)
def test_a_comparison_says_why_it_is_not_estimable(arms, note):
    cohort = pd.DataFrame({"response_achieved": list("100"), "arm": list(arms)})

    table = response.response_tests(
        cohort, ENDPOINTS, GROUPS, STATISTICS | {"response_by": ["arm"]}
    )

    assert table["note"].tolist() == [note]
    assert table["p"].isna().all()


def test_a_column_the_cohort_lacks_is_not_estimable(cohort):
    table = response.response_tests(
        cohort, ENDPOINTS, GROUPS, STATISTICS | {"response_by": ["elsewhere"]}
    )

    assert table["note"].tolist() == ["not estimable: 0 groups with patients"]
