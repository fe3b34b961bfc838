"""Whether files stay as they are while a job reads them; loads no pandas."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

AGAIN = "give the same command again once the file is no longer being written"


@contextmanager
def steady(paths: Iterable[str]) -> Iterator[None]:
    """
    Refuse the work done inside if one of the files changed meanwhile.

    Half of a reader's rows could otherwise stem from a file before its replacement
    and half from the one after. Size and times are compared: the time of the last
    change of the inode included, which copying tools cannot set back.

    Raises
    ------
    InputError
        Naming each file that was changed, replaced or removed.
    """
    listed = sorted(set(paths))
    before = {path: _state(path) for path in listed}
    yield
    changed = [path for path in listed if _state(path) != before[path]]
    if changed:
        # Only who has a problem needs the words for it.
        from ballad.problems import InputError, Problem

        raise InputError(
            Problem(path, rule="changed while it was being read", cure=AGAIN)
            for path in changed
        )


def _state(path: str) -> tuple[int, int, int] | None:
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns
