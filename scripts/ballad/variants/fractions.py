"""Fractions of reads or of a population as files write them; missing stays missing."""

import math
from functools import lru_cache

_CURE = "write a fraction such as 0.01, not 0,01 or 1%"


# All transcripts of a variant have its frequency.
@lru_cache(maxsize=1024)
def fraction(text: str | None, name: str, percent: bool = False) -> float | None:
    """
    Read a fraction from 0 to 1.

    Parameters
    ----------
    text
        None, empty, ``.`` and NaN are missing.
    name
        Of the field, for messages.
    percent
        Whether the field may hold ``12.5%`` or ``12,5%``, as VarScan's FREQ.

    Raises
    ------
    ValueError
        Naming field, value, rule and cure.
    """
    if not text or text == ".":
        return None
    written = text
    if percent and text.endswith("%"):
        written = text.rstrip("%").replace(",", ".")
    try:
        value = float(written)
    except ValueError:
        raise ValueError(f"{name} {text!r} is no number; {_CURE}") from None
    if math.isnan(value):
        return None
    value = value / 100 if text.endswith("%") else value
    if not 0 <= value <= 1:
        side = "above 1" if value > 1 else "below 0"
        raise ValueError(f"{name} {text!r} is {side}; {_CURE}")
    return value


def listed(text: str, name: str, alternatives: int) -> list[str]:
    """
    Split a list of fractions, one for each alternative or allele.

    Raises
    ------
    ValueError
        If the commas are decimal signs: ``0,45`` of one alternative would be read as
        0, the fraction of the first of two.
    """
    parts = text.split(",")
    whole, rest = parts[::2], parts[1::2]
    if (
        len(parts) == 2 * alternatives
        and all(part in ("0", "1") for part in whole)
        and all(part.isdecimal() for part in rest)
        and not all(part in ("0", "1") for part in rest)
    ):
        raise ValueError(f"{name} {text!r} has decimal commas; {_CURE}")
    return parts
