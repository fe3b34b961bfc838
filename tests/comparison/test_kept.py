"""Snapshots: small, whole, and never over another."""

import pytest

from ballad.comparison.kept import KEPT, comparison_problems, snapshot


@pytest.fixture
def results(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "results/mine"
    for name in KEPT:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def test_a_snapshot_holds_what_a_comparison_needs_and_no_more(results):
    (results / "variants.tsv").write_text("large")

    kept = snapshot(results)

    files = {p.relative_to(kept).as_posix() for p in kept.rglob("*") if p.is_file()}
    assert files == set(KEPT)
    assert kept == results / "snapshots/1"
    assert snapshot(results).name == "2"
    assert snapshot(results, "before rules 2").name == "before rules 2"


def test_a_snapshot_is_never_overwritten(results):
    snapshot(results, "first")

    with pytest.raises(FileExistsError, match="another SNAPSHOT="):
        snapshot(results, "first")


def test_an_unfinished_run_is_not_kept(results):
    (results / "models.tsv").unlink()

    with pytest.raises(FileNotFoundError, match="models.tsv missing; finish the run"):
        snapshot(results)
    assert not (results / "snapshots").exists()


@pytest.mark.parametrize(
    ("folder", "rules"),
    [
        (None, []),
        ("results/mine", ["is this cohort's own results folder"]),
        ("results/nowhere", ["holds no genotypes.tsv", "holds no models.tsv"]),
        ("results/mine/snapshots/1", []),
    ],
)
def test_compare_with_names_an_earlier_run(results, folder, rules):
    snapshot(results)

    found = comparison_problems({"cohort": "mine", "compare_with": folder})

    assert [p.rule[: len(rule)] for p, rule in zip(found, rules, strict=True)] == rules
