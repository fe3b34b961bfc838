import copy

import pytest
import yaml

from ballad.inputs.configuration import checkable, configuration_problems


@pytest.fixture
def schema(root):
    return yaml.safe_load((root / "workflow/schemas/config.schema.yaml").read_text())


@pytest.fixture
def config(root):
    method = yaml.safe_load((root / "config/config.yaml").read_text())
    cohort = yaml.safe_load((root / "tests/cohort/config.yaml").read_text())
    cohort["report"] = {**method["report"], **cohort["report"]}
    return copy.deepcopy({**method, **cohort})


def texts(config, schema):
    return [str(problem) for problem in configuration_problems(config, schema)]


def test_a_sound_configuration_is_its_own_sound_part(config, schema):
    assert checkable(config, schema) == config


def test_faults_of_shape_and_names_nothing_defines_stand_in_one_list(config, schema):
    config["varants"] = {}
    config["variants"]["batches"] = 0
    config["models"]["lfs"]["population"] = "everyone"
    config["models"]["os"]["metod"] = "cox"
    config["endpoints"]["os"]["population"] = "remission"

    found = texts(config, schema)

    places = ["varants", "variants.batches", "models.lfs.population"]
    places += ["models.os.metod", "endpoints.os.population"]
    for place in places:
        assert any(f"column {place}" in text for text in found), place
    # models.os of a population known later, and the endpoint itself
    assert len(found) == 5


BROKEN = [
    ("populations", "remission", {"any": "all"}),
    ("endpoints", "lfs", {"kind": "times"}),
    ("groups", "tp53_status", {"column": "tp53"}),
    ("models", "lfs", {"method": "regression"}),
    ("models", "nrm", {"method": "regression"}),
]


@pytest.mark.parametrize(("section", "name", "broken"), BROKEN)
def test_what_refers_to_an_entry_of_wrong_shape_is_not_accused(
    config, schema, section, name, broken
):
    config[section][name] = broken

    found = texts(config, schema)

    assert found
    assert all(f"column {section}.{name}" in text for text in found)


@pytest.mark.parametrize("section", ["populations", "endpoints", "statistics"])
def test_without_a_whole_section_only_that_is_told(config, schema, section):
    del config[section]

    (text,) = texts(config, schema)

    assert f"'{section}' is a required property" in text
    assert checkable(config, schema) is None
