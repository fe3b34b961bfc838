"""The rows that a model is fitted on: whose values are known, who is left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ballad.clinical.endpoints import CENSORED, DAYS_PER_MONTH
from ballad.outcomes.covariates import Covariate, covariates_of
from ballad.outcomes.splitting import split_follow_up

# What a cell says when nobody knows the value.
NOT_KNOWN = (
    *("", "not_assessed", "indeterminate", "unknown", "not_tested"),
    "UNCLASSIFIABLE",
)


ASSUMED = "counted as absent, as asked for"


@dataclass(frozen=True)
class ModelData:
    """
    The rows of one fit.

    `rows` has the columns patient, event, one per covariate key and per stratum, and
    for times start and stop (months since the origin) and competing (1: the follow-up
    of the patient ends with another cause); `left_out` says who is missing and why.
    """

    rows: pd.DataFrame
    covariates: list[Covariate]
    patients: int
    left_out: str = ""

    @property
    def events(self) -> int:
        """Return the number of events."""
        return int(self.rows["event"].sum())

    def prevalence(self, covariate: Covariate) -> float:
        """Return the fraction of patients who are ever at the covariate's level."""
        by_patient = self.rows[covariate.key].groupby(self.rows["patient"]).max()
        return float(by_patient.mean())

    def events_in(self, covariate: Covariate) -> int:
        """Return the number of events while at the covariate's level."""
        return int((self.rows["event"] * self.rows[covariate.key]).sum())

    def outcomes(self, covariate: Covariate) -> dict[str, pd.Series]:
        """
        Return the events of the rows at a covariate's level and at its reference.

        Rows at the other levels of the term are at neither.
        """
        levels = [c.key for c in self.covariates if c.term == covariate.term]
        sides = {
            covariate.level: self.rows[covariate.key] == 1,
            covariate.reference: (self.rows[levels] == 0).all(axis=1),
        }
        return {label: self.rows.loc[side, "event"] for label, side in sides.items()}

    def assumed_in(self, covariate: Covariate) -> str:
        """Say how many patients count as absent whom nobody assessed."""
        if covariate.assumed is None:
            return ""
        count = int(covariate.assumed.reindex(self.rows.index.unique()).sum())
        return f"{count} not assessed {ASSUMED}" if count else ""

    def salvage_in(self, covariate: Covariate) -> str:
        """Say how many patients had a transplant that is no exposure."""
        if covariate.salvage is None:
            return ""
        count = int(covariate.salvage.reindex(self.rows.index.unique()).sum())
        if not count:
            return ""
        plural = "s" * (count != 1)
        return (
            f"{count} salvage transplant{plural} without ongoing remission: unexposed"
        )


def model_data(
    cohort: pd.DataFrame,
    specification: Mapping[str, Any],
    endpoints: Mapping[str, Any],
    groups: Mapping[str, Any],
    statistics: Mapping[str, Any],
    covariates: Mapping[str, Any] | None = None,
) -> ModelData:
    """
    Collect the rows that a model of these covariates is fitted on.

    Parameters
    ----------
    cohort
        As `join_clinical` writes it.
    specification
        The model: ``endpoint``, ``population``, ``cause``, ``strata``.
    endpoints, groups
        As the configuration defines them.
    statistics
        ``day_zero_days``, and ``remission`` as `in_ongoing_remission` takes it.
    covariates
        Of one of its univariable fits; None: those of the model.

    Returns
    -------
    ModelData
        Patients of the population whose endpoint and covariates are known.
    """
    endpoint = specification["endpoint"]
    binary = endpoints[endpoint]["kind"] == "binary"
    outcome = f"{endpoint}_{'achieved' if binary else 'days'}"
    known = (cohort[f"in_{specification['population']}"] == "yes") & (
        cohort[outcome] != ""
    )
    base = cohort[known]
    if covariates is None:
        covariates = specification["covariates"]
    design = covariates_of(base, covariates, groups, statistics.get("remission"))
    strata = list(specification.get("strata") or [])
    complete, left_out = _complete_cases(base, design, strata, groups)
    patients = base[complete]
    if binary:
        rows = pd.DataFrame(
            {"patient": patients["patient"], "event": patients[outcome].astype(float)}
        )
    else:
        rows = _start_stop(
            patients,
            specification,
            endpoints[endpoint],
            design,
            statistics["day_zero_days"],
        )
    for covariate in design:
        if covariate.exposure_day is None:
            rows[covariate.key] = covariate.values.reindex(rows.index)
        elif covariate.key not in rows:
            rows[covariate.key] = 0.0
    # What has begun by then decides on the product, row by row.
    for covariate in design:
        if covariate.factors:
            rows[covariate.key] = rows[list(covariate.factors)].prod(axis=1)
    for stratum in strata:
        rows[stratum] = patients[stratum].reindex(rows.index)
    return ModelData(rows, design, len(patients), left_out)


def _complete_cases(
    base: pd.DataFrame,
    design: Sequence[Covariate],
    strata: Sequence[str],
    groups: Mapping[str, Any],
) -> tuple[pd.Series, str]:
    missing = {covariate.term: covariate.values.isna() for covariate in design}
    missing |= {stratum: base[stratum] == "" for stratum in strata}
    complete = ~pd.DataFrame(missing, index=base.index).any(axis=1)
    counts: dict[str, int] = {}
    counted = pd.Series(False, index=base.index)
    for term, without in missing.items():
        # Each patient counts under the first reason only.
        absent = without & ~counted
        counted |= without
        outside = absent & _known(base, groups.get(term, {}).get("column", ""))
        counts[f"{term} missing"] = int((absent & ~outside).sum())
        counts[f"{term} outside the compared levels"] = int(outside.sum())
    reasons = [(reason, count) for reason, count in counts.items() if count]
    if not reasons:
        return complete, ""
    said = (
        reasons[0][0]
        if len(reasons) == 1
        else ", ".join(f"{reason} in {count}" for reason, count in reasons)
    )
    return complete, f"{int((~complete).sum())} of {len(base)} left out: {said}"


def _known(base: pd.DataFrame, column: str) -> pd.Series:
    """Say of whom a column holds a value, one that may be outside a group's levels."""
    if column not in base:
        return pd.Series(False, index=base.index)
    return ~base[column].isin(NOT_KNOWN)


def _start_stop(
    patients: pd.DataFrame,
    specification: Mapping[str, Any],
    endpoint: Mapping[str, Any],
    design: Iterable[Covariate],
    day_zero_days: float,
) -> pd.DataFrame:
    name = specification["endpoint"]
    cause = patients[f"{name}_cause"]
    causes = [specification["cause"]] if specification.get("cause") else endpoint["to"]
    follow_up = pd.DataFrame(
        {
            "patient": patients["patient"],
            # Whole days keep the order of events exact; months come after the cut.
            "days": pd.to_numeric(patients[f"{name}_days"]),
            "event": cause.isin(list(causes)).astype(float),
        }
    )
    origin = pd.to_numeric(patients[f"{name}_origin_day"])
    exposures = pd.DataFrame(
        {
            covariate.key: covariate.exposure_day.reindex(patients.index) - origin
            for covariate in design
            if covariate.exposure_day is not None
        },
        index=patients.index,
    )
    entry = (
        pd.to_numeric(patients[f"{name}_entry_days"]) if "entry" in endpoint else None
    )
    rows = split_follow_up(follow_up, exposures, day_zero_days, entry)
    times = {column: rows[column] / DAYS_PER_MONTH for column in ("start", "stop")}
    competing = (cause != CENSORED) & (follow_up["event"] == 0)
    return rows.assign(**times, competing=competing.astype(float).reindex(rows.index))
