"""Whether the models of the configuration may be believed: one row per check."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ballad.outcomes.covariates import Covariate
from ballad.outcomes.cox import CoxFit, fit_cox
from ballad.outcomes.estimators import (
    COX,
    FINE_GRAY,
    FIRTH_COX,
    FIRTH_LOGISTIC,
    LOGISTIC,
    inestimable,
)
from ballad.outcomes.logistic import separated
from ballad.outcomes.model_data import ModelData, model_data
from ballad.outcomes.proportional_hazards import (
    GLOBAL,
    PeriodRatio,
    period_ratios,
    proportional_hazards_test,
)
from ballad.spelling import counted as with_noun

COLUMNS = ["model", "check", "term", "statistic", "df", "p", "status", "note"]
OK, WARNING, VIOLATED, NOT_ESTIMABLE = "ok", "warning", "violated", "not estimable"
Row = dict[str, Any]


@dataclass(frozen=True)
class Examined:
    """One model's rows with the covariates that its fit keeps."""

    data: ModelData
    method: str
    fitted: list[Covariate]
    left: Mapping[str, str]  # covariate key: why it is in no fit
    problem: str  # why there is no fit at all
    strata: list[str]
    statistics: Mapping[str, Any]

    @property
    def logistic(self) -> bool:
        """Say whether the endpoint is binary."""
        return self.method in (LOGISTIC, FIRTH_LOGISTIC)

    @property
    def keys(self) -> list[str]:
        """Return the columns of the covariates in the fit."""
        return [covariate.key for covariate in self.fitted]

    def label(self, covariate: Covariate) -> str:
        """Return the term, with its level where the term has several."""
        terms = [other.term for other in self.data.covariates]
        return covariate.term if terms.count(covariate.term) == 1 else covariate.key

    def cox(self, firth: bool) -> CoxFit:
        """Fit the Cox model, plain or penalised."""
        return fit_cox(
            self.data.rows,
            self.keys,
            ties=self.statistics["ties"],
            firth=firth,
            strata=self.strata,
        )


def diagnose_models(
    cohort: pd.DataFrame,
    specifications: Mapping[str, Any],
    endpoints: Mapping[str, Any],
    groups: Mapping[str, Any],
    statistics: Mapping[str, Any],
) -> pd.DataFrame:
    """
    Check every multivariable model of the configuration.

    Parameters
    ----------
    cohort
        As `join_clinical` writes it; text, an empty text is missing.
    specifications, endpoints, groups
        As the configuration defines them.
    statistics
        ``confidence_level``, ``ties``, ``min_events``, ``events_per_variable``,
        ``day_zero_days``, ``period_split_months``, ``proportional_hazards_p``,
        ``variance_inflation``.

    Returns
    -------
    DataFrame with the columns `COLUMNS`
        `status` is ok, warning, violated or not estimable (`note` says why). By
        `check`:

        - ``events_per_parameter``: `statistic` is events (of a response model: the
          rarer outcome) per covariate in the fit; below ``events_per_variable``:
          warning.
        - ``zero_cell``: per two-level covariate; `statistic` is the number of events
          at the level that has fewer. None, or in a response model nothing but
          events: warning.
        - ``collinearity``: per covariate; `statistic` is its variance inflation
          factor on the rows of the fit. ``variance_inflation`` or more: warning.
        - ``convergence``: `term` names the estimator; no finite estimate or no
          convergence: warning.
        - ``proportional_hazards``: of the plain Cox fit on the rows of the reported
          model, per covariate and ``GLOBAL``; `statistic` is chi-square. p below
          ``proportional_hazards_p``: violated, and `note` gives the hazard ratios
          before and after ``period_split_months``.
    """
    rows: list[Row] = []
    for name, specification in specifications.items():
        logging.info("model %s", name)
        data = model_data(cohort, specification, endpoints, groups, statistics)
        model = examined(data, specification, statistics)
        rows += [{"model": name} | row for row in _checks(model)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.astype({column: float for column in ("statistic", "df", "p")})


def examined(
    data: ModelData, specification: Mapping[str, Any], statistics: Mapping[str, Any]
) -> Examined:
    """Say which covariates of a model can be examined, and why the others cannot."""
    strata = list(specification.get("strata") or [])
    if data.patients:
        left = dict(inestimable(data, specification["method"], strata))
    else:
        nobody = "no patient with all values known"
        left = {c.key: c.problem or nobody for c in data.covariates}
    fitted = [c for c in data.covariates if c.key not in left]
    logistic = specification["method"] in (LOGISTIC, FIRTH_LOGISTIC)
    return Examined(
        data,
        specification["method"],
        fitted,
        left,
        _no_fit(data, fitted, logistic, statistics["min_events"]),
        strata,
        statistics,
    )


def _no_fit(
    data: ModelData, fitted: list[Covariate], logistic: bool, least: int
) -> str:
    if data.patients == 0:
        return "no patient with all values known"
    if data.events < least:
        return f"{data.events} event{'s' * (data.events != 1)}, fewer than {least}"
    others = data.patients - data.events
    if logistic and others < least:
        return f"{others} without the event, fewer than {least}"
    return "" if fitted else "no covariate that varies"


def _checks(model: Examined) -> Iterator[Row]:
    yield _events_per_parameter(model)
    yield from _zero_cells(model)
    yield from _collinearity(model)
    yield from _convergence(model)
    if not model.logistic:
        yield from _proportional_hazards(model)


def _row(check: str, term: str, status: str, note: str = "", **numbers: Any) -> Row:
    if status == NOT_ESTIMABLE:
        note = f"{NOT_ESTIMABLE}: {note}"
    return {"check": check, "term": term, "status": status, "note": note, **numbers}


def _events_per_parameter(model: Examined) -> Row:
    check, data = "events_per_parameter", model.data
    if not model.fitted:
        return _row(check, "", NOT_ESTIMABLE, model.problem)
    counted = data.events
    if model.logistic:
        counted = min(data.events, data.patients - data.events)
    ratio = counted / len(model.fitted)
    enough = ratio >= model.statistics["events_per_variable"]
    what = "of the rarer outcome" if model.logistic else "events"
    covariates = with_noun(len(model.fitted), "covariate")
    note = f"{counted} {what}, {covariates}"
    return _row(check, "", OK if enough else WARNING, note, statistic=ratio)


def _zero_cells(model: Examined) -> Iterator[Row]:
    check = "zero_cell"
    for covariate in model.data.covariates:
        if not covariate.binary:
            continue
        label = model.label(covariate)
        if covariate.key in model.left:
            yield _row(check, label, NOT_ESTIMABLE, model.left[covariate.key])
            continue
        outcomes = model.data.outcomes(covariate)
        notes = [f"no event in {level}" for level, y in outcomes.items() if not y.sum()]
        if model.logistic:
            notes += [
                f"only events in {level}" for level, y in outcomes.items() if y.all()
            ]
        fewest = min(int(y.sum()) for y in outcomes.values())
        status = WARNING if notes else OK
        yield _row(check, label, status, "; ".join(notes), statistic=fewest)


def variance_inflation(matrix: np.ndarray) -> np.ndarray:
    """
    Return each column's variance inflation factor, 1 / (1 - R squared on the others).

    References
    ----------
    Marquardt, Technometrics 1970.
    """
    centred = matrix - matrix.mean(axis=0)
    # The triangle keeps the digits that a matrix of correlations would square away.
    triangle = np.linalg.qr(centred / np.linalg.norm(centred, axis=0))[1]
    return (np.linalg.inv(triangle) ** 2).sum(axis=1)


def _collinearity(model: Examined) -> Iterator[Row]:
    check = "collinearity"
    factors = {}
    if model.fitted:
        matrix = model.data.rows[model.keys].to_numpy(dtype=float)
        factors = dict(zip(model.keys, variance_inflation(matrix), strict=True))
    for covariate in model.data.covariates:
        label = model.label(covariate)
        if covariate.key in model.left:
            yield _row(check, label, NOT_ESTIMABLE, model.left[covariate.key])
            continue
        factor = float(factors[covariate.key])
        limit = model.statistics["variance_inflation"]
        status = OK if factor < limit else WARNING
        yield _row(check, label, status, statistic=factor)


def _convergence(model: Examined) -> Iterator[Row]:
    check = "convergence"
    if model.method == FINE_GRAY:
        return
    plain = LOGISTIC if model.logistic else COX
    if model.problem:
        yield _row(check, plain, NOT_ESTIMABLE, model.problem)
    elif model.logistic:
        apart = separated(model.data.rows, model.keys, model.data.rows["event"])
        note = "separation, no finite estimate" if apart else ""
        yield _row(check, plain, WARNING if apart else OK, note)
    else:
        for name, firth in ((COX, False), (FIRTH_COX, True)):
            note = _not_converged(model, model.cox(firth))
            yield _row(check, name, WARNING if note else OK, note)


def _not_converged(model: Examined, fit: CoxFit) -> str:
    infinite = [model.label(c) for c in model.fitted if c.key in fit.monotone]
    if infinite:
        return f"no finite estimate of {', '.join(infinite)} (monotone likelihood)"
    return "" if fit.converged else "the fit did not converge"


def _proportional_hazards(model: Examined) -> Iterator[Row]:
    check = "proportional_hazards"
    problem = model.problem
    if model.method == FINE_GRAY:
        problem = "see proportional_subdistribution_hazards"
    if not problem:
        reason = _not_converged(model, model.cox(firth=False))
        problem = f"plain Cox fit: {reason}" if reason else ""
    tested = {}
    if not problem:
        table = proportional_hazards_test(
            model.data.rows,
            model.keys,
            ties=model.statistics["ties"],
            strata=model.strata,
        )
        tested = {row["term"]: row for row in table.to_dict("records")}
    for covariate in model.data.covariates:
        label = model.label(covariate)
        why = model.left.get(covariate.key) or problem
        if why:
            yield _row(check, label, NOT_ESTIMABLE, why)
        else:
            yield _tested(model, label, tested[covariate.key], covariate)
    if problem:
        yield _row(check, GLOBAL, NOT_ESTIMABLE, problem)
    else:
        yield _tested(model, GLOBAL, tested[GLOBAL], None)


def not_proportional(model: Examined) -> list[tuple[Covariate, float]]:
    """List the covariates whose hazards are not proportional, each with its p."""
    if model.logistic or model.method == FINE_GRAY:
        return []
    found = {
        row["term"]: row["p"]
        for row in _proportional_hazards(model)
        if row["status"] == VIOLATED
    }
    labels = [(covariate, model.label(covariate)) for covariate in model.fitted]
    return [(c, float(found[label])) for c, label in labels if label in found]


def _tested(
    model: Examined, label: str, found: Mapping[str, Any], covariate: Covariate | None
) -> Row:
    check = "proportional_hazards"
    if np.isnan(found["p"]):
        return _row(check, label, NOT_ESTIMABLE, "nothing varies with time")
    violated = found["p"] < model.statistics["proportional_hazards_p"]
    note = _by_period(model, covariate) if violated and covariate is not None else ""
    numbers = {name: found[name] for name in ("statistic", "df", "p")}
    return _row(check, label, VIOLATED if violated else OK, note, **numbers)


def _by_period(model: Examined, covariate: Covariate) -> str:
    split, level = (
        model.statistics[name] for name in ("period_split_months", "confidence_level")
    )
    until, after = period_ratios(
        model.data.rows,
        model.keys,
        covariate.key,
        split=split,
        level=level,
        ties=model.statistics["ties"],
        strata=model.strata,
    )
    return (
        f"hazard ratio ({level:.0%} CI) until {split:g} months "
        f"{_ratio_text(until)}, after {_ratio_text(after)}"
    )


def _ratio_text(period: PeriodRatio) -> str:
    events = f"{period.events} event{'s' * (period.events != 1)}"
    if np.isnan(period.ratio):
        return f"not estimable ({events})"
    return f"{period.ratio:.3g} ({period.low:.3g}-{period.high:.3g}; {events})"
