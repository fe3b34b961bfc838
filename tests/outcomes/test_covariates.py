import math

import pandas as pd
import pytest

from ballad.outcomes.covariates import covariates_of

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
    (covariate,) = covariates_of(pd.DataFrame([{**plain, **differs}]), HCT, {})
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

    (covariate,) = covariates_of(cohort, HCT, {})

    assert covariate.exposure_day.tolist() == pytest.approx(
        [100, math.nan], nan_ok=True
    )
    assert not covariate.salvage.any()
