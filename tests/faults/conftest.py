import shutil

import pytest

from tests.dozen import copy_of_checkout
from tests.faults.place import RESULTS, Place

VERDICTS = pytest.StashKey[dict]()


@pytest.fixture(scope="session")
def undisturbed(root, tmp_path_factory) -> Place:
    """Return the finished results of a run that nothing disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    copy_of_checkout(root, folder)
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


def pytest_configure(config):
    config.addinivalue_line("markers", "fault(name, place): what is done to a run")
    config.stash[VERDICTS] = {}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if mark := item.get_closest_marker("fault"):
        passed, seconds = item.config.stash[VERDICTS].get(mark.args, (True, 0.0))
        item.config.stash[VERDICTS][mark.args] = (
            passed and report.passed,
            seconds + report.duration * (report.when == "call"),
        )
    return report


def pytest_terminal_summary(terminalreporter, config):
    """Print a line for each fault: where, how long, and what became of the run."""
    if verdicts := config.stash[VERDICTS]:
        terminalreporter.section("what was done to a run, and how it ended")
        for (fault, place), (passed, seconds) in verdicts.items():
            verdict = "identical after resuming" if passed else "NOT AS IT SHOULD BE"
            terminalreporter.line(f"{fault:<32}{place:<14}{seconds:6.0f} s   {verdict}")
