import pandas as pd
import pytest

from ballad.disclosure import SmallCounts
from ballad.figures.interactions import interactions, rows_within
from ballad.shareable import shared

COLUMNS = [
    *("model", "endpoint", "cause", "population", "method", "term", "level"),
    *("reference", "estimate", "ci_low", "ci_high", "p", "n", "events"),
    *("events_in_level", "note"),
]
WITHIN = "lfs_by_within_level"


def row(model, term, level, reference, *numbers, method="cox", endpoint="lfs"):
    analysed = (model, endpoint, "", "remission", method, term, level, reference)
    return (*analysed, *numbers, "")


MODELS = pd.DataFrame(
    [
        row("lfs_by", "tp53", "present", "absent", 0.2, 0.1, 0.9, 0.1, 158, 94, 25),
        row("lfs_by", "by", "tp53 present and site R/R", "not both")[:8]
        + (7.8, 1.1, 62.0, 0.014, 158, 94, 14, ""),
        row(WITHIN, "tp53", "present in MRD", "absent")[:8]
        + (0.23, 0.03, 1.67, 0.15, 70, 38, 11, ""),
        row(WITHIN, "tp53", "present in R/R", "absent", method="firth_cox")[:8]
        + (1.63, 0.85, 3.11, 0.14, 88, 56, 14, ""),
    ],
    columns=COLUMNS,
).astype(str)
TESTS = pd.DataFrame(
    [
        ("interaction", "lfs", "remission", "", "by", 0.0142, 158, 94, "model lfs_by"),
        # The same term in another model of the same endpoint and population.
        ("interaction", "lfs", "remission", "", "by", 0.5, 158, 94, "model lfs_age"),
        ("survival", "lfs", "remission", "", "by", 0.6, 158, 94, ""),
    ],
    columns="analysis endpoint population cause group_by p n events note".split(),
).astype(str)


def test_each_level_is_a_line_under_the_p_of_the_interaction():
    heading, first, second = rows_within(MODELS, TESTS)

    assert heading.heading
    assert heading.label == "LFS by: interaction p = 0.014"
    assert first.label == "TP53: present in MRD (Cox)"
    assert second.label == "TP53: present in R/R (Firth-penalised Cox)"
    assert (first.counts, second.counts) == ("70 / 38 / 11", "88 / 56 / 14")
    assert (first.estimate, first.low, first.high) == (0.23, 0.03, 1.67)


def test_an_interaction_of_a_penalised_model_is_found_by_its_name():
    tests = TESTS.assign(note=TESTS["note"] + "; penalised (Firth)")

    heading, *_ = rows_within(MODELS, tests)

    assert heading.label == "LFS by: interaction p = 0.014"


def test_an_interaction_that_was_not_tested_is_said_to_be_not_estimable():
    untested = TESTS.assign(p="")

    heading, *_ = rows_within(MODELS, untested)

    assert heading.label == "LFS by: interaction not estimable"


@pytest.mark.parametrize(("few", "shown"), [(14, "1.63"), (3, "suppressed")])
def test_a_level_with_few_events_hides_both_when_shareable(few, shown):
    models = MODELS.assign(events_in_level=["25", str(few), str(25 - few), str(few)])
    told = shared("models", models.assign(p_adjusted=""), SmallCounts(5))

    _, first, second = rows_within(told, TESTS)

    assert second.text.startswith(shown)
    assert (first.text == "suppressed") == (few == 3)
    assert second.counts == ("88 / 56 / 14" if few == 14 else "hidden")


def test_the_figure_holds_levels_counts_and_intervals(texts, inside):
    figure = interactions(MODELS, TESTS)

    written = texts(figure)
    assert "0.23 (0.03–1.67)" in written
    assert "88 / 56 / 14" in written
    assert inside(figure)


def test_without_levels_the_figure_says_so(texts):
    figure = interactions(MODELS.iloc[:2], TESTS)

    assert "no interaction with levels in this analysis" in texts(figure)
