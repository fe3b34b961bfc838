"""The chapter of interactions: its tests and ratios, and what a shareable one hides."""

import pandas as pd

from ballad.disclosure import SmallCounts
from ballad.report.interactions import interactions_section
from ballad.report.models import models_section
from ballad.shareable import shared
from tests.report.pages import COLUMNS, ROWS, row_of


def frame(name):
    return pd.DataFrame(ROWS[name], columns=COLUMNS[name].split(), dtype=object)


def texts(section, caption):
    (table,) = [
        block.table
        for block in section.blocks
        if block.table and block.table.caption == caption
    ]
    return [
        dict(zip(table.heads, (cell.text for cell in row), strict=True))
        for row in table.rows
    ]


def section(limit=None):
    small, names = SmallCounts(limit), ("models", "tests")
    whole = {name: frame(name) for name in names}
    tables = {name: shared(name, whole[name], small, whole) for name in names}
    return interactions_section(tables["models"], tables["tests"], None)


def test_the_test_of_the_interaction_stands_beside_the_ratios_within_levels():
    (test,) = texts(section(), "Tests of interactions")
    rows = texts(section(), "Ratios within each level")

    assert (test["P"], test["P adjusted"], test["Patients"]) == (
        *("0.023", "0.046"),
        "158",
    )
    assert test["Note"].startswith("model LFS by")
    assert [row["Level"] for row in rows] == [
        "present in R/R vs absent",
        "present in MRD vs absent",
    ]
    assert [row["Events in level"] for row in rows] == ["12", "1"]
    assert rows[0]["Model"] == "LFS by"
    assert rows[0]["Fit"] == "within a level"


def test_a_level_with_few_events_hides_the_other_level_too():
    # Beside 13 events of TP53 in the model, 12 in R/R would give the 1 in MRD.
    rows = texts(section(5), "Ratios within each level")

    for row in rows:
        assert row["Estimate (CI)"] == row["P"] == "suppressed"
        counts = [row[head] for head in ("Patients", "Events", "Events in level")]
        assert counts == ["suppressed"] * 3


def test_rows_within_levels_stand_in_their_own_chapter_only():
    models = models_section(frame("models"), None)

    captions = [block.table.caption for block in models.blocks if block.table]
    assert not any("LFS by" in caption for caption in captions)


def test_a_page_without_interactions_says_so():
    nothing = interactions_section(
        frame("models").iloc[:1], frame("tests").iloc[:0], None
    )

    assert nothing.empty == "No model of the configuration has an interaction."


def test_the_page_shows_figure_and_chapter(write):
    html = write()

    assert 'alt="Forest plot of effects within levels' in html
    assert row_of(html, "interactions", "likelihood ratio")[6] == "0.023"
