import re
import tomllib

import pytest


@pytest.fixture
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture
def lock(root):
    return (root / "requirements.txt").read_text(encoding="utf-8")


def names(requirements):
    return {re.match(r"[A-Za-z0-9_.-]+", text)[0].lower() for text in requirements}


def test_every_dependency_is_locked_with_its_checksum(project, lock):
    wanted = names(project["project"]["dependencies"])
    wanted |= names(project["dependency-groups"]["test"])
    entries = re.split(r"\n(?=[a-zA-Z])", lock)
    locked = {entry.split("==")[0].lower(): entry for entry in entries if "==" in entry}

    assert wanted <= set(locked)
    assert all("--hash=sha256:" in locked[name] for name in wanted)


def test_the_lock_holds_no_address(lock):
    assert "://" not in lock


def test_the_readme_says_why_each_dependency_is_there(project, root):
    readme = (root / "README.md").read_text(encoding="utf-8").lower()

    for name in names(project["project"]["dependencies"]):
        assert name in readme, name


def test_no_dependency_is_under_the_gpl_at_run_time(lock):
    # scikit-survival is GPL-3; it may not come in through another package either.
    assert not re.search(r"^scikit-survival==", lock, flags=re.MULTILINE)
