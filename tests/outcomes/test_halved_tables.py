"""Exact tests of r x c tables against an enumeration of every table."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballad.outcomes.exact_tests import fisher_two_rows
from ballad.outcomes.halved_tables import exact_p


def every_row(total, columns):
    if len(columns) == 1:
        return [(total,)] if total <= columns[0] else []
    return [
        (first, *rest)
        for first in range(min(total, columns[0]) + 1)
        for rest in every_row(total - first, columns[1:])
    ]


def every_table(rows, columns):
    if not rows:
        return [()] if not any(columns) else []
    return [
        (row, *rest)
        for row in every_row(rows[0], columns)
        for rest in every_table(rows[1:], np.subtract(columns, row).tolist())
    ]


def by_hand(table):
    rows, columns = table.sum(axis=1).tolist(), table.sum(axis=0).tolist()
    weights = [
        1 / math.prod(math.factorial(cell) for row in found for cell in row)
        for found in every_table(rows, columns)
    ]
    own = 1 / math.prod(math.factorial(int(cell)) for cell in table.ravel())
    return sum(w for w in weights if w <= own * (1 + 1e-7)) / sum(weights)


@settings(max_examples=60, deadline=None)
@given(
    cells=st.lists(st.integers(0, 3), min_size=12, max_size=12),
    shape=st.sampled_from([(3, 3), (3, 4), (4, 3), (2, 5)]),
)
def test_halves_give_what_all_tables_give(cells, shape):
    table = np.array(cells[: shape[0] * shape[1]]).reshape(shape)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    if min(table.shape) < 2:
        return

    assert exact_p(table, 10**6) == pytest.approx(by_hand(table), abs=1e-10)


def test_a_table_of_two_rows_equals_the_other_enumeration():
    table = np.array([[7, 2, 1, 0], [3, 9, 4, 6]])

    assert exact_p(table, 10**6) == pytest.approx(fisher_two_rows(table), abs=1e-12)


def test_more_tables_than_allowed_are_not_enumerated():
    assert exact_p(np.full((4, 4), 30), 10**4) is None
