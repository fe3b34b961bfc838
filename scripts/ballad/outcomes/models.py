"""Models of the configuration: one row per model, method, term and level."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from ballad.ascertainment import note_on
from ballad.model_names import UNIVARIABLE, WITHIN_LEVEL
from ballad.outcomes.covariates import (
    baseline_only,
    immortal_terms,
    refuse_immortal_time,
    time_dependent_terms,
)
from ballad.outcomes.diagnostics import examined, not_proportional
from ballad.outcomes.estimators import (
    FINE_GRAY,
    FIRTH_LOGISTIC,
    LOGISTIC,
    Estimator,
)
from ballad.outcomes.interaction_cells import conditions, few_beside
from ballad.outcomes.model_data import ModelData, model_data
from ballad.outcomes.periods import period_rows
from ballad.outcomes.significance import adjusted_models
from ballad.outcomes.within_levels import levels_asked_for

COLUMNS = [
    *("model", "endpoint", "cause", "population", "method", "term", "level"),
    *("reference", "estimate", "ci_low", "ci_high", "p", "p_adjusted", "n", "events"),
    *("events_in_level", "ci_method", "note"),
]


def fit_models(
    cohort: pd.DataFrame,
    specifications: Mapping[str, Any],
    endpoints: Mapping[str, Any],
    groups: Mapping[str, Any],
    statistics: Mapping[str, Any],
    *,
    parts: bool = True,
) -> pd.DataFrame:
    """
    Fit every model of the configuration.

    Models of times are cause-specific: other causes are censored. A time-dependent
    covariate is 0 before its day and 1 from it on (start-stop rows). Patients with a
    missing covariate leave the fit; they are counted in the note. A Fine-Gray fit
    ``beside`` a model with time-dependent covariates is of the others only, and says
    so.

    Parameters
    ----------
    cohort
        As `join_clinical` writes it; text, an empty text is missing.
    specifications, endpoints, groups, statistics
        As the configuration defines them.
    parts
        Also give the ratios of two periods where the hazards are not proportional,
        and those within the levels that an interaction names in ``within``.

    Returns
    -------
    DataFrame with the columns `COLUMNS`
        One row per model, method, term and level; the univariable fits of a model
        stand under ``<model>_univariable``. `estimate` and its limits are hazard,
        subdistribution hazard or odds ratios; a side of the interval without a
        finite limit is empty. `method` is what was used. `events_in_level` is empty
        for numbers. `p_adjusted` is that of the configured families, see
        `adjusted_models`. Where the hazards of a term are not proportional, its
        ratios of two periods stand under ``<model>_by_period``, see `period_rows`.
        The ratios within each level of a covariate stand under
        ``<model>_within_level``, with the n and events of the level, by the estimator
        that the level alone asks for; they have no adjusted p.

    Raises
    ------
    ValueError
        If a model takes a later transplant as known at the start without saying
        ``allow_immortal_time: true``, a Fine-Gray or logistic model has strata or a
        time-dependent covariate, or no other covariate is left to a Fine-Gray fit
        beside.
    """
    for name, specification in specifications.items():
        refuse_immortal_time(name, specification, groups)
        _refuse_unfit_methods(name, specification)
    rows: list[dict[str, Any]] = []
    for name, specification in specifications.items():
        logging.info("model %s", name)
        model = _Model(cohort, name, specification, endpoints, groups, statistics)
        rows += model.multivariable()
        rows += [*model.by_period(), *model.within_levels()] if parts else []
        rows += model.univariable()
    table = pd.DataFrame(rows, columns=COLUMNS)
    return adjusted_models(table, statistics.get("families", {}))


def _refuse_unfit_methods(name: str, specification: Mapping[str, Any]) -> None:
    method, beside = specification["method"], specification.get("beside") or []
    timed = time_dependent_terms(specification["covariates"])
    if FINE_GRAY in beside and not baseline_only(specification["covariates"]):
        _refuse_fine_gray(name, ", ".join(timed))
    timed += time_dependent_terms(specification.get("univariable") or {})
    if method == FINE_GRAY and timed:
        _refuse_fine_gray(name, timed[0])
    logistic = method in (LOGISTIC, FIRTH_LOGISTIC)
    if logistic and timed:
        raise ValueError(
            f"model {name}: {timed[0]} is time-dependent, but {method} knows no time; "
            "leave it out"
        )
    strata = specification.get("strata")
    if strata and (FINE_GRAY in (method, *beside) or logistic):
        which = method if logistic else FINE_GRAY
        raise ValueError(
            f"model {name}: {which} has no strata; take {', '.join(strata)} as a "
            "covariate, or use cox"
        )


def _refuse_fine_gray(name: str, term: str) -> None:
    raise ValueError(
        f"model {name}: fine_gray with the time-dependent covariate {term}: its value "
        "is unknown after a competing event and the link to the cumulative incidence "
        "is lost; leave it out, or use cox or firth_cox"
    )


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
        self.estimator = Estimator(statistics, self.strata)

    def multivariable(self) -> list[dict[str, Any]]:
        data = self._data(self.specification["covariates"])
        rows = self._rows(self.name, data, self.specification["method"])
        used = {row["method"] for row in rows}
        for method in self.specification.get("beside") or []:
            if method not in used:
                beside, said = self._beside(method, data)
                rows += self._rows(self.name, beside, method, as_asked=True, said=said)
                used.add(method)
        return rows

    def _beside(self, method: str, data: ModelData) -> tuple[ModelData, list[str]]:
        """Return what a method beside is fitted on: Fine-Gray on baseline covariates."""
        covariates = self.specification["covariates"]
        timed = time_dependent_terms(covariates)
        if method != FINE_GRAY or not timed:
            return data, []
        said = f"baseline covariates only, without {', '.join(timed)}"
        return self._data(baseline_only(covariates)), [said]

    def univariable(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        for term, covariate in (self.specification.get("univariable") or {}).items():
            data = self._data({term: covariate})
            name = f"{self.name}{UNIVARIABLE}"
            method = self.specification["method"]
            rows += self._rows(name, data, method, said=["univariable"])
        return rows

    def by_period(self) -> list[dict[str, Any]]:
        data = self._data(self.specification["covariates"])
        return period_rows(self.name, data, self.specification, self.statistics)

    def within_levels(self) -> list[dict[str, Any]]:
        """Estimate an effect among the patients of each level alone."""
        rows: list[dict[str, Any]] = []
        for level in levels_asked_for(
            self.cohort,
            self._data(self.specification["covariates"]),
            self.specification,
            self.endpoints,
            self.groups,
            self.statistics,
        ):
            model = examined(level.data, self.specification, self.statistics)
            varying = {(c.term, c.level): p for c, p in not_proportional(model)}
            name, method = f"{self.name}{WITHIN_LEVEL}", self.specification["method"]
            for row in self._rows(name, level.data, method):
                if row["term"] != level.effect:
                    continue
                notes = [row["note"]]
                if p := varying.get((row["term"], row["level"])):
                    notes.append(f"proportional hazards violated (p {p:.3g})")
                if level.name:
                    notes.append("fitted in this level alone")
                    row["level"] = f"{row['level']} in {level.name}"
                rows.append(row | {"note": "; ".join(filter(None, notes))})
        return rows

    def _data(self, covariates: Mapping[str, Any]) -> ModelData:
        return model_data(
            self.cohort,
            self.specification,
            self.endpoints,
            self.groups,
            self.statistics,
            covariates,
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
        estimates = self.estimator.estimates(data, method, as_asked)
        baseline = [c.term for c in data.covariates if c.exposure_day is None]
        biased = immortal_terms(dict.fromkeys(baseline), self.groups)
        rows = []
        fitted = {
            covariate.key
            for covariate, estimate in zip(data.covariates, estimates, strict=True)
            if not any(note.startswith("not estimable") for note in estimate.notes)
        }
        beside = conditions(data.covariates, fitted)
        few = few_beside(data, fitted, self.statistics["min_events"])
        for covariate, estimate in zip(data.covariates, estimates, strict=True):
            notes = [*said, *estimate.notes, *beside.get(covariate.key, [])]
            notes += [note for note in few.get(covariate.key, []) if note not in notes]
            notes.append(data.left_out)
            notes += [data.salvage_in(covariate), data.assumed_in(covariate)]
            notes.append(note_on(self.cohort, covariate.term, self.groups))
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
