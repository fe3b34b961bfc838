"""The configuration: all of its faults at once, and what it refers to."""

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema

from ballad.clinical.checks import ORDERS
from ballad.inputs.model_rules import (
    family_problems,
    interaction_name_problems,
    model_rule_problems,
)
from ballad.inputs.sample_sheet import OTHER_NAMES
from ballad.inputs.sound_part import sound_part
from ballad.outcomes.covariates import KNOWN_LATER
from ballad.problems import Problem

FILE = "config"

_CURES = {
    "required": "add the key; config/README.md says what stands in it",
    "dependentRequired": "add the key, or take out the one that rests on it",
    "enum": "use one of the allowed values",
    "oneOf": "config/README.md has an example; compare it with a delivered entry",
    "type": "mind the YAML type; recoding keys and codes are quoted text",
}

# Keys whose null is a value; every other null switches a delivered entry off.
NULLABLE = frozenset(
    (
        *("cytogenetics", "curation", "published", "compare_with", "data_cutoff"),
        *("targets", "genes", "min_depth", "text", "group_by"),
    )
)


def without_switched_off(value: Any) -> Any:
    """
    Drop the entries of maps by name that a cohort switches off with null.

    A null inside a variation of `sensitivity` stays: it switches off when the
    variation is run.
    """
    if not isinstance(value, Mapping):
        return value
    return {
        key: without_nothing(entry)
        if key == "sensitivity"
        else without_switched_off(entry)
        for key, entry in value.items()
        if entry is not None or key in NULLABLE
    }


def without_nothing(variations: Any) -> Any:
    """Drop the variations that are switched off themselves."""
    if not isinstance(variations, Mapping):
        return variations
    return {name: entry for name, entry in variations.items() if entry is not None}


def configuration_problems(
    config: Mapping[str, Any], schema: Mapping[str, Any]
) -> list[Problem]:
    """
    List what is wrong with the merged configuration.

    Parameters
    ----------
    config
        The cohort's file merged over config/config.yaml.
    schema
        JSON schema of the configuration.

    Returns
    -------
    list of Problem
        Faults of shape and limits, and names that nothing defines.
    """
    if "cohort" not in config:
        return [
            Problem(
                FILE,
                column="cohort",
                rule="no cohort is named",
                cure="snakemake --configfile config/mine.yaml, or make run "
                "CONFIG=config/mine.yaml; config/example.yaml is an example",
            )
        ]
    errors = _shape_errors(config, schema)
    shape = [problem for error in errors for problem in _shape_problems(error)]
    shape += _unquoted(config)
    sound = sound_part(config, errors)
    return shape + (list(_reference_problems(sound)) if sound else [])


def checkable(
    config: Mapping[str, Any], schema: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return the part of a configuration that is of the right shape, if it stands."""
    part = sound_part(config, _shape_errors(config, schema))
    return None if part and any(_within_itself(part["populations"])) else part


def _shape_errors(
    config: Mapping[str, Any], schema: Mapping[str, Any]
) -> list[jsonschema.ValidationError]:
    validator = jsonschema.Draft202012Validator(dict(schema))
    return sorted(
        validator.iter_errors(dict(config)),
        key=lambda error: [str(part) for part in error.absolute_path],
    )


def _shape_problems(error: jsonschema.ValidationError) -> Iterator[Problem]:
    place = ".".join(str(part) for part in error.absolute_path)
    if error.validator == "additionalProperties" and isinstance(error.instance, dict):
        known = set(_part(error).get("properties", {}))
        for key in sorted(set(map(str, error.instance)) - known):
            yield Problem(
                FILE,
                column=f"{place}.{key}".lstrip("."),
                rule="unknown key",
                cure=_nearest(key, known),
            )
        return
    if error.validator == "oneOf" and (meant := _of_the_kind_meant(error)):
        for fault in meant:
            yield from _shape_problems(fault)
        return
    if error.validator == "oneOf" and error.context:
        best = jsonschema.exceptions.best_match([error])
        if best is not error:
            yield from _shape_problems(best)
            return
    missing_key = error.validator in ("required", "dependentRequired")
    yield Problem(
        FILE,
        column=place,
        value="" if missing_key else _shown(error.instance),
        rule=error.message if missing_key else _rule(error),
        cure=_build_meant(error)
        or _CURES.get(str(error.validator), _part(error).get("description", "")),
    )


def _build_meant(error: jsonschema.ValidationError) -> str:
    build = OTHER_NAMES.get(str(error.instance).lower())
    return f"write {build}" if build and error.validator == "enum" else ""


def _of_the_kind_meant(
    error: jsonschema.ValidationError,
) -> list[jsonschema.ValidationError]:
    """Return the faults of the one alternative whose `kind` is the entry's."""
    by_alternative: dict[Any, list[jsonschema.ValidationError]] = {}
    for fault in error.context or ():
        by_alternative.setdefault(fault.schema_path[0], []).append(fault)
    meant = [
        faults
        for faults in by_alternative.values()
        if not any(fault.validator == "const" for fault in faults)
    ]
    return meant[0] if len(by_alternative) > len(meant) == 1 else []


def _part(error: jsonschema.ValidationError) -> dict[str, Any]:
    """Return the part of the schema that the error broke."""
    return error.schema if isinstance(error.schema, dict) else {}


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _rule(error: jsonschema.ValidationError) -> str:
    if error.validator == "oneOf":
        return "has none of the shapes that an entry here can have"
    return f"must satisfy {error.validator}: {error.validator_value}"


def _nearest(key: str, known: set[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1)
    return (
        f"did you mean {near[0]!r}?"
        if near
        else "remove or correct the key; config/README.md lists all keys"
    )


def _unquoted(value: Any, place: str = "") -> Iterator[Problem]:
    """Find keys that YAML does not read as text: an unquoted yes is true."""
    if not isinstance(value, Mapping):
        return
    for key, entry in value.items():
        if not isinstance(key, str):
            yield Problem(
                FILE,
                column=place,
                value=str(key),
                rule="is a key that YAML does not read as text",
                cure='quote it: "yes", "no", "1"',
            )
        yield from _unquoted(entry, f"{place}.{key}".lstrip("."))


def _within_itself(populations: Mapping[str, Any]) -> Iterator[Problem]:
    for name in populations:
        inner, seen = name, {name}
        while (inner := populations.get(inner, {}).get("within")) is not None:
            if inner == name:
                yield Problem(
                    FILE,
                    column=f"populations.{name}.within",
                    value=populations[name]["within"],
                    rule=f"is itself a part of {name}",
                    cure="a population is a part of a wider one: take one within out",
                )
            if inner in seen:
                break
            seen.add(inner)


def _reference_problems(config: Mapping[str, Any]) -> Iterator[Problem]:
    populations, endpoints = config["populations"], config["endpoints"]
    circles = list(_within_itself(populations))
    if circles:
        yield from circles
        return
    sections = {
        "endpoints": endpoints,
        "models": config["models"],
        "statistics.curves": config["statistics"]["curves"],
        "statistics.incidences": config["statistics"]["incidences"],
    }
    for section, entries in sections.items():
        for name, entry in entries.items():
            place = f"{section}.{name}"
            yield from _undefined(place, "population", entry, populations)
            if section != "endpoints":
                yield from _undefined(place, "endpoint", entry, endpoints)
            yield from _origin_problems(place, name, entry, config)
            if section.startswith("statistics"):
                yield from _grouping_problems(place, entry, config["groups"])
    for name, endpoint in endpoints.items():
        yield from _unknown_cause_problems(name, endpoint)
    for name, population in populations.items():
        if "within" in population:
            place = f"populations.{name}"
            yield from _undefined(place, "within", population, populations)
    for name, model in config["models"].items():
        yield from _model_problems(name, model, endpoints)
        yield from model_rule_problems(name, model, endpoints, config["groups"])
        yield from _strata_problems(name, model, config["groups"])
    yield from interaction_name_problems(config["models"])
    yield from family_problems(config["statistics"].get("families", {}))
    for model in config["report"]["forest_models"]:
        entry = {"forest_models": model}
        yield from _undefined("report", "forest_models", entry, config["models"])


def _undefined(
    place: str, key: str, entry: Mapping[str, Any], defined: Mapping[str, Any]
) -> Iterator[Problem]:
    if entry[key] not in defined:
        yield Problem(
            FILE,
            column=f"{place}.{key}",
            value=str(entry[key]),
            rule="is defined nowhere",
            cure=f"use one of {', '.join(sorted(defined))}, define it, or switch "
            f"{place} off with null",
        )


def _model_problems(
    name: str, model: Mapping[str, Any], endpoints: Mapping[str, Any]
) -> Iterator[Problem]:
    endpoint = endpoints.get(model["endpoint"])
    if endpoint is None:
        return
    binary = endpoint["kind"] == "binary"
    place = f"models.{name}"
    if binary != (model["method"] in ("logistic", "firth_logistic")):
        yield Problem(
            FILE,
            column=f"{place}.method",
            value=model["method"],
            rule=f"does not fit the {endpoint['kind']} endpoint {model['endpoint']}",
            cure="logistic methods model binary endpoints, the others times",
        )
    causes = [] if binary else _causes(endpoint)
    if "cause" in model and model["cause"] not in causes:
        yield Problem(
            FILE,
            column=f"{place}.cause",
            value=model["cause"],
            rule=f"is no cause of the endpoint {model['endpoint']}",
            cure=f"use one of {', '.join(causes)}",
        )


def _causes(endpoint: Mapping[str, Any]) -> list[str]:
    return [*endpoint["to"], *endpoint.get("competing", {})]


def _unknown_cause_problems(
    name: str, endpoint: Mapping[str, Any]
) -> Iterator[Problem]:
    for unknown, candidates in endpoint.get("unknown", {}).items():
        for cause in (unknown, *candidates):
            if cause not in _causes(endpoint):
                yield Problem(
                    FILE,
                    column=f"endpoints.{name}.unknown.{unknown}",
                    value=cause,
                    rule=f"is no cause of the endpoint {name}",
                    cure=f"use one of {', '.join(_causes(endpoint))}",
                )


def _resting_on(name: str, populations: Mapping[str, Any]) -> set[str]:
    """Name the dates from which on the members of a population are known."""
    population = populations.get(name, {"any": []})
    dates = {entry.get("eligible_from", "") for entry in population["any"]}
    # An entry without a date of its own is known when the outer population is.
    if "" in dates and population.get("within") not in (None, name):
        dates |= _resting_on(population["within"], populations)
    return dates - {""}


def _origin_problems(
    place: str, name: str, entry: Mapping[str, Any], config: Mapping[str, Any]
) -> Iterator[Problem]:
    """Refuse time that is counted before its patients are known to belong."""
    endpoint = config["endpoints"].get(entry.get("endpoint", name), {})
    if endpoint.get("kind") != "time":
        return
    origin, populations = endpoint["from"], config["populations"]
    later = _resting_on(entry["population"], populations)
    if origin == "eligibility":
        later -= _resting_on(endpoint["population"], populations)
    elif origin != "treatment_start":
        later &= {order.later for order in ORDERS if order.earlier == origin}
    if later:
        dates = ", ".join(sorted(later))
        yield Problem(
            FILE,
            column=f"{place}.population",
            value=entry["population"],
            rule=f"rests on {dates}, but time starts at {origin}: a patient had to "
            "live until then, immortal-time biased",
            cure="give the endpoint this population and from: eligibility (or from: "
            "that date), or use a population known at the start",
        )


def _known_later(name: str, groups: Mapping[str, Any]) -> bool:
    return name in KNOWN_LATER or groups.get(name, {}).get("column") in KNOWN_LATER


def _grouping_problems(
    place: str, entry: Mapping[str, Any], groups: Mapping[str, Any]
) -> Iterator[Problem]:
    if _known_later(entry["group_by"], groups):
        yield Problem(
            FILE,
            column=f"{place}.group_by",
            value=entry["group_by"],
            rule="says at the start who is transplanted later: immortal-time biased",
            cure="statistics.landmarks compares by transplant; group by something else",
        )


def _strata_problems(
    name: str, model: Mapping[str, Any], groups: Mapping[str, Any]
) -> Iterator[Problem]:
    if model.get("allow_immortal_time", False):
        return
    for stratum in model.get("strata", []):
        if _known_later(stratum, groups):
            yield Problem(
                FILE,
                column=f"models.{name}.strata",
                value=stratum,
                rule="says at the start who is transplanted later: immortal-time "
                "biased",
                cure="use the covariate hct_time_dependent: {time_dependent: "
                "hct_date}, or say allow_immortal_time: true",
            )


def located(path: str, checkout: Path) -> str:
    """Return a delivered table's path: the working directory first, then ballad's."""
    return path if Path(path).exists() else str(checkout / path)
