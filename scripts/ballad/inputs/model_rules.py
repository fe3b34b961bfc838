"""What no model of the configuration may ask for: refused before anything runs."""

from collections.abc import Iterator, Mapping
from typing import Any

from ballad.outcomes.covariates import (
    baseline_only,
    immortal_terms,
    time_dependent_terms,
)
from ballad.problems import Problem

FILE = "config"
FINE_GRAY = "fine_gray"
LOGISTIC = ("logistic", "firth_logistic")
FAMILIES = ("covariates", "univariable")


def model_rule_problems(
    name: str,
    model: Mapping[str, Any],
    endpoints: Mapping[str, Any],
    groups: Mapping[str, Any],
) -> Iterator[Problem]:
    """
    List what a model asks for that has no meaning.

    Parameters
    ----------
    name, model
        One entry of ``models``.
    endpoints, groups
        As the configuration defines them.

    Returns
    -------
    iterator of Problem
        A transplant coded as if known at time 0, a method with a time-dependent
        covariate, strata or a delayed entry it cannot take, an interaction whose
        terms the model lacks, or within what has no levels known from the start.
    """
    if not model.get("allow_immortal_time", False):
        yield from _immortal_problems(name, model, groups)
    yield from _time_dependent_problems(name, model)
    yield from _strata_problems(name, model)
    yield from _interaction_problems(name, model)
    endpoint = endpoints.get(model["endpoint"], {})
    if "entry" in endpoint and FINE_GRAY in _methods(model):
        yield Problem(
            FILE,
            column=f"models.{name}",
            value=FINE_GRAY,
            rule=f"cannot take the delayed entry of the endpoint {model['endpoint']}",
            cure="use cox or firth_cox",
        )


def _methods(model: Mapping[str, Any]) -> list[str]:
    return [model["method"], *model.get("beside", [])]


def _immortal_problems(
    name: str, model: Mapping[str, Any], groups: Mapping[str, Any]
) -> Iterator[Problem]:
    for family in FAMILIES:
        for term in immortal_terms(model.get(family, {}), groups):
            yield Problem(
                FILE,
                column=f"models.{name}.{family}.{term}",
                rule="a patient had to live until the transplant: immortal-time biased",
                cure="use hct_time_dependent: {time_dependent: hct_date}, or say "
                "allow_immortal_time: true; its rows are then labelled",
            )


def _time_dependent_problems(name: str, model: Mapping[str, Any]) -> Iterator[Problem]:
    method, covariates = model["method"], model["covariates"]
    timed = sorted(
        {
            term
            for family in FAMILIES
            for term in time_dependent_terms(model.get(family, {}))
        }
    )
    if timed and method in (FINE_GRAY, *LOGISTIC):
        cure = "use cox or firth_cox, or take the covariate out"
        yield Problem(
            FILE,
            column=f"models.{name}.method",
            value=method,
            rule=f"has no meaning with a time-dependent covariate ({', '.join(timed)})",
            cure="take the covariate out" if method in LOGISTIC else cure,
        )
    elif FINE_GRAY in model.get("beside", []) and not baseline_only(covariates):
        yield Problem(
            FILE,
            column=f"models.{name}.beside",
            value=FINE_GRAY,
            rule=f"has no meaning with time-dependent covariates only "
            f"({', '.join(timed)})",
            cure="take fine_gray out, or add a baseline covariate",
        )


def _strata_problems(name: str, model: Mapping[str, Any]) -> Iterator[Problem]:
    unfit = [m for m in _methods(model) if m in (FINE_GRAY, *LOGISTIC)]
    if model.get("strata") and unfit:
        yield Problem(
            FILE,
            column=f"models.{name}.strata",
            value=", ".join(model["strata"]),
            rule=f"{unfit[0]} has no strata",
            cure="take it as a covariate, or use cox or firth_cox",
        )


def _interaction_problems(name: str, model: Mapping[str, Any]) -> Iterator[Problem]:
    before: dict[str, Mapping[str, Any]] = {}
    for term, entry in model["covariates"].items():
        place = f"models.{name}.covariates.{term}"
        lacking = [part for part in entry.get("interaction", []) if part not in before]
        if lacking:
            yield Problem(
                FILE,
                column=place,
                value=", ".join(lacking),
                rule="an interaction is of covariates that stand before it",
                cure=f"add {', '.join(lacking)} to covariates, before {term}",
            )
        elif "within" in entry:
            yield from _within_problems(place, entry, before)
        before[term] = entry
    for term, entry in model.get("univariable", {}).items():
        if "interaction" in entry:
            yield Problem(
                FILE,
                column=f"models.{name}.univariable.{term}",
                rule="an interaction alone has no meaning without its terms",
                cure="move it to covariates, or make a model of its own",
            )


def _within_problems(
    place: str, entry: Mapping[str, Any], covariates: Mapping[str, Mapping[str, Any]]
) -> Iterator[Problem]:
    within, parts = entry["within"], entry["interaction"]
    rule = ""
    if within not in parts:
        rule = f"is none of the terms of the interaction ({', '.join(parts)})"
    elif len(parts) != 2:
        rule = f"is one of {len(parts)} terms: whose ratio is meant?"
    elif {"time_dependent", "interaction"} & set(covariates[within]):
        rule = "changes with time or is an interaction: nobody has one level of it"
    elif "per" in covariates[within]:
        rule = "is a number, which has no levels"
    if rule:
        yield Problem(
            FILE,
            column=f"{place}.within",
            value=within,
            rule=rule,
            cure="name the one of two terms that has levels from the start; a number "
            "has them as a group with cut_points",
        )


def interaction_name_problems(models: Mapping[str, Any]) -> Iterator[Problem]:
    """Refuse two interactions whose tests could not be told apart in tests.tsv."""
    seen: dict[tuple[str, ...], str] = {}
    for name, model in models.items():
        analysed = (model["endpoint"], model.get("cause", ""), model["population"])
        for term, entry in model["covariates"].items():
            if "interaction" not in entry:
                continue
            other = seen.setdefault((*analysed, term), name)
            if other != name:
                yield Problem(
                    FILE,
                    column=f"models.{name}.covariates.{term}",
                    rule=f"is an interaction of the model {other} too, of the same "
                    "endpoint and population: their tests could not be told apart",
                    cure="give it another name",
                )


def family_problems(families: Mapping[str, Any]) -> Iterator[Problem]:
    """Refuse a grouping or term that would be adjusted in two families."""
    seen: dict[tuple[str, str], list[tuple[str, set[str] | None]]] = {}
    for name, family in families.items():
        kinds = [k for k in ("tests", "univariable", "multivariable") if k in family]
        if len(kinds) != 1:
            continue  # the check of the shape has said so
        kind = kinds[0]
        models = set(family["models"]) if "models" in family else None
        for member in family[kind]:
            for other, its_models in seen.setdefault((kind, member), []):
                apart = models is not None and its_models is not None
                if apart and not (models or set()) & (its_models or set()):
                    continue
                yield Problem(
                    FILE,
                    column=f"statistics.families.{name}.{kind}",
                    value=member,
                    rule=f"is in the family {other} too: one p has one adjustment",
                    cure=f"take {member} out of {name} or of {other}",
                )
            seen[(kind, member)].append((name, models))
