"""Tables of the copy-number callers: segments of DNA, chromosomes seen in RNA."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ballad.copy_number import (
    Segment,
    SegmentError,
    copy_number_rows,
    read_segments,
)
from ballad.pseudoautosomal import stretch_on_x
from ballad.states import INDETERMINATE, PRESENT

DNA, RNA = "array", "rna_expression"  # kinds of evidence
PLOIDY = {
    "near_haploid": "near_haploid",
    "low_hypodiploid": "low_hypodiploid",
    "hyperdiploid": "high_hyperdiploid",
}
# Lost or gained by both the whole chromosome and its arm.
ARMS = {"tp53_deletion": ("17", "17p", "-"), "tp53_gain": ("17", "17p", "+")}
_RNASEQCNV = ("sample", "chrom_n", "alterations")
_ALTERATION = re.compile(r"^(\??)(\d{1,2}|X|Y)([pq]?)([+-]?)$")


@dataclass(frozen=True)
class Chromosomes:
    """A row of RNAseqCNV."""

    number: int
    alterations: tuple[str, ...]  # 21+, 17p-, ?8+; ? is of low confidence
    line: int


def is_rnaseqcnv(path: str) -> bool:
    """Say whether a table is an estimation table of RNAseqCNV, by its header."""
    with open(path, encoding="utf-8-sig", newline="") as lines:
        header = next(csv.reader(lines, delimiter="\t"), [])
    return {"chrom_n", "alterations"} <= {name.strip('" ') for name in header}


def read_chromosomes(path: str, sample: str) -> Chromosomes:
    """
    Read the row of a sample from an estimation table or a manual_an_table.

    Raises
    ------
    SegmentError
        If the sample is missing among several, stands twice, or a cell is no number
        of chromosomes or no alteration; names file, line, column.
    """
    with open(path, encoding="utf-8-sig", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t")
        header = [name.strip() for name in next(rows, [])]
        if missing := [name for name in _RNASEQCNV if name not in header]:
            raise SegmentError(f"{path}: line 1 lacks the column {', '.join(missing)}")
        table = [
            (number, dict(zip(header, cells, strict=False)))
            for number, cells in enumerate(rows, 2)
            if any(cells)
        ]
    here = [(n, row) for n, row in table if row["sample"].strip() == sample]
    if not here and len(table) == 1:
        here = table
    if len(here) != 1:
        raise SegmentError(
            f"{path}: column sample: {len(here)} rows of {sample!r} among {len(table)}"
        )
    line, row = here[0]
    if not row.get("chrom_n", "").strip().isdigit():
        raise SegmentError(
            f"{path}: line {line}, column chrom_n: {row.get('chrom_n', '')!r} is no "
            "number of chromosomes"
        )
    text = row.get("alterations") or ""
    alterations = tuple(
        part.strip()
        for part in text.split(",")
        if part.strip() not in ("", "none", "NA")
    )
    for alteration in alterations:
        if not _ALTERATION.match(alteration):
            raise SegmentError(
                f"{path}: line {line}, column alterations: {alteration!r} is no gain "
                "or loss like 21+ or 17p-"
            )
    return Chromosomes(int(row["chrom_n"]), alterations, line)


def chromosome_rows(
    path: str,
    found: Chromosomes,
    ploidy: Mapping[str, list[int]],
) -> list[tuple]:
    """
    Say what RNAseqCNV shows; expression excludes neither ploidy nor deletions.

    A ploidy class is present if the number of chromosomes lies in it with and without
    the alterations of low confidence. Where a doubled hypodiploid clone is possible
    (chromosomes 3, 7, 17 mostly not gained, most gains twofold), hyperdiploidy is
    indeterminate.

    Returns
    -------
    list of tuples: target, event, log2, lesion, supports, source
    """
    source = f"{path}:{found.line}"
    sure = [a for a in found.alterations if not a.startswith("?")]
    doubtful = [a[1:] for a in found.alterations if a.startswith("?")]
    lowest = found.number - sum(_whole(a, "-") for a in doubtful)
    highest = found.number + sum(_whole(a, "+") for a in doubtful)
    rows: list[tuple] = []
    for lesion, bounds in PLOIDY.items():
        low, high = ploidy[bounds]
        if highest < low or lowest > high:
            continue
        inside = low <= lowest and highest <= high
        masked = lesion == "hyperdiploid" and _maybe_doubled(found, sure, ploidy)
        supports = PRESENT if inside and not masked else INDETERMINATE
        event = f"{found.number} chromosomes"
        rows.append(("ploidy", event, None, lesion, supports, source))
        if masked:
            lesion = "masked_hypodiploidy"
            rows.append(("ploidy", event, None, lesion, INDETERMINATE, source))
    for lesion, (*arms, sign) in ARMS.items():
        word = {"-": "loss", "+": "gain"}[sign]
        if found_arms := [arm for arm in arms if f"{arm}{sign}" in sure]:
            rows.append((found_arms[0], word, None, lesion, PRESENT, source))
        elif found_arms := [arm for arm in arms if f"{arm}{sign}" in doubtful]:
            event = f"{word} of low confidence"
            rows.append((found_arms[0], event, None, lesion, INDETERMINATE, source))
    return rows


def _whole(alteration: str, sign: str) -> bool:
    match = _ALTERATION.match(alteration)
    # "?21" without sign may be either.
    return match is not None and not match[3] and match[4] in (sign, "")


def _maybe_doubled(
    found: Chromosomes, sure: list[str], ploidy: Mapping[str, list[int]]
) -> bool:
    low, high = ploidy["masked_check"]
    gains = [a for a in sure if _whole(a, "+")]
    twofold = [a for a in set(gains) if gains.count(a) > 1]
    not_gained = sum(f"{chrom}+" not in gains for chrom in ("3", "7", "17"))
    return (
        low <= found.number <= high
        and not_gained >= 2
        and len(twofold) > len(set(gains)) / 2
    )


def sample_rows(
    path: str,
    sample: str,
    genes: Mapping[str, tuple[str, int, int]],
    limits: Mapping[str, float],
    ploidy: Mapping[str, list[int]],
    excludable: Iterable[str],
    build: str = "",
) -> list[tuple]:
    """
    Read a copy-number table of any known caller; the header tells which.

    Parameters
    ----------
    sample
        Name; chooses the rows of a table of several samples.
    genes, limits, ploidy, excludable
        See `copy_number_rows`.
    build
        GRCh37 or GRCh38; without it segments of Y stay on Y.

    Returns
    -------
    list of tuples: target, event, log2, lesion, supports, source, method
        `method` is the kind of evidence: array, or rna_expression.
    """
    if is_rnaseqcnv(path):
        rows = chromosome_rows(path, read_chromosomes(path, sample), ploidy)
        return [(*row, RNA) for row in rows]
    segments = list(with_par1_on_x(read_segments(path, sample), build))
    rows = copy_number_rows(path, segments, genes, limits, ploidy, excludable)
    return [(*row, DNA) for row in rows]


def with_par1_on_x(segments: Iterable[Segment], build: str) -> Iterator[Segment]:
    """
    Yield segments, those of PAR1 of Y at their place on X, where its genes have theirs.

    A segment of which PAR1 is not the most tells of Y: a woman has none, without a
    deletion in PAR1.
    """
    for segment in segments:
        # Segments are 1-based, inclusive.
        start, end = segment.start - 1, segment.end
        place = stretch_on_x(build, segment.chrom, start, end)
        if place is None or 2 * (place[1] - place[0]) <= end - start:
            yield segment
        else:
            low, high = place
            yield replace(segment, chrom="X", start=low + 1, end=high, of_y=True)


def check_copy_number(path: str, sample: str) -> None:
    """Read a table to its end; raises SegmentError."""
    if is_rnaseqcnv(path):
        read_chromosomes(path, sample)
    else:
        read_segments(path, sample)
