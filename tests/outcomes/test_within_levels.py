"""Ratios within each level of a covariate: those of the level alone, or why not."""

import numpy as np
import pandas as pd
import pytest

from ballad.outcomes.cox import fit_cox
from tests.outcomes.model_cohorts import HCT, crossing, fitted, model

BY_SITE = {
    "tp53": {},
    "site": {"reference": "north"},
    "by": {"interaction": ["tp53", "site"], "within": "site"},
}


def sites(cohort, every=3):
    """Every third of the SYNTHETIC patients is of the south."""
    south = np.arange(len(cohort)) % every == 0
    return cohort.assign(site=np.where(south, "south", "north"))


def within(rows):
    return rows[rows["model"] == "main_within_level"].set_index("level")


def rows_of(cohort):
    return pd.DataFrame(
        {
            "start": 0.0,
            "stop": cohort["relapse_days"].astype(float),
            "event": (cohort["relapse_cause"] == "relapse").astype(float),
            "tp53": (cohort["tp53"] == "present").astype(float),
            "site": (cohort["site"] == "south").astype(float),
        }
    )


@pytest.mark.parametrize("method", ["cox", "firth_cox"])
def test_the_ratio_within_a_level_is_that_of_the_model_of_the_level_alone(method):
    cohort = sites(crossing())

    found = within(fitted(cohort, model(BY_SITE, method), events_per_variable=2))

    assert list(found.index) == ["present in north", "present in south"]
    for level, name in (("present in north", "north"), ("present in south", "south")):
        alone = cohort[cohort["site"] == name]
        row, other = (
            found.loc[level],
            fitted(alone, model({"tp53": {}}, method)).iloc[0],
        )
        same = ["estimate", "ci_low", "ci_high", "p"]
        assert list(row[same]) == pytest.approx(list(other[same]), rel=1e-9)
        assert (row["n"], row["events"]) == (other["n"], other["events"])
        assert row["events_in_level"] == other["events_in_level"]
        assert row["method"] == method


@pytest.mark.parametrize("firth", [False, True])
def test_it_is_the_ratio_of_the_stratified_model_with_a_coefficient_per_level(firth):
    # With a baseline hazard per level the likelihood, and Firth's penalty, are sums.
    cohort = sites(crossing())
    rows = rows_of(cohort)
    rows = rows.assign(
        north=rows["tp53"] * (1 - rows["site"]), south=rows["tp53"] * rows["site"]
    )
    whole = fit_cox(rows, ["north", "south"], firth=firth, strata=["site"])
    method = "firth_cox" if firth else "cox"

    found = within(fitted(cohort, model(BY_SITE, method), events_per_variable=2))

    expected = [*whole.coefficients]
    assert list(np.log(found["estimate"])) == pytest.approx(expected, rel=1e-7)
    interval = whole.profile_interval if firth else whole.wald_interval
    limits = np.exp(interval("south", 0.95))
    row = found.loc["present in south"]
    assert [row["ci_low"], row["ci_high"]] == pytest.approx(list(limits), rel=1e-6)


def test_other_covariates_have_effects_of_the_level_too():
    cohort = sites(crossing()).assign(age=[str(30 + i % 7) for i in range(80)])
    terms = {"age": {"per": 1}, **BY_SITE}

    found = within(fitted(cohort, model(terms), events_per_variable=2))

    alone = cohort[cohort["site"] == "south"]
    other = fitted(
        alone, model({"age": {"per": 1}, "tp53": {}}), events_per_variable=2
    ).set_index("term")
    row = found.loc["present in south"]
    assert set(found["term"]) == {"tp53"}
    assert row["estimate"] == pytest.approx(other.loc["tp53", "estimate"], rel=1e-9)


def test_a_level_with_few_events_is_penalised_or_refused_alone():
    # Every tenth patient is of the south: 8 patients, who all relapse.
    cohort = sites(crossing(), every=10)

    penalised = within(fitted(cohort, model(BY_SITE)))
    refused = within(fitted(cohort, model(BY_SITE), min_events=9))

    assert list(penalised["method"]) == ["cox", "firth_cox"]
    assert list(penalised["events"]) == [52, 8]
    assert "Firth: 8 events per variable" in penalised["note"].iloc[1]
    assert refused["note"].iloc[1].startswith("not estimable: 8 events, fewer than 9")
    assert np.isnan(refused["estimate"].iloc[1])
    assert np.isfinite(refused["estimate"].iloc[0])


def test_a_level_where_nobody_carries_the_lesion_says_so():
    cohort = sites(crossing())
    nobody = cohort["site"] == "south"
    cohort["tp53"] = cohort["tp53"].mask(nobody, "absent")

    row = within(fitted(cohort, model(BY_SITE))).loc["present in south"]

    assert row["note"].startswith("not estimable: no variation: all 27 patients absent")
    assert (row["n"], row["events_in_level"]) == (27, 0)


def test_a_level_counts_who_of_it_is_left_out():
    cohort = sites(crossing())
    cohort.loc[[0, 3, 6, 1], "tp53"] = "not_assessed"  # three of the south

    notes = within(fitted(cohort, model(BY_SITE)))["note"]

    assert "1 of 53 left out: tp53 missing" in notes["present in north"]
    assert "3 of 27 left out: tp53 missing" in notes["present in south"]


def test_hazards_that_vary_within_a_level_are_noted():
    # The flag's events come early, the others' late, at both sites.
    notes = within(
        fitted(sites(crossing()), model(BY_SITE), proportional_hazards_p=0.05)
    )["note"]

    assert all("proportional hazards violated (p " in note for note in notes)
    assert all("fitted in this level alone" in note for note in notes)


def test_the_levels_of_a_flag_are_named_with_it():
    terms = {
        "site": {"reference": "north"},
        "tp53": {},
        "by": {"interaction": ["site", "tp53"], "within": "tp53"},
    }

    found = within(fitted(sites(crossing()), model(terms)))

    assert list(found.index) == ["south in tp53 absent", "south in tp53 present"]


@pytest.mark.parametrize(
    ("covariates", "within_term", "said"),
    [
        ({"age": {}, "tp53": {}}, "age", "age is a number, which has no levels"),
        ({"unknown": {}, "tp53": {}}, "unknown", "the cohort has no column unknown"),
        ({**HCT, "tp53": {}}, "hct_time_dependent", "changes with time"),
    ],
)
def test_a_covariate_without_levels_from_the_start_is_no_reason_to_guess(
    covariates, within_term, said
):
    cohort = crossing().assign(age=[str(30 + i % 7) for i in range(80)], hct_day="20")
    by = {"interaction": ["tp53", within_term], "within": within_term}

    (row,) = within(fitted(cohort, model({**covariates, "by": by}))).to_dict("records")

    assert row["note"].startswith(f"not estimable: {said}") or said in row["note"]
    assert np.isnan(row["estimate"])


def test_a_ratio_within_a_level_is_in_no_family_nor_that_of_a_period():
    families = {"screen": {"multivariable": ["tp53", "site"], "method": "holm"}}

    rows = fitted(
        sites(crossing()),
        model(BY_SITE),
        families=families,
        proportional_hazards_p=0.05,
    )

    whole = rows["model"] == "main"
    assert set(rows["model"]) == {"main", "main_by_period", "main_within_level"}
    assert rows.loc[whole & (rows["term"] != "by"), "p_adjusted"].notna().all()
    assert rows.loc[~whole, "p_adjusted"].isna().all()


def test_a_ratio_beside_an_interaction_says_at_which_level_it_holds():
    rows = fitted(sites(crossing()), model(BY_SITE))

    notes = rows[rows["model"] == "main"].set_index("term")["note"]
    assert notes["tp53"] == "ratio at site north, because of by"
    assert notes["site"] == "ratio at tp53 absent, because of by"
    periods = fitted(sites(crossing()), model(BY_SITE), proportional_hazards_p=0.05)
    periods = periods[periods["model"] == "main_by_period"]
    assert set(periods["term"]) == {"tp53"}
    assert periods["note"].str.contains(notes["tp53"], regex=False).all()
    apart = {**BY_SITE, "by": {"interaction": ["tp53", "site"]}}
    assert not fitted(sites(crossing()), model(apart))["model"].str.contains("_").any()


def test_a_level_without_a_name_is_no_row_of_all_patients():
    # All are of the north: no other level has a name.
    found = within(fitted(crossing().assign(site="north"), model(BY_SITE)))

    assert list(found.index) == ["present in north"]
