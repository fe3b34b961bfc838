"""Likelihood-ratio tests of interactions: against the two fits, and R's veteran."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

from ballad.outcomes.cox import fit_cox
from ballad.outcomes.interactions import interaction_tests
from ballad.outcomes.logistic import logistic_likelihood_ratio
from ballad.outcomes.reported_fits import reported_fits
from tests.outcomes.model_cohorts import (
    ENDPOINTS,
    RESPONSE,
    STATISTICS,
    crossing,
    fitted,
    model,
    patients,
    responders,
)

PARTS = {"tp53": {}, "cell": {"reference": "a"}}
BY_CELL = {**PARTS, "by": {"interaction": ["tp53", "cell"]}}


def rows_tested(cohort, specification, **statistics):
    fits = reported_fits(
        cohort,
        {"main": specification},
        ENDPOINTS,
        {},
        {**STATISTICS, **statistics},
    )
    return interaction_tests(fits, {"main": specification})


def three_cells():
    return crossing().assign(cell=[("a", "b", "c")[i % 3] for i in range(80)])


def test_all_columns_of_an_interaction_are_tested_together():
    cohort = three_cells()
    rows = pd.DataFrame(
        {
            "start": 0.0,
            "stop": cohort["relapse_days"].astype(float),
            "event": (cohort["relapse_cause"] == "relapse").astype(float),
            "tp53": (cohort["tp53"] == "present").astype(float),
            "b": (cohort["cell"] == "b").astype(float),
            "c": (cohort["cell"] == "c").astype(float),
        }
    ).assign(tp53_b=lambda x: x["tp53"] * x["b"], tp53_c=lambda x: x["tp53"] * x["c"])
    without = fit_cox(rows, ["tp53", "b", "c"])
    full = fit_cox(rows, ["tp53", "b", "c", "tp53_b", "tp53_c"])
    expected = 2 * (full.loglik - without.loglik)

    (row,) = rows_tested(cohort, model(BY_CELL)).to_dict("records")

    assert row["statistic"] == pytest.approx(expected, rel=1e-6)
    assert row["df"] == 2
    assert row["p"] == pytest.approx(chi2.sf(expected, 2), rel=1e-6)
    assert (row["analysis"], row["group_by"]) == ("interaction", "by")
    assert (row["n"], row["events"], row["cause"]) == (80, 60, "relapse")
    assert row["note"] == "model main"


def test_one_column_has_the_p_of_its_row_in_the_models():
    terms = {"tp53": {}, "half": {}, "by": {"interaction": ["tp53", "half"]}}
    cohort = crossing().assign(half=["yes", "no"] * 40)

    for method, note in (("cox", ""), ("firth_cox", "penalised (Firth)")):
        row = rows_tested(cohort, model(terms, method)).iloc[0]
        fit = next(
            reported_fits(
                cohort, {"m": model(terms, method)}, ENDPOINTS, {}, STATISTICS
            )
        ).fit
        (key,) = [term for term in fit.terms if term.startswith("by")]
        assert row["p"] == pytest.approx(fit.likelihood_ratio_p(key), rel=1e-9)
        assert note in row["note"]


def test_combinations_that_nobody_has_are_not_tested():
    cohort = three_cells()
    cohort["tp53"] = cohort["tp53"].mask(cohort["cell"] == "c", "absent")

    row = rows_tested(cohort, model(BY_CELL)).iloc[0]

    assert row["df"] == 1
    assert "1 of 2 combinations of levels" in row["note"]


def test_an_interaction_that_cannot_be_fitted_says_why():
    cohort = three_cells()
    cohort["tp53"] = cohort["tp53"].where(cohort["cell"] == "a", "absent")

    row = rows_tested(cohort, model(BY_CELL)).iloc[0]
    few = rows_tested(three_cells(), model(BY_CELL), min_events=61).iloc[0]

    assert row["note"].startswith("not estimable: no variation: all 80 patients not")
    assert np.isnan(row["p"])
    assert few["note"] == "not estimable: 60 events, fewer than 61; model main"


def test_models_without_an_interaction_have_no_row():
    assert rows_tested(three_cells(), model(PARTS)).empty


@pytest.mark.parametrize("firth", [False, True])
def test_a_logistic_interaction_is_tested_by_its_own_likelihood(firth):
    # By hand: 2 x 2 x 2 is saturated with the interaction, so that the plain statistic
    # is the deviance of the model without it.
    tp53 = np.repeat([1, 1, 0, 0], 20)
    sex = np.repeat([1, 0, 1, 0], 20)
    responding = np.concatenate(
        [np.arange(20) < count for count in (15, 6, 8, 9)]
    ).astype(int)
    cohort = responders([str(y) for y in responding], "").assign(
        tp53=np.where(tp53 == 1, "present", "absent"),
        sex=np.where(sex == 1, "yes", "no"),
    )
    terms = {"tp53": {}, "sex": {}, "by": {"interaction": ["tp53", "sex"]}}
    specification = {**RESPONSE, "covariates": terms}
    specification["method"] = "firth_logistic" if firth else "logistic"

    row = rows_tested(cohort, specification, events_per_variable=1).iloc[0]

    table = pd.DataFrame({"tp53": tp53, "sex": sex, "by": tp53 * sex}, dtype=float)
    outcome = pd.Series(responding)
    keys = list(table)
    direct = logistic_likelihood_ratio(table, keys, outcome, ["by"], firth=firth)
    assert row["p"] == pytest.approx(direct.p, rel=1e-9)
    if not firth:
        assert row["statistic"] == pytest.approx(_deviance(tp53, sex, responding))


def _deviance(tp53, sex, responding):
    """Fit the additive model by iteratively reweighted least squares, in 2 x 2 cells."""
    design = np.array([[1, 1, 1], [1, 1, 0], [1, 0, 1], [1, 0, 0]], dtype=float)
    cells = [(tp53 == t) & (sex == s) for _, t, s in design]
    y, n = (np.array([f(cell) for cell in cells], dtype=float) for f in
            (lambda cell: responding[cell].sum(), np.sum))  # fmt: skip
    beta = np.zeros(3)
    for _ in range(50):
        mean = n / (1 + np.exp(-design @ beta))
        weight = mean * (1 - mean / n)
        step = np.linalg.solve((design.T * weight) @ design, design.T @ (y - mean))
        beta = beta + step
    return 2 * float(
        (y * np.log(y / mean) + (n - y) * np.log((n - y) / (n - mean))).sum()
    )


def test_one_patient_gives_a_reason():
    cohort = patients(relapse_days=[5], relapse_cause=["relapse"], tp53=["present"])
    row = rows_tested(cohort.assign(cell="a"), model(BY_CELL)).iloc[0]

    assert row["note"].startswith("not estimable: ")


def rare_in_one_arm():
    """Eighty SYNTHETIC patients in two arms: of the flagged of arm a, one relapses."""
    cohort = crossing().assign(arm=["a", "b"] * 40)
    rare = (cohort["tp53"] == "present") & (cohort["arm"] == "a")
    events = cohort.index[rare & (cohort["relapse_cause"] == "relapse")]
    return cohort.assign(
        relapse_cause=cohort["relapse_cause"].where(
            ~cohort.index.isin(events[1:]), "censored"
        )
    )


BY_ARM = {
    "tp53": {},
    "arm": {"reference": "a"},
    "by": {"interaction": ["tp53", "arm"]},
}
FEW = "only 1 event in tp53 present and arm a"


def test_a_test_tells_the_few_events_of_one_combination_of_levels():
    note = rows_tested(rare_in_one_arm(), model(BY_ARM)).iloc[0]["note"]

    assert note == f"model main; {FEW}"
    many = crossing().assign(arm=["a", "b"] * 40)
    assert rows_tested(many, model(BY_ARM)).iloc[0]["note"] == "model main"


def test_every_ratio_that_rests_on_a_rare_combination_tells_it():
    rows = fitted(rare_in_one_arm(), model(BY_ARM))

    notes = rows.set_index("term")["note"]
    assert all(FEW in notes[term] for term in ("tp53", "arm", "by"))
    # The events of the levels tell nothing of it.
    assert (rows["events_in_level"] >= 5).all()


def test_a_factor_without_levels_has_no_combinations():
    cohort = rare_in_one_arm().assign(age=[str(30 + i % 7) for i in range(80)])
    terms = {"tp53": {}, "age": {}, "by": {"interaction": ["tp53", "age"]}}

    assert rows_tested(cohort, model(terms)).iloc[0]["note"] == "model main"


def test_the_reference_of_three_levels_is_a_combination_of_its_own():
    cohort = three_cells()
    few = (cohort["cell"] == "a") & (cohort["tp53"] == "absent")
    cause = cohort["relapse_cause"].mask(few, "censored")

    note = rows_tested(cohort.assign(relapse_cause=cause), model(BY_CELL)).iloc[0]

    assert note["note"].count("no event in tp53 absent and cell a") == 1
