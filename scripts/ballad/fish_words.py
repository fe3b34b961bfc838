"""Words in FISH text beside the plain English ones, and what each says of a probe."""

import csv
from functools import cache
from pathlib import Path

_WORDS = Path(__file__).parents[2] / "resources/cytogenetics/fish_words.tsv"
NEGATIVE, NORMAL, EXCLUDED = "negative", "normal", "excluded"
PURPOSE, MISSING, UNDECIDED = "purpose", "missing", "undecided"
SURE, FOUND, REARRANGED = "sure", "found", "rearranged"
APART, LOST = "apart", "lost"


def further(says: str) -> str:
    """
    Return the words of one meaning as alternatives of a regular expression.

    Parameters
    ----------
    says
        ``negative``; ``normal`` and ``excluded`` (negative, but not of the positive
        word that follows); ``purpose`` (why FISH was done, no result); ``missing`` (a
        signal, which is a loss and of other probes unclear); ``undecided``; ``sure``
        (positive, whatever stands before), ``found`` (positive, but of
        what?), ``rearranged``, ``apart`` (a probe that breaks apart), ``lost``.
    """
    return "|".join(word for word, meaning in _words() if meaning == says)


@cache
def _words() -> tuple[tuple[str, str], ...]:
    with _WORDS.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return tuple((row["word"], row["says"]) for row in rows)
