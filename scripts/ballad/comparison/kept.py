"""The files of a run that a later comparison needs, and nothing else."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ballad.problems import Problem

KEPT = (
    *("genotypes.tsv", "models.tsv", "response.tsv", "survival_summary.tsv"),
    *("tests.tsv", "run/config.yaml", "run/versions.tsv", "run/method.tsv"),
    "run/patients.tsv",
)
SNAPSHOTS = "snapshots"


def snapshot(results: Path, name: str = "") -> Path:
    """
    Copy what a later comparison needs into results/<cohort>/snapshots/<name>/.

    Parameters
    ----------
    results
        Results folder of a finished run.
    name
        Of the snapshot; without it the next free number from 1 on.

    Returns
    -------
    Path
        The new folder; it appears in one step, with all of its files.

    Raises
    ------
    FileNotFoundError
        If the run lacks a file: it has not finished.
    FileExistsError
        If a snapshot of this name stands.
    """
    if lacking := [file for file in KEPT if not (results / file).is_file()]:
        raise FileNotFoundError(
            f"{results}: {', '.join(lacking)} missing; finish the run first "
            "(make run CONFIG=...)"
        )
    folder = results / SNAPSHOTS
    name = name or _next_number(folder)
    target = folder / name
    if target.exists():
        raise FileExistsError(f"{target} exists; give another SNAPSHOT=...")
    unfinished = folder / f".{name}.part"
    shutil.rmtree(unfinished, ignore_errors=True)
    for file in KEPT:
        (unfinished / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(results / file, unfinished / file)
    unfinished.replace(target)
    return target


def comparison_problems(config: Mapping[str, Any]) -> list[Problem]:
    """Refuse a `compare_with` that holds no run, or the run itself."""
    folder = config.get("compare_with")
    if not isinstance(folder, str):
        return []
    place = {"file": "config", "column": "compare_with", "value": folder}
    own = os.path.abspath(f"results/{config.get('cohort')}")
    if os.path.abspath(folder) == own:
        return [
            Problem(
                **place,
                rule="is this cohort's own results folder, which the run changes",
                cure="keep them first (make snapshot CONFIG=...) and name the snapshot",
            )
        ]
    lacking = [
        n for n in ("genotypes.tsv", "models.tsv") if not Path(folder, n).is_file()
    ]
    return [
        Problem(
            **place,
            rule=f"holds no {name}",
            cure="name the results folder of a finished run, or one of its snapshots",
        )
        for name in lacking
    ]


def _next_number(folder: Path) -> str:
    taken = {int(path.name) for path in folder.glob("*") if path.name.isdecimal()}
    return str(max(taken, default=0) + 1)
