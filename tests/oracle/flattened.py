"""Results of R as one flat table: a name for every number."""

from collections.abc import Iterator, Mapping
from typing import Any

PER_TERM = {
    *("coef", "hr", "shr", "se", "se_naive", "z", "p", "lower", "upper", "chisq", "df"),
    *("lower_pl", "upper_pl", "p_plr", "lower_wald", "upper_wald"),
}
# Columns that say whose number it is.
LABELS = ("terms", "strata", "cause", "group", "state", "time", "a", "b")
# What describes R's run, not its result.
NOT_A_RESULT = ("iter", "method_ci", "converged", "robust", "note", "_row")


def listed(value: Any) -> list:
    """Return a list; R writes a vector of one as a single value."""
    return value if isinstance(value, list) else [value]


def flattened(found: Mapping[str, Any], prefix: str = "") -> dict[str, float | None]:
    """
    Name every number of a case: quantity, then whose it is, joined by dots.

    Columns of equal length beside `terms`, `strata`, `cause` or `a` and `b` are named
    by these, so that the order in which a program lists its terms does not matter.
    """
    return dict(_flat(found, prefix))


def _flat(found: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    labels = [
        listed(found[name])
        for name in LABELS
        if isinstance(found, dict) and name in found
    ]
    names = [".".join(map(str, each)) for each in zip(*labels, strict=True)]
    for key, value in found.items():
        if key in (*LABELS, *NOT_A_RESULT):
            continue
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}.")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for record in value:
                whose = ".".join(str(record[k]) for k in LABELS if k in record)
                for quantity, number in record.items():
                    if quantity not in (*LABELS, *NOT_A_RESULT):
                        yield f"{name}.{quantity}.{whose}", number
        elif "terms" in found and key == "lrt_p":
            yield from (
                (f"{name}.{t}", v) for t, v in zip(names[1:], value, strict=True)
            )
        elif names and (key in PER_TERM or "terms" not in found):
            whose = zip(names, listed(value), strict=True)
            yield from ((f"{name}.{t}", v) for t, v in whose)
        else:
            yield from _numbered(name, value)


def _numbered(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, list):
        yield name, value
        return
    for place, part in enumerate(value):
        yield from _numbered(f"{name}.{place}", part)
