"""Whether hazard ratios stay the same over time: score test, and ratios by period."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import chi2, rankdata

from ballad.outcomes.cox import EFRON, compared_at_events, fit_cox

KM, RANK, IDENTITY, LOG = "km", "rank", "identity", "log"
TRANSFORMS = (KM, RANK, IDENTITY, LOG)
GLOBAL = "GLOBAL"
COLUMNS = ("term", "statistic", "df", "p")
# Below this share of its unadjusted variance a score cannot be told from 0.
NOTHING_LEFT = 1e-10


def proportional_hazards_test(
    rows: pd.DataFrame,
    terms: Sequence[str],
    *,
    transform: str = KM,
    ties: str = EFRON,
    strata: Sequence[str] = (),
) -> pd.DataFrame:
    """
    Test whether the hazard ratios of a plain Cox model change with time.

    Beside each covariate x stands x g(t), g a transform of time; the score test of
    its coefficient being 0 needs only the fit without it.

    Parameters
    ----------
    rows, terms, ties, strata
        As for `cox.fit_cox`: the rows of the model that is reported.
    transform
        g: ``km`` (1 - Kaplan-Meier just before t), ``rank`` (of t among the ends of
        all rows), ``identity`` or ``log``.

    Returns
    -------
    DataFrame with columns term, statistic, df, p
        Chi-square of each term with 1 df, then ``GLOBAL`` of all terms together.
        Missing where nothing varies with time, as with events at a single time.

    Raises
    ------
    ValueError
        If the transform is unknown, or for the reasons of `cox.fit_cox`.

    References
    ----------
    Grambsch and Therneau, Biometrika 1994, in the form of a score test.
    """
    fit = fit_cox(rows, terms, ties=ties, strata=strata)
    x, sets = fit.likelihood.covariates, fit.likelihood.sets
    linear = x @ fit.maximum.beta
    hazards = sets.at_risk * np.exp(linear - linear.max())
    shares = hazards / hazards.sum(axis=1)[:, None]
    means = shares @ x
    time = sets.tied @ transformed_time(rows, transform)
    # An added constant changes no result, but a large one costs digits.
    time = time - time.mean()

    def information(weights: np.ndarray) -> np.ndarray:
        second = x.T @ ((weights @ shares)[:, None] * x)
        return second - means.T @ (weights[:, None] * means)

    score = time @ (sets.tied @ x - means)
    own, mixed = information(time**2), information(time)
    fixed = information(np.ones(len(time)))
    adjusted = own - mixed @ np.linalg.pinv(fixed, hermitian=True) @ mixed
    each = [
        _chi_square(score[[j]], adjusted[np.ix_([j], [j])], own[[j], [j]])
        for j in range(len(terms))
    ]
    together = _chi_square(score, adjusted, np.diag(own))
    found = [
        (term, *result)
        for term, result in zip([*terms, GLOBAL], [*each, together], strict=True)
    ]
    return pd.DataFrame(found, columns=list(COLUMNS))


def _chi_square(
    score: np.ndarray, variance: np.ndarray, unadjusted: np.ndarray
) -> tuple[float, int, float]:
    df = len(score)
    if (np.diag(variance) <= NOTHING_LEFT * unadjusted).any():
        return float("nan"), df, float("nan")
    statistic = float(score @ np.linalg.pinv(variance, hermitian=True) @ score)
    return statistic, df, float(chi2.sf(statistic, df))


def transformed_time(rows: pd.DataFrame, transform: str) -> np.ndarray:
    """
    Transform the end of each row for the test of proportional hazards.

    Parameters
    ----------
    rows : columns start, stop, event
        At risk in start < t <= stop.
    transform
        One of TRANSFORMS.
    """
    stop = rows["stop"].to_numpy(dtype=float)
    if transform == KM:
        return _dead_before(rows)
    if transform == RANK:
        return rankdata(stop)
    if transform == IDENTITY:
        return stop
    if transform == LOG:
        return np.log(stop)
    raise ValueError(f"transform {transform!r}: use one of {', '.join(TRANSFORMS)}")


def _dead_before(rows: pd.DataFrame) -> np.ndarray:
    """Return 1 - Kaplan-Meier just before the end of each row."""
    start, stop, event = (
        rows[name].to_numpy(dtype=float) for name in ("start", "stop", "event")
    )
    times = np.unique(stop[event == 1])
    at_risk = ((start < times[:, None]) & (times[:, None] <= stop)).sum(axis=1)
    dead = ((stop == times[:, None]) & (event == 1)).sum(axis=1)
    survival = np.append(1.0, np.cumprod(1 - dead / at_risk))
    return 1 - survival[np.searchsorted(times, stop, side="left")]


@dataclass(frozen=True)
class PeriodRatio:
    """A hazard ratio within one period; NaN: no finite estimate."""

    events: int
    ratio: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    p: float = float("nan")
    events_at_level: int = 0  # while the term is 1


def period_ratios(
    rows: pd.DataFrame,
    terms: Sequence[str],
    term: str,
    *,
    split: float,
    level: float = 0.95,
    ties: str = EFRON,
    strata: Sequence[str] = (),
    firth: bool = False,
) -> tuple[PeriodRatio, PeriodRatio]:
    """
    Estimate one term's hazard ratio before and after a time, the others being common.

    Parameters
    ----------
    rows, terms, ties, strata
        As for `cox.fit_cox`.
    term
        The one that is split.
    split
        In the unit of the rows; an event at this very time belongs to the first
        period.
    level
        Coverage of the intervals: Wald, or with `firth` of the profile likelihood, as
        are the p.
    firth
        Add Firth's penalty: a period without an event at a level has an estimate.

    Returns
    -------
    PeriodRatio until the split, PeriodRatio after it
    """
    pieces = cut_at(rows, split)
    early = pieces["stop"] <= split
    columns = ("until", "after")
    pieces = pieces.assign(
        until=pieces[term].where(early, 0.0), after=pieces[term].where(~early, 0.0)
    )
    counts = {
        column: (
            int(pieces.loc[side, "event"].sum()),
            int((pieces.loc[side, "event"] * (pieces.loc[side, term] == 1)).sum()),
        )
        for column, side in zip(columns, (early, ~early), strict=True)
    }
    # A period in which no event finds both levels at risk says nothing of its ratio.
    told = [name for name in columns if compared_at_events(pieces, name, strata)]
    ratios = {}
    if told:
        others = [name for name in terms if name != term]
        fit = fit_cox(pieces, [*told, *others], ties=ties, strata=strata, firth=firth)
        for column in set(told) - set(fit.monotone) if fit.converged else ():
            estimate = fit.coefficients[fit.terms.index(column)]
            interval = fit.profile_interval if firth else fit.wald_interval
            limits = interval(column, level)
            p = fit.likelihood_ratio_p(column) if firth else fit.wald_p(column)
            ratios[column] = [*(float(np.exp(v)) for v in (estimate, *limits)), p]
    first, second = (
        replace(
            PeriodRatio(counts[column][0], *ratios.get(column, ())),
            events_at_level=counts[column][1],
        )
        for column in columns
    )
    return first, second


def cut_at(rows: pd.DataFrame, time: float) -> pd.DataFrame:
    """
    Cut rows at a time, so that each lies before it or after it.

    Parameters
    ----------
    rows : columns start, stop, event
        At risk in start < t <= stop.
    """
    inside = (rows["start"] < time) & (time < rows["stop"])
    before = rows.assign(
        stop=rows["stop"].mask(inside, time), event=rows["event"].mask(inside, 0.0)
    )
    return pd.concat([before, rows[inside].assign(start=time)], ignore_index=True)
