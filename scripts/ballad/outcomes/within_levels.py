"""The rows of a model within each level of one of its covariates."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from ballad.clinical.groups import MISSING_CATEGORY
from ballad.outcomes.covariates import NO, YES, Covariate
from ballad.outcomes.model_data import ModelData, model_data
from ballad.states import ABSENT, PRESENT

# Levels that say nothing without the name of their covariate.
NAMELESS = (YES, NO, PRESENT, ABSENT, MISSING_CATEGORY)


@dataclass(frozen=True)
class Within:
    """One level of a covariate: its name, and the rows of its patients."""

    name: str  # empty: the covariate has no levels
    effect: str  # the term whose ratio is asked for
    data: ModelData  # without the covariate and its interactions


def levels_asked_for(
    cohort: pd.DataFrame,
    data: ModelData,
    specification: Mapping[str, Any],
    endpoints: Mapping[str, Any],
    groups: Mapping[str, Any],
    statistics: Mapping[str, Any],
) -> Iterator[Within]:
    """
    Part the rows of a model by the covariates that its interactions name in ``within``.

    The patients are those of the model. A fit of one level has a baseline hazard, and
    effects of the other covariates, of its own.

    Parameters
    ----------
    cohort, specification, endpoints, groups, statistics
        As for `model_data`; ``within`` of an interaction of two terms is one of them.
    data
        The rows of the whole model.

    Yields
    ------
    Within
        The reference first, then the levels in the order of the model. A covariate
        without levels known from the start (a number, a time-dependent one) gives one
        without rows, whose covariates say why.
    """
    asked = {
        term: (entry["interaction"], entry["within"])
        for term, entry in specification["covariates"].items()
        if "within" in (entry or {})
    }
    for parts, within in asked.values():
        effect = next(part for part in parts if part != within)
        left = {
            term
            for term, entry in specification["covariates"].items()
            if term == within or within in (entry or {}).get("interaction", ())
        }
        kept = [c for c in data.covariates if c.term not in left]
        levels = [c for c in data.covariates if c.term == within]
        if why := _no_levels(levels):
            kept = [replace(covariate, problem=why) for covariate in kept]
            nobody = data.rows.iloc[:0]
            yield Within("", effect, ModelData(nobody, kept, 0))
            continue
        covariates = {
            term: entry
            for term, entry in specification["covariates"].items()
            if term not in left
        }
        for name, members in _members(levels).items():
            here = data.rows[data.rows.index.isin(members)]
            alone = model_data(
                cohort.loc[members],
                specification,
                endpoints,
                groups,
                statistics,
                covariates,
            )
            patients = here["patient"].nunique()
            found = ModelData(here, kept, patients, alone.left_out)
            yield Within(_named(within, name), effect, found)


def _no_levels(levels: Sequence[Covariate]) -> str:
    for covariate in levels:
        if covariate.problem:
            return covariate.problem
        if covariate.exposure_day is not None:
            return f"{covariate.term} changes with time: nobody has one level of it"
        if not covariate.binary:
            return f"{covariate.term} is a number, which has no levels"
    return ""


def _members(levels: Sequence[Covariate]) -> dict[str, pd.Index]:
    """
    Return the patients of each level; those whose level is missing are in none.

    A level without a name is left out: its row would read as that of all patients.
    """
    values = pd.DataFrame({c.level: c.values for c in levels})
    known = values.dropna()
    at_reference = known.index[(known == 0).all(axis=1)]
    members = {
        levels[0].reference: at_reference,
        **{level: known.index[known[level] == 1] for level in known},
    }
    return {level: patients for level, patients in members.items() if level}


def _named(term: str, level: str) -> str:
    return f"{term} {level}" if level in NAMELESS else level
