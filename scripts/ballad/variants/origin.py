"""Flags of a variant that may not be the leukaemia's; they drop nothing."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

GERMLINE_SUSPECT = "germline_suspect"
POSSIBLE_CHIP = "possible_chip"
ONE_STRAND = "one_strand"
CLEARED = ("remission", "normal")  # timepoints without leukaemia
_VARIANT = ("patient", "genome_build", "chrom", "pos", "ref", "alt", "gene")


def one_strand(alt_forward: Any, alt_reverse: Any) -> bool:
    """Say whether all alternate reads lie on one strand; unknown strands: no."""
    if alt_forward is None or alt_reverse is None:
        return False
    return min(alt_forward, alt_reverse) == 0 < max(alt_forward, alt_reverse)


def with_origin_flags(
    calls: pd.DataFrame,
    germline_vaf: Sequence[Sequence[float]],
    unchanged_vaf: float,
    few_blasts: Collection[tuple[str, str]] = (),
) -> pd.DataFrame:
    """
    Flag what a patient's remission or normal sample shows again.

    In remission and in normal tissue the leukaemia is gone: what stays at the VAF of one or two of two
    chromosomes is probably inherited, what stays at its VAF is probably an old clone
    of the blood (clonal haematopoiesis).

    Parameters
    ----------
    calls : columns patient, sample, timepoint, genome_build, chrom, pos, ref, alt,
        gene, vaf, flags, reason
    germline_vaf
        Ranges, fraction of reads, ends included.
    unchanged_vaf
        Largest difference of VAF, fraction of reads, between a sample and remission.
    few_blasts
        (patient, sample) of other specimens with too few blasts for such a VAF; what
        they show in `germline_vaf` is suspected, too. Of an old clone they tell
        nothing, because leukaemia is left in them.

    Returns
    -------
    DataFrame
        As `calls`; each row of such a variant of the patient has the flag
        ``germline_suspect`` or ``possible_chip``.

    References
    ----------
    PMID 34906512 and Blood 2025, doi:10.1182/blood.2025030498, for persistence.
    """
    seen: dict[tuple, list[float]] = {}
    before: dict[tuple, list[float]] = {}
    diluted: dict[tuple, list[float]] = {}
    rows = calls.to_dict("records")
    for row in rows:
        if pd.notna(row["vaf"]) and row["vaf"] != "" and row["reason"] != "duplicate":
            at = seen if row["timepoint"] in CLEARED else before
            at.setdefault(_variant(row), []).append(float(row["vaf"]))
            if at is before and (row["patient"], row["sample"]) in few_blasts:
                diluted.setdefault(_variant(row), []).append(float(row["vaf"]))
    flagged = {
        variant: flag
        for variant, vafs in diluted.items()
        if (flag := _inherited(vafs, germline_vaf))
    } | {
        variant: flag
        for variant, vafs in seen.items()
        if (flag := _origin(vafs, before.get(variant, ()), germline_vaf, unchanged_vaf))
    }
    flags = [_added(row["flags"], flagged.get(_variant(row), "")) for row in rows]
    return calls.assign(flags=pd.Series(flags, index=calls.index, dtype=object))


def _variant(row: Mapping[str, Any]) -> tuple:
    return tuple(str(row[name]) for name in _VARIANT)


def _origin(
    remission: Collection[float],
    before: Iterable[float],
    germline_vaf: Sequence[Sequence[float]],
    unchanged_vaf: float,
) -> str:
    if flag := _inherited(remission, germline_vaf):
        return flag
    highest = max(remission)
    if any(round(abs(vaf - highest), 9) <= unchanged_vaf for vaf in before):
        return POSSIBLE_CHIP
    return ""


def _inherited(vafs: Iterable[float], germline_vaf: Sequence[Sequence[float]]) -> str:
    highest = max(vafs)
    inside = any(low <= highest <= high for low, high in germline_vaf)
    return GERMLINE_SUSPECT if inside else ""


def _added(flags: str, flag: str) -> str:
    return ",".join(
        sorted({*filter(None, flags.split(",")), *([flag] if flag else [])})
    )
