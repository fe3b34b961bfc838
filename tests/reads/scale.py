"""
Time and memory of panel samples that come as FASTQ, by their number and their reads.

SYNTHETIC reads of real sequence, whole runs of the workflow up to the lesions on two
cores. Judged is the time that Snakemake and all its programs take of the processors,
which other work on the machine changes less than the time of the clock.
make reads-scale runs it; SCALE="--samples 5 10 --depths 150 300" for a try.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), f"{ROOT}/scripts"]

from tests.reads import cohorts  # noqa: E402
from tests.reads.truth import BUILDS, Genome, simulated  # noqa: E402

BUILD = "GRCh38"
SAMPLES = (5, 10, 50)  # at the first depth
DEPTHS = (150, 300, 600)  # of the first number of samples
LEAST_R_SQUARED = 0.98


def copied(lane: Sequence[str], folder: Path, name: str) -> dict[str, str]:
    """Give a sample files of its own."""
    paths = {f"fastq_{n}": str(folder / f"{name}_R{n}.fastq.gz") for n in (1, 2)}
    for source, path in zip(lane, paths.values(), strict=True):
        shutil.copy(source, path)
    return paths


def measured(
    folder: Path, lane: Sequence[str], samples: int, depth: int, reference: dict
) -> dict[str, float]:
    """Run a cohort of so many samples; return seconds, MB and reads."""
    name = f"n{samples}x{depth}"
    rows = [
        cohorts.row(f"P{n}", **copied(lane, folder, f"{name}_{n}"))
        for n in range(samples)
    ]
    config = cohorts.write_cohort(folder, name, rows, BUILDS[BUILD], reference)
    shutil.rmtree(folder / "results" / name, ignore_errors=True)
    wanted = [f"results/{name}/{file}" for file in ("lesions.tsv", "quality.tsv")]
    said = folder / f"{name}.txt"
    began = time.monotonic()
    with said.open("wb") as words:
        command = cohorts.command(folder, config, "--", *wanted)
        started = subprocess.Popen(command, stdout=words, stderr=words)
        _, ended, used = os.wait4(started.pid, 0)
    if ended:
        sys.exit(f"the workflow failed: {said.read_text()[-3000:]}")
    quality = cohorts.table(folder, name, "quality.tsv")
    for row in rows:
        Path(row["fastq_1"]).unlink()
        Path(row["fastq_2"]).unlink()
    return {
        "samples": samples,
        "depth": depth,
        "reads": quality["reads"].astype(float).sum(),
        "processor_seconds": used.ru_utime + used.ru_stime,
        "clock_seconds": time.monotonic() - began,
        "largest_program_mb": used.ru_maxrss / 1024,
    }


def fit(table: pd.DataFrame) -> tuple[np.ndarray, float]:
    """
    Fit processor seconds = start + per sample + per million reads (least squares).

    Returns
    -------
    tuple of the three coefficients, and the share of variance they explain
    """
    seconds = table["processor_seconds"].to_numpy(float)
    terms = np.column_stack(
        [np.ones(len(table)), table["samples"], table["reads"] / 1e6]
    )
    coefficients = np.linalg.lstsq(terms, seconds, rcond=None)[0]
    left = ((seconds - terms @ coefficients) ** 2).sum()
    return coefficients, 1 - left / ((seconds - seconds.mean()) ** 2).sum()


def main() -> None:
    """Measure, fit, print; ends with 1 if time is not linear."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--output", default="results/reads_scale")
    arguments.add_argument("--samples", type=int, nargs="+", default=list(SAMPLES))
    arguments.add_argument("--depths", type=int, nargs="+", default=list(DEPTHS))
    chosen = arguments.parse_args()
    folder = Path(chosen.output).resolve()
    data = Path(os.environ.get("BALLAD_TEST_DATA", ROOT / "../shared/data")).resolve()
    genome = Genome(BUILD, data, folder)
    whole = cohorts.whole_genome(str(folder / "whole.fa"), genome.fasta)
    reference = {BUILD: {"fasta": whole, "gff": str(folder / "genes.gff3")}}
    few, low = chosen.samples[0], chosen.depths[0]
    sizes = [(n, low) for n in chosen.samples] + [(few, d) for d in chosen.depths[1:]]
    rows = []
    for samples, depth in sizes:
        _, _, lane = simulated(genome, f"d{depth}", depth, "scale")
        rows.append(measured(folder, lane, samples, depth, reference))
        print(pd.DataFrame(rows[-1:]).to_string(index=False), flush=True)
    table = pd.DataFrame(rows)
    table.to_csv(folder / "scale.tsv", sep="\t", index=False)
    (start, per_sample, per_million), explained = fit(table)
    print(
        f"processor seconds = {start:.1f} + {per_sample:.2f} per sample "
        f"+ {per_million:.1f} per million reads; R2 {explained:.4f} "
        f"(bar {LEAST_R_SQUARED}, {len(table)} runs)"
    )
    sys.exit(0 if explained >= LEAST_R_SQUARED else "time is not linear")


if __name__ == "__main__":
    main()
