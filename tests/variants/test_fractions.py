"""Fractions are read as they are meant, or refused with a cure."""

import pytest

from ballad.variants.callers import support
from ballad.variants.fractions import fraction, listed


@pytest.mark.parametrize(
    ("text", "percent", "value"),
    [
        ("0.125", False, 0.125),
        ("1e-3", False, 0.001),
        ("12.5%", True, 0.125),
        ("12,5%", True, 0.125),
        (".", False, None),
        ("", False, None),
        ("nan", False, None),
        (None, False, None),
    ],
)
def test_a_fraction_is_read(text, percent, value):
    assert fraction(text, "AF", percent) == value


@pytest.mark.parametrize("text", ["0,45", "1,000", "0,45,0,05"])
def test_decimal_commas_are_refused(text):
    alternatives = (text.count(",") + 1) // 2

    with pytest.raises(ValueError, match=f"AF '{text}' has decimal commas; write a"):
        listed(text, "AF", alternatives)


@pytest.mark.parametrize(
    ("text", "alternatives"),
    [
        ("0.45", 1),
        ("0.1,0.2", 2),
        ("0.1,0.2", 1),  # a record split without its fractions
        ("0,1", 1),  # whole fractions of such a record: none and all reads
        ("0,0", 1),
        ("0,1,0", 3),
        ("45", 1),  # refused as a fraction, not here
    ],
)
def test_lists_of_fractions_are_parted_at_their_commas(text, alternatives):
    assert listed(text, "AF", alternatives) == text.split(",")


def test_the_frequency_of_a_file_without_samples_is_no_list_either():
    # LoFreq; 0,01 was read as 0: a variant without reads.
    with pytest.raises(ValueError, match="AF '0,01' has decimal commas"):
        support({}, {"DP": "900", "AF": "0,01", "DP4": "440,451,5,4"}, 0, 1)
