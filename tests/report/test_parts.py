import pytest

from ballad.report.parts import SmallCells, figure, table

SHARED = SmallCells(5)


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([20, 30], [False, False]),
        ([5, 30], [False, False]),  # the limit itself is shown
        ([4, 30, 9], [True, False, True]),  # 43 less 30 and 9 would give the 4
        ([4, 3, 30], [True, True, False]),  # 7 between them: neither is known
        ([0, 3, 30], [True, True, True]),  # 3 between them: still a small count
        ([2], [True]),
        ([], []),
    ],
)
def test_a_small_count_cannot_be_had_by_subtraction(counts, hidden):
    assert SHARED.hidden_among(counts) == hidden


def test_an_internal_report_hides_nothing():
    small = SmallCells.of("internal", 5)

    assert [cell.text for cell in small.counts([0, 1])] == ["0", "1"]


def test_columns_without_content_are_left_out_but_for_the_first():
    made = table("x", ["a", "b", "c"], [["", "", "1"], ["", "", "2"]])

    assert made.heads == ["a", "c"]
    assert made.numeric == [False, True]


def test_the_time_of_drawing_does_not_reach_the_page():
    first = figure(b"<svg><metadata>2026-01-01\n</metadata></svg>", "", "")
    second = figure(b"<svg><metadata>2027-01-01\n</metadata></svg>", "", "")

    assert first == second


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        (
            "not estimable: 2 events, fewer than 5",
            "not estimable: <5 events, fewer than 5",
        ),
        # Groups and months are nobody.
        ("not estimable: 1 group with patients", None),
        ("log-rank from 3 months; 9 transplanted", None),
        ("1.25 events per variable; 12 of 169 left out: tp53 missing", None),
    ],
)
def test_small_counts_in_a_note_are_hidden(note, shown):
    assert SHARED.note(note) == (shown or note)
    assert SmallCells(None).note(note) == note
