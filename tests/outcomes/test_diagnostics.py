"""Checks of the models: what is warned of, what is violated, what cannot be said."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from diagnose_models import main

from ballad.outcomes.diagnostics import COLUMNS, diagnose_models, variance_inflation
from ballad.tables import read_table, write_table

STATISTICS = {
    "confidence_level": 0.95,
    "ties": "efron",
    "min_events": 5,
    "events_per_variable": 10,
    "rare_level": 0.2,
    "variance_inflation": 10,
    "influence": 1,
    "proportional_hazards_p": 0.05,
    "day_zero_days": 0.5,
    "period_split_months": 6,
    "landmarks": [3],
}
ENDPOINTS = {
    "os": {"kind": "time", "to": {"death": {"date": "death_date"}}},
    "response": {"kind": "binary"},
}
HCT = {"hct_time_dependent": {"time_dependent": "hct_date"}}


def model(covariates, method="cox", endpoint="os", **more):
    return {
        "endpoint": endpoint,
        "population": "all",
        "method": method,
        "covariates": covariates,
        **more,
    }


def checks(cohort, specification, groups=None, **statistics):
    return diagnose_models(
        cohort,
        {"main": specification},
        ENDPOINTS,
        groups or {},
        {**STATISTICS, **statistics},
    )


def of(table, check, term=""):
    """Return the one row of a check and term."""
    rows = table[(table["check"] == check) & (table["term"] == term)]
    assert len(rows) == 1
    return rows.iloc[0]


def cohort_of(**columns):
    """Make a SYNTHETIC cohort; follow-up starts at treatment start."""
    count = len(next(iter(columns.values())))
    cohort = pd.DataFrame({"patient": [f"{i:03}" for i in range(count)]})
    return cohort.assign(in_all="yes", os_origin_day="0", **columns).astype(str)


@pytest.fixture(scope="module")
def veteran(root):
    """Return the veterans' lung cancer trial as a cohort of ballad."""
    rows = pd.read_csv(root / "tests/oracle/data/veteran.csv")
    covariates = ["trt2", "karno", "age", "sq", "sm", "ad", "celltype"]
    return cohort_of(
        os_days=rows["time"],
        os_cause=rows["status"].map({0: "censored", 1: "death"}),
        **{name: rows[name] for name in covariates},
    )


@pytest.fixture
def many():
    """Return 40 SYNTHETIC patients: 30 deaths, 8 transplants, a flag in every 4th."""
    number = np.arange(40)
    return cohort_of(
        os_days=20 + number * 7 % 41 * 20,
        os_cause=np.where(number % 4 == 1, "censored", "death"),
        hct_day=np.where(number % 5 == 0, "15", ""),
        tp53=np.where(number % 3 == 0, "present", "absent"),
        ph=np.where(number % 7 == 0, "present", "absent"),
        age=20 + number * 13 % 50,
        response_achieved=(number % 2).astype(int),
    )


def test_the_test_is_that_of_r_on_the_rows_of_the_model(veteran, root):
    path = root / "tests/oracle/expected/zph_veteran.json"
    expected = json.loads(path.read_text())["expected"]["km"]
    names = expected["terms"][:-1]

    table = checks(veteran, model({name: {"per": 1} for name in names}))

    rows = table[table["check"] == "proportional_hazards"]
    assert list(rows["term"]) == expected["terms"]
    assert list(rows["statistic"]) == pytest.approx(expected["chisq"], abs=1e-8)
    assert list(rows["df"]) == expected["df"]
    assert list(rows["p"]) == pytest.approx(expected["p"], abs=1e-8)
    assert list(rows["status"]) == [
        "violated" if p < 0.05 else "ok" for p in expected["p"]
    ]


def test_a_violation_brings_the_hazard_ratios_of_both_periods(veteran):
    table = checks(veteran, model({"karno": {"per": 10}, "age": {"per": 10}}))

    karno = of(table, "proportional_hazards", "karno")
    assert karno["status"] == "violated"
    days = veteran.loc[veteran["os_cause"] == "death", "os_days"].astype(int)
    early, late = (days <= 182).sum(), (days > 182).sum()
    ratio = r"0\.\d+ \(0\.\d+-\d\.\d+; "
    assert re.fullmatch(
        rf"hazard ratio \(95% CI\) until 6 months {ratio}{early} events\), "
        rf"after {ratio}{late} events\)",
        karno["note"],
    )
    assert of(table, "proportional_hazards", "age")["note"] == ""


def test_periods_are_cut_where_the_configuration_says(veteran):
    covariates = {"karno": {"per": 10}}

    table = checks(veteran, model(covariates), period_split_months=500)

    note = of(table, "proportional_hazards", "karno")["note"]
    assert "until 500 months" in note
    assert note.endswith("after not estimable (0 events)")


def test_levels_of_one_term_are_told_apart(veteran):
    table = checks(veteran, model({"celltype": {"reference": "large"}}))

    rows = table[table["check"] == "proportional_hazards"]
    assert list(rows["term"]) == [
        "celltype=adeno",
        "celltype=smallcell",
        "celltype=squamous",
        "GLOBAL",
    ]
    assert list(rows["df"]) == [1, 1, 1, 3]


def test_a_sound_model_is_ok_throughout(many):
    table = checks(many, model({"tp53": {}, **HCT}))

    assert list(table.columns) == COLUMNS
    assert set(table["model"]) == {"main"}
    assert list(table[["check", "term"]].itertuples(index=False, name=None)) == [
        ("events_per_parameter", ""),
        ("zero_cell", "tp53"),
        ("zero_cell", "hct_time_dependent"),
        ("collinearity", "tp53"),
        ("collinearity", "hct_time_dependent"),
        ("convergence", "cox"),
        ("convergence", "firth_cox"),
        ("proportional_hazards", "tp53"),
        ("proportional_hazards", "hct_time_dependent"),
        ("proportional_hazards", "GLOBAL"),
    ]
    assert set(table["status"]) == {"ok"}
    assert of(table, "events_per_parameter")["statistic"] == 15


@pytest.mark.parametrize(("limit", "status"), [(15, "ok"), (15.1, "warning")])
def test_few_events_per_covariate_are_warned_of(many, limit, status):
    table = checks(many, model({"tp53": {}, "ph": {}}), events_per_variable=limit)

    row = of(table, "events_per_parameter")
    assert row["status"] == status
    assert row["note"] == "30 events, 2 covariates"


def test_a_response_model_counts_the_rarer_outcome(many):
    achieved = ["1"] * 28 + ["0"] * 12

    table = checks(
        many.assign(response_achieved=achieved),
        model({"tp53": {}}, "logistic", "response"),
    )

    row = of(table, "events_per_parameter")
    assert (row["statistic"], row["status"]) == (12, "ok")
    assert "proportional_hazards" not in set(table["check"])


def test_a_level_without_event_has_no_test_of_proportional_hazards(many):
    cause = many["os_cause"].mask(many["tp53"] == "present", "censored")

    table = checks(many.assign(os_cause=cause), model({"tp53": {}, "ph": {}}))

    zero = of(table, "zero_cell", "tp53")
    assert (zero["status"], zero["statistic"]) == ("warning", 0)
    assert zero["note"] == "no event in present"
    plain = of(table, "convergence", "cox")
    assert plain["status"] == "warning"
    assert plain["note"] == "no finite estimate of tp53 (monotone likelihood)"
    assert of(table, "convergence", "firth_cox")["status"] == "ok"
    rows = table[table["check"] == "proportional_hazards"]
    assert set(rows["status"]) == {"not estimable"}
    assert rows[["statistic", "df", "p"]].isna().all(axis=None)
    assert rows["note"].str.contains("no finite estimate of tp53").all()


def test_only_events_at_a_level_separate_a_response_model(many):
    achieved = many["response_achieved"].mask(many["ph"] == "present", "1")

    table = checks(
        many.assign(response_achieved=achieved),
        model({"ph": {}, "tp53": {}}, "logistic", "response"),
    )

    assert of(table, "zero_cell", "ph")["note"] == "only events in present"
    convergence = of(table, "convergence", "logistic")
    assert convergence["status"] == "warning"
    assert convergence["note"] == "separation, no finite estimate"


def test_variance_inflation_by_hand():
    # Correlation 0.6: 1 / (1 - 0.36) for both.
    first = np.array([1.0, -1.0, 1.0, -1.0])
    second = np.array([1.0, 1.0, -1.0, -1.0])
    matrix = np.column_stack([first, 0.6 * first + 0.8 * second])

    assert variance_inflation(matrix) == pytest.approx([1 / 0.64, 1 / 0.64])


def test_one_covariate_is_not_inflated():
    assert variance_inflation(np.array([[1.0], [2.0], [4.0]])) == pytest.approx([1])


def test_covariates_that_say_nearly_the_same_are_warned_of(many):
    older = (many["age"].astype(int) + (many.index % 2)).astype(str)

    table = checks(
        many.assign(older=older),
        model({"age": {"per": 10}, "older": {"per": 10}, "tp53": {}}),
    )

    assert of(table, "collinearity", "age")["status"] == "warning"
    assert of(table, "collinearity", "age")["statistic"] > 100
    assert of(table, "collinearity", "tp53")["status"] == "ok"


def test_a_covariate_determined_by_others_leaves_the_checks_of_the_rest(many):
    table = checks(many.assign(twin=many["tp53"]), model({"tp53": {}, "twin": {}}))

    for check in ("zero_cell", "collinearity", "proportional_hazards"):
        twin = of(table, check, "twin")
        assert twin["status"] == "not estimable"
        assert twin["note"] == "not estimable: determined by the covariates before it"
        assert of(table, check, "tp53")["status"] == "ok"
    assert of(table, "proportional_hazards", "GLOBAL")["df"] == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda c: c.assign(os_cause="censored"), "0 events, fewer than 5"),
        (lambda c: c.iloc[:1], "1 event, fewer than 5"),
        (lambda c: c.iloc[:0], "no patient with all values known"),
        (lambda c: c.assign(tp53=""), "no patient with all values known"),
        (lambda c: c.assign(tp53="absent", hct_day=""), "no covariate that varies"),
    ],
    ids=["no event", "one patient", "nobody", "nobody assessed", "nothing varies"],
)
def test_what_cannot_be_fitted_says_why(many, change, reason):
    table = checks(change(many), model({"tp53": {}, **HCT}))

    assert of(table, "convergence", "cox")["note"] == f"not estimable: {reason}"
    rows = table[table["check"] == "proportional_hazards"]
    assert set(rows["status"]) == {"not estimable"}
    assert rows["note"].str.startswith("not estimable: ").all()
    assert rows["p"].isna().all()
    assert of(table, "proportional_hazards", "GLOBAL")["note"].endswith(reason)


def test_nobody_exposed_leaves_the_other_covariates(many):
    table = checks(many.assign(hct_day=""), model({"tp53": {}, **HCT}))

    row = of(table, "proportional_hazards", "hct_time_dependent")
    assert row["note"] == "not estimable: no variation: all 40 patients unexposed"
    assert of(table, "proportional_hazards", "tp53")["status"] == "ok"


def test_a_fine_gray_model_has_no_test_of_proportional_hazards(many):
    table = checks(many, model({"tp53": {}}, "fine_gray"))

    rows = table[table["check"] == "proportional_hazards"]
    assert set(rows["status"]) == {"not estimable"}
    assert rows["note"].str.endswith("see proportional_subdistribution_hazards").all()
    assert "convergence" not in set(table["check"])


def test_strata_have_their_own_baseline(many):
    plain = checks(many, model({"tp53": {}}))
    apart = checks(many, model({"tp53": {}}, strata=["ph"]))

    first, second = (of(t, "proportional_hazards", "tp53") for t in (plain, apart))
    assert abs(first["statistic"] - second["statistic"]) > 1e-3


def test_no_model_gives_tables_with_their_headings(tmp_path, many):
    write_table(many, tmp_path / "cohort.tsv")
    names = ("diagnostics.tsv", "influence.tsv", "transplant.tsv")
    paths = [str(tmp_path / name) for name in names]

    main(str(tmp_path / "cohort.tsv"), *paths, {}, ENDPOINTS, {}, STATISTICS)

    assert list(read_table(paths[0])) == COLUMNS
    assert "patient" in read_table(paths[1])
    assert "p_adjusted" in read_table(paths[2])


def test_the_rule_writes_checks_and_tests_of_transplant(tmp_path, many):
    write_table(many, tmp_path / "cohort.tsv")
    names = ("diagnostics.tsv", "influence.tsv", "transplant.tsv")
    paths = [str(tmp_path / name) for name in names]

    main(
        str(tmp_path / "cohort.tsv"),
        *paths,
        {"os": model({"tp53": {}, **HCT})},
        ENDPOINTS,
        {},
        STATISTICS,
    )

    checked = read_table(paths[0])
    assert set(checked["model"]) == {"os"}
    assert list(checked["check"].unique()) == [
        *("events_per_parameter", "zero_cell", "collinearity", "convergence"),
        *("proportional_hazards", "concordance", "influence"),
    ]
    named = read_table(paths[1])
    assert list(named["term"]) == ["tp53", "hct_time_dependent"]
    assert set(named["patient"]) <= set(many["patient"])
    # Only influence.tsv, which stays in the house, says which patient it is.
    known = set(many["patient"])
    assert not any(known & set(checked[column]) for column in checked)
    tests = read_table(paths[2])
    assert list(tests["test"]) == ["Mantel-Byar", "log-rank from 3 months"]
    # Four end within 3 months: on the days 20, 40, 60 and 80.
    assert list(tests["n"]) == ["40", "36"]


def test_the_limit_of_variance_inflation_is_configured(many):
    table = checks(many, model({"tp53": {}, "ph": {}}), variance_inflation=1)

    assert of(table, "collinearity", "tp53")["status"] == "warning"


def test_the_reference_of_a_zero_cell_holds_no_other_level():
    # Six groups of events: two levels beside a reference in which nobody has one.
    number = np.arange(24)
    cohort = cohort_of(
        os_days=30 + number,
        os_cause=np.where(number % 3 == 0, "censored", "death"),
        arm=np.array(["a", "b", "c"])[number % 3],
    )

    table = checks(cohort, model({"arm": {"reference": "a"}}))

    row = of(table, "zero_cell", "arm=b")
    assert (row["statistic"], row["status"]) == (0, "warning")
    assert row["note"] == "no event in a"
