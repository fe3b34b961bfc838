"""Harrell's C by hand; tests/oracle compares it with R."""

import math

import numpy as np
import pandas as pd
import pytest

from ballad.outcomes.concordance import concordance, concordance_checks
from ballad.outcomes.reported_fits import reported_fits

ROWS = pd.DataFrame(
    {"start": 0.0, "stop": [1.0, 2.0, 3.0, 4.0], "event": [1, 0, 1, 0]}
).assign(site=["a", "b", "a", "b"])


def test_pairs_are_counted_by_hand():
    # Event at 1 against 2, 3, 4: higher, higher, tied. Event at 3 against 4: lower.
    c, _ = concordance(ROWS, np.array([2.0, 1.0, 0.0, 2.0]))

    assert c == pytest.approx((1 + 1 + 0.5 + 0) / 4)


def test_the_error_sums_the_influence_of_every_row():
    # Two pairs, 1-2 right and 1-3 wrong: C = 1/2. Weight of row 2 moves C by
    # (1 - 1/2) / 2, of row 3 by -1/4, of row 1 not at all: the root of 2/16.
    rows = ROWS.iloc[:3].assign(event=[1, 0, 0])

    c, error = concordance(rows, np.array([1.0, 0.0, 2.0]))

    assert (c, error) == (0.5, pytest.approx(math.sqrt(2) / 4))


def test_a_row_that_begins_later_and_another_stratum_are_no_pair():
    late = ROWS.assign(start=[0.0, 0.0, 1.0, 1.0])
    assert concordance(late, np.array([2.0, 1.0, 0.0, 2.0]))[0] == 0.5
    within = concordance(ROWS, np.array([2.0, 1.0, 0.0, 2.0]), strata=["site"])[0]
    assert within == 1


def test_without_a_pair_there_is_no_concordance():
    assert np.isnan(concordance(ROWS.assign(event=0), np.zeros(4))).all()


def test_the_check_counts_late_exposure_and_names_its_error():
    # Two models of one cohort, one without events to fit.
    patients = pd.DataFrame(
        {
            "patient": list("abcdefgh"),
            "in_all": "yes",
            "os_origin_day": "0",
            "os_days": ["100", "200", "300", "400", "500", "600", "700", "800"],
            "os_cause": ["death"] * 6 + ["censored"] * 2,
            "hct_day": ["", "", "", "150", "", "", "150", "150"],
            "tp53": ["present", "absent", "present", *["absent"] * 5],
        }
    )
    hct = {"hct_time_dependent": {"time_dependent": "hct_date"}}
    model = {"endpoint": "os", "population": "all", "method": "cox"}
    endpoints = {"os": {"kind": "time", "to": {"death": {"date": "death_date"}}}}
    statistics = {"min_events": 5, "events_per_variable": 1, "ties": "efron"}
    statistics |= {"confidence_level": 0.95, "day_zero_days": 0.5, "rare_level": 0}

    def checks(**models):
        return list(
            concordance_checks(
                reported_fits(patients, models, endpoints, {}, statistics)
            )
        )

    (flag,) = checks(flag={**model, "covariates": {"tp53": {}}})
    (timed,) = checks(timed={**model, "covariates": hct})
    statistics["min_events"] = 9
    (few,) = checks(few={**model, "covariates": {"tp53": {}}})

    # Deaths of a (7 later) to f (2 later): 27 pairs. a beats 6 and ties with c, b loses
    # to c and ties with 5, c beats 5, d, e and f tie with 4, 3 and 2.
    assert flag["statistic"] == pytest.approx((6.5 + 2.5 + 5 + 4.5) / 27)
    assert "values at each event" not in flag["note"]
    # At 100 nobody is transplanted: 7 ties. From then on d, g and h are exposed.
    # b (200): beats 3 of 6, ties 3; c: 3 of 5, ties 2; d (exposed): loses to e and f,
    # ties with g and h; e: 2 of 3, tie 1; f: 2 of 2.
    assert timed["statistic"] == pytest.approx((3.5 + 4.5 + 4 + 1 + 2.5 + 2) / 27)
    assert timed["note"].endswith("by the values at each event")
    assert few["status"] == "not estimable"
    assert few["note"] == "not estimable: 6 events, fewer than 9"
