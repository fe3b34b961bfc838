"""Harrell's C by hand; tests/oracle compares it with R."""

import math

import numpy as np
import pandas as pd
import pytest

from ballad.outcomes.concordance import concordance

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
