import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.dozen import copy_of_checkout, snakemake

# .ci/run asks for the same examples each time; a developer's run looks for new ones.
settings.register_profile("same-examples", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real laboratory files, or skip."""
    folder = Path(os.environ.get("BALLAD_TEST_DATA", ROOT / "../shared/data"))
    if not folder.is_dir():
        pytest.skip(f"real laboratory files are not here: {folder}")
    return folder.resolve()


@pytest.fixture(scope="session")
def finished_dozen(root, tmp_path_factory) -> Path:
    """Return a checkout with finished results of the dozen patients; do not edit it."""
    folder = copy_of_checkout(root, tmp_path_factory.mktemp("dozen"))
    process = snakemake(folder)
    assert process.returncode == 0, process.stdout[-6000:]
    return folder
