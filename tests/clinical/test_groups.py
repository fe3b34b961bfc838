import pandas as pd
import pytest
import yaml

from ballad.clinical.groups import group_labels


@pytest.fixture(scope="module")
def groups(root):
    return yaml.safe_load((root / "config/config.yaml").read_text())["groups"]


def labels(group, values):
    return group_labels(pd.DataFrame({group["column"]: values}), group).tolist()


def test_blasts_of_exactly_fifty_percent_are_no_high_burden(groups):
    assert labels(groups["high_burden"], ["49.9", "50", "50.1", ""]) == [
        *("no", "no", "yes", ""),
    ]


def test_only_present_and_absent_have_a_tp53_label(groups):
    states = ["present", "absent", "not_assessed", "indeterminate", ""]

    assert labels(groups["tp53_status"], states) == [
        *("TP53 mutated", "TP53 wild type", "", "", ""),
    ]


def test_a_subtype_that_cannot_be_told_is_in_no_genotype_group(groups):
    classes = ["Ph+", "Ph-like", "B_ALL_NOS", "UNCLASSIFIABLE"]

    assert labels(groups["genotype"], classes) == ["Ph+", "Ph-like", "NOS", ""]


def test_the_main_genotypes_leave_the_others_out(groups):
    assert labels(groups["main_genotype"], ["KMT2A-r", "B_ALL_NOS"]) == ["", "NOS"]


def test_dim_cd19_counts_as_positive(groups):
    values = ["negative", "dim", "positive", "unknown"]

    assert labels(groups["relapse_cd19_group"], values) == [
        *("CD19 negative", "CD19 positive", "CD19 positive", ""),
    ]


def test_missing_can_be_a_category_of_its_own():
    group = {
        "column": "sex",
        "levels": {"female": ["F"], "male": ["M"]},
        "missing": "category",
    }

    assert labels(group, ["F", "", "M"]) == ["female", "not assessed", "male"]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"above": 60}, ["", "", "in"]),
        ({"at_least": 60}, ["", "in", "in"]),
        ({"below": 60}, ["in", "", ""]),
        ({"at_most": 60}, ["in", "in", ""]),
        ({"at_least": 60, "below": 61}, ["", "in", ""]),
    ],
)
def test_each_comparison_treats_its_limit_as_its_name_says(limits, expected):
    group = {"column": "age", "levels": {"in": limits}}

    assert labels(group, ["59", "60", "61"]) == expected


def test_a_number_in_the_levels_fits_its_text():
    group = {"column": "prior_lines", "levels": {"none": [0], "some": [1, 2]}}

    assert labels(group, ["0", "1", "3"]) == ["none", "some", ""]


def test_a_column_the_cohort_lacks_gives_no_label(groups):
    cohort = pd.DataFrame({"patient": ["P1"]})

    assert group_labels(cohort, groups["high_burden"]).tolist() == [""]
