"""The log-rank test by hand and as R computes it."""

import math

import numpy as np
import pandas as pd
import pytest
from lifelines.statistics import multivariate_logrank_test

from ballad.outcomes import log_rank as log_rank_tests
from ballad.outcomes.log_rank import log_rank
from ballad.outcomes.transplant import mantel_byar
from tests.outcomes.followed_cohorts import GROUPS, STATISTICS, cohort


@pytest.mark.parametrize(
    ("arms", "events", "note"),
    [
        (["A", "A", "B", "B"], [1, 0, 1, 0], ""),
        (["A", "A", "B", "B"], [1, 0, 0, 0], "not estimable: 1 event, fewer than 2"),
        (["A", "A", "A", ""], [1, 1, 1, 1], "not estimable: 1 group with patients"),
        (["", "", "", ""], [1, 1, 1, 1], "not estimable: 0 groups with patients"),
    ],
)
def test_a_log_rank_test_says_why_it_is_not_estimable(arms, events, note):
    table = log_rank_tests.survival_tests(
        cohort([1, 2, 3, 4], events, arms), GROUPS, STATISTICS
    )

    assert table["note"].tolist() == [note]
    assert table["p"].isna().tolist() == [note != ""]


def test_leukaemia_free_survival_is_tested_within_indications_too():
    patients = cohort([1, 2, 3, 4], [1, 1, 1, 1], ["A", "B", "A", "B"]).rename(
        columns=lambda name: name.replace("os_", "lfs_")
    )
    patients["indication_group"] = ["R/R", "R/R", "MRD", "MRD"]
    curves = {"a": {"endpoint": "lfs", "population": "all", "group_by": "arm"}}

    table = log_rank_tests.survival_tests(
        patients, GROUPS, STATISTICS | {"curves": curves}
    )

    # In each stratum A is first of two: O - E = 1 - 1/2, variance 1/4; 1^2 / (1/2) = 2.
    assert table["test"].tolist() == [
        "log-rank",
        "log-rank stratified by indication_group",
    ]
    assert table["statistic"].iloc[1] == pytest.approx(2)


def test_a_grouping_of_indications_is_not_tested_within_indications():
    patients = cohort([1, 2, 3, 4], [1, 1, 1, 1], ["A", "B", "A", "B"]).rename(
        columns=lambda name: name.replace("os_", "lfs_")
    )
    patients["indication_group"] = ["R/R", "MRD", "R/R", "MRD"]
    curves = {"a": {"endpoint": "lfs", "population": "all", "group_by": "arm"}}
    groups = {
        "arm": {**GROUPS["arm"], "column": "indication"},
        "indication_group": {"column": "indication", "levels": {}},
    }

    table = log_rank_tests.survival_tests(
        patients, groups, STATISTICS | {"curves": curves}
    )

    assert table["test"].tolist() == ["log-rank"]


@pytest.mark.parametrize(
    ("name", "time", "event", "group", "strata"),
    [
        ("lr_bmt_group", "t2", "d3", "group", None),
        ("lr_lung_sex", "time", "dead", "sex", None),
        ("lr_lung_sex_strat_ecog", "time", "dead", "sex", "ecog3"),
        ("lr_veteran_celltype", "time", "status", "celltype", None),
    ],
)
def test_log_rank_tests_equal_those_of_r(oracle, name, time, event, group, strata):
    data, expected = oracle(name)
    if strata:
        data = data.dropna(subset=[strata])

    statistic, df, p = log_rank(
        data[time], data[event], data[group], data[strata] if strata else None
    )

    assert statistic == pytest.approx(expected["chisq"], abs=1e-10)
    assert df == expected["df"]
    assert p == pytest.approx(expected["p"], abs=1e-12)


def test_groups_that_are_never_at_risk_together_at_an_event_are_not_compared():
    # The events come at 5 and 6 months, when the first group has left already.
    months, event = pd.Series([1.0, 2.0, 5.0, 6.0]), pd.Series([0, 0, 1, 1])
    group = pd.Series(["a", "a", "b", "b"])

    statistic, df, p = log_rank(months, event, group)

    assert (math.isnan(statistic), df, math.isnan(p)) == (True, 0, True)


def test_the_log_rank_of_delayed_entry_is_mantel_byar_on_the_same_rows():
    generator = np.random.default_rng(11)
    start = pd.Series(generator.integers(0, 10, 80).astype(float))
    stop = start + generator.integers(1, 20, 80)
    event = pd.Series(generator.integers(0, 2, 80))
    group = pd.Series(generator.integers(0, 2, 80))
    rows = pd.DataFrame({"start": start, "stop": stop, "event": event, "g": group})

    statistic, df, p = log_rank(stop, event, group, entry=start)

    expected = mantel_byar(rows, "g")
    assert statistic == pytest.approx(expected.statistic, rel=1e-12)
    assert (df, p) == (1, pytest.approx(expected.p, rel=1e-12))
    # Two equal strata give the sum, which is the double.
    both = pd.concat([rows, rows], ignore_index=True)
    twice = log_rank(
        *(both["stop"], both["event"], both["g"]),
        strata=pd.Series(["a"] * 80 + ["b"] * 80),
        entry=both["start"],
    )
    assert twice[0] == pytest.approx(2 * statistic, rel=1e-12)


def test_the_log_rank_without_delay_is_that_of_the_library():
    generator = np.random.default_rng(12)
    months = pd.Series(generator.integers(1, 30, 60).astype(float))
    event, group = (
        pd.Series(generator.integers(0, 2, 60)),
        pd.Series(generator.integers(0, 3, 60)),
    )
    # One who enters just before the first end is at risk at every time.
    hardly = pd.Series([0.5] + [0.0] * 59)

    ours = log_rank(months, event, group, entry=hardly)

    assert ours == pytest.approx(log_rank(months, event, group), rel=1e-10)


def test_a_group_that_leaves_before_the_first_event_takes_no_degree_of_freedom():
    # As R's survdiff: c is expected no event, so that a and b alone are compared.
    months = pd.Series([2.0, 3, 4, 5, 6, 7, 0.5, 0.6])
    event = pd.Series([1] * 6 + [0, 0])
    group = pd.Series(list("abababcc"))
    strata = pd.Series(list("xyxxyyxy"))
    two = group != "c"

    found = log_rank(months, event, group)
    stratified = log_rank(months, event, group, strata)

    assert found == pytest.approx(log_rank(months[two], event[two], group[two]))
    assert found[1] == 1
    alone = log_rank(months[two], event[two], group[two], strata[two])
    assert stratified == pytest.approx(alone)


def test_strata_of_one_group_each_compare_nothing_and_stop_no_run():
    months, event = pd.Series([1.0, 2, 3, 4]), pd.Series([1, 1, 1, 1])
    group = pd.Series(list("aabb"))

    assert math.isnan(log_rank(months, event, group, group)[0])


def test_a_group_never_compared_is_said_in_the_note():
    patients = pd.DataFrame(
        {
            "months": [2.0, 3, 4, 5, 6, 7, 0.5, 0.6],
            "event": [1] * 6 + [0, 0],
            "by": list("abababcc"),
        }
    )

    row = log_rank_tests.tested(patients, "by", None, 5)

    assert row["df"] == 1
    assert row["note"] == (
        "df 1: not all groups are compared with each other at an event"
    )
    both = log_rank_tests.tested(patients[:6], "by", None, 5)
    assert (both["df"], both["note"]) == (1, "")


def test_groups_compared_in_strata_of_their_own_are_two_sets():
    # Each group is at risk with another, but those of x with none of y: 4 - 2 = 2.
    patients = pd.DataFrame(
        {
            "months": [2.0, 3, 4, 5, 6, 7, 8, 9],
            "event": [1] * 8,
            "by": list("ababcdcd"),
            "site": list("xxxxyyyy"),
        }
    )

    row = log_rank_tests.tested(patients, "by", "site", 5)

    assert row["df"] == 2
    assert row["note"] == (
        "df 2: not all groups are compared with each other at an event"
    )


def test_the_log_rank_of_four_groups_equals_that_of_lifelines():
    months = pd.Series([(7 * i) % 41 + 1.0 for i in range(60)])
    event = pd.Series([i % 3 > 0 for i in range(60)]).astype(int)
    group = pd.Series([i % 4 for i in range(60)])

    statistic, df, p = log_rank(months, event, group)

    other = multivariate_logrank_test(months, group, event)
    assert (statistic, p) == pytest.approx((other.test_statistic, other.p_value))
    assert df == 3
