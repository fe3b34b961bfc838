import json
import math

import numpy as np
import pandas as pd
import pytest

from ballad.outcomes import survival
from ballad.outcomes.survival import (
    kaplan_meier,
    log_rank,
    quantile,
    restricted_mean,
    survival_at,
    survival_curves,
    survival_summary,
)
from ballad.outcomes.transplant import mantel_byar

STATISTICS = {
    "curves": {"a": {"endpoint": "os", "population": "all", "group_by": "arm"}},
    "confidence_level": 0.95,
    "min_events": 2,
    "survival_times": [2, 12],
    "rmst_months": 24,
    "log_rank_strata": {"lfs": "indication_group"},
}
GROUPS = {"arm": {"column": "x", "levels": {"B": ["b"], "A": ["a"]}}}


def cohort(months, events, arms):
    return pd.DataFrame(
        {
            "in_all": "yes",
            "os_months": [str(m) for m in months],
            "os_event": [str(e) for e in events],
            "os_cause": ["death" if e == 1 else "censored" for e in events],
            "arm": arms,
        }
    )


@pytest.fixture(scope="module")
def oracle(root):
    def case(name):
        text = (root / f"tests/oracle/expected/{name}.json").read_text()
        found = json.loads(text)
        data = pd.read_csv(root / f"tests/oracle/data/{found['data']}.csv")
        return data, found["expected"]

    return case


def test_survival_by_hand():
    # At 1 one of 4 dies: 3/4. At 3 one of the 2 left dies: 3/4 * 1/2 = 3/8.
    curve = kaplan_meier(pd.Series([1, 2, 3, 4]), pd.Series([1, 0, 1, 0]), 0.95)

    assert curve["time_months"].tolist() == [0, 1, 2, 3, 4]
    assert curve["survival"].tolist() == pytest.approx([1, 3 / 4, 3 / 4, 3 / 8, 3 / 8])
    assert curve["n_at_risk"].tolist() == [4, 4, 3, 2, 1]
    assert curve["n_events"].tolist() == [0, 1, 0, 1, 0]
    assert curve["n_censored"].tolist() == [0, 0, 1, 0, 1]
    assert curve["ci_low"].isna().tolist() == [True, False, False, False, False]


def test_a_curve_flat_at_one_half_has_its_median_in_the_middle():
    # S is exactly 1/2 from 2 to 3: the median is 2.5.
    curve = kaplan_meier(pd.Series([1, 2, 3, 4]), pd.Series([1, 1, 1, 1]), 0.95)

    assert quantile(curve, 0.5)[0] == 2.5


def test_a_median_above_the_curve_is_not_reached():
    table = survival_summary(
        cohort([5, 6, 7], [1, 0, 0], ["A"] * 3), GROUPS, STATISTICS
    )

    median = table[(table["statistic"] == "median") & (table["group"] == "all")]
    assert median["value"].isna().all()
    assert median["note"].tolist() == ["not reached"]


def test_an_empty_limit_beside_an_estimate_says_why():
    table = survival_summary(
        cohort([5, 6, 7], [1, 1, 1], ["A"] * 3), GROUPS, {**STATISTICS}
    )

    everyone = table[table["group"] == "all"].set_index(["statistic", "time_months"])
    said = everyone["note"].to_dict()
    # At 12 months all three are dead; nobody was censored, so follow-up is unknown.
    assert everyone.loc[("survival", 12), "value"] == 0
    assert said[("survival", 12)] == "no variance: no limits"
    assert everyone.loc["follow_up_median", "note"].tolist() == ["not reached"]
    limits = everyone[["ci_low", "ci_high"]].isna().any(axis=1)
    assert (everyone.loc[limits, "note"] != "").all()


def test_survival_beyond_the_last_censored_patient_is_missing():
    curve = kaplan_meier(pd.Series([1, 2]), pd.Series([1, 0]), 0.95)

    assert survival_at(curve, 2)[0] == 0.5
    assert pd.isna(survival_at(curve, 2.01)[0])


def test_survival_after_everybody_died_is_zero():
    curve = kaplan_meier(pd.Series([1, 2]), pd.Series([1, 1]), 0.95)

    assert survival_at(curve, 5)[0] == 0


def test_restricted_mean_by_hand():
    # S = 1 up to 1, 3/4 up to 3, 3/8 up to 4: 1 + 2 * 3/4 + 3/8 = 23/8.
    # A(1) = 15/8, d/(n(n-d)) = 1/12; A(3) = 3/8, 1/2: 75/256 + 18/256 = 93/256.
    curve = kaplan_meier(pd.Series([1, 2, 3, 4]), pd.Series([1, 0, 1, 0]), 0.95)

    mean, error = restricted_mean(curve, 4)

    assert mean == pytest.approx(23 / 8, abs=1e-12)
    assert error**2 == pytest.approx(93 / 256, abs=1e-12)


def test_restricted_mean_stops_at_the_smallest_groups_last_follow_up():
    table = survival_summary(
        cohort([5, 6, 30, 40], [1, 0, 1, 0], ["A", "A", "B", "B"]), GROUPS, STATISTICS
    )

    rmst = table[(table["statistic"] == "rmst") & (table["group_by"] == "arm")]
    assert rmst["time_months"].tolist() == [6, 6]


def test_groups_keep_the_order_of_the_configuration():
    table = survival_curves(
        cohort([5, 6, 7], [1, 0, 1], ["A", "B", ""]), GROUPS, STATISTICS
    )

    assert table["group"].drop_duplicates().tolist() == ["all", "B", "A"]
    assert table.groupby("group")["n_at_risk"].max().to_dict() == {
        "all": 3,
        "A": 1,
        "B": 1,
    }


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
    table = survival.survival_tests(
        cohort([1, 2, 3, 4], events, arms), GROUPS, STATISTICS
    )

    assert table["note"].tolist() == [note]
    assert table["p"].isna().tolist() == [note != ""]


def test_a_cohort_without_patients_has_summary_rows_but_no_curve():
    empty = cohort([], [], [])

    assert survival_curves(empty, GROUPS, STATISTICS).empty
    notes = survival_summary(empty, GROUPS, STATISTICS)["note"]
    assert set(notes) == {"not estimable: no patients"}


def test_leukaemia_free_survival_is_tested_within_indications_too():
    patients = cohort([1, 2, 3, 4], [1, 1, 1, 1], ["A", "B", "A", "B"]).rename(
        columns=lambda name: name.replace("os_", "lfs_")
    )
    patients["indication_group"] = ["R/R", "R/R", "MRD", "MRD"]
    curves = {"a": {"endpoint": "lfs", "population": "all", "group_by": "arm"}}

    table = survival.survival_tests(patients, GROUPS, STATISTICS | {"curves": curves})

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

    table = survival.survival_tests(patients, groups, STATISTICS | {"curves": curves})

    assert table["test"].tolist() == ["log-rank"]


@pytest.mark.parametrize(
    ("name", "time", "event", "group"),
    [
        ("km_bmt_loglog", "t2", "d3", "group"),
        ("km_lung_loglog", "time", "dead", None),
    ],
)
def test_curves_and_medians_equal_those_of_r(oracle, name, time, event, group):
    data, expected = oracle(name)
    curves = {
        f"{group}={level}" if group else "all": kaplan_meier(
            part[time], part[event], 0.95
        )
        for level, part in data.groupby(group or (lambda row: "all"))
    }

    for point in expected["curves"]:
        curve = curves[point["strata"]]
        inside = curve[curve["time_months"] <= point["time"]].iloc[-1]
        for ours, theirs in (
            ("survival", "surv"),
            ("ci_low", "lower"),
            ("ci_high", "upper"),
        ):
            if point[theirs] is not None:
                assert inside[ours] == pytest.approx(point[theirs], abs=1e-12)
    for row in expected["median"]:
        obtained = quantile(curves[row["strata"]], 0.5)
        wanted = (row["median"], row["lower"], row["upper"])
        for ours, theirs in zip(obtained, wanted, strict=True):
            assert pd.isna(ours) if theirs is None else ours == theirs


def test_length_of_follow_up_equals_that_of_r(oracle):
    data, expected = oracle("km_reverse_followup_bmt")

    reverse = kaplan_meier(data["t2"], 1 - data["d3"], 0.95)

    row = expected["median"][0]
    assert quantile(reverse, 0.5) == (row["median"], row["lower"], row["upper"])


def test_restricted_means_equal_those_of_r(oracle):
    data, expected = oracle("rmst_bmt_1000")

    for stratum, mean, error in zip(
        expected["strata"], expected["rmean"], expected["se"], strict=True
    ):
        part = data[data["group"] == stratum.removeprefix("group=")]
        obtained = restricted_mean(kaplan_meier(part["t2"], part["d3"], 0.95), 1000)
        assert obtained == pytest.approx((mean, error), abs=1e-9)


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

    assert (math.isnan(statistic), df, math.isnan(p)) == (True, 1, True)


def test_limits_of_the_restricted_mean_stay_between_zero_and_tau():
    patients = pd.DataFrame({"months": [3, 6], "event": [1, 0]})

    rows = survival.summary_of_curve(patients, 6, STATISTICS)

    (rmst,) = [row for row in rows if row["statistic"] == "rmst"]
    # Area 3 + 1.5; variance 1.5^2 / (2 * 1). On the scale u = log(-log(4.5 / 6)) =
    # -1.24590 the standard error is 1.06066 / (4.5 * 0.287682) = 0.819319.
    assert rmst["value"] == pytest.approx(4.5)
    assert rmst["ci_low"] == pytest.approx(6 * math.exp(-math.exp(0.359937)), rel=1e-4)
    assert rmst["ci_high"] == pytest.approx(6 * math.exp(-math.exp(-2.85174)), rel=1e-4)


def test_a_restricted_mean_without_event_has_no_interval():
    patients = pd.DataFrame({"months": [6, 6], "event": [0, 0]})

    rows = survival.summary_of_curve(patients, 6, STATISTICS)

    (rmst,) = [row for row in rows if row["statistic"] == "rmst"]
    assert rmst["value"] == 6
    assert math.isnan(rmst["ci_low"])
    assert math.isnan(rmst["ci_high"])


# Two of four patients come under observation late.
ENTRY = pd.Series([0.0, 0.0, 1.0, 3.0])
MONTHS = pd.Series([2.0, 5.0, 4.0, 6.0])


def test_the_risk_sets_of_delayed_entry_by_hand():
    curve = kaplan_meier(MONTHS, pd.Series([1, 0, 1, 1]), 0.95, ENTRY)

    by_time = curve.set_index("time_months")
    # At 2 of the first three one dies, at 4 of the last three one.
    at_events = by_time.loc[[2.0, 4.0, 6.0], "survival"]
    assert at_events.tolist() == pytest.approx([2 / 3, 4 / 9, 0])
    assert by_time["n_at_risk"].to_dict() == {0: 2, 1: 2, 2: 3, 3: 2, 4: 3, 5: 2, 6: 1}


def test_a_curve_that_reaches_0_before_others_enter_stays_there():
    months, event = pd.Series([1.0, 5.0, 6.0]), pd.Series([1, 1, 1])

    curve = kaplan_meier(months, event, 0.95, pd.Series([0.0, 2.0, 3.0]))

    assert curve.loc[curve["time_months"] >= 1, "survival"].eq(0).all()
    assert curve["ci_low"].isna().all()


def test_entry_at_0_changes_nothing():
    event = pd.Series([1, 0, 1, 1])

    ours = kaplan_meier(MONTHS, event, 0.95, pd.Series([0.0] * 4))

    pd.testing.assert_frame_equal(ours, kaplan_meier(MONTHS, event, 0.95))


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
