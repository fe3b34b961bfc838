"""Cox models against R, by hand, and under changes that must change nothing."""

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballad.outcomes.cox import compared_at_events, fit_cox


@pytest.fixture(scope="module")
def oracle(root):
    """Return a reader of R's results and of the tables they were made from."""

    def read(case):
        folder = root / "tests/oracle"
        found = json.loads((folder / f"expected/{case}.json").read_text())
        rows = pd.read_csv(folder / f"data/{found['data']}.csv")
        return found["expected"], rows

    return read


def timed(rows, stop, event, start=None):
    begin = 0.0 if start is None else rows[start]
    return rows.assign(start=begin, stop=rows[stop], event=rows[event])


def listed(value):
    return value if isinstance(value, list) else [value]


PLAIN = [
    ("cox_bmt_dfs_efron", ("t2", "d3"), {}),
    ("cox_bmt_td_dfs", ("tstop", "dfs", "tstart"), {}),
    ("cox_bmt_td_relapse_cs", ("tstop", "rel", "tstart"), {}),
    ("cox_bmt_td_nrm_cs", ("tstop", "nrm", "tstart"), {}),
    ("cox_heart_td", ("stop", "event", "start"), {}),
    ("cox_heart_td_breslow", ("stop", "event", "start"), {"ties": "breslow"}),
    ("cox_heart_td_strata", ("stop", "event", "start"), {"strata": ["surgery"]}),
    ("cox_heart_td_robust", ("stop", "event", "start"), {"cluster": "id"}),
    ("cox_lung_efron", ("time", "dead"), {}),
    ("cox_lung_breslow", ("time", "dead"), {"ties": "breslow"}),
    ("cox_lung_cluster_inst", ("time", "dead"), {"cluster": "inst"}),
    ("naive_immortal_heart", ("stop", "event"), {}),
]


@pytest.mark.parametrize(("case", "columns", "options"), PLAIN)
def test_cox_agrees_with_survival_of_r(oracle, root, case, columns, options):
    expected, rows = oracle(case)
    # R writes a single term as a text, not as a list.
    expected = {key: listed(value) for key, value in expected.items()}
    if case == "naive_immortal_heart":
        rows = pd.read_csv(root / "tests/oracle/data/heart_naive.csv")
    if case == "cox_lung_cluster_inst":
        rows = rows[rows["inst"].notna()]

    fit = fit_cox(timed(rows, *columns), expected["terms"], **options)

    assert fit.coefficients == pytest.approx(expected["coef"], abs=1e-8)
    assert fit.standard_errors == pytest.approx(expected["se"], abs=1e-8)
    assert fit.covariance == pytest.approx(np.array(expected["vcov"]), abs=1e-8)
    assert fit.loglik == pytest.approx(expected["loglik"][0], abs=1e-8)
    assert fit.loglik_null == pytest.approx(expected["loglik_null"][0], abs=1e-8)
    assert fit.score_statistic == pytest.approx(expected["score"][0], abs=1e-8)
    low, high = zip(*(fit.wald_interval(t, 0.95) for t in fit.terms), strict=True)
    assert low == pytest.approx(expected["lower"], abs=1e-7)
    assert high == pytest.approx(expected["upper"], abs=1e-7)
    p = [fit.wald_p(term) for term in fit.terms]
    assert p == pytest.approx(expected["p"], abs=1e-8)


FIRTH = [
    ("coxphf_bmt_relapse", ("t2", "d2")),
    ("coxphf_bmt_td_relapse", ("tstop", "rel", "tstart")),
    ("coxphf_heart_td", ("stop", "event", "start")),
]


@pytest.mark.parametrize(("case", "columns"), FIRTH)
def test_firth_agrees_with_coxphf_of_r(oracle, case, columns):
    expected, rows = oracle(case)

    fit = fit_cox(timed(rows, *columns), expected["terms"], ties="breslow", firth=True)

    assert fit.coefficients == pytest.approx(expected["coef"], abs=1e-8)
    assert fit.standard_errors == pytest.approx(expected["se"], abs=1e-8)
    limits = [fit.profile_interval(term, 0.95) for term in fit.terms]
    low, high = zip(*limits, strict=True)
    assert low == pytest.approx(expected["lower_pl"], abs=1e-6)
    assert high == pytest.approx(expected["upper_pl"], abs=1e-6)
    p = [fit.likelihood_ratio_p(term) for term in fit.terms]
    assert p == pytest.approx(expected["p_plr"], abs=1e-8)
    # The constant of coxphf's log likelihood differs: only the gain compares.
    gain = expected["loglik"] - expected["loglik_null"]
    assert fit.loglik - fit.loglik_null == pytest.approx(gain, abs=1e-8)


def test_firth_with_efron_ties_stays_near_breslow(oracle):
    expected, rows = oracle("coxphf_bmt_td_relapse")

    fit = fit_cox(timed(rows, "tstop", "rel", "tstart"), expected["terms"], firth=True)

    # Breslow's ties differ by about 1e-3 on these rows.
    assert fit.coefficients == pytest.approx(expected["coef"], abs=5e-3)
    assert (np.abs(fit.coefficients - expected["coef"]) > 1e-6).any()


def small(event=(1, 1, 0, 1), x=(1, 0, 1, 0)):
    return pd.DataFrame(
        {"start": 0.0, "stop": [1.0, 2.0, 3.0, 4.0], "event": event, "x": x}
    )


def test_a_coefficient_solves_the_score_equation_worked_by_hand():
    # r = exp(b). Event at 1: 1 - 2r/(2r+2). Event at 2 (at risk 0, 1, 0): -r/(r+2).
    # Event at 4: alone at risk, 0. Score 0: 1 - r/(r+1) = r/(r+2), so r² = 2.
    fit = fit_cox(small(), ["x"])

    assert fit.coefficients[0] == pytest.approx(np.log(2) / 2, abs=1e-10)
    # Information: r/(r+1)² + 2r/(r+2)² at r = sqrt 2.
    r = 2**0.5
    information = r / (r + 1) ** 2 + 2 * r / (r + 2) ** 2
    assert fit.standard_errors[0] == pytest.approx(information**-0.5, abs=1e-10)


def test_a_row_is_at_risk_after_its_start_and_up_to_its_stop():
    rows = small()
    late = pd.DataFrame({"start": [2.0], "stop": [2.5], "event": [0], "x": [1]})

    with_late = fit_cox(pd.concat([rows, late]), ["x"])

    # It enters at the event of 2 and leaves before that of 4: in no risk set.
    assert with_late.coefficients == pytest.approx(fit_cox(rows, ["x"]).coefficients)


def test_a_level_without_event_is_infinite_in_the_plain_fit_and_finite_with_firth():
    rows = small(event=(0, 1, 0, 1))

    assert fit_cox(rows, ["x"]).monotone == ("x",)
    firth = fit_cox(rows, ["x"], firth=True)
    assert firth.monotone == ()
    low, high = firth.profile_interval("x", 0.95)
    assert low < firth.coefficients[0] < high


def test_the_firth_estimate_has_a_closed_form_with_one_informative_event():
    # At the event of 2 the risk set holds x = 0, 1, 0; its case has x = 0.
    # log L + log(I)/2 with q = r/(r+2): log(1-q) + log(q(1-q))/2, largest at q = 1/4.
    fit = fit_cox(small(event=(0, 1, 0, 1)), ["x"], firth=True)

    assert np.exp(fit.coefficients[0]) == pytest.approx(2 / 3, abs=1e-9)


def test_weights_count_like_repeated_rows(oracle):
    _, rows = oracle("cox_heart_td")
    rows = rows.assign(weight=np.where(rows["id"] % 3 == 0, 2.0, 1.0))
    repeated = pd.concat([rows, rows[rows["weight"] == 2]])

    weighted = fit_cox(rows, ["age", "transplant"], ties="breslow", weights="weight")

    expected = fit_cox(repeated, ["age", "transplant"], ties="breslow")
    assert weighted.coefficients == pytest.approx(expected.coefficients, abs=1e-9)
    assert weighted.standard_errors == pytest.approx(expected.standard_errors)


@settings(max_examples=25, deadline=None)
@given(cut=st.floats(0.3, 1700.7), seed=st.integers(0, 100), firth=st.booleans())
def test_cutting_rows_further_and_another_order_change_nothing(root, cut, seed, firth):
    rows = pd.read_csv(root / "tests/oracle/data/heart.csv")
    terms = ["age", "surgery", "transplant"]
    inside = (rows["start"] < cut) & (cut < rows["stop"])
    before = rows.assign(
        stop=rows["stop"].mask(inside, cut), event=rows["event"].mask(inside, 0)
    )
    after = rows[inside].assign(start=cut)
    pieces = pd.concat([before, after]).sample(frac=1, random_state=seed)

    fit = fit_cox(pieces, terms, firth=firth, cluster="id")

    expected = fit_cox(rows, terms, firth=firth, cluster="id")
    assert fit.coefficients == pytest.approx(expected.coefficients, abs=1e-8)
    assert fit.covariance == pytest.approx(expected.covariance, abs=1e-8)
    assert fit.loglik == pytest.approx(expected.loglik, abs=1e-8)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"start": [0, 2, 0, 0]}, "start < stop"),
        ({"event": [0, 0, 0, 0]}, "no event"),
        ({"event": [2, 1, 0, 1]}, "neither 1 nor 0"),
        ({"x": [1, 1, 1, 1]}, "no variation in x"),
        ({"x": [1, np.nan, 1, 0]}, "missing"),
    ],
)
def test_rows_that_cannot_be_fitted_are_refused(change, said):
    rows = small().assign(**change)

    with pytest.raises(ValueError, match=said):
        fit_cox(rows, ["x"])


def test_an_unknown_tie_rule_is_refused():
    with pytest.raises(ValueError, match="efron"):
        fit_cox(small(), ["x"], ties="exact")


def test_values_are_compared_only_where_an_event_finds_both_at_risk():
    rows = pd.DataFrame(
        {
            "start": [0.0, 0.0, 5.0, 0.0, 0.0],
            "stop": [2.0, 5.0, 8.0, 9.0, 1.0],
            "event": [1, 0, 0, 0, 0],
            "x": [1, 0, 0, 0, 0],
            "late": [0, 0, 1, 0, 0],
            "gone": [0, 0, 0, 0, 1],
            "centre": ["a", "b", "b", "b", "b"],
        }
    )

    assert compared_at_events(rows, "x")
    # Exposed from 5 on, but the last event is at 2; or censored at 1, before the first.
    assert not compared_at_events(rows, "late")
    assert not compared_at_events(rows, "gone")
    # The only event is the only patient of its stratum.
    assert not compared_at_events(rows, "x", ["centre"])


def test_a_profile_along_a_ridge_has_limits_on_both_sides_of_the_estimate():
    # Five deaths and as many covariates: the search ends elsewhere by where it began.
    rows = pd.DataFrame(
        [
            (0, 62, 0, 0, 0, 1, 0, 4.5, 0, 0, 1),
            (62, 702, 0, 0, 1, 1, 0, 4.5, 0, 0, 1),
            (0, 152, 1, 0, 0, 1, 0, 3.3, 1, 0, 1),
            (0, 92, 1, 1, 0, 1, 0, 6.1, 1, 0, 0),
            (0, 122, 1, 1, 0, 0, 0, 7.0, 0, 0, 1),
            (0, 62, 0, 0, 0, 0, 0, 2.9, 0, 0, 1),
            (62, 852, 0, 0, 1, 0, 0, 2.9, 0, 0, 1),
            (0, 62, 1, 0, 0, 1, 0, 3.8, 1, 0, 1),
            (0, 472, 0, 0, 0, 0, 1, 2.5, 1, 0, 1),
            (0, 130, 1, 0, 0, 1, 0, 4.9, 0, 1, 0),
        ],
        columns=["start", "stop", "event", *"abcdefgh"],
    )
    fit = fit_cox(rows, list("abcdefgh"), firth=True)

    for term, coefficient in zip("abcdefgh", fit.coefficients, strict=True):
        low, high = fit.profile_interval(term, 0.95)
        assert low < coefficient < high
