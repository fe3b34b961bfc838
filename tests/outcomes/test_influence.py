"""Influence by hand, by derivatives and by leaving patients out."""

import numpy as np
import pandas as pd
import pytest

from ballad.outcomes.cox import fit_cox
from ballad.outcomes.influence import (
    COLUMNS,
    dfbeta,
    influence_checks,
    influential_patients,
)
from ballad.outcomes.logistic import fit_logistic
from ballad.outcomes.reported_fits import reported_fits

STATISTICS = {
    "confidence_level": 0.95,
    "ties": "efron",
    "min_events": 3,
    "events_per_variable": 1,
    "rare_level": 0.0,
    "day_zero_days": 0.5,
}
ENDPOINTS = {
    "os": {"kind": "time", "to": {"death": {"date": "death_date"}}},
    "response": {"kind": "binary"},
}
# Start-stop rows of nine patients, two of them transplanted on the way; ties at 5.
ROWS = pd.DataFrame(
    [
        ("a", 0, 2, 0, 0, 1.0),
        ("a", 2, 9, 1, 1, 1.0),
        ("b", 0, 3, 0, 0, 2.0),
        ("b", 3, 12, 0, 1, 2.0),
        ("c", 0, 5, 1, 0, 3.0),
        ("d", 0, 5, 1, 0, 1.5),
        ("e", 0, 6, 0, 0, 2.5),
        ("f", 0, 7, 1, 0, 0.5),
        ("g", 0, 8, 1, 0, 1.7),
        ("h", 0, 10, 1, 0, 0.2),
        ("i", 0, 11, 0, 0, 2.2),
    ],
    columns=["patient", "start", "stop", "event", "hct", "age"],
)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_dfbeta_is_the_derivative_by_the_patients_weight(ties):
    fit = fit_cox(ROWS, ["hct", "age"], ties=ties)
    changes = dfbeta(fit, ROWS)

    step = 1e-4
    for patient in "abch":
        if ties == "efron" and patient == "c":
            continue  # its tie shares one mean weight: no derivative of its own
        moved = []
        for weight in (1 - step, 1 + step):
            weights = np.where(ROWS["patient"] == patient, weight, 1.0)
            moved.append(
                fit_cox(
                    ROWS.assign(w=weights), ["hct", "age"], ties=ties, weights="w"
                ).coefficients
            )
        slope = (moved[1] - moved[0]) / (2 * step)
        assert changes.loc[patient].to_numpy() == pytest.approx(slope, abs=1e-5)


def test_the_changes_of_all_patients_give_the_sandwich():
    fit = fit_cox(ROWS, ["hct", "age"], cluster="patient")

    changes = dfbeta(fit, ROWS).to_numpy()

    assert changes.T @ changes == pytest.approx(fit.covariance)
    assert changes.sum(axis=0) == pytest.approx(0, abs=1e-8)


def test_dfbeta_of_a_proportion_is_hand_worked():
    # 4 of 6 and 1 of 4: log odds ratio ln(2) - ln(1/3). One responder of the first
    # group adds (1 - 2/3) / (6 * 2/3 * 1/3) = 1/4, one failure -(2/3) / (4/3) = -1/2.
    rows = pd.DataFrame(
        {
            "patient": list("abcdefghij"),
            "event": [1, 1, 1, 1, 0, 0, 1, 0, 0, 0],
            "tp53": [1.0] * 6 + [0.0] * 4,
        }
    )
    changes = dfbeta(fit_logistic(rows, ["tp53"], rows["event"]), rows)["tp53"]

    assert changes["a"] == pytest.approx(1 / 4, abs=1e-5)
    assert changes["e"] == pytest.approx(-1 / 2, abs=1e-5)
    # In the reference: the responder (1 - 1/4) / (4 * 3/16) = 1, and against it.
    assert changes["g"] == pytest.approx(-1, abs=1e-5)
    assert changes["h"] == pytest.approx(1 / 3, abs=1e-5)


def test_dfbeta_of_a_penalised_proportion_solves_the_penalised_score():
    rows = pd.DataFrame(
        {
            "patient": list("abcdef"),
            "event": [1, 1, 0, 1, 0, 0],
            "x": [1.0] * 3 + [0] * 3,
        }
    )
    fit = fit_logistic(rows, ["x"], rows["event"], firth=True)

    # The penalised scores of all patients sum to 0, and so do their changes.
    assert dfbeta(fit, rows)["x"].sum() == pytest.approx(0, abs=1e-5)


def cohort():
    number = np.arange(24)
    return pd.DataFrame(
        {
            "patient": [f"P{i:02}" for i in number],
            "in_all": "yes",
            "os_origin_day": "0",
            "os_days": [str(30 + 17 * (7 * i % 24)) for i in number],
            "os_cause": np.where(number % 3 == 0, "censored", "death"),
            "tp53": np.where(number % 4 == 0, "present", "absent"),
            "age": [str(30 + 5 * i % 47) for i in number],
            "response_achieved": [str(i % 2) for i in number],
        }
    )


def model(method, endpoint, **covariates):
    return {
        "endpoint": endpoint,
        "population": "all",
        "method": method,
        "covariates": covariates,
    }


@pytest.mark.parametrize("method", ["cox", "firth_cox"])
def test_the_named_patient_is_the_one_whose_absence_changes_most(method):
    specification = model(method, "os", tp53={}, age={"per": 10})

    def ratios(table):
        fits = reported_fits(table, {"main": specification}, ENDPOINTS, {}, STATISTICS)
        rows = influential_patients(fits)
        return rows.set_index("term")

    everyone = cohort()
    found = ratios(everyone)
    fitted = np.log(found["estimate"])
    alone = {
        patient: np.log(ratios(everyone[everyone["patient"] != patient])["estimate"])
        for patient in everyone["patient"]
    }
    for term in ("tp53", "age"):
        moved = {p: abs(fitted[term] - its[term]) for p, its in alone.items()}
        assert found.loc[term, "patient"] == max(moved, key=moved.get)
        named = alone[found.loc[term, "patient"]][term]
        assert np.log(found.loc[term, "without"]) == pytest.approx(named)
        # The first order is near the change itself, and on its side.
        exact = fitted[term] - named
        assert found.loc[term, "dfbeta"] == pytest.approx(exact, rel=0.5)


def test_the_named_patient_of_a_penalised_proportion_is_found_by_leaving_each_out():
    # 2 of 3 mutated and 8 of 30 others responded: to first order, with the penalty
    # fixed, a mutated patient's change is well off what leaving out shows.
    patients = pd.DataFrame(
        {
            "patient": [f"P{i:02}" for i in range(33)],
            "in_all": "yes",
            "tp53": ["present"] * 3 + ["absent"] * 30,
            "response_achieved": list("110" + "1" * 8 + "0" * 22),
        }
    )
    specification = model("firth_logistic", "response", tp53={})
    fits = reported_fits(patients, {"m": specification}, ENDPOINTS, {}, STATISTICS)

    (row,) = influential_patients(fits).to_dict("records")

    # Of a 2x2 table the penalty adds 1/2 to each cell.
    reference = np.log(8.5 / 22.5)
    everyone = np.log(2.5 / 1.5) - reference
    without = np.log(2.5 / 0.5) - reference
    assert row["patient"] == "P02"
    assert row["dfbeta"] == pytest.approx(everyone - without, abs=1e-4)
    assert row["without"] == pytest.approx(np.exp(without), rel=1e-4)


def test_what_cannot_be_fitted_says_why_and_names_nobody():
    specifications = {
        "few": model("cox", "os", tp53={}),
        "flat": model("logistic", "response", tp53={}, ph={}),
        "subdistribution": model("fine_gray", "os", tp53={}),
    }
    statistics = {**STATISTICS, "min_events": 12}
    patients = cohort().assign(ph="absent")

    table = influential_patients(
        reported_fits(patients, specifications, ENDPOINTS, {}, statistics)
    )

    assert list(table) == COLUMNS
    flat = table[table["model"] == "flat"].set_index("term")
    assert flat.loc["ph", "note"] == (
        "not estimable: no variation: all 24 patients absent"
    )
    assert flat.loc["ph", "patient"] == ""
    assert flat.loc["tp53", "patient"] != ""
    assert set(table["model"]) == {"few", "flat"}


def test_the_check_warns_from_the_limit_on_and_names_no_patient():
    rows = [("m", "tp53", "present", "P1", -1.0, ""), ("m", "g", "x", "P2", 0.4, "")]
    rows += [("m", "g", "y", "P3", 0.2, ""), ("n", "ph", "present", "", np.nan, "why")]
    rows += [("n", "age", "per 10", "P4", 0.3, "without the patient not estimable: x")]
    names = ["model", "term", "level", "patient", "standardised", "note"]

    checks = list(influence_checks(pd.DataFrame(rows, columns=names), 1.0))

    assert [(c["term"], c["status"]) for c in checks] == [
        ("tp53", "warning"),
        ("g=x", "ok"),
        ("g=y", "ok"),
        ("ph", "not estimable"),
        ("age", "warning"),
    ]
    assert checks[4]["note"] == "without one patient there is no estimate"
    assert checks[0]["statistic"] == 1
    assert not any("P1" in str(value) for c in checks for value in c.values())
