import math

import pandas as pd
import pytest
from compare_published import main

from ballad.outcomes.published import COLUMNS, DECLARED, compare, fits
from ballad.problems import InputError
from ballad.tables import read_table

COHORT = pd.DataFrame(
    {
        "patient": ["1", "2", "3", "4"],
        "indication": ["rr", "rr", "mrd", "rr"],
        "relapse_cd19": ["negative", "", "unknown", "negative"],
        "hct_day": ["30", "", "50", "90"],
        "relapse_day": ["60", "70", "", "90"],
    }
)
MODEL = {"model": "cd19", "method": "firth_cox", "term": "tp53", "p": "0.004"}


def declared(**cells):
    plain = dict.fromkeys(DECLARED, "") | {
        **{"id": "X", "quantity": "x", "table": "cohort", "measure": "count"},
        **{
            "tolerance": "none",
            "scored": "yes",
            "basis": "stated",
            "source": "a paper",
        },
    }
    return pd.DataFrame([plain | cells])


def only_row(published, **tables):
    return compare(published, {"cohort": COHORT, **tables}).iloc[0]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("", [True, True, True, True]),
        ("indication=rr", [True, True, False, True]),
        ("indication!=rr", [False, False, True, False]),
        ("relapse_cd19=unknown|", [False, True, True, False]),  # nothing after |: empty
        ("indication=rr; relapse_cd19=negative", [True, False, False, True]),
        # On the same day the relapse comes first; a missing day is not earlier.
        ("hct_day<relapse_day", [True, False, False, False]),
    ],
)
def test_a_condition_selects_the_rows_that_fit_all_its_parts(condition, expected):
    assert fits(COHORT, condition).tolist() == expected


def test_a_count_is_the_number_of_rows_and_must_be_equal():
    row = only_row(declared(where="indication=rr", published="3", tolerance="exact"))

    assert (row["ours"], row["within"], row["patients"]) == (3, "yes", "3")


def test_a_proportion_has_the_wilson_interval():
    row = only_row(
        declared(
            measure="proportion", where="relapse_cd19=negative", of="indication=rr"
        )
    )

    # 2 of 3: Wilson centre (2 + 1.92073) / (3 + 3.84146) = 0.57309
    assert row["ours"] == pytest.approx(2 / 3)
    assert (row["ours_low"] + row["ours_high"]) / 2 == pytest.approx(0.57309, abs=1e-5)
    assert row["patients"] == "2"


@pytest.mark.parametrize(
    ("ours", "within"),
    [
        # log 6.84 = 1.923, SE = log(17.45/2.68) / 3.92 = 0.478; 2 SE = 0.956
        (math.exp(1.923 - 0.95), "yes"),
        (math.exp(1.923 - 0.96), "no"),
        (math.exp(1.923 + 0.95), "yes"),
        (math.exp(1.923 + 0.96), "no"),
    ],
)
def test_a_hazard_ratio_is_judged_by_two_published_standard_errors(ours, within):
    models = pd.DataFrame(
        [MODEL | {"estimate": str(ours), "ci_low": "1", "ci_high": ""}]
    )
    published = declared(
        **{"table": "models", "measure": "value", "column": "estimate"},
        **{"where": "model=cd19; term=tp53", "tolerance": "log_se", "limit": "2"},
        **{"published": "6.84", "published_low": "2.68", "published_high": "17.45"},
    )

    row = only_row(published, models=models)

    assert row["within"] == within
    assert row["ours_low"] == 1
    assert pd.isna(row["ours_high"])


@pytest.mark.parametrize(
    ("low", "high", "within"),
    [("3", "", "yes"), ("4", "", "no"), ("", "3", "yes"), ("", "2", "no")],
)
def test_a_bound_itself_is_inside(low, high, within):
    row = only_row(
        declared(
            where="indication=rr",
            published_low=low,
            published_high=high,
            tolerance="interval",
        )
    )

    assert row["within"] == within


@pytest.mark.parametrize(
    ("tolerance", "limit", "within"),
    [
        ("below", "0.01", "yes"),
        ("below", "0.004", "no"),  # P < limit is strict
        ("above", "0.003", "yes"),
        ("above", "0.05", "no"),
    ],
)
def test_the_smallest_p_is_compared_with_the_limit(tolerance, limit, within):
    models = pd.DataFrame(
        [MODEL, MODEL | {"term": "ph", "p": ""}, MODEL | {"p": "0.2"}]
    )
    published = declared(
        table="models",
        measure="smallest",
        column="p",
        tolerance=tolerance,
        limit=limit,
    )

    row = only_row(published, models=models)

    assert (row["ours"], row["within"]) == (0.004, within)


def test_an_empty_estimate_is_not_estimable():
    models = pd.DataFrame([MODEL | {"estimate": "", "ci_low": "", "ci_high": ""}])
    published = declared(
        table="models",
        measure="value",
        column="estimate",
        published="2",
        tolerance="exact",
    )

    assert only_row(published, models=models)["within"] == "not estimable"


def test_a_column_this_run_does_not_have_is_not_estimable():
    published = declared(where="emd_active=yes", published="2", tolerance="exact")

    assert only_row(published)["within"] == "not estimable"


def test_an_unscored_row_shows_our_value_without_a_verdict():
    row = only_row(declared(where="indication=rr", published="9", scored="no"))

    assert (row["ours"], row["within"]) == (3, "not scored")


def test_derived_bounds_are_called_derived():
    published = declared(published_low="3", tolerance="interval", basis="derived")

    assert only_row(published)["tolerance"] == "at least 3; derived"


def test_several_rows_where_one_is_meant_are_an_error():
    models = pd.DataFrame([MODEL | {"estimate": "1"}, MODEL | {"estimate": "2"}])
    published = declared(table="models", measure="value", column="estimate")

    with pytest.raises(ValueError, match="X: 2 rows of models"):
        only_row(published, models=models)


def test_all_faults_of_a_published_table_are_listed_at_once():
    published = declared(measure="median", tolerance="near", published="about 3")

    with pytest.raises(InputError, match=r"(?s)3 problems.*median.*near.*about 3"):
        only_row(published)


def test_every_row_of_the_delivered_table_is_sound_and_names_its_source(root):
    published = read_table(root / "resources/published/aldoss2025.tsv")

    compared = compare(published, {"cohort": COHORT})

    assert (published["source"] != "").all()
    assert {f"T{n}" for n in range(1, 21)} == {
        identifier.rstrip("abcdw") for identifier in compared["id"]
    }
    unscored = compared.loc[compared["within"] == "not scored", "id"]
    assert {"T19a", "T19b", "T20a", "T20b"} <= set(unscored)


def test_without_a_published_table_the_comparison_is_a_header(tmp_path):
    for name in ("cohort", "response", "survival_summary", "tests", "models"):
        (tmp_path / name).write_text("patient\n")
    names = ("cohort", "response", "survival_summary", "tests", "models")
    inputs = {name: str(tmp_path / name) for name in names}

    main(**inputs, published=[], comparison=str(tmp_path / "comparison.tsv"))

    comparison = read_table(tmp_path / "comparison.tsv")
    assert list(comparison) == COLUMNS
    assert comparison.empty
