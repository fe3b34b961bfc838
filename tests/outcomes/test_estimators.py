"""Which estimator is taken, and what is not estimated."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from ballad.outcomes.cox import fit_cox
from ballad.outcomes.estimators import _ratio
from tests.outcomes.model_cohorts import (
    RESPONSE,
    crossing,
    fitted,
    model,
    patients,
    responders,
    twenty,
)


@pytest.mark.parametrize(("present", "said"), [(3, True), (4, False)])
def test_a_rare_level_wants_twice_as_many_events(present, said):
    # 15 % or 20 % of 20 patients; 12 events of one variable lie between 10 and 20.
    flag = ["absent", "present"] * present + ["absent"] * (20 - 2 * present)

    row = fitted(twenty(events=12, flag=flag), model({"tp53": {}}, "firth_cox")).iloc[0]

    assert ("rare level with 12 events per variable" in row["note"]) == said


def test_below_the_least_events_nothing_is_estimated():
    row = fitted(twenty(events=4), model({"tp53": {}})).iloc[0]

    assert row["note"] == "not estimable: 4 events, fewer than 5"
    assert row[["estimate", "ci_low", "ci_high", "p"]].isna().all()
    assert (row["n"], row["events"], row["events_in_level"]) == (20, 4, 2)


def test_at_the_least_events_the_model_is_fitted():
    row = fitted(twenty(events=5), model({"tp53": {}})).iloc[0]

    assert row["estimate"] > 0
    assert row["method"] == "firth_cox"


@pytest.mark.parametrize(("per_variable", "method"), [(10, "cox"), (11, "firth_cox")])
def test_few_events_per_variable_bring_the_penalty(per_variable, method):
    cohort = twenty(events=10)

    row = fitted(cohort, model({"tp53": {}}), events_per_variable=per_variable).iloc[0]

    assert row["method"] == method
    assert ("Firth: 10 events per variable" in row["note"]) == (method == "firth_cox")


def test_a_level_without_event_has_a_finite_firth_estimate_and_no_wald_number():
    flag = ["absent"] * 12 + ["present"] * 8
    rows = fitted(
        twenty(events=12, flag=flag), model({"tp53": {}}, "firth_cox", beside=["cox"])
    ).set_index("method")

    firth, plain = rows.loc["firth_cox"], rows.loc["cox"]
    assert 0 < firth["ci_low"] < firth["estimate"] < 1
    assert firth["events_in_level"] == 0
    assert "no event in tp53 present" in firth["note"]
    assert plain["note"].startswith("not estimable: monotone likelihood")
    assert plain[["estimate", "ci_low", "ci_high", "p"]].isna().all()


def test_a_zero_cell_brings_the_penalty_to_a_plain_model():
    flag = ["absent"] * 12 + ["present"] * 8

    row = fitted(twenty(events=12, flag=flag), model({"tp53": {}})).iloc[0]

    assert row["method"] == "firth_cox"
    assert "Firth: zero cell" in row["note"]


def test_a_term_without_variation_does_not_stop_the_others():
    cohort = twenty(ph=["absent"] * 20)

    rows = fitted(cohort, model({"tp53": {}, "ph": {}})).set_index("term")

    assert rows.loc["tp53", "estimate"] > 0
    assert rows.loc["ph", "note"].startswith(
        "not estimable: no variation: all 20 patients absent"
    )


def test_a_term_that_repeats_another_is_not_estimable():
    cohort = twenty(again=["present", "absent"] * 10)

    rows = fitted(cohort, model({"tp53": {}, "again": {}})).set_index("term")

    assert rows.loc["tp53", "estimate"] > 0
    assert "determined by the covariates before it" in rows.loc["again", "note"]


@pytest.mark.parametrize(
    ("responding", "said"),
    [
        # No responder with the lesion; nothing but responders with it.
        (["0"] * 10 + ["1"] * 15 + ["0"] * 15, "no event in tp53 present"),
        (["1"] * 10 + ["1"] * 15 + ["0"] * 15, "only events in tp53 present"),
    ],
)
def test_a_zero_cell_brings_the_penalty_to_a_response_model(responding, said):
    cohort = responders(responding, ["present"] * 10 + ["absent"] * 30)

    row = fitted(cohort, {**RESPONSE, "beside": ["logistic"]}).set_index("method")

    firth = row.loc["firth_logistic"]
    assert "Firth: zero cell" in firth["note"]
    assert said in firth["note"]
    assert 0 < firth["ci_low"] < firth["estimate"] < firth["ci_high"] < np.inf
    assert row.loc["logistic", "note"].startswith("not estimable: separation")


def test_too_few_failures_are_as_bad_as_too_few_responders():
    cohort = responders(["1"] * 36 + ["0"] * 4, ["present", "absent"] * 20)

    row = fitted(cohort, RESPONSE).iloc[0]

    assert row["note"] == "not estimable: 4 without the event, fewer than 5"


THREE = {"column": "arm", "levels": {"A": [], "B": [], "C": []}, "missing": "exclude"}


@pytest.mark.parametrize("method", ["cox", "logistic"])
def test_a_reference_without_event_is_a_zero_cell_beside_other_levels(method):
    arms = ["B", "C"] * 14 + ["A", "B", "C", "A"] * 3
    if method == "cox":
        cohort = patients(
            relapse_days=[10 * (i + 1) for i in range(40)],
            relapse_cause=["relapse"] * 28 + ["censored"] * 12,
            arm=arms,
        )
        specification = model({"arm": {"reference": "A"}})
    else:
        cohort = responders(["1"] * 28 + ["0"] * 12, arms).rename(
            columns={"tp53": "arm"}
        )
        specification = {**RESPONSE, "covariates": {"arm": {"reference": "A"}}}

    rows = fitted(cohort, specification, {"arm": THREE}, events_per_variable=1)

    assert rows["method"].tolist() == [f"firth_{method}"] * 2
    assert all("Firth: zero cell" in note for note in rows["note"])
    assert all("no event in arm A" in note for note in rows["note"])


def test_the_fit_beside_says_its_few_events_per_variable_too():
    both = model({"tp53": {}}, "firth_cox", beside=["cox"])

    rows = fitted(twenty(), both, events_per_variable=20).set_index("method")

    said = "10 events per variable, fewer than 20"
    assert said in rows.loc["firth_cox", "note"]
    assert said in rows.loc["cox", "note"]


def test_how_rare_a_rare_level_is_is_configured():
    flag = ["absent", "present"] * 4 + ["absent"] * 12
    cohort = twenty(events=12, flag=flag)

    row = fitted(cohort, model({"tp53": {}}, "firth_cox"), rare_level=0.21).iloc[0]

    assert "rare level" in row["note"]


@pytest.mark.parametrize(("present", "said"), [(4, True), (5, False)])
def test_a_level_with_fewer_events_than_are_estimated_is_warned_of(present, said):
    # 12 events; the flag is of the first patients, who all relapse.
    flag = ["present"] * present + ["absent"] * (20 - present)
    flag[-1] = "present"

    row = fitted(twenty(events=12, flag=flag), model({"tp53": {}}, "firth_cox")).iloc[0]

    assert ("only 4 events in tp53 present" in row["note"]) == said


def test_a_side_without_limit_is_empty_and_noted():
    row = _ratio("firth_cox", 1.0, (-np.inf, 2.0), 0.04, "profile likelihood", [])

    assert np.isnan(row.low)
    assert row.high == pytest.approx(np.exp(2.0))
    assert row.notes == ["no finite lower limit"]


def test_an_interaction_is_tested_by_comparing_the_models_with_and_without_it():
    number = np.arange(80)
    cohort = crossing().assign(sex=np.where(number % 3 == 0, "yes", "no"))
    parts = {"tp53": {}, "sex": {}}

    table = fitted(
        cohort, model({**parts, "both": {"interaction": ["tp53", "sex"]}})
    ).set_index("term")

    rows = pd.DataFrame(
        {
            "start": 0.0,
            "stop": cohort["relapse_days"].astype(float),
            "event": (cohort["relapse_cause"] == "relapse").astype(float),
            "tp53": (cohort["tp53"] == "present").astype(float),
            "sex": (cohort["sex"] == "yes").astype(float),
        }
    ).assign(both=lambda x: x["tp53"] * x["sex"])
    full, without = (fit_cox(rows, t) for t in (["tp53", "sex", "both"], [*parts]))
    p = chi2.sf(2 * (full.loglik - without.loglik), 1)
    assert table.loc["both", "p"] == pytest.approx(p, rel=1e-6)
    assert table.loc["both", "note"] == "P of the interaction by likelihood ratio"
    assert table.loc["tp53", "p"] == pytest.approx(full.wald_p("tp53"), rel=1e-6)
