"""Relapses of unknown kind: what the models say if they were known."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import t as student

from ballad.outcomes.covariates import Covariate
from ballad.outcomes.cox import CoxFit, fit_cox
from ballad.outcomes.estimators import FIRTH_COX, inestimable
from ballad.outcomes.likelihood import maximise
from ballad.outcomes.logistic import BinomialLikelihood
from ballad.outcomes.model_data import ModelData, model_data
from ballad.outcomes.models import COLUMNS, fit_models
from ballad.spelling import counted

VARIATION = "variation"
RUBIN = "Rubin"
NO_UNKNOWN = "as delivered: no unknown cause"
ROUNDING = 1e-20  # of the variance; estimates closer than this are equal


def unknown_cause_rows(
    cohort: pd.DataFrame,
    specifications: Mapping[str, Any],
    endpoints: Mapping[str, Any],
    groups: Mapping[str, Any],
    statistics: Mapping[str, Any],
) -> pd.DataFrame:
    """
    Repeat each model of a cause with the unknown causes taken for it, and imputed.

    A model is repeated if its endpoint says in ``unknown`` of which causes an unknown
    one may be, and the model's cause is among them. Three kinds of variation:
    all unknown ones of the model's cause, all of one of the others (the two bounds),
    and multiple imputation.

    Parameters
    ----------
    cohort
        As `join_clinical` writes it; text.
    specifications, endpoints, groups
        As the configuration defines them; ``unknown`` of an endpoint is, by the name
        of the unknown cause, the list of causes it may be.
    statistics
        As for `fit_models`, ``cause_imputations`` and ``seed``.

    Returns
    -------
    DataFrame with the column variation and those of models.tsv
        `variation` is ``<unknown>_as_<cause>`` or ``<unknown>_imputed``; only the
        multivariable rows. See `imputed` for what its rows hold. Where no cause is
        unknown the rows are the delivered ones, and say so.
    """
    tables = []
    for name, specification in specifications.items():
        unknown = endpoints[specification["endpoint"]].get("unknown") or {}
        for cause, candidates in unknown.items():
            if specification.get("cause") not in candidates:
                continue
            model = {k: v for k, v in specification.items() if k != "univariable"}
            if not _any_unknown(cohort, model, cause):
                table = fit_models(
                    *(cohort, {name: model}, endpoints, groups, statistics),
                    parts=False,
                )
                table["note"] = [_none_unknown(note) for note in table["note"]]
                kinds = [*(f"as_{candidate}" for candidate in candidates), "imputed"]
                tables += [
                    table.assign(**{VARIATION: f"{cause}_{kind}"}) for kind in kinds
                ]
                continue
            for candidate in candidates:
                known = recoded(cohort, model["endpoint"], cause, candidate)
                table = fit_models(
                    *(known, {name: model}, endpoints, groups, statistics),
                    parts=False,
                )
                tables.append(table.assign(**{VARIATION: f"{cause}_as_{candidate}"}))
            rows = imputed(cohort, name, model, cause, endpoints, groups, statistics)
            tables.append(rows.assign(**{VARIATION: f"{cause}_imputed"}))
    columns = [VARIATION, *COLUMNS]
    if not tables:
        return pd.DataFrame(columns=columns)
    return pd.concat(tables, ignore_index=True)[columns]


def _any_unknown(
    cohort: pd.DataFrame, specification: Mapping[str, Any], cause: str
) -> bool:
    members = cohort[f"in_{specification['population']}"] == "yes"
    causes = cohort.loc[members, f"{specification['endpoint']}_cause"]
    return bool((causes == cause).any())


def _none_unknown(note: str) -> str:
    parts = (
        [note, NO_UNKNOWN] if note.startswith("not estimable") else [NO_UNKNOWN, note]
    )
    return "; ".join(part for part in parts if part)


def recoded(
    cohort: pd.DataFrame, endpoint: str, unknown: str, cause: str
) -> pd.DataFrame:
    """Take every event of the unknown cause for one of the named cause."""
    column = f"{endpoint}_cause"
    return cohort.assign(**{column: cohort[column].replace(unknown, cause)})


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


def imputed(
    cohort: pd.DataFrame,
    name: str,
    specification: Mapping[str, Any],
    unknown: str,
    endpoints: Mapping[str, Any],
    groups: Mapping[str, Any],
    statistics: Mapping[str, Any],
) -> pd.DataFrame:
    """
    Fit one model with the unknown causes drawn M times, and pool the fits.

    Whether an event of a candidate cause is one of the model's cause is learned from
    those of known cause by a penalised logistic model of the covariates at the event
    and of log time. Its coefficients are drawn from their normal approximation, then
    each unknown cause from its probability; what is not of the model's cause competes,
    whichever it is. Each completed cohort is fitted with the penalised Cox model.

    Returns
    -------
    DataFrame with the columns of models.tsv
        `estimate` is the pooled hazard ratio, interval and p are Rubin's; `events`
        and `events_in_level` are means over the imputations, rounded; the note says
        how many causes were drawn and what share of the variance that makes.

    References
    ----------
    Lu and Tsiatis, Biometrics 2001; Rubin 1987.
    """

    def rows_of(patients: pd.DataFrame) -> ModelData:
        return model_data(patients, specification, endpoints, groups, statistics)

    candidates = endpoints[specification["endpoint"]]["unknown"][unknown]
    data = rows_of(cohort)
    ends = _ends(data, cohort, specification["endpoint"])
    known = ends[ends["cause"].isin(candidates)]
    drawn_for = ends[ends["cause"] == unknown].sort_values("patient")
    of_cause = known["cause"] == specification["cause"]
    reason = _why_not(of_cause, len(drawn_for), statistics["min_events"])
    if reason:
        return _table(name, specification, data, [_Pool(reason)] * len(data.covariates))
    draws = drawn_causes(
        known[_predictors(data)],
        of_cause,
        drawn_for[_predictors(data)],
        statistics["cause_imputations"],
        statistics["seed"],
    )
    other = next(c for c in candidates if c != specification["cause"])
    column = f"{specification['endpoint']}_cause"
    completed = []
    for draw in draws:
        causes = cohort[column].copy()
        causes[drawn_for.index] = np.where(draw, specification["cause"], other)
        completed.append(rows_of(cohort.assign(**{column: causes})))
    pools = _pools(completed, specification, statistics, len(drawn_for))
    return _table(name, specification, completed[0], pools)


def _ends(data: ModelData, cohort: pd.DataFrame, endpoint: str) -> pd.DataFrame:
    """Return each patient's last row, with the cause and the log of its time."""
    last = data.rows.groupby(level=0).tail(1)
    causes = cohort[f"{endpoint}_cause"].reindex(last.index)
    return last.assign(cause=causes, log_time=np.log(last["stop"].astype(float)))


def _predictors(data: ModelData) -> list[str]:
    return [*(covariate.key for covariate in data.covariates), "log_time"]


def _why_not(of_cause: pd.Series, unknown: int, least: int) -> str:
    if not unknown:
        return ""
    if len(of_cause) < least:
        return f"{counted(len(of_cause), 'event')} of known cause, fewer than {least}"
    if of_cause.nunique() < 2:
        return "all events of known cause have one cause: none can be told apart"
    return ""


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
class _Pool:
    """What one row of the table says."""

    note: str
    result: Pooled | None = None
    limits: tuple[float, float] = (math.nan, math.nan)
    events: float = math.nan
    events_in_level: float = math.nan


def _pools(
    completed: Sequence[ModelData],
    specification: Mapping[str, Any],
    statistics: Mapping[str, Any],
    unknown: int,
) -> list[_Pool]:
    """Fit every completed cohort and pool each covariate."""
    strata = list(specification.get("strata") or [])
    least = statistics["min_events"]
    events = [data.events for data in completed]
    left: dict[str, str] = {}
    for data in completed:
        left |= dict(inestimable(data, FIRTH_COX, strata))
    few = f"{counted(min(events), 'event')} in an imputation, fewer than {least}"
    keys = [c.key for c in completed[0].covariates if c.key not in left]
    fits = []
    if min(events) >= least and keys:
        fits = [
            fit_cox(d.rows, keys, ties=statistics["ties"], firth=True, strata=strata)
            for d in completed
        ]
    pools = []
    for place, covariate in enumerate(completed[0].covariates):
        reason = left.get(covariate.key) or ("" if fits else few)
        if not reason and not all(fit.converged for fit in fits):
            reason = "a fit of an imputation did not converge"
        in_level = [data.events_in(data.covariates[place]) for data in completed]
        counts = (float(np.mean(events)), float(np.mean(in_level)))
        if reason:
            pools.append(_Pool(reason, None, (math.nan, math.nan), *counts))
            continue
        result = _over(fits, covariate.key)
        note = (
            f"{unknown} unknown cause{'s' * (unknown != 1)} drawn in {len(fits)} "
            f"imputations: {min(events)} to {max(events)} events; fraction of missing "
            f"information {result.missing:.2g}"
        )
        limits = result.limits(statistics["confidence_level"])
        pools.append(_Pool(note, result, limits, *counts))
    return pools


def _over(fits: Sequence[CoxFit], key: str) -> Pooled:
    place = fits[0].terms.index(key)
    return pooled(
        [float(fit.coefficients[place]) for fit in fits],
        [float(fit.standard_errors[place]) ** 2 for fit in fits],
    )


def _table(
    name: str,
    specification: Mapping[str, Any],
    data: ModelData,
    pools: Sequence[_Pool],
) -> pd.DataFrame:
    rows = [
        _row(name, specification, data, covariate, pool)
        for covariate, pool in zip(data.covariates, pools, strict=True)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(
    name: str,
    specification: Mapping[str, Any],
    data: ModelData,
    covariate: Covariate,
    pool: _Pool,
) -> dict[str, Any]:
    found = pool.result
    low, high = (math.exp(x) for x in pool.limits)
    notes = [pool.note if found else f"not estimable: {pool.note}", data.left_out]
    events = data.events if math.isnan(pool.events) else round(pool.events)
    counted = covariate.binary and not math.isnan(pool.events_in_level)
    return {
        "model": name,
        "endpoint": specification["endpoint"],
        "cause": specification["cause"],
        "population": specification["population"],
        "method": FIRTH_COX,
        "term": covariate.term,
        "level": covariate.level,
        "reference": covariate.reference,
        "estimate": math.exp(found.estimate) if found else math.nan,
        "ci_low": low,
        "ci_high": high,
        "p": found.p if found else math.nan,
        "p_adjusted": math.nan,
        "n": data.patients,
        "events": events,
        "events_in_level": round(pool.events_in_level) if counted else "",
        "ci_method": RUBIN if found else "",
        "note": "; ".join(note for note in notes if note),
    }
