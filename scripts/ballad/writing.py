"""How a file comes into being: whole, or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def written_whole(path: str | os.PathLike) -> Iterator[Path]:
    """
    Write beside the target and rename once everything is on the disk.

    Whoever finds the target finds all of it, whatever stops the writer: a signal, a
    full disk, a crash of the machine. A killed writer leaves at most a hidden file
    ``.NAME.PID.part``; an error removes that too.

    Parameters
    ----------
    path
        The target; its folder is made if it is missing.

    Yields
    ------
    Path
        The file to write to: in the same folder, for a rename needs one file system,
        and with the writer's process id, for a job that outlived a killed Snakemake
        may still be writing the same target.
    """
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield unfinished
        with unfinished.open("rb+") as written:
            os.fsync(written.fileno())
        unfinished.replace(target)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


@contextmanager
def folder_written_whole(path: str | os.PathLike) -> Iterator[Path]:
    """Fill a hidden folder beside the target and rename it; the target is replaced."""
    target = Path(path)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    unfinished.mkdir(parents=True)
    try:
        yield unfinished
        if target.exists():
            shutil.rmtree(target)
        unfinished.replace(target)
    except BaseException:
        shutil.rmtree(unfinished)
        raise


def write_text(text: str, path: str | os.PathLike) -> None:
    """Write a text file, UTF-8, in one step."""
    with written_whole(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8")
