"""What every entry does first, and which modules an entry imports."""

import ast
import functools
import logging
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
SECONDS_BETWEEN_WORDS = 2.0


def log_to(path: str) -> None:
    """Send logging, tracebacks and htslib's own messages to the rule's log."""
    with open(path, "w") as log:
        os.dup2(log.fileno(), 2)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")


def with_progress(things: Iterable[T], total: int, what: str) -> Iterator[T]:
    """Pass on `things`; say on the terminal every few seconds how many are done."""
    said = time.monotonic()
    for done, thing in enumerate(things, 1):
        yield thing
        if time.monotonic() - said > SECONDS_BETWEEN_WORDS:
            said = time.monotonic()
            print(f"{what}: {done} of {total}", flush=True)


def imported_modules(entry: Path, scripts: Path) -> list[Path]:
    """
    List the modules of ballad, and the entries, that an entry imports.

    Directly or not.

    Parameters
    ----------
    entry
        A Python file.
    scripts
        The folder that holds the package ``ballad``.

    Returns
    -------
    list of Path
        Sorted files below `scripts`; the packages' ``__init__.py`` included,
        because importing a module runs them.
    """
    found: set[Path] = set()
    waiting = [entry]
    while waiting:
        for module in _imports(waiting.pop(), scripts) - found:
            found.add(module)
            waiting.append(module)
    return sorted(found)


def _imports(source: Path, scripts: Path) -> set[Path]:
    return {
        file
        for name in _imported_names(source, source.stat().st_mtime_ns)
        if name.split(".")[0] == "ballad" or (scripts / f"{name}.py").is_file()
        for file in _files(name, scripts)
    }


# Most modules are imported by most entries; parsing is the slow part.
@functools.cache
def _imported_names(source: Path, changed: int) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return frozenset(names)


def _files(name: str, scripts: Path) -> set[Path]:
    parts = name.split(".")
    packages = {
        scripts.joinpath(*parts[: end + 1], "__init__.py") for end in range(len(parts))
    }
    candidates = packages | {scripts.joinpath(*parts).with_suffix(".py")}
    return {path for path in candidates if path.is_file()}
