"""Which modules an entry imports."""

import ast
import functools
from pathlib import Path


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
