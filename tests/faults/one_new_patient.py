"""
One patient more among the 267 of the SYNTHETIC cohort: `make rerun-test`.

Measured twice: with the panel VCFs of the example, which are tiny, and with VCFs and
coverage of an exome's size. Prints which jobs run again and how long they take beside
a run from nothing. Fails if more than the newcomer's batch is read, or if it takes half
of the whole run or longer.
"""

import gzip
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import yaml

from ballad.inputs.batches import batch_of
from tests.faults.exomes import grown_to_exomes

CONFIG = "config/example.yaml"
RESULTS = "results/example"
MODEL, NEW = "SYN-001", "SYN-NEW"
FOLDERS = ("workflow", "scripts", "config", "resources")
LIMIT = 0.5  # of the time of a whole run
BATCHES = 16  # of exomes: about 17 patients in each
READERS = ("read_variants", "read_coverage")


def main() -> None:
    """Measure the sizes that are named, or both."""
    root = Path(__file__).resolve().parents[2]
    sizes = sys.argv[1:] or ["panels", "exomes"]
    wrong = [what for size in sizes if (what := measured(root, size))]
    sys.exit("\n".join(wrong) or None)


def measured(root: Path, size: str) -> str | None:
    """Run the cohort, add the patient, run again; returns what is wrong, if anything."""
    with tempfile.TemporaryDirectory() as folder:
        checkout = Path(folder)
        for name in FOLDERS:
            shutil.copytree(root / name, checkout / name)
        cohort = checkout / "resources/example"
        batches = 4
        if size == "exomes":
            grown_to_exomes(cohort)
            batches = BATCHES
            config = checkout / CONFIG
            changes = {"variants": {"batches": batches}}
            config.write_text(f"{config.read_text()}\n{yaml.safe_dump(changes)}")
        print(f"The 267 patients with {size}, from nothing", flush=True)
        whole = Run(checkout)
        add_patient(cohort)
        print("The same with one patient more", flush=True)
        again = Run(checkout)
    return told(whole, again, size, batches)


class Run:
    """A finished run: jobs by rule, seconds on the clock and of the processors."""

    def __init__(self, checkout: Path) -> None:
        begun, worked = time.monotonic(), processor_seconds()
        said = subprocess.run(
            [sys.executable, "-m", "snakemake", "--configfile", CONFIG],
            cwd=checkout,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if said.returncode:
            sys.exit(said.stdout[-6000:])
        self.seconds = time.monotonic() - begun
        self.worked = processor_seconds() - worked
        rules = re.findall(r"^(?:local)?rule (\w+):", said.stdout, flags=re.MULTILINE)
        self.jobs = Counter(rules)
        self.logs = set(re.findall(r"^ +log: (\S+)", said.stdout, flags=re.MULTILINE))


def processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def add_patient(cohort: Path) -> None:
    """Give the newcomer the lines and files of another patient under its own name."""
    for sheet in ("samples", "clinical", "cytogenetics", "curation"):
        path = cohort / f"{sheet}.tsv"
        lines = path.read_text().splitlines(keepends=True)
        own = [line for line in lines if line.startswith(f"{MODEL}\t")]
        path.write_text("".join(lines + [line.replace(MODEL, NEW) for line in own]))
    for path in sorted(cohort.glob(f"*/{MODEL}[.-]*")):
        if path.suffix == ".tbi":  # of the places in the other's file
            continue
        copy = path.with_name(path.name.replace(MODEL, NEW))
        if path.suffix == ".gz":
            text = gzip.decompress(path.read_bytes()).decode()
            copy.write_bytes(gzip.compress(text.replace(MODEL, NEW).encode()))
        else:
            copy.write_text(path.read_text().replace(MODEL, NEW))


def told(whole: Run, again: Run, size: str, batches: int) -> str | None:
    """Print jobs and times; returns what is wrong, if anything."""
    print(f"\n{'rule':<32}{'whole run':>10}{'one patient more':>18}")
    for rule, jobs in whole.jobs.items():
        print(f"{rule:<32}{jobs:>10}{again.jobs[rule]:>18}")
    print(f"{'jobs':<32}{whole.jobs.total():>10}{again.jobs.total():>18}")
    print(f"{'seconds':<32}{whole.seconds:>10.1f}{again.seconds:>18.1f}")
    print(f"{'processor seconds':<32}{whole.worked:>10.1f}{again.worked:>18.1f}")
    ratio = again.seconds / whole.seconds
    print(
        f"rerun-test, {size}: one patient more takes {ratio:.2f} of the time of a whole "
        f"run, {again.worked / whole.worked:.2f} of its processor seconds\n",
        flush=True,
    )
    for rule in READERS:
        log = f"{RESULTS}/logs/{rule}/{batch_of(NEW, batches)}.log"
        if again.jobs[rule] != 1 or log not in again.logs:
            return f"{size}: {rule} read more than the batch of the new patient"
    if ratio >= LIMIT:
        return f"{size}: {ratio:.2f} of a whole run is not below {LIMIT}"
    return None


if __name__ == "__main__":
    main()
