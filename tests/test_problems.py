import pytest

from ballad.problems import InputError, Problem, with_a_point


def test_a_problem_names_place_rule_and_cure():
    problem = Problem(
        "clinical.tsv", "patient 007", "age", "-3", "age is 0 to 120", "correct it"
    )

    assert str(problem) == (
        "clinical.tsv, patient 007, column age, value '-3': age is 0 to 120"
        " -> correct it"
    )


def test_all_problems_stand_in_one_message():
    error = InputError([Problem("a", rule="one"), Problem("b", rule="two")])

    assert str(error).splitlines() == [
        "2 problems in the inputs:",
        "  a: one",
        "  b: two",
    ]


@pytest.mark.parametrize("value", ["62,5", "-0,8", ",5", "1,2e-3"])
def test_a_decimal_comma_is_cured_by_a_point(value):
    assert with_a_point(value, "percent") == "write a point, not a comma"


@pytest.mark.parametrize("value", ["62.5", "many", "1,000,000", ""])
def test_what_is_no_decimal_comma_keeps_its_cure(value):
    assert with_a_point(value, "percent") == "percent"
