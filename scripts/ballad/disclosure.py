"""Which counts of patients are too small to leave the house."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import pandas as pd

# Of patients or events: neither groups, months nor degrees of freedom are anybody.
_NOBODY = (
    r"[ -](?:groups?|levels?|combinations?|covariates?|tests?|months?|years?|days?)\b"
)
WHOLE_NUMBER = re.compile(
    rf"(?<![\w.])(?<!\bdf )\d+(?![\w]|\.\d|(?: of \d+)?{_NOBODY})"
)
PART_OF = re.compile(rf"(?<![\w.])(\d+) of \d+(?![\w]|\.\d|{_NOBODY})")
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

    def betrays(self, unseen: Sequence[float], least: int = 0) -> bool:
        """
        Say whether hidden counts follow from their sum, which the reader can work out.

        So it is where the sum is itself small, and where each small count must be as
        large, or each as small, as its mark allows (4 and 4 if two below 5 make 8).
        `least` is the smallest count that a mark may stand for.
        """
        if self.limit is None or not unseen:
            return False
        total, few = sum(unseen), [count for count in unseen if count < self.limit]
        smallest = least * len(few) + self.limit * (len(unseen) - len(few))
        largest = (self.limit - 1) * len(few)
        at_most = len(few) == len(unseen) and total >= largest
        if len(unseen) == 1 or self.hides(total):
            return True
        at_least = least > 0 and total <= smallest
        return bool(few) and (at_most or at_least)

    def hidden_among(self, *columns: Sequence[float], least: int = 0) -> list[bool]:
        """
        Say which counts to hide when their total is known (complementary suppression).

        The smallest of the others are hidden too, until the total less the counts
        that are shown no longer gives a small count. Of several columns, each with a
        known total, whole rows are hidden; the first column says which is the next.
        """
        rows = list(zip(*columns, strict=True))
        hidden = [self.hides(*row) for row in rows]
        for place in sorted(range(len(rows)), key=lambda place: rows[place][0]):
            unseen = [row for row, hides in zip(rows, hidden, strict=True) if hides]
            sums = list(zip(*unseen, strict=True))
            if not any(self.betrays(column, least) for column in sums):
                break
            hidden[place] = True
        return hidden

    def texts(self, counts: Sequence[float], least: int = 0) -> list[str]:
        """Write counts whose total is known; none of them is below `least`."""
        hidden = self.hidden_among(counts, least=least)
        # Where nothing is left to hide, even the marks would tell.
        marks = not (len(counts) > 1 and all(hidden) and self.betrays(counts, least))
        return [
            f"{count:.0f}"
            if not hides
            else self.written(count, hides)
            if marks
            else SUPPRESSED
            for count, hides in zip(counts, hidden, strict=True)
        ]

    def matrix_texts(self, rows: Sequence[Sequence[float]]) -> list[list[str]]:
        """Write counts whose totals are known; one small count hides them all."""
        if len(rows) < 2:  # the total of a column is then its only count
            return [self.texts(row) for row in rows]
        # Marks of two lines together can fix a count that neither fixes alone.
        hidden = any(self.hides(*row) for row in rows)
        return [[SUPPRESSED if hidden else f"{n:.0f}" for n in row] for row in rows]

    def groupings_texts(
        self, groupings: Mapping[str, Sequence[Sequence[float]]]
    ) -> dict[str, list[list[str]]]:
        """
        Write counts by group (rows) and level (columns), the same patients grouped anew.

        One grouping may part a group of another: what one hides, none shows. The
        grouping named "" is everybody, in one row.
        """
        few = any(
            self.hides(*row) for by, rows in groupings.items() if by for row in rows
        )
        return {
            by: [[SUPPRESSED] * len(row) for row in rows]
            if few and by
            else self.matrix_texts(rows)
            for by, rows in groupings.items()
        }

    def group_sizes_texts(
        self, groupings: Mapping[str, Sequence[Sequence[float]]]
    ) -> dict[str, list[str]]:
        """Write the number of patients of each group of the same groupings."""
        sizes = {by: [[sum(row)] for row in rows] for by, rows in groupings.items()}
        written = self.groupings_texts(sizes)
        return {by: [text for [text] in rows] for by, rows in written.items()}

    def hide_partner(
        self, counts: Sequence[float], hidden: list[bool], line: Sequence[int]
    ) -> bool:
        """Hide the smallest that is left on a line whose total betrays the hidden."""
        unseen = [counts[place] for place in line if hidden[place]]
        # Nobody hides nobody.
        others = [place for place in line if not hidden[place] and counts[place]]
        if not others or not self.betrays(unseen):
            return False
        hidden[min(others, key=lambda place: counts[place])] = True
        return True

    def unmark(
        self,
        counts: Sequence[float],
        hidden: Sequence[bool],
        line: Sequence[int],
        texts: list[str],
    ) -> None:
        """Take the marks from a line where nothing is left to hide and they tell."""
        unseen = [place for place in line if hidden[place]]
        if self.betrays([counts[place] for place in unseen]):
            for place in unseen:
                texts[place] = SUPPRESSED

    def hides_outcome(self, n: object, events: object, in_level: object = "") -> bool:
        """
        Say whether patients, events, those without one or a level's are too few.

        `in_level` is empty where a term has no levels.
        """
        numbers = [_value(count) for count in (n, events, in_level)]
        rests = [
            whole - part
            for whole, part in zip(numbers, numbers[1:], strict=False)
            if whole is not None and part is not None
        ]
        return self.hides(n, events, in_level, *rests)

    def outcome_note(self, text: str, hidden: bool) -> str:
        """Write a note; a reason such as "no event in B" is itself a count."""
        if hidden and text.startswith("not estimable"):
            return "not estimable"
        return self.note(text)

    def written(self, count: float, hidden: bool = False) -> str:
        """Write one count; `hidden` if it would betray another."""
        if self.hides(count):
            return self.mark
        return SUPPRESSED if hidden else f"{count:.0f}"

    def note(self, text: str) -> str:
        """Hide the small counts that a note mentions, and of how many they are."""
        # "3 of 77 left out" beside n = 74 would tell the 3 by its 77.
        whole = PART_OF.sub(
            lambda found: found[1] if self.hides(found[1]) else found[0], text
        )
        return WHOLE_NUMBER.sub(
            lambda found: self.mark if self.hides(found[0]) else found[0], whole
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
        shown = [left[-1], *(excluded[place] for place in there)]
        texts = small.texts(shown, least=1 if left[-1] else 0)
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
