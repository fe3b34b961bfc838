"""Hazard ratios of two periods, where they are not proportional."""

import numpy as np

from tests.outcomes.model_cohorts import crossing, fitted, model


def test_hazards_that_are_not_proportional_are_given_by_period():
    rows = fitted(crossing(), model({"tp53": {}}), proportional_hazards_p=0.05)

    first, second = rows[rows["model"] == "main_by_period"].to_dict("records")
    # 160 days are 5.3 months: 30 of the 60 events come until month 6 (182.6 days).
    assert (first["level"], second["level"]) == (
        "present until 6 months",
        "present after 6 months",
    )
    assert (first["events"], second["events"]) == (30, 30)
    assert first["estimate"] > second["estimate"]
    assert first["note"].startswith("proportional hazards violated (p ")
    # All early events but those of the 10 without the flag; late: of patients 24 to 35.
    assert (first["events_in_level"], second["events_in_level"]) == (23, 9)
    assert first["p"] < 0.05
    assert np.isnan(first["p_adjusted"])


def test_the_limit_of_the_test_of_proportional_hazards_is_configured():
    rows = fitted(crossing(), model({"tp53": {}}))

    assert set(rows["model"]) == {"main"}


def test_a_period_of_few_events_has_no_estimate():
    late = {"period_split_months": 14, "proportional_hazards_p": 0.05}
    few = fitted(crossing(), model({"tp53": {}}), **late)

    (row,) = few[few["level"] == "present after 14 months"].to_dict("records")
    # From day 427 on: the patient of day 428; the one of day 434 is censored.
    assert row["note"].startswith("not estimable: 1 event in the period, fewer than 5")
    assert np.isnan(row["estimate"])


def test_a_period_without_an_event_at_a_level_has_the_firth_estimate():
    # All 30 events until month 6 are of the flagged.
    rows = fitted(crossing(ends=40), model({"tp53": {}}), proportional_hazards_p=0.05)

    first, second = rows[rows["model"] == "main_by_period"].to_dict("records")
    assert {first["method"], second["method"]} == {"firth_cox"}
    assert {first["ci_method"], second["ci_method"]} == {"profile likelihood"}
    assert 1 < first["ci_low"] < first["estimate"] < np.inf
    assert "Firth: a period without a finite estimate" in first["note"]
    assert first["note"].startswith("no event in tp53 absent; ")
    assert "no event" not in second["note"]


def test_the_periods_of_a_model_penalised_for_its_few_events_are_penalised_too():
    rows = fitted(
        crossing(),
        model({"tp53": {}}),
        proportional_hazards_p=0.05,
        events_per_variable=100,
    )

    assert set(rows["model"]) == {"main", "main_by_period"}
    assert set(rows["method"]) == {"firth_cox"}
    assert set(rows["ci_method"]) == {"profile likelihood"}
