"""The replicate study: the drawn cohorts, 40 replicates, and its figures by hand."""

import json

import numpy as np
import pandas as pd
import pytest
import run_replicates

from ballad.clinical.endpoints import DAYS_PER_MONTH
from ballad.outcomes.cox import fit_cox
from ballad.outcomes.replicates import (
    FIGURES,
    MODELS,
    TERMS,
    draw_cohort,
    ever_never,
    fit_replicate,
    judged,
    profile_p,
    summarised,
    time_dependent,
    truths,
)
from ballad.tables import read_table

REPLICATES = 40
MCSE = 4  # allowed distance in Monte Carlo standard errors


@pytest.fixture(scope="module")
def scenarios(root):
    table = read_table(
        root / "resources/simulation/replicates.tsv", numeric=("A", "B", "C")
    )
    return table.set_index("parameter")[["A", "B", "C"]].to_dict()


@pytest.fixture(scope="module")
def limits(root):
    return read_table(
        root / "resources/simulation/replicate_limits.tsv", numeric=("low", "high")
    )


@pytest.fixture(scope="module")
def estimates(scenarios):
    """Return the fits of 40 replicates, with the seeds of the whole study."""
    found = []
    for scenario in ("A", "C"):
        given = scenarios[scenario]
        first = int(given["first_seed"])
        for seed in range(first, first + REPLICATES):
            rows = fit_replicate(seed, given)
            found += [{"scenario": scenario, "seed": seed, **row} for row in rows]
    return pd.DataFrame(found)


@pytest.fixture(scope="module")
def summary(estimates, scenarios):
    truth = {
        (scenario, term): hr
        for scenario in ("A", "C")
        for term, hr in truths(scenarios[scenario]).items()
    }
    table = summarised(estimates, truth)
    return table.set_index(["scenario", "model", "term"])


def test_a_seed_draws_one_cohort(scenarios):
    first, again = (draw_cohort(1000, scenarios["A"]) for _ in range(2))

    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(draw_cohort(1001, scenarios["A"]))
    assert fit_replicate(1000, scenarios["A"]) == fit_replicate(1000, scenarios["A"])


def test_scenarios_differ_in_two_hazard_ratios_and_the_hazards_calibrated_to_them(
    scenarios,
):
    names = {
        name
        for name, value in scenarios["A"].items()
        if {scenarios[other][name] for other in "ABC"} != {value}
    }

    causes = ("cd19_negative", "cd19_positive", "nrm")
    ratios = {"hr_tp53_cd19_negative", "hr_hct_cd19_negative"}
    assert names == ratios | {f"hazard_{cause}" for cause in causes}
    assert truths(scenarios["A"]) == {"tp53": 6.84, "hct": 0.10}
    assert truths(scenarios["B"]) == {"tp53": 1, "hct": 0.10}
    assert truths(scenarios["C"]) == {"tp53": 6.84, "hct": 1}


def counts(cohort):
    transplanted = cohort["hct_day"].notna()
    negative = cohort["cause"] == "cd19_negative"
    return {
        "cd19_negative": negative.sum(),
        "cd19_positive": (cohort["cause"] == "cd19_positive").sum(),
        "nrm": (cohort["cause"] == "nrm").sum(),
        "hct": transplanted.sum(),
        "cd19_negative_after_hct": (negative & transplanted).sum(),
    }


@pytest.fixture(scope="module")
def drawn_counts(scenarios):
    return {
        scenario: pd.DataFrame(
            [counts(draw_cohort(seed, given)) for seed in range(600)]
        )
        for scenario, given in scenarios.items()
    }


@pytest.mark.parametrize(
    ("scenario", "counted", "expected"),
    [
        *((name, "cd19_negative", 21.7) for name in "ABC"),
        *((name, "cd19_positive", 54.2) for name in "ABC"),
        *((name, "nrm", 25) for name in "ABC"),
        ("A", "hct", 81),
        ("A", "cd19_negative_after_hct", 2.3),
    ],
)
def test_the_hazards_give_the_counts_they_are_calibrated_to(
    drawn_counts, scenario, counted, expected
):
    drawn = drawn_counts[scenario][counted]
    error = drawn.std() / np.sqrt(len(drawn))

    assert abs(drawn.mean() - expected) < MCSE * error


def test_rates_before_and_after_transplant_are_the_hazards(scenarios):
    many = scenarios["A"] | {"patients": 200_000}
    cohort = draw_cohort(1, many)
    rows = time_dependent(cohort)
    # Rounding up to whole days adds half a day per event, and 0.0004 to a rate.
    months = (rows["stop"] - rows["start"]) / DAYS_PER_MONTH
    groups = [rows["tp53"], rows["hct"]]
    events = rows["event"].groupby(groups).sum()
    rates = events / months.groupby(groups).sum()

    expected = pd.Series(
        {
            (0.0, 0.0): 0.00747,
            (0.0, 1.0): 0.000747,
            (1.0, 0.0): 0.00747 * 6.84,
            (1.0, 1.0): 0.000747 * 6.84,
        }
    )
    assert (np.abs(rates / expected - 1) < MCSE / np.sqrt(events)).all()


def test_nobody_is_transplanted_on_or_after_the_last_day(scenarios):
    cohort = draw_cohort(1, scenarios["A"] | {"patients": 100_000})

    transplanted = cohort[cohort["hct_day"].notna()]
    assert (transplanted["hct_day"] < transplanted["days"]).all()
    assert cohort["days"].min() >= 1


def test_the_control_is_exposed_from_day_0_and_the_model_from_the_transplant():
    cohort = pd.DataFrame(
        {
            "patient": [1, 2, 3],
            "tp53": [1.0, 0.0, 0.0],
            "hct_day": [100.0, np.nan, 50.0],
            "days": [300.0, 200.0, 400.0],
            "cause": ["cd19_negative", "cd19_positive", ""],
        }
    )
    columns = ["patient", "start", "stop", "event", "hct"]

    assert time_dependent(cohort)[columns].to_numpy().tolist() == [
        [1, 0, 100, 0, 0],
        [1, 100, 300, 1, 1],
        [2, 0, 200, 0, 0],
        [3, 0, 50, 0, 0],
        [3, 50, 400, 0, 1],
    ]
    assert ever_never(cohort)[columns].to_numpy().tolist() == [
        [1, 0, 300, 1, 1],
        [2, 0, 200, 0, 0],
        [3, 0, 400, 0, 1],
    ]


@pytest.mark.parametrize("firth", [False, True])
def test_the_profile_limits_have_p_005(scenarios, firth):
    fit = fit_cox(time_dependent(draw_cohort(1000, scenarios["A"])), TERMS, firth=firth)

    for term in TERMS:
        limits = fit.profile_interval(term, 0.95)
        p = [profile_p(fit, term, limit) for limit in limits]
        assert p == pytest.approx([0.05, 0.05], abs=1e-6)
        assert profile_p(fit, term, 0.0) == pytest.approx(fit.likelihood_ratio_p(term))


def figures_near_the_truth(row):
    return (
        abs(row["bias_log_hr"]) < MCSE * row["bias_mcse"]
        and abs(np.log(row["median_hr"] / row["truth"]))
        < MCSE * row["median_log_hr_mcse"]
        and abs(row["coverage_profile"] - 0.95)
        < MCSE * np.sqrt(0.95 * 0.05 / REPLICATES)
    )


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("scenario", ["A", "C"])
def test_firth_with_time_dependent_transplant_finds_the_truth(summary, scenario, term):
    row = summary.loc[(scenario, "firth hct(t)", term)]

    assert row["replicates"] == REPLICATES
    assert figures_near_the_truth(row)
    assert (row["infinite"], row["not_converged"]) == (0, 0)


def test_an_estimate_without_relapse_after_transplant_is_infinite_unless_firth(
    scenarios,
):
    cohorts = ((seed, draw_cohort(seed, scenarios["A"])) for seed in range(1000, 1500))
    seed = next(s for s, c in cohorts if not counts(c)["cd19_negative_after_hct"])

    found = pd.DataFrame(fit_replicate(seed, scenarios["A"]))

    infinite = found[found["infinite"]]
    assert list(zip(infinite["model"], infinite["term"], strict=True)) == [
        ("cox hct(t)", "hct"),
        ("cox ever/never", "hct"),
    ]
    assert (infinite["wald_p_of_truth"] == 1).all()
    assert found["converged"].all()


def test_a_transplant_without_effect_is_called_one_in_a_twentieth(summary):
    row = summary.loc[("C", "firth hct(t)", "hct")]

    assert abs(row["type_one_profile"] - 0.05) < MCSE * np.sqrt(0.0475 / REPLICATES)
    assert abs(row["type_one_wald"] - 0.05) < MCSE * np.sqrt(0.0475 / REPLICATES)


@pytest.mark.parametrize("method", ["cox", "firth"])
def test_ever_never_makes_a_transplant_without_effect_look_protective(
    estimates, summary, method
):
    row = summary.loc[("C", f"{method} ever/never", "hct")]
    hct = estimates.query("scenario == 'C' and term == 'hct'")
    log_hr = hct.pivot(index="seed", columns="model", values="log_hr")
    # Both models see the same cohorts: the bias of the coding is told from chance.
    bias = log_hr[f"{method} ever/never"] - log_hr[f"{method} hct(t)"]

    assert row["median_hr"] < 1
    assert bias.mean() < -MCSE * bias.std() / np.sqrt(REPLICATES)


def distance_allowed(row):
    """Return 4 Monte Carlo errors of a figure that lies on its limit."""
    if row["figure"] == "median_hr":
        return MCSE * row["value_mcse"]
    if row["figure"] == "infinite":
        return 0
    # A proportion of 0 or 1 has no error of its own: that of the limit is taken.
    limit = np.clip(row["value"], row["low"], row["high"])
    return MCSE * np.sqrt(limit * (1 - limit) / REPLICATES)


def beyond_their_limits(summary, limits):
    table = judged(summary.reset_index(), limits)
    return [
        (row["scenario"], row["model"], row["term"], row["figure"])
        for row in table.to_dict("records")
        if not row["low"] - distance_allowed(row)
        <= row["value"]
        <= row["high"] + distance_allowed(row)
    ]


def test_every_limit_of_the_study_is_kept_within_4_errors(summary, limits):
    assert len(judged(summary.reset_index(), limits)) == len(limits)
    assert beyond_their_limits(summary, limits) == []


def test_figures_are_the_hand_worked_ones():
    estimates = pd.DataFrame(
        {
            "scenario": "C",
            "model": "m",
            "term": "hct",
            "log_hr": [-30.0, -0.2, 0.0, 0.4, 0.6],
            "wald_p_of_truth": [1.0, 0.3, 1.0, 0.05, 0.01],
            "profile_p_of_truth": [0.04, 0.3, 1.0, 0.04, 0.01],
            "infinite": [True, False, False, False, False],
            "converged": [True, True, True, True, False],
        }
    )

    row = summarised(estimates, {("C", "hct"): 1.0}).iloc[0]

    assert row["median_hr"] == 1
    # (-0.2 + 0 + 0.4 + 0.6) / 4; squares 0.16 + 0.04 + 0.04 + 0.16 = 0.4.
    assert row["bias_log_hr"] == pytest.approx(0.2)
    assert row["bias_mcse"] == pytest.approx(np.sqrt(0.4 / 3 / 4))
    # p of 0.05 is outside: covered 3 of 5 by Wald, 2 of 5 by the profile.
    assert row["coverage_wald"] == pytest.approx(0.6)
    assert row["type_one_wald"] == pytest.approx(0.4)
    assert row["coverage_profile"] == pytest.approx(0.4)
    assert row["type_one_profile"] == pytest.approx(0.6)
    assert row["coverage_wald_mcse"] == pytest.approx(np.sqrt(0.24 / 5))
    assert (row["infinite"], row["not_converged"]) == (1, 1)

    row = summarised(estimates, {("C", "hct"): 0.5}).iloc[0]
    assert row["bias_log_hr"] == pytest.approx(0.2 + np.log(2))
    assert np.isnan(row["type_one_wald"])


def test_the_error_of_the_median_is_the_sampled_one():
    # A normal median has the standard error sqrt(pi / 2 / n), here 0.0396.
    log_hr = np.random.default_rng(3).normal(size=1000)
    estimates = pd.DataFrame({"log_hr": log_hr, "infinite": False, "converged": True})
    estimates = estimates.assign(scenario="A", model="m", term="hct")
    estimates = estimates.assign(wald_p_of_truth=1.0, profile_p_of_truth=1.0)

    row = summarised(estimates, {("A", "hct"): 1.0}).iloc[0]

    assert row["median_log_hr_mcse"] == pytest.approx(0.0396, rel=0.25)


def test_a_value_equal_to_its_limit_is_met():
    summary = pd.DataFrame(
        {
            "scenario": "A",
            "model": ["m", "n"],
            "term": "hct",
            "median_hr": [0.13, 0.131],
            "median_log_hr_mcse": [0.1, 0.2],
            "infinite": [0, 1],
        }
    )
    limits = pd.DataFrame(
        [
            ("A", "m", "hct", "median_hr", 0.085, 0.13),
            ("A", "n", "hct", "median_hr", 0.085, 0.13),
            ("A", "n", "hct", "infinite", 0.0, 0.0),
            ("C", "m", "hct", "median_hr", 0.7, 0.8),  # not run
        ],
        columns=["scenario", "model", "term", "figure", "low", "high"],
    )

    table = judged(summary, limits)

    assert table["verdict"].tolist() == ["met", "not met", "not met"]
    assert table["value"].tolist() == [0.13, 0.131, 1]
    # The error of a ratio is the ratio times the error of its logarithm.
    assert table["value_mcse"].tolist()[:2] == pytest.approx([0.013, 0.0262])
    assert np.isnan(table["value_mcse"].iloc[2])  # a count


def test_every_limit_names_a_figure_of_the_study(limits, scenarios):
    assert set(limits["scenario"]) <= set(scenarios)
    assert set(limits["model"]) <= set(MODELS)
    assert set(limits["term"]) <= set(TERMS)
    assert set(limits["figure"]) <= set(FIGURES)
    assert (limits["low"] <= limits["high"]).all()
    # A type-I error exists only where the truth is 1.
    nulls = limits[limits["figure"].str.startswith("type_one")]
    for row in nulls.to_dict("records"):
        assert truths(scenarios[row["scenario"]])[row["term"]] == 1


def test_the_command_writes_and_prints_the_same_figures(tmp_path, capsys):
    run_replicates.main(str(tmp_path), ["A"], 3, 2)

    table = read_table(tmp_path / "simulation.tsv", numeric=FIGURES)
    written = json.loads((tmp_path / "simulation.json").read_text())
    printed = capsys.readouterr().out
    assert len(table) == len(MODELS) * len(TERMS)
    assert table["replicates"].eq(3).all()
    assert [row["median_hr"] for row in written["figures"]] == pytest.approx(
        table["median_hr"].tolist()
    )
    assert written["data"] == "SYNTHETIC"
    assert {row["verdict"] for row in written["acceptance"]} <= {"met", "not met"}
    judged_table = read_table(tmp_path / "simulation_acceptance.tsv")
    assert list(judged_table) == [
        *("scenario", "model", "term", "figure", "value", "value_mcse"),
        *("low", "high", "verdict"),
    ]
    assert judged_table["verdict"].tolist() == [
        row["verdict"] for row in written["acceptance"]
    ]
    missed = sum(row["verdict"] == "not met" for row in written["acceptance"])
    assert f"of 6 limits met, {missed} not met" in printed
    assert "Scenario A: 3 cohorts" in printed
