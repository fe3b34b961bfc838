"""What is wrong with an input, said so that it can be mended at once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One fault of an input; empty fields do not apply."""

    file: str
    row: str = ""  # line, patient or record, as the reader of the file would find it
    column: str = ""
    value: str = ""
    rule: str = ""
    cure: str = ""

    def __str__(self) -> str:
        """Write the place first, then the rule that is broken and the cure."""
        places = [
            self.file,
            self.row,
            f"column {self.column}" if self.column else "",
            f"value {self.value!r}" if self.value else "",
        ]
        place = ", ".join(part for part in places if part)
        cure = f" -> {self.cure}" if self.cure else ""
        return f"{place}: {self.rule}{cure}"


def with_a_point(value: str, cure: str) -> str:
    """Say of a number with a decimal comma that a point is meant, else the cure."""
    return "write a point, not a comma" if _COMMA.fullmatch(value.strip()) else cure


_COMMA = re.compile(r"[+-]?\d*,\d+(e[+-]?\d+)?", re.IGNORECASE)


class InputError(ValueError):
    """The inputs have faults; the message lists all of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = f"{count} problem{'s' if count != 1 else ''} in the inputs:"
        super().__init__("\n".join([head, *(f"  {p}" for p in self.problems)]))
