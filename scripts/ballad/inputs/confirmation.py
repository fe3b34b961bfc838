"""Whether the inputs are, after all reading, still those that were recorded."""

from collections.abc import Iterable

import pandas as pd

from ballad.inputs.run_record import checksums
from ballad.problems import InputError, Problem


def confirm(recorded: pd.DataFrame, files: Iterable[str]) -> pd.DataFrame:
    """
    Compare every input with its checksum at the start of the run.

    Parameters
    ----------
    recorded
        Columns path, sha256: written before the files were read.
    files
        The inputs, after everything that reads them has finished.

    Returns
    -------
    DataFrame
        Columns path, sha256, as recorded: nothing has changed.

    Raises
    ------
    InputError
        Naming each file that differs from its record: results of this run would mix
        what stood in the file before and after.
    """
    before = dict(recorded[["path", "sha256"]].to_numpy())
    now = checksums(files)
    changed = [
        path for path, digest in now.to_numpy() if before.get(path, digest) != digest
    ]
    if changed:
        raise InputError(
            Problem(
                path,
                rule="changed during the run: some results may stem from the file "
                "before the change and some from the file after it",
                cure="give the same command again; if it says this once more, the "
                f"file was given an old date: touch {path}",
            )
            for path in changed
        )
    return now
