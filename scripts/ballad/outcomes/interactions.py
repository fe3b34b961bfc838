"""Whether the effect of one covariate differs by another: likelihood-ratio tests."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ballad.model_names import INTERACTION
from ballad.outcomes.covariates import Covariate
from ballad.outcomes.cox import CoxFit
from ballad.outcomes.estimators import PENALISED
from ballad.outcomes.interaction_cells import few_in_cells
from ballad.outcomes.likelihood import LikelihoodRatio
from ballad.outcomes.logistic import logistic_likelihood_ratio
from ballad.outcomes.reported_fits import ReportedFit
from ballad.outcomes.significance import tests_table

TEST = "likelihood ratio"


def interaction_tests(
    fits: Iterable[ReportedFit], specifications: Mapping[str, Any]
) -> pd.DataFrame:
    """
    Compare each model that has an interaction with the model without it.

    Parameters
    ----------
    fits
        The models by the method they are reported by.
    specifications
        Models of the configuration, by name.

    Returns
    -------
    DataFrame with the columns of tests.tsv
        One row per interaction; `group_by` is its term, `df` the number of its
        columns, `note` names the model, says whether the likelihood is penalised, and
        which combinations of levels have fewer than ``min_events`` events.
        Fine-Gray models, whose weighted likelihood has no such test, have no row.

    References
    ----------
    Heinze and Schemper, Biometrics 2001 (penalised likelihood ratio).
    """
    rows = []
    for reported in fits:
        data, specification = reported.model.data, specifications[reported.name]
        products: dict[str, list[Covariate]] = {}
        for covariate in data.covariates:
            if covariate.factors:
                products.setdefault(covariate.term, []).append(covariate)
        for term, columns in products.items():
            rows.append(
                {
                    "analysis": INTERACTION,
                    "endpoint": specification["endpoint"],
                    "cause": specification.get("cause") or "",
                    "population": specification["population"],
                    "group_by": term,
                    "test": TEST,
                    "n": data.patients,
                    "events": data.events,
                    **_tested(reported, columns),
                }
            )
    return tests_table(rows)


def _tested(reported: ReportedFit, columns: list[Covariate]) -> dict[str, Any]:
    model = f"model {reported.name}"
    fitted = [c.key for c in columns if c.key not in reported.model.left]
    if reported.fit is None or not fitted:
        return {"note": f"not estimable: {reported.why_not(columns[0])}; {model}"}
    notes = [model]
    if reported.method in PENALISED.values():
        notes.append("penalised (Firth)")
    if len(fitted) < len(columns):
        notes.append(f"{len(fitted)} of {len(columns)} combinations of levels")
    least = reported.model.statistics["min_events"]
    for column in (c for c in columns if c.key in fitted):
        cells = few_in_cells(reported.model.data, column, least)
        notes += [note for note in cells if note not in notes]
    found = _likelihood_ratio(reported, fitted)
    return {
        "statistic": found.statistic,
        "df": found.df,
        "p": found.p,
        "note": "; ".join(notes),
    }


def _likelihood_ratio(reported: ReportedFit, keys: list[str]) -> LikelihoodRatio:
    if isinstance(reported.fit, CoxFit):
        return reported.fit.likelihood_ratio(keys)
    rows = reported.model.data.rows
    return logistic_likelihood_ratio(
        rows,
        reported.model.keys,
        rows["event"],
        keys,
        firth=reported.method in PENALISED.values(),
    )
