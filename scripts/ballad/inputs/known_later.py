"""What is known only later may not sort patients from an earlier day on."""

from collections.abc import Iterator, Mapping
from typing import Any

from ballad.problems import Problem

FILE = "config"
# A course in its order; a date of the user's own has no place in it. MRD is often
# assessed only a cycle after the response: who relapses before is never MRD negative.
COURSE = (
    ("diagnosis_date", "treatment_start"),
    ("response_date",),
    ("mrd_response_date",),
    ("hct_date", "mrd_recurrence_date"),
    ("relapse_date",),
    ("death_date",),
)
STEP = {date: step for step, dates in enumerate(COURSE) for date in dates}
START = 0
ELIGIBILITY = "eligibility"
FAMILIES = ("covariates", "univariable")
RELAPSED = "relapsed"


def known_later_problems(
    config: Mapping[str, Any], known_from: Mapping[str, str]
) -> Iterator[Problem]:
    """
    Refuse guarantee time: groups, covariates and populations that only survivors reach.

    A responder had to live until the response. Counted from treatment start, this
    time cannot hold an event, and responders fare better even where response does
    nothing.

    Parameters
    ----------
    config
        The merged configuration, of the right shape.
    known_from
        By column of the cohort: the date from which on its content is known.

    Yields
    ------
    Problem
        One per place. Models that say ``allow_immortal_time: true`` are left alone.

    References
    ----------
    Anderson, Cain and Gelber, J Clin Oncol 1983: survival by tumour response.
    """
    known = dict(known_from)
    for name, group in config["groups"].items():
        if group["column"] in known_from:
            known[name] = known_from[group["column"]]
    for place, population, endpoint, columns in _uses(config):
        yield from _of_columns(place, endpoint, columns, known, config)
        yield from _of_population(place, population, endpoint, known, config)
    for name, model in config["models"].items():
        yield from _of_dated(f"models.{name}", model, known)


def _uses(
    config: Mapping[str, Any],
) -> Iterator[tuple[str, str, Mapping[str, Any], list[tuple[str, str]]]]:
    """List who is followed for what: place, population, endpoint, (key, column)."""
    endpoints, statistics = config["endpoints"], config["statistics"]
    uses: list[tuple[str, str, str, list[tuple[str, str]]]] = [
        (f"endpoints.{name}", endpoint["population"], name, [])
        for name, endpoint in endpoints.items()
    ]
    for name, model in config["models"].items():
        if not model.get("allow_immortal_time", False):
            columns = [("strata", column) for column in model.get("strata", [])]
            for family in FAMILIES:
                columns += [
                    (family, term)
                    for term, entry in model.get(family, {}).items()
                    if not {"time_dependent", "interaction"} & set(entry)
                ]
            place = f"models.{name}"
            uses.append((place, model["population"], model["endpoint"], columns))
    for section in ("curves", "incidences"):
        for name, its in statistics[section].items():
            columns = [("group_by", its["group_by"])] if its["group_by"] else []
            place = f"statistics.{section}.{name}"
            uses.append((place, its["population"], its["endpoint"], columns))
    for place, population, name, columns in uses:
        endpoint = endpoints.get(name)
        if endpoint is not None and endpoint["kind"] == "time":
            yield place, population, endpoint, columns


def _of_columns(
    place: str,
    endpoint: Mapping[str, Any],
    columns: list[tuple[str, str]],
    known: Mapping[str, str],
    config: Mapping[str, Any],
) -> Iterator[Problem]:
    origin = endpoint["from"]
    since = STEP.get(origin)
    if origin == ELIGIBILITY:
        since = min(_steps(endpoint["population"], config["populations"]))
    for key, column in columns:
        later = known.get(column)
        if since is not None and later is not None and STEP[later] > since:
            yield Problem(
                FILE,
                column=f"{place}.{key}",
                value=column,
                rule=f"is known from {later} on, but time starts at {origin}: "
                "immortal-time biased",
                cure=f"use an endpoint that starts at {later}, or "
                + (f"{{time_dependent: {later}}}, " if key in FAMILIES else "")
                + "or leave it out",
            )


def _of_dated(
    place: str, model: Mapping[str, Any], known: Mapping[str, str]
) -> Iterator[Problem]:
    """Refuse time-dependent covariates of those who are known only after the date."""
    for family in FAMILIES:
        for term, entry in model.get(family, {}).items():
            date = entry.get("time_dependent")
            for column in entry.get("where", {}):
                later = known.get(column)
                if date in STEP and later in STEP and STEP[later] > STEP[date]:
                    yield Problem(
                        FILE,
                        column=f"{place}.{family}.{term}.where",
                        value=column,
                        rule=f"is known from {later} on, but exposure starts at "
                        f"{date}: immortal-time biased",
                        cure=f"write time_dependent: {later}, or take {column} out",
                    )


def _of_population(
    place: str,
    population: str,
    endpoint: Mapping[str, Any],
    known: Mapping[str, str],
    config: Mapping[str, Any],
) -> Iterator[Problem]:
    origin = endpoint["from"]
    if origin != ELIGIBILITY and origin not in STEP:
        return
    for column, since in _chosen_by(population, config["populations"]):
        later = known.get(column)
        start = since if origin == ELIGIBILITY else STEP[origin]
        if later is not None and STEP[later] > start:
            yield Problem(
                FILE,
                column=f"{place}.population",
                value=population,
                rule=f"is chosen by {column}, known from {later} on, but time starts "
                "before: immortal-time biased",
                cure=f"give the population eligible_from: {later} and the endpoint "
                "from: eligibility",
            )
            return


def _steps(population: str, populations: Mapping[str, Any]) -> list[int]:
    """List, by entry of a population, the step of the course at which it begins."""
    if population not in populations:
        return [START]
    its = populations[population]
    outer = max(_steps(its["within"], populations)) if "within" in its else START
    return [
        STEP.get(entry["eligible_from"], len(COURSE))
        if "eligible_from" in entry
        else outer
        for entry in its["any"]
    ]


def _chosen_by(
    population: str, populations: Mapping[str, Any]
) -> Iterator[tuple[str, int]]:
    """List the columns that choose a population's members, and since when it holds."""
    if population not in populations:
        return
    its = populations[population]
    for entry, step in zip(its["any"], _steps(population, populations), strict=True):
        for column in entry.get("where", {}):
            yield column, step
    if "within" in its:
        yield from _chosen_by(its["within"], populations)
