import math

import pandas as pd
import pytest

from ballad.outcomes.covariates import (
    baseline_only,
    covariates_of,
    time_dependent_terms,
)

REMISSION = {
    "since_response": {"response": ["CR", "CRh", "CRi"], "mrd_response": ["negative"]},
    "at_start": {"indication": ["mrd", "mrd_negative"]},
}
HCT = {"hct_time_dependent": {"time_dependent": "hct_date"}}


def transplanted(**differs):
    """A refractory patient of day 100's transplant who never was in remission."""
    plain = {
        "indication": "rr",
        "response": "NR",
        "response_day": "28",
        "mrd_response": "",
        "mrd_response_day": "",
        "hct_day": "100",
        "relapse_day": "",
    }
    cohort = pd.DataFrame([{**plain, **differs}])
    (covariate,) = covariates_of(cohort, HCT, {}, REMISSION)
    return covariate


@pytest.mark.parametrize(
    ("differs", "day"),
    [
        ({}, math.nan),
        ({"response": ""}, math.nan),
        ({"response": "CR"}, 100),
        ({"response": "CRh"}, 100),
        ({"response": "CRi", "response_day": "100"}, 100),
        # The transplant, not blinatumomab, brought this remission.
        ({"response": "CR", "response_day": "101"}, math.nan),
        ({"mrd_response": "negative", "mrd_response_day": "60"}, 100),
        ({"mrd_response": "negative", "mrd_response_day": "101"}, math.nan),
        ({"mrd_response": "positive", "mrd_response_day": "60"}, math.nan),
        # Treated in morphological remission.
        ({"indication": "mrd", "response": ""}, 100),
        ({"indication": "mrd_negative", "response": ""}, 100),
        ({"indication": "induction", "response": ""}, math.nan),
        ({"response": "CR", "relapse_day": "90"}, math.nan),
    ],
)
def test_a_transplant_is_exposure_only_in_ongoing_remission(differs, day):
    covariate = transplanted(**differs)

    assert covariate.exposure_day.tolist() == pytest.approx([day], nan_ok=True)
    assert covariate.salvage.tolist() == [math.isnan(day)]


def test_without_any_column_of_remission_every_transplant_counts():
    cohort = pd.DataFrame({"hct_day": ["100", ""]})

    (covariate,) = covariates_of(cohort, HCT, {}, REMISSION)

    assert covariate.exposure_day.tolist() == pytest.approx(
        [100, math.nan], nan_ok=True
    )
    assert not covariate.salvage.any()


def test_which_cells_say_remission_is_configured():
    cohort = pd.DataFrame(
        {
            "response": ["CR", "PR"],
            "response_day": ["30", "30"],
            "hct_day": ["100", "100"],
        }
    )
    partial = {"since_response": {"response": ["PR"]}, "at_start": {}}

    (covariate,) = covariates_of(cohort, HCT, {}, partial)

    assert covariate.salvage.tolist() == [True, False]


def test_any_date_column_may_become_time_dependent():
    cohort = pd.DataFrame({"car_t_day": ["100", ""], "relapse_day": ["50", ""]})

    (covariate,) = covariates_of(
        cohort, {"car_t": {"time_dependent": "car_t_date"}}, {}
    )

    # Only a transplant needs an ongoing remission.
    assert covariate.exposure_day.tolist() == pytest.approx(
        [100, math.nan], nan_ok=True
    )
    assert covariate.salvage is None


def test_a_second_transplant_is_no_exposure_of_its_own():
    cohort = pd.DataFrame({"hct_day": ["100"], "second_hct_day": ["300"]})

    (covariate,) = covariates_of(cohort, HCT, {})

    assert covariate.exposure_day.tolist() == [100]


FLAGS = pd.DataFrame(
    {
        "tp53": ["present", "absent", "not_assessed", "indeterminate", ""],
        "low": ["present", "present", "absent", "absent", "present"],
    }
)


def test_not_assessed_is_missing_unless_asked_for_otherwise():
    (covariate,) = covariates_of(FLAGS, {"tp53": {}}, {})

    assert covariate.values.tolist() == pytest.approx(
        [1, 0] + [math.nan] * 3, nan_ok=True
    )
    assert covariate.assumed is None


def test_not_assessed_can_be_a_level():
    present, unknown = covariates_of(FLAGS, {"tp53": {"missing": "category"}}, {})

    assert (present.level, unknown.level) == ("present", "not assessed")
    assert present.values.tolist() == [1, 0, 0, 0, 0]
    assert unknown.values.tolist() == [0, 0, 1, 1, 1]
    assert {present.reference, unknown.reference} == {"absent"}


def test_not_assessed_counts_as_absent_only_when_asked_for():
    (covariate,) = covariates_of(FLAGS, {"tp53": {"missing_as_absent": True}}, {})

    assert covariate.values.tolist() == [1, 0, 0, 0, 0]
    assert covariate.assumed.tolist() == [False, False, True, True, True]


def test_an_interaction_is_the_product_and_missing_where_a_factor_is():
    both = {"tp53": {}, "low": {}, "both": {"interaction": ["tp53", "low"]}}

    *_, product = covariates_of(FLAGS, both, {})

    assert product.values.tolist() == pytest.approx(
        [1, 0] + [math.nan] * 3, nan_ok=True
    )
    assert product.level == "tp53 present and low present"
    assert product.binary


def test_an_interaction_with_levels_has_a_column_for_each():
    cohort = pd.DataFrame({"x": ["present", "absent"] * 2, "arm": ["A", "B", "C", "A"]})
    arm = {"column": "arm", "levels": {"A": [], "B": [], "C": []}}
    terms = {"x": {}, "arm": {}, "by": {"interaction": ["x", "arm"]}}

    *_, first, second = covariates_of(cohort, terms, {"arm": arm})

    assert first.level == "x present and arm B"
    assert second.values.tolist() == [0, 0, 1, 0]


def test_an_interaction_of_what_the_model_lacks_is_refused():
    with pytest.raises(ValueError, match="both: interaction of low"):
        covariates_of(FLAGS, {"tp53": {}, "both": {"interaction": ["tp53", "low"]}}, {})


def test_a_step_carries_its_unit():
    cohort = pd.DataFrame({"age": ["40", "60"]})

    (covariate,) = covariates_of(cohort, {"age": {"per": 10, "unit": "years"}}, {})

    assert covariate.level == "per 10 years"
    assert covariate.values.tolist() == [4, 6]


def test_an_interaction_with_a_time_dependent_covariate_is_time_dependent():
    covariates = {
        "tp53": {},
        **HCT,
        "by": {"interaction": ["tp53", "hct_time_dependent"]},
    }

    assert time_dependent_terms(covariates) == ["hct_time_dependent", "by"]
    assert list(baseline_only(covariates)) == ["tp53"]


def test_only_the_dates_of_those_who_fit_make_a_time_dependent_covariate():
    # Negative on day 77 is no news on day 28; a positive result is no exposure.
    cohort = pd.DataFrame(
        {
            "mrd_response": ["negative", "positive", ""],
            "mrd_response_day": ["77", "28", ""],
        }
    )
    reached = {"time_dependent": "mrd_response_date"}
    reached["where"] = {"mrd_response": ["negative"]}

    (covariate,) = covariates_of(cohort, {"mrd": reached}, {})

    assert covariate.exposure_day.tolist() == pytest.approx(
        [77, math.nan, math.nan], nan_ok=True
    )
    assert covariate.values.tolist() == [0, 0, 0]  # nobody leaves
    assert covariate.level == "negative from mrd_response_date on"
