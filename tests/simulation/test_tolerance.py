"""The demo seed is the first whose SYNTHETIC cohort gives the published figures."""

import pytest
import yaml

import scripts.simulate_cohort as entry
from ballad.simulation.cohort import simulate_cohort
from ballad.simulation.design import read_design
from ballad.simulation.tolerance import analysis_cohort, failed_rules
from ballad.tables import read_table


@pytest.fixture(scope="module")
def design(root):
    return read_design(root / "resources" / "simulation")


@pytest.fixture(scope="module")
def config(root):
    return yaml.safe_load((root / "config" / "config.yaml").read_text())


@pytest.fixture(scope="module")
def published(root):
    return read_table(root / "resources" / "published" / "aldoss2025.tsv")


def test_the_demo_seed_is_the_first_that_keeps_every_rule(capsys, design):
    found = entry.find_seed(design, 1)

    printed = capsys.readouterr().out.splitlines()
    assert found == entry.DEMO_SEED
    assert [line.split("\t")[0] for line in printed] == [
        str(seed) for seed in range(1, found + 1)
    ]
    assert printed[-1].endswith("all rules kept")


def test_a_missed_figure_is_named_with_its_value(design, config, published):
    rules = published.copy()
    rules.loc[rules["id"] == "T5", "published"] = "36"

    failed = failed_rules(
        simulate_cohort(entry.DEMO_SEED, design), design, config, rules
    )

    assert failed == ["T5 patients: TP53 mutated (35)"]


def test_the_analysis_cohort_has_169_in_remission(design, config):
    joined = analysis_cohort(simulate_cohort(3, design), design, config)

    assert (joined["in_remission"] == "yes").sum() == 169
    assert joined["response_achieved"].value_counts().to_dict()["1"] == 89
