"""Another workflow imports ballad and overrides its configuration."""

import re
import subprocess
import sys

import pytest
import yaml

from ballad.tables import read_table
from tests.dozen import copy_of_checkout

pytestmark = pytest.mark.workflow

SNAKEFILE = """
import sys


configfile: "cohort.yaml"


module ballad:
    snakefile:
        "ballad/workflow/Snakefile"
    config:
        {**config, "variants": {"batches": 2}}


use rule * from ballad as ballad_*


rule count_variants:
    default_target: True
    input:
        "results/dozen/variants.tsv",
    output:
        "counted.txt",
    shell:
        "wc -l < {input} > {output}"


print("beside Snakemake:", *workflow._localrules, file=sys.stderr)
"""


@pytest.fixture(scope="module")
def importing(root, tmp_path_factory):
    """Return a folder with another workflow beside a clone of ballad."""
    folder = tmp_path_factory.mktemp("importing")
    copy_of_checkout(root, folder / "ballad")
    (folder / "ballad/tests/cohort").rename(folder / "cohort")
    text = (folder / "cohort/config.yaml").read_text()
    settings = yaml.safe_load(text.replace("tests/cohort/", "cohort/"))
    (folder / "cohort.yaml").write_text(yaml.safe_dump(settings))
    (folder / "Snakefile").write_text(SNAKEFILE)
    return folder


def snakemake(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "2", *arguments],
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


def test_the_whole_of_ballad_is_planned_under_its_new_names(importing):
    process = snakemake(importing, "--dry-run", "ballad_all")

    assert process.returncode == 0, process.stdout[-4000:]
    rules = set(
        re.findall(r"^(?:local)?rule (\w+):", process.stdout, flags=re.MULTILINE)
    )
    assert all(rule.startswith("ballad_") for rule in rules)
    assert {"ballad_fit_models", "ballad_write_report", "ballad_record_run"} <= rules
    # Small tables are not submitted to a cluster, as when ballad runs by itself.
    local = re.search(r"^beside Snakemake: (.*)$", process.stdout, flags=re.MULTILINE)
    assert "ballad_join_clinical" in local.group(1).split()
    assert "ballad_fit_models" not in local.group(1).split()
    # The config of the importing workflow, over the method of ballad.
    assert process.stdout.count("rule ballad_read_variants:") == 2


def test_the_jobs_run_and_the_other_workflow_goes_on_with_their_results(importing):
    process = snakemake(importing)

    assert process.returncode == 0, process.stdout[-4000:]
    variants = read_table(importing / "results/dozen/variants.tsv")
    assert (importing / "counted.txt").read_text().strip() == str(len(variants) + 1)
    assert {"001", "004"} <= set(variants["patient"])


def test_what_is_wrong_with_the_config_is_still_told(importing):
    process = snakemake(importing, "--dry-run", "--config", "genome_build=hg18")

    assert process.returncode != 0
    assert "genome_build" in process.stdout
    assert "hg18" in process.stdout
