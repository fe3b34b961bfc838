import pandas as pd
import pytest

from ballad.disclosure import SmallCounts
from ballad.shareable import shareable_tables, shared
from ballad.tables import read_table

SMALL = SmallCounts(5)


def table(columns: str, *rows: str) -> pd.DataFrame:
    names = columns.split()
    cells = [[cell.replace("_", " ").strip() for cell in row.split()] for row in rows]
    cells = [["" if cell == "." else cell for cell in row] for row in cells]
    return pd.DataFrame(cells, columns=names, dtype=object)


RESPONSE = "endpoint group_by group n responders rate ci_low ci_high"


def test_a_small_group_has_no_rate():
    shown = shared(
        "response",
        table(
            RESPONSE,
            "r . all 30 20 0.67 0.5 0.8",
            "r g A 20 12 0.6 0.4 0.8",
            "r g B 7 6 0.86 0.4 0.9",  # one did not respond
            "r g C 4 0 0 0.0 0.5",
        ),
        SMALL,
    ).set_index("group")

    assert list(shown.loc["all", ["n", "responders", "rate"]]) == ["30", "20", "0.67"]
    assert list(shown.loc["A", ["n", "responders", "rate"]]) == ["20", "12", "0.6"]
    assert list(shown.loc["B", ["n", "rate"]]) == ["suppressed", "suppressed"]
    assert list(shown.loc["C", ["n", "responders"]]) == ["<5", "<5"]


def test_a_single_hidden_group_does_not_follow_from_the_total():
    shown = shared(
        "response",
        table(
            RESPONSE,
            "r . all 33 20 0.6 0.5 0.8",
            "r g A 20 12 0.6 0.4 0.8",
            "r g B 10 5 0.5 0.4 0.9",
            "r g C 3 2 0.67 0.1 0.9",
        ),
        SMALL,
    ).set_index("group")

    # 33 - 20 - 10 would be 3: the smaller of A and B is hidden too.
    assert shown["n"].to_dict() == {
        **{"all": "33", "A": "20", "B": "suppressed", "C": "<5"}
    }


def test_a_level_follows_neither_from_its_column_nor_from_its_row():
    columns = "characteristic level group n value missing test p smd group_by"
    sizes = (("all", 55, "."), ("A", 42, "g"), ("B", 13, "g"))
    rows = [f"patients . {group} {n} {n} 0 . . . {by}" for group, n, by in sizes]
    rows += [
        f"sex {level} {group} {n} {n}(50%) 0 . . . {by}"
        for level, group, n, by in (
            *(("F", "all", 30, "."), ("M", "all", 25, ".")),
            *(("F", "A", 20, "g"), ("M", "A", 22, "g")),
            *(("F", "B", 10, "g"), ("M", "B", 3, "g")),
        )
    ]

    shown = shared("table_one", table(columns, *rows), SMALL)
    shown = shown[shown["characteristic"] == "sex"]

    by_place = {(r["level"], r["group"]): r["n"] for r in shown.to_dict("records")}
    assert by_place == {
        **{("F", "all"): "30", ("M", "all"): "25", ("M", "B"): "<5"},
        # F of B follows from B, M of A from M, F of A from both.
        **{("F", "B"): "suppressed", ("M", "A"): "suppressed"},
        **{("F", "A"): "suppressed"},
    }
    assert set(shown.loc[shown["n"] == "suppressed", "value"]) == {"suppressed"}


def test_an_estimate_of_few_events_is_hidden_and_its_note_too():
    columns = (
        "model method term level n events events_in_level estimate ci_low ci_high p "
    )
    shown = shared(
        "models",
        table(
            columns + "p_adjusted note",
            "m cox tp53 present 50 20 10 2.0 1.1 3.0 0.02 . 3_of_53_left_out",
            "m cox ph present 50 20 2 4.0 1.1 9.0 0.04 . .",
        ),
        SMALL,
    )

    assert shown["estimate"].tolist() == ["2.0", "suppressed"]
    assert shown["events_in_level"].tolist() == ["10", "<5"]
    assert shown["note"].tolist() == ["<5 left out", ""]


def test_patterns_are_told_one_feature_at_a_time():
    rows = [
        f". all {cd19} {emd} {n} 30 0"
        for cd19, emd, n in (
            *(("negative", "none", 8), ("negative", "combined", 4)),
            *(("positive", "none", 12), ("positive", "combined", 6)),
        )
    ]

    shown = shared(
        "relapse_patterns",
        table("group_by group cd19 emd n denominator percent", *rows),
        SMALL,
    )

    told = {
        (r["cd19"], r["emd"]): (r["n"], r["percent"]) for r in shown.to_dict("records")
    }
    assert told == {
        ("negative", "all"): ("12", "40"),
        ("positive", "all"): ("18", "60"),
        ("all", "none"): ("20", "66.66666667"),
        ("all", "combined"): ("10", "33.33333333"),
    }


def test_a_pair_of_lesions_with_a_small_cell_has_no_odds_ratio():
    columns = "lesion_1 lesion_2 both first second neither odds_ratio p p_adjusted"

    (row,) = shared(
        "co_occurrence", table(columns, "a b 2 30 40 100 0.2 0.01 0.02"), SMALL
    ).to_dict("records")

    cells = ("both", "first", "second", "neither", "odds_ratio", "p")
    assert [row[cell] for cell in cells] == ["suppressed"] * 6


def test_a_finer_grouping_does_not_give_a_hidden_coarser_one_away():
    # VAF groups of 6 and 8 would give 14 mutated, and 18 - 14 = 4 wild type.
    rows = [
        f"{by} {group} {cd19} none {n} 40 0"
        for by, group, cd19, n in (
            *(("tp53", "wt", "negative", 4), ("tp53", "wt", "positive", 20)),
            *(("tp53", "mut", "negative", 14), ("tp53", "mut", "positive", 20)),
            *(("vaf", "low", "negative", 6), ("vaf", "low", "positive", 10)),
            *(("vaf", "high", "negative", 8), ("vaf", "high", "positive", 10)),
        )
    ]

    shown = shared(
        "relapse_patterns",
        table("group_by group cd19 emd n denominator percent", *rows),
        SMALL,
    )

    assert set(shown.loc[shown["cd19"] != "all", "n"]) == {"suppressed"}


def test_only_aggregated_tables_may_leave_the_house(root):
    listed = read_table(root / "resources/exports/tables.tsv").set_index("table")[
        "level"
    ]

    assert set(listed[listed == "aggregate"].index) == shareable_tables()


def test_a_table_that_nobody_judged_stays_in_the_house():
    with pytest.raises(KeyError):
        shared("cohort", table("patient", "P1"), SMALL)


def test_a_difference_of_two_groups_does_not_give_the_small_one_away():
    # 22 together less the 20 that are shown would give the 2.
    columns = "endpoint population group_by group n events statistic time_months value"
    rows = [
        ("os", "all", "tp53", "wild", "20", "10", "median", "", "9"),
        ("os", "all", "tp53", "mutated", "2", "2", "median", "", "3"),
        ("os", "all", "tp53", "mutated - wild", "22", "12", "rmst_difference", "36"),
        ("os", "all", "sex", "F", "11", "5", "median", "", "9"),
        ("os", "all", "sex", "M", "11", "5", "median", "", "9"),
        ("os", "all", "sex", "M - F", "22", "10", "rmst_difference", "36"),
    ]
    rows = [(*row, "-5")[:9] for row in rows]
    summary = pd.DataFrame(rows, columns=columns.split(), dtype=object)
    summary = summary.assign(ci_low="", ci_high="", note="")

    shown = shared("survival_summary", summary, SMALL).set_index("group")

    counted = ["n", "events", "value"]
    assert list(shown.loc["mutated - wild", counted]) == ["suppressed"] * 3
    assert list(shown.loc["M - F", counted]) == ["22", "10", "-5"]
