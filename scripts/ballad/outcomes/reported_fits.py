"""The multivariable fits as models.tsv reports them, for what is said beside them."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ballad.outcomes.covariates import Covariate
from ballad.outcomes.cox import CoxFit, fit_cox
from ballad.outcomes.diagnostics import Examined, examined
from ballad.outcomes.estimators import (
    FINE_GRAY,
    FIRTH_COX,
    FIRTH_LOGISTIC,
    Estimator,
)
from ballad.outcomes.logistic import LogisticFit, fit_logistic
from ballad.outcomes.model_data import ModelData, model_data

Fit = CoxFit | LogisticFit


@dataclass(frozen=True)
class ReportedFit:
    """A model with its fit, or with the reason why there is none."""

    name: str
    model: Examined
    method: str  # as used
    fit: Fit | None
    problem: str

    def why_not(self, covariate: Covariate) -> str:
        """Say why a covariate has no estimate; empty where it has one."""
        return self.model.left.get(covariate.key) or self.problem


def reported_fits(
    cohort: pd.DataFrame,
    specifications: Mapping[str, Any],
    endpoints: Mapping[str, Any],
    groups: Mapping[str, Any],
    statistics: Mapping[str, Any],
) -> Iterator[ReportedFit]:
    """
    Fit every multivariable model of the configuration by the method it is reported by.

    Parameters
    ----------
    cohort
        As `join_clinical` writes it; text, an empty text is missing.
    specifications, endpoints, groups, statistics
        As the configuration defines them. Fine-Gray models are passed over.
    """
    for name, specification in specifications.items():
        if specification["method"] == FINE_GRAY:
            continue
        logging.info("model %s", name)
        data = model_data(cohort, specification, endpoints, groups, statistics)
        yield _reported(name, examined(data, specification, statistics))


def _reported(name: str, model: Examined) -> ReportedFit:
    if model.problem or not model.fitted:
        problem = model.problem or "no covariate that varies"
        return ReportedFit(name, model, model.method, None, problem)
    estimator = Estimator(model.statistics, model.strata)
    method, _ = estimator.choice(model.method, model.data, model.fitted)
    fit = refitted(model, model.data, method)
    problem = no_estimate(fit)
    return ReportedFit(name, model, method, None if problem else fit, problem)


def refitted(model: Examined, data: ModelData, method: str) -> Fit:
    """Fit the covariates of a model on the rows of (some of) its patients."""
    if model.logistic:
        firth = method == FIRTH_LOGISTIC
        return fit_logistic(data.rows, model.keys, data.rows["event"], firth=firth)
    return fit_cox(
        data.rows,
        model.keys,
        ties=model.statistics["ties"],
        firth=method == FIRTH_COX,
        strata=model.strata,
    )


def no_estimate(fit: Fit) -> str:
    """Say why a fit has no finite estimates; empty where it has."""
    if not isinstance(fit, CoxFit):
        return ""
    if fit.monotone:
        return f"no finite estimate of {', '.join(fit.monotone)} (monotone likelihood)"
    return "" if fit.converged else "the fit did not converge"
