"""Copies of the checkout in which the dozen invented patients are run."""

import shutil
import subprocess
import sys
from pathlib import Path

CONFIG = "tests/cohort/config.yaml"


def snakemake(checkout: Path, *arguments: str, config: str = CONFIG):
    """Run Snakemake in a checkout; returns the finished process with its text."""
    return subprocess.run(
        [sys.executable, "-m", "snakemake", *arguments, "--configfile", config],
        cwd=checkout,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )


def copy_of_checkout(root: Path, folder: Path) -> Path:
    """Copy what a clone holds, so that tests may edit it and run in it."""
    for name in ("workflow", "scripts", "config", "resources", "tests/cohort"):
        shutil.copytree(
            root / name,
            folder / name,
            ignore=shutil.ignore_patterns("__pycache__", "example"),
        )
    return folder
