import re

import pandas as pd
import pytest

from ballad.exports.cells import identifier, identifiers, one_line, plain, undated


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SYN-001", "SYN-001"),
        ("007", "007"),
        ("../../x", "_x"),
        ("-rf", "_rf"),
        ('=HYPERLINK("http://x")', "_HYPERLINK__http___x__"),
        ("<img src=x>", "_img_src_x_"),
        ("Müller 3", "M_ller_3"),
        ("NA", "_NA"),
        ("", "_"),
    ],
)
def test_identifiers_hold_what_every_program_accepts(name, expected):
    assert identifier(name) == expected


def test_a_long_name_is_cut_and_stays_its_own():
    one, other = identifier("a" * 90), identifier("a" * 91)

    assert len(one) == len(other) == 63
    assert one != other


def test_names_that_become_one_stay_two_in_any_order():
    names = [("1", "a b"), ("2", "a_b"), ("3", "A_B"), ("4", "c")]

    given = identifiers(names)

    assert len({name.lower() for name in given.values()}) == 4
    assert given["4"] == "c"
    assert given == identifiers(names[::-1])
    assert all(re.fullmatch(r"a_b_[0-9a-f]{8}", given[k].lower()) for k in "123")


def test_calendar_dates_are_taken_out_of_texts_but_not_out_of_names():
    table = pd.DataFrame(
        {"patient": ["P 2022-03-04"], "note": ["seen on 2022-03-04 again"]}
    )

    assert undated(table).to_dict("records") == [
        {"patient": "P 2022-03-04", "note": "seen on (date) again"}
    ]


def test_a_cell_is_one_line():
    assert one_line("a\tb\r\nc\u2028d\x00") == "a b c d"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+cmd", "'+cmd"),
        ("-cmd", "'-cmd"),
        ("#comment", "'#comment"),
        ("\t=1", "'=1"),
        ('say "x"', "say 'x'"),
        # An allele, a strand and numbers are what they are.
        ("-", "-"),
        ("+", "+"),
        ("-0.5", "-0.5"),
        ("1e-05", "1e-05"),
    ],
)
def test_a_cell_can_be_neither_formula_comment_nor_quotation(text, expected):
    assert plain(text) == expected
