"""The methods say what the configuration does, and cite what the table knows."""

import pandas as pd
import pytest
import yaml

from ballad.report.methods import Cited, methods_section, methods_text
from ballad.tables import read_table

VERSIONS = {"ballad": "0.1.0", "lifelines": "0.30.3", "pandas": "2.3.3"}


@pytest.fixture
def config(root):
    return yaml.safe_load((root / "config/config.yaml").read_text())


@pytest.fixture
def references(root):
    return read_table(root / "resources/report/references.tsv")


def text(config, references):
    return "\n".join(methods_text(config, VERSIONS, Cited(references)))


def test_limits_are_those_of_the_configuration(config, references):
    config["variants"]["filters"]["low_vaf"]["limit"] = 0.07
    config["variants"]["assay_limits"] = {"wes": {"low_depth": 30}}
    config["statistics"] |= {"min_events": 9, "ties": "breslow", "rmst_months": 30}

    said = text(config, references)

    assert "variant allele fraction of at least 7%" in said
    assert "depth of at least 100 (WES 30)" in said
    assert "at most 0.1% in every population" in said
    assert "fewer than 9 events are not estimated" in said
    assert "Breslow ties" in said
    assert "up to 30 months" in said


def test_the_day_of_eligibility_is_that_of_each_population(config, references):
    config["populations"]["remission"]["any"][0]["within_days"] = 60

    said = text(config, references)

    assert "remission: response within 60 days or MRD response within 84 days" in said
    assert "EFS: from treatment start to the first of no response, relapse and" in said


def test_a_method_that_nothing_uses_is_not_described(config, references):
    models = config["models"]
    config["models"] = {"response": models["response"]}
    config["statistics"] |= {"curves": {}, "incidences": {}}

    said = text(config, references)

    for method in ("Kaplan", "Cox", "Mantel", "Gray", "transplant", "Aalen"):
        assert method not in said
    assert "logistic" in said


def test_every_date_that_a_covariate_begins_on_is_named(config, references):
    config["models"]["lfs"]["covariates"] = {
        "mrd_negative": {"time_dependent": "mrd_response_date"}
    }

    said = text(config, references)

    assert "unexposed before the day of MRD response and exposed from then on" in said
    assert "Transplant in ongoing remission" in said


def test_a_model_that_allows_immortal_time_is_called_biased(config, references):
    config["models"]["ever"] = {
        **config["models"]["lfs"],
        "covariates": {"hct_ever": {}},
        "allow_immortal_time": True,
    }

    assert "ever) are immortal-time biased" in text(config, references)


def test_references_are_numbered_as_cited_and_all_listed(config, references):
    cited = Cited(references)

    paragraphs = methods_text(config, VERSIONS, cited)
    numbers = [number for number, _ in cited.listed()]

    assert numbers == list(range(1, len(numbers) + 1))
    found = [f"[{number}" in " ".join(paragraphs) for number in (1, 10)]
    assert all(found)
    assert cited("kaplan_meier") == "[1]"


def test_a_missing_reference_is_named(references):
    with pytest.raises(ValueError, match="reference firth is cited but not in"):
        Cited(references[references["reference"] != "firth"])("firth")


def test_versions_of_the_programs_that_calculate_are_named(config, references):
    said = text(config, references)

    assert "Software: ballad 0.1.0, lifelines 0.30.3." in said


def test_the_chapter_has_paragraphs_and_references(config, references):
    versions = pd.DataFrame(VERSIONS.items(), columns=["name", "version"])

    section = methods_section(config, versions, references)

    assert section.name == "methods"
    assert len(section.blocks[0].words) >= 8
    assert section.blocks[1].table.heads == ["Number", "Reference"]


def test_interactions_are_said_to_be_tested_by_likelihood_ratio(config, references):
    said, within = (
        "Interactions are tested by likelihood ratio",
        "patients of the level",
    )
    assert said in text(config, references)
    assert within in text(config, references)

    for model in config["models"].values():
        for entry in model["covariates"].values():
            entry.pop("within", None)
    assert said in text(config, references)
    assert within not in text(config, references)

    config["models"] = {"lfs": config["models"]["lfs"]}
    assert said not in text(config, references)


def test_the_influence_of_patients_is_said_to_be_an_approximation(config, references):
    assert "dfbeta, the first-order approximation" in text(config, references)
