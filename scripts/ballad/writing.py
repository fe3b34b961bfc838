"""How a file comes into being: whole, or not at all."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ballad.wholeness import renamed_when_whole


@contextmanager
def written_whole(path: str | os.PathLike) -> Iterator[Path]:
    """Do the same as `renamed_when_whole`, with paths that know how to be written."""
    with renamed_when_whole(os.fspath(path)) as unfinished:
        yield Path(unfinished)


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
