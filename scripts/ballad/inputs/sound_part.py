"""The part of a faulty configuration of which the rest can still be checked."""

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from jsonschema import ValidationError

# Where nothing is left of an entry, what refers to it still finds its name.
STAND_INS: Mapping[str, Any] = {
    "populations": {"any": [{"where": {}}]},
    "groups": {"column": "patient", "levels": {}},
}
LISTS = ("table_one_by", "response_by", "patterns_by")


def sound_part(
    config: Mapping[str, Any], errors: Iterable[ValidationError]
) -> dict[str, Any] | None:
    """
    Take out what breaks the schema, and what rests on it.

    Parameters
    ----------
    config
        The merged configuration.
    errors
        Its faults of shape.

    Returns
    -------
    dict or None
        The configuration without unknown keys and without the populations, endpoints,
        groups, models and figures whose shape is wrong; broken populations and groups
        leave a stand-in, so that their names stay defined. None if a whole section is
        missing or broken: then nothing can be said of what refers to it.
    """
    part = copy.deepcopy(dict(config))
    for error in errors:
        if not _take_out(part, error):
            return None
    if not _complete(part):
        return None
    _take_out_models_of(part, set(config["endpoints"]) - set(part["endpoints"]))
    models = set(config["models"]) - set(part["models"])
    forest = part["report"]["forest_models"]
    part["report"]["forest_models"] = [name for name in forest if name not in models]
    return part


def _take_out(part: dict[str, Any], error: ValidationError) -> bool:
    """Take out the entry of an error; say whether the rest can be checked."""
    path = [str(step) for step in error.absolute_path]
    if error.validator == "additionalProperties":
        return _drop_unknown(part, error)
    match path:
        case ["populations" | "groups" as section, name, *_]:
            part[section][name] = copy.deepcopy(STAND_INS[section])
        case ["endpoints" | "models" as section, name, *_]:
            part[section].pop(name, None)
        case ["statistics", "curves" | "incidences" as section, name, *_]:
            part["statistics"][section].pop(name, None)
        case ["statistics", key, *_] if key in LISTS:
            part["statistics"][key] = []
        case ["report", "forest_models", *_]:
            part["report"]["forest_models"] = []
        case ["clinical", "columns", *_]:
            return False
        case [_, _, *_] | ["samples" | "cytogenetics" | "curation" | "published"]:
            pass  # referred to by nothing
        case ["genome_build" | "cohort" | "compare_with" | "assays"]:
            pass
        case ["variants" | "genotypes" | "statistics" | "report" | "clinical"]:
            pass  # a key of it is missing; _complete asks for those that matter
        case []:
            pass
        case _:
            return False
    return True


def _drop_unknown(part: dict[str, Any], error: ValidationError) -> bool:
    at: Any = part
    for step in error.absolute_path:
        try:
            at = at[step]
        except (KeyError, IndexError, TypeError):
            return True  # taken out already
    schema = error.schema if isinstance(error.schema, dict) else {}
    if isinstance(at, dict):
        for key in set(at) - set(schema.get("properties", {})):
            del at[key]
    return True


def _complete(part: Mapping[str, Any]) -> bool:
    sections = ("populations", "endpoints", "groups", "models", "statistics", "report")
    if not all(isinstance(part.get(name), dict) for name in (*sections, "clinical")):
        return False
    statistics = part["statistics"]
    return (
        all(isinstance(statistics.get(name), dict) for name in ("curves", "incidences"))
        and all(isinstance(statistics.get(name), list) for name in LISTS)
        and isinstance(part["report"].get("forest_models"), list)
    )


def _take_out_models_of(part: dict[str, Any], endpoints: set[str]) -> None:
    """Take out what rests on an endpoint of which nothing is known any more."""
    statistics = part["statistics"]
    for entries in (part["models"], statistics["curves"], statistics["incidences"]):
        for name in [
            n for n, entry in entries.items() if entry["endpoint"] in endpoints
        ]:
            del entries[name]
