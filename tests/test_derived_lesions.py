import pytest

from ballad.derived_lesions import (
    all_of,
    any_of,
    ikzf1_plus,
    pax5_flags,
    ph_like_state,
    targetable_kinase,
)
from ballad.states import ABSENT, INDETERMINATE, NOT_ASSESSED, PRESENT

ANY_OF = [
    ([ABSENT, ABSENT], ABSENT),
    ([ABSENT, NOT_ASSESSED], NOT_ASSESSED),
    ([NOT_ASSESSED, INDETERMINATE], INDETERMINATE),
    ([ABSENT, INDETERMINATE, PRESENT], PRESENT),
]
ALL_OF = [
    ([PRESENT, PRESENT], PRESENT),
    ([PRESENT, NOT_ASSESSED], NOT_ASSESSED),
    ([PRESENT, NOT_ASSESSED, INDETERMINATE], INDETERMINATE),
    ([NOT_ASSESSED, INDETERMINATE, ABSENT], ABSENT),
]


@pytest.mark.parametrize(("states", "expected"), ANY_OF)
def test_any_one_present_decides_and_absent_needs_all(states, expected):
    assert any_of(states) == expected


@pytest.mark.parametrize(("states", "expected"), ALL_OF)
def test_any_one_absent_decides_and_present_needs_all(states, expected):
    assert all_of(states) == expected


IKZF1_PLUS = [
    # IKZF1, CDKN2A, CDKN2B, PAX5, PAR1, ERG deletion -> IKZF1plus
    ((PRESENT, PRESENT, ABSENT, ABSENT, ABSENT, ABSENT), PRESENT),
    ((PRESENT, ABSENT, ABSENT, ABSENT, PRESENT, ABSENT), PRESENT),
    ((PRESENT, PRESENT, ABSENT, ABSENT, ABSENT, PRESENT), ABSENT),
    ((PRESENT, ABSENT, ABSENT, ABSENT, ABSENT, ABSENT), ABSENT),
    ((ABSENT, PRESENT, ABSENT, ABSENT, ABSENT, ABSENT), ABSENT),
    ((PRESENT, PRESENT, ABSENT, ABSENT, ABSENT, NOT_ASSESSED), INDETERMINATE),
    ((PRESENT, NOT_ASSESSED, ABSENT, ABSENT, ABSENT, ABSENT), NOT_ASSESSED),
    ((NOT_ASSESSED,) * 6, NOT_ASSESSED),
]


@pytest.mark.parametrize(("deletions", "expected"), IKZF1_PLUS)
def test_ikzf1_plus(deletions, expected):
    genes = ("ikzf1", "cdkn2a", "cdkn2b", "pax5", "par1", "erg")
    states = {
        f"{gene}_deletion": state for gene, state in zip(genes, deletions, strict=True)
    }

    assert ikzf1_plus(states) == expected


PAX5_SETTINGS = {
    "accept_biallelic_mutation": True,
    "study_variable_includes_p80r": False,
    "absent_requires": ["pax5_fusion", "pax5_mutation"],
}

PAX5 = [
    # fusion, amplification, mutation, P80R, hits -> PAX5alt, PAX5 alteration
    ((PRESENT, ABSENT, ABSENT, ABSENT), 0, (PRESENT, PRESENT)),
    ((ABSENT, PRESENT, ABSENT, ABSENT), 0, (PRESENT, PRESENT)),
    ((ABSENT, NOT_ASSESSED, ABSENT, ABSENT), 0, (ABSENT, ABSENT)),
    ((ABSENT, ABSENT, PRESENT, ABSENT), 1, (INDETERMINATE, PRESENT)),
    ((ABSENT, ABSENT, PRESENT, ABSENT), 2, (PRESENT, PRESENT)),
    ((ABSENT, ABSENT, ABSENT, PRESENT), 0, (ABSENT, ABSENT)),
    ((NOT_ASSESSED, NOT_ASSESSED, ABSENT, ABSENT), 0, (NOT_ASSESSED, NOT_ASSESSED)),
]


@pytest.mark.parametrize(("found", "hits", "expected"), PAX5)
def test_pax5_alt_and_pax5_alteration(found, hits, expected):
    lesions = ("pax5_fusion", "pax5_amplification", "pax5_mutation", "pax5_p80r")
    states = dict(zip(lesions, found, strict=True))

    flags = pax5_flags(states, PAX5_SETTINGS, hits)

    assert (flags["pax5_alt"], flags["pax5_alteration"]) == expected


LESIONS = ("abl_class", "jak2_r", "epor_r", "other_jakstat_r", "crlf2_r")
PH_LIKE_SETTINGS = {
    "basis": "lesion",
    "accept_mutation_only": False,
    "absent_requires": [x for x in (*LESIONS, "other_kinase_r") if x != "epor_r"],
}
MUTATIONS = ("jakstat_mutation", "ras_mutation")
NEGATIVE = dict.fromkeys(
    (*LESIONS, "other_kinase_r", "ph", "kmt2a_r", *MUTATIONS), ABSENT
)
PH_LIKE = {
    "all negative": ({}, "", ABSENT),
    "EPOR was not looked for": ({"epor_r": NOT_ASSESSED}, "", ABSENT),
    "CRLF2 was not looked for": ({"crlf2_r": NOT_ASSESSED}, "", NOT_ASSESSED),
    "CRLF2 could not be decided": ({"crlf2_r": INDETERMINATE}, "", INDETERMINATE),
    "one kinase fusion": ({"abl_class": PRESENT}, "", PRESENT),
    "Ph-positive": ({"ph": PRESENT, "abl_class": PRESENT}, "ph_like", ABSENT),
    "with a founder": ({"abl_class": PRESENT, "kmt2a_r": PRESENT}, "", ABSENT),
    "label alone": ({}, "ph_like", PRESENT),
    "label, BCR::ABL1 unknown": ({"ph": NOT_ASSESSED}, "ph_like", INDETERMINATE),
}


@pytest.mark.parametrize(("found", "label", "expected"), PH_LIKE.values(), ids=PH_LIKE)
def test_ph_like(found, label, expected):
    states = {**NEGATIVE, **found}

    assert ph_like_state(states, ["kmt2a_r"], label, PH_LIKE_SETTINGS) == expected


MUTATED = {"jakstat_mutation": PRESENT}
NO_FUSIONS = {x: NOT_ASSESSED for x in (*LESIONS, "other_kinase_r")}


@pytest.mark.parametrize(
    ("found", "accept", "expected"),
    [
        (MUTATED, False, ABSENT),  # CRLF2 and fusions negative
        (MUTATED | NO_FUSIONS, False, INDETERMINATE),
        (MUTATED | NO_FUSIONS, True, PRESENT),
        ({"ras_mutation": PRESENT} | NO_FUSIONS, False, INDETERMINATE),
        (MUTATED | {"ph": PRESENT}, True, ABSENT),
        (MUTATED | {"kmt2a_r": PRESENT}, True, ABSENT),
    ],
)
def test_a_mutation_alone_makes_nobody_ph_like_unless_it_is_accepted(
    found, accept, expected
):
    settings = PH_LIKE_SETTINGS | {"accept_mutation_only": accept}

    assert ph_like_state(NEGATIVE | found, ["kmt2a_r"], "", settings) == expected


@pytest.mark.parametrize(
    ("found", "label", "expected"),
    [
        ({"crlf2_r": PRESENT}, "kmt2a_r", ABSENT),
        ({"crlf2_r": PRESENT}, "", NOT_ASSESSED),
        ({"crlf2_r": PRESENT}, "unclassified", INDETERMINATE),
        ({}, "ph_like", PRESENT),
        ({"ph": NOT_ASSESSED}, "ph_like", INDETERMINATE),
        ({"ph": PRESENT}, "ph_like", ABSENT),
        ({"kmt2a_r": PRESENT}, "ph_like", ABSENT),
    ],
)
def test_on_the_basis_of_expression_the_label_decides(found, label, expected):
    settings = PH_LIKE_SETTINGS | {"basis": "expression"}

    assert ph_like_state(NEGATIVE | found, ["kmt2a_r"], label, settings) == expected


def test_a_required_lesion_that_nobody_looked_for_leaves_ph_like_not_assessed():
    states = NEGATIVE | {"epor_r": NOT_ASSESSED}
    every = PH_LIKE_SETTINGS | {"absent_requires": [*LESIONS, "other_kinase_r"]}

    assert ph_like_state(states, [], "", PH_LIKE_SETTINGS) == ABSENT
    assert ph_like_state(states, [], "", every) == NOT_ASSESSED


def test_a_required_pax5_amplification_leaves_pax5_not_assessed():
    found = (ABSENT, NOT_ASSESSED, ABSENT, ABSENT)
    lesions = ("pax5_fusion", "pax5_amplification", "pax5_mutation", "pax5_p80r")
    states = dict(zip(lesions, found, strict=True))
    every = ["pax5_fusion", "pax5_amplification", "pax5_mutation"]

    flags = pax5_flags(states, PAX5_SETTINGS | {"absent_requires": every}, 0)

    assert flags == {"pax5_alt": NOT_ASSESSED, "pax5_alteration": NOT_ASSESSED}


KINASES = ("ph", "abl_class", "jak2_r", "epor_r")


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ({"abl_class": PRESENT, "mef2d_r": PRESENT}, PRESENT),
        ({"ph": PRESENT}, PRESENT),
        ({"epor_r": NOT_ASSESSED}, ABSENT),
        ({"ph": NOT_ASSESSED}, NOT_ASSESSED),
        ({"jak2_r": INDETERMINATE}, INDETERMINATE),
    ],
)
def test_a_kinase_to_target_whatever_names_the_subtype(found, expected):
    required = PH_LIKE_SETTINGS["absent_requires"]

    assert targetable_kinase(NEGATIVE | found, KINASES, required) == expected
