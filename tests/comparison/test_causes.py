"""What a run was made from beside an earlier one, and whom a difference concerns."""

import pandas as pd
import pytest

from ballad.comparison.causes import (
    Causes,
    Difference,
    differing_files,
    differing_inputs,
    differing_settings,
    differing_versions,
)


def told(differences):
    return [(d.patient, d.name, d.before, d.after, d.word) for d in differences]


def test_settings_are_compared_key_by_key():
    before = {"variants": {"filters": {"low_vaf": {"limit": 0.05}}}, "models": {}}
    after = {"variants": {"filters": {"low_vaf": {"limit": 0.1}}}, "models": {"os": 1}}

    assert told(differing_settings(before, after)) == [
        ("", "models", "{}", "", "removed"),
        ("", "models.os", "", "1", "added"),
        ("", "variants.filters.low_vaf.limit", "0.05", "0.1", "changed"),
    ]


def test_a_file_in_another_folder_is_the_same_input():
    columns = ["patient", "kind", "path", "sha256"]
    before = pd.DataFrame(
        [["1", "file", "old/1.vcf", "aa"], ["2", "file", "old/2.vcf", "bb"]],
        columns=columns,
    )
    after = pd.DataFrame(
        [["1", "file", "new/1.vcf", "aa"], ["2", "file", "old/2.vcf", "cc"]],
        columns=columns,
    )

    assert told(differing_inputs(before, after)) == [
        ("2", "old/2.vcf", "bb", "cc", "changed")
    ]


def test_tables_and_versions_that_came_and_went():
    before = pd.DataFrame({"path": ["a", "b"], "sha256": ["1", "2"]})
    after = pd.DataFrame({"path": ["b", "c"], "sha256": ["2", "3"]})
    scipy = [
        pd.DataFrame({"name": ["scipy"], "version": [v]}) for v in ("1.17.1", "1.18.0")
    ]

    assert told(differing_files("table", before, after)) == [
        ("", "a", "1", "", "removed"),
        ("", "c", "", "3", "added"),
    ]
    assert told(differing_versions(*scipy)) == [
        ("", "scipy", "1.17.1", "1.18.0", "changed")
    ]


VCF = Difference("input", "1.vcf", "a", "b", patient="1")
RULES = Difference("table", "resources/genotypes/lesions.tsv", "a", "b")
COLOURS = Difference("table", "resources/figures/colours.tsv", "a", "b")
VAF = Difference("config", "variants.filters.low_vaf.limit", "0.05", "0.1")
AGE = Difference("config", "models.os.covariates.age.per", "10", "5")


@pytest.mark.parametrize(
    ("patient", "reason"),
    [
        ("1", "input: 1.vcf; table: resources/genotypes/lesions.tsv; config: "),
        ("2", "table: resources/genotypes/lesions.tsv; config: "),
    ],
)
def test_a_genotype_moves_by_its_own_inputs_and_by_the_rules_of_genotypes(
    patient, reason
):
    causes = Causes([VCF, RULES, COLOURS, VAF, AGE])

    assert causes.of_genotype(patient) == f"{reason}{VAF.name}"


def test_an_estimate_moves_by_its_own_model_and_by_the_patients():
    causes = Causes([VCF, COLOURS, AGE])
    moved = ["genotype of 1 patient moved"]

    assert causes.of_estimate({"model": "os_univariable", "endpoint": "os"}, moved) == (
        "genotype of 1 patient moved; config: models.os.covariates.age.per"
    )
    assert causes.of_estimate({"model": "lfs", "endpoint": "lfs"}, moved) == moved[0]


def test_without_a_cause_the_reason_says_what_is_not_known():
    assert Causes().of_genotype("1") == "no recorded cause"
    assert Causes(unrecorded=["run/method.tsv"]).of_genotype("1") == (
        "not recorded in the earlier run (run/method.tsv)"
    )


def test_many_causes_of_one_kind_are_counted():
    code = [Difference("code", f"scripts/{n}.py", "a", "b") for n in range(5)]

    assert Causes(code).of_genotype("1") == (
        "code: scripts/0.py, scripts/1.py, scripts/2.py and 2 more"
    )
