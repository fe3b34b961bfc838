"""Groups of a number by its cut-points: the limits, and who is where."""

import pandas as pd

from ballad.clinical.cut_points import with_levels
from ballad.clinical.groups import group_labels


def test_cut_points_make_ordered_levels_with_their_unit():
    group = with_levels({"column": "age", "cut_points": [40, 60], "unit": "years"})

    ages = pd.DataFrame({"age": ["39.9", "40", "59.9", "60", ""]})

    assert list(group["levels"]) == [
        "below 40 years",
        "40 to below 60 years",
        "from 60 years",
    ]
    assert list(group_labels(ages, group)) == [
        "below 40 years",
        "40 to below 60 years",
        "40 to below 60 years",
        "from 60 years",
        "",
    ]


def test_a_group_of_levels_stays_as_it_is():
    group = {"column": "sex", "levels": {"F": ["F"]}, "missing": "exclude"}

    assert with_levels(group) == group
