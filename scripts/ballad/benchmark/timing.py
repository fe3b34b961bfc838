"""Whole processes, timed side by side; a run that fails has no time."""

import os
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_POLL = 0.01  # seconds between two looks at the processes
_OWN = Path("/proc/self/cmdline").read_bytes()
_TICKS = os.sysconf("SC_CLK_TCK")


class VoidRunError(RuntimeError):
    """A timed run failed or wrote other rows than before."""


@dataclass(frozen=True)
class Run:
    """One run of one command."""

    wall: float  # seconds
    cpu: float  # seconds of all its processes
    rss: float  # MB of its largest process


@dataclass(frozen=True)
class Contender:
    """A command and what proves that it did its work."""

    command: Sequence[str]
    rows: Callable[[], int]  # written by the last run
    environment: Mapping[str, str]


def run(contender: Contender) -> Run:
    """
    Run a command and measure its process tree.

    Raises
    ------
    VoidRunError
        If its return code is not 0.
    """
    begun = time.perf_counter()
    process = subprocess.Popen(
        contender.command,
        env={**os.environ, **contender.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    seen: dict[int, tuple[float, float]] = {}
    ended = threading.Event()
    watch = threading.Thread(target=_watch, args=(process.pid, seen, ended))
    watch.start()
    assert process.stderr is not None
    errors = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    watch.join()
    if process.returncode:
        raise VoidRunError(f"{contender.command}: {errors.decode()[-2000:]}")
    waited = used.ru_utime + used.ru_stime
    # Workers of a fork server are nobody's to wait for: they are only watched.
    cpu = max(waited, sum(cpu for cpu, _ in seen.values()))
    # ru_maxrss would also count what this process held when it started the other.
    rss = max((rss for _, rss in seen.values()), default=0.0)
    return Run(wall, cpu, rss)


def _watch(
    session: int, seen: dict[int, tuple[float, float]], ended: threading.Event
) -> None:
    while not ended.wait(_POLL):
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit():
                try:
                    _look(folder, session, seen)
                except (OSError, IndexError, ValueError):
                    continue  # it ended meanwhile


def _look(folder: Path, session: int, seen: dict[int, tuple[float, float]]) -> None:
    fields = (folder / "stat").read_text().rpartition(")")[2].split()
    if int(fields[3]) != session:
        return
    if (folder / "cmdline").read_bytes() == _OWN:
        return  # has not begun its own program yet
    status = (folder / "status").read_text()
    peak = float(status.partition("VmHWM:")[2].split()[0]) / 1024
    seen[int(folder.name)] = ((int(fields[11]) + int(fields[12])) / _TICKS, peak)


def interleaved(contenders: Sequence[Contender], rounds: int) -> list[list[Run]]:
    """
    Time commands in turn, after one warm-up of each.

    Returns
    -------
    list of list of Run
        Per round, in the order of the commands.

    Raises
    ------
    VoidRunError
        If one fails, or writes another number of rows than in its warm-up.
    """
    expected: list[int] = []
    for contender in contenders:
        run(contender)
        expected.append(contender.rows())
    timed: list[list[Run]] = []
    for _ in range(rounds):
        timed.append([])
        for contender, rows in zip(contenders, expected, strict=True):
            timed[-1].append(run(contender))
            if contender.rows() != rows or not rows:
                raise VoidRunError(
                    f"{contender.command}: {contender.rows()} rows, {rows} before"
                )
    return timed


def summary(
    case: str, peer: str, pairs: Sequence[tuple[Run, Run]], rows_equal: bool
) -> dict:
    """Return the medians; a ratio is that of the runs of one round."""
    ratios = [ours.wall / theirs.wall for ours, theirs in pairs]
    return {
        "case": case,
        "peer": peer,
        "ballad_s": statistics.median(ours.wall for ours, _ in pairs),
        "peer_s": statistics.median(theirs.wall for _, theirs in pairs),
        "ratio": statistics.median(ratios),
        "ratio_min": min(ratios),
        "ratio_max": max(ratios),
        "rows_equal": rows_equal,
        "peak_rss_mb": max(ours.rss for ours, _ in pairs),
    }


def cpu_ratio(pairs: Sequence[tuple[Run, Run]]) -> float:
    """Return the median ratio of CPU seconds, steadier than wall on a busy machine."""
    return statistics.median(ours.cpu / theirs.cpu for ours, theirs in pairs)
