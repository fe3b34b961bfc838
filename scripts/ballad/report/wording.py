"""How numbers, names and missing things are written for a reader."""

import math
from collections.abc import Iterable, Mapping

from ballad.disclosure import SUPPRESSED
from ballad.spelling import spelled

EN_DASH = "\N{EN DASH}"


def number(text: object) -> float | None:
    """Read a number; None if the cell is empty or holds something else."""
    try:
        value = float(str(text))
    except ValueError:
        return None
    return None if math.isnan(value) else value


def whole(text: object) -> str:
    """Write a count without decimals; an empty cell stays empty."""
    value = number(text)
    return "" if value is None else f"{value:.0f}"


def decimal(text: object, digits: int = 2) -> str:
    """Write a number with a fixed number of digits after the point."""
    value = number(text)
    return "" if value is None else f"{value:.{digits}f}"


def significant(text: object) -> str:
    """Write any number so that it is short and still tells small values apart."""
    value = number(text)
    if value is None:
        return ""
    return f"{value:.0f}" if value == int(value) else f"{value:.3g}"


def percent(text: object) -> str:
    """Write a proportion (0-1) as a percentage."""
    value = number(text)
    return "" if value is None else f"{100 * value:.1f}%"


def p_value(text: object) -> str:
    """Write P with three digits, and no false precision below 0.001."""
    if text == SUPPRESSED:
        return SUPPRESSED
    value = number(text)
    if value is None:
        return ""
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def with_interval(value: str, low: str, high: str) -> str:
    """Write an estimate with its limits; an open limit is called open."""
    if not value:
        return ""
    if not low and not high:
        return value
    return f"{value} ({low or 'open'} {EN_DASH} {high or 'open'})"


def counted(count: object, one: str, many: str = "") -> str:
    """Write a count, or what hides it, with its noun: `one` after 1, else `many`."""
    return f"{count} {one if str(count) == '1' else many or f'{one}s'}"


def each(texts: Iterable[str]) -> str:
    """Write every text that is not empty once, in order."""
    return "; ".join(dict.fromkeys(text for text in texts if text))


def words(name: str) -> str:
    """Write a column or setting name as words, as the clinic writes them."""
    return spelled(name)


def analysed(row: Mapping[str, object]) -> str:
    """Name an endpoint and its population: ``LFS (remission)``, ``OS (all patients)``."""
    population = words(str(row["population"]))
    whose = "all patients" if population == "all" else population
    return f"{words(str(row['endpoint']))} ({whose})"


def sentence(text: str) -> str:
    """Start with a capital letter and leave the others alone."""
    return text[:1].upper() + text[1:]
