"""How long the jobs of a run took: run/durations.tsv."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ballad.tables import write_table

COLUMNS = ["rule", "output", "seconds"]


def durations(records: Iterable[tuple[str, Mapping[str, Any]]]) -> pd.DataFrame:
    """
    List the jobs behind a folder of results, the longest first.

    Parameters
    ----------
    records
        Path of an output and what the workflow engine recorded of it: rule,
        starttime and endtime in seconds since the epoch, log.

    Returns
    -------
    DataFrame with COLUMNS
        One row per job, named by the first of its outputs. On a cluster the time
        includes the wait in the queue; a job of an earlier run keeps its own time.
        ``seconds`` is missing where nothing was recorded.
    """
    jobs: dict[tuple[Any, ...], dict[str, Any]] = {}
    for path, record in sorted(records, key=lambda entry: entry[0]):
        start, end = record.get("starttime"), record.get("endtime")
        job = (record.get("rule"), start, tuple(record.get("log") or ()))
        seconds = None if start is None or end is None else max(0.0, end - start)
        row = {"rule": record.get("rule"), "output": path, "seconds": seconds}
        first = jobs.setdefault(job, row)
        if seconds is not None and (first["seconds"] or 0.0) < seconds:
            first["seconds"] = seconds
    table = pd.DataFrame(list(jobs.values()), columns=COLUMNS)
    table["seconds"] = table["seconds"].astype(float).round(1)
    return table.sort_values(
        ["seconds", "rule", "output"], ascending=[False, True, True]
    )


def write_durations(
    record_of: Callable[[str], Mapping[str, Any] | None], results: str
) -> None:
    """
    Write run/durations.tsv of a folder of results, if anything of it is recorded.

    Parameters
    ----------
    record_of
        Returns what is recorded of an output; None where it is no output.
    results
        The folder.
    """
    paths = [str(path) for path in Path(results).rglob("*")]
    found = [(path, record) for path in paths if (record := record_of(path))]
    if found:
        write_table(durations(found), Path(results) / "run/durations.tsv")
