from tests.oracle.flattened import flattened


def test_numbers_are_named_by_term_and_not_by_place():
    one = {"terms": ["a", "b"], "coef": [1, 2], "lrt": [9, 2]}
    other = {"terms": ["b", "a"], "coef": [2, 1], "lrt": [9, 2]}

    assert flattened(one) == {"coef.a": 1, "coef.b": 2, "lrt.0": 9, "lrt.1": 2}
    assert flattened(other) == flattened(one)


def test_records_are_named_by_whose_they_are():
    curve = {"curves": [{"strata": "x", "time": 3, "surv": 0.5, "_row": "1"}]}

    assert flattened(curve) == {"curves.surv.x.3": 0.5}
