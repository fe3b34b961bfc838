"""Which programs reads need, and which of them this machine lacks."""

import shutil
import subprocess
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from ballad.problems import Problem

MOST_SECONDS = 30  # to say a version, on a busy machine


def starts(command: Sequence[str]) -> str:
    """Start a program; return why it does not start, empty if it does."""
    if shutil.which(command[0]) is None:
        return "is not installed, or not on the PATH"
    if len(command) == 1:
        return ""
    ended = subprocess.run(
        command, capture_output=True, timeout=MOST_SECONDS, check=False
    )
    words = (ended.stderr or ended.stdout).decode(errors="replace")
    said = " ".join(words.split())[:200]
    return f"does not start: {said}" if ended.returncode else ""


def missing_programs(
    tasks: Collection[str],
    programs: Iterable[Mapping[str, str]],
    fault: Callable[[Sequence[str]], str] = starts,
) -> list[Problem]:
    """
    Name the programs that tasks need and that do not start.

    Parameters
    ----------
    tasks
        fastq, alignments, rna.
    programs : columns program, task, starts_with, debian, bioconda
        ``starts_with``: arguments with which the program says its version; empty: it
        is only looked for.
    fault
        Says of a command why it does not start; empty if it does.
    """
    problems = []
    for row in programs:
        if row["task"] not in tasks:
            continue
        if why := fault([row["program"], *row["starts_with"].split()]):
            cure = (
                f"conda install -c bioconda {row['bioconda']}, or run with --sdm conda"
            )
            if row["debian"]:
                cure = f"apt-get install {row['debian']}, or {cure}"
            problems.append(
                Problem("programs", value=row["program"], rule=why, cure=cure)
            )
    return problems


class ProgramError(RuntimeError):
    """A program failed; the message names it and holds its last words."""


def run(*commands: Sequence[str], output: str | None = None) -> None:
    """
    Run programs, each fed by the one before it, and wait for all.

    Parameters
    ----------
    commands
        At least one; no shell.
    output
        File that takes the last one's standard output.

    Raises
    ------
    ProgramError
        If any of them fails, whatever the last one says.
    """
    with TemporaryDirectory() as folder:
        said = [Path(folder, str(n)) for n in range(len(commands))]
        running: list[subprocess.Popen[bytes]] = []
        for number, command in enumerate(commands):
            last = number == len(commands) - 1
            with said[number].open("wb") as words:
                target = open(output, "wb") if last and output else None
                running.append(
                    subprocess.Popen(
                        command,
                        stdin=running[-1].stdout if running else subprocess.DEVNULL,
                        stdout=(target or subprocess.DEVNULL)
                        if last
                        else subprocess.PIPE,
                        stderr=words,
                    )
                )
                if target:
                    target.close()
            if number and (before := running[-2].stdout):
                before.close()  # so that a dead reader stops its writer
        for program in running:
            program.wait()
        failed = [
            f"{command[0]} {command[1]} ended with {program.returncode}: "
            f"{words.read_text(errors='replace').strip()[-1500:]}"
            for command, program, words in zip(commands, running, said, strict=True)
            if program.returncode
        ]
    if failed:
        raise ProgramError("\n".join(failed))
