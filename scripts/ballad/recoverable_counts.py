"""Whether small counts follow from all that is shown beside them, taken together."""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from ballad.disclosure import SmallCounts


def recoverable(
    counts: Sequence[float],
    shown: Sequence[str],
    sums: Sequence[tuple[int, Sequence[int]]],
    small: SmallCounts,
    secret: int,
) -> bool:
    """
    Say whether a reader can work out a hidden small count, whatever way he takes.

    The audit problem of cell suppression (Fischetti and Salazar, J Am Stat Assoc
    2000;95:916): the least and the largest whole number that a count can be, given
    all sums and all that the marks allow; where they are equal, it is told.

    Parameters
    ----------
    counts : of patients, each known to whoever writes the table
    shown : the text in place of each: a number, the mark of small counts, or anything
        else, which says nothing
    sums : places of a total and of its parts
    small : counts from 1 to below its limit must not be told; 0 is nobody
    secret : how many of the counts, the first, must not be told

    Raises
    ------
    RuntimeError
        If the counts contradict the sums.
    """
    if small.limit is None:
        return False
    least = np.zeros(len(counts))
    largest = np.full(len(counts), np.inf)
    for place, (count, text) in enumerate(zip(counts, shown, strict=True)):
        if text.isdigit():
            least[place] = largest[place] = count
        elif text == small.mark:
            largest[place] = small.limit - 1
    rules = np.zeros((len(sums), len(counts)))
    for line, (total, parts) in zip(rules, sums, strict=True):
        line[total] = -1
        line[list(parts)] += 1
    hidden = [
        place
        for place, count in enumerate(counts[:secret])
        if least[place] < largest[place] and 0 < count < small.limit
    ]
    box, zero = Bounds(least, largest), LinearConstraint(rules, 0, 0)
    for place in hidden:
        ends = []
        for sign in (1, -1):
            aim = np.zeros(len(counts))
            aim[place] = sign
            # Far beyond any count of the table: without an end, a count is not told.
            rest = LinearConstraint(np.eye(len(counts)), 0, 2 * sum(counts) + 1)
            best = milp(
                aim, constraints=[zero, rest], bounds=box, integrality=np.ones(len(aim))
            )
            if best.x is None:
                raise RuntimeError(f"counts that contradict their sums: {best.message}")
            ends.append(round(best.x[place]))
        if ends[0] == ends[1]:
            return True
    return False
