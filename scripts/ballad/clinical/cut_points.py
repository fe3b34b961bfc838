"""Groups of a number by its cut-points."""

import itertools
from collections.abc import Mapping
from typing import Any


def with_levels(group: Mapping[str, Any]) -> dict[str, Any]:
    """
    Give a group of a number the levels between its cut-points.

    Parameters
    ----------
    group
        ``column``, and either ``levels``, or ``cut_points`` (ascending; a value on
        one belongs to the level above it) with their ``unit``.

    Returns
    -------
    dict
        The group with ``levels``: below 40 years, 40 to below 60 years, from 60 years.
    """
    if "cut_points" not in group:
        return dict(group)
    cuts, unit = group["cut_points"], group.get("unit", "")
    levels = {f"below {cuts[0]:g} {unit}".strip(): {"below": cuts[0]}}
    for low, high in itertools.pairwise(cuts):
        label = f"{low:g} to below {high:g} {unit}".strip()
        levels[label] = {"at_least": low, "below": high}
    levels[f"from {cuts[-1]:g} {unit}".strip()] = {"at_least": cuts[-1]}
    return {**group, "levels": levels}


def groups_with_levels(groups: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Give every group its levels, see `with_levels`."""
    return {name: with_levels(group) for name, group in groups.items()}
