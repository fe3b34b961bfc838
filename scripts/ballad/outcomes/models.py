"""Models of the configuration: one row per model, method, term and level."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from ballad.clinical.endpoints import CENSORED, DAYS_PER_MONTH
from ballad.outcomes.covariates import (
    Covariate,
    covariates_of,
    immortal_terms,
    refuse_immortal_time,
)
from ballad.outcomes.cox import CoxFit, compared_at_events, fit_cox
from ballad.outcomes.fine_gray import fit_fine_gray
from ballad.outcomes.logistic import fit_logistic, separated
from ballad.outcomes.splitting import split_follow_up

COLUMNS = [
    *("model", "endpoint", "cause", "population", "method", "term", "level"),
    *("reference", "estimate", "ci_low", "ci_high", "p", "p_adjusted", "n", "events"),
    *("events_in_level", "ci_method", "note"),
]
COX, FIRTH_COX, FINE_GRAY = "cox", "firth_cox", "fine_gray"
LOGISTIC, FIRTH_LOGISTIC = "logistic", "firth_logistic"
PENALISED = {COX: FIRTH_COX, LOGISTIC: FIRTH_LOGISTIC}
# What a cell says when nobody knows the value.
NOT_KNOWN = (
    *("", "not_assessed", "indeterminate", "unknown", "not_tested"),
    "UNCLASSIFIABLE",
)
RARE = 0.2  # fraction of patients at the rarer level (Ogundimu 2016)
PROFILE, WALD = "profile likelihood", "wald"


@dataclass(frozen=True)
class ModelData:
    """
    The rows of one fit.

    `rows` has the columns patient, event, one per covariate key and per stratum, and
    for times start and stop (months since the origin) and competing (1: the follow-up
    of the patient ends with another cause); `left_out` says who is missing and why.
    """

    rows: pd.DataFrame
    covariates: list[Covariate]
    patients: int
    left_out: str = ""

    @property
    def events(self) -> int:
        """Return the number of events."""
        return int(self.rows["event"].sum())

    def prevalence(self, covariate: Covariate) -> float:
        """Return the fraction of patients who are ever at the covariate's level."""
        by_patient = self.rows[covariate.key].groupby(self.rows["patient"]).max()
        return float(by_patient.mean())

    def events_in(self, covariate: Covariate) -> int:
        """Return the number of events while at the covariate's level."""
        return int((self.rows["event"] * self.rows[covariate.key]).sum())

    def salvage_in(self, covariate: Covariate) -> str:
        """Say how many patients had a transplant that is no exposure."""
        if covariate.salvage is None:
            return ""
        count = int(covariate.salvage.reindex(self.rows.index.unique()).sum())
        if not count:
            return ""
        plural = "s" * (count != 1)
        return (
            f"{count} salvage transplant{plural} without ongoing remission: unexposed"
        )


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


def fit_models(
    cohort: pd.DataFrame,
    specifications: Mapping[str, Any],
    endpoints: Mapping[str, Any],
    groups: Mapping[str, Any],
    statistics: Mapping[str, Any],
) -> pd.DataFrame:
    """
    Fit every model of the configuration.

    Models of times are cause-specific: other causes are censored. A time-dependent
    covariate is 0 before its day and 1 from it on (start-stop rows). Patients with a
    missing covariate leave the fit; they are counted in the note.

    Parameters
    ----------
    cohort
        As `join_clinical` writes it; text, an empty text is missing.
    specifications, endpoints, groups, statistics
        As the configuration defines them.

    Returns
    -------
    DataFrame with the columns `COLUMNS`
        One row per model, method, term and level; the univariable fits of a model
        stand under ``<model>_univariable``. `estimate` and its limits are hazard,
        subdistribution hazard or odds ratios; a side of the interval without a
        finite limit is empty. `method` is what was used. `events_in_level` is empty
        for numbers. `p_adjusted` (Benjamini-Hochberg) covers the genotype flags of
        one model's univariable fits, and is empty where there is one only.

    Raises
    ------
    ValueError
        If a model takes a later transplant as known at the start without saying
        ``allow_immortal_time: true``, or a Fine-Gray model has a time-dependent
        covariate.
    """
    for name, specification in specifications.items():
        refuse_immortal_time(name, specification, groups)
        _refuse_unfit_methods(name, specification)
    rows: list[dict[str, Any]] = []
    for name, specification in specifications.items():
        logging.info("model %s", name)
        model = _Model(cohort, name, specification, endpoints, groups, statistics)
        rows += model.multivariable()
        rows += model.univariable()
    return pd.DataFrame(rows, columns=COLUMNS)


def _refuse_unfit_methods(name: str, specification: Mapping[str, Any]) -> None:
    method, beside = specification["method"], specification.get("beside") or []
    timed = _time_dependent(specification["covariates"])
    if FINE_GRAY in beside and timed:
        _refuse_fine_gray(name, timed[0])
    timed += _time_dependent(specification.get("univariable") or {})
    if method == FINE_GRAY and timed:
        _refuse_fine_gray(name, timed[0])
    if method in (LOGISTIC, FIRTH_LOGISTIC) and timed:
        raise ValueError(
            f"model {name}: {timed[0]} is time-dependent, but {method} knows no time; "
            "leave it out"
        )
    if FINE_GRAY in (method, *beside) and specification.get("strata"):
        raise ValueError(
            f"model {name}: fine_gray has no strata; leave them out, or use cox"
        )


def _time_dependent(covariates: Mapping[str, Any]) -> list[str]:
    return [
        term
        for term, covariate in covariates.items()
        if "time_dependent" in (covariate or {})
    ]


def _refuse_fine_gray(name: str, term: str) -> None:
    raise ValueError(
        f"model {name}: fine_gray with the time-dependent covariate {term}: its value "
        "is unknown after a competing event and the link to the cumulative incidence "
        "is lost; leave it out, or use cox or firth_cox"
    )


def model_data(
    cohort: pd.DataFrame,
    specification: Mapping[str, Any],
    covariates: Mapping[str, Any],
    endpoints: Mapping[str, Any],
    groups: Mapping[str, Any],
    day_zero_days: float,
) -> ModelData:
    """
    Collect the rows that a model of these covariates is fitted on.

    Parameters
    ----------
    cohort
        As `join_clinical` writes it.
    specification
        The model: ``endpoint``, ``population``, ``cause``, ``strata``.
    covariates
        Those of the model, or one of its univariable fits.

    Returns
    -------
    ModelData
        Patients of the population whose endpoint and covariates are known.
    """
    endpoint = specification["endpoint"]
    binary = endpoints[endpoint]["kind"] == "binary"
    outcome = f"{endpoint}_{'achieved' if binary else 'days'}"
    known = (cohort[f"in_{specification['population']}"] == "yes") & (
        cohort[outcome] != ""
    )
    base = cohort[known]
    design = covariates_of(base, covariates, groups)
    strata = list(specification.get("strata") or [])
    complete, left_out = _complete_cases(base, design, strata, groups)
    patients = base[complete]
    if binary:
        rows = pd.DataFrame(
            {"patient": patients["patient"], "event": patients[outcome].astype(float)}
        )
    else:
        rows = _start_stop(
            patients, specification, endpoints[endpoint], design, day_zero_days
        )
    for covariate in design:
        if covariate.exposure_day is None:
            rows[covariate.key] = covariate.values.reindex(rows.index)
        elif covariate.key not in rows:
            rows[covariate.key] = 0.0
    for stratum in strata:
        rows[stratum] = patients[stratum].reindex(rows.index)
    return ModelData(rows, design, len(patients), left_out)


def _complete_cases(
    base: pd.DataFrame,
    design: Sequence[Covariate],
    strata: Sequence[str],
    groups: Mapping[str, Any],
) -> tuple[pd.Series, str]:
    missing = {covariate.term: covariate.values.isna() for covariate in design}
    missing |= {stratum: base[stratum] == "" for stratum in strata}
    complete = ~pd.DataFrame(missing, index=base.index).any(axis=1)
    counts: dict[str, int] = {}
    for term, absent in missing.items():
        outside = absent & _known(base, groups.get(term, {}).get("column", ""))
        counts[f"{term} missing"] = int((absent & ~outside).sum())
        counts[f"{term} outside the compared levels"] = int(outside.sum())
    reasons = [(reason, count) for reason, count in counts.items() if count]
    if not reasons:
        return complete, ""
    said = (
        reasons[0][0]
        if len(reasons) == 1
        else ", ".join(f"{reason} in {count}" for reason, count in reasons)
    )
    return complete, f"{int((~complete).sum())} of {len(base)} left out: {said}"


def _known(base: pd.DataFrame, column: str) -> pd.Series:
    """Say of whom a column holds a value, one that may be outside a group's levels."""
    if column not in base:
        return pd.Series(False, index=base.index)
    return ~base[column].isin(NOT_KNOWN)


def _start_stop(
    patients: pd.DataFrame,
    specification: Mapping[str, Any],
    endpoint: Mapping[str, Any],
    design: Iterable[Covariate],
    day_zero_days: float,
) -> pd.DataFrame:
    name = specification["endpoint"]
    cause = patients[f"{name}_cause"]
    causes = [specification["cause"]] if specification.get("cause") else endpoint["to"]
    follow_up = pd.DataFrame(
        {
            "patient": patients["patient"],
            # Whole days keep the order of events exact; months come after the cut.
            "days": pd.to_numeric(patients[f"{name}_days"]),
            "event": cause.isin(list(causes)).astype(float),
        }
    )
    origin = pd.to_numeric(patients[f"{name}_origin_day"])
    exposures = pd.DataFrame(
        {
            covariate.key: covariate.exposure_day.reindex(patients.index) - origin
            for covariate in design
            if covariate.exposure_day is not None
        },
        index=patients.index,
    )
    rows = split_follow_up(follow_up, exposures, day_zero_days)
    times = {column: rows[column] / DAYS_PER_MONTH for column in ("start", "stop")}
    competing = (cause != CENSORED) & (follow_up["event"] == 0)
    return rows.assign(**times, competing=competing.astype(float).reindex(rows.index))


class _Model:
    """One model of the configuration with what its fits share."""

    def __init__(
        self,
        cohort: pd.DataFrame,
        name: str,
        specification: Mapping[str, Any],
        endpoints: Mapping[str, Any],
        groups: Mapping[str, Any],
        statistics: Mapping[str, Any],
    ):
        self.cohort, self.name, self.specification = cohort, name, specification
        self.endpoints, self.groups, self.statistics = endpoints, groups, statistics
        self.strata = list(specification.get("strata") or [])
        self.level = statistics["confidence_level"]

    def multivariable(self) -> list[dict[str, Any]]:
        data = self._data(self.specification["covariates"])
        rows = self._rows(self.name, data, self.specification["method"])
        used = {row["method"] for row in rows}
        for method in self.specification.get("beside") or []:
            if method not in used:
                rows += self._rows(self.name, data, method, as_asked=True)
                used.add(method)
        return rows

    def univariable(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        flags: list[bool] = []
        for term, covariate in (self.specification.get("univariable") or {}).items():
            data = self._data({term: covariate})
            name = f"{self.name}_univariable"
            method = self.specification["method"]
            rows += self._rows(name, data, method, said=["univariable"])
            flags += [column.flag for column in data.covariates]
        tested = [
            row
            for row, flag in zip(rows, flags, strict=True)
            if flag and np.isfinite(row["p"])
        ]
        if len(tested) > 1:
            adjusted = multipletests([row["p"] for row in tested], method="fdr_bh")[1]
            for row, p in zip(tested, adjusted, strict=True):
                row["p_adjusted"] = float(p)
        return rows

    def _data(self, covariates: Mapping[str, Any]) -> ModelData:
        return model_data(
            self.cohort,
            self.specification,
            covariates,
            self.endpoints,
            self.groups,
            self.statistics["day_zero_days"],
        )

    def _rows(
        self,
        name: str,
        data: ModelData,
        method: str,
        *,
        as_asked: bool = False,
        said: Sequence[str] = (),
    ) -> list[dict[str, Any]]:
        estimates = self._estimates(data, method, as_asked)
        baseline = [c.term for c in data.covariates if c.exposure_day is None]
        biased = immortal_terms(dict.fromkeys(baseline), self.groups)
        rows = []
        for covariate, estimate in zip(data.covariates, estimates, strict=True):
            notes = [*said, *estimate.notes, data.left_out, data.salvage_in(covariate)]
            if biased:
                notes.append("immortal-time biased")
            rows.append(
                {
                    "model": name,
                    "endpoint": self.specification["endpoint"],
                    "cause": self.specification.get("cause") or "",
                    "population": self.specification["population"],
                    "method": estimate.method,
                    "term": covariate.term,
                    "level": covariate.level,
                    "reference": covariate.reference,
                    "estimate": estimate.ratio,
                    "ci_low": estimate.low,
                    "ci_high": estimate.high,
                    "p": estimate.p,
                    "p_adjusted": float("nan"),
                    "n": data.patients,
                    "events": data.events,
                    "events_in_level": data.events_in(covariate)
                    if covariate.binary
                    else "",
                    "ci_method": estimate.ci_method,
                    "note": "; ".join(note for note in notes if note),
                }
            )
        return rows

    def _estimates(
        self, data: ModelData, method: str, as_asked: bool
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
                else self._estimator(method, data, fitted)
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
            replace(e, notes=[*e.notes, *reasons, *self._rare(method, data, c, fitted)])
            for e, c in zip(estimates, data.covariates, strict=True)
        ]

    def _rare(
        self,
        method: str,
        data: ModelData,
        covariate: Covariate,
        fitted: Sequence[Covariate],
    ) -> list[str]:
        """
        Warn of a level so rare that the usual number of events is too small.

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
        rare = min(share, 1 - share) < RARE and limit <= per_variable < 2 * limit
        return [f"rare level with {per_variable:.3g} events per variable"] * rare

    def _too_few(self, data: ModelData, method: str) -> str:
        if data.patients == 0:
            return "no patient with all values known"
        least = self.statistics["min_events"]
        if data.events < least:
            return f"{data.events} events, fewer than {least}"
        others = data.patients - data.events
        if method in (LOGISTIC, FIRTH_LOGISTIC) and others < least:
            return f"{others} without the event, fewer than {least}"
        return ""

    def _estimator(
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
        coefficient = fit.coefficients[fit.terms.index(key)]
        if fit.penalised:
            limits, p = (
                fit.profile_interval(key, self.level),
                fit.likelihood_ratio_p(key),
            )
        else:
            limits, p = fit.wald_interval(key, self.level), fit.wald_p(key)
        return _ratio(
            method,
            coefficient,
            limits,
            p,
            PROFILE if fit.penalised else WALD,
            _zero_note(data, covariate, False),
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
        return f"no variation: {value:g} in all {data.patients} patients"
    label = covariate.level if value else covariate.reference
    if covariate.exposure_day is not None:
        label = "exposed" if value else "unexposed"
    return f"no variation: all {data.patients} patients {label}"


def _zero_cell(data: ModelData, covariate: Covariate, logistic: bool) -> bool:
    return bool(_zero_note(data, covariate, logistic))


def _zero_note(data: ModelData, covariate: Covariate, logistic: bool) -> list[str]:
    """Say which side of a two-level covariate has no event, or nothing but events."""
    if not covariate.binary:
        return []
    at_level = data.rows[covariate.key] == 1
    # Patients at the other levels of the term are no reference.
    levels = [c.key for c in data.covariates if c.term == covariate.term]
    at_reference = (data.rows[levels] == 0).all(axis=1)
    sides = {covariate.level: at_level, covariate.reference: at_reference}
    notes = []
    for label, side in sides.items():
        event = data.rows.loc[side, "event"]
        if event.empty:
            continue
        if event.sum() == 0:
            notes.append(f"no event in {covariate.term} {label}")
        if logistic and (event == 1).all():
            notes.append(f"only events in {covariate.term} {label}")
    return notes


def _why_monotone(data: ModelData, covariate: Covariate) -> str:
    zero = _zero_note(data, covariate, False)
    return f"monotone likelihood ({zero[0]})" if zero else "monotone likelihood"
