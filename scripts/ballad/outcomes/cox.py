"""Cox models on start-stop rows, plain or with Firth's penalty."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import norm

from ballad.outcomes.likelihood import (
    Derivatives,
    Likelihood,
    LikelihoodRatio,
    Maximum,
    likelihood_ratio,
    maximise,
    profile_limits,
)

EFRON, BRESLOW = "efron", "breslow"


@dataclass(frozen=True)
class RiskSets:
    """Who is at risk at each event: one line per event, one column per row."""

    at_risk: np.ndarray  # weight of each row in the risk set
    tied: np.ndarray  # equal shares of the rows whose events are tied with this one
    weights: np.ndarray  # weight of the event, the mean of the tied rows'


def risk_sets(
    start: np.ndarray,
    stop: np.ndarray,
    event: np.ndarray,
    ties: str,
    strata: np.ndarray,
    weights: np.ndarray,
) -> RiskSets:
    """
    Collect the risk sets of a Cox model with late entry.

    At an event at t a row is at risk if start < t <= stop and in the same stratum.
    Efron's correction lets the l-th of d tied events (l = 0, 1, ...) see the tied
    rows with weight 1 - l / d; Breslow's leaves their weight 1.

    References
    ----------
    Efron, JASA 1977; Breslow, Biometrics 1974; Andersen and Gill, Annals of
    Statistics 1982.
    """
    at_risk, tied, event_weights = [], [], []
    for stratum in np.unique(strata):
        inside = strata == stratum
        for t in np.unique(stop[inside & (event == 1)]):
            dead = inside & (event == 1) & (stop == t)
            risk = (inside & (start < t) & (t <= stop)).astype(float)
            count = int(dead.sum())
            for place in range(count):
                share = place / count if ties == EFRON else 0.0
                at_risk.append(risk - share * dead)
                tied.append(dead / count)
                event_weights.append(weights[dead].mean())
    return RiskSets(np.array(at_risk), np.array(tied), np.array(event_weights))


class PartialLikelihood(Likelihood):
    """
    Cox's partial likelihood over given risk sets.

    References
    ----------
    Cox, JRSS B 1972 and Biometrika 1975.
    """

    def __init__(
        self,
        covariates: np.ndarray,
        event: np.ndarray,
        weights: np.ndarray,
        sets: RiskSets,
    ):
        self.covariates, self.event, self.weights = covariates, event, weights
        self.sets = sets
        self.spread = np.ptp(covariates, axis=0)

    def at(self, beta: np.ndarray, change: bool = False) -> Derivatives:
        """Return log likelihood, score, information and its derivative."""
        x = self.covariates
        linear = x @ beta
        # The smallest weight must not vanish beside the largest.
        if np.ptp(linear) > 600:
            size = len(beta)
            return Derivatives(-np.inf, np.zeros(size), np.zeros((size, size)))
        shift = linear.max()
        shares, totals = self._shares(linear - shift)
        means = shares @ x
        dead = self.event * self.weights
        value = dead @ linear - self.sets.weights @ (np.log(totals) + shift)
        score = dead @ x - self.sets.weights @ means
        present = self.sets.weights @ shares
        second = x.T @ (present[:, None] * x)
        weighted_means = self.sets.weights[:, None] * means
        information = second - means.T @ weighted_means
        if not change:
            return Derivatives(value, score, information)
        third = np.einsum("i,ir,is,it->rst", present, x, x, x, optimize=True)
        along = weighted_means.T @ shares
        mixed = np.einsum("ri,is,it->rst", along, x, x, optimize=True)
        cubes = np.einsum("kr,ks,kt->rst", weighted_means, means, means, optimize=True)
        mixed_all = mixed + mixed.transpose(1, 0, 2) + mixed.transpose(1, 2, 0)
        return Derivatives(value, score, information, third - mixed_all + 2 * cubes)

    def _shares(self, linear: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return each row's share of the hazard at each event, and the hazard."""
        hazards = self.sets.at_risk * (self.weights * np.exp(linear))
        totals = hazards.sum(axis=1)
        return hazards / totals[:, None], totals

    def residuals(self, beta: np.ndarray) -> np.ndarray:
        """
        Return each row's weighted influence on the score.

        References
        ----------
        Lin and Wei, JASA 1989.
        """
        linear = self.covariates @ beta
        shares, _ = self._shares(linear - linear.max())
        means = shares @ self.covariates
        expected_at_death = self.sets.tied.T @ means
        dead = (self.event * self.weights)[:, None]
        observed = dead * (self.covariates - expected_at_death)
        weighted = self.sets.weights[:, None] * shares
        present = weighted.sum(axis=0)[:, None]
        return observed - (present * self.covariates - weighted.T @ means)


@dataclass(frozen=True)
class CoxFit:
    """
    A fitted Cox model; coefficients are log hazard ratios.

    `covariance` is the sandwich when clusters were given, else the inverse
    information, as is `naive_covariance` always. `monotone` names the terms whose
    likelihood grows for ever: their estimate is infinite, whatever the number says.
    Log likelihoods of a Firth fit hold the penalty: only differences mean something.
    """

    terms: tuple[str, ...]
    coefficients: np.ndarray
    covariance: np.ndarray
    naive_covariance: np.ndarray
    loglik: float
    loglik_null: float
    score_statistic: float
    penalised: bool
    converged: bool
    monotone: tuple[str, ...]
    likelihood: PartialLikelihood
    maximum: Maximum
    scale: np.ndarray

    @property
    def standard_errors(self) -> np.ndarray:
        """Return the standard errors of the coefficients."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def residuals(self) -> np.ndarray:
        """Return each row's influence on the score of the coefficients."""
        return self.likelihood.residuals(self.maximum.beta) * self.scale

    def wald_interval(self, term: str, level: float) -> tuple[float, float]:
        """Return the limits of the log hazard ratio by its standard error."""
        j = self.terms.index(term)
        width = norm.ppf((1 + level) / 2) * self.standard_errors[j]
        return self.coefficients[j] - width, self.coefficients[j] + width

    def wald_p(self, term: str) -> float:
        """Return the two-sided Wald p of one term."""
        j = self.terms.index(term)
        return float(2 * norm.sf(abs(self.coefficients[j]) / self.standard_errors[j]))

    def profile_interval(self, term: str, level: float) -> tuple[float, float]:
        """Return the profile-likelihood limits; infinite where there is none."""
        j = self.terms.index(term)
        low, high = profile_limits(
            self.likelihood, self.maximum, j, level, self.penalised
        )
        return low / self.scale[j], high / self.scale[j]

    def likelihood_ratio_p(self, term: str) -> float:
        """Return p of the (penalised) likelihood-ratio test of one term."""
        return self.likelihood_ratio([term]).p

    def likelihood_ratio(self, terms: Sequence[str]) -> LikelihoodRatio:
        """Test some terms together by the (penalised) likelihood ratio."""
        places = [self.terms.index(term) for term in terms]
        return likelihood_ratio(self.likelihood, self.maximum, places, self.penalised)


def fit_cox(
    rows: pd.DataFrame,
    terms: Sequence[str],
    *,
    ties: str = EFRON,
    firth: bool = False,
    strata: Sequence[str] = (),
    weights: str | None = None,
    cluster: str | None = None,
) -> CoxFit:
    """
    Fit a Cox model on start-stop rows.

    Parameters
    ----------
    rows : columns start, stop, event, and those named
        At risk in start < t <= stop; `event` 1 or 0 (censored at stop).
    terms
        Numeric columns without missing values.
    ties
        ``efron`` or ``breslow``.
    firth
        Add Firth's penalty, half the log determinant of the information: estimates
        stay finite when a level has no event.
    strata
        Columns; each combination has a baseline hazard of its own.
    weights
        Column of case weights.
    cluster
        Column; rows of one cluster are summed in a sandwich covariance.

    Returns
    -------
    CoxFit

    Raises
    ------
    ValueError
        If a row has not start < stop, a value is missing, there is no event, a term
        does not vary, or the tie rule is unknown.

    References
    ----------
    Heinze and Schemper, Biometrics 2001 (penalty, profile); Lin and Wei, JASA 1989
    (sandwich).
    """
    matrix = rows[list(terms)].to_numpy(dtype=float)
    start, stop, event = (
        rows[name].to_numpy(dtype=float) for name in ("start", "stop", "event")
    )
    if ties not in (EFRON, BRESLOW):
        raise ValueError(f"ties {ties!r}: use {EFRON} or {BRESLOW}")
    if not (start < stop).all():
        raise ValueError("a row without start < stop")
    check_covariates(matrix, event, terms)
    case_weights = (
        np.ones(len(rows)) if weights is None else rows[weights].to_numpy(float)
    )
    sets = risk_sets(start, stop, event, ties, codes(rows, strata), case_weights)
    fit = fit_on(sets, matrix, event, case_weights, terms, firth)
    if cluster is None:
        return fit
    return with_sandwich(fit, fit.residuals, codes(rows, [cluster]))


def fit_on(
    sets: RiskSets,
    matrix: np.ndarray,
    event: np.ndarray,
    weights: np.ndarray,
    terms: Sequence[str],
    firth: bool = False,
) -> CoxFit:
    """Maximise the (penalised) partial likelihood over given risk sets."""
    # Standardised covariates keep the steps of all terms of one size.
    centre, scale = matrix.mean(axis=0), matrix.std(axis=0)
    likelihood = PartialLikelihood((matrix - centre) / scale, event, weights, sets)
    null = likelihood.at(np.zeros(len(terms)))
    maximum = maximise(likelihood, firth)
    inverse = np.linalg.pinv(maximum.information)
    # Standardising multiplies the determinant of the information by scale**2.
    rescaled = float(np.log(scale).sum()) if firth else 0.0
    penalty = np.linalg.slogdet(null.information)[1] / 2 if firth else 0.0
    covariance = inverse / np.outer(scale, scale)
    return CoxFit(
        terms=tuple(terms),
        coefficients=maximum.beta / scale,
        covariance=covariance,
        naive_covariance=covariance,
        loglik=maximum.value + rescaled,
        loglik_null=null.value + penalty + rescaled,
        score_statistic=float(
            null.score @ np.linalg.pinv(null.information) @ null.score
        ),
        penalised=firth,
        converged=maximum.converged,
        monotone=_monotone(terms, maximum, inverse, likelihood.spread),
        likelihood=likelihood,
        maximum=maximum,
        scale=scale,
    )


def with_sandwich(fit: CoxFit, residuals: np.ndarray, clusters: np.ndarray) -> CoxFit:
    """Replace the covariance by the sandwich of influences summed by cluster."""
    sums = pd.DataFrame(residuals).groupby(clusters).sum().to_numpy()
    meat = sums.T @ sums
    covariance = fit.naive_covariance @ meat @ fit.naive_covariance
    return replace(fit, covariance=covariance)


def check_covariates(
    matrix: np.ndarray, event: np.ndarray, terms: Sequence[str]
) -> None:
    """Refuse missing covariates, terms without variation and rows without event."""
    if not np.isfinite(matrix).all():
        raise ValueError("a covariate is missing or infinite in a row")
    if not np.isin(event, (0, 1)).all() or event.sum() == 0:
        raise ValueError("no event, or an event that is neither 1 nor 0")
    spread = np.ptp(matrix, axis=0)
    constant = [t for t, wide in zip(terms, spread, strict=True) if wide == 0]
    if constant:
        raise ValueError(f"no variation in {', '.join(constant)}")


def compared_at_events(
    rows: pd.DataFrame, term: str, strata: Sequence[str] = ()
) -> bool:
    """
    Say whether some event finds two values of a covariate among those at risk.

    Without one the partial likelihood is flat in the covariate, although it varies
    between rows: as when the only transplant follows the last event.

    Parameters
    ----------
    rows : columns start, stop, event, and those named
        At risk in start < t <= stop, within a stratum.
    """
    events = rows.loc[rows["event"] == 1, ["stop", *strata]].drop_duplicates()
    for t, *stratum in events.itertuples(index=False):
        here = (rows["start"] < t) & (t <= rows["stop"])
        for column, value in zip(strata, stratum, strict=True):
            here &= rows[column] == value
        if rows.loc[here, term].nunique() > 1:
            return True
    return False


def codes(rows: pd.DataFrame, columns: Sequence[str]) -> np.ndarray:
    """Return a number for each combination of some columns; 0 without columns."""
    if not columns:
        return np.zeros(len(rows), dtype=int)
    return rows.groupby(list(columns), sort=False).ngroup().to_numpy()


def _monotone(
    terms: Sequence[str], maximum: Maximum, variance: np.ndarray, spread: np.ndarray
) -> tuple[str, ...]:
    """
    Name the terms whose estimate runs away.

    A likelihood that grows for ever flattens on the way: the contrast of the two
    ends of the covariate passes exp(10) and its standard error 50, which no
    converged fit of clinical data comes near.
    """
    errors = np.sqrt(np.clip(np.diag(variance), 0.0, None))
    contrast = np.abs(maximum.beta) * spread
    away = (contrast > 10) & ((errors * spread > 50) | (errors == 0))
    return tuple(term for term, far in zip(terms, away, strict=True) if far)
