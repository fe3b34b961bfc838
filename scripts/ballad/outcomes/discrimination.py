"""How well a response model tells responders from the others: AUC without optimism."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from ballad.outcomes.estimators import FIRTH_LOGISTIC, LOGISTIC, inestimable
from ballad.outcomes.likelihood import maximise
from ballad.outcomes.logistic import BinomialLikelihood
from ballad.outcomes.model_data import ModelData, model_data
from ballad.spelling import counted

APPARENT, CORRECTED = "auc_apparent", "auc_corrected"


@dataclass(frozen=True)
class Discrimination:
    """Area under the ROC curve of a model, as fitted and without its optimism."""

    apparent: float
    optimism: float
    replicates: int  # samples that held both outcomes

    @property
    def corrected(self) -> float:
        """Return the apparent area less the optimism."""
        return self.apparent - self.optimism


def area_under_curve(score: np.ndarray, outcome: np.ndarray) -> float:
    """
    Return the probability that a patient with the outcome scores higher; ties half.

    Parameters
    ----------
    score
        Any number that grows with the predicted probability.
    outcome
        1 or 0; both occur.

    References
    ----------
    Hanley and McNeil, Radiology 1982.
    """
    events = int(outcome.sum())
    ranks = rankdata(score)[outcome == 1].sum() - events * (events + 1) / 2
    return float(ranks / (events * (len(outcome) - events)))


def discrimination(
    design: np.ndarray, outcome: np.ndarray, replicates: int, seed: int
) -> Discrimination:
    """
    Estimate the AUC of a logistic model and how much of it is optimism.

    Each bootstrap sample is fitted anew; the optimism is the mean of its AUC on the
    sample less its AUC on the patients. All fits have Firth's penalty, so that a
    sample with separation has one too.

    Parameters
    ----------
    design
        Patients x covariates, without intercept.
    outcome
        1 or 0; both occur.
    replicates, seed
        Bootstrap samples.

    References
    ----------
    Harrell, Lee and Mark, Statistics in Medicine 1996.
    """
    generator = np.random.default_rng(seed)
    apparent = area_under_curve(design @ _slopes(design, outcome), outcome)
    optimism = []
    for _ in range(replicates):
        chosen = generator.integers(0, len(outcome), len(outcome))
        sample, its_outcome = design[chosen], outcome[chosen]
        if its_outcome.min() == its_outcome.max():
            continue
        slopes = _slopes(sample, its_outcome)
        within = area_under_curve(sample @ slopes, its_outcome)
        optimism.append(within - area_under_curve(design @ slopes, outcome))
    mean = float(np.mean(optimism)) if optimism else float("nan")
    return Discrimination(apparent, mean, len(optimism))


def _slopes(design: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Fit the model; what the sample cannot tell apart has slope 0."""
    centre, spread = design.mean(axis=0), design.std(axis=0)
    kept: list[int] = []
    columns = [np.ones(len(outcome))]
    for place in np.flatnonzero(spread > 0):
        scaled = (design[:, place] - centre[place]) / spread[place]
        if np.linalg.matrix_rank(np.column_stack([*columns, scaled])) > len(columns):
            columns.append(scaled)
            kept.append(int(place))
    likelihood = BinomialLikelihood(np.column_stack(columns), outcome)
    slopes = np.zeros(design.shape[1])
    slopes[kept] = maximise(likelihood, penalised=True).beta[1:] / spread[kept]
    return slopes


def discrimination_rows(
    cohort: pd.DataFrame,
    specifications: Mapping[str, Any],
    endpoints: Mapping[str, Any],
    groups: Mapping[str, Any],
    statistics: Mapping[str, Any],
) -> pd.DataFrame:
    """
    Estimate the AUC of every model of a binary endpoint.

    Parameters
    ----------
    cohort
        As `join_clinical` writes it; text.
    specifications, endpoints, groups
        As the configuration defines them.
    statistics
        ``bootstrap_replicates``, ``seed``, ``min_events``, ``day_zero_days``.

    Returns
    -------
    DataFrame with columns model, check, term, statistic, df, p, status, note
        Two rows per model, ``auc_apparent`` and ``auc_corrected``; empty `statistic`
        and ``not estimable`` with the reason where a model has too few events.
    """
    rows = []
    for name, specification in specifications.items():
        if specification["method"] not in (LOGISTIC, FIRTH_LOGISTIC):
            continue
        data = model_data(cohort, specification, endpoints, groups, statistics)
        rows += [{"model": name} | row for row in _checks(data, statistics)]
    columns = ["model", "check", "term", "statistic", "df", "p", "status", "note"]
    return pd.DataFrame(rows, columns=columns)


def _checks(data: ModelData, statistics: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    least = statistics["min_events"]
    rarer = min(data.events, data.patients - data.events)
    left = dict(inestimable(data, LOGISTIC, [])) if data.patients else {}
    keys = [c.key for c in data.covariates if c.key not in left]
    why = ""
    if rarer < least:
        why = f"{rarer} patients with the rarer outcome, fewer than {least}"
    elif not keys:
        why = "no covariate varies"
    if why:
        note = f"not estimable: {why}"
        for check in (APPARENT, CORRECTED):
            yield {"check": check, "term": "", "status": "not estimable", "note": note}
        return
    found = discrimination(
        data.rows[keys].to_numpy(dtype=float),
        data.rows["event"].to_numpy(dtype=float),
        statistics["bootstrap_replicates"],
        statistics["seed"],
    )
    of = f"{counted(data.patients, 'patient')}, {counted(data.events, 'event')}"
    yield {
        "check": APPARENT,
        "term": "",
        "statistic": found.apparent,
        "status": "ok",
        "note": of,
    }
    optimism = f"optimism {found.optimism:.3g} in {found.replicates} bootstrap samples"
    yield {
        "check": CORRECTED,
        "term": "",
        "statistic": found.corrected,
        "status": "ok",
        "note": f"{optimism}; {of}",
    }
