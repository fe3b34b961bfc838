"""What is planted in the SYNTHETIC cohort is what the workflow finds, and no more."""

import subprocess
import sys

import pytest
import yaml

from ballad.simulation.cohort import write_cohort
from ballad.simulation.design import read_design
from ballad.simulation.truth import ikzf1_plus
from ballad.states import ABSENT, INDETERMINATE, NOT_ASSESSED, PRESENT
from ballad.tables import read_table

# Not the seed that is shown: agreement must not be the luck of one.
SEED = 11
CALLED = {"ph": 50, "ph_like": 80, "kmt2a_r": 7, "pax5_alteration": 8, "tp53": 35}


@pytest.fixture(scope="module")
def run(root, tmp_path_factory):
    """Write a cohort, run the workflow up to its genotypes, return the folder."""
    folder = tmp_path_factory.mktemp("run")
    panel = root / "resources" / "panel"
    write_cohort(
        folder / "resources" / "example",
        SEED,
        read_design(root / "resources" / "simulation"),
        str(panel / "genes.tsv"),
        {b: str(panel / f"cds.{b}.bed") for b in ("GRCh37", "GRCh38")},
    )
    config = yaml.safe_load((root / "config" / "example.yaml").read_text())
    config["published"] = None
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    command = [sys.executable, "-m", "snakemake", "results/example/genotypes.tsv"]
    command += ["--snakefile", str(root / "workflow" / "Snakefile"), "--cores", "1"]
    finished = subprocess.run(
        [*command, "--configfile", "config.yaml"],
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout[-4000:]
    return folder


def truth(run, name):
    return read_table(run / "resources" / "example" / "truth" / name)


def found(run):
    return read_table(run / "results" / "example" / "genotypes.tsv")


@pytest.mark.workflow
def test_every_lesion_has_the_state_that_the_assays_allow(run):
    table = read_table(run / "results" / "example" / "lesions.tsv")
    states = {
        (row["patient"], row["lesion"]): row["state"]
        for row in table.to_dict("records")
    }
    for row in found(run).to_dict("records"):
        for flag in ("ph_like", "pax5_alt", "pax5_alteration", "ikzf1_plus"):
            states[row["patient"], flag] = row[flag]

    wrong = [
        (row["patient"], row["lesion"], row["expected"], here)
        for row in truth(run, "lesions.tsv").to_dict("records")
        if (here := states[row["patient"], row["lesion"]]) != row["expected"]
    ]
    assert wrong == []


@pytest.mark.workflow
def test_every_patient_has_the_expected_subtype_and_allelic_state(run):
    expected = truth(run, "patients.tsv").set_index("patient")
    genotypes = found(run).set_index("patient").loc[expected.index]

    subtypes = genotypes["subtype"].compare(expected["expected_subtype"])
    allelic = genotypes["tp53_allelic_state"].compare(
        expected["expected_tp53_allelic_state"]
    )
    assert subtypes.empty, subtypes
    assert allelic.empty, allelic


@pytest.mark.workflow
def test_exactly_the_planted_numbers_are_called_and_no_decoy(run):
    genotypes = found(run)

    assert {flag: sum(genotypes[flag] == PRESENT) for flag in CALLED} == CALLED


@pytest.mark.parametrize(
    ("ikzf1", "pax5", "erg", "expected"),
    [
        (PRESENT, PRESENT, ABSENT, PRESENT),
        (PRESENT, ABSENT, ABSENT, ABSENT),
        (PRESENT, PRESENT, PRESENT, ABSENT),  # an ERG deletion takes the "plus"
        (ABSENT, PRESENT, ABSENT, ABSENT),
        (NOT_ASSESSED, NOT_ASSESSED, NOT_ASSESSED, NOT_ASSESSED),
        (INDETERMINATE, PRESENT, ABSENT, INDETERMINATE),
    ],
)
def test_ikzf1_plus_needs_a_partner_and_erg(ikzf1, pax5, erg, expected):
    states = {"ikzf1_deletion": ikzf1, "pax5_deletion": pax5, "erg_deletion": erg}
    others = dict.fromkeys(("cdkn2a_deletion", "cdkn2b_deletion"), ABSENT)

    assert ikzf1_plus({**states, **others, "par1_deletion": ABSENT}) == expected
