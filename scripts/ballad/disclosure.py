"""Which counts of patients are too small to leave the house."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import pandas as pd

WHOLE_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w]|\.\d)")
SUPPRESSED = "suppressed"
ENDPOINT = re.compile(r"endpoint (.+) in (.+)")  # a step of the flow
WITHIN = re.compile(r"in (.+), but does not fit")  # a reason of the flow


def _value(count: object) -> float | None:
    try:
        value = float(str(count))
    except ValueError:
        return None
    return None if math.isnan(value) else value


@dataclass(frozen=True)
class SmallCounts:
    """Which counts are hidden: those below `limit` patients; None hides nothing."""

    limit: int | None = None

    @classmethod
    def of(cls, audience: str, min_cell: int) -> Self:
        """Hide small counts only in what leaves the house."""
        return cls(min_cell if audience == "shareable" else None)

    @property
    def mark(self) -> str:
        """What stands in place of a hidden count."""
        return f"<{self.limit}"

    def hides(self, *counts: object) -> bool:
        """Say whether any of the counts is too small to be shown."""
        if self.limit is None:
            return False
        values = [_value(count) for count in counts]
        return any(value is not None and value < self.limit for value in values)

    def hidden_among(self, counts: Sequence[float]) -> list[bool]:
        """
        Say which counts to hide when their total is known.

        The smallest of the others are hidden too, until the total less the counts
        that are shown no longer gives a small count.
        """
        hidden = [self.hides(count) for count in counts]
        shown = sorted(
            (place for place, hides in enumerate(hidden) if not hides),
            key=lambda place: counts[place],
        )
        for place in shown:
            unseen = [
                count for count, hides in zip(counts, hidden, strict=True) if hides
            ]
            if not unseen or (len(unseen) > 1 and not self.hides(sum(unseen))):
                break
            hidden[place] = True
        return hidden

    def texts(self, counts: Sequence[float]) -> list[str]:
        """Write counts whose total is known."""
        hidden = self.hidden_among(counts)
        return [
            f"{count:.0f}" if not hides else self.written(count, hides)
            for count, hides in zip(counts, hidden, strict=True)
        ]

    def written(self, count: float, hidden: bool = False) -> str:
        """Write one count; `hidden` if it would betray another."""
        if self.hides(count):
            return self.mark
        return SUPPRESSED if hidden else f"{count:.0f}"

    def note(self, text: str) -> str:
        """Hide the small counts that a note mentions."""
        return WHOLE_NUMBER.sub(
            lambda found: self.mark if self.hides(found[0]) else found[0], text
        )


NOTHING_HIDDEN = SmallCounts()


def flow_texts(flow: pd.DataFrame, small: SmallCounts) -> list[dict[str, Any]]:
    """
    Write the counts of the flow so that no small one can be worked out.

    Parameters
    ----------
    flow : columns step, n, excluded, reason
        The set before is the last n of a step and all its `excluded` together; it
        is the population P of ``endpoint E in P`` and of the reason ``in P, but does
        not fit``, and where its n is hidden the steps of it do not give it away.

    Returns
    -------
    list of dict
        The rows with `n` and `excluded` as texts; `excluded` is empty where nobody
        was excluded.
    """
    rows: list[dict[str, Any]] = []
    unseen: set[str] = set()  # sets whose n is hidden
    for step, its in flow.groupby("step", sort=False):
        excluded = [_value(count) or 0.0 for count in its["excluded"]]
        left = [_value(count) or 0.0 for count in its["n"]]
        there = [place for place, count in enumerate(excluded) if count]
        texts = small.texts([left[-1], *(excluded[place] for place in there)])
        by_place = dict(zip(there, texts[1:], strict=True))
        # Between two reasons n would betray what is hidden.
        safe = all(text.isdigit() for text in texts)
        numbers = [small.written(n, hidden=not safe) for n in left[:-1]] + texts[:1]
        if safe and unseen & set(_sets_before(step, its["reason"])):
            numbers = [small.written(n, hidden=True) for n in left]
        if not numbers[-1].isdigit():
            unseen.add(step)
        for place, row in enumerate(its.to_dict("records")):
            said = {"n": numbers[place], "excluded": by_place.get(place, "")}
            rows.append({**row, **said})
    return rows


def _sets_before(step: str, reasons: pd.Series) -> list[str]:
    names = [match[2]] if (match := ENDPOINT.fullmatch(step)) else []
    names += [match[1] for text in reasons if (match := WITHIN.fullmatch(str(text)))]
    return [f"population {name}" for name in names]
