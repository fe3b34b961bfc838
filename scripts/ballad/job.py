"""What every entry does first; loads nothing that an entry may do without."""

import logging
import os
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")
SECONDS_BETWEEN_WORDS = 2.0


def log_to(path: str) -> None:
    """Send logging, tracebacks and htslib's own messages to the rule's log."""
    with open(path, "w") as log:
        os.dup2(log.fileno(), 2)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")


def with_progress(things: Iterable[T], total: int, what: str) -> Iterator[T]:
    """Pass on `things`; say on the terminal every few seconds how many are done."""
    said = time.monotonic()
    for done, thing in enumerate(things, 1):
        yield thing
        if time.monotonic() - said > SECONDS_BETWEEN_WORDS:
            said = time.monotonic()
            print(f"{what}: {done} of {total}", flush=True)
