"""Maximum and profile of a (penalised) likelihood, for Cox and logistic models."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2

MAX_STEPS = 200
MAX_STEP = 2.0  # standard deviations of a covariate, per iteration
SCORE_TOLERANCE = 1e-10
# exp(60): far beyond any ratio that a profile could still tell from infinity.
OPEN_SIDE = 60.0


@dataclass(frozen=True)
class Derivatives:
    """Log likelihood at one point: value, score, information, d information."""

    value: float
    score: np.ndarray
    information: np.ndarray
    change: np.ndarray | None = None  # change[r] = d information / d beta[r]


class Likelihood(Protocol):
    """A log likelihood of standardised covariates."""

    spread: np.ndarray

    def at(self, beta: np.ndarray, change: bool = False) -> Derivatives:
        """Return value and derivatives; `change` asks for those of information."""


@dataclass(frozen=True)
class Maximum:
    """Where a likelihood is largest, and its derivatives there."""

    beta: np.ndarray
    value: float
    information: np.ndarray
    converged: bool


def maximise(
    likelihood: Likelihood,
    penalised: bool,
    fixed: Mapping[int, float] | None = None,
    start: np.ndarray | None = None,
) -> Maximum:
    """
    Find the largest (penalised) likelihood by Newton steps with step-halving.

    Parameters
    ----------
    likelihood
        Log likelihood and derivatives.
    penalised
        Add half the log determinant of the information of all coefficients.
    fixed
        Coefficients, by position, that are held at a value.
    start
        Where to begin; 0 by default.

    References
    ----------
    Firth, Biometrika 1993; Heinze and Schemper, Biometrics 2001.
    """
    fixed = fixed or {}
    count = len(likelihood.spread)
    beta = np.zeros(count) if start is None else start.copy()
    for position, value in fixed.items():
        beta[position] = value
    free = np.array([j for j in range(count) if j not in fixed], dtype=int)
    here = _objective(likelihood, beta, penalised)
    for _ in range(MAX_STEPS):
        if _flat(here, free):
            return Maximum(beta, here.value, here.information, True)
        step = np.zeros(count)
        step[free] = _step(likelihood, beta, here, free, penalised)
        moved = _halved(likelihood, beta, here, step, penalised)
        if moved is None:
            break
        beta, here = moved
    # Rounding may stop the climb just above the tolerance.
    flat = _flat(here, free, 1e4)
    return Maximum(beta, here.value, here.information, flat)


def _flat(here: Derivatives, free: np.ndarray, slack: float = 1.0) -> bool:
    limit = SCORE_TOLERANCE * slack
    return bool(np.max(np.abs(here.score[free]), initial=0.0) < limit)


def _objective(
    likelihood: Likelihood, beta: np.ndarray, penalised: bool
) -> Derivatives:
    plain = likelihood.at(beta, change=penalised)
    if not penalised:
        return plain
    sign, log_determinant = np.linalg.slogdet(plain.information)
    if sign <= 0 or not np.isfinite(log_determinant) or plain.change is None:
        return Derivatives(-np.inf, plain.score, plain.information)
    inverse = np.linalg.inv(plain.information)
    return Derivatives(
        plain.value + log_determinant / 2,
        plain.score + np.einsum("ij,rji->r", inverse, plain.change) / 2,
        plain.information,
    )


def _step(
    likelihood: Likelihood,
    beta: np.ndarray,
    here: Derivatives,
    free: np.ndarray,
    penalised: bool,
) -> np.ndarray:
    score = here.score[free]
    curvature = here.information[np.ix_(free, free)]
    if penalised:
        exact = _penalised_curvature(likelihood, beta, here, free)
        if np.isfinite(exact).all() and np.linalg.eigvalsh(exact).min() > 0:
            curvature = exact
    step = np.linalg.lstsq(curvature, score, rcond=None)[0]
    return step * min(1.0, MAX_STEP / max(np.max(np.abs(step)), 1e-300))


def _penalised_curvature(
    likelihood: Likelihood, beta: np.ndarray, here: Derivatives, free: np.ndarray
) -> np.ndarray:
    """Differentiate the penalised score numerically: only the path depends on it."""
    width = 1e-5
    columns = []
    for j in free:
        beside = beta.copy()
        beside[j] += width
        score = _objective(likelihood, beside, True).score
        columns.append((here.score[free] - score[free]) / width)
    curvature = np.array(columns)
    return (curvature + curvature.T) / 2


def _halved(
    likelihood: Likelihood,
    beta: np.ndarray,
    here: Derivatives,
    step: np.ndarray,
    penalised: bool,
) -> tuple[np.ndarray, Derivatives] | None:
    slack = 1e-13 * max(abs(here.value), 1.0)
    for _ in range(40):
        there = _objective(likelihood, beta + step, penalised)
        if there.value >= here.value - slack:
            return beta + step, there
        step = step / 2
    return None


@dataclass(frozen=True)
class LikelihoodRatio:
    """A (penalised) likelihood-ratio test of some coefficients being 0."""

    statistic: float  # chi-square
    df: int
    p: float


def likelihood_ratio(
    likelihood: Likelihood,
    maximum: Maximum,
    positions: Sequence[int],
    penalised: bool,
) -> LikelihoodRatio:
    """
    Test coefficients, by position, against all being 0.

    References
    ----------
    Heinze and Schemper, Biometrics 2001: under a penalty the tested coefficients are
    held at 0, and the penalty stays that of all coefficients.
    """
    held = dict.fromkeys(positions, 0.0)
    without = maximise(likelihood, penalised, held, maximum.beta)
    statistic = float(max(2 * (maximum.value - without.value), 0.0))
    df = len(held)
    return LikelihoodRatio(statistic, df, float(chi2.sf(statistic, df)))


def likelihood_ratio_p(
    likelihood: Likelihood, maximum: Maximum, position: int, penalised: bool
) -> float:
    """Test one coefficient against 0 by the (penalised) likelihood ratio, 1 df."""
    return likelihood_ratio(likelihood, maximum, [position], penalised).p


def profile_limits(
    likelihood: Likelihood,
    maximum: Maximum,
    position: int,
    level: float,
    penalised: bool,
) -> tuple[float, float]:
    """
    Find the profile-likelihood interval of one coefficient.

    Returns
    -------
    Lower and upper limit
        -inf or inf where the profile stays above the limit for ever.

    References
    ----------
    Heinze and Schemper, Biometrics 2001: re-maximised over the other coefficients.
    """
    low = _limit(likelihood, maximum, position, level, penalised, -1.0)
    high = _limit(likelihood, maximum, position, level, penalised, 1.0)
    return low, high


def _limit(
    likelihood: Likelihood,
    maximum: Maximum,
    position: int,
    level: float,
    penalised: bool,
    side: float,
) -> float:
    allowed = chi2.ppf(level, 1)
    centre = maximum.beta[position]
    warm = maximum.beta
    # Along a ridge the path decides where the search ends; asked again, the same
    # distance has the same answer, so that the root stays between its two sides.
    found = {0.0: -allowed}

    def excess(distance: float) -> float:
        nonlocal warm
        if distance in found:
            return found[distance]
        value = centre + side * distance
        there = maximise(likelihood, penalised, {position: value}, warm)
        if np.isfinite(there.value):
            warm = there.beta
        found[distance] = float(2 * (maximum.value - there.value) - allowed)
        return found[distance]

    variance = np.linalg.inv(maximum.information)[position, position]
    farthest = OPEN_SIDE / likelihood.spread[position]
    inner, outer = 0.0, min(2 * float(np.sqrt(variance)), farthest)
    while excess(outer) < 0:
        if outer >= farthest:
            return side * np.inf
        inner, outer = outer, min(outer * 1.5, farthest)
    return float(centre + side * brentq(excess, inner, outer, xtol=1e-11, rtol=1e-12))
