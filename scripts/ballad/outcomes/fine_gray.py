"""Fine-Gray models of the subdistribution hazard, with baseline covariates only."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from ballad.outcomes.cox import (
    BRESLOW,
    CoxFit,
    RiskSets,
    check_covariates,
    fit_on,
    risk_sets,
    with_sandwich,
)


def fit_fine_gray(
    table: pd.DataFrame, terms: Sequence[str], with_log_time: Sequence[str] = ()
) -> CoxFit:
    """
    Fit a proportional subdistribution hazards model.

    After a competing event a patient stays at risk with the weight G(t-) / G(T-),
    where G is the Kaplan-Meier estimate of staying uncensored. Ties by Breslow. Not
    for time-dependent covariates: they are unknown after a competing event.

    Parameters
    ----------
    table : columns stop, event, competing, and the terms
        One row per patient. `event` 1 for the cause of interest, `competing` 1 for
        any other cause, both 0: censored at `stop`.
    terms
        Numeric columns without missing values.
    with_log_time
        Terms that also enter multiplied by log t: their subdistribution hazard ratio
        may change with time. The product is called ``<term> x log t``.

    Returns
    -------
    CoxFit
        Coefficients are log subdistribution hazard ratios; `covariance` is the
        sandwich that also counts the estimation of G.

    References
    ----------
    Fine and Gray, JASA 1999.
    """
    matrix = table[list(terms)].to_numpy(dtype=float)
    stop, event, competing = (
        table[name].to_numpy(dtype=float) for name in ("stop", "event", "competing")
    )
    check_covariates(matrix, event, terms)
    ones = np.ones(len(table))
    sets = risk_sets(np.zeros(len(table)) - 1, stop, event, BRESLOW, ones, ones)
    times = stop[np.argmax(sets.tied > 0, axis=1)]
    left = (competing == 1) & (stop < times[:, None])
    censored = (event == 0) & (competing == 0)
    uncensored = _uncensored_before(stop, censored)
    weights = uncensored(times)[:, None] / uncensored(stop)
    sets = RiskSets(np.where(left, weights, sets.at_risk), sets.tied, sets.weights)
    owner = np.arange(len(table))
    names = list(terms)
    if with_log_time:
        names += [f"{term} x log t" for term in with_log_time]
        varying = table[list(with_log_time)].to_numpy(dtype=float)
        matrix, sets, event, owner = _by_time(matrix, varying, times, sets, event)
    fit = fit_on(sets, matrix, event, np.ones(len(matrix)), names)
    residuals = pd.DataFrame(fit.residuals).groupby(owner).sum().to_numpy()
    influence = residuals + _censoring_influence(
        fit, matrix, owner, stop, times, left, censored
    )
    return with_sandwich(fit, influence, np.arange(len(table)))


def _by_time(
    matrix: np.ndarray,
    varying: np.ndarray,
    times: np.ndarray,
    sets: RiskSets,
    event: np.ndarray,
) -> tuple[np.ndarray, RiskSets, np.ndarray, np.ndarray]:
    """
    Give every patient one row per event time, with the products by log t.

    Returns
    -------
    covariates, risk sets and events of these rows, and the patient of each row
    """
    size, moments = len(matrix), np.unique(times)
    owner = np.tile(np.arange(size), len(moments))
    moment = np.repeat(moments, size)
    covariates = np.column_stack(
        [matrix[owner], varying[owner] * np.log(moment)[:, None]]
    )
    now = times[:, None] == moment
    here = RiskSets(
        sets.at_risk[:, owner] * now, sets.tied[:, owner] * now, sets.weights
    )
    happened = (here.tied > 0).any(axis=0) & (event[owner] == 1)
    return covariates, here, happened.astype(float), owner


def _uncensored_before(
    stop: np.ndarray, censored: np.ndarray
) -> Callable[[np.ndarray], np.ndarray]:
    """Return G(t-), the probability of being uncensored just before t."""
    days = np.unique(stop[censored])
    ends = np.array([(censored & (stop == u)).sum() for u in days])
    at_risk = np.array([(stop >= u).sum() for u in days])
    steps = np.concatenate([[1.0], np.cumprod(1 - ends / at_risk)])
    return lambda t: steps[np.searchsorted(days, t, side="left")]


def _censoring_influence(
    fit: CoxFit,
    matrix: np.ndarray,
    owner: np.ndarray,
    stop: np.ndarray,
    times: np.ndarray,
    left: np.ndarray,
    censored: np.ndarray,
) -> np.ndarray:
    """Return each patient's influence on the score through the estimate of G."""
    linear = (matrix - matrix.mean(axis=0)) @ fit.coefficients
    hazards = fit.likelihood.sets.at_risk * np.exp(linear)
    shares = hazards / hazards.sum(axis=1, keepdims=True)
    means = shares @ matrix
    influence = np.zeros((len(stop), matrix.shape[1]))
    for u in np.unique(stop[censored]):
        # Those who had a competing event before u and are weighted at events from u.
        weighted = shares * (left & (stop < u) & (times >= u)[:, None])[:, owner]
        pull = weighted.sum(axis=0) @ matrix - weighted.sum(axis=1) @ means
        present = stop >= u
        ends = censored & (stop == u)
        count = present.sum()
        influence[ends] += pull / count
        influence[present] -= pull / count * ends.sum() / count
    return influence
