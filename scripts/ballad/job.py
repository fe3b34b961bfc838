"""What every entry does first; loads nothing that an entry may do without."""

import gc
import logging
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
SECONDS_BETWEEN_WORDS = 2.0
TALKATIVE = ("fontTools",)  # tells a page for each font of a figure


def log_to(path: str) -> None:
    """Send logging, tracebacks and htslib's own messages to the rule's log."""
    with open(path, "w") as log:
        os.dup2(log.fileno(), 2)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    for library in TALKATIVE:
        logging.getLogger(library).setLevel(logging.WARNING)


def with_progress(things: Iterable[T], total: int, what: str) -> Iterator[T]:
    """Pass on `things`; say on the terminal every few seconds how many are done."""
    said = time.monotonic()
    for done, thing in enumerate(things, 1):
        yield thing
        if time.monotonic() - said > SECONDS_BETWEEN_WORDS:
            said = time.monotonic()
            print(f"{what}: {done} of {total}", flush=True)


@contextmanager
def few_collections() -> Iterator[None]:
    """
    Have Python look for cycles seldom: who makes hardly any loses time by each look.

    What is there at the beginning stays to the end and is not looked through again.
    """
    thresholds = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_SELDOM, *thresholds[1:])
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)


_SELDOM = 50_000  # new objects between two looks, instead of 700
