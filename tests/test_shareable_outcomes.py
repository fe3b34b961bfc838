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
    # 13 events of TP53, which another model may tell, less the 12 in R/R are the 1 in
    # MRD.
    table = models(
        ("lfs", "tp53", "present", 94, 13),
        ("lfs", "arm", "R/R", 94, 56),
        ("lfs", "both", "tp53 present and arm R/R", 94, 12),
        ("lfs", "age", "per 10", 94, ""),
    ).assign(n="158")

    assert told(table, "estimate") == [*["suppressed"] * 3, "2.5"]
    assert told(table, "events_in_level") == [*["suppressed"] * 3, ""]


def with_arms(tp53, *arms):
    """Lay out TP53, arms B and C against A, and both; 90 events among 158 patients."""
    (b, b_tp53), (c, c_tp53) = arms
    return models(
        ("lfs", "tp53", "present", 90, tp53),
        ("lfs", "arm", "B", 90, b),
        ("lfs", "arm", "C", 90, c),
        ("lfs", "both", "tp53 present and arm B", 90, b_tp53),
        ("lfs", "both", "tp53 present and arm C", 90, c_tp53),
    ).assign(n="158")


@pytest.mark.parametrize(
    ("tp53", "arms", "hidden"),
    [
        (30, ((30, 10), (30, 10)), False),
        (22, ((30, 10), (30, 10)), True),  # 22 - 10 - 10 = 2 of TP53 in arm A
        (30, ((30, 10), (12, 10)), True),  # 12 - 10 = 2 of arm C without TP53
        (30, ((40, 10), (37, 10)), True),  # 90 - 30 - 77 + 20 = 3 of A without TP53
    ],
)
def test_no_cell_of_an_interaction_of_three_levels_follows(tp53, arms, hidden):
    shown = told(with_arms(tp53, *arms), "estimate")

    assert shown == (["suppressed"] * 5 if hidden else ["2.5"] * 5)


def test_a_level_that_holds_the_word_and_hides_the_cells_of_an_interaction_too():
    table = models(
        ("lfs", "tp53", "present", 94, 13),
        ("lfs", "site", "CNS and testis", 94, 56),
        ("lfs", "both", "tp53 present and site CNS and testis", 94, 12),
    ).assign(n="158")

    assert told(table, "estimate") == ["suppressed"] * 3


def test_an_interaction_of_three_terms_is_hidden_with_its_model():
    table = models(
        ("lfs", "tp53", "present", 94, 40),
        ("lfs", "all", "tp53 present and arm R/R and sex F", 94, 20),
        ("os", "tp53", "present", 94, 40),
    ).assign(n="158", reference=["absent", "not all", "absent"])

    assert told(table, "estimate") == ["suppressed", "suppressed", "2.5"]


def test_the_reference_within_a_level_is_no_small_count():
    # 30 less 14 and 13 in R/R would be the 3 of arm A there.
    rows = (("B", "R/R", 30, 14), ("C", "R/R", 30, 13), ("B", "MRD", 40, 14))
    rows = (*rows, ("C", "MRD", 40, 14))
    table = models(
        *(("lfs_within_level", "arm", f"{a} in {s}", *its) for a, s, *its in rows),
        *(("os_within_level", "arm", f"{a} in {s}", *its) for a, s, *its in rows[2:]),
    )

    assert told(table, "events_in_level") == ["suppressed"] * 4 + ["14", "14"]


def test_the_note_of_a_hidden_row_counts_nobody():
    note = "Firth: {} events per variable, zero cell; no event in tp53 absent; 12 of "
    note += "40 left out: tp53 missing; only events in tp53 present; fitted in this "
    note += "level alone"
    table = models(
        ("lfs_within_level", "tp53", "present in R/R", 50, 12),
        ("lfs_within_level", "tp53", "present in MRD", 8, 1),
        ("os", "tp53", "present", 50, 12),
    ).assign(note=[note.format(50), note.format(8), "12 of 40 left out: tp53 missing"])

    assert told(table, "note") == [
        *["Firth; fitted in this level alone"] * 2,
        "12 of 40 left out: tp53 missing",
    ]


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


@pytest.mark.parametrize(("tp53_in_rr", "p"), [(12, "suppressed"), (8, "0.03")])
def test_the_test_of_an_interaction_is_hidden_with_its_ratio(tp53_in_rr, p):
    # Of another model, os, the same term is not hidden.
    its = [
        (model, *row)
        for model, in_rr in (("lfs", tp53_in_rr), ("os", 8))
        for row in (
            ("tp53", "present", 94, 13),
            ("arm", "R/R", 94, 56),
            ("both", "tp53 present and arm R/R", 94, in_rr),
        )
    ]
    beside = {"models": models(*its).assign(n="158")}
    row = ("interaction", "lfs", "both", "likelihood ratio", 158, 94, "")
    table = rows_of_tests(row, row)
    few = "; only 1 event in tp53 present and arm MRD"
    table = table.assign(note=[f"model lfs{few}; penalised (Firth)", "model os"])

    shown = shared("tests", table, SMALL, beside)
    assert shown["p"].tolist() == [p, "0.03"]
    assert ("event" in shown["note"].iloc[0]) == (p != "suppressed")
    assert shown["note"].iloc[0].startswith("model lfs; ")
    assert shared("tests", table, SMALL)["p"].tolist() == ["suppressed"] * 2


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
