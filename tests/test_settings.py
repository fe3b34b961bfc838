from dataclasses import fields

import yaml

from ballad.settings import Assay, ClinicalTable, Settings, Variants


def schema_of(root):
    return yaml.safe_load((root / "workflow/schemas/config.schema.yaml").read_text())


def names(kind):
    return {field.name for field in fields(kind)}


def test_schema_and_settings_hold_the_same_keys(root):
    properties = schema_of(root)["properties"]

    assert names(Settings) == set(properties)
    assert names(Variants) == set(properties["variants"]["properties"])
    assert names(ClinicalTable) == set(properties["clinical"]["properties"])
    assert names(Assay) == set(
        properties["assays"]["additionalProperties"]["properties"]
    )


def test_the_method_names_no_cohort(root):
    method = yaml.safe_load((root / "config/config.yaml").read_text())

    cohort_keys = {"cohort", "samples", "cytogenetics", "curation", "clinical"}
    assert not cohort_keys & set(method)
    assert not {"assays", "published", "reference", "compare_with"} & set(method)


def test_a_plain_clinical_table_has_iso_dates_and_our_names():
    clinical = ClinicalTable.from_config({"table": "clinical.tsv"})

    assert (clinical.times, clinical.date_format) == ("dates", "%Y-%m-%d")
    assert clinical.columns == {}


def test_coverage_is_not_assumed_unless_the_assay_says_so():
    assert Assay.from_config({"type": "dna_panel"}).assume_covered is False
