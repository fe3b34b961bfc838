"""What falls with the entries that a cohort switches off."""

from collections.abc import Mapping
from typing import Any

from ballad.inputs.configuration import NULLABLE

# Where a map by name stands, and the keys of its entries that name entries elsewhere.
# In this order: what falls first may take others with it.
REFERENCES = (
    (("populations",), {"within": "populations"}),
    (("endpoints",), {"population": "populations"}),
    (("models",), {"endpoint": "endpoints", "population": "populations"}),
    *(
        (
            ("statistics", name),
            {
                "endpoint": "endpoints",
                "population": "populations",
                "group_by": "groups",
            },
        )
        for name in ("curves", "incidences")
    ),
)


def with_dependents_off(
    method: Mapping[str, Any], config: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """
    Switch off the delivered entries that rest on one the cohort switches off.

    An entry that the cohort defines or changes stays, for the checks to refuse it:
    its author speaks of it.

    Parameters
    ----------
    method
        The delivered configuration.
    config
        The cohort's file merged over it, nulls still in it.

    Returns
    -------
    dict
        `config` with further nulls.
    dict
        The entry switched off, with dots: the entry it rests on.
    """
    result = dict(config)
    fallen: dict[str, str] = {}
    for path, keys in REFERENCES:
        delivered, entries = _at(method, path), _at(result, path)
        off: dict[str, str] = {}
        # A population may lie within one that falls in the same round.
        while found := {
            name: cause
            for name, entry in entries.items()
            if name not in off
            and entry is not None
            and entry == delivered.get(name)
            and (cause := _cause(entry, keys, result))
        }:
            off |= found
            entries = {**entries, **dict.fromkeys(found)}
            result = _put(result, path, entries)
        fallen |= {".".join((*path, name)): cause for name, cause in off.items()}
    return result, fallen


def _at(config: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    part: Any = config
    for step in path:
        part = part.get(step) if isinstance(part, Mapping) else None
    return dict(part) if isinstance(part, Mapping) else {}


def _put(
    config: Mapping[str, Any], path: tuple[str, ...], entries: Mapping[str, Any]
) -> dict[str, Any]:
    first, *rest = path
    inner = _put(config[first], tuple(rest), entries) if rest else dict(entries)
    return {**config, first: inner}


def _cause(
    entry: Mapping[str, Any], keys: Mapping[str, str], config: Mapping[str, Any]
) -> str:
    for key, section in keys.items():
        name, known = entry.get(key), _at(config, (section,))
        if isinstance(name, str) and name in known and known[name] is None:
            return f"{section}.{name}"
    return ""


def applicable(
    variations: Mapping[str, Any], merged_config: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """
    Leave out of each variation what touches entries that the cohort switches off.

    Parameters
    ----------
    variations
        By name: changes to the configuration.
    merged_config
        The cohort's file merged over the method, nulls still in it: a null is an
        entry switched off.

    Returns
    -------
    dict
        The variations that still change something, each without the parts that
        change an entry switched off, or replace one (null, beside other entries).
    dict
        Per variation that lost something: the keys of those parts, with dots.
    """
    kept, left_out = {}, {}
    for name, changes in variations.items():
        dropped: list[str] = []
        part = _touching_what_is_on(changes, merged_config, "", dropped)
        if part or not dropped:
            kept[name] = part if dropped else changes
        if dropped:
            left_out[name] = dropped
    return kept, left_out


def _touching_what_is_on(changes: Any, here: Any, at: str, dropped: list[str]) -> Any:
    """Return the changes without the parts that are dropped, whose keys are listed."""
    if not isinstance(changes, Mapping) or not isinstance(here, Mapping):
        return changes
    off = {key for key in changes if key in here and here[key] is None} - NULLABLE
    if replaced := [key for key in off if changes[key] is None]:
        dropped += [f"{at}{key}" for key in replaced]
        return {}
    kept = {}
    for key, change in changes.items():
        if key in off:
            dropped.append(f"{at}{key}")
            continue
        before = len(dropped)
        part = _touching_what_is_on(change, here.get(key), f"{at}{key}.", dropped)
        if part != {} or len(dropped) == before:
            kept[key] = part
    return kept
