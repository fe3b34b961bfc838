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
        terms the model lacks.
    """
    if not model.get("allow_immortal_time", False):
        yield from _immortal_problems(name, model, groups)
    yield from _time_dependent_problems(name, model)
    yield from _strata_problems(name, model)
    for family in FAMILIES:
        yield from _interaction_problems(name, family, model.get(family, {}))
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


def _interaction_problems(
    name: str, family: str, covariates: Mapping[str, Any]
) -> Iterator[Problem]:
    before: list[str] = []
    for term, entry in covariates.items():
        lacking = [part for part in entry.get("interaction", []) if part not in before]
        if lacking:
            yield Problem(
                FILE,
                column=f"models.{name}.{family}.{term}",
                value=", ".join(lacking),
                rule="an interaction is of covariates that stand before it",
                cure=f"add {', '.join(lacking)} to {family}, before {term}",
            )
        before.append(term)


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
