"""All tables with given margins, enumerated as two halves that fit together."""

import numpy as np
from scipy.special import gammaln

# Tables with equal probability differ in the last digits of their logarithms.
SLACK = 1e-7


def exact_p(table: np.ndarray, most: int) -> float | None:
    """
    Test independence in an r x c table by all tables with its margins.

    The rows are dealt into two halves. A table is one half with another whose column
    sums complete it; the log probability is the sum of both. So only the halves are
    enumerated: where one half leaves k ways to be completed, sorted by probability,
    those at most as probable as the observed table are found by search.

    Parameters
    ----------
    table
        Counts, each row and column with a patient.
    most
        Halves with more tables than this are not enumerated.

    Returns
    -------
    float or None
        The sum of the probabilities that do not exceed the observed one.

    References
    ----------
    Freeman and Halton, Biometrika 1951.
    """
    laid = min((table, table.T), key=_tables_to_enumerate)
    size = int(laid.sum())
    # The last column follows from the total of the rows.
    if _tables_to_enumerate(laid) > most or (size + 1) ** (laid.shape[1] - 1) >= 2**62:
        return None
    places = (size + 1) ** np.arange(laid.shape[1] - 1, dtype=np.int64)
    halves = [_enumerated(laid, rows, places) for rows in _halves(laid)]
    (codes, log_p), (others, other_log_p) = halves
    missing = int(laid.sum(axis=0)[:-1] @ places) - codes
    order = np.lexsort((other_log_p, others))
    others, other_log_p = others[order], other_log_p[order]
    observed = -gammaln(laid + 1).sum() + SLACK
    top = log_p.max(initial=-np.inf) + other_log_p.max(initial=-np.inf)
    extreme = everything = 0.0
    for code in np.unique(missing):
        low, high = np.searchsorted(others, [code, code + 1])
        fitting = other_log_p[low:high]
        if not len(fitting):
            continue
        own = log_p[missing == code]
        until = np.append(0.0, np.cumsum(np.exp(fitting - other_log_p.max())))
        weight = np.exp(own - (top - other_log_p.max()))
        found = np.searchsorted(fitting, observed - own, side="right")
        extreme += float(weight @ until[found])
        everything += float(weight.sum() * until[-1])
    return min(1.0, extreme / everything)


def _ways(total: int, columns: np.ndarray) -> int:
    """Bound the number of ways to spread a row over the columns."""
    sizes = np.minimum(np.sort(columns)[:-1], total) + 1
    free = np.prod([(total + place) / place for place in range(1, len(columns))])
    return int(min(float(np.prod(sizes.astype(float))), round(float(free))))


def _halves(table: np.ndarray) -> tuple[list[int], list[int]]:
    columns = table.sum(axis=0)
    ways = [_ways(int(total), columns) for total in table.sum(axis=1)]
    halves: tuple[list[int], list[int]] = ([], [])
    sizes = [1.0, 1.0]
    for row in sorted(range(len(ways)), key=lambda r: -ways[r]):
        side = int(sizes[1] < sizes[0])
        halves[side].append(row)
        sizes[side] *= ways[row]
    return halves


def _tables_to_enumerate(table: np.ndarray) -> float:
    columns = table.sum(axis=0)
    totals = table.sum(axis=1)
    return max(
        float(np.prod([float(_ways(int(totals[row]), columns)) for row in half]))
        for half in _halves(table)
    )


def _enumerated(
    table: np.ndarray, rows: list[int], places: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return column sums, as one number, and log weight of each half table."""
    columns = table.sum(axis=0)
    codes, log_p = np.zeros(1, dtype=np.int64), np.zeros(1)
    for row in rows:
        spread = _spread(int(table[row].sum()), columns)
        own = spread[:, :-1] @ places
        weight = -gammaln(spread + 1).sum(axis=1)
        codes = (codes[:, None] + own).ravel()
        log_p = (log_p[:, None] + weight).ravel()
    return codes, log_p


def _spread(total: int, columns: np.ndarray) -> np.ndarray:
    """List the ways to spread a row total over columns of given size."""
    found = np.zeros((1, 0), dtype=np.int64)
    left = np.array([total])
    for size in columns[:-1]:
        chosen = np.arange(int(min(size, total)) + 1)
        fits = chosen <= left[:, None]
        row, column = np.nonzero(fits)
        found = np.column_stack([found[row], chosen[column]])
        left = left[row] - chosen[column]
    fits = left <= columns[-1]
    return np.column_stack([found[fits], left[fits]])
