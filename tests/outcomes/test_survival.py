"""Summaries of the configured curves."""

import math

import pandas as pd
import pytest

from ballad.outcomes import survival
from ballad.outcomes.survival import survival_curves, survival_summary
from tests.outcomes.followed_cohorts import GROUPS, STATISTICS, cohort


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


def test_a_cohort_without_patients_has_summary_rows_but_no_curve():
    empty = cohort([], [], [])

    assert survival_curves(empty, GROUPS, STATISTICS).empty
    notes = survival_summary(empty, GROUPS, STATISTICS)["note"]
    assert set(notes) == {"not estimable: no patients"}


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
