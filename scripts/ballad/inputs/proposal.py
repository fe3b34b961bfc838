"""A sample sheet proposed from a folder of files; what a name cannot tell is blank."""

import re
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath

from ballad.inputs.sample_sheet import SAMPLE_COLUMNS


def proposed_rows(
    paths: Iterable[str], patterns: Sequence[tuple[str, str]]
) -> list[dict[str, str]]:
    """
    Propose one row per sample.

    Parameters
    ----------
    paths
        Files, as they shall stand in the sheet.
    patterns
        (column of the sample sheet, regular expression of a file's name); the first
        that fits decides.

    Returns
    -------
    list of dict with SAMPLE_COLUMNS
        The sample is the file's name up to the first dot (reads: up to their number);
        a second file of one kind opens a further row of that sample. Patient,
        timepoint, assay and all that a name cannot tell are blank.
    """
    rows: dict[str, list[dict[str, str]]] = {}
    for path in sorted(paths):
        name = PurePosixPath(path).name
        column = next((c for c, pattern in patterns if re.search(pattern, name)), None)
        if column is None:
            continue
        sample = _sample(name, column)
        here = rows.setdefault(sample, [])
        row = next((row for row in here if not row[column]), None)
        if row is None:
            row = dict.fromkeys(SAMPLE_COLUMNS, "") | {"sample": sample}
            here.append(row)
        row[column] = path
    return [row for sample in sorted(rows) for row in rows[sample]]


def _sample(name: str, column: str) -> str:
    if column.startswith("fastq"):
        return re.split(r"[._-]R?[12](?:_001)?\.", name)[0]
    return name.split(".")[0]
