"""Hazard ratios of two periods, where they are not proportional over all time."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ballad.model_names import BY_PERIOD
from ballad.outcomes.covariates import Covariate
from ballad.outcomes.diagnostics import Examined, examined, not_proportional
from ballad.outcomes.estimators import FIRTH_COX, PROFILE, WALD, Estimator
from ballad.outcomes.interaction_cells import conditions
from ballad.outcomes.model_data import ModelData
from ballad.outcomes.proportional_hazards import PeriodRatio, period_ratios


def period_rows(
    name: str,
    data: ModelData,
    specification: Mapping[str, Any],
    statistics: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """
    Estimate each term that fails the test of proportional hazards in two periods.

    Parameters
    ----------
    name, specification
        The model.
    data
        Its rows.
    statistics
        ``proportional_hazards_p``, ``period_split_months``, ``confidence_level``,
        ``ties``, ``min_events`` (of a period), ``events_per_variable``.

    Returns
    -------
    list of rows of models.tsv
        Under ``<name>_by_period``, two per term; `level` names the period, `events`
        and `events_in_level` are those of the period; p is that of no effect within
        the period, in no family. The other terms are common to both. Penalised where
        the model is, or where a period has no finite estimate; a side of the interval
        without limit is empty.
    """
    model = examined(data, specification, statistics)
    return [
        row | {"model": f"{name}{BY_PERIOD}"}
        for covariate, p in not_proportional(model)
        for row in _two_rows(model, specification, covariate, p)
    ]


def _two_rows(
    model: Examined, specification: Mapping[str, Any], covariate: Covariate, p: float
) -> Iterator[dict[str, Any]]:
    split = model.statistics["period_split_months"]
    least = model.statistics["min_events"]
    # As the model is, which may be penalised for its few events alone.
    estimator = Estimator(model.statistics, model.strata)
    method, _ = estimator.choice(model.method, model.data, model.fitted)
    ratios = _ratios(model, covariate, method == FIRTH_COX)
    said = [f"proportional hazards violated (p {p:.3g})"]
    if any(r.events >= least and np.isnan(r.ratio) for r in ratios):
        method, ratios = FIRTH_COX, _ratios(model, covariate, True)
        said.append("Firth: a period without a finite estimate")
    beside = conditions(model.data.covariates, set(model.keys))
    said += beside.get(covariate.key, [])
    said += [model.data.left_out] if model.data.left_out else []
    for period, found in zip(("until", "after"), ratios, strict=True):
        reason = ""
        if found.events < least:
            counted = f"{found.events} event{'s' * (found.events != 1)}"
            reason = f"{counted} in the period, fewer than {least}"
        elif np.isnan(found.ratio):
            reason = "no finite estimate in the period"
        known = not reason
        few = _sides_without_event(found, covariate)
        yield {
            "endpoint": specification["endpoint"],
            "cause": specification.get("cause") or "",
            "population": specification["population"],
            "method": method,
            "term": covariate.term,
            "level": f"{covariate.level} {period} {split:g} months".strip(),
            "reference": covariate.reference,
            "estimate": found.ratio if known else np.nan,
            "ci_low": _finite(found.low) if known else np.nan,
            "ci_high": _finite(found.high) if known else np.nan,
            "p": found.p if known else np.nan,
            "p_adjusted": np.nan,
            "n": model.data.patients,
            "events": found.events,
            "events_in_level": found.events_at_level if covariate.binary else "",
            "ci_method": (PROFILE if method == FIRTH_COX else WALD) if known else "",
            "note": "; ".join(
                [*few, *said] if known else [f"not estimable: {reason}", *said]
            ),
        }


def _sides_without_event(found: PeriodRatio, covariate: Covariate) -> list[str]:
    """Say which side of a two-level covariate has no event in the period."""
    if not covariate.binary:
        return []
    sides = {
        covariate.level: found.events_at_level,
        covariate.reference: found.events - found.events_at_level,
    }
    return [
        f"no event in {covariate.term} {side}"
        for side, count in sides.items()
        if count == 0
    ]


def _ratios(
    model: Examined, covariate: Covariate, firth: bool
) -> tuple[PeriodRatio, PeriodRatio]:
    return period_ratios(
        model.data.rows,
        model.keys,
        covariate.key,
        split=model.statistics["period_split_months"],
        level=model.statistics["confidence_level"],
        ties=model.statistics["ties"],
        strata=model.strata,
        firth=firth,
    )


def _finite(limit: float) -> float:
    """Leave an open side empty; a ratio's lower limit of 0 is none."""
    return limit if np.isfinite(limit) and limit > 0 else np.nan
