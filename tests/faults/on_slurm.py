"""
Faults of a cluster, on a one-node SLURM on loopback: `make fault-test`, as root.

After each, the same command again must finish with the results of an undisturbed run
on this machine. Minutes long: not collected by `make test`.
"""

import os
import re
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.place import assert_identical, kill, until

PROFILE = ("--workflow-profile", "workflow/profiles/slurm")
PATIENCE = 600  # seconds: a job costs 13 s or more, on a busy machine far more


@pytest.fixture(scope="module", autouse=True)
def slurm(root, tmp_path_factory):
    """Start the controller, the node and their accounting; stop them at the end."""
    state = tmp_path_factory.mktemp("slurm")
    script = str(root / "tests/slurm/start-slurm.sh")
    os.environ["SLURM_CONF"] = str(state / "etc/slurm.conf")
    try:
        subprocess.run([script, "start", str(state)], check=True)
        yield state
    finally:
        subprocess.run([script, "stop", str(state)], check=False)
        del os.environ["SLURM_CONF"]


def ask(*command: str) -> str:
    return subprocess.run(
        command, check=True, text=True, stdout=subprocess.PIPE
    ).stdout.strip()


@pytest.fixture
def jobs(slurm):
    """Return a function that lists (number, state) of a rule's jobs of this test."""
    earlier = set(ask("squeue", "-h", "-t", "all", "-o", "%A").split())

    def of_rule(rule: str) -> list[tuple[str, str]]:
        lines = ask("squeue", "-h", "-t", "all", "-o", "%A %T %k").splitlines()
        found = [line.split() for line in lines]
        return sorted(
            (number, state)
            for number, state, comment in found
            if number not in earlier and comment == f"rule_{rule}"
        )

    yield of_rule
    # What a failed test left in the queue would keep the next one waiting.
    left = ask("squeue", "-h", "-o", "%A").split()
    subprocess.run(["scancel", *left], check=False)
    subprocess.run(
        ["scontrol", "update", "NodeName=localhost", "State=RESUME"],
        check=False,
        stderr=subprocess.DEVNULL,  # refused where the node serves already
    )


def states(jobs, rule: str) -> list[str]:
    return [state for _, state in jobs(rule)]


def processes_of(job: str) -> set[int]:
    """Name the processes that a job of SLURM has started on this machine."""
    mark, found = f"SLURM_JOB_ID={job}".encode(), set()
    for process in Path("/proc").glob("[0-9]*"):
        # One that ended meanwhile, or is another user's, is none of them.
        with suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.add(int(process.name))
    return found


@pytest.fixture
def forgotten():
    """
    Collect processes of a job that SLURM no longer knows; they are ended by their ids.

    A lost node would have taken them along. Here the machine stays, and with it the
    Snakemake of the batch script, which waits for a step that is gone.
    """
    started: dict[str, set[int]] = {}
    yield started
    for job, processes in started.items():
        for process in processes & processes_of(job):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)


def finish(place, running, undisturbed) -> None:
    assert running.wait(timeout=2 * PATIENCE) == 0, place.said()[-6000:]
    assert_identical(place.results, undisturbed.results)


@pytest.mark.fault("job cancelled", "SLURM")
def test_a_cancelled_job_is_submitted_again(place, undisturbed, jobs):
    place.hold("fit_models")
    running = place.start(*PROFILE)
    place.until_reached(PATIENCE)

    ask("scancel", jobs("fit_models")[0][0])

    until(PATIENCE, "a second job", lambda: len(jobs("fit_models")) == 2)
    assert not (place.results / "models.tsv").exists()
    place.release()
    finish(place, running, undisturbed)
    assert states(jobs, "fit_models") == ["CANCELLED", "COMPLETED"]


@pytest.mark.fault("out of memory", "SLURM")
def test_a_job_out_of_memory_gets_more(place, undisturbed, jobs):
    place.hold("fit_models")
    place.release()

    place.run(
        *PROFILE, "--set-resources", "fit_models:mem_mb=120 if attempt == 1 else 2000"
    )

    first, second = states(jobs, "fit_models")
    assert first in {"OUT_OF_MEMORY", "FAILED", "CANCELLED"}
    assert second == "COMPLETED"
    assert_identical(place.results, undisturbed.results)


@pytest.mark.fault("time limit", "SLURM")
def test_a_job_out_of_time_gets_more(place, undisturbed, jobs):
    place.hold("fit_models")
    running = place.start(
        *PROFILE, "--set-resources", "fit_models:runtime=1 if attempt == 1 else 15"
    )

    until(PATIENCE, "time is up", lambda: states(jobs, "fit_models")[:1] == ["TIMEOUT"])

    assert not (place.results / "models.tsv").exists()
    place.release()
    finish(place, running, undisturbed)
    assert states(jobs, "fit_models") == ["TIMEOUT", "COMPLETED"]


@pytest.mark.fault("node drained", "SLURM")
def test_a_drained_node_only_delays_the_run(place, undisturbed, jobs):
    place.hold("fit_models")
    running = place.start(*PROFILE)
    place.until_reached(PATIENCE)

    # As an administrator does before maintenance: no new job, and those that run are
    # queued again.
    ask("scontrol", "update", "NodeName=localhost", "State=DRAIN", "Reason=test")
    ask("scontrol", "requeue", jobs("fit_models")[0][0])

    until(PATIENCE, "it waits", lambda: states(jobs, "fit_models") == ["PENDING"])
    assert running.poll() is None
    assert not (place.results / "models.tsv").exists()
    ask("scontrol", "update", "NodeName=localhost", "State=RESUME")
    place.release()
    finish(place, running, undisturbed)
    assert states(jobs, "fit_models") == ["COMPLETED"]


@pytest.mark.fault("node lost", "SLURM")
def test_a_lost_node_has_its_job_queued_again(place, undisturbed, jobs, forgotten):
    place.hold("fit_models")
    running = place.start(*PROFILE)
    place.until_reached(PATIENCE)
    number = jobs("fit_models")[0][0]
    forgotten[number] = processes_of(number)
    assert forgotten[number]

    # A node that answers again serves again by itself; its jobs wait for two minutes.
    ask("scontrol", "update", "NodeName=localhost", "State=DOWN", "Reason=test")
    until(PATIENCE, "it waits", lambda: states(jobs, "fit_models") == ["PENDING"])
    assert running.poll() is None
    assert not (place.results / "models.tsv").exists()
    place.release()
    finish(place, running, undisturbed)
    assert states(jobs, "fit_models") == ["COMPLETED"]


@pytest.mark.fault("head process killed", "SLURM")
def test_after_a_killed_snakemake_its_jobs_are_cancelled_and_the_lock_is_removed(
    place, undisturbed, jobs
):
    place.hold("fit_models")
    running = place.start(*PROFILE)
    place.until_reached(PATIENCE)

    kill(running)

    assert states(jobs, "fit_models") == ["RUNNING"]
    assert "--unlock" in place.fail(*PROFILE)
    run_id = re.search(r"SLURM run ID: (\S+)", place.said()).group(1)
    ask("scancel", "--name", run_id)
    until(PATIENCE, "no job is left", lambda: not ask("squeue", "-h", "-o", "%A"))
    place.release()
    place.run("--unlock")
    place.run(*PROFILE)
    assert_identical(place.results, undisturbed.results)
