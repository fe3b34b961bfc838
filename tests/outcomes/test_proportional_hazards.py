"""The test of proportional hazards against R, and ratios by period."""

import json

import numpy as np
import pandas as pd
import pytest

from ballad.outcomes.cox import fit_cox
from ballad.outcomes.proportional_hazards import (
    TRANSFORMS,
    cut_at,
    period_ratios,
    proportional_hazards_test,
)

CASES = {
    "zph_bmt": ("t2", "d3"),
    "zph_lung": ("time", "dead"),
    "zph_veteran": ("time", "status"),
}


@pytest.fixture(scope="module")
def oracle(root):
    """Return a reader of R's results and of the tables they were made from."""

    def read(case):
        folder = root / "tests/oracle"
        found = json.loads((folder / f"expected/{case}.json").read_text())
        return found["expected"], pd.read_csv(folder / f"data/{found['data']}.csv")

    return read


@pytest.fixture(scope="module")
def veteran(oracle):
    """Return the veterans' lung cancer trial on start-stop rows."""
    rows = oracle("zph_veteran")[1]
    return rows.assign(start=0.0, stop=rows["time"], event=rows["status"])


@pytest.mark.parametrize("transform", TRANSFORMS)
@pytest.mark.parametrize("case", CASES)
def test_the_score_test_agrees_with_cox_zph_of_r(oracle, case, transform):
    expected, rows = oracle(case)
    expected = expected[transform]
    terms = expected["terms"][:-1]
    stop, event = CASES[case]
    rows = rows.assign(start=0.0, stop=rows[stop], event=rows[event])

    table = proportional_hazards_test(
        rows.dropna(subset=terms), terms, transform=transform
    )

    assert list(table["term"]) == expected["terms"]
    assert list(table["df"]) == expected["df"]
    assert list(table["statistic"]) == pytest.approx(expected["chisq"], abs=1e-8)
    assert list(table["p"]) == pytest.approx(expected["p"], abs=1e-8)


@pytest.mark.parametrize("transform", ["km", "identity", "log"])
def test_cutting_follow_up_changes_no_result(veteran, transform):
    terms = ["karno", "trt2", "age"]

    whole = proportional_hazards_test(veteran, terms, transform=transform)
    pieces = proportional_hazards_test(
        cut_at(cut_at(veteran, 40), 120.5), terms, transform=transform
    )

    assert pieces["statistic"].to_numpy() == pytest.approx(
        whole["statistic"].to_numpy(), abs=1e-8
    )


def test_one_term_and_all_terms_are_the_same_test_where_there_is_one(veteran):
    table = proportional_hazards_test(veteran, ["karno"])

    assert table["statistic"][0] == pytest.approx(table["statistic"][1], abs=1e-10)


def test_strata_keep_their_own_risk_sets(veteran):
    terms = ["karno", "age"]

    together = proportional_hazards_test(veteran, terms)
    apart = proportional_hazards_test(veteran, terms, strata=["celltype"])

    assert abs(apart["statistic"] - together["statistic"]).max() > 0.5


def test_events_at_a_single_time_say_nothing_of_change():
    rows = pd.DataFrame(
        {"start": 0.0, "stop": [5, 5, 5, 9], "event": [1, 1, 0, 0], "x": [0, 1, 1, 0]}
    )

    table = proportional_hazards_test(rows, ["x"])

    assert table[["statistic", "p"]].isna().all(axis=None)


@pytest.mark.parametrize(
    "rows",
    [
        pd.DataFrame({"start": [0.0], "stop": [3.0], "event": [1], "x": [1]}),
        pd.DataFrame({"start": 0.0, "stop": [3, 4], "event": [0, 0], "x": [0, 1]}),
    ],
    ids=["one patient", "no event"],
)
def test_rows_without_information_are_refused(rows):
    with pytest.raises(ValueError, match=r"no (event|variation)"):
        proportional_hazards_test(rows, ["x"])


def test_an_unknown_transform_is_refused(veteran):
    with pytest.raises(ValueError, match="'cube': use one of km, rank"):
        proportional_hazards_test(veteran, ["karno"], transform="cube")


def test_a_cut_keeps_events_and_follow_up(veteran):
    pieces = cut_at(veteran, 100)

    assert len(pieces) == len(veteran) + (veteran["time"] > 100).sum()
    assert pieces["event"].sum() == veteran["event"].sum()
    assert (pieces["stop"] - pieces["start"]).sum() == veteran["time"].sum()
    # A follow-up that ends at the very time stays whole.
    assert ((pieces["stop"] <= 100) | (pieces["start"] >= 100)).all()


def test_ratios_by_period_of_one_covariate_are_those_of_each_period_alone(veteran):
    until, after = period_ratios(veteran, ["karno"], "karno", split=100)

    pieces = cut_at(veteran, 100)
    early = fit_cox(pieces[pieces["stop"] <= 100], ["karno"])
    late = fit_cox(pieces[pieces["start"] >= 100], ["karno"])
    assert until.ratio == pytest.approx(np.exp(early.coefficients[0]), rel=1e-8)
    assert after.ratio == pytest.approx(np.exp(late.coefficients[0]), rel=1e-8)
    low, high = np.exp(late.wald_interval("karno", 0.95))
    assert (after.low, after.high) == pytest.approx((low, high), rel=1e-8)
    assert until.p == pytest.approx(early.wald_p("karno"), rel=1e-6)
    assert after.p == pytest.approx(late.wald_p("karno"), rel=1e-6)
    assert until.events + after.events == veteran["event"].sum()


def test_a_period_without_event_has_no_ratio(veteran):
    until, after = period_ratios(veteran, ["karno", "age"], "karno", split=5000)

    whole = fit_cox(veteran, ["karno", "age"])
    assert until.ratio == pytest.approx(np.exp(whole.coefficients[0]), rel=1e-8)
    assert after.events == 0
    assert np.isnan(after.ratio)


def test_a_period_without_event_at_one_level_has_no_finite_ratio():
    # Until 10 all events are at level 0, later both levels have some.
    rows = pd.DataFrame(
        {
            "start": 0.0,
            "stop": [1, 2, 3, 4, 12, 13, 14, 15, 16, 17],
            "event": [1, 1, 1, 1, 1, 1, 1, 1, 0, 0],
            "x": [0, 0, 0, 0, 1, 0, 0, 1, 1, 0],
        }
    )

    until, after = period_ratios(rows, ["x"], "x", split=10)

    assert np.isnan(until.ratio)
    assert (until.events, until.events_at_level) == (4, 0)
    assert (after.events, after.events_at_level) == (4, 2)
    assert np.isfinite([after.ratio, after.low, after.high, after.p]).all()
    assert np.isnan(until.p)


def test_levels_never_at_risk_together_have_no_ratio():
    # After 10 the only exposed patient leaves before the first event.
    rows = pd.DataFrame(
        {
            "start": 0.0,
            "stop": [1, 2, 3, 4, 11, 12, 13, 14],
            "event": [1, 1, 1, 1, 0, 1, 1, 0],
            "x": [1, 0, 1, 0, 1, 0, 0, 0],
        }
    )

    until, after = period_ratios(rows, ["x"], "x", split=10)

    assert np.isfinite(until.ratio)
    assert after.events == 2
    assert np.isnan(after.ratio)
