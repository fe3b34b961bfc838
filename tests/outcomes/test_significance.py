import json

import pandas as pd
import pytest
import yaml

from ballad.outcomes import significance
from ballad.outcomes.significance import adjusted, adjusted_models, not_estimable

SCREEN = {"screen": {"tests": ["tp53_status"], "method": "bh"}}


@pytest.mark.parametrize(
    ("sizes", "events", "reason"),
    [
        ([3, 2], 5, ""),
        ([3, 2], 4, "not estimable: 4 events, fewer than 5"),
        ([3, 2], None, ""),
        ([3, 0], 9, "not estimable: 1 group with patients"),
        ([], 9, "not estimable: 0 groups with patients"),
    ],
)
def test_the_reason_names_what_is_missing(sizes, events, reason):
    assert not_estimable(sizes, events, 5) == reason


def rows(p, **labels):
    plain = {"analysis": "survival", "endpoint": "os", "test": "log-rank"}
    same = {**plain, "population": "all", "group_by": "tp53_status", **labels}
    return significance.tests_table([same | {"p": value} for value in p])


def test_p_is_adjusted_within_one_endpoint(root):
    text = (root / "tests/oracle/expected/padjust.json").read_text()
    wanted = json.loads(text)["expected"]
    both = [rows(wanted["p"]), rows([0.04], endpoint="lfs")]

    table = adjusted(pd.concat(both, ignore_index=True), SCREEN)

    assert table["p_adjusted"].tolist() == pytest.approx(
        [*wanted["BH"], float("nan")], nan_ok=True
    )


def test_a_test_alone_has_no_family_to_be_adjusted_for():
    assert adjusted(rows([0.02]), SCREEN).loc[:, "p_adjusted"].isna().all()


def test_a_family_does_not_mix_populations():
    both = [rows([0.02, 0.5], population="rr"), rows([0.04, 0.5], population="mrd")]

    table = adjusted(pd.concat(both, ignore_index=True), SCREEN)

    assert table["p_adjusted"].tolist() == pytest.approx([0.04, 0.5, 0.08, 0.5])


def test_what_was_not_estimable_does_not_count_in_the_family():
    table = adjusted(rows([0.02, float("nan"), 0.5]), SCREEN)

    # Two tests: 0.02 * 2.
    assert table["p_adjusted"].iloc[0] == pytest.approx(0.04)
    assert table["p_adjusted"].isna().tolist() == [False, True, False]


def test_clinical_groupings_are_adjusted_apart_from_the_genotypes():
    families = {
        "genotype": {"tests": ["genotype", "tp53_status"], "method": "bh"},
        "clinical": {"tests": ["burden"], "method": "bh"},
    }
    both = [rows([0.02, 0.5]), rows([0.01, 0.04], group_by="burden")]
    both.append(rows([0.3], group_by="site"))

    table = adjusted(pd.concat(both, ignore_index=True), families)

    # Two and two; what no family names has no adjusted p.
    assert table["p_adjusted"].tolist() == pytest.approx(
        [0.04, 0.5, 0.02, 0.04, float("nan")], nan_ok=True
    )


def test_a_pre_specified_pair_is_adjusted_by_holm():
    pair = {"pair": {"tests": ["tp53_status"], "method": "holm"}}

    table = adjusted(rows([0.03, 0.04]), pair)

    # Holm: 2 x 0.03, and not less than that; Benjamini-Hochberg would say 0.04.
    assert table["p_adjusted"].tolist() == pytest.approx([0.06, 0.06])


def model_rows(*values):
    """Return rows of (model, method, term, p)."""
    return pd.DataFrame(values, columns=["model", "method", "term", "p"])


def test_terms_of_one_model_are_adjusted_together_whatever_fitted_them():
    screen = {"genes": {"univariable": ["tp53", "ph"], "method": "bh"}}
    table = adjusted_models(
        model_rows(
            ("os_univariable", "cox", "tp53", 0.01),
            ("os_univariable", "firth_cox", "ph", 0.5),
            ("os_univariable", "cox", "age", 0.02),
            ("lfs_univariable", "cox", "tp53", 0.03),
            ("os", "cox", "tp53", 0.01),
        ),
        screen,
    )

    assert table["p_adjusted"].tolist() == pytest.approx(
        [0.02, 0.5] + [float("nan")] * 3, nan_ok=True
    )


def test_the_terms_of_a_multivariable_model_are_adjusted_for_each_method():
    family = {"multivariable": ["tp53", "hct"], "models": ["relapse"], "method": "holm"}
    table = adjusted_models(
        model_rows(
            ("relapse", "firth_cox", "tp53", 0.01),
            ("relapse", "firth_cox", "hct", 0.02),
            ("relapse", "cox", "tp53", 0.03),
            ("relapse", "cox", "hct", 0.04),
            ("os", "cox", "tp53", 0.01),
            ("os", "cox", "hct", 0.01),
        ),
        {"pair": family},
    )

    assert table["p_adjusted"].tolist() == pytest.approx(
        [0.02, 0.02, 0.06, 0.06, float("nan"), float("nan")], nan_ok=True
    )


def test_an_enumerated_and_a_sampled_test_of_fisher_are_of_one_family():
    sampled = "Fisher, Monte Carlo of 200000 tables"
    both = [rows([0.02], test="Fisher exact"), rows([0.5], test=sampled)]

    table = adjusted(pd.concat(both, ignore_index=True), SCREEN)

    assert table["p_adjusted"].tolist() == pytest.approx([0.04, 0.5])
    assert table["test"].tolist() == ["Fisher exact", sampled]


def test_an_exploratory_family_is_adjusted_and_says_so_in_each_row():
    explored = {"tests": ["vaf", "alleles"], "method": "bh", "exploratory": True}
    table = pd.concat(
        [
            rows([0.02], group_by="vaf").assign(note="3 combinations"),
            rows([0.5], group_by="alleles"),
            rows([float("nan")], group_by="alleles", endpoint="lfs"),
            rows([0.02]),
        ],
        ignore_index=True,
    )

    table = adjusted(table, {"explored": explored})

    assert table["p_adjusted"].tolist() == pytest.approx(
        [0.04, 0.5, float("nan"), float("nan")], nan_ok=True
    )
    assert table["note"].tolist() == [
        *("3 combinations; exploratory", "exploratory", "exploratory", ""),
    ]


def test_the_delivered_groupings_of_tp53_mutations_are_an_exploratory_family(root):
    method = yaml.safe_load((root / "config/config.yaml").read_text(encoding="utf-8"))
    families = method["statistics"]["families"].values()
    explored = {
        grouping
        for family in families
        if family.get("exploratory")
        for grouping in family.get("tests", [])
    }

    assert {"tp53_vaf_group", "tp53_alleles", "tp53_hotspot_group"} <= explored
    assert {
        grouping
        for grouping in method["statistics"]["patterns_by"]
        if not any(grouping in family.get("tests", []) for family in families)
    } == set()
