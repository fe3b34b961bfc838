"""Models of the configuration: against R end to end, and what is refused or left out."""

import json

import numpy as np
import pandas as pd
import pytest
import yaml
from fit_models import main

from ballad.clinical.groups import group_labels
from ballad.outcomes.covariates import refuse_immortal_time
from ballad.outcomes.cox import fit_cox
from ballad.outcomes.models import COLUMNS, fit_models
from ballad.tables import read_table, write_table
from tests.outcomes.model_cohorts import (
    ENDPOINTS,
    HCT,
    RESPONSE,
    STATISTICS,
    fitted,
    model,
    patients,
    responders,
    twenty,
)

DISEASE = {"column": "group", "levels": {"ALL": [], "AMLhigh": [], "AMLlow": []}}


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


def test_not_assessed_leaves_the_model_and_is_counted():
    flag = ["present", "absent"] * 8 + ["not_assessed", "indeterminate", "", "absent"]

    row = fitted(twenty(flag=flag), model({"tp53": {}}, "firth_cox")).iloc[0]

    assert row["n"] == 17
    assert "3 of 20 left out: tp53 missing" in row["note"]


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


def test_a_transplant_between_start_and_origin_is_exposure_from_0():
    # The origin is day 30; all odd patients are transplanted on day 20.
    hct = {"hct_day": ["20", ""] * 10, "relapse_origin_day": ["30"] * 20}
    flag = ["present", "absent"] * 10
    cohort = twenty(events=12, flag=flag).assign(**hct)

    rows = fitted(cohort, model(HCT, "firth_cox"))

    as_flag = fitted(cohort, model({"tp53": {}}, "firth_cox"))
    assert rows.iloc[0]["estimate"] == pytest.approx(as_flag.iloc[0]["estimate"])
