"""What a run was made from: versions and checksums."""

import hashlib
import platform
from collections.abc import Iterable
from importlib.metadata import distributions
from pathlib import Path

import pandas as pd

VERSION = "0.1.0"


def versions() -> pd.DataFrame:
    """List ballad, Python and every installed package: columns name, version."""
    installed = sorted(
        {
            (package.metadata["Name"].lower(), package.version)
            for package in distributions()
        }
    )
    rows = [("ballad", VERSION), ("python", platform.python_version()), *installed]
    return pd.DataFrame(rows, columns=["name", "version"])


def checksums(paths: Iterable[str]) -> pd.DataFrame:
    """List the SHA-256 of each input file: columns path, sha256."""
    rows = [(path, _sha256(path)) for path in sorted(set(paths))]
    return pd.DataFrame(rows, columns=["path", "sha256"])


def _sha256(path: str) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
