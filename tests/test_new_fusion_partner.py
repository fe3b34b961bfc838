"""The line that CONTRIBUTING.md adds makes a new partner count, end to end."""

import shutil
import subprocess

import pytest

from ballad.states import INDETERMINATE, PRESENT
from tests.laboratory import Laboratory

CALL = {"fusions": [("NEWGENE", "PDGFRB")]}


@pytest.fixture
def copied(root, tmp_path):
    """Copy what a genotype needs: the tables and the settings."""
    for folder in ("resources", "config"):
        shutil.copytree(
            root / folder,
            tmp_path / "copy" / folder,
            ignore=shutil.ignore_patterns("example"),
        )
    return tmp_path / "copy"


def command(root):
    text = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (line,) = [x.strip() for x in text.splitlines() if "NEWGENE\\tPDGFRB" in x]
    return line


def test_one_line_of_the_rules_makes_a_new_partner_count(root, copied, tmp_path):
    before = Laboratory(copied, tmp_path).genotype(**CALL)
    subprocess.run(command(root), shell=True, cwd=copied, check=True)
    after = Laboratory(copied, tmp_path).genotype(**CALL)

    assert (before["abl_class"], before["subtype"]) == (INDETERMINATE, "UNCLASSIFIABLE")
    assert (after["subtype"], after["ph_like_class"]) == ("PHLIKE_ABL", "ABL-class")
    assert {after[x] for x in ("abl_class", "ph_like", "targetable_kinase")} == {
        PRESENT
    }
    assert after["basis"] == "rna_fusion"
