"""Gray's test by hand and as R computes it."""

import numpy as np
import pandas as pd
import pytest

from ballad.outcomes import gray
from ballad.outcomes.gray import gray_test
from tests.outcomes.competing_cohorts import ENDPOINTS, GROUPS, STATISTICS, cohort


def test_grays_scores_by_hand_are_those_of_log_rank_without_competing_events():
    # Without competing events the risk set is Y: at 1, A has 1 of 1 events of share
    # 1/2; at 2, A has 0 of 1, share 1/3; at 3, 1 of 1, share 1/2; at 4, share 0.
    # 1/2 - 1/3 + 1/2 = 2/3.
    score, _ = gray.gray_score(
        np.array([1.0, 2, 3, 4]),
        np.array(["r"] * 4),
        np.array(["A", "B", "A", "B"]),
        "r",
        ["A", "B"],
        0,
    )

    assert score.tolist() == pytest.approx([2 / 3, -2 / 3])


@pytest.mark.parametrize(
    ("case", "rho", "strata"),
    [
        ("cuminc_bmt_group", 0, None),
        ("gray_bmt_rho1", 1, None),
        ("gray_bmt_strata_z10", 0, "z10"),
    ],
)
def test_grays_test_equals_that_of_r(bmt, expected, case, rho, strata):
    wanted = expected(case).get("gray", expected(case))
    stratum = None if strata is None else bmt[strata]

    for cause, statistic, p, df in zip(
        wanted["cause"], wanted["stat"], wanted["p"], wanted["df"], strict=True
    ):
        obtained = gray_test(bmt["t2"], bmt["cause"], bmt["group"], cause, rho, stratum)
        assert obtained[0] == pytest.approx(statistic, abs=GRAY)
        assert obtained[1] == df
        assert obtained[2] == pytest.approx(p, abs=GRAY)


GRAY = 1e-10


@pytest.mark.parametrize("n", [0, 1])
def test_grays_test_says_why_it_is_not_estimable(n):
    table = gray.incidence_tests(
        cohort([1] * n, ["relapse"] * n, ["A"] * n), ENDPOINTS, GROUPS, STATISTICS
    )

    assert table["cause"].tolist() == ["relapse", "death"]
    assert table["note"].str.startswith(f"not estimable: {n} group").all()


def test_grays_test_of_a_cause_with_few_events_is_refused():
    patients = cohort(
        [1, 2, 3, 4], ["relapse", "relapse", "death", "censored"], ["A", "B", "A", "B"]
    )

    table = gray.incidence_tests(patients, ENDPOINTS, GROUPS, STATISTICS)

    assert table["note"].tolist() == ["", "not estimable: 1 event, fewer than 2"]


def test_gray_is_not_estimable_with_delayed_entry():
    patients = pd.DataFrame(
        {
            "months": [1.0, 2.0, 3.0, 4.0],
            "cause": ["relapse"] * 4,
            "arm": ["a", "b"] * 2,
            "entry": [0.0, 0.0, 1.0, 0.0],
        }
    )

    row = gray.tested(patients, "arm", "relapse", 2)

    assert row["note"] == "not estimable: Gray's test knows no delayed entry"
    assert "p" not in row


def test_a_group_that_leaves_before_the_first_event_has_no_say_in_grays_test():
    months = pd.Series([2.0, 3, 4, 5, 6, 7, 0.5, 0.6])
    cause = pd.Series(["1", "2", "1", "1", "2", "1", "censored", "censored"])
    group = pd.Series(list("abababcc"))
    two = group != "c"

    found = gray_test(months, cause, group, "1")

    alone = gray_test(months[two], cause[two], group[two], "1")
    assert found == pytest.approx(alone)
    assert found[1] == 1
