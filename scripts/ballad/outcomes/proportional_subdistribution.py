"""Whether the subdistribution hazards of a Fine-Gray model are proportional."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2

from ballad.outcomes.covariates import baseline_only
from ballad.outcomes.diagnostics import (
    NOT_ESTIMABLE,
    OK,
    VIOLATED,
    Examined,
    examined,
)
from ballad.outcomes.estimators import FINE_GRAY
from ballad.outcomes.fine_gray import fit_fine_gray
from ballad.outcomes.model_data import model_data

CHECK = "proportional_subdistribution_hazards"


def subdistribution_checks(
    cohort: pd.DataFrame,
    specifications: Mapping[str, Any],
    endpoints: Mapping[str, Any],
    groups: Mapping[str, Any],
    statistics: Mapping[str, Any],
) -> Iterator[dict[str, Any]]:
    """
    Test each covariate of each Fine-Gray fit, also of those beside another method.

    The covariate also enters multiplied by log t; the Wald test of the product asks
    whether its subdistribution hazard ratio changes with time.

    Parameters
    ----------
    cohort
        As `join_clinical` writes it; text, an empty text is missing.
    specifications, endpoints, groups, statistics
        As the configuration defines them; ``proportional_hazards_p``.

    Yields
    ------
    dict
        Rows of diagnostics.tsv; `statistic` is chi-square on 1 df. Where the test
        fails, `note` gives the factor by which the ratio changes when t doubles.

    References
    ----------
    Fine and Gray, JASA 1999 (covariates by functions of time).
    """
    for name, specification in specifications.items():
        methods = (specification["method"], *(specification.get("beside") or []))
        if FINE_GRAY not in methods:
            continue
        baseline = {**specification, "method": FINE_GRAY}
        data = model_data(
            cohort,
            baseline,
            endpoints,
            groups,
            statistics,
            baseline_only(specification["covariates"]),
        )
        model = examined(data, baseline, statistics)
        for covariate in data.covariates:
            row = {"model": name, "check": CHECK, "term": model.label(covariate)}
            why = model.left.get(covariate.key) or model.problem
            yield row | (_not(why) if why else _tested(model, covariate.key))


def _tested(model: Examined, key: str) -> dict[str, Any]:
    fit = fit_fine_gray(model.data.rows, model.keys, [key])
    product = fit.terms[-1]
    error = fit.standard_errors[-1]
    if product in fit.monotone or not fit.converged or not error > 0:
        return _not(f"no finite estimate of {product}")
    change = float(fit.coefficients[-1])
    statistic = (change / error) ** 2
    p = float(chi2.sf(statistic, 1))
    violated = p < model.statistics["proportional_hazards_p"]
    factor = f"times {np.exp(change * np.log(2)):.3g} when the time doubles"
    return {
        "statistic": statistic,
        "df": 1,
        "p": p,
        "status": VIOLATED if violated else OK,
        "note": factor if violated else "",
    }


def _not(why: str) -> dict[str, Any]:
    return {"status": NOT_ESTIMABLE, "note": f"{NOT_ESTIMABLE}: {why}"}
