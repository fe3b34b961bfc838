"""Covariates of a model: columns of the cohort as numbers, never guessing missing."""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ballad.clinical.groups import MISSING_CATEGORY
from ballad.states import ABSENT, PRESENT, STATES

YES, NO = "yes", "no"
BOTH = " and "  # between the levels of an interaction
NOT_BOTH, NOT_ALL = "not both", "not all"  # its reference, of two terms and of more
MISSING_RULES = frozenset(("missing", "missing_as_absent"))
TRANSPLANT = "hct_date"
EVER_TRANSPLANTED = "hct_ever"
# Known only later: as baseline covariates they promise survival until the transplant.
KNOWN_LATER = frozenset((EVER_TRANSPLANTED, "hct_day", TRANSPLANT))


@dataclass(frozen=True)
class Covariate:
    """One column of a design: a level against its reference, or a number."""

    term: str
    level: str
    reference: str
    values: pd.Series  # float, NaN missing; of a time-dependent one: 0
    binary: bool
    flag: bool = False  # a genotype flag
    exposure_day: pd.Series | None = None  # since treatment start; NaN never
    problem: str = ""  # why nobody has a value
    salvage: pd.Series | None = None  # transplanted, but not in ongoing remission
    factors: tuple[str, ...] = ()  # keys whose product an interaction is
    assumed: pd.Series | None = None  # taken for absent though nobody assessed it

    @property
    def key(self) -> str:
        """Return a name unique within one design."""
        return f"{self.term}={self.level}"


def covariates_of(
    cohort: pd.DataFrame,
    specifications: Mapping[str, Any],
    groups: Mapping[str, Any],
    remission: Mapping[str, Any] | None = None,
) -> list[Covariate]:
    """
    Turn a model's covariates into columns of numbers.

    Parameters
    ----------
    cohort
        Text columns of the patients in question; an empty text is missing.
    specifications
        By term: empty (flag, yes/no, number, or group whose first level is the
        reference), ``reference``, ``per`` (step of a number, with its ``unit``),
        ``time_dependent`` (any date column; a transplant only in ongoing remission;
        with ``where`` only of patients whose columns hold one of the values)
        or ``interaction`` (terms of the same model). Of a flag also ``missing:
        category`` (not assessed and indeterminate become a level) or
        ``missing_as_absent`` (they count as absent; the rows say so).
    groups
        As the configuration defines them; they give the order of their levels.
    remission
        Which cells say that a patient is in remission, see `in_ongoing_remission`.

    Returns
    -------
    list of Covariate
        One per term, or per level that is not the reference. Flags are 1 present, 0
        absent; not_assessed and indeterminate are missing, unless asked for
        otherwise. An interaction has one column per combination of the levels that
        are no reference.

    Raises
    ------
    ValueError
        If a number was asked for and a cell holds none, or an interaction is of a
        term that the model lacks.
    """
    by_term: dict[str, list[Covariate]] = {}
    for term, specification in specifications.items():
        parts = (specification or {}).get("interaction")
        if parts is None:
            found = list(
                _of_term(cohort, term, specification or {}, groups, remission or {})
            )
        else:
            found = list(_products(term, parts, by_term))
        by_term[term] = found
    return [covariate for found in by_term.values() for covariate in found]


def _products(
    term: str, parts: Sequence[str], by_term: Mapping[str, Sequence[Covariate]]
) -> Iterator[Covariate]:
    """Combine the columns of terms; a product is missing where one of them is."""
    for part in parts:
        if part not in by_term:
            raise ValueError(
                f"{term}: interaction of {part}, which does not stand before it among "
                f"the covariates; name {part} there"
            )
    for factors in itertools.product(*(by_term[part] for part in parts)):
        values = factors[0].values.copy()
        for factor in factors[1:]:
            values = values * factor.values
        yield Covariate(
            term,
            BOTH.join(f"{factor.term} {factor.level}" for factor in factors),
            NOT_BOTH if len(factors) == 2 else NOT_ALL,
            values,
            binary=all(factor.binary for factor in factors),
            problem=next((f.problem for f in factors if f.problem), ""),
            factors=tuple(factor.key for factor in factors),
        )


def _of_term(
    cohort: pd.DataFrame,
    term: str,
    specification: Mapping[str, Any],
    groups: Mapping[str, Any],
    remission: Mapping[str, Any],
) -> Iterator[Covariate]:
    if "time_dependent" in specification:
        yield _time_dependent(cohort, term, specification, remission)
    elif term == EVER_TRANSPLANTED:
        ever = (_cells(cohort, "hct_day") != "").astype(float)
        yield Covariate(term, YES, NO, ever, binary=True)
    elif term not in cohort:
        nobody = pd.Series(float("nan"), cohort.index)
        problem = f"the cohort has no column {term}"
        yield Covariate(term, "", "", nobody, binary=False, problem=problem)
    else:
        yield from _of_column(cohort[term], specification, groups.get(term))


def _cells(cohort: pd.DataFrame, column: str) -> pd.Series:
    return cohort[column] if column in cohort else pd.Series("", cohort.index)


def _time_dependent(
    cohort: pd.DataFrame,
    term: str,
    specification: Mapping[str, Any],
    remission: Mapping[str, Any],
) -> Covariate:
    date = specification["time_dependent"]
    column = f"{date.removesuffix('_date')}_day"
    if column not in cohort:
        return Covariate(
            term,
            YES,
            NO,
            pd.Series(float("nan"), cohort.index),
            binary=True,
            problem=f"the cohort has no column {column}",
        )
    day = pd.to_numeric(cohort[column])
    for condition, values in specification.get("where", {}).items():
        day = day.where(_cells(cohort, condition).isin([v or "" for v in values]))
    level, reference = YES, NO
    if "where" in specification:
        shown = " or ".join(
            v or "missing" for vs in specification["where"].values() for v in vs
        )
        level, reference = f"{shown} from {date} on", "before, or never"
    salvage = None
    if date == TRANSPLANT:
        ongoing = in_ongoing_remission(cohort, day, remission)
        salvage = day.notna() & ~ongoing
        day = day.where(ongoing)
    zero = pd.Series(0.0, cohort.index)
    return Covariate(
        term, level, reference, zero, binary=True, exposure_day=day, salvage=salvage
    )


def in_ongoing_remission(
    cohort: pd.DataFrame, day: pd.Series, remission: Mapping[str, Any]
) -> pd.Series:
    """
    Say who is in a remission that lasts on a day.

    A transplant without one is salvage: it treats the leukaemia and is no
    consolidation.

    Parameters
    ----------
    cohort
        Text columns relapse_day, those that `remission` names and the days of its
        responses; each may be missing.
    day
        Days since treatment start; NaN: never.
    remission
        By column the values of a patient in remission: ``since_response`` from
        <column>_day on, ``at_start`` from treatment start on.

    Returns
    -------
    Series of bool
        True where by that day a remission is dated, or the patient was treated in
        one, and no relapse came until then. A cohort without any of the columns of
        `remission` knows of no remission; there only the relapse counts.
    """
    dated, at_start = (remission.get(k, {}) for k in ("since_response", "at_start"))
    relapse = pd.to_numeric(_cells(cohort, "relapse_day"))
    fresh = day.notna() & ~(relapse <= day)
    if not {*dated, *at_start} & set(cohort):
        return fresh
    reached = pd.Series(False, cohort.index)
    for column, values in at_start.items():
        reached |= _cells(cohort, column).isin(values)
    for column, values in dated.items():
        since = pd.to_numeric(_cells(cohort, f"{column}_day"))
        reached |= _cells(cohort, column).isin(values) & (since <= day)
    return fresh & reached


def _of_column(
    cells: pd.Series, specification: Mapping[str, Any], group: Mapping[str, Any] | None
) -> Iterator[Covariate]:
    term, known = str(cells.name), set(cells) - {""}
    if "per" in specification:
        step, unit = specification["per"], specification.get("unit", "")
        values = _numbers(cells) / step
        yield Covariate(term, f"per {step:g} {unit}".strip(), "", values, binary=False)
    elif known and known <= set(STATES) and set(specification) & MISSING_RULES:
        yield from _flag_with_missing(cells, specification)
    elif group is not None or "reference" in specification:
        yield from _levels(cells, specification.get("reference"), group)
    elif known and known <= set(STATES):
        values = cells.map({PRESENT: 1.0, ABSENT: 0.0})
        yield Covariate(term, PRESENT, ABSENT, values, binary=True, flag=True)
    elif known <= {YES, NO}:
        values = cells.map({YES: 1.0, NO: 0.0})
        yield Covariate(term, YES, NO, values, binary=True)
    elif pd.to_numeric(cells[cells != ""], errors="coerce").notna().all():
        yield Covariate(term, "per 1", "", _numbers(cells), binary=False)
    else:
        yield from _levels(cells, None, None)


def _flag_with_missing(
    cells: pd.Series, specification: Mapping[str, Any]
) -> Iterator[Covariate]:
    """Keep those whom nobody assessed, as a level or as if the lesion were absent."""
    term, unknown = str(cells.name), ~cells.isin((PRESENT, ABSENT))
    present = (cells == PRESENT).astype(float)
    if specification.get("missing_as_absent"):
        yield Covariate(
            term, PRESENT, ABSENT, present, binary=True, flag=True, assumed=unknown
        )
        return
    category = specification.get("missing") == "category"
    values = present if category else present.mask(unknown)
    yield Covariate(term, PRESENT, ABSENT, values, binary=True, flag=True)
    if category and unknown.any():
        yield Covariate(
            term, MISSING_CATEGORY, ABSENT, unknown.astype(float), binary=True
        )


def _numbers(cells: pd.Series) -> pd.Series:
    numbers = pd.to_numeric(cells.where(cells != ""), errors="coerce")
    wrong = numbers.isna() & (cells != "")
    if wrong.any():
        raise ValueError(f"{cells.name}: {cells[wrong].iloc[0]!r} is no number")
    return numbers.astype(float)


def _levels(
    cells: pd.Series, reference: str | None, group: Mapping[str, Any] | None
) -> Iterator[Covariate]:
    known = sorted(set(cells) - {""} - (set(STATES) - {PRESENT, ABSENT}))
    order = [str(level) for level in group["levels"]] if group is not None else []
    levels = order + [level for level in known if level not in order]
    reference = levels[0] if reference is None and levels else str(reference)
    missing = ~cells.isin(levels)
    # A level that no patient has would only repeat that there is nothing.
    others = [level for level in levels if level != reference and level in known]
    for level in others or [lv for lv in levels if lv != reference][:1] or [""]:
        values = (cells == level).astype(float).mask(missing)
        yield Covariate(str(cells.name), level, reference, values, binary=True)


def refuse_immortal_time(
    model: str, specification: Mapping[str, Any], groups: Mapping[str, Any]
) -> None:
    """
    Refuse a covariate that says at the start who is transplanted later.

    Who is transplanted has survived until then: this immortal time makes transplant
    look protective even where it does nothing.

    Raises
    ------
    ValueError
        If the model has such a covariate and does not allow immortal time.
    """
    if specification.get("allow_immortal_time"):
        return
    for family in ("covariates", "univariable"):
        for term in immortal_terms(specification.get(family) or {}, groups):
            raise ValueError(
                f"model {model}: {family}: {term} says at the start who is "
                "transplanted later (immortal time bias); use hct_time_dependent: "
                "{time_dependent: hct_date}, or set allow_immortal_time: true to see "
                "the biased estimate, labelled so"
            )


def immortal_terms(
    covariates: Mapping[str, Any], groups: Mapping[str, Any]
) -> list[str]:
    """List the covariates that rest on a later transplant."""
    return [
        term
        for term, specification in covariates.items()
        if "time_dependent" not in (specification or {})
        and (
            term in (*KNOWN_LATER, "hct_time_dependent")
            or groups.get(term, {}).get("column") in KNOWN_LATER
        )
    ]


def baseline_only(covariates: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the time-dependent covariates and the interactions with them."""
    timed = set(time_dependent_terms(covariates))
    return {term: entry for term, entry in covariates.items() if term not in timed}


def time_dependent_terms(covariates: Mapping[str, Any]) -> list[str]:
    """List the time-dependent covariates, and the interactions with them."""
    timed: list[str] = []
    for term, entry in covariates.items():
        entry = entry or {}
        if "time_dependent" in entry or set(entry.get("interaction", ())) & set(timed):
            timed.append(term)
    return timed
