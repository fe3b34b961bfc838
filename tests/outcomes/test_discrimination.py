"""AUC by hand, its optimism where there is nothing to find, and too few events."""

import numpy as np
import pandas as pd
import pytest

from ballad.outcomes.discrimination import (
    area_under_curve,
    discrimination,
    discrimination_rows,
)


def test_the_area_counts_pairs_and_halves_of_ties():
    score, outcome = np.array([1.0, 2, 2, 3]), np.array([0.0, 0, 1, 1])

    # Pairs (with, without): 2>1, 2=2, 3>1, 3>2: 3.5 of 4.
    assert area_under_curve(score, outcome) == 3.5 / 4


def noise(columns, seed=11):
    generator = np.random.default_rng(seed)
    return generator.normal(size=(80, columns)), np.repeat([0.0, 1.0], 40)


def test_covariates_of_no_effect_keep_hardly_any_area_above_one_half():
    found = [discrimination(*noise(8, seed), 30, seed=1) for seed in range(10)]

    assert np.mean([each.apparent for each in found]) > 0.65
    # One area of 40 against 40 has a standard error of 0.065, the mean of ten 0.02.
    assert abs(np.mean([each.corrected for each in found]) - 0.5) < 0.07


def test_the_same_seed_gives_the_same_area():
    design, outcome = noise(2)

    once, again = (discrimination(design, outcome, 20, seed=3) for _ in range(2))
    other = discrimination(design, outcome, 20, seed=4)

    assert once == again
    assert once != other


def test_a_covariate_that_separates_the_outcomes_has_area_1():
    outcome = np.repeat([0.0, 1.0], 10)

    found = discrimination(outcome[:, None], outcome, replicates=10, seed=1)

    assert found.apparent == 1
    assert found.corrected == pytest.approx(1)


def cohort(responders):
    achieved = ["1"] * responders + ["0"] * (20 - responders)
    return pd.DataFrame(
        {
            "patient": [f"{i:03}" for i in range(20)],
            "in_all": "yes",
            "response_achieved": achieved,
            "tp53": ["present", "absent"] * 10,
        }
    )


@pytest.mark.parametrize(
    ("responders", "status"), [(10, "ok"), (4, "not estimable"), (17, "not estimable")]
)
def test_too_few_of_either_outcome_are_not_estimated(responders, status):
    model = {
        "endpoint": "response",
        "population": "all",
        "method": "logistic",
        "covariates": {"tp53": {}},
    }
    statistics = {
        "bootstrap_replicates": 5,
        "seed": 1,
        "min_events": 5,
        "day_zero_days": 0.5,
    }

    rows = discrimination_rows(
        cohort(responders),
        {"response": model, "os": {**model, "method": "cox"}},
        {"response": {"kind": "binary"}},
        {},
        statistics,
    )

    assert list(rows["check"]) == ["auc_apparent", "auc_corrected"]
    assert set(rows["status"]) == {status}
    assert rows["statistic"].notna().all() == (status == "ok")
