"""
Faults on one machine, in runs of the whole workflow: `make fault-test`.

After each, the same command again must finish with the results of an undisturbed run.
Minutes long: not collected by `make test`.
"""

import os
import resource
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.faults.place import RESULTS, assert_identical, files, kill, until

PAGE = 4096  # bytes: what a file takes of a disk in memory is a multiple
SMALL = 12_000  # bytes: several tables and every figure are larger


def limit_file_size():
    """Let each write past the limit fail, as on a full disk; without a signal."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, resource.RLIM_INFINITY))


def pids_of(script: str) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().decode().split("\0")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if any(part.endswith(script) for part in command):
                found.append(int(entry.name))
    return found


def process_of(place, rule: str) -> int:
    """Find the process that runs a rule's script for this place and no other."""
    here = [
        pid
        for pid in pids_of(f".{rule}.py")
        if Path(f"/proc/{pid}/cwd").resolve() == place.folder.resolve()
    ]
    assert len(here) == 1
    return here[0]


@pytest.mark.fault("job killed", "this machine")
def test_a_killed_job_fails_the_run_and_is_made_again(place, undisturbed):
    place.hold("fit_models")
    running = place.start()
    place.until_reached(600)

    os.kill(process_of(place, "fit_models"), signal.SIGKILL)

    assert running.wait(timeout=900) != 0
    assert not (place.results / "models.tsv").exists()
    assert not (place.results / "report.html").exists()
    place.release()
    place.run()
    assert_identical(place.results, undisturbed.results)


@pytest.mark.fault("head process killed", "this machine")
def test_a_killed_snakemake_leaves_a_lock_that_is_explained(place, undisturbed):
    place.hold("fit_models")
    running = place.start()
    place.until_reached(600)

    kill(running)

    refused = place.fail()
    assert "--unlock" in refused
    # The script lives on. It is let finish: what it leaves is not trusted either.
    orphan = process_of(place, "fit_models")
    place.release()
    until(300, "the orphan ends", lambda: not Path(f"/proc/{orphan}").exists())
    place.run("--unlock")
    assert "fit_models" in place.run("--dry-run")
    place.run()
    assert_identical(place.results, undisturbed.results)


@pytest.mark.fault("each large write fails", "this machine")
def test_a_write_that_fails_leaves_nothing_half_written(place, undisturbed):
    shutil.rmtree(place.results)

    said = place.fail("--keep-going", preexec_fn=limit_file_size)

    assert "File too large" in said
    assert_nothing_half_written(place, undisturbed)
    place.run()
    assert_identical(place.results, undisturbed.results)


@pytest.fixture
def small_disk(place, undisturbed):
    """Lay a disk below the results that holds half of them; needs root."""
    pages = [
        -(-path.stat().st_size // PAGE) for path in files(undisturbed.results).values()
    ]
    shutil.rmtree(place.results)
    place.results.mkdir()
    mount("-t", "tmpfs", "-o", f"size={sum(pages) * PAGE // 2}", "tmpfs", place.results)
    yield place.results
    subprocess.run(["umount", place.results], check=True)


def mount(*arguments) -> None:
    subprocess.run(["mount", *arguments], check=True)


@pytest.mark.fault("disk full", "this machine")
def test_a_full_disk_leaves_nothing_half_written(place, undisturbed, small_disk):
    said = place.fail("--keep-going")

    assert "No space left on device" in said
    assert_nothing_half_written(place, undisturbed)
    mount("-o", "remount,size=200m", small_disk)
    place.run()
    assert_identical(place.results, undisturbed.results)


def assert_nothing_half_written(place, undisturbed) -> None:
    whole = files(undisturbed.results)
    for name, path in files(place.results).items():
        assert path.read_bytes() == whole[name].read_bytes(), name
    assert not (place.results / "report.html").exists()
    assert not list(place.results.rglob(".*.part"))


@pytest.mark.fault("corrupt output left behind", "this machine")
def test_a_table_that_lost_its_end_stops_the_next_run(place, undisturbed):
    models = place.results / "models.tsv"
    models.write_bytes(models.read_bytes()[: models.stat().st_size // 2])

    said = place.fail()

    assert f"{RESULTS}/models.tsv: the table is cut short" in said
    assert "delete it" in said
    models.unlink()
    place.run()
    assert_identical(place.results, undisturbed.results)


@pytest.mark.fault("file changed before it is read", "this machine")
def test_a_vcf_replaced_before_its_reader_opens_it_fails_the_run(place, tmp_path):
    wanted = type(place)(tmp_path / "changed_before")
    shutil.copytree(place.folder, wanted.folder)
    change_a_vcf(wanted)
    wanted.run()
    place.hold("read_variants")
    checksums = place.results / "run/checksums.tsv"
    checksums.unlink()
    running = place.start()
    place.until_reached(600)
    until(600, "the checksums are taken", checksums.exists)

    change_a_vcf(place)
    place.release()

    assert running.wait(timeout=900) != 0
    assert "006.vcf: changed during the run" in place.said()
    assert not (place.results / "report.html").exists()
    place.run()
    assert_identical(place.results, wanted.results)
    variants = (place.results / "variants.tsv").read_text()
    assert "006\t006-T" in variants


@pytest.mark.fault("file changed after it was read", "this machine")
def test_a_vcf_replaced_after_it_was_read_fails_the_run(place, tmp_path):
    wanted = type(place)(tmp_path / "changed_before")
    shutil.copytree(place.folder, wanted.folder)
    change_a_vcf(wanted)
    wanted.run()
    place.hold("fit_models")
    place.hold("confirm_inputs")
    (place.results / "run/unchanged.tsv").unlink()
    running = place.start()
    place.until_reached(600)

    change_a_vcf(place)
    place.release()

    assert running.wait(timeout=900) != 0
    assert "006.vcf: changed during the run" in place.said()
    assert not (place.results / "report.html").exists()
    place.run()
    assert_identical(place.results, wanted.results)


def change_a_vcf(place) -> None:
    """Give patient 006, whose VCF has no record, the variant of patient 004."""
    vcfs = place.folder / "tests/cohort/vcf"
    records = [
        line
        for line in (vcfs / "004.vcf").read_text().splitlines(keepends=True)
        if not line.startswith("#")
    ]
    assert records
    with (vcfs / "006.vcf").open("a") as vcf:
        vcf.writelines(records)
