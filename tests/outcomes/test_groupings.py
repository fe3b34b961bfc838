import pandas as pd
import pytest

from ballad.outcomes.groupings import analyses, by_group, levels_of

GROUPS = {
    "arm": {"levels": {"B": [], "A": []}},
    "with_missing": {"levels": {"x": []}, "missing": "category"},
}


@pytest.mark.parametrize(
    ("group_by", "cells", "levels"),
    [
        ("arm", ["A"], ["B", "A"]),  # as configured, also those nobody has
        ("with_missing", ["x"], ["x", "not assessed"]),
        ("flag", ["present", "not_assessed"], ["absent", "present"]),
        ("flag", ["indeterminate"], []),
        ("answer", ["yes", ""], ["no", "yes"]),
        ("site", ["b", "a", ""], ["a", "b"]),
    ],
)
def test_levels_have_one_order(group_by, cells, levels):
    assert levels_of(pd.DataFrame({group_by: cells}), group_by, GROUPS) == levels


def test_patients_without_a_level_are_in_no_group():
    cohort = pd.DataFrame({"arm": ["A", "", "B", "A"]})

    sizes = {level: len(p) for level, p in by_group(cohort, "arm", GROUPS).items()}
    assert sizes == {"B": 1, "A": 2}


def test_each_endpoint_is_also_analysed_without_grouping():
    entry = {"endpoint": "os", "population": "all"}
    curves = {"a": entry | {"group_by": "arm"}, "b": entry | {"group_by": "sex"}}

    assert analyses(curves) == [
        ("os", "all", ""),
        ("os", "all", "arm"),
        ("os", "all", "sex"),
    ]
