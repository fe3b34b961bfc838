"""No small count of the characteristics follows from what is shown beside it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from ballad.disclosure import SmallCounts
from ballad.shareable_characteristics import shared_characteristics

SMALL = SmallCounts(5)
COLUMNS = "characteristic level group n value missing test p smd group_by".split()


def characteristics(counts) -> pd.DataFrame:
    """Lay out levels (rows, the last are missing) by groups; all patients first."""
    rows = []
    whole = [sum(row) for row in counts]
    for group, column in (
        ("all", whole),
        *zip("AB", zip(*counts, strict=True), strict=True),
    ):
        *levels, missing = column
        known = sum(levels) or 1
        group_by = "" if group == "all" else "g"
        size = str(sum(column))
        rows.append(["patients", "", group, size, size, "0", *[""] * 3, group_by])
        rows += [
            ["sex", f"level {place}", group, str(n), f"{n} ({100 * n / known:.1f}%)"]
            + [str(missing), *[""] * 3, group_by]
            for place, n in enumerate(levels)
        ]
    return pd.DataFrame(rows, columns=COLUMNS)


def bounds(text: str, value: int) -> tuple[float, float]:
    """Give what a reader knows of a count: itself, or what its mark allows."""
    if text == "<5":
        return 0, 4
    return (0, np.inf) if text == "suppressed" else (value, value)


def recovered(shown: pd.DataFrame, counts) -> list[int]:
    """Give the small counts that all sums of the table together determine."""
    levels, cells = len(counts), [n for row in counts for n in row]
    told = []
    for level in range(levels):
        for group in "AB":
            its = shown[(shown["characteristic"] == "sex") & (shown["group"] == group)]
            last = level == levels - 1
            told.append(its["missing"].iat[0] if last else its["n"].iat[level])
    limits = [bounds(*pair) for pair in zip(told, cells, strict=True)]
    sums, totals = [], []
    for column, group in enumerate("AB"):
        its = shown[(shown["characteristic"] == "patients") & (shown["group"] == group)]
        if its["n"].iat[0].isdigit():
            sums.append([place % 2 == column for place in range(2 * levels)])
            totals.append(sum(row[column] for row in counts))
    whole = shown[(shown["characteristic"] == "sex") & (shown["group"] == "all")]
    for level in range(levels):
        last = level == levels - 1
        if (whole["missing"].iat[0] if last else whole["n"].iat[level]).isdigit():
            sums.append([place // 2 == level for place in range(2 * levels)])
            totals.append(sum(counts[level]))
    rules = LinearConstraint(np.array(sums, dtype=float), totals, totals)
    box = Bounds(*np.array(limits, dtype=float).T)
    found = []
    for place, (text, n) in enumerate(zip(told, cells, strict=True)):
        if text.isdigit() or not 0 < n < 5:
            continue
        ends = []
        for sign in (1, -1):
            aim = np.zeros(len(cells))
            aim[place] = sign
            best = milp(
                aim, constraints=rules, bounds=box, integrality=np.ones(len(cells))
            )
            ends.append(round(best.x[place]))
        found += [n] if ends[0] == ends[1] else []
    return found


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=2, max_size=4
    ).filter(lambda rows: all(sum(column) >= 5 for column in zip(*rows, strict=True)))
)
# Two marks fix both counts; a level where nobody is hidden tells the one beside it.
@example([(0, 5), (5, 4)])
@example([(5, 1), (0, 5)])
def test_no_small_count_follows_from_all_sums_together(counts):
    shown = shared_characteristics(characteristics(counts), SMALL)

    assert recovered(shown, counts) == []


@pytest.mark.parametrize("missing", [1, 4])
def test_a_percent_of_those_known_does_not_tell_who_is_missing(missing):
    # 29 (85.3%) is of 34, and 35 less 34 is the 1 that is missing.
    shown = shared_characteristics(
        characteristics([(29, 200), (35 - 29 - missing, 50), (missing, 60)]), SMALL
    )
    its = shown[(shown["characteristic"] == "sex") & (shown["group"] == "A")]

    assert set(its["missing"]) == {"<5"}
    assert not its["value"].str.contains("%", regex=False).any()


def test_where_nobody_is_missing_it_is_said():
    shown = shared_characteristics(characteristics([(20, 30), (15, 25), (0, 0)]), SMALL)

    assert set(shown["missing"]) == {"0"}
    assert shown["value"].str.contains("%", regex=False).sum() == 6


def test_patients_in_no_group_neither_stop_the_table_nor_show_more():
    table = characteristics([(20, 30), (15, 3), (0, 0)])
    # Seven patients in no group: four of the first level and three of the second.
    table.loc[0, ["n", "value"]] = "75"
    table.loc[1, "n"], table.loc[2, "n"] = "54", "21"
    shown = shared_characteristics(table, SMALL)
    its = shown[(shown["characteristic"] == "sex") & (shown["group"] == "B")]

    assert its["n"].tolist() == ["suppressed", "<5"]


@pytest.mark.parametrize(("few", "told"), [(4, "suppressed"), (5, "0.21")])
def test_with_the_margins_neither_p_nor_the_difference_tells_a_hidden_level(few, told):
    # Of the tables with these margins only one has the SMD or Fisher's P of 4 or 5.
    table = characteristics([(40, few), (30, 20), (0, 0)])
    grouped = (table["group_by"] != "") & (table["characteristic"] == "sex")
    table.loc[grouped, ["test", "p", "smd"]] = ["Fisher exact", "0.21", "0.21"]
    shown = shared_characteristics(table, SMALL)[grouped]

    assert set(shown["p"]) == set(shown["smd"]) == {told}
    assert set(shown["test"]) == {"Fisher exact"}


def test_a_level_may_be_called_missing():
    table = characteristics([[20, 20], [30, 30], [2, 9]])
    table["level"] = table["level"].replace("level 0", "missing")

    shown = shared_characteristics(table, SMALL)

    its = shown[shown["characteristic"] == "sex"]
    assert its.loc[its["group"] == "A", "missing"].tolist() == ["<5"] * 2
    assert its.loc[its["group"] == "all", "n"].tolist() == ["40", "60"]


def test_a_characteristic_that_nobody_has_is_shown_without_an_error():
    table = characteristics([(0, 0), (12, 3)])
    table.loc[table["characteristic"] == "sex", "level"] = ""
    table.loc[0, ["n", "value"]] = "16"  # one is in no group
    table.loc[1, "missing"] = "16"
    shown = shared_characteristics(table, SMALL)

    assert len(shown) == len(table)
