"""Which jobs run again after a change, counted."""

import re
import shutil
from collections import Counter

import pytest

from ballad.inputs.batches import batch_of
from tests.test_workflow import copy_of_checkout, snakemake

pytestmark = pytest.mark.workflow

READERS = {"read_variants", "read_fusions", "read_cytogenetics", "read_copy_number"}


@pytest.fixture(scope="module")
def finished(root, tmp_path_factory):
    """Return a copy of the checkout with results that a comparison needs."""
    folder = copy_of_checkout(root, tmp_path_factory.mktemp("finished"))
    process = snakemake(folder)
    assert process.returncode == 0, process.stdout[-6000:]
    return folder


@pytest.fixture
def editable(finished, tmp_path):
    folder = tmp_path / "editable"
    shutil.copytree(finished, folder)
    return folder


def planned(checkout):
    """Count the jobs of each rule that a run would start."""
    said = snakemake(checkout, "--dry-run").stdout
    assert "Error" not in said, said[-3000:]
    return Counter(re.findall(r"^(?:local)?rule (\w+):", said, flags=re.MULTILINE))


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def add_patient(checkout):
    cohort = checkout / "tests/cohort"
    shutil.copy(cohort / "vcf/001.vcf", cohort / "vcf/new.vcf")
    with (cohort / "samples.tsv").open("a") as sheet:
        sheet.write("NEW\tNEW-T\tdiagnosis\t\tPANEL\t\tvcf/new.vcf\t\t\t\t\t85\t\n")
    edit(cohort / "vcf/new.vcf", "\t001-T\n", "\tNEW-T\n")


def remove_patient(checkout):
    cohort = checkout / "tests/cohort"
    for sheet in ("samples", "clinical", "cytogenetics", "curation"):
        path = cohort / f"{sheet}.tsv"
        lines = path.read_text().splitlines(keepends=True)
        path.write_text("".join(x for x in lines if not x.startswith("004\t")))


def change_file(checkout):
    """Take the mutation of TP53 out of a patient's file."""
    vcf = checkout / "tests/cohort/vcf/004.vcf"
    lines = vcf.read_text().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("chr17\t7674220\t")]
    assert len(kept) == len(lines) - 1
    vcf.write_text("".join(kept))


@pytest.mark.parametrize(
    ("change", "patient"),
    [(add_patient, "NEW"), (remove_patient, "004"), (change_file, "004")],
)
def test_one_patient_s_coming_going_or_changing_reads_one_batch(
    editable, change, patient
):
    change(editable)

    jobs = planned(editable)

    assert jobs["read_variants"] == 1
    batch = batch_of(patient, 4)
    said = snakemake(editable, "--dry-run").stdout
    assert f"logs/read_variants/{batch}.log" in said
    assert not jobs.keys() & (READERS - {"read_variants"} - cytogenetics_of(change))


def cytogenetics_of(change):
    """Who goes takes a line of the karyotype sheet along, which is read as a whole."""
    return {"read_cytogenetics"} if change is remove_patient else set()
