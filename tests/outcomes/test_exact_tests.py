import itertools
import json
import math

import numpy as np
import pandas as pd
import pytest

from ballad.outcomes import exact_tests
from ballad.outcomes.exact_tests import EXACT, MONTE_CARLO, fisher


@pytest.fixture(scope="module")
def tab1(root):
    text = (root / "tests/oracle/expected/tab1_bmt.json").read_text()
    return json.loads(text)["expected"]


@pytest.fixture(scope="module")
def bmt(root):
    return pd.read_csv(root / "tests/oracle/data/bmt.csv")


def test_fishers_test_by_hand():
    # The lady tasting tea: 3 of 4. (C(4,3) C(4,1) + C(4,4) C(4,0)) * 2 / C(8,4) =
    # 2 * (16 + 1) / 70.
    assert fisher(np.array([[3, 1], [1, 3]]), 1) == (EXACT, pytest.approx(34 / 70))


def test_three_columns_by_hand():
    # Rows 2 and 2, columns 2, 1, 1. Tables by their first row: (2,0,0) 1, (1,1,0) 2,
    # (1,0,1) 2, (0,1,1) 1, of 6. Observed (2,0,0): 1/6 + 1/6.
    assert fisher(np.array([[2, 0, 0], [0, 1, 1]]), 1)[1] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("rows", "columns", "case"),
    [
        ("z3", "group", "fisher_z3_group"),
        ("z9", "group", "fisher_z9_group"),
        ("z3", "z4", "fisher2x2_z3_z4"),
    ],
)
def test_fishers_test_equals_that_of_r(bmt, tab1, rows, columns, case):
    table = pd.crosstab(bmt[rows], bmt[columns]).to_numpy()

    assert fisher(table, 7) == (EXACT, pytest.approx(tab1[case], abs=1e-10))
    assert fisher(table.T, 7)[1] == pytest.approx(tab1[case], abs=1e-10)


def test_the_seed_fixes_the_monte_carlo_test(monkeypatch):
    monkeypatch.setattr(exact_tests, "MOST_TABLES", 3)
    table = np.array([[5, 1, 2], [1, 6, 2], [2, 2, 4]])

    assert fisher(table, 7) == fisher(table, 7)
    assert fisher(table, 7)[1] != fisher(table, 8)[1]
    # Standard error of 200 000 tables at p = 0.1: 7e-4.
    monkeypatch.undo()
    assert fisher(table, 7)[1] == pytest.approx(0.1083, abs=3e-4)


def test_a_sparse_table_larger_than_its_patients_has_one_p(monkeypatch):
    table = np.array([[0, 0, 2], [1, 1, 0], [0, 1, 0]])
    assert fisher(table, 1) == (EXACT, pytest.approx(exact_p(table), abs=1e-12))

    monkeypatch.setattr(exact_tests, "MOST_TABLES", 3)
    name, p = fisher(table, 1)

    assert name == MONTE_CARLO
    assert isinstance(p, float)
    assert p == pytest.approx(exact_p(table), abs=6e-3)


def exact_p(table):
    """Enumerate all 3 x 3 tables with the margins."""
    rows, columns = table.sum(axis=1), table.sum(axis=0)
    found = {}
    for a, b, c, d in itertools.product(range(3), repeat=4):
        full = np.array([[a, b, 0], [c, d, 0], [0, 0, 0]])
        full[:2, 2] = rows[:2] - full[:2].sum(axis=1)
        full[2] = columns - full[:2].sum(axis=0)
        if (full >= 0).all():
            weight = 1 / math.prod(math.factorial(cell) for cell in full.ravel())
            found[tuple(full.ravel())] = weight
    observed = found[tuple(table.ravel())]
    extreme = sum(weight for weight in found.values() if weight <= observed + 1e-12)
    return extreme / sum(found.values())


@pytest.mark.parametrize(
    "table", [[[3, 2], [0, 0]], [[3, 0], [2, 0]], [[0, 0], [0, 0]]]
)
def test_a_table_with_one_filled_line_proves_nothing(table):
    assert fisher(np.array(table), 1) == (EXACT, 1.0)


def test_too_many_tables_are_sampled(monkeypatch):
    monkeypatch.setattr(exact_tests, "MOST_TABLES", 3)

    assert fisher(np.array([[3, 1], [1, 3]]), 1)[0] == MONTE_CARLO
