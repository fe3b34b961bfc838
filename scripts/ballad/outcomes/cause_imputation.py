"""Unknown causes drawn many times, and what the fits of the draws say together."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import t as student

from ballad.outcomes.likelihood import maximise
from ballad.outcomes.logistic import BinomialLikelihood

ROUNDING = 1e-20  # of the variance; estimates closer than this are equal


def drawn_causes(
    known: pd.DataFrame,
    of_cause: pd.Series,
    unknown: pd.DataFrame,
    count: int,
    seed: int,
) -> np.ndarray:
    """
    Draw whether events of unknown cause are of one cause.

    Parameters
    ----------
    known, unknown
        Predictors of the events of known and of unknown cause; numbers.
    of_cause
        Which of the known ones are of the cause.
    count
        Number of imputations.

    Returns
    -------
    array of bool, imputations x unknown events
    """
    if unknown.empty:
        return np.zeros((count, 0), dtype=bool)
    design, others = _designs(known.to_numpy(float), unknown.to_numpy(float))
    outcome = of_cause.to_numpy(dtype=float)
    fit = maximise(BinomialLikelihood(design, outcome), penalised=True)
    generator = np.random.default_rng(seed)
    covariance = np.linalg.inv(fit.information)
    betas = generator.multivariate_normal(fit.beta, covariance, size=count)
    return generator.random((count, len(others))) < expit(betas @ others.T)


def _designs(known: np.ndarray, unknown: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Standardise both by the known ones; what they do not tell apart is left out."""
    kept = [np.ones(len(known))]
    applied = [np.ones(len(unknown))]
    for ours, theirs in zip(known.T, unknown.T, strict=True):
        if np.ptp(ours) == 0:
            continue
        scaled = (ours - ours.mean()) / ours.std()
        if np.linalg.matrix_rank(np.column_stack([*kept, scaled])) > len(kept):
            kept.append(scaled)
            applied.append((theirs - ours.mean()) / ours.std())
    return np.column_stack(kept), np.column_stack(applied)


@dataclass(frozen=True)
class Pooled:
    """One coefficient over all imputations."""

    estimate: float
    error: float
    df: float  # infinite where the imputations agree
    missing: float  # fraction of the variance that is due to the missing causes

    def limits(self, level: float) -> tuple[float, float]:
        """Return the confidence limits by Student's t."""
        half = student.ppf((1 + level) / 2, self.df) * self.error
        return self.estimate - half, self.estimate + half

    @property
    def p(self) -> float:
        """Return the two-sided p of no effect."""
        return float(2 * student.sf(abs(self.estimate) / self.error, self.df))


def pooled(estimates: Sequence[float], variances: Sequence[float]) -> Pooled:
    """
    Pool the estimates of M imputations.

    The variance is that within an imputation, plus (1 + 1/M) times that between.

    References
    ----------
    Rubin, Multiple Imputation for Nonresponse in Surveys, 1987, chapter 3.
    """
    count = len(estimates)
    within = float(np.mean(variances))
    between = float(np.var(estimates, ddof=1)) * (1 + 1 / count) if count > 1 else 0.0
    if between < ROUNDING * within:
        between = 0.0
    total = within + between
    df = (count - 1) * (total / between) ** 2 if between > 0 else math.inf
    return Pooled(float(np.mean(estimates)), math.sqrt(total), df, between / total)
