import pandas as pd
import pytest
import yaml

from ballad.cytogenetics import COLUMNS, cytogenetics_table
from ballad.lesions import excluded_by
from ballad.tables import read_table


@pytest.fixture(scope="module")
def settings(root):
    return yaml.safe_load((root / "config/config.yaml").read_text())["genotypes"]


@pytest.fixture(scope="module")
def patterns(root):
    table = read_table(root / "resources/cytogenetics/karyotype_patterns.tsv")
    return list(zip(table["lesion"], table["pattern"], strict=True))


@pytest.fixture(scope="module")
def probes(root):
    table = read_table(root / "resources/cytogenetics/fish_probes.tsv")
    return table.to_dict("records")


@pytest.fixture(scope="module")
def excludable(root):
    lesions = read_table(root / "resources/genotypes/lesions.tsv")
    return excluded_by(lesions, "karyotype")


def test_a_blank_sheet_gives_an_empty_table(patterns, probes, excludable, settings):
    blank = dict.fromkeys(("patient", "timepoint", "date", "karyotype", "fish"), "")

    table = cytogenetics_table(
        pd.DataFrame([blank]), patterns, probes, excludable, settings
    )

    assert table.empty
    assert tuple(table.columns) == COLUMNS
