"""Copy-number segments -> gene events, 17p, ploidy."""

import csv
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from ballad.problems import with_a_point
from ballad.states import ABSENT, INDETERMINATE, PRESENT

COLUMNS = (
    *("patient", "sample", "assay", "target", "event", "log2", "lesion"),
    *("supports", "source"),
)
NAMES = {
    "chrom": ("chrom", "chromosome", "chr"),
    "start": ("start", "loc.start", "start_position", "start.bp"),
    "end": ("end", "loc.end", "end_position", "end.bp"),
    "log2": ("log2", "seg.mean", "segment_mean", "seg.cn"),
}
# Gene whose loss makes the lesion; PAR1 lies between P2RY8 and CRLF2.
DELETIONS = {
    "pax5_deletion": "PAX5",
    "ikzf1_deletion": "IKZF1",
    "cdkn2a_deletion": "CDKN2A",
    "cdkn2b_deletion": "CDKN2B",
    "erg_deletion": "ERG",
    "tp53_deletion": "TP53",
    "par1_deletion": "P2RY8",
}
# IKZF1plus counts CDKN2B only if both copies are lost (resources/genotypes/lesions.tsv).
HOMOZYGOUS_ONLY = ("cdkn2b_deletion",)
# First column of a SEG of several samples.
SAMPLE_COLUMNS = ("id", "sample", "sampleid", "tumor_sample_barcode")
# Codes of PLINK and of Illumina's arrays; XY are probes of the pseudoautosomal regions,
# at their place on X.
SEX_CHROMOSOMES = {"23": "X", "24": "Y", "25": "X", "XY": "X"}
AUTOSOMES = tuple(str(number) for number in range(1, 23))


class SegmentError(ValueError):
    """A segment table lacks a column or holds no number where one must be."""


@dataclass(frozen=True)
class Segment:
    """A stretch of one chromosome with one copy number."""

    chrom: str  # without chr
    start: int
    end: int
    log2: float
    line: int
    of_y: bool = False  # in PAR1 of Y in the table, here at its place on X


def read_segments(path: str, sample: str = "") -> list[Segment]:
    """
    Read SEG, CNVkit or ``chrom, start, end, log2``; columns by name.

    Parameters
    ----------
    sample
        Chooses the segments of a SEG that holds several samples.

    Raises
    ------
    SegmentError
        Naming file, line and column; also for a log2 ratio that is infinite or NaN,
        and if none of several samples has the name.
    """
    with open(path, encoding="utf-8-sig", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        header = [name.strip(" \"'").lower() for name in next(rows, [])]
        places = {
            ours: next((header.index(n) for n in theirs if n in header), None)
            for ours, theirs in NAMES.items()
        }
        if missing := [
            NAMES[ours][0] for ours, place in places.items() if place is None
        ]:
            raise SegmentError(
                f"{path}: line 1 lacks the column {', '.join(missing)}; "
                f"found: {', '.join(header)}"
            )
        named = bool(header) and header[0] in SAMPLE_COLUMNS
        table = [(n, cells) for n, cells in enumerate(rows, 2) if any(cells)]
        samples = {cells[0].strip('"') for _, cells in table} if named else set()
        if len(samples) > 1 and sample not in samples:
            raise SegmentError(
                f"{path}: column {header[0]}: none of the {len(samples)} samples is "
                f"{sample!r}"
            )
        segments = []
        for number, cells in table:
            if len(samples) > 1 and cells[0].strip('"') != sample:
                continue
            found = _cells(path, number, cells, places)
            segments.append(_segment(path, number, found))
        return segments


def _cells(
    path: str, number: int, cells: list[str], places: Mapping[str, int | None]
) -> dict[str, str]:
    found = {name: place for name, place in places.items() if place is not None}
    if len(cells) <= max(found.values()):
        raise SegmentError(
            f"{path}: line {number}: {len(cells)} cells, fewer than the header needs"
        )
    return {name: cells[place] for name, place in found.items()}


def _segment(path: str, number: int, cells: Mapping[str, str]) -> Segment:
    try:
        start, end = int(float(cells["start"])), int(float(cells["end"]))
        log2 = float(cells["log2"])
    except (ValueError, OverflowError) as error:
        commas = [f"{n} {c}" for n, c in cells.items() if with_a_point(c, "")]
        cure = f"; write a point, not a comma: {', '.join(commas)}" if commas else ""
        raise SegmentError(f"{path}: line {number}: {error}{cure}") from error
    # Turned round it lies over no gene, and its chromosome's length is negative.
    if end < start:
        raise SegmentError(
            f"{path}: line {number}, column end: {end} lies before the start {start}"
        )
    # A ratio that is not known would pass every limit and read as "no deletion".
    if not math.isfinite(log2):
        raise SegmentError(
            f"{path}: line {number}, column log2: log2 is no number: {cells['log2']!r}; "
            "give a finite ratio or leave the segment out"
        )
    chrom = cells["chrom"].strip('"').removeprefix("chr")
    return Segment(SEX_CHROMOSOMES.get(chrom, chrom), start, end, log2, number)


def copy_number_rows(
    path: str,
    segments: list[Segment],
    genes: Mapping[str, tuple[str, int, int]],
    limits: Mapping[str, float],
    ploidy: Mapping[str, list[int]],
    excludable: Iterable[str],
) -> list[tuple]:
    """
    Say what the segments of a sample show and what they exclude.

    The number of chromosomes is estimated as 46 plus gained minus lost autosomes; an
    autosome is gained or lost if most of its covered length is.

    Parameters
    ----------
    path, segments
        Where they come from.
    genes
        Symbol: chromosome without chr, start, end, of the sample's build.
    limits
        log2: loss, homozygous_loss, gain, amplification.
    ploidy
        Classes in chromosomes, inclusive.
    excludable
        Lesions that this assay may exclude.

    Returns
    -------
    list of tuples: target, event, log2, lesion, supports, source
    """
    profile = _Profile(path, segments, genes, limits)
    rows = [_deletion(profile, lesion, gene) for lesion, gene in DELETIONS.items()]
    rows.append(_gain(profile, "tp53_gain", "TP53"))
    rows.append(_amplification(profile, "pax5_amplification", "PAX5"))
    rows.append(_iamp21(profile, "iamp21", "RUNX1"))
    rows += _par1_fusion(profile, rows)
    number = _chromosomes(segments, limits)
    rows += _ploidy_rows(path, number, ploidy)
    answered = {row[3] for row in rows}
    silent = [lesion for lesion in excludable if lesion not in answered]
    rows += [(lesion, "none", None, lesion, INDETERMINATE, path) for lesion in silent]
    return rows


@dataclass(frozen=True)
class _Profile:
    """The segments of one sample, with where the genes lie and what counts as changed."""

    path: str
    segments: Sequence[Segment]
    genes: Mapping[str, tuple[str, int, int]]
    limits: Mapping[str, float]

    def over(self, gene: str) -> list[Segment]:
        """Return the segments that touch a gene; none if its place is not known."""
        if gene not in self.genes:
            return []
        chrom, start, end = self.genes[gene]
        return [
            s
            for s in self.segments
            if s.chrom == chrom and s.start <= end and s.end >= start
        ]

    def row(
        self, gene: str, event: str, lesion: str, state: str, segment: Segment
    ) -> tuple:
        source = f"{self.path}:{segment.line}"
        return (gene, event, segment.log2, lesion, state, source)

    def not_covered(self, gene: str, lesion: str) -> tuple:
        return (gene, "not covered", None, lesion, INDETERMINATE, self.path)


def _log2(segment: Segment) -> float:
    return segment.log2


def _deletion(profile: _Profile, lesion: str, gene: str) -> tuple:
    here = profile.over(gene)
    if not here:
        return profile.not_covered(gene, lesion)
    lowest = min(here, key=_log2)
    row = _loss(profile, lesion, gene, lowest)
    others = [s for s in here if s.of_y != lowest.of_y]
    if others:
        other = _loss(profile, lesion, gene, min(others, key=_log2))
        if row[_STATE] != other[_STATE]:  # the same bases, read twice
            return profile.row(gene, "X and Y differ", lesion, INDETERMINATE, lowest)
    return row


_STATE = 4  # of a row


def _loss(profile: _Profile, lesion: str, gene: str, lowest: Segment) -> tuple:
    limits = profile.limits
    if lowest.log2 <= limits["homozygous_loss"]:
        event, state = "homozygous_loss", PRESENT
    elif lowest.log2 <= limits["loss"]:
        event, state = "loss", ABSENT if lesion in HOMOZYGOUS_ONLY else PRESENT
    else:
        event, state = "none", ABSENT
    return profile.row(gene, event, lesion, state, lowest)


def _gain(profile: _Profile, lesion: str, gene: str) -> tuple:
    here = profile.over(gene)
    if not here:
        return profile.not_covered(gene, lesion)
    highest = max(here, key=_log2)
    gained = highest.log2 >= profile.limits["gain"]
    event, state = ("gain", PRESENT) if gained else ("none", ABSENT)
    return profile.row(gene, event, lesion, state, highest)


def _amplification(profile: _Profile, lesion: str, gene: str) -> tuple:
    here = profile.over(gene)
    if not here:
        return profile.not_covered(gene, lesion)
    _, start, end = profile.genes[gene]
    # Intragenic: the amplified segment ends near the gene, a gained arm does not.
    inside = [s for s in here if s.end - s.start <= 2 * (end - start)]
    highest = max(inside or here, key=_log2)
    amplified = bool(inside) and highest.log2 >= profile.limits["amplification"]
    event, state = ("amplification", PRESENT) if amplified else ("none", ABSENT)
    return profile.row(gene, event, lesion, state, highest)


def _iamp21(profile: _Profile, lesion: str, gene: str) -> tuple:
    here, limits = profile.over(gene), profile.limits
    if not here:
        return profile.not_covered(gene, lesion)
    highest = max(here, key=_log2)
    lowest = min(s.log2 for s in profile.segments if s.chrom == highest.chrom)
    # Within one chromosome 21: whole extra copies lift it evenly.
    uneven = highest.log2 - lowest >= limits["amplification"] - limits["gain"]
    amplified = uneven and highest.log2 >= limits["amplification"]
    event, state = ("amplification", PRESENT) if amplified else ("none", ABSENT)
    return profile.row(gene, event, lesion, state, highest)


def _par1_fusion(profile: _Profile, rows: Iterable[tuple]) -> list[tuple]:
    """Read a PAR1 deletion that spares CRLF2 as P2RY8::CRLF2."""
    # Where CRLF2 is lost too, the whole region or chromosome is, and nothing is joined.
    spared = any(s.log2 > profile.limits["loss"] for s in profile.over("CRLF2"))
    return [
        ("P2RY8::CRLF2", "PAR1 deletion", log2, "crlf2_r", PRESENT, source)
        for _, _, log2, lesion, state, source in rows
        if lesion == "par1_deletion" and state == PRESENT and spared
    ]


def _chromosomes(segments: list[Segment], limits: Mapping[str, float]) -> int | None:
    covered = {s.chrom for s in segments}
    if not set(AUTOSOMES) <= covered:
        return None
    number = 46
    for chrom in AUTOSOMES:
        here = [s for s in segments if s.chrom == chrom]
        length = sum(s.end - s.start for s in here)
        lost = sum(s.end - s.start for s in here if s.log2 <= limits["loss"])
        gained = sum(s.end - s.start for s in here if s.log2 >= limits["gain"])
        number += (gained > length / 2) - (lost > length / 2)
    return number


def _ploidy_rows(
    path: str, number: int | None, ploidy: Mapping[str, list[int]]
) -> list[tuple]:
    classes = {
        "near_haploid": "near_haploid",
        "low_hypodiploid": "low_hypodiploid",
        "hyperdiploid": "high_hyperdiploid",
    }
    rows: list[tuple] = []
    for lesion, bounds in classes.items():
        if number is None:
            rows.append(
                (
                    "ploidy",
                    "not all autosomes covered",
                    None,
                    lesion,
                    INDETERMINATE,
                    path,
                )
            )
            continue
        low, high = ploidy[bounds]
        event, state = ("none", ABSENT)
        if low <= number <= high:
            event, state = (f"{number} chromosomes", PRESENT)
        rows.append(("ploidy", event, None, lesion, state, path))
    masked = INDETERMINATE if number is None else ABSENT
    rows.append(("ploidy", "none", None, "masked_hypodiploidy", masked, path))
    return rows


def gene_spans(panel: pd.DataFrame, build: str) -> dict[str, tuple[str, int, int]]:
    """Return symbol: (chromosome without chr, start, end) of the coding span."""
    column = build.lower()
    return {
        row["symbol"]: (
            row["chrom"].removeprefix("chr"),
            int(row[f"{column}_cds_start"]),
            int(row[f"{column}_cds_end"]),
        )
        for row in panel.to_dict("records")
        if row[f"{column}_cds_start"]
    }
