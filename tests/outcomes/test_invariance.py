"""What must not change a result: order, names, unit of time, where rows are cut."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballad.outcomes.competing_risks import cumulative_incidence
from ballad.outcomes.concordance import concordance
from ballad.outcomes.cox import fit_cox
from ballad.outcomes.exact_tests import fisher
from ballad.outcomes.fine_gray import fit_fine_gray
from ballad.outcomes.gray import gray_test
from ballad.outcomes.kaplan_meier import kaplan_meier, quantile, restricted_mean
from ballad.outcomes.log_rank import log_rank
from ballad.outcomes.logistic import fit_logistic
from ballad.outcomes.proportional_hazards import cut_at, proportional_hazards_test
from ballad.outcomes.splitting import split_follow_up
from ballad.outcomes.transplant import mantel_byar

TERMS = ["hct", "age"]
MONTH = 30.4375
# The same cohorts at every run; each is fitted dozens of times.
few = settings(max_examples=10, deadline=None, derandomize=True)
fewer = settings(max_examples=4, deadline=None, derandomize=True)
seeds = st.integers(0, 10_000)


def cohort(seed):
    """Draw 60 SYNTHETIC patients; whole days, so that some events are tied."""
    rng = np.random.default_rng(seed)
    size = 60
    return pd.DataFrame(
        {
            "patient": np.arange(size),
            "days": rng.integers(1, 90, size) * 10.0,
            "cause": rng.choice(["censored", "relapse", "death"], size),
            "group": rng.choice(["A", "B", "C"], size),
            "site": rng.choice(["x", "y"], size),
            "age": rng.normal(45, 15, size).round(1),
            "hct_day": np.where(rng.random(size) < 0.5, rng.integers(5, 400, size), 0),
        }
    ).assign(hct_day=lambda t: t["hct_day"].where(t["hct_day"] > 0).astype(float))


def start_stop(patients):
    event = (patients["cause"] == "relapse").astype(float)
    follow_up = patients[["patient", "days"]].assign(event=event)
    rows = split_follow_up(follow_up, patients[["hct_day"]], 0.5)
    more = patients[["age", "site"]].reindex(rows.index)
    return rows.rename(columns={"hct_day": "hct"}).assign(**more)


def shuffled(table, seed):
    return table.sample(frac=1, random_state=seed)


def cox_figures(rows, firth, **options):
    fit = fit_cox(rows, TERMS, firth=firth, **options)
    limits = [fit.profile_interval(term, 0.95) for term in TERMS] if firth else []
    p = [fit.wald_p(term) for term in TERMS]
    return np.concatenate(
        [fit.coefficients, fit.covariance.ravel(), [fit.loglik], np.ravel(limits), p]
    )


def of_two_causes(patients):
    known = patients.assign(
        stop=patients["days"],
        event=(patients["cause"] == "relapse").astype(float),
        competing=(patients["cause"] == "death").astype(float),
        older=(patients["group"] == "A").astype(float),
    )
    fit = fit_fine_gray(known, ["older", "age"])
    return np.concatenate([fit.coefficients, fit.covariance.ravel(), [fit.loglik]])


def compared(patients, strata=None):
    """Collect the tests of groups."""
    stratum = None if strata is None else patients[strata]
    any_event = (patients["cause"] != "censored").astype(int)
    group = patients["group"]
    found = [
        *log_rank(patients["days"], any_event, group, stratum),
        *gray_test(
            patients["days"], patients["cause"], group, "relapse", strata=stratum
        ),
        fisher(pd.crosstab(group, patients["cause"]).to_numpy(), 1)[1],
    ]
    return np.array(found, dtype=float)


def curves(patients):
    any_event = (patients["cause"] != "censored").astype(int)
    return (
        kaplan_meier(patients["days"], any_event, 0.95),
        cumulative_incidence(patients["days"], patients["cause"], "relapse", 0.95),
    )


def logistic_figures(patients):
    table = patients.assign(older=(patients["group"] == "A").astype(float))
    outcome = (table["cause"] == "death").astype(int)
    found = [fit_logistic(table, ["older", "age"], outcome, firth=f) for f in (0, 1)]
    return np.concatenate(
        [
            part
            for fit in found
            for part in (
                fit.coefficients,
                fit.standard_errors,
                fit.intervals.ravel(),
                fit.p,
            )
        ]
    )


def same(found, expected, near=1e-8):
    assert found == pytest.approx(expected, abs=near, rel=1e-6, nan_ok=True)


# Rows cut further --------------------------------------------------------------


@few
@given(seed=seeds, cuts=st.lists(st.floats(0.3, 899.7), min_size=1, max_size=4))
@pytest.mark.parametrize("firth", [False, True])
@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_a_cox_model_knows_no_cuts(seed, cuts, firth, ties):
    rows = pieces = start_stop(cohort(seed))
    for cut in cuts:
        pieces = cut_at(pieces, cut)
    options = {"ties": ties, "cluster": "patient", "strata": ["site"]}

    same(cox_figures(pieces, firth, **options), cox_figures(rows, firth, **options))


@few
@given(seed=seeds, cut=st.floats(0.3, 899.7))
def test_tests_on_start_stop_rows_know_no_cuts(seed, cut):
    rows = start_stop(cohort(seed))
    pieces = cut_at(rows, cut)

    whole, cut_up = mantel_byar(rows, "hct"), mantel_byar(pieces, "hct")
    assert cut_up.statistic == pytest.approx(whole.statistic, abs=1e-10)
    for transform in ("km", "identity", "log"):
        one, other = (
            proportional_hazards_test(table, TERMS, transform=transform)
            for table in (rows, pieces)
        )
        same(other["statistic"].to_numpy(), one["statistic"].to_numpy(), 1e-7)
    fit = fit_cox(rows, TERMS)
    linear = [t[TERMS].to_numpy() @ fit.coefficients for t in (rows, pieces)]
    c = concordance(rows, linear[0], cluster="patient")
    assert concordance(pieces, linear[1], cluster="patient") == pytest.approx(c)


@few
@given(seed=seeds, cut=st.floats(0.3, 899.7))
def test_curves_and_log_rank_tests_with_entry_know_no_cuts(seed, cut):
    patients = cohort(seed)
    any_event = (patients["cause"] != "censored").astype(int)
    whole = pd.DataFrame(
        {
            "start": 0.0,
            "stop": patients["days"],
            "event": any_event,
            "group": patients["group"],
        }
    )
    pieces = cut_at(whole, cut)
    pieces = pieces.assign(event=pieces["event"].astype(int))

    one = kaplan_meier(whole["stop"], whole["event"], 0.95)
    other = kaplan_meier(pieces["stop"], pieces["event"], 0.95, pieces["start"])
    other = other.set_index("time_months").loc[one["time_months"]]
    columns = ["survival", "ci_low", "ci_high", "n_at_risk", "n_events"]
    same(other[columns].to_numpy(), one[columns].to_numpy())
    same(
        log_rank(
            pieces["stop"], pieces["event"], pieces["group"], entry=pieces["start"]
        ),
        log_rank(whole["stop"], whole["event"], whole["group"]),
    )
    causes = patients["cause"]
    later = cut_at(whole.assign(cause=causes, event=1.0), cut)
    cause = later["cause"].where(later["event"] == 1, "censored")
    one = cumulative_incidence(patients["days"], causes, "relapse", 0.95)
    other = cumulative_incidence(later["stop"], cause, "relapse", 0.95, later["start"])
    other = other.set_index("time_months").loc[one["time_months"]]
    columns = ["cif", "ci_low", "ci_high", "n_at_risk"]
    same(other[columns].to_numpy(), one[columns].to_numpy())


# Order of patients -------------------------------------------------------------


@fewer
@given(seed=seeds)
def test_the_order_of_the_patients_does_not_matter(seed):
    patients = cohort(seed)
    other = shuffled(patients, seed)

    for firth in (False, True):
        rows = start_stop(patients)
        found = cox_figures(shuffled(rows, seed), firth, cluster="patient")
        same(found, cox_figures(rows, firth, cluster="patient"))
    same(of_two_causes(other), of_two_causes(patients))
    for strata in (None, "site"):
        same(compared(other, strata), compared(patients, strata))
    same(logistic_figures(other), logistic_figures(patients), 1e-6)
    for one, again in zip(curves(patients), curves(other), strict=True):
        same(again.to_numpy(), one.to_numpy())


# Names of groups ---------------------------------------------------------------


@fewer
@given(seed=seeds, names=st.permutations(["A", "B", "C"]))
def test_the_names_of_groups_and_strata_do_not_matter(seed, names):
    patients = cohort(seed)
    renamed = patients.assign(
        group=patients["group"].map(dict(zip("ABC", names, strict=True))),
        site=patients["site"].map({"x": "second", "y": "first"}),
    )

    for strata in (None, "site"):
        same(compared(renamed, strata), compared(patients, strata))
    rows = start_stop(patients)
    other = rows.assign(site=rows["site"].map({"x": "second", "y": "first"}))
    options = {"strata": ["site"], "cluster": "patient"}
    same(cox_figures(other, False, **options), cox_figures(rows, False, **options))


@few
@given(seed=seeds, firth=st.booleans())
def test_the_other_reference_turns_a_ratio_over(seed, firth):
    rows = start_stop(cohort(seed))
    turned = rows.assign(hct=1 - rows["hct"])

    one, other = (fit_cox(table, TERMS, firth=firth) for table in (rows, turned))

    same(other.coefficients, one.coefficients * [-1, 1])
    same(other.standard_errors, one.standard_errors)
    same(other.loglik, one.loglik)
    low, high = other.profile_interval("hct", 0.95)
    same([-high, -low], one.profile_interval("hct", 0.95), 1e-6)


# Unit of time ------------------------------------------------------------------


@fewer
@given(seed=seeds, unit=st.sampled_from([MONTH, 7.0, 365.25]))
def test_the_unit_of_time_changes_no_ratio_and_no_test(seed, unit):
    patients = cohort(seed)
    other = patients.assign(days=patients["days"] / unit)
    rows = start_stop(patients)
    scaled = rows.assign(start=rows["start"] / unit, stop=rows["stop"] / unit)

    for firth in (False, True):
        same(cox_figures(scaled, firth), cox_figures(rows, firth))
    same(of_two_causes(other), of_two_causes(patients))
    for strata in (None, "site"):
        same(compared(other, strata), compared(patients, strata))
    for transform in ("km", "rank", "identity", "log"):
        one, again = (
            proportional_hazards_test(table, TERMS, transform=transform)
            for table in (rows, scaled)
        )
        same(again["statistic"].to_numpy(), one["statistic"].to_numpy(), 1e-7)


@few
@given(seed=seeds, unit=st.sampled_from([MONTH, 7.0, 365.25]))
def test_times_follow_the_unit_and_probabilities_stay(seed, unit):
    patients = cohort(seed)
    other = patients.assign(days=patients["days"] / unit)

    for one, again in zip(curves(patients), curves(other), strict=True):
        times = one["time_months"].to_numpy() / unit
        same(again["time_months"].to_numpy(), times)
        rest = [name for name in one if name != "time_months"]
        same(again[rest].to_numpy(), one[rest].to_numpy())
    one, again = curves(patients)[0], curves(other)[0]
    same(quantile(again, 0.5), np.divide(quantile(one, 0.5), unit))
    days = restricted_mean(one, 600)
    same(restricted_mean(again, 600 / unit), np.divide(days, unit))
