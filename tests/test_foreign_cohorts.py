"""Cohorts of other laboratories, run by configuration alone."""

import csv
import json
import shutil
import subprocess
import sys
from math import nan

import pytest

from ballad.tables import read_table

pytestmark = pytest.mark.workflow


def written_table(root, folder):
    """Write the bmt data as a clinic might keep it: its own names, day numbers."""
    source = root / "tests/oracle/data/bmt.csv"
    with source.open(encoding="utf-8", newline="") as lines:
        patients = list(csv.DictReader(lines))
    with (folder / "table.csv").open("w", encoding="utf-8", newline="") as file:
        columns = ["id", "day_of_transplant", "last_seen", "relapse", "death"]
        columns += ["platelets", "group", "hi", "lo", "z1", "z8"]
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for row in patients:
            copied = {name: row[name] for name in ("id", "group", "hi", "lo")}
            writer.writerow(
                copied
                | {
                    "day_of_transplant": "0",
                    "last_seen": row["t1"],
                    "relapse": row["t2"] if row["d2"] == "1" else "",
                    "death": row["t1"] if row["d1"] == "1" else "",
                    "platelets": row["tp"] if row["dp"] == "1" else "",
                    "z1": row["z1"],
                    "z8": row["z8"],
                }
            )


@pytest.fixture(scope="module")
def bmt(root, tmp_path_factory):
    """Return the results of the public transplant data."""
    folder = tmp_path_factory.mktemp("bmt")
    shutil.copy(root / "tests/foreign/bmt/config.yaml", folder)
    shutil.copy(root / "config/templates/samples.tsv", folder)
    written_table(root, folder)
    (folder / "curation.tsv").write_text(
        "patient\tlesion\tstate\tsource\tnote\n1\ttp53\tabsent\tinvented\t\n"
    )
    process = subprocess.run(
        [sys.executable, "-m", "snakemake", "--snakefile"]
        + [str(root / "workflow/Snakefile"), "--cores", "2"]
        + ["--configfile", "config.yaml"],
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert process.returncode == 0, process.stdout[-6000:]
    return folder / "results/bmt"


def oracle(root, case):
    path = root / f"tests/oracle/expected/{case}.json"
    return json.loads(path.read_text())["expected"]


LABELS = {"ALL": "ALL", "AMLlow": "AML low", "AMLhigh": "AML high"}
DAYS_PER_MONTH = 30.4375


def at(curve, time):
    """Return the last row of a step function at or before a day."""
    return curve[curve["time_months"] * DAYS_PER_MONTH <= time + 1e-6].iloc[-1]


def test_events_are_counted_as_r_counts_them(bmt):
    cohort = read_table(bmt / "cohort.tsv")

    # R: table(bmt$cr_event) is 54 censored, 42 relapses, 41 deaths in remission
    assert cohort["disease_free_cause"].value_counts().to_dict() == {
        "censored": 54,
        "relapse": 42,
        "death": 41,
    }


def test_kaplan_meier_equals_r(bmt, root):
    survival = read_table(
        bmt / "survival.tsv", numeric=["time_months", "survival", "ci_low", "ci_high"]
    )
    grouped = survival[survival["group_by"] == "disease_group"]

    for point in oracle(root, "km_bmt_loglog")["curves"]:
        label = LABELS[point["strata"].removeprefix("group=")]
        row = at(grouped[grouped["group"] == label], point["time"])
        expected = (point["surv"], point["lower"], point["upper"])
        assert (row["survival"], row["ci_low"], row["ci_high"]) == (
            pytest.approx(expected, abs=1e-9)
        )


def test_cumulative_incidence_equals_r(bmt, root):
    incidence = read_table(
        bmt / "cumulative_incidence.tsv",
        numeric=["time_months", "cif", "ci_low", "ci_high"],
    )
    grouped = incidence[incidence["group_by"] == "disease_group"]
    causes = {"1": "relapse", "2": "death"}

    for point in oracle(root, "cuminc_bmt_group")["cif"]:
        curve = grouped[
            (grouped["group"] == LABELS[point["group"]])
            & (grouped["cause"] == causes[point["cause"]])
        ]
        row = at(curve, point["time"])
        limits = (point["lower_loglog"], point["upper_loglog"])
        expected = (point["est"], *(nan if x is None else x for x in limits))
        assert (row["cif"], row["ci_low"], row["ci_high"]) == (
            pytest.approx(expected, abs=1e-9, nan_ok=True)
        )


def test_the_cause_specific_cox_model_equals_r(bmt, root):
    models = read_table(bmt / "models.tsv", numeric=["estimate", "n", "events"])
    relapse = models[models["model"] == "relapse"].set_index("term")
    expected = oracle(root, "csc_bmt_relapse")
    terms = {"hi": "high_risk", "lo": "low_risk", "z1": "patient_age", "z8": "fab"}

    assert set(relapse["n"]) == {137}
    assert set(relapse["events"]) == {42}
    for term, ratio in zip(expected["terms"], expected["hr"], strict=True):
        row = relapse.loc[terms[term]]
        assert row["method"] == "cox"
        assert row["estimate"] == pytest.approx(ratio, abs=1e-5)


def test_any_date_column_becomes_a_time_dependent_covariate(bmt):
    models = read_table(bmt / "models.tsv", numeric=["estimate", "events_in_level"])

    row = models[models["term"] == "platelet_recovery"].iloc[0]

    assert (row["method"], row["level"]) == ("firth_cox", "yes")
    assert row["estimate"] > 0
    # counted in the data: d2 == 1, dp == 1 and tp < t2
    assert row["events_in_level"] == 39


def test_without_any_assay_every_lesion_is_not_assessed_but_the_curated(bmt):
    lesions = read_table(bmt / "lesions.tsv")

    assert dict(zip(lesions["lesion"], lesions["state"], strict=True))["tp53"] == (
        "absent"
    )
    assert set(lesions.loc[lesions["lesion"] != "tp53", "state"]) == {"not_assessed"}
