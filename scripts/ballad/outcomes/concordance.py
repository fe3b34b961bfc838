"""How often a Cox model ranks two patients in the order of their events."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ballad.outcomes.cox import CoxFit, codes
from ballad.outcomes.diagnostics import NOT_ESTIMABLE, OK
from ballad.outcomes.reported_fits import ReportedFit

CHECK = "concordance"


def concordance(
    rows: pd.DataFrame,
    linear: np.ndarray,
    *,
    strata: Sequence[str] = (),
    weights: str | None = None,
    cluster: str | None = None,
) -> tuple[float, float]:
    """
    Estimate Harrell's C on start-stop rows, and its standard error.

    At each event its row is compared with every row of the stratum that is at risk
    then and stays event-free at that time; equal predictors count half.

    Parameters
    ----------
    rows : columns start, stop, event, and those named
        At risk in start < t <= stop; `event` 1 or 0 (censored at stop).
    linear
        Linear predictor of each row; larger: higher hazard.
    strata, weights, cluster
        As for `cox.fit_cox`; influences are summed by cluster.

    Returns
    -------
    C, standard error
        NaN where no two rows can be compared. The error is that of the infinitesimal
        jackknife: the influence of each row's weight on C.

    References
    ----------
    Harrell, Califf, Pryor, Lee and Rosati, JAMA 1982; Efron, JRSS B 1992
    (infinitesimal jackknife).
    """
    start, stop, event = (
        rows[name].to_numpy(dtype=float) for name in ("start", "stop", "event")
    )
    weight = np.ones(len(rows)) if weights is None else rows[weights].to_numpy(float)
    stratum = codes(rows, strata)
    ended = np.flatnonzero(event == 1)
    t = stop[ended][:, None]
    later = (t < stop) | ((t == stop) & (event == 0))
    compared = (start < t) & later & (stratum[ended][:, None] == stratum)
    order = np.sign(linear[ended][:, None] - linear)
    scores = np.where(compared, (order + 1) / 2, 0.0)
    pairs = compared * weight
    own_pairs, own_scores = pairs.sum(axis=1), (scores * weight).sum(axis=1)
    total = float(weight[ended] @ own_pairs)
    if total == 0:
        return float("nan"), float("nan")
    c = float(weight[ended] @ own_scores) / total
    excess = weight[ended] @ (scores - c * compared)
    excess[ended] += own_scores - c * own_pairs
    influence = weight * excess / total
    if cluster is not None:
        influence = np.bincount(codes(rows, [cluster]), influence)
    return c, float(np.sqrt((influence**2).sum()))


def concordance_checks(fits: Iterable[ReportedFit]) -> Iterator[dict[str, Any]]:
    """
    Say of each Cox model how well it ranks its own patients.

    Yields
    ------
    dict
        Rows of diagnostics.tsv; `statistic` is Harrell's C on the rows of the model,
        late entry and the covariates' values at each event counted, its error summed
        by patient. No optimism is taken off.
    """
    for reported in fits:
        if reported.model.logistic:
            continue
        row = {"model": reported.name, "check": CHECK, "term": ""}
        c, error = np.nan, np.nan
        problem = reported.problem
        if isinstance(reported.fit, CoxFit):
            rows, keys = reported.model.data.rows, list(reported.fit.terms)
            linear = rows[keys].to_numpy(dtype=float) @ reported.fit.coefficients
            c, error = concordance(
                rows, linear, strata=reported.model.strata, cluster="patient"
            )
            problem = "no two patients can be compared" if np.isnan(c) else ""
        if problem:
            yield row | {"status": NOT_ESTIMABLE, "note": f"{NOT_ESTIMABLE}: {problem}"}
            continue
        timed = any(c.exposure_day is not None for c in reported.model.fitted)
        notes = [f"standard error {error:.2g}", "apparent: optimism not taken off"]
        notes += ["by the values at each event"] * timed
        yield row | {"statistic": c, "status": OK, "note": "; ".join(notes)}
