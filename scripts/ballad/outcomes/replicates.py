"""
SYNTHETIC cohorts with known hazards, and how near the Cox models come to them.

Every scenario is calibrated to the same numbers of first events. With the hazards of A
alone, a transplant without effect (C) meets 36.5 CD19-negative relapses instead of
21.7, and TP53 without effect (B) 14.9. The earlier trial whose figures the limits were
taken from agrees with the first reading, not with the second (12,000 cohorts per
scenario of an independent program; the chi-square compares all figures of the trial,
with their Monte Carlo covariance):

    figure                                      trial   calibrated each   hazards of A
    B: plain fits without a finite estimate     .19     .16               .33
    B: profile coverage, transplant, plain      .900    .920              .950
    C: Wald coverage, transplant, ever/never    .898    .893              .804
    C: median ratio, transplant, ever/never     0.75    0.70              0.68
    C: median ratio, transplant, time-dependent 1.08    0.99              0.99
    chi-square of A, B, C (41, 15, 14 figures)          35, 23, 16        35, 246, 62
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from scipy.stats import chi2

from ballad.clinical.endpoints import DAYS_PER_MONTH
from ballad.outcomes.cox import CoxFit, fit_cox
from ballad.outcomes.likelihood import maximise
from ballad.outcomes.splitting import split_follow_up

CENSORED, CD19_NEGATIVE, CD19_POSITIVE, NRM = (
    "",
    "cd19_negative",
    "cd19_positive",
    "nrm",
)
TERMS = ("tp53", "hct")
LEVEL = 0.95
HALF_DAY = 0.5

KEYS = ["scenario", "model", "term"]
FIGURES = [
    *("replicates", "truth", "median_hr", "median_log_hr_mcse"),
    *("bias_log_hr", "bias_mcse", "coverage_wald", "coverage_wald_mcse"),
    *("coverage_profile", "coverage_profile_mcse", "type_one_wald"),
    *("type_one_wald_mcse", "type_one_profile", "type_one_profile_mcse"),
    *("infinite", "not_converged"),
]


def draw_cohort(seed: int, parameters: Mapping[str, float]) -> pd.DataFrame:
    """
    Draw a SYNTHETIC cohort in remission from constant cause-specific hazards.

    A transplant changes the hazards from its day on. Times are rounded up to whole
    days, as records are; an event on the day of the transplant is one before it.

    Parameters
    ----------
    seed
        One seed, one cohort.
    parameters
        A scenario of ``resources/simulation/replicates.tsv``; hazards per month.

    Returns
    -------
    DataFrame with columns patient, tp53, hct_day, days, cause
        One row per patient. `tp53` 1 or 0; `hct_day` missing: not transplanted in
        remission; `days` from the begin of the remission to the first event or the
        censoring; `cause` cd19_negative, cd19_positive, nrm, or empty (censored).
    """
    rng = np.random.default_rng(seed)
    n = int(parameters["patients"])
    tp53 = rng.random(n) < parameters["tp53"]
    eligible = rng.random(n) < parameters["hct_eligible"]
    months = parameters["hct_wait_scale"] * rng.weibull(parameters["hct_wait_shape"], n)
    planned = np.ceil(months * DAYS_PER_MONTH)
    end = rng.uniform(parameters["censoring_low"], parameters["censoring_high"], n)
    last_day = np.floor(end * DAYS_PER_MONTH)

    before = _hazards(tp53, parameters, transplanted=False)
    after = _hazards(tp53, parameters, transplanted=True)
    # A unit exponential is the cumulative hazard at which the event happens.
    lived = rng.exponential(size=n)
    at_hct = np.where(eligible, planned * before.sum(axis=0), np.inf)
    late = lived > at_hct
    early_time = lived / before.sum(axis=0)
    late_time = planned + (lived - at_hct) / after.sum(axis=0)
    event_day = np.ceil(np.where(late, late_time, early_time))

    hazards = np.where(late, after, before)
    shares = np.cumsum(hazards / hazards.sum(axis=0), axis=0)
    drawn = (rng.random(n) >= shares[:-1]).sum(axis=0)
    cause = np.array([CD19_NEGATIVE, CD19_POSITIVE, NRM])[drawn]
    days = np.minimum(event_day, last_day)
    return pd.DataFrame(
        {
            "patient": np.arange(1, n + 1),
            "tp53": tp53.astype(float),
            "hct_day": np.where(eligible & (planned < days), planned, np.nan),
            "days": days,
            "cause": np.where(event_day <= last_day, cause, CENSORED),
        }
    )


def _hazards(
    tp53: np.ndarray, parameters: Mapping[str, float], transplanted: bool
) -> np.ndarray:
    """Return daily hazards: a line per cause, a column per patient."""
    negative = np.where(tp53, parameters["hr_tp53_cd19_negative"], 1.0)
    negative = negative * parameters["hazard_cd19_negative"]
    positive = np.full(len(tp53), parameters["hazard_cd19_positive"])
    if transplanted:
        negative = negative * parameters["hr_hct_cd19_negative"]
        positive = positive * parameters["hr_hct_cd19_positive"]
    nrm = np.full(len(tp53), parameters["hazard_nrm"])
    return np.array([negative, positive, nrm]) / DAYS_PER_MONTH


def time_dependent(cohort: pd.DataFrame) -> pd.DataFrame:
    """Return start-stop rows of CD19-negative relapse, exposed from the transplant on."""
    return _rows(cohort, cohort["hct_day"])


def ever_never(cohort: pd.DataFrame) -> pd.DataFrame:
    """
    Return rows that call a patient transplanted from day 0.

    The negative control: whoever is transplanted later lived until then, so this
    coding favours the transplant (immortal time).
    """
    return _rows(cohort, cohort["hct_day"] * 0)


def _rows(cohort: pd.DataFrame, begin: pd.Series) -> pd.DataFrame:
    # Other causes end the follow-up like a censoring: cause-specific hazards.
    event = (cohort["cause"] == CD19_NEGATIVE).astype(float)
    follow_up = cohort[["patient", "days"]].assign(event=event)
    rows = split_follow_up(follow_up, pd.DataFrame({"hct": begin}), HALF_DAY)
    return rows.assign(tp53=cohort["tp53"].reindex(rows.index))


MODELS: dict[str, tuple[Callable[[pd.DataFrame], pd.DataFrame], bool]] = {
    "cox hct(t)": (time_dependent, False),
    "firth hct(t)": (time_dependent, True),
    "cox ever/never": (ever_never, False),
    "firth ever/never": (ever_never, True),
}


def truths(parameters: Mapping[str, float]) -> dict[str, float]:
    """Return the hazard ratio of each term that the cohort was drawn with."""
    return {term: parameters[f"hr_{term}_cd19_negative"] for term in TERMS}


def fit_replicate(seed: int, parameters: Mapping[str, float]) -> list[dict]:
    """
    Draw one cohort and fit every model to it.

    Returns
    -------
    list of dict with keys model, term, log_hr, wald_p_of_truth, profile_p_of_truth,
    infinite, converged
        One per model and term. The p test the true hazard ratio: a 95 % interval
        covers it exactly when p > 0.05. An infinite estimate has infinite Wald
        limits: its Wald p is 1.

    Raises
    ------
    ValueError
        If the cohort has no event or a term does not vary in it.
    """
    cohort = draw_cohort(seed, parameters)
    found = []
    for model, (rows_of, firth) in MODELS.items():
        fit = fit_cox(rows_of(cohort), TERMS, firth=firth)
        for term, truth in truths(parameters).items():
            found.append({"model": model, "term": term, **_tested(fit, term, truth)})
    return found


def _tested(fit: CoxFit, term: str, truth: float) -> dict:
    j = fit.terms.index(term)
    infinite = term in fit.monotone
    distance = (fit.coefficients[j] - np.log(truth)) / fit.standard_errors[j]
    return {
        "log_hr": float(fit.coefficients[j]),
        "wald_p_of_truth": 1.0 if infinite else float(chi2.sf(distance**2, 1)),
        "profile_p_of_truth": profile_p(fit, term, float(np.log(truth))),
        "infinite": infinite,
        "converged": fit.converged or bool(fit.monotone),
    }


def profile_p(fit: CoxFit, term: str, log_hr: float) -> float:
    """
    Test one log hazard ratio by the (penalised) likelihood ratio, 1 df.

    The profile interval of level 1 - a holds the values with p > a.
    """
    j = fit.terms.index(term)
    held = {j: log_hr * fit.scale[j]}
    there = maximise(fit.likelihood, fit.penalised, held, fit.maximum.beta)
    return float(chi2.sf(max(2 * (fit.maximum.value - there.value), 0.0), 1))


def summarised(
    estimates: pd.DataFrame, truth: Mapping[tuple[str, str], float]
) -> pd.DataFrame:
    """
    Summarise the replicates of each scenario, model and term.

    Parameters
    ----------
    estimates : columns scenario, and those of `fit_replicate`
        One row per replicate, model and term.
    truth
        Hazard ratio of each (scenario, term).

    Returns
    -------
    DataFrame with columns scenario, model, term, and FIGURES
        `bias_log_hr` over the finite fits; type-I errors only where the truth is 1,
        missing elsewhere; `infinite` and `not_converged` count replicates; `_mcse` is
        the Monte Carlo standard error of the figure named before it. The one of the
        median is half the distance of the order statistics half a root of n beside it.
    """
    rows = []
    for labels, these in estimates.groupby(KEYS, sort=False):
        scenario, _, term = labels
        figures = _figures(these, truth[scenario, term])
        rows.append({**dict(zip(KEYS, labels, strict=True)), **figures})
    return pd.DataFrame(rows, columns=[*KEYS, *FIGURES])


def _figures(these: pd.DataFrame, truth: float) -> dict[str, float]:
    log_hr = these["log_hr"].to_numpy()
    errors = log_hr[~these["infinite"].to_numpy(bool)] - np.log(truth)
    figures = {
        "replicates": len(these),
        "truth": truth,
        "median_hr": float(np.exp(np.median(log_hr))),
        "median_log_hr_mcse": _median_error(log_hr),
        "bias_log_hr": errors.mean(),
        "bias_mcse": errors.std(ddof=1) / np.sqrt(len(errors)),
        "infinite": int(these["infinite"].sum()),
        "not_converged": int((~these["converged"].astype(bool)).sum()),
    }
    for test in ("wald", "profile"):
        covered = float((these[f"{test}_p_of_truth"] > 1 - LEVEL).mean())
        error = np.sqrt(covered * (1 - covered) / len(these))
        figures |= {f"coverage_{test}": covered, f"coverage_{test}_mcse": error}
        if truth == 1:
            rejected = 1 - covered
            figures |= {f"type_one_{test}": rejected, f"type_one_{test}_mcse": error}
    return figures


def _median_error(values: np.ndarray) -> float:
    half = 1 / (2 * np.sqrt(len(values)))
    low, high = np.quantile(values, [0.5 - half, 0.5 + half])
    return float((high - low) / 2)


def judged(summary: pd.DataFrame, limits: pd.DataFrame) -> pd.DataFrame:
    """
    Set the figures beside their acceptance limits.

    Parameters
    ----------
    summary : columns of `summarised`
    limits : columns scenario, model, term, figure, low, high
        Both limits are allowed values. Rows of scenarios that were not run are left
        out.

    Returns
    -------
    DataFrame with columns scenario, model, term, figure, value, value_mcse, low, high,
    verdict
        `value_mcse` is the Monte Carlo standard error of the value, missing for a
        count; `verdict` is ``met`` or ``not met``.
    """
    figures = summary.set_index(KEYS)
    limits = limits[limits["scenario"].isin(summary["scenario"])]
    found = [
        (figures.loc[tuple(row[key] for key in KEYS)], row["figure"])
        for row in limits.to_dict("records")
    ]
    judged = limits[[*KEYS, "figure"]].assign(
        value=[float(of[figure]) for of, figure in found],
        value_mcse=[_error_of(of, figure) for of, figure in found],
        low=limits["low"],
        high=limits["high"],
    )
    met = judged["value"].between(judged["low"], judged["high"])
    return judged.assign(verdict=np.where(met, "met", "not met"))


def _error_of(figures: pd.Series, figure: str) -> float:
    if figure == "median_hr":
        # The error is that of the logarithm: times the ratio, it is the ratio's.
        return float(figures["median_hr"] * figures["median_log_hr_mcse"])
    return float(figures.get(f"{figure}_mcse", np.nan))
