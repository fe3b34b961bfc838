import json

import numpy as np
import pandas as pd
import pytest

from ballad.outcomes import competing_risks
from ballad.outcomes.competing_risks import (
    counts,
    cumulative_incidence,
    gray_test,
    incidence_curves,
    incidence_variance,
    log_log_interval,
)

ENDPOINTS = {"e": {"to": {"relapse": {}}, "competing": {"death": {}}}}
GROUPS = {"arm": {"column": "x", "levels": {"A": ["a"], "B": ["b"]}}}
STATISTICS = {
    "incidences": {"i": {"endpoint": "e", "population": "all", "group_by": "arm"}},
    "confidence_level": 0.95,
    "min_events": 2,
}
CAUSES = {0: "censored", 1: "1", 2: "2"}


@pytest.fixture(scope="module")
def bmt(root):
    data = pd.read_csv(root / "tests/oracle/data/bmt.csv")
    return data.assign(cause=data["cr_event"].map(CAUSES))


@pytest.fixture(scope="module")
def expected(root):
    def case(name):
        text = (root / f"tests/oracle/expected/{name}.json").read_text()
        return json.loads(text)["expected"]

    return case


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


def test_grays_scores_by_hand_are_those_of_log_rank_without_competing_events():
    # Without competing events the risk set is Y: at 1, A has 1 of 1 events of share
    # 1/2; at 2, A has 0 of 1, share 1/3; at 3, 1 of 1, share 1/2; at 4, share 0.
    # 1/2 - 1/3 + 1/2 = 2/3.
    score, _ = competing_risks.gray_score(
        np.array([1.0, 2, 3, 4]),
        np.array(["r"] * 4),
        np.array(["A", "B", "A", "B"]),
        "r",
        ["A", "B"],
        0,
    )

    assert score.tolist() == pytest.approx([2 / 3, -2 / 3])


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


def cohort(months, causes, arms):
    return pd.DataFrame(
        {
            "in_all": "yes",
            "e_months": [str(m) for m in months],
            "e_event": ["0" if cause == "censored" else "1" for cause in causes],
            "e_cause": causes,
            "arm": arms,
        }
    )


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


@pytest.mark.parametrize("n", [0, 1])
def test_grays_test_says_why_it_is_not_estimable(n):
    table = competing_risks.incidence_tests(
        cohort([1] * n, ["relapse"] * n, ["A"] * n), ENDPOINTS, GROUPS, STATISTICS
    )

    assert table["cause"].tolist() == ["relapse", "death"]
    assert table["note"].str.startswith(f"not estimable: {n} group").all()


def test_grays_test_of_a_cause_with_few_events_is_refused():
    patients = cohort(
        [1, 2, 3, 4], ["relapse", "relapse", "death", "censored"], ["A", "B", "A", "B"]
    )

    table = competing_risks.incidence_tests(patients, ENDPOINTS, GROUPS, STATISTICS)

    assert table["note"].tolist() == ["", "not estimable: 1 event, fewer than 2"]


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


def test_gray_is_not_estimable_with_delayed_entry():
    patients = pd.DataFrame(
        {
            "months": [1.0, 2.0, 3.0, 4.0],
            "cause": ["relapse"] * 4,
            "arm": ["a", "b"] * 2,
            "entry": [0.0, 0.0, 1.0, 0.0],
        }
    )

    row = competing_risks.tested(patients, "arm", "relapse", 2)

    assert row["note"] == "not estimable: Gray's test knows no delayed entry"
    assert "p" not in row


def test_who_enters_at_an_event_is_not_at_risk_of_it():
    months, entry = pd.Series([2.0, 5.0, 4.0, 6.0]), pd.Series([0.0, 0.0, 1.0, 4.0])
    cause = pd.Series(["relapse", "censored", "death", "relapse"])

    curve = cumulative_incidence(months, cause, "relapse", 0.95, entry)

    # In month 4 one of two dies: 1/3 are free of events when the last one relapses.
    assert curve["cif"].iloc[-1] == pytest.approx(1 / 3 + 1 / 3)
    assert curve["n_at_risk"].tolist() == [2, 3, 2, 2, 1]
