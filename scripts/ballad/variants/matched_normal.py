"""Which column of a VCF is the matched normal of a tumour, and what names it."""

import re
from collections.abc import Collection, Mapping, Set
from functools import lru_cache
from typing import NamedTuple

from ballad.variants.header import Header

CHECK, NOT_USED = "matched_normal", "not_used"  # a check and its result


class Normal(NamedTuple):
    """The column of the matched normal, and what names it."""

    column: int  # index into the record
    name: str
    named_by: str  # sheet; pedigree: a line that names the tumour too; header; or name


def normal_column(
    sample: Mapping[str, str], header: Header, tumour: int | None
) -> Normal | None:
    """
    Find the column of the normal sample that belongs to a tumour's.

    Variants are rejected by it, so that it is never a mere remainder: the other column
    may be a remission, another assay or another patient.

    Parameters
    ----------
    sample
        Row of the sheet, as `ballad.inputs.batches.with_columns_given` completes it.
    tumour
        As `ballad.variants.header.sample_column` found it.

    Returns
    -------
    Normal or None
        The one that a row of timepoint ``normal`` of this patient names; else a
        pedigree's original genome of this tumour; else Mutect2's line or its name, if
        all columns but these two are the sheet's of this patient. None for a sample
        that is itself of normal tissue, and where two columns compete.
    """
    named, named_by = _named(sample, header, tumour)
    if len(named) != 1 or tumour is None:
        return None
    (name,) = named
    if named_by != "sheet" and name in _given(sample, "columns_of_others"):
        return None
    rest = {*header.samples} - {name, header.samples[tumour - 9]}
    if named_by in ("header", "name") and rest - _given(sample, "columns_of_patient"):
        return None
    return Normal(9 + header.samples.index(name), name, named_by)


def normal_check(
    sample: Mapping[str, str],
    header: Header,
    tumour: int | None,
    normal: Normal | None,
    read: Collection[int | None],
) -> list[tuple[str, ...]]:
    """
    Tell which column is read as the matched normal, or that a likely one is not.

    Parameters
    ----------
    sample, header, tumour
        As `normal_column` has them.
    normal
        What it found.
    read
        Columns of all samples that are read from this file.

    Returns
    -------
    list of tuples as `ballad.variants.content.CHECK_COLUMNS`
        ``confirmed``, ``not_used``, or none: there is no other column, or it is
        another sample's.
    """
    path = sample["vcf"]
    if normal is not None:
        message = f"column {normal.name} by {normal.named_by}"
        return [(path, CHECK, "confirmed", message)]
    if tumour is None or sample["timepoint"] == "normal":
        return []
    own, named = header.samples[tumour - 9], _named(sample, header, tumour)[0]
    if len(header.samples) == 2 and (left := _unread(sample, header, read)):
        message = (
            f"column {left} is read neither as a sample nor as the normal of {own}, "
            "because nothing names it as that"
        )
    elif named:
        shown = ", ".join(sorted(named)[:3])
        message = f"of {shown} nothing tells whether it is the normal of {own}"
    else:
        return []
    return [(path, CHECK, NOT_USED, message)]


def _unread(
    sample: Mapping[str, str], header: Header, read: Collection[int | None]
) -> str:
    known = _given(sample, "columns_of_patient") | _given(sample, "columns_of_others")
    columns = enumerate(header.samples, 9)
    return next((n for place, n in columns if place not in read and n not in known), "")


def _named(
    sample: Mapping[str, str], header: Header, tumour: int | None
) -> tuple[Set[str], str]:
    """Return the columns beside the tumour's that are told to be a normal, and by what."""
    if tumour is None or len(header.samples) < 2 or sample["timepoint"] == "normal":
        return set(), ""
    own = header.samples[tumour - 9]
    listed = _given(sample, "normals_of_patient")
    # Asked for each sample of a file, which may have a thousand.
    if listed and (by_sheet := listed.intersection(header.samples)):
        return by_sheet - {own}, "sheet"
    stated = _stated(header.meta)
    if of_own := {normal for derived, normal in stated if derived == own}:
        return of_own.intersection(header.samples) - {own}, "pedigree"
    if stated:
        normals = {normal for _, normal in stated}
        return normals.intersection(header.samples) - {own}, "header"
    return _called_normal(header.samples) - {own}, "name"


# Stand-ins that paired callers and their users write for the patient's name.
_STAND_IN = re.compile(r"(?i)N|(?:.*[_.-])?(?:NORMAL|GERMLINE)")


@lru_cache(maxsize=4)
def _called_normal(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(filter(_STAND_IN.fullmatch, names))


def _given(sample: Mapping[str, str], key: str) -> set[str]:
    return {*sample.get(key, "").split("\t")} - {""}


_NORMAL = re.compile(r"##normal_sample=(.+)|##PEDIGREE=<.*\bOriginal=([^,>]+)")
# VCF 4.3 calls the derived genome ID.
_DERIVED = re.compile(r"##PEDIGREE=<.*\b(?:Derived|ID)=([^,>]+)")


# The files of one laboratory share their header.
@lru_cache(maxsize=4)
def _stated(meta: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return tumour and normal of each line that tells one; the tumour may be empty."""
    told = []
    for line in meta:
        if match := _NORMAL.match(line):
            derived = _DERIVED.match(line)
            normal = (match.group(1) or match.group(2)).strip()
            told.append((derived.group(1).strip() if derived else "", normal))
    return tuple(told)
