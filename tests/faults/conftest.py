import shutil

import pytest

from tests.faults.place import RESULTS, Place


@pytest.fixture(scope="session")
def undisturbed(root, tmp_path_factory) -> Place:
    """Return the finished results of a run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    for name in ("workflow", "scripts", "config", "resources", "tests/cohort"):
        shutil.copytree(
            root / name,
            folder / name,
            ignore=shutil.ignore_patterns("__pycache__", "example", "benchmark.*"),
        )
    place = Place(folder)
    place.run()
    return place


@pytest.fixture
def place(undisturbed, tmp_path):
    """Return a copy of the finished run that the test may disturb."""
    folder = tmp_path / "disturbed"
    shutil.copytree(undisturbed.folder, folder)
    # The report is made last: whoever finds it takes the run for finished.
    (folder / RESULTS / "report.html").unlink()
    disturbed = Place(folder)
    yield disturbed
    disturbed.end()
