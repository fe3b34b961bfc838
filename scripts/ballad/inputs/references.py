"""Columns that a configuration names: each must be one that the cohort can have."""

import difflib
import operator
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ballad.clinical.cut_points import groups_with_levels, with_levels
from ballad.clinical.join import NOT_FLAGS
from ballad.inputs.codes import code_problems
from ballad.inputs.configuration import FILE
from ballad.inputs.known_later import RELAPSED, known_later_problems
from ballad.problems import Problem

OF_RELAPSE = (RELAPSED, "months_to_relapse", "hct_before_relapse")
RELAPSE = "relapse_date"
DERIVED = (*OF_RELAPSE, "follow_up_day", "hct_ever")
ELIGIBILITY = "eligibility"
LIMITS = {
    "above": operator.gt,
    "at_least": operator.ge,
    "below": operator.lt,
    "at_most": operator.le,
}


def column_problems(
    config: Mapping[str, Any],
    clinical_columns: Iterable[Mapping[str, str]],
    genotype_columns: Iterable[str],
) -> list[Problem]:
    """
    List the columns and dates that no cohort of this configuration can have.

    A misspelt column would be missing for everybody: an endpoint without events, a
    group without patients.

    Parameters
    ----------
    config
        The merged configuration, of the right shape.
    clinical_columns
        Rows with ``column`` and ``kind`` (``date`` is a date).
    genotype_columns
        Columns of genotypes.tsv.

    Returns
    -------
    list of Problem
        One per place; also levels of one group that overlap, codes that no cell can
        hold, names taken twice, and what is known only after time starts.
    """
    rows = list(clinical_columns)
    mapped = set(config["clinical"].get("columns", {}))
    dates = {row["column"] for row in rows if row["kind"] == "date"}
    dates |= {name for name in mapped if name.endswith("_date")}
    known = {row["column"] for row in rows} | mapped | {*genotype_columns, *DERIVED}
    known |= set(config["groups"])
    problems = [
        _unknown(place, column, known)
        for place, column in _columns(config)
        if column not in known and not column.startswith("x_")
    ]
    problems += [
        _unknown(place, date, dates)
        for place, date in _dates(config)
        if date not in {*dates, ELIGIBILITY}
    ]
    problems += [*_misspelt(config, known), *_unordered(config["groups"])]
    for name, group in config["groups"].items():
        cuts = group.get("cut_points", [])
        if cuts == sorted(cuts):
            problems += list(_overlaps(name, with_levels(group)["levels"]))
    lesions = [name for name in genotype_columns if name not in NOT_FLAGS]
    levelled = {**config, "groups": groups_with_levels(config["groups"])}
    known_from = {row["column"]: row.get("known_from", "") for row in rows}
    dated = {name: date for name, date in known_from.items() if date}
    return [
        *problems,
        *_taken(config, {row["column"] for row in rows}, genotype_columns),
        *code_problems(levelled, rows, lesions),
        *known_later_problems(config, {**dated, **dict.fromkeys(OF_RELAPSE, RELAPSE)}),
    ]


def _taken(
    config: Mapping[str, Any], clinical: Iterable[str], genotype_columns: Iterable[str]
) -> Iterator[Problem]:
    """Find names that would replace a column of the cohort."""
    clinical, made = set(clinical), {*genotype_columns, *DERIVED} - {"patient"}
    mapped = set(config["clinical"].get("columns", {}))
    for name in sorted(mapped - clinical):
        if name in made or name.endswith("_day") or name.startswith("in_"):
            yield Problem(
                FILE,
                column=f"clinical.columns.{name}",
                value=str(config["clinical"]["columns"][name]),
                rule="is the name of a column that ballad makes itself",
                cure=f"call it otherwise, for example clinic_{name}; states of lesions "
                "that you know enter by the curation sheet",
            )
    for name in config["groups"]:
        if name in clinical | made | mapped:
            yield Problem(
                FILE,
                column=f"groups.{name}",
                rule="is the name of a column of the cohort, which it would replace",
                cure=f"call it otherwise, for example {name}_group",
            )


def _unknown(place: str, column: str, known: Iterable[str]) -> Problem:
    near = difflib.get_close_matches(column, sorted(known), n=1)
    cure = f"did you mean {near[0]!r}?" if near else "map it under clinical.columns"
    return Problem(FILE, column=place, value=column, rule="no such column", cure=cure)


def _columns(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, population in config["populations"].items():
        for entry in population["any"]:
            for column in entry.get("where", {}):
                yield f"populations.{name}.where", column
    for name, group in config["groups"].items():
        yield f"groups.{name}.column", group["column"]
    for name, endpoint in config["endpoints"].items():
        yield from _endpoint_columns(f"endpoints.{name}", endpoint)
    for name, model in config["models"].items():
        yield from _model_columns(f"models.{name}", model)
    yield from _statistics_columns(config["statistics"])


def _endpoint_columns(
    place: str, endpoint: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    if "column" in endpoint:
        yield f"{place}.column", endpoint["column"]
    for cause, event in _events(endpoint):
        for column in event.get("where", {}):
            yield f"{place}.{cause}.where", column


def _model_columns(place: str, model: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for family in ("covariates", "univariable"):
        for term, covariate in model.get(family, {}).items():
            if not {"time_dependent", "interaction"} & set(covariate):
                yield f"{place}.{family}", term
            for column in covariate.get("where", {}):
                yield f"{place}.{family}.{term}.where", column
    for stratum in model.get("strata", []):
        yield f"{place}.strata", stratum


def _statistics_columns(statistics: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in ("table_one_by", "response_by", "patterns_by", "co_occurrence"):
        for column in statistics[key]:
            yield f"statistics.{key}", column
    for section in ("curves", "incidences"):
        for name, display in statistics[section].items():
            if display["group_by"]:
                yield f"statistics.{section}.{name}.group_by", display["group_by"]


def _events(endpoint: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key in ("to", "competing"):
        for cause, event in endpoint.get(key, {}).items():
            yield f"{key}.{cause}", event


def _endpoint_dates(
    place: str, endpoint: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    for key in ("from", "date", "entry"):
        if key in endpoint:
            yield f"{place}.{key}", endpoint[key]
    for date in endpoint.get("censor", []):
        yield f"{place}.censor", date
    for cause, event in _events(endpoint):
        yield f"{place}.{cause}.date", event["date"]


def _dates(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, population in config["populations"].items():
        for entry in population["any"]:
            if "eligible_from" in entry:
                yield f"populations.{name}.eligible_from", entry["eligible_from"]
    for name, endpoint in config["endpoints"].items():
        yield from _endpoint_dates(f"endpoints.{name}", endpoint)
    for name, model in config["models"].items():
        for family in ("covariates", "univariable"):
            for term, covariate in model.get(family, {}).items():
                if "time_dependent" in covariate:
                    place = f"models.{name}.{family}.{term}.time_dependent"
                    yield place, covariate["time_dependent"]


def _misspelt(config: Mapping[str, Any], known: Iterable[str]) -> Iterator[Problem]:
    """
    Find names of lists that are almost one that is defined.

    What a cohort has switched off may stay in the delivered lists; a name that
    resembles another is no such left-over.
    """
    statistics, models = config["statistics"], config["models"]
    terms = {
        kind: {term for model in models.values() for term in model.get(key, {})}
        for kind, key in (
            ("univariable", "univariable"),
            ("multivariable", "covariates"),
        )
    }
    interactions = {
        term
        for model in models.values()
        for term, entry in model["covariates"].items()
        if "interaction" in entry
    }
    lists = [
        ("sensitivity_models", statistics["sensitivity_models"], set(models)),
        *(
            (f"families.{name}.{key}", family.get(key, []), defined)
            for name, family in statistics["families"].items()
            for key, defined in (
                ("tests", {*known, *interactions}),
                ("models", set(models)),
                *terms.items(),
            )
        ),
    ]
    for place, names, defined in lists:
        for name in sorted(set(names) - defined):
            near = difflib.get_close_matches(name, sorted(defined), n=1, cutoff=_ALIKE)
            if near:
                yield Problem(
                    FILE,
                    column=f"statistics.{place}",
                    value=name,
                    rule="is defined nowhere, so that nothing would be done",
                    cure=f"did you mean {near[0]!r}? If not, take it out",
                )
    for endpoint, stratum in statistics.get("log_rank_strata", {}).items():
        if endpoint in config["endpoints"] and stratum not in known:
            yield _unknown(f"statistics.log_rank_strata.{endpoint}", stratum, known)


# Takes high_burdenn for high_burden, but not cd19_negative for cd19_positive.
_ALIKE = 0.9


def _unordered(groups: Mapping[str, Any]) -> Iterator[Problem]:
    for name, group in groups.items():
        cuts = group.get("cut_points", [])
        if cuts != sorted(cuts):
            yield Problem(
                FILE,
                column=f"groups.{name}.cut_points",
                value=", ".join(f"{cut:g}" for cut in cuts),
                rule="is not ascending",
                cure="write the smallest first",
            )


def _overlaps(name: str, levels: Mapping[str, Any]) -> Iterator[Problem]:
    """Find values that two levels claim: each limit, and the spans between limits."""
    limits = sorted(
        {
            x
            for level in levels.values()
            if isinstance(level, dict)
            for x in level.values()
        }
    )
    between = [(a + b) / 2 for a, b in zip(limits, limits[1:], strict=False)]
    ends = [limits[0] - 1, limits[-1] + 1] if limits else []
    listed = {v for level in levels.values() if isinstance(level, list) for v in level}
    for value in [*sorted(listed, key=str), *sorted({*limits, *between, *ends})]:
        claiming = [label for label, level in levels.items() if _claims(level, value)]
        if len(claiming) > 1:
            yield Problem(
                FILE,
                column=f"groups.{name}.levels",
                value=f"{value}",
                rule=f"belongs to the levels {' and '.join(map(str, claiming))}",
                cure="a patient has one level: mend the limits or the lists",
            )
            return


def _claims(level: Any, value: Any) -> bool:
    if isinstance(level, list):
        return value in level
    return not isinstance(value, str) and all(
        LIMITS[name](value, limit) for name, limit in level.items()
    )
