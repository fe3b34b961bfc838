"""Mantel-Byar, Simon-Makuch and landmarks against R and by hand."""

import json

import numpy as np
import pandas as pd
import pytest

from ballad.clinical.endpoints import DAYS_PER_MONTH
from ballad.outcomes.cox import fit_cox
from ballad.outcomes.log_rank import log_rank
from ballad.outcomes.significance import TESTS
from ballad.outcomes.splitting import split_follow_up
from ballad.outcomes.transplant import (
    landmark_patients,
    mantel_byar,
    simon_makuch,
    transplant_tests,
)

STATISTICS = {
    "confidence_level": 0.95,
    "ties": "efron",
    "min_events": 2,
    "day_zero_days": 0.5,
    "remission": {"since_response": {"response": ["CR"]}, "at_start": {}},
    "landmarks": [3],
}
ENDPOINTS = {
    "os": {"kind": "time", "to": {"death": {"date": "death_date"}}},
    "relapse": {"kind": "time", "to": {"relapse": {"date": "relapse_date"}}},
    "response": {"kind": "binary"},
}
HCT = {"hct_time_dependent": {"time_dependent": "hct_date"}}


@pytest.fixture(scope="module")
def oracle(root):
    """Return a reader of R's results and of the tables they were made from."""

    def read(case):
        folder = root / "tests/oracle"
        found = json.loads((folder / f"expected/{case}.json").read_text())
        return found["expected"], pd.read_csv(folder / f"data/{found['data']}.csv")

    return read


def rows_of(*patients):
    """Return start-stop rows of (start, stop, event, exposed)."""
    return pd.DataFrame(patients, columns=["start", "stop", "event", "exposed"])


@pytest.mark.parametrize(
    ("case", "columns"),
    [
        ("mantel_byar_heart", ("start", "stop", "event", "transplant")),
        ("mantel_byar_bmt_plt", ("tstart", "tstop", "dfs", "plt")),
    ],
)
def test_mantel_byar_is_the_exact_score_test_of_r(oracle, case, columns):
    expected, rows = oracle(case)
    names = ["start", "stop", "event", "exposed"]

    test = mantel_byar(rows[list(columns)].set_axis(names, axis="columns"), "exposed")

    assert test.statistic == pytest.approx(expected["chisq"], abs=1e-10)
    assert test.p == pytest.approx(expected["p"], abs=1e-10)


def test_mantel_byar_sums_observed_minus_expected(oracle):
    expected, rows = oracle("mantel_byar_heart_hand")

    test = mantel_byar(rows, "transplant")

    assert test.observed - test.expected == pytest.approx(expected["U"], abs=1e-10)
    assert test.variance == pytest.approx(expected["V"], abs=1e-10)


def test_mantel_byar_by_hand():
    # At 2: 1 of 3 dies, nobody exposed: nothing to compare. At 4 an exposed patient
    # dies of 1 exposed and 1 not: expected 1/2, variance 1/4. (1 - 1/2)^2 / (1/4) = 1.
    rows = rows_of((0, 2, 1, 0), (0, 3, 0, 0), (3, 4, 1, 1), (0, 5, 0, 0))

    test = mantel_byar(rows, "exposed")

    assert (test.observed, test.expected, test.variance) == (1, 0.5, 0.25)
    assert test.statistic == 1


@pytest.mark.parametrize(
    "rows",
    [
        rows_of((0, 2, 0, 0), (0, 3, 0, 1)),
        rows_of((0, 2, 1, 0)),
        rows_of((0, 2, 1, 0), (0, 3, 1, 0)),
        rows_of((0, 2, 1, 0), (0, 3, 0, 0)).iloc[:0],
    ],
    ids=["no event", "one patient", "nobody exposed", "nobody"],
)
def test_mantel_byar_without_a_comparison_has_no_p(rows):
    test = mantel_byar(rows, "exposed")

    assert np.isnan(test.statistic)
    assert np.isnan(test.p)


@pytest.mark.parametrize(
    ("case", "landmark"), [("simon_makuch_heart_0", 0), ("simon_makuch_heart_lm30", 30)]
)
def test_simon_makuch_equals_delayed_entry_in_r(oracle, case, landmark):
    expected, rows = oracle(case)

    curves = simon_makuch(rows, "transplant", landmark, 0.95)

    for point in expected["curves"]:
        side = curves[curves["exposed"] == int(point["strata"][-1])]
        here = side[side["time"] <= point["time"]].iloc[-1]
        found = (here["survival"], here["ci_low"], here["ci_high"])
        wanted = (point["surv"], point["lower"], point["upper"])
        assert found == pytest.approx(wanted, abs=1e-10)
        next_time = side[side["time"] >= point["time"]].iloc[0]
        assert next_time["n_at_risk"] == point["n_risk"]
    events = curves.groupby("exposed")["n_events"].sum()
    assert list(events) == [median["events"] for median in expected["median"]]


def test_simon_makuch_without_exposed_has_one_curve():
    curves = simon_makuch(rows_of((0, 2, 1, 0), (0, 3, 0, 0)), "exposed", 1, 0.95)

    assert set(curves["exposed"]) == {0}
    assert list(curves["survival"]) == [1, 0.5, 0.5]


def test_simon_makuch_after_the_last_follow_up_is_empty():
    assert simon_makuch(rows_of((0, 2, 1, 0)), "exposed", 2, 0.95).empty


def test_a_curve_that_reaches_0_before_others_enter_stays_there():
    # Of the exposed, the first dies alone at day 3 (0/1); a second enters at day 5.
    rows = rows_of((0, 3, 1, 1), (0, 5, 0, 0), (5, 9, 0, 1), (0, 9, 0, 0))

    curves = simon_makuch(rows, "exposed", 0, 0.95)

    exposed = curves[curves["exposed"] == 1]
    assert list(exposed["time"]) == [0, 3, 9]
    assert list(exposed["survival"]) == [1, 0, 0]
    assert list(exposed["n_at_risk"]) == [1, 1, 1]


def test_a_curve_without_event_is_flat_and_has_no_interval():
    curve = simon_makuch(rows_of((0, 2, 0, 0), (0, 3, 0, 0)), "exposed", 0, 0.95)

    assert set(curve["survival"]) == {1}
    assert curve[["ci_low", "ci_high"]].isna().all(axis=None)


def test_the_landmark_analysis_equals_r(oracle):
    expected, bmt = oracle("landmark_bmt_plt_30")
    follow_up = bmt.assign(patient=bmt["id"], days=bmt["t2"], event=bmt["d3"])
    recovery = pd.DataFrame({"platelets": bmt["tp"].where(bmt["dp"] == 1)})
    rows = split_follow_up(follow_up, recovery, 0.5)

    there = landmark_patients(rows, "platelets", 30)

    assert len(there) == expected["n"]
    assert there["exposed"].sum() == expected["n_exposed"]
    statistic, df, p = log_rank(there["stop"], there["event"], there["exposed"])
    wanted = expected["logrank"]
    assert statistic == pytest.approx(wanted["chisq"], abs=1e-10)
    assert (df, p) == (wanted["df"], pytest.approx(wanted["p"], abs=1e-10))
    fit = fit_cox(there, ["exposed"])
    assert fit.coefficients[0] == pytest.approx(expected["cox"]["coef"], abs=1e-8)
    assert fit.standard_errors[0] == pytest.approx(expected["cox"]["se"], abs=1e-8)


def test_who_is_transplanted_after_the_landmark_counts_as_not_transplanted():
    follow_up = pd.DataFrame(
        {
            "patient": ["before", "on", "after", "ended", "ends on"],
            "days": [200, 200, 200, 80, 90],
            "event": [1, 0, 1, 1, 1],
        }
    )
    hct = pd.DataFrame({"hct": [60, 90, 120, np.nan, 30]})

    there = landmark_patients(split_follow_up(follow_up, hct, 0.5), "hct", 90)

    assert dict(zip(there["patient"], there["exposed"], strict=True)) == {
        "before": 1,
        "on": 1,
        "after": 0,
    }
    assert list(there["stop"]) == [110, 110, 110]
    assert list(there["event"]) == [1, 0, 1]


def cohort(days, causes, hct_days, endpoint="os"):
    """Make a SYNTHETIC cohort; follow-up starts at treatment start."""
    return pd.DataFrame(
        {
            "patient": [f"{i:03}" for i in range(len(days))],
            "in_all": "yes",
            "hct_day": hct_days,
            f"{endpoint}_origin_day": "0",
            f"{endpoint}_days": days,
            f"{endpoint}_cause": causes,
        }
    ).astype(str)


def model(endpoint="os", covariates=None, **more):
    covariates = HCT if covariates is None else covariates
    return {
        "endpoint": endpoint,
        "population": "all",
        "method": "cox",
        "covariates": covariates,
        **more,
    }


SIX = cohort(
    days=[100, 150, 200, 250, 300, 350],
    causes=["death", "censored", "death", "death", "death", "censored"],
    hct_days=["", "50", "60", "70", "", "200"],
)


def table_of(patients, models, **statistics):
    return transplant_tests(
        patients, models, ENDPOINTS, {}, {**STATISTICS, **statistics}
    )


def test_transplant_is_tested_over_time_and_from_each_landmark():
    table = table_of(SIX, {"os": model()}, landmarks=[2, 3])

    assert list(table.columns) == list(TESTS)
    assert list(table["test"]) == [
        "Mantel-Byar",
        "log-rank from 2 months",
        "log-rank from 3 months",
    ]
    assert set(table["df"]) == {1}
    assert list(table["n"]) == [6, 6, 6]
    assert table["p"].between(0, 1).all()
    # 2 months are 60.9 days: the transplant of day 70 comes later.
    assert table["note"][0] == "4 transplanted"
    assert table["note"][1].startswith("sensitivity only: landmark; 2 transplanted; ")
    assert table["note"][2].startswith("sensitivity only: landmark; 3 transplanted; ")
    assert "hazard ratio" in table["note"][2]


def test_a_landmark_is_the_log_rank_test_of_the_patients_then_alive():
    table = table_of(SIX, {"os": model()})

    months = (np.array([100, 150, 200, 250, 300, 350]) / DAYS_PER_MONTH) - 3
    statistic, _, p = log_rank(
        pd.Series(months), pd.Series([1, 0, 1, 1, 1, 0]), pd.Series([0, 1, 1, 1, 0, 0])
    )
    assert table["statistic"][1] == pytest.approx(statistic, abs=1e-10)
    assert table["p"][1] == pytest.approx(p, abs=1e-10)


def test_only_models_of_all_causes_with_transplant_are_tested_once_each():
    models = {
        "os": model(),
        "os_again": model(),
        "without": model("relapse", {"age": {}}),
        "one_cause": model("relapse", cause="relapse"),
        "response": model("response"),
    }

    table = table_of(SIX, models)

    assert list(table["endpoint"]) == ["os", "os"]


@pytest.mark.parametrize(
    ("patients", "reason"),
    [
        (SIX.assign(hct_day=""), "nobody transplanted"),
        (SIX.assign(hct_day="0"), "nobody without transplant"),
        (SIX.assign(os_cause="censored"), "0 events, fewer than 2"),
        (SIX.iloc[:1], "nobody transplanted"),
        (SIX.iloc[:0], "no patient with all values known"),
        (SIX.drop(columns="hct_day"), "the cohort has no column hct_day"),
    ],
    ids=["no exposed", "all exposed", "no event", "one patient", "nobody", "no column"],
)
def test_what_cannot_be_tested_says_why(patients, reason):
    table = table_of(patients, {"os": model()})

    assert table[["statistic", "df", "p"]].isna().all(axis=None)
    assert table["note"].str.startswith("not estimable: ").all()
    assert table["note"][0] == f"not estimable: {reason}"


def test_transplants_after_the_last_event_cannot_be_compared():
    days = ["120", "130", "140", "300", "400"]
    causes = ["death"] * 3 + ["censored"] * 2
    late = cohort(days, causes, ["", "", "", "200", ""])
    # Transplanted before the landmark, but censored before the first event after it.
    lost = cohort(["100", *days], ["censored", *causes], ["5"] + [""] * 5)

    over_time = table_of(late, {"os": model()})
    from_landmark = table_of(lost, {"os": model()})

    reason = "not estimable: no event while both groups were at risk"
    assert over_time["note"][0] == f"{reason}; 1 transplanted"
    assert from_landmark["note"][1] == (
        f"{reason}; sensitivity only: landmark; 1 transplanted"
    )
    assert from_landmark["p"].isna().all()


def test_mantel_byar_and_the_landmark_know_salvage_as_the_models_do():
    # SYNTHETIC: of ten transplants on day 30 five came after a relapse of day 20.
    count = 20
    cohort = pd.DataFrame(
        {
            "patient": [f"{i:02}" for i in range(count)],
            "in_all": "yes",
            "os_origin_day": "0",
            "os_days": [str(100 + 10 * i) for i in range(count)],
            "os_cause": ["death", "censored"] * 10,
            "indication": "rr",
            "response": "CR",
            "response_day": "10",
            "hct_day": ["30"] * 10 + [""] * 10,
            "relapse_day": ["20"] * 5 + [""] * 15,
        }
    )
    specification = {
        "endpoint": "os",
        "population": "all",
        "method": "cox",
        "covariates": HCT,
    }

    tests = transplant_tests(cohort, {"os": specification}, ENDPOINTS, {}, STATISTICS)

    assert tests["note"].str.contains("5 transplanted").tolist() == [True, True]
