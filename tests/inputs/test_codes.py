"""Codes that no cell can hold are refused where the configuration names them."""

import copy

import pytest
import yaml

from ballad.clinical.cut_points import groups_with_levels
from ballad.inputs.codes import code_problems
from ballad.tables import read_table


@pytest.fixture
def config(root):
    method = yaml.safe_load((root / "config/config.yaml").read_text(encoding="utf-8"))
    groups = groups_with_levels(method["groups"])
    return copy.deepcopy({**method, "groups": groups, "clinical": {"columns": {}}})


@pytest.fixture
def texts(root):
    known = read_table(root / "resources/clinical/columns.tsv").to_dict("records")
    return lambda config: [
        str(p) for p in code_problems(config, known, ["tp53", "ph", "ph_like"])
    ]


def test_the_delivered_method_names_no_code_that_a_cell_cannot_hold(config, texts):
    assert texts(config) == []


def change(config, path, value):
    *way, last = path.split("/")
    for step in way:
        config = config[step]
    config[last] = value


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (
            "populations/rr/any",
            [{"where": {"indication": ["R/R"]}}],
            "populations.rr.where.indication, value 'R/R': is a value that no cell",
        ),
        (
            "populations/tp53_remission/any",
            [{"where": {"tp53": ["mutated"]}}],
            "value 'mutated': is a value that no cell can have -> use one of present",
        ),
        (
            "populations/relapsed/any",
            [{"where": {"relapsed": ["true"]}}],
            "populations.relapsed.where.relapsed, value 'true'",
        ),
        (
            "statistics/remission/since_response",
            {"response": ["CR", "CRp"]},
            "statistics.remission.since_response.response, value 'CRp'",
        ),
        (
            "endpoints/response/success",
            ["CR", "CRp"],
            "endpoints.response.success, value 'CRp'",
        ),
        (
            "endpoints/response/failure",
            ["CR", "NR"],
            "endpoints.response.failure, value 'CR': is a success of the same",
        ),
        (
            "endpoints/efs/to/no_response/where",
            {"response": ["none"]},
            "endpoints.efs.to.no_response.where.response, value 'none'",
        ),
        (
            "endpoints/lfs/competing",
            {"death": {"date": "death_date"}},
            "endpoints.lfs.competing.death: stands under to as well",
        ),
        (
            "groups/relapse_emd_group/levels/EMD",
            ["isolated", "ja"],
            "groups.relapse_emd_group.levels.EMD, value 'ja'",
        ),
        (
            "models/lfs/covariates/indication_group",
            {"reference": "mrd"},
            "indication_group.reference, value 'mrd': is a value that no cell can have "
            "-> use one of R/R, MRD,",
        ),
        (
            "models/lfs/covariates/mrd",
            {"time_dependent": "mrd_response_date", "where": {"mrd_response": ["neg"]}},
            "models.lfs.covariates.mrd.where.mrd_response, value 'neg'",
        ),
        (
            "models/lfs/covariates/tp53",
            {"reference": "not_assessed"},
            "tp53.reference, value 'not_assessed'",
        ),
        (
            "models/lfs/covariates/tp53",
            {"missing": "category", "missing_as_absent": True},
            "tp53.missing_as_absent, value 'True': contradicts missing: category",
        ),
        (
            "models/lfs/covariates/emd_active",
            {"missing_as_absent": True},
            "emd_active.missing_as_absent, value 'True': is for lesions alone",
        ),
        (
            "models/lfs/covariates/sex",
            {"per": 10},
            "sex.per, value '10': is a step of a number, but sex has the levels F, M",
        ),
    ],
)
def test_what_no_cell_can_hold_is_named_with_its_place_and_cure(
    config, texts, path, value, said
):
    change(config, path, value)

    (text,) = texts(config)

    assert said in text
    assert text.split(" -> ")[1]


def test_null_stands_for_missing_in_any_column(config, texts):
    where = {"indication": ["rr", None]}
    config["populations"]["mine"] = {"any": [{"where": where}]}

    assert texts(config) == []
