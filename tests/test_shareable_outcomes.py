"""Whole tables of models and tests: no small count follows from the rows together."""

import pandas as pd
import pytest

from ballad.disclosure import SmallCounts
from ballad.shareable import shared

SMALL = SmallCounts(5)
MODELS = "model endpoint cause population method term level reference estimate ci_low "
MODELS += "ci_high p p_adjusted n events events_in_level ci_method note"
TESTS = "analysis endpoint population group_by test statistic df p p_adjusted n events "
TESTS += "note cause"
PATTERNS = "group_by group cd19 emd n denominator percent"


def models(*rows) -> pd.DataFrame:
    """Lay out (model, term, level, events, events_in_level), 60 patients each."""
    cells = [
        {
            **dict.fromkeys(MODELS.split(), ""),
            **{"model": model, "method": "cox", "term": term, "level": level},
            **{"estimate": "2.5", "p": "0.01", "n": "60", "events": str(events)},
            "events_in_level": str(in_level),
        }
        for model, term, level, events, in_level in rows
    ]
    return pd.DataFrame(cells, dtype=object)


def told(table: pd.DataFrame, column: str) -> list[str]:
    return shared("models", table, SMALL)[column].tolist()


def test_the_events_of_the_reference_do_not_follow_from_those_of_all_levels():
    # 20 less 10 and 8 would be the 2 of the reference, on which both ratios rest.
    table = models(("lfs", "arm", "B", 20, 10), ("lfs", "arm", "C", 20, 8))

    assert told(table, "events_in_level") == ["suppressed"] * 2
    assert told(table, "estimate") == ["suppressed"] * 2


def test_a_reference_of_five_events_is_told():
    table = models(("lfs", "arm", "B", 23, 10), ("lfs", "arm", "C", 23, 8))

    assert told(table, "events_in_level") == ["10", "8"]


def test_a_hidden_level_hides_no_other_where_the_reference_is_large():
    table = models(("lfs", "arm", "B", 50, 30), ("lfs", "arm", "C", 50, 4))

    assert told(table, "events_in_level") == ["30", "<5"]
    assert told(table, "estimate") == ["2.5", "suppressed"]


def test_the_periods_of_a_term_do_not_give_a_hidden_one_away():
    # 12 in all: the 8 after 6 months would give the 4 until then.
    table = models(
        ("lfs", "tp53", "present", 40, 12),
        ("lfs_by_period", "tp53", "present until 6 months", 20, 4),
        ("lfs_by_period", "tp53", "present after 6 months", 20, 8),
    )

    assert told(table, "events_in_level") == ["12", "suppressed", "suppressed"]
    assert told(table, "events") == ["40", "suppressed", "suppressed"]
    assert told(table, "estimate") == ["2.5", "suppressed", "2.5"]


def test_periods_without_small_counts_are_told():
    table = models(
        ("lfs", "tp53", "present", 40, 12),
        ("lfs_by_period", "tp53", "present until 6 months", 20, 5),
        ("lfs_by_period", "tp53", "present after 6 months", 20, 7),
    )

    assert told(table, "events_in_level") == ["12", "5", "7"]


def test_few_patients_without_an_event_hide_the_estimate():
    table = models(("os", "age", "per 10", 57, ""), ("os", "age", "per 10", 55, ""))

    assert told(table, "events") == ["suppressed", "55"]
    assert told(table, "estimate") == ["suppressed", "2.5"]


def test_one_term_of_an_interaction_without_the_other_is_no_small_count():
    # 13 events of TP53 less the 12 of TP53 in R/R would be the 1 in MRD.
    table = models(
        ("lfs", "tp53", "present", 94, 13),
        ("lfs", "arm", "R/R", 94, 56),
        ("lfs", "both", "tp53 present and arm R/R", 94, 12),
        ("lfs", "age", "per 10", 94, ""),
    ).assign(n="158")

    assert told(table, "estimate") == ["suppressed", "suppressed", "2.5", "2.5"]
    assert told(table, "events_in_level") == ["suppressed", "suppressed", "12", ""]


def test_variations_are_judged_one_by_one():
    table = models(("lfs", "arm", "B", 20, 8), ("lfs", "arm", "B", 20, 8))
    table = table.assign(variation=["one", "two"])

    assert shared("sensitivity", table, SMALL)["events_in_level"].tolist() == ["8"] * 2


def rows_of_tests(*rows) -> pd.DataFrame:
    """Lay out (analysis, endpoint, group_by, test, n, events, cause)."""
    names = "analysis endpoint group_by test n events cause".split()
    cells = [
        {**dict.fromkeys(TESTS.split(), ""), "p": "0.03", "population": "remission"}
        | dict(zip(names, map(str, row), strict=True))
        for row in rows
    ]
    return pd.DataFrame(cells, dtype=object)


def test_the_events_of_a_cause_do_not_follow_from_those_of_all_causes():
    # 98 relapses and deaths less 20, 51 and 24 would be the 3 of unknown CD19.
    of_cause = ("cumulative_incidence", "cd19_relapse", "tp53", "Gray", 166)
    table = rows_of_tests(
        ("survival", "lfs", "tp53", "log-rank", 166, 98, ""),
        *((*of_cause, *its) for its in ((20, "neg"), (51, "pos"), (3, "?"))),
        (*of_cause, 24, "death"),
    )
    shown = shared("tests", table, SMALL)

    assert shown["events"].tolist() == ["98", "suppressed", "51", "<5", "24"]
    # The count of the 20 is hidden for another's sake; their test stays.
    assert shown["p"].tolist() == ["0.03", "0.03", "0.03", "suppressed", "0.03"]


def test_the_p_of_an_exact_test_does_not_tell_a_hidden_cell():
    response = pd.DataFrame(
        [("response", by, group, n, k) for by, group, n, k in ROWS_OF_RESPONSE],
        columns="endpoint group_by group n responders".split(),
    )
    table = rows_of_tests(
        ("response", "response", "tp53", "Fisher exact", 60, 30, ""),
        ("response", "response", "sex", "Fisher exact", 60, 30, ""),
    )
    shown = shared("tests", table, SMALL, {"response": response})

    assert shown["p"].tolist() == ["suppressed", "0.03"]


ROWS_OF_RESPONSE = [
    *(("tp53", "wild", "50", "27"), ("tp53", "mutated", "10", "3")),
    *(("sex", "F", "30", "15"), ("sex", "M", "30", "15")),
]


@pytest.mark.parametrize(
    ("few", "p"), [(4, ["suppressed", "suppressed", "0.03"]), (5, ["0.03"] * 3)]
)
def test_a_small_pattern_in_one_grouping_hides_the_p_of_all_groupings(few, p):
    rows = [
        ("", "all", "negative", "none", 30),
        ("", "all", "positive", "none", 30),
        *(("sex", sex, cd19, "none", 15) for sex in "FM" for cd19 in ("neg", "pos")),
        *(
            ("tp53", "mutated", "neg", "none", few),
            ("tp53", "mutated", "pos", "none", 9),
        ),
    ]
    cells = pd.DataFrame(rows, columns=PATTERNS.split()[:5]).astype(str)
    table = rows_of_tests(
        ("relapse_patterns", "relapse_cd19", "tp53", "Fisher exact", 60, 30, ""),
        ("relapse_patterns", "relapse_cd19", "sex", "Fisher exact", 60, 30, ""),
        ("relapse_patterns", "relapse_emd", "", "Fisher exact", 60, 30, ""),
    )
    shown = shared("tests", table, SMALL, {"relapse_patterns": cells})

    assert shown["p"].tolist() == p


def test_the_levels_that_add_up_to_a_model_are_hidden_together_with_their_patients():
    # 13 events of TP53 in all: beside the 12 in R/R the 1 in MRD would be told, and 60
    # patients less 40 would give those of MRD.
    table = models(
        ("lfs_within_level", "tp53", "present in R/R", 50, 12),
        ("lfs_within_level", "tp53", "present in MRD", 38, 1),
        ("os_within_level", "tp53", "present in R/R", 30, 12),
        ("os_within_level", "tp53", "present in MRD", 40, 8),
    )

    assert told(table, "events_in_level") == ["suppressed"] * 2 + ["12", "8"]
    assert told(table, "n") == ["suppressed"] * 2 + ["60", "60"]
    assert told(table, "estimate") == ["suppressed"] * 2 + ["2.5", "2.5"]


def test_the_rows_within_levels_are_no_levels_of_one_term():
    # 30 less 12 and 14 leave 4: of nobody, as the 12 and the 14 are of different 30.
    table = models(
        ("os_within_level", "tp53", "present in R/R", 30, 12),
        ("os_within_level", "tp53", "present in MRD", 30, 14),
    )

    assert told(table, "estimate") == ["2.5", "2.5"]
