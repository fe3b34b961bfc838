"""Bounds and imputation of unknown causes, by hand and by what they may not change."""

import math

import numpy as np
import pandas as pd
import pytest

from ballad.outcomes.cause_imputation import drawn_causes, pooled
from ballad.outcomes.models import COLUMNS, fit_models
from ballad.outcomes.unknown_cause import unknown_cause_rows

STATISTICS = {
    "confidence_level": 0.95,
    "ties": "efron",
    "min_events": 5,
    "events_per_variable": 10,
    "rare_level": 0.2,
    "variance_inflation": 10,
    "proportional_hazards_p": 0.05,
    "period_split_months": 6,
    "day_zero_days": 0.5,
    "cause_imputations": 20,
    "seed": 7,
}
ENDPOINTS = {
    "cd19_relapse": {
        "kind": "time",
        "from": "treatment_start",
        "to": {name: {"date": "relapse_date"} for name in ("neg", "pos", "unk")},
        "competing": {"death": {"date": "death_date"}},
        "unknown": {"unk": ["neg", "pos"]},
        "population": "all",
    }
}
MODEL = {
    "endpoint": "cd19_relapse",
    "cause": "neg",
    "population": "all",
    "method": "firth_cox",
    "covariates": {"tp53": {}},
    "univariable": {"tp53": {}},
}


def patients(unknown=3, count=60):
    """Make SYNTHETIC patients: a third negative, a third positive, a third alive."""
    causes = ["neg", "pos", "censored"] * (count // 3)
    flags = ["present", "absent", "absent", "present", "present", "absent"]
    cohort = pd.DataFrame(
        {
            "patient": [f"{i:03}" for i in range(count)],
            "in_all": "yes",
            "cd19_relapse_origin_day": "0",
            "cd19_relapse_days": [str(20 + 7 * (i * 37 % count)) for i in range(count)],
            "cd19_relapse_cause": causes,
            "tp53": [flags[i % 6] for i in range(count)],
        }
    )
    relapsed = cohort.index[cohort["cd19_relapse_cause"] != "censored"]
    cohort.loc[relapsed[:unknown], "cd19_relapse_cause"] = "unk"
    return cohort


def rows(cohort, **differs):
    table = unknown_cause_rows(
        cohort, {"m": {**MODEL, **differs}}, ENDPOINTS, {}, STATISTICS
    )
    return table.set_index("variation")


def test_rubin_pools_within_and_between_by_hand():
    # Mean 2; within 0.5, between 1, so total 0.5 + 4/3; df 2 (1 + 0.5 / (4/3))^2.
    result = pooled([1.0, 2.0, 3.0], [0.5, 0.5, 0.5])

    assert result.estimate == pytest.approx(2.0)
    assert result.error**2 == pytest.approx(0.5 + 4 / 3)
    assert result.df == pytest.approx(2 * (1 + 0.375) ** 2)
    assert result.missing == pytest.approx((4 / 3) / (0.5 + 4 / 3))


def test_imputations_that_agree_leave_the_normal_interval():
    result = pooled([1.0, 1.0], [0.25, 0.25])

    assert result.df == math.inf
    assert result.limits(0.95) == pytest.approx(
        (1 - 1.959964 * 0.5, 1 + 1.959964 * 0.5)
    )


def test_the_bounds_take_every_unknown_cause_for_one():
    table = rows(patients(unknown=3))

    # 20 of each kind; patients 0 (neg), 1 (pos) and 3 (neg) are unknown.
    assert list(table.index) == ["unk_as_neg", "unk_as_pos", "unk_imputed"]
    assert table.loc["unk_as_neg", "events"] == 21
    assert table.loc["unk_as_pos", "events"] == 18
    assert list(table.columns) == COLUMNS


def test_a_bound_is_the_model_of_the_recoded_cohort():
    cohort = patients()
    known = cohort.replace({"cd19_relapse_cause": {"unk": "neg"}})

    expected = fit_models(known, {"m": MODEL}, ENDPOINTS, {}, STATISTICS).iloc[0]

    row = rows(cohort).loc["unk_as_neg"]
    for column in ("estimate", "ci_low", "ci_high", "p", "method", "note"):
        assert row[column] == expected[column]


def test_without_an_unknown_cause_the_pooled_ratio_is_that_of_the_model():
    cohort = patients(unknown=0)
    expected = fit_models(cohort, {"m": MODEL}, ENDPOINTS, {}, STATISTICS).iloc[0]

    row = rows(cohort).loc["unk_imputed"]

    assert row["estimate"] == pytest.approx(expected["estimate"], rel=1e-12)
    assert row["events"] == expected["events"]
    assert row["note"].startswith("as delivered: no unknown cause")
    # Rubin's interval of nothing imputed would be Wald's, beside the model's profile.
    assert (row["p"], row["ci_method"]) == (expected["p"], "profile likelihood")


def test_the_imputed_events_lie_between_the_bounds_and_the_note_counts_them():
    row = rows(patients(unknown=6)).loc["unk_imputed"]

    assert 17 <= row["events"] <= 23
    assert row["ci_method"] == "Rubin"
    assert row["ci_low"] < row["estimate"] < row["ci_high"]
    assert row["note"].startswith("6 unknown causes drawn in 20 imputations")


def test_the_order_of_the_patients_changes_nothing():
    cohort = patients(unknown=6)
    turned = cohort.iloc[::-1].reset_index(drop=True)

    ours, theirs = rows(cohort), rows(turned)

    assert list(theirs["estimate"]) == pytest.approx(list(ours["estimate"]), rel=1e-9)


def test_models_of_other_causes_are_not_repeated():
    assert rows(patients(), cause="death").empty


def test_one_known_cause_alone_teaches_nothing():
    cohort = patients(unknown=6)
    known = cohort["cd19_relapse_cause"].replace("neg", "censored")

    row = rows(cohort.assign(cd19_relapse_cause=known)).loc["unk_imputed"]

    assert row["note"].startswith("not estimable: all events of known cause have one")
    assert math.isnan(row["estimate"])
    assert row["ci_method"] == ""


def test_the_drawn_share_follows_what_the_known_ones_teach():
    # Of the known ones 27 of 30 with x = 1 and 3 of 30 with x = 0 are of the cause.
    known = pd.DataFrame({"x": [1.0] * 30 + [0.0] * 30})
    of_cause = pd.Series([True] * 27 + [False] * 3 + [True] * 3 + [False] * 27)
    unknown = pd.DataFrame({"x": [1.0, 0.0]})

    draws = drawn_causes(known, of_cause, unknown, 4000, seed=1)

    # Firth draws 0.9 a little towards one half: (27.5 / 31).
    assert draws.mean(axis=0) == pytest.approx([27.5 / 31, 3.5 / 31], abs=0.03)


def test_a_term_that_does_not_vary_is_not_pooled():
    row = rows(patients().assign(tp53="absent")).loc["unk_imputed"]

    assert row["note"].startswith("not estimable: no variation: all 60 patients absent")
    assert np.isnan([row["estimate"], row["ci_low"], row["p"]]).all()


def test_a_covariate_that_nobody_has_is_not_estimable():
    cohort = patients(unknown=0).assign(tp53="not_assessed")

    pooled_rows = rows(cohort)

    assert (pooled_rows["n"] == 0).all()
    assert pooled_rows["estimate"].isna().all()
    assert pooled_rows["note"].str.startswith("not estimable").all()
