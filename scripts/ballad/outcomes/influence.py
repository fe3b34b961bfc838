"""Which patient moves each estimate most: dfbeta, and the fit without that patient."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from ballad.outcomes.covariates import Covariate
from ballad.outcomes.cox import CoxFit
from ballad.outcomes.diagnostics import NOT_ESTIMABLE, OK, WARNING
from ballad.outcomes.estimators import FIRTH_LOGISTIC, inestimable
from ballad.outcomes.logistic import firth_coefficients
from ballad.outcomes.reported_fits import Fit, ReportedFit, no_estimate, refitted

COLUMNS = [
    *("model", "method", "term", "level", "patient", "estimate", "dfbeta"),
    *("standardised", "without", "note"),
]
CHECK = "influence"
RESTS_ON_ONE = "without one patient there is no estimate"


def influential_patients(fits: Iterable[ReportedFit]) -> pd.DataFrame:
    """
    Name the patient with the largest influence on each term of each model.

    Returns
    -------
    DataFrame with the columns `COLUMNS`
        One row per model and term. `estimate` is the hazard or odds ratio of the
        multivariable fit by `method`; `dfbeta` the change of its logarithm by this
        patient, of Firth's logistic fits by leaving each patient out, of the others
        by first-order approximation, which may name another patient than leaving out
        would; `standardised` the same in standard errors;
        `without` the ratio fitted again without the patient. Where there is no fit,
        `note` says why and the others are empty.

    References
    ----------
    Cain and Lange, Biometrics 1984; Reid and Crépeau, Biometrika 1985 (Cox);
    Pregibon, Annals of Statistics 1981 (logistic).
    """
    rows = [
        {"model": reported.name} | row
        for reported in fits
        for row in _most_influential(reported)
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def influence_checks(
    influential: pd.DataFrame, limit: float
) -> Iterator[dict[str, Any]]:
    """
    Say of each term whether one patient moves it; no row names a patient.

    Parameters
    ----------
    influential : columns of `COLUMNS`
    limit
        Standard errors; from it on a warning, as where the model has no estimate
        without the patient.

    Yields
    ------
    dict
        Rows of diagnostics.tsv; `statistic` is the largest standardised dfbeta of any
        patient, without its sign.
    """
    for row in influential.to_dict("records"):
        levels = influential[influential["model"] == row["model"]]
        several = (levels["term"] == row["term"]).sum() > 1
        term = f"{row['term']}={row['level']}" if several else row["term"]
        said = {"model": row["model"], "check": CHECK, "term": term, "note": ""}
        size = abs(row["standardised"])
        if np.isnan(size):
            yield said | {"status": NOT_ESTIMABLE, "note": row["note"]}
        else:
            note = RESTS_ON_ONE if row["note"] else ""
            status = WARNING if size >= limit or note else OK
            yield said | {"statistic": size, "status": status, "note": note}


def _most_influential(reported: ReportedFit) -> Iterator[dict[str, Any]]:
    fit, rows = reported.fit, reported.model.data.rows
    changes = None if fit is None else dfbeta(fit, rows)
    if fit is not None and changes is not None and reported.method == FIRTH_LOGISTIC:
        changes = exact_changes(fit, rows).fillna(changes)
    for covariate in reported.model.data.covariates:
        row = {
            "method": reported.method,
            "term": covariate.term,
            "level": covariate.level,
            "patient": "",
            **dict.fromkeys(("estimate", "dfbeta", "standardised", "without"), np.nan),
        }
        why = reported.why_not(covariate)
        if fit is None or changes is None or why:
            yield row | {"note": f"{NOT_ESTIMABLE}: {why}"}
        else:
            yield row | _largest(reported, fit, covariate, changes)


def _largest(
    reported: ReportedFit, fit: Fit, covariate: Covariate, changes: pd.DataFrame
) -> dict[str, Any]:
    place = fit.terms.index(covariate.key)
    patient = changes[covariate.key].abs().idxmax()
    change = float(changes.loc[patient, covariate.key])
    without, note = _without(reported, covariate, patient)
    return {
        "patient": patient,
        "estimate": float(np.exp(fit.coefficients[place])),
        "dfbeta": change,
        "standardised": change / float(fit.standard_errors[place]),
        "without": without,
        "note": note,
    }


def dfbeta(fit: Fit, rows: pd.DataFrame) -> pd.DataFrame:
    """
    Estimate how much of each coefficient is owed to each patient.

    The first-order change of the coefficients when the patient's weight falls from 1
    to 0, taken with the opposite sign: the coefficient less that without the patient.

    Parameters
    ----------
    fit
        Plain or penalised; a penalty is taken as fixed.
    rows : columns patient, event, and the terms
        Those of the fit; the rows of one patient are summed.

    Returns
    -------
    DataFrame
        One row per patient, one column per term.
    """
    if isinstance(fit, CoxFit):
        scores, inverse = fit.residuals, fit.naive_covariance
    else:
        design = np.column_stack([np.ones(len(rows)), rows[list(fit.terms)]])
        linear = design[:, 1:] @ fit.coefficients + fit.intercept
        expected = 1 / (1 + np.exp(-linear))
        variance = expected * (1 - expected)
        inverse = np.linalg.inv(design.T @ (variance[:, None] * design))
        residuals = rows["event"].to_numpy(dtype=float) - expected
        if fit.penalised:
            leverage = variance * np.einsum("ij,jk,ik->i", design, inverse, design)
            residuals = residuals + leverage * (0.5 - expected)
        scores, inverse = residuals[:, None] * design, inverse[:, 1:]
    changes = pd.DataFrame(scores @ inverse, columns=list(fit.terms))
    return changes.groupby(rows["patient"].to_numpy(), sort=False).sum()


def exact_changes(fit: Fit, rows: pd.DataFrame) -> pd.DataFrame:
    """
    Fit a penalised logistic model again without each patient.

    To first order the penalty is fixed; of few patients it moves with each of them.

    Returns
    -------
    DataFrame
        As `dfbeta` gives it, without approximation; NaN where there is no fit without
        the patient.
    """
    changes = {}
    for patient in rows["patient"].unique():
        left = rows[rows["patient"] != patient]
        without = firth_coefficients(left, fit.terms, left["event"])
        changes[patient] = fit.coefficients - without
    return pd.DataFrame.from_dict(changes, orient="index", columns=list(fit.terms))


def _without(
    reported: ReportedFit, covariate: Covariate, patient: str
) -> tuple[float, str]:
    """Fit again without a patient; the ratio, and why there is none."""
    model, method = reported.model, reported.method
    rows = model.data.rows[model.data.rows["patient"] != patient]
    data = replace(model.data, rows=rows, patients=model.data.patients - 1)
    left = dict(inestimable(data, method, model.strata))
    lost = [f"{key}: {left[key]}" for key in model.keys if key in left]
    if not lost:
        try:
            fit = refitted(model, data, method)
        except ValueError as reason:
            lost = [str(reason)]
        else:
            lost = [no_estimate(fit)]
    if lost[0]:
        return np.nan, f"without the patient {NOT_ESTIMABLE}: {lost[0]}"
    return float(np.exp(fit.coefficients[fit.terms.index(covariate.key)])), ""
