"""The named reasons to reject a variant, and the rescue of counted variants."""

from collections.abc import Iterable, Mapping
from typing import Any

from ballad.variants.pathogenicity import COUNTED

FILTER_SEPARATOR = ";"
GERMLINE = "germline"
NORMAL_VAF = "normal_vaf"


class MissingFieldError(ValueError):
    """A filter that must not lack its field lacks it."""


def rejection(
    variant: Mapping[str, Any], filters: Mapping[str, Mapping[str, Any]]
) -> str:
    """
    Name the first filter a variant misses.

    Parameters
    ----------
    variant
        Column: value; None is missing.
    filters
        By name: ``field``, ``keep`` (at_least, at_most, one_of), ``limit`` and
        ``missing`` (keep, drop, error); ``unless_vaf_times``: a value beyond its limit
        is kept too if the VAF is at least so many times as large; ``min_normal_depth``:
        with fewer reads of the normal its value is missing.

    Returns
    -------
    str
        The filter's name, or the empty text if the variant is kept.

    Raises
    ------
    MissingFieldError
        If a field is missing whose filter says error.
    """
    for name, rule in filters.items():
        if not _kept(variant, name, rule):
            return name
    return ""


def missing_fields(
    records: Iterable[Mapping[str, Any]],
    limits: Mapping[str, Mapping[str, Mapping[str, Any]]],
) -> tuple[list[str], list[str]]:
    """
    Count, file by file, the rows that lack the field of a filter.

    Parameters
    ----------
    records
        Rows with source and assay; None or empty is missing.
    limits
        By assay: its filters.

    Returns
    -------
    tuple of warnings and errors
        One line per file and filter: errors if the filter's ``missing`` is error.
    """
    rows: dict[str, int] = {}
    lacking: dict[tuple[str, str, str, str], int] = {}
    for row in records:
        source = row["source"]
        rows[source] = rows.get(source, 0) + 1
        for name, rule in limits[row["assay"]].items():
            if rule["field"] == NORMAL_VAF and rule["missing"] == "keep":
                continue  # most assays have no matched normal
            if row[rule["field"]] is None or row[rule["field"]] == "":
                key = (source, name, rule["field"], rule["missing"])
                lacking[key] = lacking.get(key, 0) + 1
    warnings, errors = [], []
    for (source, name, field, missing), n in lacking.items():
        text = f"{source}: filter {name}: {n} of {rows[source]} rows have no {field}"
        if missing == "error":
            cure = "write the field, or set missing of this filter to keep or drop"
            errors.append(f"{text}; {cure}")
        else:
            warnings.append(f"{text}: {'kept' if missing == 'keep' else 'dropped'}")
    return warnings, errors


def passes(value: Any, name: str, rule: Mapping[str, Any]) -> bool:
    """Say whether a value passes a filter; a value equal to its limit does."""
    if value is None or value == "":
        if rule["missing"] == "error":
            raise MissingFieldError(f"filter {name} needs {rule['field']}")
        return rule["missing"] == "keep"
    if rule["keep"] == "one_of":
        return all(part in rule["limit"] for part in str(value).split(FILTER_SEPARATOR))
    if rule["keep"] == "at_least":
        return value >= rule["limit"]
    return value <= rule["limit"]


def _kept(variant: Mapping[str, Any], name: str, rule: Mapping[str, Any]) -> bool:
    value, vaf = variant.get(rule["field"]), variant.get("vaf")
    depth, least = variant.get("normal_depth"), rule.get("min_normal_depth", 0)
    if depth is not None and depth < least:
        value = None
    if passes(value, name, rule):
        return True
    times = rule.get("unless_vaf_times")
    return bool(times and value and vaf and round(vaf / value, 9) >= times)


def filters_of(
    assay_type: str,
    filters: Mapping[str, Mapping[str, Any]],
    assay_limits: Mapping[str, Mapping[str, float]],
) -> dict[str, dict[str, Any]]:
    """Replace the limits that an assay type has of its own."""
    own = assay_limits.get(assay_type, {})
    return {
        name: {**rule, "limit": own.get(name, rule["limit"])}
        for name, rule in filters.items()
    }


def rescued(
    variant: Mapping[str, Any],
    pathogenicity: str,
    missed: Iterable[str],
    filters: Mapping[str, Mapping[str, Any]],
    floors: Mapping[str, float],
) -> bool:
    """
    Say whether a listed, counted variant overrides the filters it misses.

    Depth, alternate reads and VAF must reach the floors; a missing one does not. A
    VAF below the VAF filter's limit needs the alternate reads of their filter, on
    both strands where the strands are known.
    """
    reads = [variant.get(key) for key in ("depth", "alt_reads", "vaf")]
    limits = [floors[f"min_{key}"] for key in ("depth", "alt_reads", "vaf")]
    enough = all(
        value is not None and value >= limit
        for value, limit in zip(reads, limits, strict=True)
    )
    if not enough or pathogenicity not in COUNTED:
        return False
    fields = {filters[name]["field"] for name in missed}
    if "vaf" not in fields:
        return True
    strands = (variant.get("alt_forward"), variant.get("alt_reverse"))
    return "alt_reads" not in fields and all(n is None or n > 0 for n in strands)


def called_germline(
    variant: Mapping[str, Any],
    pathogenicity: str,
    missed: Iterable[str],
    filters: Mapping[str, Mapping[str, Any]],
) -> bool:
    """
    Say whether a counted variant misses the filters for its FILTER ``germline`` alone.

    Without a normal sample, callers take a clonal variant of a pure leukaemia for a
    germline one.
    """
    return (
        pathogenicity in COUNTED
        and variant.get("filter") == GERMLINE
        and {filters[name]["field"] for name in missed} == {"filter"}
    )


def rejected_by_quality(
    variant: Mapping[str, Any],
    pathogenicity: str,
    missed: Iterable[str],
    filters: Mapping[str, Mapping[str, Any]],
) -> bool:
    """
    Say whether a counted variant misses filters of FILTER, depth, reads or normal alone.

    Its VAF is known and reaches the floor: nobody can say that it is not there. A
    normal sample that shows it may be inherited DNA or hold leukaemic cells.
    """
    fields = {filters[name]["field"] for name in missed}
    return (
        bool(fields)
        and pathogenicity in COUNTED
        and fields <= {"filter", "depth", "alt_reads", NORMAL_VAF}
        and variant.get("vaf") is not None
    )


def missed_filters(
    variant: Mapping[str, Any], filters: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """Name every filter a variant misses, in their order."""
    return [name for name, rule in filters.items() if not _kept(variant, name, rule)]
