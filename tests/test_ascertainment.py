"""In whom a lesion can be found, and in whom excluded; counts worked by hand."""

import pandas as pd
import pytest

from ballad.ascertainment import ONLY_POSITIVES, ascertainment, note_on, only_positives
from ballad.states import ABSENT, INDETERMINATE, NOT_ASSESSED, PRESENT


def states(present, absent, indeterminate, not_assessed):
    return [
        *[PRESENT] * present,
        *[ABSENT] * absent,
        *[INDETERMINATE] * indeterminate,
        *[NOT_ASSESSED] * not_assessed,
    ]


@pytest.mark.parametrize(
    ("counts", "rarely"),
    [
        ((2, 0, 10, 1), True),  # a panel without PTPN11, FLT3, NF1, BRAF and CBL
        ((1, 0, 0, 12), True),  # nobody can be said to be without it
        ((0, 0, 10, 1), False),  # nothing is found, nothing is overstated
        ((5, 4, 3, 1), False),
        ((10, 20, 180, 0), True),  # a third would be 10 of 210
        ((6, 2, 0, 259), True),  # DUX4: RNA shows it, only expression excludes it
        ((1, 1, 0, 11), False),  # an array in two patients: both may be known
        ((35, 227, 2, 3), False),
    ],
)
def test_the_decided_are_mostly_positive_where_absence_can_rarely_be_said(
    counts, rarely
):
    assert ascertainment(states(*counts)).only_positives is rarely


def test_the_four_states_are_counted_and_a_blank_is_not_assessed():
    found = ascertainment([*states(2, 3, 1, 1), ""])

    assert (found.present, found.absent) == (2, 3)
    assert (found.indeterminate, found.not_assessed) == (1, 2)
    assert found.in_words == "2 found; absence known in 3"


def test_columns_that_are_no_lesion_are_passed_over():
    table = pd.DataFrame(
        {"patient": ["1", "2"], "sex": ["F", "M"], "ras_mutation": states(1, 0, 1, 0)}
    )

    assert only_positives(table) == ["ras_mutation"]


def test_a_group_is_judged_by_its_column():
    table = pd.DataFrame({"ras_mutation": states(2, 0, 9, 0)})
    groups = {"ras": {"column": "ras_mutation"}, "age_group": {"column": "age"}}

    assert note_on(table, "ras", groups) == ONLY_POSITIVES
    assert note_on(table, "ras_mutation", groups) == ONLY_POSITIVES
    assert note_on(table, "age_group", groups) == ""
