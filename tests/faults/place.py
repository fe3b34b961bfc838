"""A run of the dozen invented patients that can be held, killed and compared."""

import filecmp
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

CONFIG = "tests/cohort/config.yaml"
RESULTS = "results/dozen"
WAIT = """
def _wait():
    import time
    from pathlib import Path

    Path("reached").touch()
    while Path("wait").exists():
        time.sleep(0.1)


"""
MAIN = 'if __name__ == "__main__":'


class Place:
    """A copy of the checkout in which the dozen invented patients are run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[subprocess.Popen] = []

    @property
    def results(self) -> Path:
        return self.folder / RESULTS

    def command(self, *arguments: str) -> list[str]:
        start = [sys.executable, "-m", "snakemake", *arguments]
        return [*start, "--configfile", CONFIG]

    def run(self, *arguments: str, **how) -> str:
        """Run to the end without an error; returns what it said."""
        ended = self.try_to_run(*arguments, **how)
        assert ended.returncode == 0, ended.stdout[-6000:]
        return ended.stdout

    def fail(self, *arguments: str, **how) -> str:
        """Run into an error; returns what it said."""
        ended = self.try_to_run(*arguments, **how)
        assert ended.returncode != 0, ended.stdout[-6000:]
        return ended.stdout

    def try_to_run(self, *arguments: str, **how):
        return subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            **how,
        )

    def start(self, *arguments: str) -> subprocess.Popen:
        """Start in a process group of its own; what it says goes into `said.txt`."""
        with (self.folder / "said.txt").open("a") as said:
            running = subprocess.Popen(
                self.command(*arguments),
                cwd=self.folder,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.started.append(running)
        return running

    def end(self) -> None:
        """End what a failed test left running."""
        for running in self.started:
            if running.poll() is None:
                os.killpg(running.pid, signal.SIGTERM)
                try:
                    running.wait(timeout=30)
                except subprocess.TimeoutExpired:  # it waits for a job that is held
                    os.killpg(running.pid, signal.SIGKILL)
                    running.wait()

    def said(self) -> str:
        return (self.folder / "said.txt").read_text()

    def hold(self, rule: str) -> None:
        """
        Make a rule's script wait at its begin as long as the file `wait` stands.

        The edit alone makes Snakemake run the rule again, and what follows from it.
        """
        script = self.folder / f"scripts/{rule}.py"
        text = script.read_text().replace(MAIN, f"{WAIT.lstrip()}{MAIN}")
        text = re.sub(r"( +)main\(\*\*", r"\1_wait()\n\1main(**", text)
        assert "  _wait()" in text
        script.write_text(text)
        (self.folder / "wait").touch()

    def release(self) -> None:
        (self.folder / "wait").unlink()

    def until_reached(self, seconds: float) -> None:
        """Wait until a held script waits; a run that ends before is a failure."""

        def reached() -> bool:
            ended = self.started[-1].poll() is not None
            assert not ended, f"the run ended before: {self.said()[-4000:]}"
            return (self.folder / "reached").exists()

        try:
            until(seconds, "the held script runs", reached)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.said()[-4000:]}") from error


def until(seconds: float, what: str, condition) -> None:
    """Wait for something that another process brings about."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.3)
    raise AssertionError(f"in {seconds} s it did not come to: {what}")


def files(results: Path) -> dict[str, Path]:
    """
    Name the results; logs, durations and a killed writer's leavings are none.

    `method.tsv` holds the checksums of the scripts, which some tests slow down.
    """
    found = {
        str(path.relative_to(results)): path
        for path in results.rglob("*")
        if path.is_file()
        and "logs" not in path.relative_to(results).parts
        and path.name not in {"durations.tsv", "method.tsv"}
    }
    return {
        name: path
        for name, path in found.items()
        if not any(part.startswith(".") for part in Path(name).parts)
    }


def assert_identical(obtained: Path, expected: Path) -> None:
    """Compare every table, figure and the report, byte by byte."""
    here, there = files(obtained), files(expected)
    assert sorted(here) == sorted(there)
    differing = [
        name
        for name, path in here.items()
        if not filecmp.cmp(path, there[name], shallow=False)
    ]
    assert differing == []


def kill(process: subprocess.Popen) -> None:
    """Kill Snakemake alone, as the out-of-memory killer does: its jobs live on."""
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
