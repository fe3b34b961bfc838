"""Transplant without immortal time: Mantel-Byar, Simon-Makuch, landmarks."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2

from ballad.outcomes.cox import EFRON, compared_at_events, fit_cox
from ballad.outcomes.kaplan_meier import product_limit
from ballad.outcomes.log_rank import log_rank
from ballad.outcomes.model_data import ModelData, model_data
from ballad.outcomes.significance import tests_table

TERM = "hct_time_dependent"
SENSITIVITY = "sensitivity only: landmark"
CURVE = (
    *("exposed", "time", "survival", "ci_low", "ci_high"),
    *("n_at_risk", "n_events", "n_censored"),
)

CURVES = (
    *("endpoint", "population", "landmark", "exposed", "time_months", "survival"),
    *("ci_low", "ci_high", "n_at_risk", "n_events", "n_censored"),
)


@dataclass(frozen=True)
class MantelByar:
    """Result of the test; statistic and p are NaN where nothing could be compared."""

    observed: float  # events while exposed
    expected: float  # of them, if exposure made no difference
    variance: float
    statistic: float  # chi-square, 1 df
    p: float


def mantel_byar(rows: pd.DataFrame, exposure: str) -> MantelByar:
    """
    Compare the hazard while exposed with the hazard while not yet exposed.

    At each event time those under observation are counted by their exposure at that
    time; patients change sides when their exposure begins.

    Parameters
    ----------
    rows : columns start, stop, event and the exposure
        At risk in start < t <= stop; event 1, censored 0; exposure 1 or 0.
    exposure
        Name of the column.

    References
    ----------
    Mantel and Byar, JASA 1974: hypergeometric variance.
    """
    start, stop, event, exposed = (
        rows[name].to_numpy(dtype=float)
        for name in ("start", "stop", "event", exposure)
    )
    times = np.unique(stop[event == 1])[:, None]
    at_risk = (start < times) & (times <= stop)
    dead = ((stop == times) & (event == 1)).sum(axis=1)
    n = at_risk.sum(axis=1)
    share = (at_risk & (exposed == 1)).sum(axis=1) / n
    spread = np.where(n > 1, (n - dead) / np.maximum(n - 1, 1), 0.0)
    observed = float((event * exposed).sum())
    expected = float((dead * share).sum())
    variance = float((dead * share * (1 - share) * spread).sum())
    if variance == 0:
        return MantelByar(observed, expected, variance, math.nan, math.nan)
    statistic = (observed - expected) ** 2 / variance
    return MantelByar(
        observed, expected, variance, statistic, float(chi2.sf(statistic, 1))
    )


def simon_makuch(
    rows: pd.DataFrame, exposure: str, landmark: float, level: float
) -> pd.DataFrame:
    """
    Estimate survival by current exposure from a landmark on.

    A patient counts as not exposed until the exposure begins and as exposed from then
    on (delayed entry). From time 0 the first few exposed can pull the curve to 0,
    hence the landmark.

    Parameters
    ----------
    rows, exposure
        As for `mantel_byar`.
    landmark
        In the unit of the rows; follow-up that ends at or before it does not count.
    level
        Coverage of the log-log intervals.

    Returns
    -------
    DataFrame with the columns of CURVE
        Per exposure, one row for the landmark and each later end of a row, in the
        unit of the rows since the origin. `n_censored` also counts those who change
        sides. An exposure without follow-up has no row. Limits are missing where
        survival is 1 or 0.

    References
    ----------
    Simon and Makuch, Statistics in Medicine 1984.
    """
    later = rows[rows["stop"] > landmark]
    later = later.assign(start=later["start"].clip(lower=landmark))
    curves = [
        _delayed_entry(side, landmark, level).assign(exposed=int(exposed))
        for exposed, side in later.groupby(exposure)
    ]
    if not curves:
        return pd.DataFrame(columns=list(CURVE))
    return pd.concat(curves, ignore_index=True)[list(CURVE)]


def _delayed_entry(side: pd.DataFrame, landmark: float, level: float) -> pd.DataFrame:
    ends = np.unique(side["stop"].to_numpy())
    begin, stop = side["start"].to_numpy(), side["stop"].to_numpy()
    at_risk = (begin < ends[:, None]) & (ends[:, None] <= stop)
    ending = stop == ends[:, None]
    dead = (ending & (side["event"].to_numpy() == 1)).sum(axis=1)
    survival, low, high = product_limit(at_risk.sum(axis=1), dead, level)
    return pd.DataFrame(
        {
            "time": [landmark, *ends],
            "survival": [1.0, *survival],
            "ci_low": [math.nan, *low],
            "ci_high": [math.nan, *high],
            "n_at_risk": [int((begin == landmark).sum()), *at_risk.sum(axis=1)],
            "n_events": [0, *dead],
            "n_censored": [0, *(ending.sum(axis=1) - dead)],
        }
    )


def landmark_patients(
    rows: pd.DataFrame, exposure: str, landmark: float
) -> pd.DataFrame:
    """
    Take the patients still event-free at a landmark, by their exposure until then.

    Who ends at or before the landmark leaves; an exposure that begins later does not
    count. The clock starts again at the landmark.

    Parameters
    ----------
    rows : columns patient, start, stop, event and the exposure
        At risk in start < t <= stop.
    exposure
        Name of the column.
    landmark
        In the unit of the rows.

    Returns
    -------
    DataFrame with columns patient, start, stop, event, exposed
        One row per patient; start is 0, stop counts from the landmark.
    """
    ends = rows.groupby("patient")[["stop", "event"]].max()
    there = rows[(rows["start"] <= landmark) & (landmark < rows["stop"])]
    exposed = there.set_index("patient")[exposure].astype(int)
    after = ends.loc[exposed.index]
    return pd.DataFrame(
        {
            "patient": exposed.index,
            "start": 0.0,
            "stop": after["stop"].to_numpy() - landmark,
            "event": after["event"].to_numpy(),
            "exposed": exposed.to_numpy(),
        }
    )


def transplant_tests(
    cohort: pd.DataFrame,
    specifications: Mapping[str, Any],
    endpoints: Mapping[str, Any],
    groups: Mapping[str, Any],
    statistics: Mapping[str, Any],
) -> pd.DataFrame:
    """
    Test transplant in every model of all causes that has it as a covariate.

    Parameters
    ----------
    cohort
        As `join_clinical` writes it.
    specifications, endpoints, groups
        As the configuration defines them; models of a single cause and of binary
        endpoints are passed over.
    statistics
        ``day_zero_days``, ``min_events``, ``landmarks`` (months),
        ``confidence_level``, ``ties``.

    Returns
    -------
    DataFrame with the columns of tests.tsv
        Mantel-Byar, then the log-rank test from each landmark, labelled as a
        sensitivity analysis, with its hazard ratio in the note. Each endpoint and
        population once. Patients are not left out for other covariates.
    """
    rows: list[dict[str, Any]] = []
    for labels, data in _transplant_data(
        cohort, specifications, endpoints, groups, statistics
    ):
        labels = {"analysis": "transplant", "group_by": TERM} | labels
        rows += [labels | test for test in _tests(data, statistics)]
    return tests_table(rows)


def transplant_curves(
    cohort: pd.DataFrame,
    specifications: Mapping[str, Any],
    endpoints: Mapping[str, Any],
    groups: Mapping[str, Any],
    statistics: Mapping[str, Any],
) -> pd.DataFrame:
    """
    Estimate survival by transplant status (Simon and Makuch) where it is tested.

    Parameters
    ----------
    cohort, specifications, endpoints, groups, statistics
        As `transplant_tests`; the curves begin at the first of ``landmarks``, at the
        origin if there is none.

    Returns
    -------
    DataFrame with the columns of CURVES
        Months from the origin; see `simon_makuch`. Nobody transplanted: no row.
    """
    landmark = min(statistics["landmarks"], default=0.0)
    tables = [
        simon_makuch(
            data.rows, data.covariates[0].key, landmark, statistics["confidence_level"]
        ).assign(landmark=landmark, **labels)
        for labels, data in _transplant_data(
            cohort, specifications, endpoints, groups, statistics
        )
        if not data.covariates[0].problem
    ]
    table = pd.concat(tables) if tables else pd.DataFrame(columns=list(CURVE))
    return table.rename(columns={"time": "time_months"}).reindex(columns=list(CURVES))


def _transplant_data(
    cohort: pd.DataFrame,
    specifications: Mapping[str, Any],
    endpoints: Mapping[str, Any],
    groups: Mapping[str, Any],
    statistics: Mapping[str, Any],
) -> Iterator[tuple[dict[str, str], ModelData]]:
    done = set()
    for specification in specifications.values():
        endpoint, population = specification["endpoint"], specification["population"]
        covariate = specification["covariates"].get(TERM)
        if (
            covariate is None
            or specification.get("cause")
            or endpoints[endpoint]["kind"] == "binary"
            or (endpoint, population) in done
        ):
            continue
        done.add((endpoint, population))
        data = model_data(
            cohort,
            {"endpoint": endpoint, "population": population},
            endpoints,
            groups,
            statistics,
            {TERM: covariate},
        )
        yield {"endpoint": endpoint, "population": population}, data


def _tests(data: ModelData, statistics: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    exposure = data.covariates[0].key
    row = {"test": "Mantel-Byar", "n": data.patients, "events": data.events}
    exposed = data.rows.loc[data.rows[exposure] == 1, "patient"].nunique()
    unexposed = int((data.rows[exposure] == 0).sum())
    note = data.covariates[0].problem or _why_not(
        exposed, unexposed, data.events, statistics
    )
    if note:
        yield row | {"note": f"not estimable: {note}"}
    else:
        found = mantel_byar(data.rows, exposure)
        yield row | _said(found.statistic, found.p, _transplanted(exposed))
    for landmark in statistics["landmarks"]:
        yield _landmark(data, exposure, landmark, statistics)


def _landmark(
    data: ModelData, exposure: str, landmark: float, statistics: Mapping[str, Any]
) -> dict[str, Any]:
    patients = landmark_patients(data.rows, exposure, landmark)
    events, exposed = int(patients["event"].sum()), int(patients["exposed"].sum())
    row = {
        "test": f"log-rank from {landmark:g} months",
        "n": len(patients),
        "events": events,
    }
    note = _why_not(exposed, len(patients) - exposed, events, statistics)
    if note:
        return row | {"note": f"not estimable: {note}; {SENSITIVITY}"}
    if not compared_at_events(patients, "exposed"):
        notes = [SENSITIVITY, _transplanted(exposed)]
        return row | _said(math.nan, math.nan, "; ".join(notes))
    statistic, _, p = log_rank(patients["stop"], patients["event"], patients["exposed"])
    notes = [SENSITIVITY, _transplanted(exposed), _landmark_ratio(patients, statistics)]
    return row | _said(statistic, p, "; ".join(notes))


def _landmark_ratio(patients: pd.DataFrame, statistics: Mapping[str, Any]) -> str:
    level = statistics["confidence_level"]
    fit = fit_cox(patients, ["exposed"], ties=statistics.get("ties", EFRON))
    if fit.monotone or not fit.converged:
        return "no finite hazard ratio"
    low, high = np.exp(fit.wald_interval("exposed", level))
    ratio = math.exp(fit.coefficients[0])
    return f"hazard ratio {ratio:.3g} ({level:.0%} CI {low:.3g}-{high:.3g})"


def _why_not(
    exposed: int, unexposed: int, events: int, statistics: Mapping[str, Any]
) -> str:
    least = statistics["min_events"]
    if exposed + unexposed == 0:
        return "no patient with all values known"
    if exposed == 0:
        return "nobody transplanted"
    if unexposed == 0:
        return "nobody without transplant"
    if events < least:
        return f"{events} event{'s' * (events != 1)}, fewer than {least}"
    return ""


def _transplanted(exposed: int) -> str:
    return f"{exposed} transplanted"


def _said(statistic: float, p: float, note: str) -> dict[str, Any]:
    if math.isnan(statistic):
        why = "not estimable: no event while both groups were at risk"
        return {"note": f"{why}; {note}"}
    return {"statistic": statistic, "df": 1, "p": p, "note": note}
