"""REMARK and STROBE: whole, filled where the run knows, open where it does not."""

import pandas as pd
import pytest
import yaml

from ballad.report.checklists import (
    TO_BE_COMPLETED,
    checklist_rows,
    checklists_section,
)
from ballad.report.parts import SmallCells
from ballad.tables import read_table

SUMMARY = (
    "endpoint population group_by group n events statistic time_months value"
).split()
TABLES = {
    "cohort": pd.DataFrame({"patient": ["007", "008"]}),
    "models": pd.DataFrame(
        {"model": ["lfs"] * 2 + ["lfs_univariable"] + ["lfs_within_level"] * 2}
    ),
    "tests": pd.DataFrame({"analysis": ["survival", "interaction"]}),
    "survival_summary": pd.DataFrame(
        [
            ["os", "all", "", "all", "90", "40", "median", "", "20"],
            ["os", "all", "", "all", "90", "40", "follow_up_median", "", "41.25"],
            ["lfs", "remission", "", "all", "9", "3", "median", "", "20"],
        ],
        columns=SUMMARY,
    ),
}
INTERNAL, SHAREABLE = SmallCells.of("internal", 5), SmallCells.of("shareable", 5)


@pytest.fixture
def config(root):
    return yaml.safe_load((root / "config/config.yaml").read_text())


@pytest.fixture
def items(root):
    return read_table(root / "resources/report/checklists.tsv")


def answers(items, config, small=INTERNAL, tables=TABLES):
    rows = checklist_rows(items, config, tables, small)
    return {(row[0], row[1]): row[-1] for row in rows}


def test_both_checklists_are_whole(items):
    numbers = items.groupby("checklist")["item"].apply(list)

    assert numbers["REMARK"] == [str(item) for item in range(1, 21)]
    assert numbers["STROBE"] == [str(item) for item in range(1, 23)]
    assert (items["source"] != "").all()


def test_what_the_run_knows_is_filled_in(items, config):
    said = answers(items, config)

    assert "41.2 months" in said["REMARK", "6"]
    assert said["REMARK", "15"].startswith("models.tsv: 1 estimate of 1 model")
    assert "cut-points of high burden" in said["REMARK", "11"]
    assert "OS (all patients) 40 of 90" in said["STROBE", "15"]


def test_an_item_about_both_kinds_of_estimates_counts_both(items, config):
    said = answers(items, config)

    assert said["STROBE", "16"].count("models.tsv: ") == 2
    assert "41.2 months" in said["STROBE", "14"]
    assert "covariates" in said["STROBE", "7"]
    assert "by TP53 status" in said["REMARK", "14"]


def test_what_only_authors_know_is_left_open(items, config):
    said = answers(items, config)

    for item in (("REMARK", "3"), ("STROBE", "22"), ("REMARK", "20")):
        assert said[item] == TO_BE_COMPLETED


def test_a_shareable_report_tells_no_small_number_of_events(items, config):
    assert "3 of 9" in answers(items, config)["STROBE", "15"]
    assert "3 of 9" not in answers(items, config, SHAREABLE)["STROBE", "15"]


def test_what_is_suppressed_fills_no_item(items, config):
    summary = TABLES["survival_summary"]
    hidden = summary.assign(events="suppressed", value="suppressed")

    said = answers(
        items, config, SHAREABLE, {**TABLES, "survival_summary": hidden}
    ).values()

    assert any("no median follow-up" in text for text in said)
    assert not any("suppressed" in text for text in said)


def test_an_item_filled_by_something_unknown_is_an_error(items, config):
    wrong = items.assign(filled_by="weather")

    with pytest.raises(ValueError, match="filled_by weather has no answer"):
        checklist_rows(wrong, config, TABLES, INTERNAL)


def test_the_chapter_counts_what_is_left_to_the_authors(items, config):
    section = checklists_section(items, config, TABLES, INTERNAL)

    assert [block.folded.split(":")[0] for block in section.blocks] == [
        "REMARK",
        "STROBE",
    ]
    assert section.blocks[0].table.heads == ["Item", "Topic", "Asks for", "Answer"]
