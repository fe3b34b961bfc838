"""Variations of the configuration: what a sensitivity analysis does differently."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from ballad.clinical.endpoints import lacking_dates
from ballad.genotype import COLUMNS as GENOTYPE_COLUMNS
from ballad.inputs.configuration import (
    FILE,
    configuration_problems,
    located,
    without_switched_off,
)
from ballad.inputs.references import column_problems
from ballad.problems import Problem
from ballad.tables import read_table

CHECKOUT = Path(__file__).parents[3]

# Changed here, the genotypes are made again from the alleles that were read.
OF_GENOTYPES = {
    "variants": ("filters", "assay_limits", "rescue"),
    "genotypes": ("tp53", "pax5", "remission_below_blasts_pct", "key_assays"),
}
# Changed here, the cohort is joined and the models are fitted again.
OF_COHORT = ("populations", "endpoints", "groups", "models", "statistics")


def merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """
    Merge changes over a configuration: maps merge, everything else is replaced.

    A null stays; `without_switched_off` takes the entry out.
    """
    result = dict(base)
    for key, change in changes.items():
        here = result.get(key)
        if isinstance(here, Mapping) and isinstance(change, Mapping):
            result[key] = merged(here, change)
        else:
            result[key] = change
    return result


def varied(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Merge changes over (a part of) a configuration and drop what they switch off."""
    return without_switched_off(merged(base, changes))


def changes_genotypes(changes: Mapping[str, Any]) -> bool:
    """Say whether a variation needs the genotypes made again."""
    return bool(set(changes) & set(OF_GENOTYPES))


def variation_problems(
    config: Mapping[str, Any], schema: Mapping[str, Any]
) -> list[Problem]:
    """
    List what is wrong with the variations of a configuration.

    Parameters
    ----------
    config
        The merged configuration, itself without problems.
    schema
        JSON schema of the configuration.

    Returns
    -------
    list of Problem
        Keys that no variation can change, and every fault of the configuration as
        each variation leaves it.
    """
    table = located("resources/clinical/columns.tsv", CHECKOUT)
    columns = read_table(table).to_dict("records")
    problems = []
    for name, changes in (config.get("sensitivity") or {}).items():
        place = f"sensitivity.{name}"
        refused = [*_refused(place, changes), *_misspelt(place, changes, config)]
        problems += refused
        if not refused:
            changed = varied(config, changes)
            faults = configuration_problems(changed, schema)
            faults = faults or column_problems(changed, columns, GENOTYPE_COLUMNS)
            problems += [
                Problem(FILE, place, fault.column, fault.value, fault.rule, fault.cure)
                for fault in faults
            ]
    return problems


def undated_variations(
    config: Mapping[str, Any], columns: Collection[str]
) -> list[Problem]:
    """
    Name the variations that cannot be estimated for want of a date, as warnings.

    Parameters
    ----------
    config
        The merged configuration, itself without problems.
    columns
        Of the clinical table, under our names.

    Returns
    -------
    list of Problem
        One per variation whose endpoints name a date that the table lacks.
    """
    found = []
    for name, changes in (config.get("sensitivity") or {}).items():
        endpoints = varied(config["endpoints"], changes.get("endpoints", {}))
        dates = {problem.value for problem in lacking_dates(columns, endpoints)}
        if dates:
            told = ", ".join(sorted(dates))
            found.append(
                Problem(
                    FILE,
                    column=f"sensitivity.{name}",
                    value=told,
                    rule="the clinical table has no such column: this variation is not "
                    "estimated",
                    cure=f"map {told} in clinical.columns, or write sensitivity: "
                    f"{{{name}: null}}",
                )
            )
    return found


def _misspelt(
    place: str, changes: Mapping[str, Any], config: Mapping[str, Any]
) -> Iterator[Problem]:
    """Find new entries named almost like one that was meant to be changed."""
    for section in OF_COHORT:
        entries = changes.get(section)
        if section == "statistics" or not isinstance(entries, Mapping):
            continue
        for name in entries:
            near = difflib.get_close_matches(name, config[section], n=1, cutoff=_ALIKE)
            if name not in config[section] and near:
                yield Problem(
                    FILE,
                    column=f"{place}.{section}.{name}",
                    rule="changes nothing: no entry has this name",
                    cure=f"did you mean {near[0]!r}? A new entry needs another name",
                )


# Takes high_burdn for high_burden, but not tp53_remission for remission.
_ALIKE = 0.9


def _refused(place: str, changes: Mapping[str, Any]) -> Iterator[Problem]:
    for section, entry in changes.items():
        if section in OF_COHORT:
            continue
        known = OF_GENOTYPES.get(section, ())
        keys = entry if isinstance(entry, Mapping) and known else {"": None}
        for key in keys:
            if key not in known:
                yield Problem(
                    FILE,
                    column=f"{place}.{section}.{key}".rstrip("."),
                    rule="cannot be varied within a run: files would be read again",
                    cure="run it as a cohort of its own, with compare_with; a variation "
                    f"changes {', '.join(_variable())}",
                )


def _variable() -> list[str]:
    parts = [f"{section}.{k}" for section, keys in OF_GENOTYPES.items() for k in keys]
    return [*OF_COHORT, *parts]
