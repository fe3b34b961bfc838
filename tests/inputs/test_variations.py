"""Variations of the configuration: merged, checked, and refused where they must be."""

import pytest
import yaml

from ballad.inputs.configuration import without_switched_off
from ballad.inputs.variations import (
    changes_genotypes,
    undated_variations,
    variation_problems,
    varied,
)


@pytest.fixture(scope="module")
def schema(root):
    return yaml.safe_load((root / "workflow/schemas/config.schema.yaml").read_text())


@pytest.fixture
def config(root):
    method = yaml.safe_load((root / "config/config.yaml").read_text())
    cohort = yaml.safe_load((root / "tests/cohort/config.yaml").read_text())
    return without_switched_off({**method, **cohort, "report": method["report"]})


def faults(config, schema, **changes):
    problems = variation_problems({**config, "sensitivity": {"mine": changes}}, schema)
    return [(problem.row, problem.column) for problem in problems]


def test_maps_merge_lists_are_replaced_and_null_switches_off():
    base = {"models": {"lfs": {"covariates": {"age": {"per": 10}, "tp53": {}}}}}
    changes = {"models": {"lfs": {"covariates": {"age": None, "ph": {}}, "beside": []}}}

    assert varied(base, changes) == {
        "models": {"lfs": {"covariates": {"tp53": {}, "ph": {}}, "beside": []}}
    }
    assert base["models"]["lfs"]["covariates"]["age"] == {"per": 10}


def test_a_null_inside_a_variation_survives_until_the_variation_is_run():
    config = {
        "groups": {"old": None},
        "sensitivity": {"mine": {"models": {"lfs": None}}, "not_mine": None},
    }

    assert without_switched_off(config) == {
        "groups": {},
        "sensitivity": {"mine": {"models": {"lfs": None}}},
    }


def test_the_delivered_variations_are_sound(config, schema):
    assert len(config["sensitivity"]) >= 10
    assert variation_problems(config, schema) == []


def test_a_fault_is_named_with_its_variation(config, schema):
    low = {"limit": "few", "keeps": 1}

    assert faults(config, schema, variants={"filters": {"low_vaf": low}}) == [
        ("sensitivity.mine", "variants.filters.low_vaf.keeps"),
    ]
    assert faults(config, schema, models={"lfs": {"population": "nobody"}}) == [
        ("sensitivity.mine", "models.lfs.population")
    ]


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"samples": "other.tsv"}, "sensitivity.mine.samples"),
        ({"genotypes": {"fish": {"fusion_pct": 5}}}, "sensitivity.mine.genotypes.fish"),
        ({"variants": {"batches": 2}}, "sensitivity.mine.variants.batches"),
    ],
)
def test_what_would_read_files_again_is_refused(config, schema, changes, column):
    assert faults(config, schema, **changes) == [("", column)]


def test_genotypes_are_made_again_only_where_they_change():
    assert changes_genotypes({"variants": {"filters": {"low_vaf": {"limit": 0.1}}}})
    assert not changes_genotypes({"models": {"lfs": None}, "groups": {}})


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        (
            {"groups": {"high_burden": {"column": "blasts"}}},
            "groups.high_burden.column",
        ),
        (
            {"groups": {"high_burden": {"levels": {"no": {"at_most": 60}}}}},
            "groups.high_burden.levels",
        ),
        ({"endpoints": {"lfs": {"censor": ["htc_date"]}}}, "endpoints.lfs.censor"),
        (
            {"endpoints": {"response": {"success": ["CRp"]}}},
            "endpoints.response.success",
        ),
    ],
)
def test_a_variation_names_only_columns_and_codes_of_the_cohort(
    config, schema, changes, place
):
    assert faults(config, schema, **changes) == [("sensitivity.mine", place)]


def test_a_variation_of_a_misspelt_group_would_change_nothing(config, schema):
    group = {"column": "marrow_blasts", "levels": {"no": {"below": 5}}}

    assert faults(config, schema, groups={"high_burdn": group}) == [
        ("", "sensitivity.mine.groups.high_burdn")
    ]
    assert faults(config, schema, groups={"low_burden": group}) == []


def test_a_variation_by_a_date_that_the_table_lacks_is_a_warning_with_its_cure(config):
    required = ["patient", "treatment_start", "last_contact"]
    (warning,) = undated_variations(config, required)

    # Of the delivered variations one censors at transplant.
    assert (warning.column, warning.value) == ("sensitivity.hct_censored", "hct_date")
    assert "not estimated" in warning.rule
    assert "sensitivity: {hct_censored: null}" in warning.cure
    assert undated_variations(config, [*required, "hct_date"]) == []
