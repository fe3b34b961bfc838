import copy

import pytest
import yaml

from ballad.inputs.configuration import (
    configuration_problems,
    located,
    without_switched_off,
)


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


def test_the_delivered_method_with_a_cohort_has_no_problem(config, schema):
    assert texts(config, schema) == []


def test_without_a_cohort_the_message_says_how_to_name_one(config, schema):
    del config["cohort"]

    assert "make run CONFIG=" in texts(config, schema)[0]


def test_a_misspelt_key_is_named_with_the_nearest_known_one(config, schema):
    config["variants"]["min_fraction_coverd"] = 0.9

    (text,) = texts(config, schema)

    assert "variants.min_fraction_coverd" in text
    assert "did you mean 'min_fraction_covered'?" in text


def test_all_faults_are_listed_at_once(config, schema):
    config["variants"]["batches"] = 0
    config["genome_build"] = "hg19"
    del config["samples"]

    found = "\n".join(texts(config, schema))

    assert "column variants.batches, value '0'" in found
    assert "value 'hg19'" in found
    assert "'samples' is a required property" in found


@pytest.mark.parametrize(
    ("section", "name", "change", "expected"),
    [
        ("models", "lfs", {"population": "everyone"}, "value 'everyone': is defined"),
        ("models", "lfs", {"endpoint": "pfs"}, "value 'pfs': is defined nowhere"),
        ("models", "nrm", {"cause": "dead"}, "use one of cd19_negative"),
        ("models", "lfs", {"method": "logistic"}, "does not fit the time endpoint"),
        ("models", "response", {"method": "cox"}, "does not fit the binary endpoint"),
        ("endpoints", "lfs", {"population": "x"}, "endpoints.lfs.population"),
        ("populations", "relapsed", {"within": "x"}, "populations.relapsed.within"),
    ],
)
def test_a_name_that_nothing_defines_is_refused(
    config, schema, section, name, change, expected
):
    config[section][name] = {**config[section][name], **change}

    assert expected in "\n".join(texts(config, schema))


def test_null_switches_an_entry_off_and_stays_where_it_is_a_value():
    config = {"models": {"lfs": None, "os": {"a": 1}}, "published": None}

    assert without_switched_off(config) == {
        "models": {"os": {"a": 1}},
        "published": None,
    }


def test_null_in_a_list_stands_for_missing():
    where = {"where": {"relapse_cd19": ["unknown", None]}}

    assert without_switched_off(where) == where


def test_a_delivered_table_is_found_from_any_folder(tmp_path, monkeypatch, root):
    monkeypatch.chdir(tmp_path)

    assert located("config/config.yaml", root) == str(root / "config/config.yaml")


def test_a_table_of_the_working_folder_comes_first(tmp_path, monkeypatch, root):
    (tmp_path / "config").mkdir()
    (tmp_path / "config/config.yaml").write_text("")
    monkeypatch.chdir(tmp_path)

    assert located("config/config.yaml", root) == "config/config.yaml"


def test_ever_transplanted_is_refused_unless_the_model_allows_immortal_time(
    config, schema
):
    model = copy.deepcopy(config["models"]["cd19_negative_relapse"])
    model["covariates"]["hct_ever"] = {}
    config["models"]["biased"] = model

    (text,) = texts(config, schema)

    assert "models.biased.covariates.hct_ever" in text
    assert "hct_time_dependent" in text

    model["allow_immortal_time"] = True

    assert texts(config, schema) == []


def test_fine_gray_with_a_time_dependent_covariate_is_refused(config, schema):
    model = copy.deepcopy(config["models"]["cd19_negative_relapse"])
    config["models"]["meaningless"] = {**model, "method": "fine_gray"}

    (text,) = texts(config, schema)

    assert "models.meaningless.method" in text
    assert "time-dependent covariate (hct_time_dependent)" in text
