import numpy as np
import pandas as pd
import pytest

from ballad.outcomes.competing_risks import (
    counts,
    cumulative_incidence,
    incidence_curves,
    incidence_variance,
    log_log_interval,
)
from tests.outcomes.competing_cohorts import ENDPOINTS, GROUPS, STATISTICS, cohort


def test_incidence_by_hand():
    # Relapse at 1 of 4: 1/4. Death at 2 of 3: S = 3/4 * 2/3 = 1/2. Relapse at 3 of
    # the 1 left after a censoring at 2.5: 1/4 + 1/2 = 3/4.
    months = pd.Series([1, 2, 2.5, 3])
    cause = pd.Series(["relapse", "death", "censored", "relapse"])

    curve = cumulative_incidence(months, cause, "relapse", 0.95)

    assert curve["time_months"].tolist() == [0, 1, 2, 2.5, 3]
    assert curve["cif"].tolist() == pytest.approx([0, 1 / 4, 1 / 4, 1 / 4, 3 / 4])
    assert curve["n_at_risk"].tolist() == [4, 4, 3, 2, 1]


def test_variance_of_an_incidence_by_hand():
    # F(1) = 1/4, F(3) = 5/8. The hazard at 1 varies by 1/4^2, that at 3 by 1/2^2.
    # At 1 the slope is 1 - (5/8 - 1/4) / (3/4) = 1/2, at 3 it is S(3-) = 3/4:
    # 1/4 * 1/16 + 9/16 * 1/4 = 5/32.
    months, cause = np.array([1.0, 2, 3, 4]), np.array(["r", "censored"] * 2)

    group = counts(months, cause, "r", np.array([1.0, 3]))

    assert group.incidence.tolist() == pytest.approx([1 / 4, 5 / 8])
    assert incidence_variance(group)[1] == pytest.approx(5 / 32, abs=1e-12)


def test_the_plus_sign_gives_the_upper_limit():
    low, high = log_log_interval(np.array([0.3]), np.array([0.1]), 0.95)

    assert low[0] < 0.3 < high[0]


def test_causes_add_up_to_one_minus_survival(bmt):
    curves = [
        cumulative_incidence(bmt["t2"], bmt["cause"], cause, 0.95)["cif"]
        for cause in ("1", "2")
    ]

    both = bmt["cause"].where(bmt["cause"] == "censored", "any")
    any_event = cumulative_incidence(bmt["t2"], both, "any", 0.95)["cif"]
    assert (curves[0] + curves[1] - any_event).abs().max() < 1e-12


def test_a_cause_nobody_has_stays_at_zero_without_interval():
    curve = cumulative_incidence(
        pd.Series([1.0, 2]), pd.Series(["death", "censored"]), "relapse", 0.95
    )

    assert curve["cif"].tolist() == [0, 0, 0]
    assert curve[["ci_low", "ci_high"]].isna().all(axis=None)


def test_an_event_at_time_zero_counts():
    curve = cumulative_incidence(
        pd.Series([0.0, 2]), pd.Series(["relapse", "censored"]), "relapse", 0.95
    )

    assert curve["time_months"].tolist() == [0, 2]
    assert curve["cif"].tolist() == [0.5, 0.5]


@pytest.mark.parametrize("case", ["cuminc_bmt_group", "cuminc_bmt_all"])
def test_incidences_variances_and_limits_equal_those_of_r(bmt, expected, case):
    for point in expected(case)["cif"]:
        part = bmt if case.endswith("all") else bmt[bmt["group"] == point["group"]]
        months, cause = part["t2"].to_numpy(float), part["cause"].to_numpy()
        times = np.unique(np.append(months[months <= point["time"]], 0))
        group = counts(months, cause, point["cause"], times)
        variance = incidence_variance(group)[-1:]
        low, high = log_log_interval(group.incidence[-1:], np.sqrt(variance), 0.95)

        assert group.incidence[-1] == pytest.approx(point["est"], abs=1e-12)
        assert variance[0] == pytest.approx(point["var"], abs=1e-10)
        for ours, theirs in ((low, "lower_loglog"), (high, "upper_loglog")):
            wanted = np.nan if point[theirs] is None else point[theirs]
            assert ours[0] == pytest.approx(wanted, abs=1e-10, nan_ok=True)


def test_state_probabilities_equal_those_of_r(bmt, expected):
    points = expected("aj_bmt_group")["pstate"]
    states = {"relapse": "1", "nrm": "2"}
    for point in (point for point in points if point["state"] in states):
        part = bmt[bmt["group"] == point["strata"].removeprefix("group=")]
        curve = cumulative_incidence(
            part["t2"], part["cause"], states[point["state"]], 0.95
        )
        inside = curve[curve["time_months"] <= point["time"]].iloc[-1]
        assert inside["cif"] == pytest.approx(point["pstate"], abs=1e-12)


def test_every_cause_stands_beside_the_others():
    table = incidence_curves(
        cohort([1, 2], ["relapse", "censored"], ["A", ""]),
        ENDPOINTS,
        GROUPS,
        STATISTICS,
    )

    shown = table[["group", "cause"]].drop_duplicates().values.tolist()
    assert shown == [
        ["all", "relapse"],
        ["all", "death"],
        ["A", "relapse"],
        ["A", "death"],
    ]


def test_the_incidence_of_delayed_entry_by_hand():
    months, entry = pd.Series([2.0, 5.0, 4.0, 6.0]), pd.Series([0.0, 0.0, 1.0, 3.0])
    cause = pd.Series(["relapse", "censored", "death", "relapse"])

    curve = cumulative_incidence(months, cause, "relapse", 0.95, entry)

    # Free of events: 2/3 after month 2, 4/9 after month 4, when one of three dies.
    found = curve.set_index("time_months")["cif"]
    assert found.to_dict() == pytest.approx(
        {0: 0, 2: 1 / 3, 4: 1 / 3, 5: 1 / 3, 6: 1 / 3 + 4 / 9}
    )
    assert curve["n_at_risk"].tolist() == [2, 3, 3, 2, 1]


def test_who_enters_at_an_event_is_not_at_risk_of_it():
    months, entry = pd.Series([2.0, 5.0, 4.0, 6.0]), pd.Series([0.0, 0.0, 1.0, 4.0])
    cause = pd.Series(["relapse", "censored", "death", "relapse"])

    curve = cumulative_incidence(months, cause, "relapse", 0.95, entry)

    # In month 4 one of two dies: 1/3 are free of events when the last one relapses.
    assert curve["cif"].iloc[-1] == pytest.approx(1 / 3 + 1 / 3)
    assert curve["n_at_risk"].tolist() == [2, 3, 2, 2, 1]
