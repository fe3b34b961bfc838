"""
Cohorts that leave little to estimate, through the functions that write the tables.

Every warning is an error here: a number that only a warning doubts must not reach a
table. All cohorts are SYNTHETIC.
"""

import numpy as np
import pandas as pd
import pytest

from ballad.outcomes.competing_risks import incidence_curves
from ballad.outcomes.diagnostics import diagnose_models
from ballad.outcomes.gray import incidence_tests
from ballad.outcomes.log_rank import survival_tests
from ballad.outcomes.models import fit_models
from ballad.outcomes.response import response_rates, response_tests
from ballad.outcomes.restricted_means import difference_rows
from ballad.outcomes.survival import survival_curves, survival_summary
from ballad.outcomes.transplant import transplant_tests
from tests.outcomes.model_cohorts import ENDPOINTS, HCT

pytestmark = pytest.mark.filterwarnings("error")

DAYS_PER_MONTH = 30.4375
STATISTICS = {
    "confidence_level": 0.95,
    "ties": "efron",
    "min_events": 2,
    "events_per_variable": 1,
    "rare_level": 0,
    "variance_inflation": 10,
    "proportional_hazards_p": 0.05,
    "period_split_months": 6,
    "day_zero_days": 0.5,
    "survival_times": [3, 12],
    "rmst_months": 24,
    "landmarks": [3],
    "seed": 1,
    "curves": {"c": {"endpoint": "relapse", "population": "all", "group_by": "arm"}},
    "incidences": {
        "i": {"endpoint": "relapse", "population": "all", "group_by": "arm"}
    },
    "response_by": ["arm"],
}
GROUPS = {"arm": {"column": "arm", "levels": {"A": ["A"], "B": ["B"]}}}
ARM = {"arm": {"reference": "A"}}
METHODS = ("cox", "firth_cox", "fine_gray", "logistic", "firth_logistic")


def cohort(days, cause, arm, achieved=None, hct=None):
    days = np.asarray(days, dtype=float)
    happened = [str(int(c != "")) for c in cause]
    table = pd.DataFrame(
        {
            "patient": [f"{i:03}" for i in range(len(days))],
            "in_all": "yes",
            "arm": arm,
            "hct_day": [""] * len(days) if hct is None else hct,
            "relapse_origin_day": "0",
            "relapse_days": days,
            "relapse_months": np.maximum(days, 0.5) / DAYS_PER_MONTH,
            "relapse_event": happened,
            "relapse_cause": cause,
            "response_achieved": happened if achieved is None else achieved,
        }
    )
    return table.astype(str)


DAYS = [30, 60, 90, 120, 150, 180, 210, 240]
ARMS = ["A", "B"] * 4
MIXED = ["relapse", "death", "relapse", "relapse", "death", "", "relapse", ""]
COHORTS = {
    "a group without events": cohort(DAYS, ["relapse", ""] * 4, ARMS),
    "one cause only": cohort(DAYS, ["relapse"] * 6 + [""] * 2, ARMS),
    "the other cause only": cohort(DAYS, ["death"] * 6 + [""] * 2, ARMS),
    "all censored": cohort(DAYS, [""] * 8, ARMS),
    "one patient": cohort([30], ["relapse"], ["A"]),
    "one censored patient": cohort([30], [""], ["A"]),
    "nobody": cohort([], [], []),
    "one group": cohort(DAYS, MIXED, ["A"] * 8),
    "ties everywhere": cohort([60] * 8, MIXED, ARMS),
    "all relapse on day 0": cohort([0] * 8, ["relapse"] * 8, ARMS),
    "all transplanted": cohort(DAYS, MIXED, ARMS, hct=["0"] * 8),
    "transplants after the end": cohort(DAYS, MIXED, ARMS, hct=["900"] * 8),
    "separation": cohort(
        DAYS, ["relapse", ""] * 4, ARMS, achieved=["1", "0"] * 4, hct=["10", ""] * 4
    ),
    "zero cell": cohort(DAYS, MIXED, ARMS, achieved=["1", "0", "1", "1"] * 2),
    "all missing covariate": cohort(DAYS, MIXED, [""] * 8),
    "two of everything": cohort([30, 60], ["relapse", "death"], ["A", "B"]),
}


def model(method, covariates):
    logistic = method.endswith("logistic")
    return {
        "endpoint": "response" if logistic else "relapse",
        "cause": "" if logistic else "relapse",
        "population": "all",
        "method": method,
        "covariates": covariates,
        "univariable": ARM,
    }


SPECIFICATIONS = {method: model(method, ARM) for method in METHODS} | {
    f"{method}_hct": model(method, ARM | HCT) for method in ("cox", "firth_cox")
}
SPECIFICATIONS["any"] = {**model("cox", ARM | HCT), "cause": ""}


@pytest.fixture(params=list(COHORTS))
def patients(request):
    return COHORTS[request.param]


def test_models_are_estimated_or_say_why_not(patients):
    table = fit_models(patients, SPECIFICATIONS, ENDPOINTS, GROUPS, STATISTICS)

    numbers = table[["estimate", "ci_low", "ci_high", "p"]].astype(float)
    said = table["note"].str.contains("not estimable: .")
    assert (numbers["estimate"].isna() == said).all()
    assert numbers[said].isna().all(axis=None)
    found = numbers[~said]
    assert np.isfinite(found["estimate"]).all()
    assert found["p"].between(0, 1).all()
    # A side without a finite limit says so.
    for side, column in (("lower", "ci_low"), ("upper", "ci_high")):
        open_side = table.loc[~said, "note"].str.contains(f"no finite {side} limit")
        assert (found[column].isna() == open_side).all()
    assert (found["ci_low"].fillna(0) <= found["estimate"]).all()
    assert (found["estimate"] <= found["ci_high"].fillna(np.inf)).all()
    # No estimate that stands for infinity.
    assert found["estimate"].between(1e-4, 1e4).all()


def test_tests_are_made_or_say_why_not(patients):
    tables = [
        survival_tests(patients, GROUPS, STATISTICS),
        incidence_tests(patients, ENDPOINTS, GROUPS, STATISTICS),
        response_tests(patients, ENDPOINTS, GROUPS, STATISTICS),
        transplant_tests(patients, SPECIFICATIONS, ENDPOINTS, GROUPS, STATISTICS),
    ]

    for table in tables:
        said = table["note"].str.startswith("not estimable: ")
        p = table["p"].astype(float)
        assert (p.isna() == said).all()
        assert p[~said].between(0, 1).all()
        assert table.loc[said, "statistic"].isna().all()


def test_summaries_have_a_value_or_say_why_not(patients):
    summary = survival_summary(patients, GROUPS, STATISTICS)
    differences = difference_rows(patients, GROUPS, STATISTICS)

    for table in (summary, differences):
        empty = table["value"].astype(float).isna()
        assert (table.loc[empty, "note"] != "").all()
        assert not table.loc[~empty, "note"].str.contains("not estimable").any()


def test_curves_stay_between_0_and_1(patients):
    survival = survival_curves(patients, GROUPS, STATISTICS)
    incidence = incidence_curves(patients, ENDPOINTS, GROUPS, STATISTICS)
    rates = response_rates(patients, ENDPOINTS, GROUPS, STATISTICS)

    for table, column in (
        (survival, "survival"),
        (incidence, "cif"),
        (rates[rates["n"] > 0], "rate"),
    ):
        values = table[["ci_low", column, "ci_high"]].astype(float)
        assert values[column].notna().all()
        known = values.dropna()
        assert known.stack().between(-1e-12, 1 + 1e-12).all()
        assert (known["ci_low"] <= known[column] + 1e-12).all()
        assert (known[column] <= known["ci_high"] + 1e-12).all()
    assert rates.loc[rates["n"] == 0, "rate"].isna().all()


def test_checks_are_made_or_say_why_not(patients):
    table = diagnose_models(patients, SPECIFICATIONS, ENDPOINTS, GROUPS, STATISTICS)

    said = table["status"] == "not estimable"
    assert table.loc[said, "note"].str.startswith("not estimable: ").all()
    assert table.loc[said, "statistic"].isna().all()
    assert not table.loc[~said, "note"].str.contains("nan|inf").any()


# The exact answers -------------------------------------------------------------


def curve_of(table, group):
    return table[table["group"] == group]


def test_one_patient_with_an_event_has_a_curve_that_falls_to_0_without_interval():
    curve = survival_curves(COHORTS["one patient"], GROUPS, STATISTICS)

    one = curve_of(curve, "A")
    assert one["survival"].tolist() == [1, 0]
    assert one[["ci_low", "ci_high"]].isna().all(axis=None)
    assert curve_of(curve, "B").empty


def test_ties_everywhere_leave_one_step():
    # In each arm 4 patients at 60 days; A: 3 relapses and 1 death, B: 1, 1, 2 censored.
    patients = COHORTS["ties everywhere"]

    survival = survival_curves(patients, GROUPS, STATISTICS)
    incidence = incidence_curves(patients, ENDPOINTS, GROUPS, STATISTICS)

    assert curve_of(survival, "A")["survival"].tolist() == [1, 0]
    assert curve_of(survival, "B")["survival"].tolist() == [1, 0.5]
    relapse = incidence[incidence["cause"] == "relapse"]
    assert curve_of(relapse, "A")["cif"].tolist() == [0, 0.75]
    assert curve_of(relapse, "B")["cif"].tolist() == [0, 0.25]
    # One risk set: 6 of 8 events, A expects 3, has 4; variance 6 * 1/4 * 2/7.
    log_rank = survival_tests(patients, GROUPS, STATISTICS).iloc[0]
    assert log_rank["statistic"] == pytest.approx(1 / (6 / 4 * 2 / 7))


def test_one_cause_only_makes_grays_test_a_log_rank_test_in_all_but_variance():
    patients = COHORTS["one cause only"]

    incidence = incidence_curves(patients, ENDPOINTS, GROUPS, STATISTICS)
    survival = survival_curves(patients, GROUPS, STATISTICS)

    relapse = incidence[incidence["cause"] == "relapse"]
    for arm in "AB":
        fallen = 1 - curve_of(survival, arm)["survival"].to_numpy()
        assert curve_of(relapse, arm)["cif"].to_numpy() == pytest.approx(fallen)
    death = incidence[incidence["cause"] == "death"]
    assert (death["cif"] == 0).all()
    tests = incidence_tests(patients, ENDPOINTS, GROUPS, STATISTICS)
    notes = tests.set_index("cause")["note"]
    assert notes["death"] == "not estimable: 0 events, fewer than 2"


def test_a_group_without_events_is_infinite_for_cox_and_finite_with_firth():
    table = fit_models(
        COHORTS["a group without events"],
        {name: SPECIFICATIONS[name] for name in ("cox", "firth_cox")},
        ENDPOINTS,
        GROUPS,
        STATISTICS | {"events_per_variable": 0},
    )

    multivariable = table[~table["model"].str.endswith("_univariable")]
    assert {*multivariable["n"]} == {8}
    assert {*multivariable["events"]} == {4}
    firth = multivariable[multivariable["method"] == "firth_cox"]
    assert len(firth)
    assert (firth["estimate"].astype(float) < 1).all()
    assert firth["note"].str.contains("no event in arm B").all()
    plain = multivariable[multivariable["method"] == "cox"]
    assert plain["note"].str.contains("monotone likelihood").all()


def test_nobody_with_a_known_covariate_is_said_and_counted():
    table = fit_models(
        COHORTS["all missing covariate"],
        {"cox": SPECIFICATIONS["cox"]},
        ENDPOINTS,
        GROUPS,
        STATISTICS,
    )

    assert (table["n"] == 0).all()
    assert table["note"].str.contains("not estimable: ").all()
    assert table["note"].str.contains("8 of 8 left out").all()


def test_a_fit_that_does_not_converge_is_no_estimate(monkeypatch):
    monkeypatch.setattr("ballad.outcomes.likelihood.MAX_STEPS", 1)
    monkeypatch.setattr("ballad.outcomes.likelihood.SCORE_TOLERANCE", 1e-300)

    table = fit_models(
        COHORTS["all transplanted"],
        {name: SPECIFICATIONS[name] for name in ("cox", "firth_cox", "fine_gray")},
        ENDPOINTS,
        GROUPS,
        STATISTICS,
    )

    assert table["estimate"].isna().all()
    assert table["note"].str.contains("not estimable: ").all()


def test_a_patient_without_two_covariates_is_counted_under_the_first():
    patients = cohort(DAYS, MIXED, ["", "", *ARMS[2:]]).assign(
        sex=["", "m", "", "f", "m", "f", "m", "f"]
    )
    two = model("cox", ARM | {"sex": {"reference": "m"}})

    table = fit_models(patients, {"two": two}, ENDPOINTS, GROUPS, STATISTICS)

    note = table["note"].iloc[0]
    assert "3 of 8 left out: arm missing in 2, sex missing in 1" in note
