"""Codes and levels that a configuration names: each must be one that a cell can hold."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ballad.clinical.groups import MISSING_CATEGORY
from ballad.problems import Problem
from ballad.states import ABSENT, PRESENT, STATES

FILE = "config"
YES_NO = ("yes", "no")
FAMILIES = ("covariates", "univariable")
# place, column, value
Mention = tuple[str, str, str | None]


def code_problems(
    config: Mapping[str, Any],
    clinical_columns: Iterable[Mapping[str, str]],
    lesion_columns: Iterable[str],
) -> Iterator[Problem]:
    """
    List the codes that no cell can hold, and what is said of one twice.

    A misspelt code would leave a population, an endpoint or a level empty, and a
    reference that nobody has would compare every level with nobody.

    Parameters
    ----------
    config
        The merged configuration, of the right shape.
    clinical_columns
        Rows with ``column``, ``kind`` and ``values``.
    lesion_columns
        Columns of the four states present, absent, not_assessed, indeterminate.

    Yields
    ------
    Problem
        One per place.
    """
    rows = list(clinical_columns)
    codes = {
        **{row["column"]: _codes(row) for row in rows if _codes(row)},
        **dict.fromkeys(lesion_columns, tuple(STATES)),
        **dict.fromkeys(("relapsed", "hct_before_relapse"), YES_NO),
    }
    mentions = [
        *_of_populations(config),
        *_of_endpoints(config),
        *_of_models(config),
        *_of_groups(config),
        *_of_remission(config),
    ]
    for place, column, value in mentions:
        if value is not None and column in codes and value not in codes[column]:
            yield _no_code(place, value, codes[column])
    for name, endpoint in config["endpoints"].items():
        yield from _twice(f"endpoints.{name}", endpoint)
    own = {name for name in config["clinical"].get("columns", {})} - {
        row["column"] for row in rows
    }
    lesions = set(lesion_columns)
    for name, model in config["models"].items():
        for family in FAMILIES:
            for term, entry in model.get(family, {}).items():
                place = f"models.{name}.{family}.{term}"
                group = config["groups"].get(term)
                levels = _levels(group) if group else codes.get(term, ())
                yield from _two_rules(place, entry)
                yield from _of_reference(place, entry, levels, term in lesions)
                if term not in lesions | own:
                    yield from _missing_rules(place, term, entry, group is not None)
                if levels and "per" in entry:
                    yield Problem(
                        FILE,
                        column=f"{place}.per",
                        value=f"{entry['per']:g}",
                        rule=f"is a step of a number, but {term} has the levels "
                        f"{', '.join(levels)}",
                        cure="take per out, or name a column of numbers",
                    )


def _codes(row: Mapping[str, str]) -> tuple[str, ...]:
    if row["kind"] == "yes_no":
        return YES_NO
    return tuple(row["values"].split("|")) if row["kind"] == "code" else ()


def _no_code(place: str, value: str, allowed: Iterable[str]) -> Problem:
    return Problem(
        FILE,
        column=place,
        value=value,
        rule="is a value that no cell can have",
        cure=f"use one of {', '.join(allowed)}",
    )


def _of_where(place: str, where: Mapping[str, list]) -> Iterator[Mention]:
    for column, values in where.items():
        for value in values:
            yield f"{place}.where.{column}", column, value


def _of_populations(config: Mapping[str, Any]) -> Iterator[Mention]:
    for name, population in config["populations"].items():
        for entry in population["any"]:
            yield from _of_where(f"populations.{name}", entry.get("where", {}))


def _of_endpoints(config: Mapping[str, Any]) -> Iterator[Mention]:
    for name, endpoint in config["endpoints"].items():
        place = f"endpoints.{name}"
        for key in ("success", "failure"):
            for value in endpoint.get(key, []):
                yield f"{place}.{key}", endpoint["column"], value
        for key in ("to", "competing"):
            for cause, event in endpoint.get(key, {}).items():
                yield from _of_where(f"{place}.{key}.{cause}", event.get("where", {}))


def _of_models(config: Mapping[str, Any]) -> Iterator[Mention]:
    for name, model in config["models"].items():
        for family in FAMILIES:
            for term, entry in model.get(family, {}).items():
                yield from _of_where(
                    f"models.{name}.{family}.{term}", entry.get("where", {})
                )


def _of_groups(config: Mapping[str, Any]) -> Iterator[Mention]:
    for name, group in config["groups"].items():
        for label, level in group.get("levels", {}).items():
            for value in level if isinstance(level, list) else []:
                yield f"groups.{name}.levels.{label}", group["column"], value


def _of_remission(config: Mapping[str, Any]) -> Iterator[Mention]:
    for kind, columns in config["statistics"]["remission"].items():
        for column, values in columns.items():
            for value in values:
                yield f"statistics.remission.{kind}.{column}", column, value


def _twice(place: str, endpoint: Mapping[str, Any]) -> Iterator[Problem]:
    for value in sorted(
        set(endpoint.get("success", [])) & set(endpoint.get("failure", []))
    ):
        yield Problem(
            FILE,
            column=f"{place}.failure",
            value=value,
            rule="is a success of the same endpoint",
            cure="take it out of one of them",
        )
    for cause in endpoint.get("competing", {}):
        if cause in endpoint.get("to", {}):
            yield Problem(
                FILE,
                column=f"{place}.competing.{cause}",
                rule="stands under to as well: one would replace the other",
                cure="rename it, or take it out of one of them",
            )


def _levels(group: Mapping[str, Any]) -> tuple[str, ...]:
    extra = [MISSING_CATEGORY] if group.get("missing") == "category" else []
    return tuple(str(label) for label in [*group["levels"], *extra])


def _of_reference(
    place: str, entry: Mapping[str, Any], levels: tuple[str, ...], lesion: bool
) -> Iterator[Problem]:
    allowed = (PRESENT, ABSENT) if lesion else levels
    if "reference" in entry and allowed and entry["reference"] not in allowed:
        yield _no_code(f"{place}.reference", entry["reference"], allowed)


def _two_rules(place: str, entry: Mapping[str, Any]) -> Iterator[Problem]:
    if entry.get("missing") == "category" and entry.get("missing_as_absent"):
        yield Problem(
            FILE,
            column=f"{place}.missing_as_absent",
            value="True",
            rule="contradicts missing: category",
            cure="say one of them: a level of its own, or counted as absent",
        )


def _missing_rules(
    place: str, term: str, entry: Mapping[str, Any], group: bool
) -> Iterator[Problem]:
    for key in ("missing", "missing_as_absent"):
        if entry.get(key) not in (None, False, "exclude"):
            yield Problem(
                FILE,
                column=f"{place}.{key}",
                value=str(entry[key]),
                rule="is for lesions alone",
                cure=f"say groups.{term}.missing: category"
                if group
                else f"define a group of {term} with missing: category",
            )
