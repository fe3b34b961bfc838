"""Fine-Gray models against cmprsk of R, and where they must equal Cox."""

import json

import numpy as np
import pandas as pd
import pytest

from ballad.outcomes.cox import fit_cox
from ballad.outcomes.fine_gray import fit_fine_gray


@pytest.fixture(scope="module")
def bmt(root):
    return pd.read_csv(root / "tests/oracle/data/bmt.csv")


def causes(bmt, cause):
    return bmt.assign(
        stop=bmt["t2"],
        event=(bmt["cr_event"] == cause).astype(float),
        competing=bmt["cr_event"].isin({1, 2} - {cause}).astype(float),
    )


@pytest.mark.parametrize(("case", "cause"), [("relapse", 1), ("nrm", 2)])
def test_fine_gray_agrees_with_crr_of_r(root, bmt, case, cause):
    path = root / f"tests/oracle/expected/crr_bmt_{case}.json"
    expected = json.loads(path.read_text())["expected"]

    fit = fit_fine_gray(causes(bmt, cause), expected["terms"])

    assert fit.coefficients == pytest.approx(expected["coef"], abs=1e-7)
    assert fit.standard_errors == pytest.approx(expected["se"], abs=1e-5)
    assert fit.loglik == pytest.approx(expected["loglik"], abs=1e-7)
    assert fit.loglik_null == pytest.approx(expected["loglik_null"], abs=1e-7)


def test_without_competing_events_fine_gray_is_cox_with_a_sandwich(bmt):
    table = causes(bmt, 1).assign(competing=0.0, start=0.0)

    fit = fit_fine_gray(table, ["hi", "z1"])

    cox = fit_cox(table, ["hi", "z1"], ties="breslow", cluster="id")
    assert fit.coefficients == pytest.approx(cox.coefficients, abs=1e-9)
    assert fit.covariance == pytest.approx(cox.covariance, abs=1e-12)


def test_without_censoring_a_competing_event_stays_at_risk_in_full():
    table = pd.DataFrame(
        {
            "start": 0.0,
            "stop": [1.0, 2.0, 3.0, 4.0, 5.0],
            "event": [0, 1, 0, 1, 1],
            "competing": [1, 0, 1, 0, 0],
            "x": [1, 0, 0, 1, 0],
        }
    )
    stays = table.assign(stop=np.where(table["competing"] == 1, 9.0, table["stop"]))

    fit = fit_fine_gray(table, ["x"])

    assert fit.coefficients == pytest.approx(fit_cox(stays, ["x"]).coefficients)


def test_a_ratio_may_change_with_log_t_as_in_crr_of_r(root, bmt):
    path = root / "tests/oracle/expected/crr_bmt_relapse_tf.json"
    expected = json.loads(path.read_text())["expected"]

    fit = fit_fine_gray(causes(bmt, 1), ["hi", "lo"], with_log_time=["hi"])

    assert fit.terms == ("hi", "lo", "hi x log t")
    assert fit.coefficients == pytest.approx(expected["coef"], abs=1e-8)
    assert fit.standard_errors == pytest.approx(expected["se"], abs=1e-8)


def test_another_unit_of_time_moves_only_the_ratio_at_time_one(bmt):
    days, months = causes(bmt, 1), causes(bmt, 1)
    months = months.assign(stop=months["stop"] / 30.4375)

    by_day = fit_fine_gray(days, ["hi", "lo"], with_log_time=["hi"])
    by_month = fit_fine_gray(months, ["hi", "lo"], with_log_time=["hi"])

    assert by_month.coefficients[1:] == pytest.approx(by_day.coefficients[1:])
    shift = by_day.coefficients[2] * np.log(30.4375)
    assert by_month.coefficients[0] == pytest.approx(by_day.coefficients[0] + shift)
