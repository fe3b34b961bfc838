from ballad.problems import InputError, Problem


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
