"""The corpus of valid and invalid karyotypes: parsed, or reported by token."""

import json

import pytest

from ballad.karyotype import clones


@pytest.mark.real_data
def test_every_valid_karyotype_is_parsed_and_every_invalid_one_reported(real_data):
    corpus = json.loads((real_data / "cytogenetics/iscn_validity.json").read_text())

    for entry in corpus["valid"]:
        found, unparsed = clones(entry["input"])
        assert (len(found), unparsed) == (1, []), entry
    reported = {
        entry["input"]: clones(entry["input"])[1] for entry in corpus["invalid"]
    }
    assert reported == {
        "": [],  # a blank cell: not done
        "46": ["46"],
        "46,XX,del(5)": ["del(5)"],
        "46,XX,t(9;22)": ["t(9;22)"],
        "99,XX": ["99"],
        "abc,XX": ["abc,XX"],
    }


def test_bands_may_be_left_out_where_they_were_given_before():
    text = "46,XY,t(9;22)(q34;q11)[3]/47,XY,t(9;22),+8[2]"

    assert clones(text)[1] == []


def test_a_number_that_nothing_explains_is_reported_and_still_counted():
    found, unparsed = clones("55,XX[20]")

    assert [(clone.low, clone.high) for clone in found] == [(55, 55)]
    assert unparsed == ["55"]


@pytest.mark.parametrize(
    "text", ["45,X[20]", "47,XXY[20]", "46,XX[20]", "45,X,-Y[5]", "46,XX,+mar[3]"]
)
def test_numbers_within_one_of_what_is_listed_are_not_reported(text):
    assert clones(text)[1] == []
