"""The log-time term of a Fine-Gray model as a check of the models."""

import json

import pandas as pd
import pytest

from ballad.outcomes.proportional_subdistribution import subdistribution_checks

STATISTICS = {
    "confidence_level": 0.95,
    "ties": "efron",
    "min_events": 5,
    "events_per_variable": 10,
    "day_zero_days": 0.5,
    "proportional_hazards_p": 0.05,
}
ENDPOINTS = {
    "cif": {"kind": "time", "to": {"relapse": {"date": "relapse_date"}}},
}


def model(covariates, **more):
    return {
        "endpoint": "cif",
        "cause": "relapse",
        "population": "all",
        "method": "firth_cox",
        "beside": ["fine_gray"],
        "covariates": covariates,
        **more,
    }


def checks(cohort, **models):
    rows = subdistribution_checks(cohort, models, ENDPOINTS, {}, STATISTICS)
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def bmt(root):
    """Return the bone marrow transplants as a cohort of ballad."""
    case = json.loads(
        (root / "tests/oracle/expected/crr_bmt_relapse_tf.json").read_text()
    )
    data = pd.read_csv(root / "tests/oracle/data" / f"{case['data']}.csv")
    return data, case


def test_the_product_with_log_time_is_that_of_r(bmt):
    data, case = bmt
    expected = case["expected"]
    cohort = pd.DataFrame(
        {
            "patient": data["id"].astype(str),
            "in_all": "yes",
            "cif_origin_day": "0",
            "cif_days": data["t2"].astype(str),
            "cif_cause": data["cr_event"].map({0: "censored", 1: "relapse", 2: "nrm"}),
            "hct_day": "100",
            **{name: data[name].map({0: "no", 1: "yes"}) for name in ("hi", "lo")},
        }
    )
    timed = {"hct_time_dependent": {"time_dependent": "hct_date"}}

    table = checks(cohort, relapse=model({"hi": {}, "lo": {}, **timed}))

    # The transplant is time-dependent: in no Fine-Gray fit. R counts in days; months
    # move the coefficient of hi, but not that of its product with log t.
    assert table["term"].tolist() == ["hi", "lo"]
    hi = table.iloc[0]
    assert hi["statistic"] == pytest.approx(expected["z"][2] ** 2, rel=1e-5)
    assert hi["p"] == pytest.approx(expected["p"][2], rel=1e-5)
    assert (hi["df"], hi["status"]) == (1, "ok")

    strict = {**STATISTICS, "proportional_hazards_p": 0.07}
    rows = subdistribution_checks(
        cohort, {"m": model({"hi": {}, "lo": {}})}, ENDPOINTS, {}, strict
    )
    violated = next(iter(rows))
    factor = 2 ** expected["coef"][2]
    assert violated["status"] == "violated"
    assert violated["note"] == f"times {factor:.3g} when the time doubles"


def test_only_fine_gray_fits_are_tested_and_what_has_none_says_why():
    cohort = pd.DataFrame(
        {
            "patient": list("abcdefgh"),
            "in_all": "yes",
            "cif_origin_day": "0",
            "cif_days": [str(day) for day in range(10, 90, 10)],
            "cif_cause": ["relapse", "nrm"] * 4,
            "tp53": ["present", "absent", "absent", "present"] * 2,
        }
    )

    assert checks(cohort, plain=model({"tp53": {}}, beside=["cox"])).empty
    table = checks(cohort, few=model({"tp53": {}}, method="fine_gray"))
    assert table["note"].tolist() == ["not estimable: 4 events, fewer than 5"]
