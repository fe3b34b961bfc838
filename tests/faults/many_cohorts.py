"""
Many small cohorts from one checkout, really run: `make cohorts-test`.

Each is the dozen invented patients under a config file and name of its own. Prints, for
one cohort and for all, the time and memory of planning, of the whole run and of a run
with nothing to do. Fails if a run fails or two cohorts do not have the same results.
"""

import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml

from tests.dozen import CONFIG, copy_of_checkout, snakemake
from tests.faults.place import files

STEPS = {"planning": ("--dry-run",), "whole run": (), "nothing to do": ()}
# What names the cohort, or says when and from what it was run.
NAMED = {"config.yaml", "method.tsv", "tables.xlsx", "report.html", "meta_study.txt"}


def main() -> None:
    """Run as many cohorts as the first number says, so many at once as the second."""
    cohorts, at_once = map(int, sys.argv[1:])
    root = Path(__file__).resolve().parents[2]
    with tempfile.TemporaryDirectory() as folder:
        checkout = copy_of_checkout(root, Path(folder))
        names = [f"cohort_{number}" for number in range(1, cohorts + 1)]
        configs = {name: config_of(checkout, name) for name in names}
        print(f"{cohorts} cohorts of 12 patients, {at_once} at a time\n")
        print(f"{'step':<16}{'seconds':>9}{'of one':>9}{'CPU of one':>12}{'GB':>7}")
        for step, arguments in STEPS.items():
            told(step, checkout, configs, at_once, arguments)
        sys.exit(differing(checkout, names))


def config_of(checkout: Path, name: str) -> str:
    """Write a cohort's file; returns its path inside the checkout."""
    config = yaml.safe_load((checkout / CONFIG).read_text())
    path = f"config/cohorts/{name}.yaml"
    (checkout / path).parent.mkdir(exist_ok=True)
    (checkout / path).write_text(yaml.safe_dump({**config, "cohort": name}))
    return path


def told(step, checkout, configs, at_once, arguments) -> None:
    """Do a step for each cohort; print its times and the largest process of it."""

    def done(config: str) -> subprocess.CompletedProcess:
        return snakemake(checkout, *arguments, config=config)

    begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
    with ThreadPoolExecutor(at_once) as pool:
        for name, ended in zip(configs, pool.map(done, configs.values()), strict=True):
            if ended.returncode:
                sys.exit(f"{name}: {step} failed\n{ended.stdout[-6000:]}")
    seconds, number = time.monotonic() - begun, len(configs)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    worked = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        f"{step:<16}{seconds:>9.1f}{seconds / number:>9.1f}{worked / number:>12.1f}"
        f"{after.ru_maxrss / 1e6:>7.2f}",
        flush=True,
    )


def differing(checkout: Path, names: list[str]) -> str | None:
    """Compare each cohort's tables and figures with those of the first."""
    first = files(checkout / "results" / names[0])
    if not first:
        return f"{names[0]} has no results"
    for name in names[1:]:
        own = files(checkout / "results" / name)
        if own.keys() != first.keys():
            return f"{name} has other files than {names[0]}"
        for path in own:
            if Path(path).name in NAMED:
                continue
            texts = [found[path].read_bytes() for found in (first, own)]
            if texts[0].replace(names[0].encode(), name.encode()) != texts[1]:
                return f"{path} of {name} is not that of {names[0]}"
    print(f"\ncohorts-test: {len(names)} cohorts have the same tables and figures")
    return None


if __name__ == "__main__":
    main()
