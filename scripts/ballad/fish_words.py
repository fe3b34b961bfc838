"""Words of other languages in FISH text, and what each says of a probe."""

import csv
from functools import cache
from pathlib import Path

_WORDS = Path(__file__).parents[2] / "resources/cytogenetics/fish_words.tsv"
NEGATIVE, UNDECIDED = "negative", "undecided"
SURE, FOUND, APART, LOST = "sure", "found", "apart", "lost"


def further(says: str) -> str:
    """
    Return the words of one meaning as alternatives of a regular expression.

    Parameters
    ----------
    says
        ``negative``, ``undecided``, ``sure`` (positive, whatever stands before),
        ``found`` (positive), ``apart`` (a probe that breaks apart), ``lost``.
    """
    return "|".join(word for word, meaning in _words() if meaning == says)


@cache
def _words() -> tuple[tuple[str, str], ...]:
    with _WORDS.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return tuple((row["word"], row["says"]) for row in rows)
