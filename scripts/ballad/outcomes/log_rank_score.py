"""Observed and expected events by group: what every log-rank test is made of."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2

NO_VARIANCE = 1e-12  # of the largest eigenvalue; smaller ones are zero


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

    Returns
    -------
    LogRankScore
        `df` is the number of groups less that of the sets of groups that events
        connect, by finding two of them at risk together (in one stratum); 0, with NaN
        statistic and p, where that leaves nothing to compare.

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
    score = observed - expected
    inverse, df = generalised_inverse(variance)
    statistic = float(score @ inverse @ score) if df else math.nan
    p = float(chi2.sf(statistic, df)) if df else math.nan
    return LogRankScore(levels, observed, expected, variance, statistic, df, p)


def generalised_inverse(variance: np.ndarray) -> tuple[np.ndarray, int]:
    """
    Invert the covariance of scores that add up to 0, as far as they vary.

    Returns
    -------
    inverse, rank
        The rank is the number of groups less 1, less those never compared.
    """
    values, vectors = np.linalg.eigh(variance)
    told = values > NO_VARIANCE * np.abs(values).max(initial=0.0)
    kept = vectors[:, told]
    return (kept / values[told]) @ kept.T, int(told.sum())
