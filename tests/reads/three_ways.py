"""
One sample's reads as FASTQ, as BAM and as the resulting VCF through the whole workflow.

Writes a cohort of three invented patients (SYNTHETIC reads of real sequence) and runs
Snakemake on it; the lesions of the three must be identical. make reads-test runs it.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pysam
import yaml

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), f"{ROOT}/scripts"]

from tests.reads.truth import BUILDS, Genome, from_reads, simulated  # noqa: E402

TABLES = ("lesions.tsv", "variants.tsv", "callability.tsv")
HERE = ("chr9", "chr17")


def whole_genome(folder: Path, source: str) -> str:
    """Add the other chromosomes of the panel, which hold nothing here."""
    path = str(folder / "whole.fa")
    others = [f"chr{n}" for n in (*range(1, 23), "X") if f"chr{n}" not in HERE]
    with open(source) as real, open(path, "w") as whole:
        for name in others:
            whole.write(f">{name}\nNNNNNNNNNN\n")
        for line in real:
            whole.write(line)
    pysam.faidx(path)
    return path


def write_cohort(
    folder: Path, genome: Genome, fasta: str, made: dict, lane: tuple
) -> str:
    """Write sheets and configuration; returns the path of the latter."""
    columns = "patient sample timepoint assay vcf coverage bam fastq_1 fastq_2".split()
    rows = [
        ("F", "F", "diagnosis", "PANEL", "", "", "", *lane),
        ("B", "B", "diagnosis", "PANEL", "", "", made["bam"], "", ""),
        (
            *("V", "V", "diagnosis", "PANEL", made["vcf.gz"]),
            *(made["thresholds.bed.gz"], "", "", ""),
        ),
    ]
    sheet = pd.DataFrame(rows, columns=columns)
    for column in columns[4:]:
        sheet[column] = [str(Path(p).resolve()) if p else "" for p in sheet[column]]
    sheet.to_csv(folder / "samples.tsv", sep="\t", index=False)
    clinical = pd.read_csv(ROOT / "tests/cohort/clinical.tsv", sep="\t", dtype=str)
    clinical = clinical.head(3).assign(patient=["F", "B", "V"])
    clinical.to_csv(folder / "clinical.tsv", sep="\t", index=False)
    config = {
        "cohort": "three_ways",
        "samples": str(folder / "samples.tsv"),
        "genome_build": genome.build,
        "clinical": {
            "table": str(folder / "clinical.tsv"),
            "data_cutoff": "2024-06-30",
        },
        "assays": {
            "PANEL": {
                **{"type": "dna_panel", "detects": ["snv", "indel"], "min_depth": 20},
                "genes": list(BUILDS[genome.build]),
            }
        },
        "reference": {
            genome.build: {"fasta": fasta, "gff": str(genome.folder / "genes.gff3")}
        },
        "reads": {"align_to": "panel"},
        "report": {
            "title": "Three ways",
            "text": "SYNTHETIC: no row is a real person.",
        },
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(config, sort_keys=False))
    return str(path)


def main() -> None:
    """Simulate one sample, run the workflow, compare the lesions of the three."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--output", default="results/reads_test")
    folder = Path(arguments.parse_args().output).resolve() / "three_ways"
    data = Path(os.environ.get("BALLAD_TEST_DATA", ROOT / "../shared/data")).resolve()
    genome = Genome("GRCh38", data, folder)
    _, _, lane = simulated(genome, "three", 150, "three ways")
    made = from_reads(genome, "made", [lane], [])
    config = write_cohort(
        folder, genome, whole_genome(folder, genome.fasta), made, lane
    )
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--cores",
        "2",
        "--configfile",
        config,
    ]
    wanted = [f"results/three_ways/{name}" for name in TABLES]
    ended = subprocess.run(
        [
            *command,
            "--directory",
            str(folder),
            "--snakefile",
            f"{ROOT}/workflow/Snakefile",
            *("--", *wanted),
        ],
        check=False,
    )
    if ended.returncode:
        sys.exit("the workflow failed")
    results = folder / "results/three_ways"
    tables = {
        name: pd.read_csv(results / name, sep="\t", dtype=str, keep_default_na=False)
        for name in TABLES
    }
    different = []
    for name, table in tables.items():
        kept = [
            c
            for c in table
            if c not in ("sample", "source", "evidence", "evidence_fingerprint")
        ]
        parts = {
            patient: part[kept].drop(columns="patient").reset_index(drop=True)
            for patient, part in table.groupby("patient")
        }
        for patient in ("B", "V"):
            same = parts["F"].equals(parts[patient])
            print(f"{name}: F and {patient}: {len(parts['F'])} rows, identical: {same}")
            if not same:
                different.append(f"{name} of F and {patient}")
    sys.exit(f"different: {', '.join(different)}" if different else 0)


if __name__ == "__main__":
    main()
