"""Logistic models of binary endpoints, plain or with Firth's penalty."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from firthmodels import FirthLogisticRegression, detect_separation
from sklearn.exceptions import ConvergenceWarning
from statsmodels.discrete.discrete_model import Logit

from ballad.outcomes.likelihood import (
    Derivatives,
    Likelihood,
    LikelihoodRatio,
    Maximum,
    likelihood_ratio,
    likelihood_ratio_p,
    maximise,
    profile_limits,
)


class BinomialLikelihood(Likelihood):
    """Log likelihood of a logistic model; the design holds its intercept."""

    def __init__(self, design: np.ndarray, outcome: np.ndarray):
        self.design, self.outcome = design, outcome
        self.spread = np.maximum(np.ptp(design, axis=0), 1.0)

    def at(self, beta: np.ndarray, change: bool = False) -> Derivatives:
        """Return log likelihood, score, information and its derivative."""
        x, linear = self.design, self.design @ beta
        value = self.outcome @ linear - np.logaddexp(0.0, linear).sum()
        expected = np.exp(-np.logaddexp(0.0, -linear))
        variance = expected * (1 - expected)
        information = x.T @ (variance[:, None] * x)
        score = x.T @ (self.outcome - expected)
        if not change:
            return Derivatives(value, score, information)
        slope = variance * (1 - 2 * expected)
        third = np.einsum("i,ir,is,it->rst", slope, x, x, x, optimize=True)
        return Derivatives(value, score, information, third)


@dataclass(frozen=True)
class LogisticFit:
    """A fitted logistic model; coefficients are log odds ratios, one per term."""

    terms: tuple[str, ...]
    coefficients: np.ndarray
    intercept: float
    standard_errors: np.ndarray
    intervals: np.ndarray  # terms x (low, high); infinite where there is no limit
    p: np.ndarray  # (penalised) likelihood ratio, 1 df
    penalised: bool


def separated(table: pd.DataFrame, terms: Sequence[str], outcome: pd.Series) -> bool:
    """Say whether a combination of the terms predicts some outcomes with certainty."""
    x, y = _standardised(table, terms)[0], outcome.to_numpy(dtype=float)
    return bool(detect_separation(x, y).separation)


def fit_logistic(
    table: pd.DataFrame,
    terms: Sequence[str],
    outcome: pd.Series,
    *,
    firth: bool = False,
    level: float = 0.95,
) -> LogisticFit:
    """
    Fit a logistic model with profile-likelihood intervals.

    Parameters
    ----------
    table
        Numeric columns `terms`, without missing values.
    outcome
        1 or 0, in the order of the table.
    firth
        Add Firth's penalty: finite estimates under separation.
    level
        Coverage of the intervals.

    Raises
    ------
    ValueError
        If the plain likelihood has no maximum (separation).

    References
    ----------
    Firth, Biometrika 1993; Heinze and Schemper, Statistics in Medicine 2002.
    """
    x, centre, scale = _standardised(table, terms)
    y = outcome.to_numpy(dtype=float)
    if not firth and separated(table, terms, outcome):
        raise ValueError(f"separation: no finite estimate of {', '.join(terms)}")
    estimate = _penalised if firth else _plain
    beta, errors, intervals, p = estimate(x, y, level)
    slopes = beta[:-1] / scale
    return LogisticFit(
        terms=tuple(terms),
        coefficients=slopes,
        intercept=float(beta[-1] - slopes @ centre),
        standard_errors=errors / scale,
        intervals=intervals / scale[:, None],
        p=p,
        penalised=firth,
    )


def logistic_likelihood_ratio(
    table: pd.DataFrame,
    terms: Sequence[str],
    outcome: pd.Series,
    tested: Sequence[str],
    *,
    firth: bool = False,
) -> LikelihoodRatio:
    """
    Test some terms of a logistic model together by the (penalised) likelihood ratio.

    Parameters
    ----------
    table, terms, outcome, firth
        As for `fit_logistic`.
    tested
        Of the terms.

    Raises
    ------
    ValueError
        If the fit does not converge, as under separation without the penalty.
    """
    x, _, _ = _standardised(table, terms)
    design = np.column_stack([x, np.ones(len(x))])
    likelihood = BinomialLikelihood(design, outcome.to_numpy(dtype=float))
    top = maximise(likelihood, penalised=firth)
    if not top.converged:
        raise ValueError("the logistic fit did not converge")
    places = [list(terms).index(term) for term in tested]
    return likelihood_ratio(likelihood, top, places, firth)


def firth_coefficients(
    table: pd.DataFrame, terms: Sequence[str], outcome: pd.Series
) -> np.ndarray:
    """
    Return the penalised coefficients alone, as `fit_logistic` gives them.

    NaN where a term does not vary or the fit fails.
    """
    if (table[list(terms)].nunique() < 2).any():
        return np.full(len(terms), np.nan)
    x, _, scale = _standardised(table, terms)
    model = FirthLogisticRegression(backend="numpy", gtol=1e-6, xtol=1e-8, max_iter=200)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            model.fit(x, outcome.to_numpy(dtype=float))
        except ConvergenceWarning:
            return np.full(len(terms), np.nan)
    return np.asarray(model.coef_) / scale


def _standardised(
    table: pd.DataFrame, terms: Sequence[str]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    matrix = table[list(terms)].to_numpy(dtype=float)
    centre, scale = matrix.mean(axis=0), matrix.std(axis=0)
    if (scale == 0).any():
        raise ValueError(f"no variation in one of {', '.join(terms)}")
    return (matrix - centre) / scale, centre, scale


Estimates = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def _penalised(x: np.ndarray, y: np.ndarray, level: float) -> Estimates:
    # With numba installed the default backend compiles for most of a minute.
    model = FirthLogisticRegression(backend="numpy", gtol=1e-6, xtol=1e-8, max_iter=200)
    with warnings.catch_warnings():
        # Where a fit or a limit fails, NaN says so; the own likelihood fills it.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(x, y).lrt()
        found = model.conf_int(alpha=1 - level, method="pl", max_iter=200, tol=1e-8)
    beta = np.append(model.coef_, model.intercept_)
    # The intercept stands last in errors, p values and intervals.
    p, errors, intervals = model.lrt_pvalues_[:-1], model.bse_[:-1], found[:-1]
    if np.isfinite([*beta, *p, *errors, *intervals.flat]).all():
        return beta, errors, intervals, p
    return _by_own_likelihood(x, y, level, errors)


def _by_own_likelihood(
    x: np.ndarray, y: np.ndarray, level: float, errors: np.ndarray
) -> Estimates:
    likelihood = BinomialLikelihood(np.column_stack([x, np.ones(len(y))]), y)
    top = maximise(likelihood, penalised=True)
    if not top.converged:
        raise ValueError("the penalised logistic fit did not converge")
    terms = range(x.shape[1])
    limits = [profile_limits(likelihood, top, j, level, True) for j in terms]
    p = [likelihood_ratio_p(likelihood, top, j, True) for j in terms]
    return top.beta, errors, np.array(limits), np.array(p)


def _plain(x: np.ndarray, y: np.ndarray, level: float) -> Estimates:
    design = np.column_stack([x, np.ones(len(y))])
    model = Logit(y, design).fit(method="newton", maxiter=200, tol=1e-12, disp=False)
    beta = np.asarray(model.params)
    likelihood = BinomialLikelihood(design, y)
    here = likelihood.at(beta)
    maximum = Maximum(beta, here.value, here.information, True)
    intervals = [
        profile_limits(likelihood, maximum, j, level, penalised=False)
        for j in range(x.shape[1])
    ]
    p = [
        likelihood_ratio_p(likelihood, maximum, j, penalised=False)
        for j in range(x.shape[1])
    ]
    return beta, np.asarray(model.bse)[:-1], np.array(intervals), np.array(p)
