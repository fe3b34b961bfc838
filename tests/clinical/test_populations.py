import math

import pandas as pd
import pytest

from ballad.clinical.populations import (
    day_column,
    days_of,
    fits,
    has_eligibility,
    members,
)

COHORT = pd.DataFrame(
    [
        # patient, indication, response, response_day
        ("responder", "rr", "CR", 28.0),
        ("on the last day", "rr", "CRh", 84.0),
        ("too late", "rr", "CR", 85.0),
        ("without a date", "rr", "CR", math.nan),
        ("failure", "rr", "NR", 28.0),
        ("other indication", "mrd_negative", "CR", 10.0),
        ("no indication", "", "CR", 28.0),
    ],
    columns=["patient", "indication", "response", "response_day"],
)
POPULATIONS = {
    "all": {"any": [{"where": {}}]},
    "rr": {"any": [{"where": {"indication": ["rr"]}}]},
    "remission": {
        "any": [
            {
                "where": {"indication": ["rr"], "response": ["CR", "CRh", "CRi"]},
                "eligible_from": "response_date",
                "within_days": 84,
            }
        ]
    },
    "complete": {"within": "remission", "any": [{"where": {"response": ["CR"]}}]},
}


def inside(name, cohort=COHORT, populations=POPULATIONS):
    member, _ = members(cohort, name, populations)
    return cohort.loc[member, "patient"].tolist()


def test_everybody_is_in_a_population_without_conditions():
    assert len(inside("all")) == len(COHORT)


def test_a_patient_without_an_indication_is_not_relapsed_or_refractory():
    assert "no indication" not in inside("rr")


def test_remission_needs_a_response_with_a_date_inside_the_window():
    assert inside("remission") == ["responder", "on the last day"]


def test_eligibility_begins_on_the_day_of_the_response():
    member, since = members(COHORT, "remission", POPULATIONS)

    assert since[member].tolist() == [28, 84]
    assert since[~member].isna().all()


def test_a_population_within_another_keeps_its_day_of_eligibility():
    member, since = members(COHORT, "complete", POPULATIONS)

    assert COHORT.loc[member, "patient"].tolist() == ["responder"]
    assert since[member].tolist() == [28]


def test_the_first_entry_that_fits_gives_the_day():
    both = {
        "either": {
            "any": [
                {"where": {}, "eligible_from": "mrd_response_date"},
                {"where": {}, "eligible_from": "response_date"},
            ]
        }
    }
    cohort = pd.DataFrame(
        {
            "patient": ["both", "second only"],
            "mrd_response_day": [50.0, math.nan],
            "response_day": [28.0, 30.0],
        }
    )

    _, since = members(cohort, "either", both)

    assert since.tolist() == [50, 30]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["CR"], ["CR"]),
        ([None], [""]),
        (["CR", None], ["CR", ""]),
        (["PR"], []),
    ],
)
def test_null_in_a_condition_stands_for_missing(values, expected):
    cohort = pd.DataFrame({"response": ["CR", "NR", ""]})

    fitting = fits(cohort, {"response": values})

    assert cohort.loc[fitting, "response"].tolist() == expected


def test_a_column_the_cohort_lacks_is_missing_for_everybody():
    cohort = pd.DataFrame({"patient": ["P1"]})

    assert fits(cohort, {"response": [None]}).tolist() == [True]
    assert fits(cohort, {"response": ["CR"]}).tolist() == [False]
    assert days_of(cohort, "relapse_date").isna().all()


def test_treatment_start_is_day_zero():
    assert days_of(COHORT, "treatment_start").eq(0).all()


def test_the_column_of_days_is_named_like_the_date():
    assert day_column("relapse_date") == "relapse_day"
    assert day_column("last_contact") == "last_contact_day"


@pytest.mark.parametrize(
    ("name", "rests_on_a_date"),
    [("all", False), ("rr", False), ("remission", True), ("complete", True)],
)
def test_membership_rests_on_a_date_if_any_entry_up_the_line_does(
    name, rests_on_a_date
):
    assert has_eligibility(name, POPULATIONS) is rests_on_a_date


def test_a_response_after_the_data_cut_off_makes_nobody_eligible():
    cohort = COHORT.assign(follow_up_day=[27.0, *[900.0] * 6])

    assert inside("remission", cohort) == ["on the last day"]
