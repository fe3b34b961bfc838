"""One fit: what can be estimated, by which estimator, and why the rest cannot."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ballad.outcomes.covariates import Covariate
from ballad.outcomes.cox import CoxFit, compared_at_events, fit_cox
from ballad.outcomes.fine_gray import fit_fine_gray
from ballad.outcomes.logistic import fit_logistic, separated
from ballad.outcomes.model_data import ModelData
from ballad.spelling import counted

COX, FIRTH_COX, FINE_GRAY = "cox", "firth_cox", "fine_gray"
LOGISTIC, FIRTH_LOGISTIC = "logistic", "firth_logistic"
PENALISED = {COX: FIRTH_COX, LOGISTIC: FIRTH_LOGISTIC}
PROFILE, WALD = "profile likelihood", "wald"


@dataclass(frozen=True)
class Estimate:
    """One estimated ratio; NaN is empty."""

    method: str
    ratio: float = float("nan")
    low: float = float("nan")
    high: float = float("nan")
    p: float = float("nan")
    ci_method: str = ""
    notes: list[str] = field(default_factory=list)


class Estimator:
    """
    The rule by which the rows of a model are estimated, or refused.

    `statistics` as configured; `strata` are columns of the rows.
    """

    def __init__(self, statistics: Mapping[str, Any], strata: Sequence[str]):
        self.statistics, self.strata = statistics, list(strata)
        self.level = statistics["confidence_level"]

    def estimates(
        self, data: ModelData, method: str, as_asked: bool = False
    ) -> list[Estimate]:
        """Estimate what can be estimated; the others say why they are not."""
        reason = self._too_few(data, method)
        if reason:
            return [
                Estimate(
                    method, notes=[f"not estimable: {covariate.problem or reason}"]
                )
                for covariate in data.covariates
            ]
        left = dict(inestimable(data, method, self.strata))
        fitted = [c for c in data.covariates if c.key not in left]
        if fitted:
            used, reasons = (
                (method, self._few_events(method, data, fitted))
                if as_asked
                else self.choice(method, data, fitted)
            )
            keys = [c.key for c in fitted]
            done = dict(zip(keys, self._fit(used, data, fitted), strict=True))
        else:
            used, reasons, done = method, [], {}
        empty = {
            key: Estimate(used, notes=[f"not estimable: {why}"])
            for key, why in left.items()
        }
        estimates = [{**done, **empty}[c.key] for c in data.covariates]
        return [
            replace(
                e, notes=[*e.notes, *reasons, *self._warned(method, data, c, fitted)]
            )
            for e, c in zip(estimates, data.covariates, strict=True)
        ]

    def _warned(
        self,
        method: str,
        data: ModelData,
        covariate: Covariate,
        fitted: Sequence[Covariate],
    ) -> list[str]:
        """
        Warn of a level so rare, or with so few events, that the estimate rests on few.

        References
        ----------
        Ogundimu, Altman and Collins, Journal of Clinical Epidemiology 2016: twice as
        many events per variable for rare binary predictors.
        """
        if covariate.key not in {c.key for c in fitted} or not covariate.binary:
            return []
        share = data.prevalence(covariate)
        per_variable = _events_per_variable(method, data, fitted)
        limit = self.statistics["events_per_variable"]
        rare = (
            min(share, 1 - share) < self.statistics["rare_level"]
            and limit <= per_variable < 2 * limit
        )
        warned = [f"rare level with {per_variable:.3g} events per variable"] * rare
        return [
            *warned,
            *_few_in_level(data, covariate, self.statistics["min_events"]),
        ]

    def _too_few(self, data: ModelData, method: str) -> str:
        if data.patients == 0:
            return "no patient with all values known"
        least = self.statistics["min_events"]
        if data.events < least:
            return f"{counted(data.events, 'event')}, fewer than {least}"
        others = data.patients - data.events
        if method in (LOGISTIC, FIRTH_LOGISTIC) and others < least:
            return f"{others} without the event, fewer than {least}"
        return ""

    def choice(
        self, method: str, data: ModelData, fitted: Sequence[Covariate]
    ) -> tuple[str, list[str]]:
        """
        Choose between the plain and the penalised estimator.

        References
        ----------
        Peduzzi et al., Journal of Clinical Epidemiology 1995: events per variable.
        """
        logistic = method in (LOGISTIC, FIRTH_LOGISTIC)
        reasons = self._few_events(method, data, fitted)
        if method not in PENALISED:
            return method, reasons
        if any(_zero_cell(data, covariate, logistic) for covariate in fitted):
            reasons.append("zero cell")
        if not reasons and self._infinite(method, data, fitted):
            reasons.append("separation")
        if not reasons:
            return method, []
        return PENALISED[method], [f"Firth: {', '.join(reasons)}"]

    def _few_events(
        self, method: str, data: ModelData, fitted: Sequence[Covariate]
    ) -> list[str]:
        per_variable = _events_per_variable(method, data, fitted)
        limit = self.statistics["events_per_variable"]
        if per_variable >= limit:
            return []
        return [f"{per_variable:.3g} events per variable, fewer than {limit:g}"]

    def _infinite(
        self, method: str, data: ModelData, fitted: Sequence[Covariate]
    ) -> bool:
        keys = [covariate.key for covariate in fitted]
        if method == LOGISTIC:
            return separated(data.rows, keys, data.rows["event"])
        return bool(self._cox(data, keys, firth=False).monotone)

    def _cox(self, data: ModelData, keys: Sequence[str], firth: bool) -> CoxFit:
        return fit_cox(
            data.rows,
            keys,
            ties=self.statistics["ties"],
            firth=firth,
            strata=self.strata,
        )

    def _fit(
        self, method: str, data: ModelData, fitted: Sequence[Covariate]
    ) -> Iterator[Estimate]:
        keys = [covariate.key for covariate in fitted]
        if method in (LOGISTIC, FIRTH_LOGISTIC):
            yield from self._logistic(method, data, fitted)
        else:
            fit = (
                fit_fine_gray(data.rows, keys)
                if method == FINE_GRAY
                else self._cox(data, keys, firth=method == FIRTH_COX)
            )
            for covariate in fitted:
                yield self._hazard_ratio(fit, method, data, covariate)

    def _hazard_ratio(
        self, fit: CoxFit, method: str, data: ModelData, covariate: Covariate
    ) -> Estimate:
        key = covariate.key
        if key in fit.monotone:
            reason = _why_monotone(data, covariate)
            return Estimate(method, notes=[f"not estimable: {reason}"])
        if not fit.converged:
            return Estimate(method, notes=["not estimable: the fit did not converge"])
        place = fit.terms.index(key)
        coefficient = fit.coefficients[place]
        # A sandwich is 0 where all who are at risk have their event at one time.
        if not fit.standard_errors[place] > 0:
            return Estimate(
                method, notes=["not estimable: the events tell no variance"]
            )
        if fit.penalised:
            limits, p = (
                fit.profile_interval(key, self.level),
                fit.likelihood_ratio_p(key),
            )
        else:
            limits, p = fit.wald_interval(key, self.level), fit.wald_p(key)
        notes = _zero_note(data, covariate, False)
        if covariate.factors and method == COX:
            # Whether an effect differs is asked by comparing the two models.
            p = fit.likelihood_ratio_p(key)
            several = [c.term for c in data.covariates].count(covariate.term) > 1
            what = "this combination" if several else "the interaction"
            notes = [*notes, f"P of {what} by likelihood ratio"]
        return _ratio(
            method,
            coefficient,
            limits,
            p,
            PROFILE if fit.penalised else WALD,
            notes,
        )

    def _logistic(
        self, method: str, data: ModelData, fitted: Sequence[Covariate]
    ) -> Iterator[Estimate]:
        keys = [covariate.key for covariate in fitted]
        outcome = data.rows["event"]
        firth = method == FIRTH_LOGISTIC
        if not firth and separated(data.rows, keys, outcome):
            reason = "not estimable: separation, no finite estimate"
            yield from (Estimate(method, notes=[reason]) for _ in keys)
            return
        fit = fit_logistic(data.rows, keys, outcome, firth=firth, level=self.level)
        for j, covariate in enumerate(fitted):
            yield _ratio(
                method,
                fit.coefficients[j],
                tuple(fit.intervals[j]),
                float(fit.p[j]),
                PROFILE,
                _zero_note(data, covariate, True),
            )


def _events_per_variable(
    method: str, data: ModelData, fitted: Sequence[Covariate]
) -> float:
    """Count events, or the rarer of the two outcomes of a response model."""
    counted = data.events
    if method in (LOGISTIC, FIRTH_LOGISTIC):
        counted = min(data.events, data.patients - data.events)
    return counted / len(fitted)


def _ratio(
    method: str,
    coefficient: float,
    limits: tuple[float, float],
    p: float,
    ci_method: str,
    notes: list[str],
) -> Estimate:
    finite = [np.exp(x) if np.isfinite(x) else np.nan for x in limits]
    open_sides = [
        side
        for side, x in zip(("lower", "upper"), limits, strict=True)
        if not np.isfinite(x)
    ]
    notes = [*notes, *(f"no finite {side} limit" for side in open_sides)]
    return Estimate(
        method, float(np.exp(coefficient)), finite[0], finite[1], p, ci_method, notes
    )


def inestimable(
    data: ModelData, method: str, strata: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """
    Name the covariates that no fit can estimate, each with the reason.

    They do not vary, or only where there is no event, or the ones before determine
    them.

    Returns
    -------
    pairs of the covariate's key and the reason
    """
    kept = [np.ones(len(data.rows))]
    cause_specific = method in (COX, FIRTH_COX) and data.events > 0
    for covariate in data.covariates:
        values = data.rows[covariate.key].to_numpy(dtype=float)
        if not len(values):
            yield covariate.key, "no patient has every covariate"
            continue
        if np.ptp(values) == 0:
            yield covariate.key, _why_constant(data, covariate, values[0])
            continue
        if cause_specific and not compared_at_events(data.rows, covariate.key, strata):
            yield covariate.key, "no event while two of its levels were at risk"
            continue
        scaled = (values - values.mean()) / values.std()
        if np.linalg.matrix_rank(np.column_stack([*kept, scaled])) == len(kept):
            yield covariate.key, "determined by the covariates before it"
        else:
            kept.append(scaled)


def _why_constant(data: ModelData, covariate: Covariate, value: float) -> str:
    if not covariate.binary:
        return f"no variation: {value:g} in all {counted(data.patients, 'patient')}"
    label = covariate.level if value else covariate.reference
    if covariate.exposure_day is not None:
        label = "exposed" if value else "unexposed"
    return f"no variation: all {counted(data.patients, 'patient')} {label}"


def _zero_cell(data: ModelData, covariate: Covariate, logistic: bool) -> bool:
    return bool(_zero_note(data, covariate, logistic))


def _zero_note(data: ModelData, covariate: Covariate, logistic: bool) -> list[str]:
    """Say which side of a two-level covariate has no event, or nothing but events."""
    if not covariate.binary:
        return []
    notes = []
    for label, event in data.outcomes(covariate).items():
        if event.empty:
            continue
        if event.sum() == 0:
            notes.append(f"no event in {covariate.term} {label}")
        if logistic and (event == 1).all():
            notes.append(f"only events in {covariate.term} {label}")
    return notes


def _few_in_level(data: ModelData, covariate: Covariate, least: int) -> list[str]:
    """Say which side of a two-level covariate has fewer events than are estimated."""
    few = {label: int(y.sum()) for label, y in data.outcomes(covariate).items()}
    return [
        f"only {counted(count, 'event')} in {covariate.term} {label}"
        for label, count in few.items()
        if 0 < count < least
    ]


def _why_monotone(data: ModelData, covariate: Covariate) -> str:
    zero = _zero_note(data, covariate, False)
    return f"monotone likelihood ({zero[0]})" if zero else "monotone likelihood"
