import pandas as pd

from ballad.disclosure import NOTHING_HIDDEN, SmallCounts
from ballad.figures.left_out import left_out

CURVE = {"endpoint": "lfs", "population": "remission", "group_by": "tp53_status"}
GROUPS = {"tp53_status": {"column": "tp53"}}
# Four of the population: two in a group, one not assessed, one without a value; the
# fifth has no follow-up, the last one is not in the population.
COHORT = pd.DataFrame(
    [
        ("yes", "3", "TP53 mutated", "present"),
        ("yes", "9", "TP53 wild type", "absent"),
        ("yes", "4", "", "not_assessed"),
        ("yes", "4", "", ""),
        ("yes", "", "", "not_assessed"),
        ("no", "", "", "not_assessed"),
    ],
    columns=["in_remission", "lfs_months", "tp53_status", "tp53"],
)


def test_who_is_in_no_group_is_counted_with_the_reason():
    said = left_out(COHORT, CURVE, GROUPS, NOTHING_HIDDEN)

    assert said == "not drawn: 2 of 4 (TP53: missing 1, not assessed 1)"


def test_where_all_are_drawn_nothing_is_said():
    assert left_out(COHORT.iloc[:2], CURVE, GROUPS, NOTHING_HIDDEN) == ""
    assert left_out(COHORT, {**CURVE, "group_by": None}, GROUPS, NOTHING_HIDDEN) == ""


def test_small_counts_are_hidden_when_shareable():
    said = left_out(COHORT, CURVE, GROUPS, SmallCounts(5))

    assert said == "not drawn: <5 (TP53: missing, not assessed)"


def test_a_grouping_by_a_column_itself_is_its_own_reason():
    by_column = COHORT.assign(emd_history=["yes", "no", "", "", "", ""])

    said = left_out(by_column, {**CURVE, "group_by": "emd_history"}, {}, NOTHING_HIDDEN)

    assert said == "not drawn: 2 of 4 (EMD history: missing 2)"


def test_a_reason_is_named_as_the_legends_name_it(colours):
    cohort = COHORT.assign(subtype_class="UNCLASSIFIABLE", genotype="")
    groups = {"genotype": {"column": "subtype_class"}}

    said = left_out(
        cohort, {**CURVE, "group_by": "genotype"}, groups, NOTHING_HIDDEN, colours
    )

    assert said == "not drawn: 4 of 4 (subtype class: unclassifiable 4)"
