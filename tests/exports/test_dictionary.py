import re

import pandas as pd
import pytest

from ballad.clinical.cut_points import with_levels
from ballad.exports.dictionary import UNKNOWN, Dictionary
from ballad.genotype import COLUMNS as GENOTYPE_COLUMNS
from ballad.reads.quality import COLUMNS as QUALITY_COLUMNS
from ballad.reads.quality import UNCOVERED
from ballad.states import STATES
from ballad.tables import read_table
from ballad.variants.calls import COLUMNS as VARIANT_COLUMNS


@pytest.fixture(scope="module")
def dictionary(root, delivered):
    return Dictionary(
        read_table(root / "resources/exports/dictionary.tsv").to_dict("records"),
        read_table(root / "resources/clinical/columns.tsv").to_dict("records"),
        read_table(root / "resources/genotypes/lesions.tsv")
        .set_index("lesion")["label"]
        .to_dict(),
        {
            "population": list(delivered["populations"]),
            "endpoint": list(delivered["endpoints"]),
        },
        {name: with_levels(group) for name, group in delivered["groups"].items()},
        STATES,
    )


@pytest.mark.parametrize(
    ("column", "kind", "unit", "codes", "said"),
    [
        ("age", "number", "years", "", "age: at treatment start"),
        ("hct_day", "number", "days since treatment start", "", "first transplant"),
        ("prior_lines", "number", "lines", "", "prior lines"),
        ("tp53", "code", "", "|".join(STATES), "TP53 mutated"),
        ("in_rr", "yes_no", "", "", "in the analysis set rr"),
        (
            "remission_eligible_day",
            "number",
            "days since treatment start",
            "",
            "remission",
        ),
        ("lfs_event", "number", "", "1|0", "outside the population of lfs"),
        ("tp53_status", "code", "", "TP53 wild type|TP53 mutated", "the column tp53"),
        ("x_ward", "text", "", "", "of the cohort's own"),
    ],
)
def test_a_column_of_the_cohort_is_known(dictionary, column, kind, unit, codes, said):
    entry = dictionary.entry("cohort", column)

    assert (entry.kind, entry.unit, entry.codes) == (kind, unit, codes)
    assert said in entry.meaning


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        ("variants", VARIANT_COLUMNS),
        ("genotypes", GENOTYPE_COLUMNS),
        ("quality", QUALITY_COLUMNS),
        ("uncovered", UNCOVERED),
    ],
)
def test_every_column_of_a_table_is_known(dictionary, table, columns):
    unknown = [c for c in columns if dictionary.entry(table, c) == UNKNOWN]

    assert unknown == []


def test_kinds_are_the_four_that_the_exports_know(root):
    listed = read_table(root / "resources/exports/dictionary.tsv")

    assert set(listed["kind"]) == {"text", "code", "number", "yes_no"}
    assert not listed.duplicated(["table", "column"]).any()
    assert (listed["meaning"] != "").all()


def test_a_reason_of_a_variant_is_another_than_a_reason_of_the_flow(dictionary):
    tables = {"variants": pd.DataFrame(columns=["reason"])}

    (row,) = dictionary.rows(tables).to_dict("records")

    assert row["meaning"].startswith("first filter")


def test_every_table_that_a_rule_writes_is_in_the_workbook_and_dictionary(root):
    listed = set(read_table(root / "resources/exports/tables.tsv")["file"])
    rules = [path.read_text() for path in (root / "workflow/rules").glob("*.smk")]
    written = {
        name
        for text in rules
        for name in re.findall(r"<results>/((?:checks/)?[a-z_]+\.tsv)", text)
    }

    assert len(written) > 30
    assert written <= listed
