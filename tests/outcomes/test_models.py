"""Models of the configuration: against R end to end, and what is refused or left out."""

import json

import numpy as np
import pandas as pd
import pytest
import yaml
from fit_models import main
from scipy.stats import chi2

from ballad.clinical.groups import group_labels
from ballad.outcomes.covariates import refuse_immortal_time
from ballad.outcomes.cox import fit_cox
from ballad.outcomes.estimators import _ratio
from ballad.outcomes.models import COLUMNS, fit_models
from ballad.tables import read_table, write_table

STATISTICS = {
    "confidence_level": 0.95,
    "ties": "efron",
    "min_events": 5,
    "events_per_variable": 10,
    "rare_level": 0.2,
    "variance_inflation": 10,
    "proportional_hazards_p": 1e-20,
    "period_split_months": 6,
    "day_zero_days": 0.5,
    "remission": {"since_response": {"response": ["CR"]}, "at_start": {}},
}
ENDPOINTS = {
    "relapse": {
        "kind": "time",
        "from": "treatment_start",
        "to": {"relapse": {"date": "relapse_date"}},
        "competing": {"death": {"date": "death_date"}},
        "population": "all",
    },
    "response": {"kind": "binary", "population": "all"},
}
DISEASE = {"column": "group", "levels": {"ALL": [], "AMLhigh": [], "AMLlow": []}}
HCT = {"hct_time_dependent": {"time_dependent": "hct_date"}}


def model(covariates, method="cox", **more):
    return {
        "endpoint": "relapse",
        "cause": "relapse",
        "population": "all",
        "method": method,
        "covariates": covariates,
        **more,
    }


def fitted(cohort, specification, groups=None, **statistics):
    return fit_models(
        cohort,
        {"main": specification},
        ENDPOINTS,
        groups or {},
        {**STATISTICS, **statistics},
    )


def patients(**columns):
    """Make a SYNTHETIC cohort; follow-up starts at treatment start."""
    count = len(next(iter(columns.values())))
    cohort = pd.DataFrame({"patient": [f"{i:03}" for i in range(count)]})
    cohort = cohort.assign(in_all="yes", relapse_origin_day="0", **columns)
    if "relapse_days" in cohort:
        cohort["relapse_months"] = "not read"
    return cohort.astype(str)


@pytest.fixture(scope="module")
def transplanted(root):
    """Return the 137 patients of KMsurv's bmt as a cohort of ballad."""
    bmt = pd.read_csv(root / "tests/oracle/data/bmt.csv")
    day = bmt[["ta", "tp"]].astype(str)
    return patients(
        group=bmt["group"],
        relapse_days=bmt["t2"],
        relapse_cause=bmt["cr_event"].map({0: "censored", 1: "relapse", 2: "death"}),
        z1=bmt["z1"],
        z8=bmt["z8"],
        gvhd_day=day["ta"].where(bmt["da"] == 1, ""),
        platelets_day=day["tp"].where(bmt["dp"] == 1, ""),
    )


BMT = {
    "gvhd": {"time_dependent": "gvhd_date"},
    "platelets": {"time_dependent": "platelets_date"},
    "group": {"reference": "ALL"},
}


def reference(root, case):
    text = (root / f"tests/oracle/expected/{case}.json").read_text()
    return json.loads(text)["expected"]


@pytest.mark.parametrize(
    ("cause", "case"),
    [("relapse", "cox_bmt_td_relapse_cs"), ("death", "cox_bmt_td_nrm_cs")],
)
def test_a_cause_specific_model_with_time_dependent_covariates_equals_r(
    root, transplanted, cause, case
):
    expected = reference(root, case)

    rows = fitted(
        transplanted,
        model(BMT, cause=cause),
        {"group": DISEASE},
        events_per_variable=5,
    )

    assert set(rows["method"]) == {"cox"}
    assert list(rows["level"]) == ["yes", "yes", "AMLhigh", "AMLlow"]
    assert list(np.log(rows["estimate"])) == pytest.approx(expected["coef"], abs=1e-7)
    assert list(np.log(rows["ci_low"])) == pytest.approx(expected["lower"], abs=1e-6)
    assert list(np.log(rows["ci_high"])) == pytest.approx(expected["upper"], abs=1e-6)
    assert list(rows["p"]) == pytest.approx(expected["p"], abs=1e-7)
    assert set(rows["n"]) == {137}
    assert set(rows["events"]) == {expected["nevent"]}


def test_the_firth_model_on_start_stop_rows_equals_coxphf(root, transplanted):
    expected = reference(root, "coxphf_bmt_td_relapse")

    rows = fitted(
        transplanted, model(BMT, "firth_cox"), {"group": DISEASE}, ties="breslow"
    )

    assert set(rows["ci_method"]) == {"profile likelihood"}
    assert list(np.log(rows["estimate"])) == pytest.approx(expected["coef"], abs=1e-7)
    low, high = expected["lower_pl"], expected["upper_pl"]
    assert list(np.log(rows["ci_low"])) == pytest.approx(low, abs=1e-5)
    assert list(np.log(rows["ci_high"])) == pytest.approx(high, abs=1e-5)
    assert list(rows["p"]) == pytest.approx(expected["p_plr"], abs=1e-6)


def test_the_fine_gray_rows_equal_crr(root, transplanted):
    expected = reference(root, "crr_bmt_relapse")
    baseline = {"group": {"reference": "ALL"}, "z1": {}, "z8": {}}

    rows = fitted(
        transplanted,
        model(baseline, "firth_cox", beside=["fine_gray"]),
        {"group": DISEASE},
    )

    beside = rows[rows["method"] == "fine_gray"]
    assert list(np.log(beside["estimate"])) == pytest.approx(expected["coef"], abs=1e-7)
    assert list(beside["p"]) == pytest.approx(expected["p"], abs=1e-5)
    assert set(rows["method"]) == {"firth_cox", "fine_gray"}


def test_strata_have_baseline_hazards_of_their_own(transplanted):
    # Platelets alone, stratified by disease: within one disease nothing else is used.
    alone = {"platelets": BMT["platelets"]}
    only = transplanted[transplanted["group"] == "AMLhigh"]
    shifted = only.assign(group="other", patient="x" + only["patient"])
    twice = pd.concat([only, shifted], ignore_index=True)

    rows = fitted(twice, model(alone, strata=["group"]))

    expected = fitted(only, model(alone, "cox"), events_per_variable=0).iloc[0]
    # Two equal strata: the same ratio, and half the variance.
    assert rows.iloc[0]["estimate"] == pytest.approx(expected["estimate"], rel=1e-8)
    width = np.log(expected["ci_high"] / expected["ci_low"]) / 2**0.5
    row = rows.iloc[0]
    assert np.log(row["ci_high"] / row["ci_low"]) == pytest.approx(width, rel=1e-6)


@pytest.mark.parametrize(("present", "said"), [(3, True), (4, False)])
def test_a_rare_level_wants_twice_as_many_events(present, said):
    # 15 % or 20 % of 20 patients; 12 events of one variable lie between 10 and 20.
    flag = ["absent", "present"] * present + ["absent"] * (20 - 2 * present)

    row = fitted(twenty(events=12, flag=flag), model({"tp53": {}}, "firth_cox")).iloc[0]

    assert ("rare level with 12 events per variable" in row["note"]) == said


def twenty(events=10, flag=None, **more):
    """Twenty patients with days 10, 20, ...; the first `events` of them relapse."""
    states = ["present", "absent"] * 10 if flag is None else flag
    return patients(
        relapse_days=[10 * (i + 1) for i in range(20)],
        relapse_cause=["relapse"] * events + ["censored"] * (20 - events),
        tp53=states,
        **more,
    )


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


def test_not_assessed_leaves_the_model_and_is_counted():
    flag = ["present", "absent"] * 8 + ["not_assessed", "indeterminate", "", "absent"]

    row = fitted(twenty(flag=flag), model({"tp53": {}}, "firth_cox")).iloc[0]

    assert row["n"] == 17
    assert "3 of 20 left out: tp53 missing" in row["note"]


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


def test_a_column_that_the_cohort_lacks_is_named():
    rows = fitted(twenty(), model({"tp53": {}, "emd_history": {}}))

    assert "the cohort has no column emd_history" in rows.iloc[1]["note"]
    assert rows["estimate"].isna().all()


@pytest.mark.parametrize(
    ("hct", "relapse", "exposed_events"),
    [
        ("5", "10", 1),
        # Day 10 is the relapse itself; later ones are salvage.
        ("10", "10", 0),
        ("12", "10", 0),
    ],
)
def test_a_transplant_counts_only_before_the_relapse(hct, relapse, exposed_events):
    cohort = twenty(
        hct_day=[hct] + [""] * 18 + ["15"], relapse_day=[relapse] + [""] * 19
    )

    row = fitted(cohort, model(HCT, "firth_cox")).iloc[0]

    assert row["events_in_level"] == exposed_events


@pytest.mark.parametrize("hct", ["20", "30"])
def test_salvage_transplant_is_no_exposure_in_survival_either(hct):
    # It lies before the end of day 200, but not before the relapse of day 20.
    cohort = twenty(hct_day=[""] * 19 + [hct], relapse_day=[""] * 19 + ["20"])

    row = fitted(cohort, model(HCT)).iloc[0]

    assert row["note"].startswith("not estimable: no variation")
    assert "unexposed" in row["note"]


@pytest.mark.parametrize("term", ["hct_ever", "hct_day", "hct_time_dependent"])
@pytest.mark.parametrize("family", ["covariates", "univariable"])
def test_a_later_transplant_as_baseline_covariate_is_refused(term, family):
    specification = {**model({"tp53": {}}), family: {term: {}}}

    with pytest.raises(ValueError, match=f"model main.*{term}.*immortal.*hct_time_dep"):
        refuse_immortal_time("main", specification, {})


def test_a_group_made_of_the_transplant_day_is_refused():
    groups = {"transplanted": {"column": "hct_day", "levels": {"early": {"below": 90}}}}

    with pytest.raises(ValueError, match="transplanted.*immortal"):
        fitted(twenty(), model({"transplanted": {}}), groups)


def test_the_biased_estimate_is_labelled_when_it_is_asked_for():
    cohort = twenty(hct_day=["", "15"] * 10)

    row = fitted(cohort, model({"hct_ever": {}}, allow_immortal_time=True)).iloc[0]

    assert "immortal-time biased" in row["note"]
    assert row["estimate"] > 0
    assert (row["level"], row["reference"]) == ("yes", "no")


def test_fine_gray_refuses_a_time_dependent_covariate():
    specification = model(HCT, "firth_cox", beside=["fine_gray"])

    with pytest.raises(ValueError, match="model main.*hct_time_dependent"):
        fitted(twenty(), specification)


def test_univariable_fits_stand_under_their_own_name_and_adjust_the_flags_only():
    third = ["present"] * 5 + ["absent"] * 15
    cohort = twenty(ph=third, age=[str(30 + i) for i in range(20)])
    singly = {"tp53": {}, "ph": {}, "age": {"per": 10}}

    flags = {"flags": {"univariable": ["tp53", "ph"], "method": "bh"}}
    specification = model({"tp53": {}}, univariable=singly)

    rows = fitted(cohort, specification, families=flags)

    alone = rows[rows["model"] == "main_univariable"].set_index("term")
    assert list(alone.index) == ["tp53", "ph", "age"]
    # Benjamini-Hochberg of two: the larger p stays, the smaller is at most doubled.
    low, high = sorted(alone.loc[["tp53", "ph"], "p"])
    adjusted = sorted(alone.loc[["tp53", "ph"], "p_adjusted"])
    assert adjusted == pytest.approx([min(2 * low, high), high])
    assert np.isnan(alone.loc["age", "p_adjusted"])
    assert alone.loc["age", "level"] == "per 10"
    assert alone["note"].str.startswith("univariable").all()
    multivariable = rows[rows["model"] == "main"]
    assert multivariable["p_adjusted"].isna().all()
    assert not rows.duplicated(["model", "method", "term", "level"]).any()


def test_a_step_of_ten_is_ten_times_the_log_ratio():
    cohort = twenty(age=[str(age) for age in range(30, 50)])
    one = fitted(cohort, model({"age": {}})).iloc[0]
    ten = fitted(cohort, model({"age": {"per": 10}})).iloc[0]

    assert np.log(ten["estimate"]) == pytest.approx(10 * np.log(one["estimate"]))
    assert ten["p"] == pytest.approx(one["p"])


def test_the_order_of_patients_changes_nothing(transplanted):
    turned = transplanted.iloc[::-1].reset_index(drop=True)
    specification = model(BMT, "firth_cox", beside=["cox"])

    rows = fitted(turned, specification, {"group": DISEASE})

    expected = fitted(transplanted, specification, {"group": DISEASE})
    pd.testing.assert_frame_equal(rows, expected, rtol=1e-7)


def responders(responding, tp53):
    return patients(response_achieved=responding, tp53=tp53)


RESPONSE = {
    "endpoint": "response",
    "population": "all",
    "method": "logistic",
    "covariates": {"tp53": {}},
}


def test_a_plain_logistic_model_gives_the_odds_ratio_of_the_table():
    # present 12/8, absent 24/6: (12 * 6) / (8 * 24) = 3/8; 14 failures, 1 variable.
    cohort = responders(
        ["1"] * 12 + ["0"] * 8 + ["1"] * 24 + ["0"] * 6 + [""],
        ["present"] * 20 + ["absent"] * 30 + ["present"],
    )

    row = fitted(cohort, RESPONSE).iloc[0]

    assert row["estimate"] == pytest.approx(3 / 8)
    assert row["method"] == "logistic"
    assert row["ci_method"] == "profile likelihood"
    assert (row["n"], row["events"], row["events_in_level"]) == (50, 36, 12)


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


def test_the_entry_writes_the_agreed_columns_without_a_warning(root, tmp_path, recwarn):
    config = yaml.safe_load((root / "config/config.yaml").read_text())
    flag = ["absent"] * 12 + ["present"] * 8
    cohort = twenty(events=12, flag=flag, hct_day=["", "15"] * 10)
    cohort = cohort.assign(
        in_remission="yes",
        cd19_relapse_origin_day="0",
        cd19_relapse_days=cohort["relapse_days"],
        cd19_relapse_cause=cohort["relapse_cause"].replace("relapse", "cd19_negative"),
    )
    write_table(cohort, tmp_path / "cohort.tsv")
    name = "cd19_negative_relapse"

    main(
        str(tmp_path / "cohort.tsv"),
        str(tmp_path / "models.tsv"),
        {name: config["models"][name]},
        config["endpoints"],
        config["groups"],
        config["statistics"],
    )

    written = read_table(tmp_path / "models.tsv")
    assert list(written) == COLUMNS
    assert set(written["model"]) == {name, f"{name}_univariable"}
    assert not recwarn.list


@pytest.mark.parametrize("method", ["cox", "firth_cox"])
def test_a_transplant_after_the_last_event_is_not_estimable(method):
    cohort = patients(
        relapse_days=[*range(10, 110, 10), 400, 500],
        relapse_cause=["relapse"] * 10 + ["censored"] * 2,
        hct_day=[""] * 10 + ["200", ""],
        age=[30 + 7 * i % 11 for i in range(12)],
    )

    rows = fitted(cohort, model({**HCT, "age": {"per": 10}}, method))

    transplant, age = rows.to_dict("records")
    assert transplant["note"].startswith(
        "not estimable: no event while two of its levels were at risk"
    )
    assert np.isnan([transplant["estimate"], transplant["p"]]).all()
    assert np.isfinite([age["estimate"], age["p"]]).all()


def test_a_known_value_outside_the_levels_is_not_said_to_be_missing():
    labels = ["A", "B"] * 8 + ["", "", "", ""]
    cells = ["a", "b"] * 8 + ["c", "c", "c", "unknown"]
    levels = {"A": ["a"], "B": ["b"]}
    group = {"column": "cell", "levels": levels, "missing": "exclude"}
    cohort = twenty(cell=cells, arm=labels)

    row = fitted(cohort, model({"arm": {}}), {"arm": group}).iloc[0]

    assert (
        "4 of 20 left out: arm missing in 1, arm outside the compared levels in 3"
        in row["note"]
    )


def test_every_indication_stays_in_the_delivered_survival_models(root):
    config = yaml.safe_load((root / "config/config.yaml").read_text())
    group = config["groups"]["indication_group"]
    indications = ["rr", "mrd", "mrd_negative", "induction"]

    labels = group_labels(pd.DataFrame({"indication": indications}), group)

    assert list(labels) == ["R/R", "MRD", "MRD negative", "induction"]


def test_the_curve_of_ph_like_compares_relapsed_disease_with_mrd_only(root):
    config = yaml.safe_load((root / "config/config.yaml").read_text())
    curve = config["statistics"]["curves"]["lfs_ph_like_by_indication"]

    assert list(config["groups"][curve["group_by"]]["levels"]) == ["R/R", "MRD"]


def test_the_note_counts_the_transplants_that_are_no_exposure():
    cohort = twenty(
        hct_day=["5", "15"] * 8 + [""] * 4,
        response=["CR"] * 13 + ["NR"] * 7,
        response_day=["1"] * 20,
    )

    row = fitted(cohort, model(HCT, "firth_cox")).iloc[0]

    # Patients 14, 15 and 16 are refractory and transplanted.
    assert "3 salvage transplants without ongoing remission: unexposed" in row["note"]


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


def test_fine_gray_beside_a_time_dependent_model_takes_the_baseline_covariates_only():
    cohort = twenty(hct_day=["", "15"] * 10)
    alone = fitted(cohort, model({"tp53": {}}, "fine_gray")).iloc[0]

    rows = fitted(cohort, model({"tp53": {}, **HCT}, "firth_cox", beside=["fine_gray"]))

    (beside,) = rows[rows["method"] == "fine_gray"].to_dict("records")
    assert beside["term"] == "tp53"
    assert beside["estimate"] == pytest.approx(alone["estimate"], rel=1e-10)
    assert "baseline covariates only, without hct_time_dependent" in beside["note"]


def test_strata_of_a_logistic_model_are_refused_before_the_run():
    cohort = responders(["1"] * 20 + ["0"] * 20, ["present", "absent"] * 20)

    with pytest.raises(ValueError, match="model main: logistic has no strata"):
        fitted(cohort, {**RESPONSE, "strata": ["tp53"]})


def test_not_assessed_counted_as_absent_is_said_in_the_row():
    flag = ["present", "absent"] * 8 + ["not_assessed", "indeterminate", "", "absent"]
    as_absent = ["present", "absent"] * 8 + ["absent"] * 4
    expected = fitted(twenty(flag=as_absent), model({"tp53": {}}, "firth_cox")).iloc[0]
    assumed = {"tp53": {"missing_as_absent": True}}

    row = fitted(twenty(flag=flag), model(assumed, "firth_cox")).iloc[0]

    assert row["n"] == 20
    assert row["estimate"] == expected["estimate"]
    assert "3 not assessed counted as absent, as asked for" in row["note"]


def test_an_interaction_with_a_transplant_counts_from_the_transplant_on():
    cohort = twenty(events=12, hct_day=["15", "15", "", ""] * 5)
    by = {"by": {"interaction": ["tp53", "hct_time_dependent"]}}

    rows = fitted(cohort, model({"tp53": {}, **HCT, **by}, "firth_cox"))

    product = rows[rows["term"] == "by"].iloc[0]
    # Flagged and transplanted on day 15: patients 4, 8, ..., of which those of the
    # days 50 and 90 relapse; the patient of day 10 had no transplant by then.
    assert product["events_in_level"] == 2
    assert product["level"] == "tp53 present and hct_time_dependent yes"
    assert np.isfinite(product["estimate"])


def test_nobody_is_at_risk_before_the_delayed_entry_of_a_model():
    late = {"relapse": {**ENDPOINTS["relapse"], "entry": "registration_date"}}
    cohort = twenty(relapse_entry_days=["0"] * 10 + ["95"] * 10)
    flag = pd.Series(cohort["tp53"] == "present", dtype=float)
    rows = pd.DataFrame(
        {
            "start": [0.0] * 10 + [95.0] * 10,
            "stop": [10.0 * (i + 1) for i in range(20)],
            "event": [1.0] * 10 + [0.0] * 10,
            "tp53": flag,
        }
    )

    row = fit_models(cohort, {"main": model({"tp53": {}})}, late, {}, STATISTICS).iloc[
        0
    ]

    expected = fit_cox(rows, ["tp53"]).coefficients[0]
    assert row["method"] == "cox"
    assert np.log(row["estimate"]) == pytest.approx(expected, abs=1e-9)
    # Only the last of ten events finds the late ten at risk.
    without = fit_cox(rows.assign(start=0.0), ["tp53"]).coefficients[0]
    assert abs(expected - without) > 0.01


def crossing(ends=30):
    """Eighty SYNTHETIC patients: the flag's events come early, the others' late."""
    early = [5 + 4 * i for i in range(40)]
    late = [200 + 6 * i for i in range(40)]
    return patients(
        relapse_days=early + late,
        relapse_cause=(["relapse"] * 3 + ["censored"]) * 20,
        tp53=["present"] * ends
        + ["absent"] * (40 - ends)
        + ["absent"] * 24
        + ["present"] * 12
        + ["absent"] * 4,
    )


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


def test_how_rare_a_rare_level_is_is_configured():
    flag = ["absent", "present"] * 4 + ["absent"] * 12
    cohort = twenty(events=12, flag=flag)

    row = fitted(cohort, model({"tp53": {}}, "firth_cox"), rare_level=0.21).iloc[0]

    assert "rare level" in row["note"]


def test_a_transplant_between_start_and_origin_is_exposure_from_0():
    # The origin is day 30; all odd patients are transplanted on day 20.
    hct = {"hct_day": ["20", ""] * 10, "relapse_origin_day": ["30"] * 20}
    flag = ["present", "absent"] * 10
    cohort = twenty(events=12, flag=flag).assign(**hct)

    rows = fitted(cohort, model(HCT, "firth_cox"))

    as_flag = fitted(cohort, model({"tp53": {}}, "firth_cox"))
    assert rows.iloc[0]["estimate"] == pytest.approx(as_flag.iloc[0]["estimate"])


def test_a_side_without_limit_is_empty_and_noted():
    row = _ratio("firth_cox", 1.0, (-np.inf, 2.0), 0.04, "profile likelihood", [])

    assert np.isnan(row.low)
    assert row.high == pytest.approx(np.exp(2.0))
    assert row.notes == ["no finite lower limit"]


def test_a_period_without_an_event_at_a_level_has_the_firth_estimate():
    # All 30 events until month 6 are of the flagged.
    rows = fitted(crossing(ends=40), model({"tp53": {}}), proportional_hazards_p=0.05)

    first, second = rows[rows["model"] == "main_by_period"].to_dict("records")
    assert {first["method"], second["method"]} == {"firth_cox"}
    assert {first["ci_method"], second["ci_method"]} == {"profile likelihood"}
    assert 1 < first["ci_low"] < first["estimate"] < np.inf
    assert "Firth: a period without a finite estimate" in first["note"]


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
