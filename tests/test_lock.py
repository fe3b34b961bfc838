import re
import tomllib

import pytest
import yaml

from ballad.tables import read_table


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


CONDA = ("ballad", "reads", "rna")
IMAGES = ("Dockerfile", "ballad.def")


def conda_packages(root, name):
    environment = yaml.safe_load((root / f"workflow/envs/{name}.yaml").read_text())
    packages = [x for x in environment["dependencies"] if isinstance(x, str)]
    pip = [x["pip"] for x in environment["dependencies"] if isinstance(x, dict)]
    return dict(x.partition(" =")[::2] for x in packages), pip


@pytest.mark.parametrize("name", CONDA)
def test_a_conda_environment_holds_the_lock_and_no_package_beside_it(root, name):
    packages, pip = conda_packages(root, name)

    # Snakemake copies the file into .snakemake/conda: two folders below the checkout.
    assert pip == [["-r ../../requirements.txt"]]
    programs = read_table(root / "resources/reads/programs.tsv")
    known = set(programs["bioconda"])
    assert set(packages) - {"python", "pip"} <= known


@pytest.mark.parametrize("name", [*CONDA, *IMAGES])
def test_each_environment_has_a_python_that_the_makefile_accepts(root, name):
    if name in IMAGES:
        text = (root / "workflow/envs" / name).read_text()
        version = re.search(r"python:(\d+\.\d+)-", text)[1]
    else:
        version = conda_packages(root, name)[0]["python"]

    accepted = re.search(r"for p in (.*?); do", (root / "Makefile").read_text())[1]
    assert f"python{version}" in accepted.split()


@pytest.mark.parametrize("name", IMAGES)
def test_an_image_installs_the_lock_by_its_checksums_and_holds_what_a_run_needs(
    root, name
):
    text = (root / "workflow/envs" / name).read_text()

    assert re.search(r"pip install .*--require-hashes .*requirements\.txt", text)
    for needed in ("requirements.txt", "workflow", "scripts", "config", "resources"):
        assert re.search(rf"{needed} /opt/ballad/{needed}$", text, re.MULTILINE), needed


def test_conda_has_the_versions_of_the_programs_that_were_tried(root):
    programs = read_table(root / "resources/reads/programs.tsv")
    tried = programs["source"].str.extract(r"tried with Debian 12: \S+ ([\d.]+)")[0]
    packages, _ = conda_packages(root, "reads")

    expected = dict(zip(programs["bioconda"], tried, strict=True))
    for name, version in packages.items():
        if name not in {"python", "pip"}:
            assert f"{expected[name]}.".startswith(f"{version}."), name


@pytest.mark.parametrize("name", [*(f"{name}.yaml" for name in CONDA), *IMAGES])
def test_each_environment_says_whether_it_was_tested(root, name):
    first = (root / "workflow/envs" / name).read_text().splitlines()[0]

    assert re.match("# (Not tested|Tested): ", first)
