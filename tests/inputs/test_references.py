import copy

import pytest
import yaml

from ballad.genotype import COLUMNS
from ballad.inputs.references import column_problems
from ballad.tables import read_table


@pytest.fixture
def config(root):
    method = yaml.safe_load((root / "config/config.yaml").read_text(encoding="utf-8"))
    return copy.deepcopy({**method, "clinical": {"columns": {"cns_date": "theirs"}}})


@pytest.fixture
def texts(root):
    known = read_table(root / "resources/clinical/columns.tsv").to_dict("records")
    return lambda config: [str(p) for p in column_problems(config, known, COLUMNS)]


def test_every_column_of_the_delivered_method_is_known(config, texts):
    assert texts(config) == []


def test_an_interaction_is_no_column_of_the_cohort(config, texts):
    covariates = config["models"]["lfs"]["covariates"]
    covariates["both"] = {"interaction": ["tp53", "indication_group"]}

    assert texts(config) == []


def event(**changes):
    return {
        "kind": "time",
        "from": "eligibility",
        "to": {"cns": {"date": "relapse_date", "where": {}, **changes}},
        "population": "remission",
    }


@pytest.mark.parametrize(
    ("section", "entry", "place", "cure"),
    [
        (
            "endpoints",
            event(where={"relapse_emd_sit": ["CNS"]}),
            "endpoints.mine.to.cns.where, value 'relapse_emd_sit'",
            "did you mean 'relapse_emd_site'?",
        ),
        (
            "endpoints",
            event(date="relaps_date"),
            "endpoints.mine.to.cns.date, value 'relaps_date'",
            "did you mean 'relapse_date'?",
        ),
        (
            "groups",
            {"column": "agee", "levels": {"no": {"below": 60}}},
            "groups.mine.column, value 'agee'",
            "did you mean 'age'?",
        ),
        (
            "models",
            {"endpoint": "os", "population": "all", "covariates": {"tp35": {}}},
            "models.mine.covariates, value 'tp35'",
            "did you mean 'tp53'?",
        ),
        (
            "populations",
            {"any": [{"where": {"indicaton": ["rr"]}}]},
            "populations.mine.where, value 'indicaton'",
            "did you mean 'indication'?",
        ),
    ],
)
def test_a_misspelt_column_is_named_with_the_nearest_known_one(
    config, texts, section, entry, place, cure
):
    config[section]["mine"] = entry

    (text,) = texts(config)

    assert place in text
    assert cure in text


def test_mapped_columns_and_columns_of_ones_own_are_known(config, texts):
    config["endpoints"]["mine"] = event(date="cns_date", where={"x_ward": ["A"]})

    assert texts(config) == []


@pytest.mark.parametrize(
    ("levels", "overlap"),
    [
        ({"no": {"below": 60}, "yes": {"at_least": 60}}, None),
        ({"no": {"at_most": 60}, "yes": {"at_least": 60}}, "value '60'"),
        ({"no": {"below": 60}, "yes": {"at_least": 50}}, "value '50'"),
        ({"a": ["x", "y"], "b": ["z"]}, None),
        ({"a": ["x", "y"], "b": ["y"]}, "value 'y'"),
    ],
)
def test_a_value_may_belong_to_one_level_only(config, texts, levels, overlap):
    config["groups"]["mine"] = {"column": "age", "levels": levels}

    found = texts(config)

    assert len(found) == (overlap is not None)
    assert overlap is None or overlap in found[0]


def test_a_group_by_cut_points_has_levels_that_do_not_overlap(config, texts):
    config["groups"]["age_group"] = {"column": "age", "cut_points": [40, 60]}

    assert texts(config) == []


def test_a_misspelt_censoring_date_is_named(config, texts):
    config["endpoints"]["lfs"]["censor"] = ["hct_dat"]

    (text,) = texts(config)

    assert "endpoints.lfs.censor, value 'hct_dat'" in text
    assert "did you mean 'hct_date'?" in text


@pytest.mark.parametrize("name", ["tp53", "relapsed", "relapse_day", "in_rr"])
def test_a_mapped_column_cannot_take_the_name_of_one_that_ballad_makes(
    config, texts, name
):
    config["clinical"]["columns"][name] = "TP53 (Labor)"

    (text,) = texts(config)

    assert f"clinical.columns.{name}, value 'TP53 (Labor)'" in text
    assert "curation sheet" in text


@pytest.mark.parametrize("name", ["sex", "subtype", "cns_date"])
def test_a_group_cannot_replace_a_column_of_the_cohort(config, texts, name):
    config["groups"][name] = {"column": "sex", "levels": {"women": ["F"]}}

    assert f"groups.{name}: is the name of a column" in "".join(texts(config))


def test_cut_points_that_are_not_ascending_are_refused(config, texts):
    config["groups"]["mine"] = {"column": "age", "cut_points": [60, 40]}

    (text,) = texts(config)

    assert "groups.mine.cut_points, value '60, 40': is not ascending" in text


def test_a_misspelt_name_in_a_list_would_do_nothing_and_is_refused(config, texts):
    statistics = config["statistics"]
    statistics["families"]["clinical_comparisons"]["tests"] = ["high_burdenn"]
    statistics["families"]["clinical_screen"]["univariable"] = ["prior_htc"]
    statistics["sensitivity_models"] = ["emd_relapsee", "switched_off"]
    statistics["log_rank_strata"] = {"lfs": "indication_grp", "switched_off": "rest"}

    told = "\n".join(texts(config))

    for name in ("high_burdenn", "emd_relapsee", "indication_grp"):
        assert f"value '{name}'" in told
    assert "switched_off" not in told


def test_a_level_named_by_a_bare_yes_leaves_no_traceback(config, texts):
    levels = {"no": {"at_most": 50}, False: {"at_most": 40}}
    config["groups"]["mine"] = {"column": "age", "levels": levels}

    assert "belongs to the levels no and False" in "".join(texts(config))
