"""Who is sorted by what is known later had to live until then."""

import copy

import pytest
import yaml

from ballad.inputs.known_later import known_later_problems

KNOWN = {
    "response": "response_date",
    "mrd_response": "mrd_response_date",
    "relapse_cd19": "relapse_date",
    "relapse_emd": "relapse_date",
    "relapsed": "relapse_date",
    "cause_of_death": "death_date",
}


@pytest.fixture
def config(root):
    method = yaml.safe_load((root / "config/config.yaml").read_text(encoding="utf-8"))
    return copy.deepcopy(method)


def texts(config):
    return [str(problem) for problem in known_later_problems(config, KNOWN)]


def test_the_delivered_method_starts_no_time_too_early(config):
    assert texts(config) == []


def curve(config, endpoint, group_by):
    population = config["endpoints"][endpoint]["population"]
    config["statistics"]["curves"]["mine"] = {
        **{"endpoint": endpoint, "population": population},
        **{"group_by": group_by, "title": "by what comes later"},
    }


@pytest.mark.parametrize(
    ("endpoint", "column", "refused"),
    [
        ("os", "response", True),  # responders had to live until the response
        ("os", "mrd_response", True),
        ("os", "relapsed", True),
        ("efs", "response", True),
        ("lfs", "response", False),  # follow-up starts at the response
        ("lfs", "relapse_cd19", True),
        ("os_after_relapse", "relapse_cd19", False),
        ("os_after_relapse", "cause_of_death", True),
        ("os", "sex", False),
    ],
)
def test_a_curve_by_what_is_known_later_is_refused_before_that_date(
    config, endpoint, column, refused
):
    curve(config, endpoint, column)

    found = texts(config)

    assert len(found) == refused
    for text in found:
        assert f"statistics.curves.mine.group_by, value '{column}'" in text
        assert KNOWN[column] in text


def test_a_group_made_of_a_later_column_is_no_way_around(config):
    config["groups"]["responders"] = {
        **{"column": "response", "levels": {"yes": ["CR"], "no": ["NR"]}}
    }
    curve(config, "os", "responders")

    assert len(texts(config)) == 1


def test_a_covariate_that_is_known_later_is_refused_unless_the_bias_is_asked_for(
    config,
):
    config["models"]["os"]["covariates"]["response"] = {"reference": "CR"}
    config["models"]["os"]["strata"] = ["mrd_response"]

    assert [text.split(",")[1] for text in texts(config)] == [
        " column models.os.strata",
        " column models.os.covariates",
    ]
    config["models"]["os"]["allow_immortal_time"] = True
    assert texts(config) == []


def test_a_population_chosen_by_a_response_needs_the_response_as_time_zero(config):
    chosen = {"where": {"response": ["CR"]}}
    config["populations"]["responding"] = {"any": [chosen]}
    config["endpoints"]["mine"] = {
        **{"kind": "time", "from": "treatment_start", "population": "responding"},
        "to": {"death": {"date": "death_date"}},
    }

    (text,) = texts(config)
    assert "endpoints.mine.population, value 'responding'" in text
    assert "chosen by response, known from response_date on" in text

    chosen["eligible_from"] = "response_date"
    config["endpoints"]["mine"]["from"] = "eligibility"
    assert texts(config) == []


@pytest.mark.parametrize("family", ["covariates", "univariable"])
def test_mrd_assessed_after_the_response_is_no_covariate_from_the_response_on(
    config, family
):
    config["models"]["lfs"][family]["mrd_response"] = {"reference": "negative"}

    (text,) = texts(config)

    assert f"models.lfs.{family}" in text
    assert "known from mrd_response_date on, but time starts at eligibility" in text
    assert "time_dependent: mrd_response_date" in text


def test_mrd_may_be_a_covariate_where_it_made_all_eligible(config):
    of_mrd = config["populations"]["remission"]["any"][1]
    config["populations"]["mrd_responders"] = {"any": [of_mrd]}
    config["endpoints"]["lfs"]["population"] = "mrd_responders"
    config["models"] = {"lfs": config["models"]["lfs"]}
    config["models"]["lfs"]["population"] = "mrd_responders"
    config["models"]["lfs"]["covariates"]["mrd_response"] = {"reference": "negative"}
    config["statistics"]["curves"] = {}

    assert texts(config) == []


def test_a_date_counts_only_of_those_who_are_known_by_it(config):
    entry = {"time_dependent": "mrd_response_date", "where": {"relapse_cd19": ["dim"]}}
    config["models"]["lfs"]["covariates"]["mine"] = entry

    (text,) = texts(config)

    assert "models.lfs.covariates.mine.where, value 'relapse_cd19'" in text
    entry["time_dependent"] = "relapse_date"
    assert texts(config) == []
