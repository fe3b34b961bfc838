from itertools import product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballad.disclosure import SmallCounts, flow_texts

SMALL = SmallCounts.of("shareable", 5)


def flow(*rows):
    return pd.DataFrame(rows, columns=["step", "n", "excluded", "reason"])


def test_an_internal_report_hides_nothing():
    assert SmallCounts.of("internal", 5).texts([0, 1, 20]) == ["0", "1", "20"]


@pytest.mark.parametrize(("count", "text"), [(4, "<5"), (5, "5"), (0, "<5")])
def test_the_limit_itself_is_shown(count, text):
    assert SMALL.written(count) == text


def test_a_small_count_is_not_the_total_less_the_others():
    # 30 in all: 20 and 7 shown would give the 3, so the 7 goes too.
    assert SMALL.texts([20, 7, 3]) == ["20", "suppressed", "<5"]


def test_a_small_excluded_hides_what_is_left():
    rows = flow_texts(flow(("all", 267, 0, ""), ("seen", 265, 2, "late")), SMALL)

    assert [(row["n"], row["excluded"]) for row in rows] == [
        ("267", ""),
        ("suppressed", "<5"),
    ]


def test_a_small_set_hides_who_is_not_in_it():
    # 267 less the 264 who are not in it would give the 3.
    rows = flow_texts(flow(("all", 267, 0, ""), ("few", 3, 264, "no")), SMALL)

    assert (rows[1]["n"], rows[1]["excluded"]) == ("<5", "suppressed")


def test_between_two_reasons_no_number_betrays_the_small_one():
    steps = flow(("seen", 100, 2, "late"), ("seen", 60, 40, "lost"))

    assert [row["n"] for row in flow_texts(steps, SMALL)] == ["suppressed", "60"]
    assert [row["excluded"] for row in flow_texts(steps, SMALL)] == ["<5", "suppressed"]


def test_no_later_step_gives_the_number_that_an_earlier_one_hides():
    # Of 17 patients, 4 are not in remission; all others are analysed for LFS, and
    # 6 and 7 of them did not relapse and did: each would give the 13, hence the 4.
    steps = flow(
        ("population remission", 13, 4, "in the clinical table, but does not fit"),
        ("population relapsed", 7, 6, "in remission, but does not fit"),
        ("endpoint lfs in remission", 13, 0, ""),
        ("endpoint os in relapsed", 7, 0, ""),
        ("endpoint os in all", 17, 0, ""),
    )

    assert [row["n"] for row in flow_texts(steps, SMALL)] == ["suppressed"] * 4 + ["17"]


def test_marks_that_only_fit_one_way_are_not_written():
    # Two below 5 that make 8 are 4 and 4; with a third hidden they are not.
    assert SMALL.texts([4, 4, 30]) == ["<5", "<5", "suppressed"]
    assert SMALL.texts([4, 4]) == ["suppressed", "suppressed"]


@given(st.lists(st.integers(0, 30), min_size=2, max_size=6))
def test_no_small_count_follows_from_the_total_and_the_marks(counts):
    texts = SMALL.texts(counts)

    ranges = {"<5": (0, 4), "suppressed": (0, 999)}
    known = [ranges.get(t, (n, n)) for t, n in zip(texts, counts, strict=True)]
    for place, (low, high) in enumerate(known):
        others = known[:place] + known[place + 1 :]
        least = max(low, sum(counts) - sum(most for _, most in others))
        most = min(high, sum(counts) - sum(least for least, _ in others))
        assert least < most or not 0 < counts[place] < 5


def test_of_rows_with_several_totals_whole_rows_are_hidden():
    # Patients and responders of three groups: 1 of 7 did not respond, and 2 of 9.
    patients, responders = [30, 9, 7], [20, 7, 6]
    others = [10, 2, 1]

    hidden = SMALL.hidden_among(patients, responders, others)

    # The 3 of the last two together would follow from the total less the 10.
    assert hidden == [True, True, True]


def test_a_small_count_follows_neither_from_its_row_nor_from_its_column():
    assert SMALL.matrix_texts([[45, 16], [3, 10]]) == [["suppressed"] * 2] * 2
    assert SMALL.matrix_texts([[45, 16], [30, 10]]) == [["45", "16"], ["30", "10"]]
    assert SMALL.matrix_texts([]) == []


def test_marks_of_two_lines_together_fix_no_count():
    # A has at most 52 - 30 = 22 of the 26 negative, so "<5" in B would be 4.
    texts = SMALL.matrix_texts([[22, 30, 0, 0], [4, 8, 5, 2]])

    assert texts == [["suppressed"] * 4] * 2


def test_what_one_grouping_hides_no_finer_grouping_shows():
    # 18 in all; 6 and 8 of the finer grouping would give the 4 of the coarser one.
    groupings = {"": [[18]], "tp53": [[4], [14]], "vaf": [[6], [8]]}

    texts = SMALL.groupings_texts(groupings)

    assert texts == {
        "": [["18"]],
        "tp53": [["suppressed"], ["suppressed"]],
        "vaf": [["suppressed"], ["suppressed"]],
    }


def test_the_size_of_a_small_group_is_in_no_other_grouping():
    groupings = {"": [[10, 20]], "tp53": [[1, 2], [9, 18]], "vaf": [[9, 18]]}

    sizes = SMALL.group_sizes_texts(groupings)

    assert sizes == {"": ["30"], "tp53": ["suppressed"] * 2, "vaf": ["suppressed"]}


FINE = st.lists(st.tuples(*[st.integers(0, 9)] * 2), min_size=3, max_size=3)


@settings(max_examples=60, deadline=None)
@given(FINE)
def test_no_small_count_of_nested_groupings_has_one_solution(fine):
    # Everybody; the first group against the rest; the parts of that rest.
    coarse = [fine[0], tuple(map(sum, zip(*fine[1:], strict=True)))]
    every = tuple(map(sum, zip(*fine, strict=True)))
    texts = SMALL.groupings_texts({"": [every], "coarse": coarse, "fine": fine[1:]})

    for level, total in enumerate(every):
        column = {by: [row[level] for row in rows] for by, rows in texts.items()}
        solutions = [
            groups
            for groups in product(range(total + 1), repeat=len(fine))
            if fits(column[""], [sum(groups)])
            and fits(column["coarse"], [groups[0], sum(groups[1:])])
            and fits(column["fine"], groups[1:])
        ]
        for group, row in enumerate(fine):
            possible = {groups[group] for groups in solutions}
            assert row[level] in possible
            assert not (0 < row[level] < 5 and len(possible) == 1)


def fits(texts, counts):
    return all(
        text == "suppressed" or (text == "<5" and count < 5) or text == str(count)
        for text, count in zip(texts, counts, strict=True)
    )


def test_an_outcome_is_hidden_by_those_without_it_and_by_the_reference():
    assert SMALL.hides_outcome("60", "57")
    assert SMALL.hides_outcome("60", "24", "21")
    assert not SMALL.hides_outcome("60", "24", "14")
    assert SMALL.outcome_note("not estimable: the outcome in all 60", True) == (
        "not estimable"
    )


@pytest.mark.parametrize(
    ("note", "written"),
    [
        ("1 of 3 groups not tested", "1 of 3 groups not tested"),
        ("2 of 4 combinations of levels", "2 of 4 combinations of levels"),
        ("1 of 12 levels", "1 of 12 levels"),
        ("3 events, 4 covariates", "<5 events, 4 covariates"),
        ("df 2: not all groups", "df 2: not all groups"),
        ("3 of 77 left out: tp53 missing in 3", "<5 left out: tp53 missing in <5"),
        ("2 of 40 patients, 12 events", "<5 patients, 12 events"),
    ],
)
def test_groups_combinations_and_df_in_a_note_are_no_small_counts(note, written):
    assert SMALL.note(note) == written
