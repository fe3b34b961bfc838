"""What falls with the entries that a cohort switches off."""

import pytest

from ballad.inputs.switched_off import applicable, with_dependents_off
from ballad.inputs.variations import merged

METHOD = {
    "populations": {"all": {}, "rr": {"within": "all"}, "old": {"within": "rr"}},
    "endpoints": {"os": {"population": "all"}, "efs": {"population": "old"}},
    "groups": {"sex": {"column": "sex"}},
    "models": {
        "os": {"endpoint": "os", "population": "all"},
        "efs": {"endpoint": "efs", "population": "all"},
    },
    "statistics": {
        "curves": {"os": {"endpoint": "os", "population": "all", "group_by": "sex"}},
        "incidences": {},
    },
}


def fallen(cohort):
    return with_dependents_off(METHOD, merged(METHOD, cohort))[1]


def test_delivered_entries_fall_with_what_they_rest_on():
    assert fallen({"populations": {"rr": None}}) == {
        "populations.old": "populations.rr",
        "endpoints.efs": "populations.old",
        "models.efs": "endpoints.efs",
    }
    assert fallen({"groups": {"sex": None}}) == {"statistics.curves.os": "groups.sex"}


def test_what_falls_is_null_and_the_given_configuration_stays_as_it_is():
    given = merged(METHOD, {"endpoints": {"efs": None}})

    result, _ = with_dependents_off(METHOD, given)

    assert result["models"] == {"os": METHOD["models"]["os"], "efs": None}
    assert given["models"]["efs"] is not None


def test_an_entry_that_the_cohort_changes_stays_for_the_checks():
    changed = {"efs": {"covariates": {"age": {}}}}

    assert fallen({"endpoints": {"efs": None}, "models": changed}) == {}


def test_a_name_that_nothing_defines_is_no_switch():
    assert fallen({"models": {"mine": {"endpoint": "misspelt"}}}) == {}


OFF = {
    "endpoints": {"lfs": None, "emd_relapse": {"to": {"emd": {}}}},
    "groups": {"high_burden": None},
    "models": {"lfs": None, "response": {"covariates": {"burden": None, "age": {}}}},
    "report": {"text": None},
}


@pytest.mark.parametrize(
    ("changes", "kept", "dropped"),
    [
        ({"endpoints": {"lfs": {"censor": ["hct"]}}}, {}, ["endpoints.lfs"]),
        (
            {"endpoints": {"lfs": {"censor": []}, "emd_relapse": {"censor": []}}},
            {"endpoints": {"emd_relapse": {"censor": []}}},
            ["endpoints.lfs"],
        ),
        (  # nothing to be replaced: the other covariate is no replacement either
            {"models": {"response": {"covariates": {"burden": None, "blasts": {}}}}},
            {},
            ["models.response.covariates.burden"],
        ),
        (  # an entry that the variation itself adds
            {"models": {"mine": {"endpoint": "os"}}},
            {"models": {"mine": {"endpoint": "os"}}},
            None,
        ),
        (  # this null is a value of the key and switches nothing off
            {"report": {"text": "x"}},
            {"report": {"text": "x"}},
            None,
        ),
    ],
)
def test_what_touches_a_switched_off_entry_is_left_out(changes, kept, dropped):
    variations, left_out = applicable({"mine": changes}, OFF)

    assert variations == ({"mine": kept} if kept else {})
    assert left_out == ({"mine": dropped} if dropped else {})


def test_a_variation_of_a_misspelt_entry_is_kept_for_the_checks():
    changes = {"mine": {"endpoint": {"lfs": {}}}, "none": {}}

    assert applicable(changes, OFF) == (changes, {})
