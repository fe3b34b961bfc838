"""Logistic models against R and by hand."""

import json

import numpy as np
import pandas as pd
import pytest
from firthmodels import FirthLogisticRegression
from scipy.stats import chi2

from ballad.outcomes.likelihood import maximise
from ballad.outcomes.logistic import BinomialLikelihood, fit_logistic, separated

TERMS = ["NV", "PI", "EH"]


@pytest.fixture(scope="module")
def endometrial(root):
    return pd.read_csv(root / "tests/oracle/data/endometrial.csv")


def expected(root, case):
    text = (root / f"tests/oracle/expected/{case}.json").read_text()
    return json.loads(text)["expected"]


def test_firth_agrees_with_logistf_of_r_under_separation(root, endometrial):
    reference = expected(root, "logistf_endometrial")

    fit = fit_logistic(endometrial, TERMS, endometrial["HG"], firth=True)

    assert reference["terms"] == ["(Intercept)", *TERMS]
    assert [fit.intercept, *fit.coefficients] == pytest.approx(
        reference["coef"], abs=1e-6
    )
    assert fit.standard_errors == pytest.approx(reference["se"][1:], abs=1e-6)
    assert fit.intervals[:, 0] == pytest.approx(reference["lower_pl"][1:], abs=1e-5)
    assert fit.intervals[:, 1] == pytest.approx(reference["upper_pl"][1:], abs=1e-5)
    assert fit.p == pytest.approx(reference["p_plr"][1:], abs=1e-6)


def test_what_the_library_leaves_open_the_own_likelihood_fills(
    root, endometrial, monkeypatch
):
    def nothing(self, *arguments, **options):
        self.lrt_pvalues_ = np.full(4, np.nan)

    monkeypatch.setattr(FirthLogisticRegression, "lrt", nothing)
    reference = expected(root, "logistf_endometrial")

    fit = fit_logistic(endometrial, TERMS, endometrial["HG"], firth=True)

    assert fit.coefficients == pytest.approx(reference["coef"][1:], abs=1e-7)
    assert fit.standard_errors == pytest.approx(reference["se"][1:], abs=1e-6)
    assert fit.intervals[:, 0] == pytest.approx(reference["lower_pl"][1:], abs=1e-6)
    assert fit.intervals[:, 1] == pytest.approx(reference["upper_pl"][1:], abs=1e-6)
    assert fit.p == pytest.approx(reference["p_plr"][1:], abs=1e-8)


def table(a, b, c, d):
    """Return outcome and exposure of a two-by-two table."""
    exposed = [1] * (a + b) + [0] * (c + d)
    outcome = [1] * a + [0] * b + [1] * c + [0] * d
    return pd.DataFrame({"x": exposed}), pd.Series(outcome, dtype=float)


def binomial(successes, failures):
    n = successes + failures
    return sum(k * np.log(k / n) for k in (successes, failures))


def test_a_two_by_two_table_gives_its_odds_ratio_and_likelihood_ratio():
    # 12/8 against 6/24: odds ratio (12 * 24) / (8 * 6) = 6.
    x, y = table(12, 8, 6, 24)

    fit = fit_logistic(x, ["x"], y)

    assert np.exp(fit.coefficients[0]) == pytest.approx(6, abs=1e-9)
    assert fit.intercept == pytest.approx(np.log(6 / 24), abs=1e-9)
    # Woolf: 1/12 + 1/8 + 1/6 + 1/24.
    assert fit.standard_errors[0] == pytest.approx((10 / 24) ** 0.5, abs=1e-8)
    ratio = 2 * (binomial(12, 8) + binomial(6, 24) - binomial(18, 32))
    assert fit.p[0] == pytest.approx(chi2.sf(ratio, 1), abs=1e-10)


def test_the_profile_limits_lose_exactly_what_the_level_allows():
    x, y = table(12, 8, 6, 24)
    fit = fit_logistic(x, ["x"], y, level=0.9)
    design = np.column_stack([x["x"], np.ones(50)])
    likelihood = BinomialLikelihood(design, y.to_numpy())

    losses = [
        2
        * (
            maximise(likelihood, False).value
            - maximise(likelihood, False, {0: limit}).value
        )
        for limit in fit.intervals[0]
    ]

    assert losses == pytest.approx([chi2.ppf(0.9, 1)] * 2, abs=1e-7)


def test_firth_adds_half_a_patient_to_each_cell_of_a_saturated_table():
    # Firth 1993: for a saturated model the penalty equals adding 1/2 to each cell.
    x, y = table(5, 0, 3, 9)

    fit = fit_logistic(x, ["x"], y, firth=True)

    assert np.exp(fit.coefficients[0]) == pytest.approx(5.5 * 9.5 / (0.5 * 3.5))


def test_separation_is_seen_and_the_plain_fit_refused(endometrial):
    assert separated(endometrial, TERMS, endometrial["HG"])
    assert not separated(endometrial, ["PI", "EH"], endometrial["HG"])
    with pytest.raises(ValueError, match="separation"):
        fit_logistic(endometrial, TERMS, endometrial["HG"])
