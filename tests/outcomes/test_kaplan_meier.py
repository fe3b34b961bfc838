"""Kaplan-Meier curves by hand and as R computes them."""

import pandas as pd
import pytest

from ballad.outcomes.kaplan_meier import (
    kaplan_meier,
    quantile,
    restricted_mean,
    survival_at,
)


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
