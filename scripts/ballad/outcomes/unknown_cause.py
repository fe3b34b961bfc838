"""Relapses of unknown kind: what the models say if they were known."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ballad.outcomes.cause_imputation import Pooled, drawn_causes, pooled
from ballad.outcomes.covariates import Covariate
from ballad.outcomes.cox import CoxFit, fit_cox
from ballad.outcomes.estimators import FIRTH_COX, inestimable
from ballad.outcomes.model_data import ModelData, model_data
from ballad.outcomes.models import COLUMNS, fit_models
from ballad.spelling import counted

VARIATION = "variation"
RUBIN = "Rubin"
NO_UNKNOWN = "as delivered: no unknown cause"


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
    settings = (endpoints, groups, statistics)
    tables = [
        table.assign(**{VARIATION: f"{cause}_{kind}"})
        for name, specification in specifications.items()
        for cause, candidates in _unknown(specification, endpoints)
        for kind, table in _variations(
            cohort, name, specification, cause, candidates, *settings
        )
    ]
    columns = [VARIATION, *COLUMNS]
    if not tables:
        return pd.DataFrame(columns=columns)
    return pd.concat(tables, ignore_index=True)[columns]


def _unknown(
    specification: Mapping[str, Any], endpoints: Mapping[str, Any]
) -> Iterator[tuple[str, list[str]]]:
    """Name the unknown causes that may be the model's, each with all it may be."""
    endpoint = endpoints[specification["endpoint"]]
    for cause, candidates in (endpoint.get("unknown") or {}).items():
        if specification.get("cause") in candidates:
            yield cause, candidates


def _variations(
    cohort: pd.DataFrame,
    name: str,
    specification: Mapping[str, Any],
    cause: str,
    candidates: Sequence[str],
    *settings: Mapping[str, Any],
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Fit one model with the unknown cause taken for each candidate, and imputed."""
    model = {k: v for k, v in specification.items() if k != "univariable"}
    if not _any_unknown(cohort, model, cause):
        table = fit_models(cohort, {name: model}, *settings, parts=False)
        table["note"] = [_none_unknown(note) for note in table["note"]]
        for kind in (*(f"as_{candidate}" for candidate in candidates), "imputed"):
            yield kind, table
        return
    for candidate in candidates:
        known = recoded(cohort, model["endpoint"], cause, candidate)
        table = fit_models(known, {name: model}, *settings, parts=False)
        yield f"as_{candidate}", table
    yield "imputed", imputed(cohort, name, model, cause, *settings)


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
