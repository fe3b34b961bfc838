"""Which jobs run again after a change, counted; and what then moved."""

import hashlib
import re
import shutil
import subprocess
import sys
from collections import Counter

import pytest
import yaml

from ballad.inputs.batches import batch_of
from ballad.tables import read_table
from tests.dozen import CONFIG, snakemake

pytestmark = pytest.mark.workflow

READERS = {
    *("read_variants", "read_coverage", "read_fusions"),
    *("read_cytogenetics", "read_copy_number"),
}


@pytest.fixture
def editable(finished_dozen, tmp_path):
    folder = tmp_path / "editable"
    shutil.copytree(finished_dozen, folder)
    return folder


def planned(checkout, *wanted):
    """Count the jobs of each rule that a run would start, and return what it says."""
    said = snakemake(checkout, *wanted, "--dry-run").stdout
    assert "Error" not in said, said[-3000:]
    rules = re.findall(r"^(?:local)?rule (\w+):", said, flags=re.MULTILINE)
    return Counter(rules), said


def edit(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def edit_config(checkout, **changes):
    path = checkout / CONFIG
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text()), **changes}))


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

    jobs, said = planned(editable)

    assert jobs["read_variants"] == 1
    batch = batch_of(patient, 4)
    assert f"logs/read_variants/{batch}.log" in said
    assert not jobs.keys() & (READERS - {"read_variants"} - taken_along(change))
    assert jobs["read_coverage"] == (change is remove_patient)


def taken_along(change):
    """
    Name what is read as well when somebody goes: the coverage of the batch, and the
    sheet of karyotypes, which is read as a whole.
    """
    return {"read_cytogenetics", "read_coverage"} if change is remove_patient else set()


def test_a_changed_coverage_file_is_read_in_the_batches_that_name_it(editable):
    sheet = editable / "tests/cohort/samples.tsv"
    samples = read_table(sheet)
    patients = samples["patient"][samples["coverage"] != ""]
    own = editable / "tests/cohort/coverage/own.thresholds.bed"
    first = patients.iloc[0]
    shared = sheet.parent / samples["coverage"][patients.index[0]]
    shutil.copy(shared, own)
    samples.loc[patients.index[0], "coverage"] = "coverage/own.thresholds.bed"
    samples.to_csv(sheet, sep="\t", index=False)

    jobs, said = planned(editable)

    assert len(patients) > 1
    assert jobs["read_coverage"] == 1
    assert f"logs/read_coverage/{batch_of(first, 4)}.log" in said


BED = "tests/cohort/targets.bed"
TP53_AND_PAX5 = "chr17\t7668000\t7688000\nchr9\t36830000\t37040000\n"


def test_a_changed_bed_of_targets_runs_what_depends_on_it(editable):
    (editable / BED).write_text(TP53_AND_PAX5)
    panel = {"type": "dna_panel", "detects": ["snv", "indel"], "min_depth": 100}
    rna = {"type": "rna_fusion", "detects": ["fusion", "expression"]}
    edit_config(editable, assays={"PANEL": {**panel, "targets": BED}, "RNA": rna})
    results = editable / "results/dozen"
    wanted = ("results/dozen/callability.tsv", "results/dozen/run/checksums.tsv")
    assert snakemake(editable, *wanted).returncode == 0
    assert not planned(editable, *wanted)[0]
    before = read_table(results / "run/checksums.tsv")

    (editable / BED).write_text(TP53_AND_PAX5.splitlines(keepends=True)[0])

    jobs, _ = planned(editable, *wanted)
    assert dict(jobs) == {"assess_callability": 1, "record_run": 1}
    assert not planned(editable)[0].keys() & READERS
    assert snakemake(editable, *wanted).returncode == 0
    after = read_table(results / "run/checksums.tsv")
    assert after["path"][after["sha256"] != before["sha256"]].tolist() == [BED]
    method = read_table(results / "run/method.tsv").set_index("path")
    told = hashlib.sha256((editable / BED).read_bytes()).hexdigest()
    assert method.loc[BED, ["kind", "sha256"]].tolist() == ["table", told]
    callability = read_table(results / "callability.tsv")
    panel_rows = callability[callability["assay"] == "PANEL"]
    states = panel_rows.groupby("gene")["state"].unique()
    assert states["PAX5"].tolist() == ["not_assessed"]
    assert "callable" in states["TP53"]


def test_the_checksums_wait_for_no_file_to_be_read(editable):
    results = editable / "results/dozen"
    shutil.rmtree(results / "work/variants")
    (results / "run/checksums.tsv").unlink()

    jobs, _ = planned(editable, "results/dozen/run/checksums.tsv")

    assert dict(jobs) == {"record_run": 1}


def test_a_threshold_runs_its_step_and_what_follows(editable):
    edit_config(editable, genotypes={"copy_number": {"loss": -0.45}})

    jobs, _ = planned(editable)

    assert {"read_copy_number", "assess_lesions", "write_report"} <= jobs.keys()
    assert not jobs.keys() & (READERS - {"read_copy_number"} | {"filter_variants"})


def test_a_rule_table_runs_what_reads_it(editable):
    with (editable / "resources/genotypes/precedence.tsv").open("a") as table:
        table.write("\n")

    jobs, _ = planned(editable)

    assert {"classify_genotypes", "join_clinical", "record_run"} <= jobs.keys()
    assert not jobs.keys() & (READERS | {"filter_variants", "assess_lesions"})


def test_an_endpoint_runs_the_join_and_the_analyses(editable):
    edit_config(editable, endpoints={"os": {"censor": ["hct_date"]}})

    jobs, _ = planned(editable)

    assert {"join_clinical", "fit_models", "estimate_survival"} <= jobs.keys()
    assert not jobs.keys() & (READERS | {"filter_variants", "classify_genotypes"})


def test_a_colour_draws_again_and_estimates_nothing(editable):
    edit(editable / "resources/figures/colours.tsv", "#6E6E6E", "#6E6E6F")

    jobs, _ = planned(editable)

    assert {"draw_survival", "draw_oncoprint", "write_report"} <= jobs.keys()
    others = {rule for rule in jobs if not rule.startswith(("draw_", "write_"))}
    # The record holds the checksum of the table of colours.
    assert others == {"record_run", "confirm_inputs", "all"}


def test_moved_genotypes_and_estimates_are_named_with_their_cause(editable):
    kept = subprocess.run(
        [sys.executable, "scripts/keep_snapshot.py", "--config", CONFIG],
        cwd=editable,
        text=True,
        capture_output=True,
        check=True,
    )
    snapshot = "results/dozen/snapshots/1"
    assert snapshot in kept.stdout
    # A file of 004, a limit that makes 010 hyperdiploid, a rule that calls 011, and a
    # package that was another one then.
    change_file(editable)
    ploidy = {"high_hyperdiploid": [57, 67]}
    edit_config(editable, compare_with=snapshot, genotypes={"ploidy": ploidy})
    rules = editable / "resources/genotypes/precedence.tsv"
    lines = rules.read_text().splitlines(keepends=True)
    rules.write_text("".join(x for x in lines if x.split("\t")[1] != "PAX5_P80R"))
    versions = editable / snapshot / "run/versions.tsv"
    versions.write_text(re.sub("\npandas\t.*", "\npandas\t1.0", versions.read_text()))

    process = snakemake(editable, "results/dozen/run/changes.tsv")

    assert process.returncode == 0, process.stdout[-4000:]
    found = read_table(editable / "results/dozen/run/changes.tsv")
    vcf = "tests/cohort/vcf/004.vcf"
    inputs = found[found["kind"] == "input"]
    assert inputs[["patient", "name", "reason"]].values.tolist() == [
        ["004", vcf, "changed"]
    ]
    differing = found[found["kind"].isin(["table", "config", "version"])]
    assert differing["name"].tolist() == [
        "resources/genotypes/precedence.tsv",
        "genotypes.ploidy.high_hyperdiploid",
        "pandas",
    ]
    moved = found[found["kind"] == "genotype"].set_index(["patient", "name"])
    assert set(moved.index.get_level_values("patient")) == {"004", "010", "011"}
    values = moved[["before", "after"]]
    assert values.loc[("004", "tp53")].tolist() == ["present", "absent"]
    assert values.loc[("010", "hyperdiploid")].tolist() == ["present", "absent"]
    assert values.loc[("011", "subtype"), "before"] == "PAX5_P80R"
    shared = "; ".join(
        f"{kind}: {name}"
        for kind, name in zip(differing["kind"], differing["name"], strict=True)
    )
    assert set(moved.loc["004", "reason"]) == {f"input: {vcf}; {shared}"}
    assert set(moved.loc[["010", "011"], "reason"]) == {shared}
    estimates = found[found["kind"] == "estimate"]
    assert len(estimates)
    assert estimates["reason"].str.startswith("genotype of 3 patients moved").all()
    assert estimates["reason"].str.endswith("version: pandas").all()


def test_the_run_records_what_it_was_made_from(finished_dozen):
    run = finished_dozen / "results/dozen/run"
    durations = read_table(run / "durations.tsv", numeric=["seconds"])

    batches = durations[durations["rule"] == "read_variants"]
    assert batches["output"].str.contains(r"/\d+\.records\.tsv").sum() == 4
    assert {"record_run", "fit_models", "write_report"} <= set(durations["rule"])
    assert durations["seconds"].min() >= 0
    method = read_table(run / "method.tsv")
    assert set(method["kind"]) == {"table", "code"}
    assert "resources/genotypes/precedence.tsv" in set(method["path"])
    assert "scripts/ballad/genotype.py" in set(method["path"])
    assert not method["path"].str.startswith(("/", "..")).any()
    patients = read_table(run / "patients.tsv")
    own = patients[patients["patient"] == "004"]
    assert own["path"].str.removeprefix("tests/cohort/").tolist() == [
        "coverage/covered.thresholds.bed",
        "vcf/004.vcf",
        "clinical.tsv",
        "cytogenetics.tsv",
        "samples.tsv",
    ]
    assert (patients["sha256"].str.len() == 64).all()
    assert read_table(run / "curation.tsv")["patient"].tolist() == ["012"]
    clinical = read_table(run / "clinical.tsv")
    assert clinical["patient"].is_unique
    assert "relapse_day" in clinical
    assert not [name for name in clinical if "date" in name or "start" in name]
