"""Observed and expected events by group: what every log-rank test is made of."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2


@dataclass(frozen=True)
class LogRankScore:
    """Events of each group in the order of `levels`; NaN if nothing was compared."""

    levels: tuple
    observed: np.ndarray  # weighted, if events weigh
    expected: np.ndarray
    variance: np.ndarray
    statistic: float  # chi-square
    df: int
    p: float


def log_rank_score(
    months: pd.Series,
    event: pd.Series,
    group: pd.Series,
    *,
    strata: pd.Series | None = None,
    entry: pd.Series | None = None,
    rho: float = 0,
) -> LogRankScore:
    """
    Count observed and expected events of each group, with their covariance.

    Parameters
    ----------
    months, event, group
        One value per patient; event 1, censored 0.
    strata
        Sums are taken over these.
    entry
        Months until under observation, at risk in entry < t <= months; None: all
        from time 0.
    rho
        Events weigh S(t-)^rho, S the Kaplan-Meier estimate of the stratum: 0 is the
        log-rank test, 1 gives early events more weight.

    References
    ----------
    Mantel, Cancer Chemotherapy Reports 1966; Harrington and Fleming, Biometrika
    1982. Hypergeometric variance.
    """
    levels = tuple(sorted(group.unique()))
    size = len(levels)
    observed, expected = np.zeros(size), np.zeros(size)
    variance = np.zeros((size, size))
    stratum = pd.Series("", group.index) if strata is None else strata
    for _, index in stratum.groupby(stratum).groups.items():
        stop = months[index].to_numpy(float)
        begin = np.full(len(stop), -1.0) if entry is None else entry[index].to_numpy()
        dead = event[index].to_numpy() == 1
        member = np.array([group[index].to_numpy() == level for level in levels])
        survival = 1.0
        for t in np.unique(stop[dead]):
            at_risk, dying = (begin < t) & (t <= stop), dead & (stop == t)
            n, d = at_risk.sum(), dying.sum()
            share, weight = (member & at_risk).sum(axis=1) / n, survival**rho
            observed += weight * (member & dying).sum(axis=1)
            expected += weight * d * share
            spread = d * (n - d) / (n - 1) if n > 1 else 0.0
            variance += weight**2 * spread * (np.diag(share) - np.outer(share, share))
            survival *= 1 - d / n
    df = size - 1
    part, score = variance[:df, :df], (observed - expected)[:df]
    statistic = math.nan
    if df and np.linalg.matrix_rank(part, hermitian=True) == df:
        statistic = float(score @ np.linalg.solve(part, score))
    p = float(chi2.sf(statistic, df))
    return LogRankScore(levels, observed, expected, variance, statistic, df, p)
