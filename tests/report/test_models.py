"""The chapter of the models: what is warned of, and which fit a row is of."""

import pandas as pd

from ballad.disclosure import SmallCounts
from ballad.outcomes.model_data import ASSUMED as WRITTEN
from ballad.outcomes.models import COLUMNS
from ballad.report.models import (
    ASSUMED,
    headline_rows,
    model_row,
    models_section,
)
from ballad.shareable import shared


def section(*rows):
    """Return the chapter of rows of (model, term, note)."""
    plain = dict.fromkeys(COLUMNS, "")
    named = [
        {**plain, "model": model, "term": term, "note": note}
        for model, term, note in rows
    ]
    return models_section(pd.DataFrame(named), None)


def test_not_assessed_counted_as_absent_is_a_warning_of_the_report():
    said = section(("lfs", "tp53", f"3 not assessed {WRITTEN}"), ("lfs", "age", ""))

    (warning,) = [text for text in said.blocks[0].words if text.startswith("Warning")]
    assert "of TP53 the patients who were not assessed count as absent" in warning
    assert len(section(("lfs", "tp53", "")).blocks[0].words) == 1


def test_the_words_that_the_report_looks_for_are_those_of_the_models():
    assert ASSUMED == WRITTEN


def test_a_model_and_its_periods_stand_in_one_table():
    said = section(("lfs", "tp53", ""), ("lfs_by_period", "tp53", ""))

    assert len(said.blocks) == 2


def test_a_ratio_beside_a_hidden_count_is_hidden_in_its_row_and_in_the_headline():
    # 24 events less the 21 of the level leave 3 at the reference.
    few = {**dict.fromkeys(COLUMNS, ""), "model": "lfs", "term": "tp53"}
    few |= {"n": "60", "events": "24", "events_in_level": "21"}
    few |= {"estimate": "2.5", "ci_low": "1.1", "ci_high": "4", "p": "0.01"}

    models = shared("models", pd.DataFrame([few]), SmallCounts(5))
    row = model_row(models.iloc[0].to_dict())
    (headline,) = headline_rows(models, ["lfs"])

    assert [row[place].text for place in (3, 4)] == ["suppressed"] * 2
    assert [row[place] for place in (7, 8)] == ["suppressed"] * 2
    assert headline[2:4] == ["suppressed"] * 2
    assert "2.50" in model_row(few)[3].text


def test_the_headline_of_what_is_not_estimable_says_only_why():
    row = {**dict.fromkeys(COLUMNS, ""), "model": "lfs", "term": "tp53"}
    row["note"] = "not estimable: 1 event, fewer than 5; 2 of 18 left out: tp53 missing"

    (headline,) = headline_rows(pd.DataFrame([row]), ["lfs"])

    assert headline[2] == "not estimable: 1 event, fewer than 5"
