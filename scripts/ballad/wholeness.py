"""A file is there whole or not at all; loads nothing that an entry may do without."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def renamed_when_whole(path: str) -> Iterator[str]:
    """
    Have a file written beside the target and rename it once it is on the disk.

    Whoever finds the target finds all of it, whatever stops the writer: a signal, a
    full disk, a crash of the machine. A killed writer leaves at most a hidden file
    ``.NAME.PID.part``; an error removes that too.

    Parameters
    ----------
    path
        The target; its folder is made if it is missing.

    Yields
    ------
    str
        The file to write to: in the same folder, for a rename needs one file system,
        and with the writer's process id, for a job that outlived a killed Snakemake
        may still be writing the same target.
    """
    folder, name = os.path.split(path)
    os.makedirs(folder or os.curdir, exist_ok=True)
    unfinished = os.path.join(folder, f".{name}.{os.getpid()}.part")
    try:
        yield unfinished
        with open(unfinished, "rb+") as written:
            os.fsync(written.fileno())
        os.replace(unfinished, path)
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(unfinished)
        raise
