"""Observed and expected events by hand; tests/oracle compares them with R."""

import math

import pandas as pd
import pytest

from ballad.outcomes.log_rank_score import log_rank_score

MONTHS = pd.Series([1.0, 2.0, 3.0, 4.0])
EVENT = pd.Series([1, 1, 0, 1])
GROUP = pd.Series(["A", "B", "A", "B"])


def test_observed_and_expected_events_by_hand():
    # At 1: A has 2 of 4 at risk. At 2: 1 of 3. At 4: 0 of 1.
    score = log_rank_score(MONTHS, EVENT, GROUP)

    assert score.observed.tolist() == [1, 2]
    assert score.expected == pytest.approx([1 / 2 + 1 / 3, 1 / 2 + 2 / 3 + 1])
    variance = 1 / 4 + 2 / 9
    assert score.statistic == pytest.approx((1 - 5 / 6) ** 2 / variance)


def test_events_weigh_the_survival_before_them():
    # S before 1, 2 and 4: 1, 3/4, 1/2.
    score = log_rank_score(MONTHS, EVENT, GROUP, rho=1)

    assert score.observed.tolist() == [1, 3 / 4 + 1 / 2]
    assert score.expected[0] == pytest.approx(1 / 2 + 3 / 4 / 3)


def test_who_enters_late_is_not_expected_to_die_before():
    entry = pd.Series([0.0, 0.0, 1.0, 0.0])

    assert log_rank_score(MONTHS, EVENT, GROUP, entry=entry).expected[
        0
    ] == pytest.approx(1 / 3 + 1 / 3)


@pytest.mark.parametrize("group", [["A"] * 4, ["A", "A", "A", "B"]])
def test_groups_that_no_event_compares_have_no_statistic(group):
    alone = pd.Series([1, 0, 0, 0]) if len(set(group)) == 1 else pd.Series([0, 0, 0, 1])

    score = log_rank_score(MONTHS, alone, pd.Series(group))

    assert math.isnan(score.statistic)
    assert math.isnan(score.p)
