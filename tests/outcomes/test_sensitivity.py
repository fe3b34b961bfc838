"""Varied models: which are fitted, and how an unchanged one is told."""

import pandas as pd

from ballad.outcomes.models import COLUMNS as MODEL_COLUMNS
from ballad.outcomes.sensitivity import COLUMNS, fitted, noted, unknown_causes

STATISTICS = {
    "confidence_level": 0.95,
    "ties": "efron",
    "min_events": 1,
    "events_per_variable": 1,
    "rare_level": 0.2,
    "day_zero_days": 0.5,
    "cause_imputations": 2,
    "seed": 1,
    "sensitivity_models": ["first"],
}
MODEL = {
    "endpoint": "os",
    "population": "all",
    "method": "cox",
    "covariates": {"age": {"per": 10}},
    "univariable": {"age": {"per": 10}},
    "beside": ["firth_cox"],
}
SETTINGS = {
    "models": {"first": MODEL, "second": {**MODEL, "covariates": {"tp53": {}}}},
    "endpoints": {
        "os": {
            "kind": "time",
            "from": "treatment_start",
            "to": {"death": {"date": "death_date"}},
            "population": "all",
        }
    },
    "groups": {},
    "statistics": STATISTICS,
}
COHORT = pd.DataFrame(
    {
        "patient": list("abcdefgh"),
        "in_all": "yes",
        "age": ["60", "30", "70", "40", "50", "65", "35", "45"],
        "tp53": ["present", "absent"] * 4,
        "os_origin_day": "0",
        "os_days": ["10", "80", "20", "60", "70", "30", "40", "50"],
        "os_cause": ["death", "death", "censored", "death"] * 2,
    }
)


def test_only_the_multivariable_fit_of_the_named_models_is_repeated():
    rows = fitted(COHORT, SETTINGS, [])

    assert list(rows["model"]) == ["first"]
    assert list(rows["method"]) == ["cox"]


def test_a_model_that_the_variation_changes_is_fitted_too():
    assert set(fitted(COHORT, SETTINGS, ["second"])["model"]) == {"first", "second"}


def test_a_model_switched_off_by_the_variation_has_no_row():
    without = {**SETTINGS, "models": {"second": SETTINGS["models"]["second"]}}

    assert list(fitted(COHORT, without, [])["model"]) == []


def test_a_row_that_the_variation_leaves_alone_says_so():
    delivered = fitted(COHORT, SETTINGS, [])
    older = COHORT.assign(age=["61", *COHORT["age"][1:]])

    same = noted(fitted(COHORT, SETTINGS, ["second"]), delivered)
    other = noted(fitted(older, SETTINGS, []), delivered)

    assert list(same["note"].str.startswith("as delivered")) == [True, False]
    assert not other["note"].str.startswith("as delivered").any()
    assert list(same) == MODEL_COLUMNS


def test_an_endpoint_without_unknown_causes_adds_no_rows():
    rows = unknown_causes(COHORT, SETTINGS)

    assert list(rows) == COLUMNS
    assert rows.empty
