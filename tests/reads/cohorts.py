"""Cohorts of SYNTHETIC reads for whole runs: sheets, configuration, and Snakemake."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pysam
import yaml

ROOT = Path(__file__).parents[2]
FILES = ("vcf", "coverage", "bam", "fastq_1", "fastq_2")
COLUMNS = ("patient", "sample", "timepoint", "assay", *FILES)
MOST_PATIENTS = 13  # rows of tests/cohort/clinical.tsv


def whole_genome(path: str, source: str, ends: dict[str, int] | None = None) -> str:
    """
    Add the other chromosomes of the panel, which hold nothing here.

    Parameters
    ----------
    source
        FASTA of the chromosomes that matter.
    ends
        Of these: bases to keep; without it all.
    """
    with pysam.FastaFile(source) as real, open(path, "w") as whole:
        here = list(ends or real.references)
        others = [f"chr{n}" for n in (*range(1, 23), "X")]
        for name in (n for n in others if n not in real.references):
            whole.write(f">{name}\nNNNNNNNNNN\n")
        for name in here:
            bases = real.fetch(name, 0, (ends or {}).get(name))
            whole.write(f">{name}\n")
            for start in range(0, len(bases), 100):
                whole.write(bases[start : start + 100] + "\n")
    pysam.faidx(path)
    return path


def row(patient: str, **cells: str) -> dict[str, str]:
    """Write a row of the sample sheet; paths become absolute."""
    paths = {k: str(Path(p).resolve()) for k, p in cells.items() if k in FILES and p}
    plain = {"patient": patient, "sample": patient, "timepoint": "diagnosis"}
    return {**dict.fromkeys(COLUMNS, ""), **plain, "assay": "PANEL", **cells, **paths}


def write_cohort(
    folder: Path,
    name: str,
    rows: Sequence[dict[str, str]],
    genes: Sequence[str],
    reference: dict[str, dict[str, str]],
    align_to: str = "panel",
) -> str:
    """Write sheets and configuration; returns the path of the latter."""
    folder.mkdir(parents=True, exist_ok=True)
    sheet = pd.DataFrame(rows)
    sheet.to_csv(folder / f"{name}.samples.tsv", sep="\t", index=False)
    patients = list(dict.fromkeys(sheet["patient"]))
    source = pd.read_csv(ROOT / "tests/cohort/clinical.tsv", sep="\t", dtype=str)
    copies = [source.iloc[n % MOST_PATIENTS] for n in range(len(patients))]
    clinical = pd.DataFrame(copies).assign(patient=patients)
    clinical.to_csv(folder / f"{name}.clinical.tsv", sep="\t", index=False)
    config = {
        "cohort": name,
        "samples": str(folder / f"{name}.samples.tsv"),
        "genome_build": next(iter(reference)),
        "clinical": {
            "table": str(folder / f"{name}.clinical.tsv"),
            "data_cutoff": "2024-06-30",
        },
        "assays": {
            "PANEL": {
                **{"type": "dna_panel", "detects": ["snv", "indel"], "min_depth": 20},
                "genes": list(genes),
            }
        },
        "reference": reference,
        "reads": {"align_to": align_to},
        "report": {"title": name, "text": "SYNTHETIC: no row is a real person."},
    }
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(config, sort_keys=False))
    return str(path)


def command(folder: Path, config: str, *arguments: str) -> list[str]:
    """Write the command that runs Snakemake on a cohort."""
    return [
        *(sys.executable, "-m", "snakemake", "--cores", "2", "--configfile", config),
        *("--directory", str(folder), "--snakefile", f"{ROOT}/workflow/Snakefile"),
        *arguments,
    ]


def run(
    folder: Path, config: str, *arguments: str, path: str | None = None
) -> tuple[int, str]:
    """
    Run Snakemake on a cohort.

    Parameters
    ----------
    path
        Instead of PATH.

    Returns
    -------
    tuple of int and str
        How it ended, and what it said.
    """
    ended = subprocess.run(
        command(folder, config, *arguments),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **({"PATH": path} if path else {})},
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout


def table(folder: Path, name: str, file: str) -> pd.DataFrame:
    """Read a result of a cohort, all text."""
    path = folder / "results" / name / file
    return pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False)
