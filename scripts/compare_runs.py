"""Rule compare_runs: an earlier run beside this one -> what moved, and why."""

import logging

import pandas as pd
import yaml

from ballad.comparison.causes import (
    Causes,
    differing_files,
    differing_inputs,
    differing_settings,
    differing_versions,
)
from ballad.comparison.changes import ESTIMATES
from ballad.comparison.changes import changes as changes_of
from ballad.comparison.kept import KEPT
from ballad.job import log_to
from ballad.tables import read_table, write_table


def main(earlier: list[str], now: list[str], changes: str, names: list[str]) -> None:
    """Compare; `names` are those of both lists, below the folder of their run."""
    before, after = (dict(zip(names, paths, strict=True)) for paths in (earlier, now))
    moved = changes_of(_results(before), _results(after), _causes(before, after))
    for kind, rows in moved.groupby("kind", sort=False):
        logging.info("%s: %d", kind, len(rows))
    write_table(moved, changes)


def _results(run: dict[str, str]) -> dict[str, pd.DataFrame]:
    tables = ("genotypes", *ESTIMATES)
    return {
        name: read_table(run[f"{name}.tsv"]) for name in tables if f"{name}.tsv" in run
    }


def _causes(before: dict[str, str], after: dict[str, str]) -> Causes:
    causes = Causes(unrecorded=[name for name in KEPT if name not in before])
    if (name := "run/patients.tsv") in before:
        causes.differences += differing_inputs(
            read_table(before[name]), read_table(after[name])
        )
    if (name := "run/method.tsv") in before:
        old, new = read_table(before[name]), read_table(after[name])
        for kind in ("table", "code"):
            causes.differences += differing_files(
                kind, old[old["kind"] == kind], new[new["kind"] == kind]
            )
    if (name := "run/config.yaml") in before:
        causes.differences += differing_settings(
            *(_settings(run[name]) for run in (before, after))
        )
    if (name := "run/versions.tsv") in before:
        causes.differences += differing_versions(
            read_table(before[name]), read_table(after[name])
        )
    return causes


def _settings(path: str) -> dict:
    with open(path, encoding="utf-8") as file:
        return {**yaml.safe_load(file), "compare_with": None}


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
