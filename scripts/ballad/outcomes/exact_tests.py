"""Fisher's exact test for tables of any size."""

import numpy as np
from scipy.special import gammaln
from scipy.stats import MonteCarloMethod, fisher_exact

from ballad.outcomes.halved_tables import exact_p

EXACT = "Fisher exact"
RESAMPLES = 200_000
MONTE_CARLO = f"Fisher, Monte Carlo of {RESAMPLES} tables"
# Tables with equal probability differ in the last digits of their logarithms.
SLACK = 1e-7
MOST_TABLES = 5_000_000  # more are sampled, not enumerated; keeps memory below 1 GB


def fisher(table: np.ndarray, seed: int) -> tuple[str, float]:
    """
    Test independence in a table of counts (Fisher's exact test).

    Parameters
    ----------
    table
        Counts, at least 2 x 2; rows and columns without a patient are left out.
    seed
        Of the Monte Carlo test, used where the tables are too many.

    Returns
    -------
    name of the test, p
        p is 1 if only one row or column is filled.

    References
    ----------
    Fisher 1935; Freeman & Halton 1951, Biometrika 38:141-149.
    """
    filled = np.asarray(table)
    filled = filled[filled.sum(axis=1) > 0][:, filled.sum(axis=0) > 0]
    if min(filled.shape, default=0) < 2:
        return EXACT, 1.0
    if min(filled.shape) == 2:
        two_rows = filled if filled.shape[0] == 2 else filled.T
        p = fisher_two_rows(two_rows)
    else:
        p = exact_p(filled, MOST_TABLES)
    if p is not None:
        return EXACT, p
    method = MonteCarloMethod(n_resamples=RESAMPLES, rng=np.random.default_rng(seed))
    p_value = fisher_exact(filled, method=method).pvalue
    # scipy returns an array of one where the table has more cells than patients.
    return MONTE_CARLO, float(np.ravel(p_value)[0])


def fisher_two_rows(table: np.ndarray) -> float | None:
    """
    Enumerate all tables with the margins of a 2 x k table.

    Returns
    -------
    float or None
        The sum of the probabilities that do not exceed the observed one; None if
        there are more than MOST_TABLES tables.
    """
    sizes, wanted = table.sum(axis=0), int(table[0].sum())
    sums, log_p = np.zeros(1, dtype=int), np.zeros(1)
    left = int(sizes.sum())
    for size in sizes:
        left -= int(size)
        chosen = np.arange(size + 1)
        if len(sums) * len(chosen) > MOST_TABLES:
            return None
        sums = (sums[:, None] + chosen).ravel()
        log_p = (log_p[:, None] + log_choose(size, chosen)).ravel()
        possible = (sums <= wanted) & (sums + left >= wanted)
        sums, log_p = sums[possible], log_p[possible]
    observed = log_choose(sizes, table[0]).sum()
    as_extreme = log_p <= observed + SLACK
    # Dividing by the sum of all rather than by the binomial cancels rounding.
    top = log_p.max()
    weights = np.exp(log_p - top)
    return min(1.0, float(weights[as_extreme].sum() / weights.sum()))


def log_choose(n: np.ndarray, k: np.ndarray) -> np.ndarray:
    """Return the logarithm of the binomial coefficient."""
    return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
