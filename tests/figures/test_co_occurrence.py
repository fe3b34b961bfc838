from itertools import combinations
from types import SimpleNamespace

import pandas as pd
import pytest

from ballad.disclosure import SmallCounts
from ballad.figures.co_occurrence import co_occurrence, shade

COLUMNS = [
    *("lesion_1", "lesion_2", "both", "first", "second", "neither"),
    *("odds_ratio", "p", "p_adjusted"),
]


def pairs(*names, p_adjusted=0.01):
    rows = [
        (one, other, 8.0, 9.0, 10.0, 50.0, 4.4, 0.001, p_adjusted)
        for one, other in combinations(names, 2)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


@pytest.mark.parametrize(
    ("counts", "place"),
    [
        ((5, 5, 5, 5), 0.5),  # odds ratio 1
        ((8, 2, 5, 5), 0.75),  # 8 x 5 / (2 x 5) = 4 = 2^2 of 2^4
        ((0, 5, 5, 5), 0.0),
        ((5, 0, 5, 5), 1.0),
        ((0, 0, 5, 5), 0.5),  # one lesion in nobody
    ],
)
def test_the_shade_is_the_odds_ratio(counts, place):
    names = ("both", "first", "second", "neither")
    row = SimpleNamespace(**dict(zip(names, counts, strict=True)))

    assert shade(row) == pytest.approx(place)


@pytest.mark.parametrize(("p_adjusted", "text"), [(0.049, "8*"), (0.05, "8")])
def test_the_number_is_of_both_and_the_star_of_the_adjusted_p(p_adjusted, text):
    (axes,) = co_occurrence(pairs("a", "b", p_adjusted=p_adjusted)).axes

    assert [written.get_text() for written in axes.texts] == [text]


def test_a_pair_that_was_not_tested_has_no_number():
    (axes,) = co_occurrence(pairs("a", "b").assign(p=None, p_adjusted=None)).axes

    assert not axes.texts
    assert axes.patches[0].get_hatch()


def test_a_pair_with_a_small_count_is_blank_when_shareable(texts):
    rows = pairs("a", "b", "c")
    rows.loc[0, "second"] = 4.0
    figure = co_occurrence(rows, SmallCounts(5))

    assert len(figure.axes[0].texts) == 2
    assert "a count is <5" in texts(figure)


def test_where_no_pair_may_be_shown_the_figure_says_why(texts):
    figure = co_occurrence(pairs("a", "b").assign(second=4.0), SmallCounts(5))

    assert "every pair has a count <5" in texts(figure)


@pytest.mark.parametrize("n", [2, 12, 30])
def test_long_and_hostile_names_stay_on_the_page(n, hostile, inside):
    names = [*hostile, *(f"a_very_long_name_of_a_lesion_{i}" for i in range(n - 2))]

    assert inside(co_occurrence(pairs(*names[:n])))


def test_without_pairs_the_figure_says_so(texts):
    assert "no pair of lesions in this analysis" in texts(co_occurrence(pairs("a")))
