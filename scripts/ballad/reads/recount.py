"""
Reads of an indel counted again, those included that end within or near it.

An aligner clips the end of a read that reaches a few bases into an indel, and the caller
then counts it for the reference or not at all; the fraction of long indels falls short by
up to a half. Here each read is laid beside the haplotypes of all alleles called at the
place, clipped ends included, from the side on which it is anchored, as far as the next
indel it carries. Own method; the idea is that of realigning callers (for example Albers,
Genome Research 2011).
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pysam

REACH = 400  # bases beside an indel that reads may reach
FLANK = 5  # bases on both sides of the first breakpoint that a counted read has
_ALIGNED, _INSERTION, _SKIPS, _SOFT_CLIP = (0, 7, 8), 1, (2, 3), 4  # CIGAR
_INDEL = (_INSERTION, *_SKIPS)
_UNSOUND = 0xF04  # unmapped, secondary, failed, duplicate, supplementary


@dataclass
class Support:
    """Reads of a place: without the allele, and with it by strand."""

    depth: int = (
        0  # reads over the base before the allele, also those that show nothing
    )
    without: int = 0  # that show the reference or another called allele
    forward: int = 0
    reverse: int = 0

    @property
    def alternate(self) -> int:
        """Reads for the allele."""
        return self.forward + self.reverse


@dataclass(frozen=True)
class Allele:
    """Bases in place of others; 0-based."""

    start: int
    ref: str
    alt: str

    @property
    def end(self) -> int:
        """First base behind those that are replaced."""
        return self.start + len(self.ref)

    @property
    def growth(self) -> int:
        """Bases that the sequence has more."""
        return len(self.alt) - len(self.ref)

    def trimmed(self) -> "Allele":
        """Leave out what both sequences share, first on the left."""
        ref, alt, left = self.ref, self.alt, 0
        while left < min(len(ref), len(alt)) and ref[left] == alt[left]:
            left += 1
        right, most = 0, min(len(ref), len(alt)) - left
        while right < most and ref[-1 - right] == alt[-1 - right]:
            right += 1
        return Allele(
            self.start + left,
            ref[left : len(ref) - right],
            alt[left : len(alt) - right],
        )

    def goes_with(self, other: "Allele") -> bool:
        """
        Say whether one read may carry both.

        Indels that touch are one change with another name.
        """
        gap = 1 if self.growth and other.growth else 0
        return self.end + gap <= other.start or other.end + gap <= self.start


@dataclass(frozen=True)
class Haplotype:
    """One sequence that reads may show around an indel."""

    sequence: str
    breakpoint: int  # first base that may differ by the indel
    shows: str  # reference, alternate, other


@dataclass(frozen=True)
class Haplotypes:
    """All sequences around an indel."""

    origin: int  # of all, on the chromosome
    end: int  # of the reference's
    known: tuple[Haplotype, ...]  # first the reference, then the allele alone

    @property
    def reference(self) -> str:
        """Bases without any allele."""
        return self.known[0].sequence

    @property
    def alternate(self) -> str:
        """Bases with the allele alone."""
        return self.known[1].sequence


def haplotypes(
    bases: str, origin: int, allele: Allele, others: Sequence[Allele] = ()
) -> Haplotypes:
    """
    Write the sequences that reads may show.

    Parameters
    ----------
    bases
        Of the reference, from `origin` (0-based) on.
    others
        Alleles called nearby. Each is written alone and, where one read may carry both,
        together with `allele`. Those that reach beyond `bases` are left out.
    """
    own, end = allele.trimmed(), origin + len(bases)
    known: dict[str, Haplotype] = {}

    def write(alleles: Sequence[Allele], shows: str) -> None:
        sequence = bases
        for one in sorted(alleles, key=lambda one: one.start, reverse=True):
            before, after = sequence[: one.start - origin], sequence[one.end - origin :]
            sequence = f"{before}{one.alt}{after}"
        shift = sum(
            one.growth for one in alleles if one.end <= own.start and one != own
        )
        # The same sequence under two names would make every read uncertain.
        known.setdefault(
            sequence, Haplotype(sequence, own.start - origin + shift, shows)
        )

    write([], "reference")
    write([own], "alternate")
    near = [one.trimmed() for one in others]
    near = [one for one in near if one.start >= origin and one.end <= end]
    for one in near:
        write([one], "other")
    for one in near:
        if own.goes_with(one):
            write([own, one], "alternate")
    return Haplotypes(origin, end, tuple(known.values()))


def shown(bases: str, start: int, end: int, pair: Haplotypes) -> str:
    """
    Say which haplotype a read shows: the one that it fits best.

    Parameters
    ----------
    bases
        Of the whole read.
    start, end
        On the chromosome, as if the clipped ends were aligned; each is right only if the
        read is anchored on its side, so both are tried.

    Returns
    -------
    str
        reference, alternate, other (another called allele without this one). Empty if it
        fits as well with the allele as without, or if the read does not reach FLANK bases
        beyond the first breakpoint on both sides: of reads that touch only the second
        one, an insertion has more than the reference.
    """
    fits = [
        (*min(_placings(bases, start, end, one.sequence, pair)), one)
        for one in pair.known
    ]
    fewest = min(mismatches for mismatches, _, _ in fits)
    best = [(first, one) for mismatches, first, one in fits if mismatches == fewest]
    if len({one.shows == "alternate" for _, one in best}) == 2:
        return ""
    first, one = best[0]
    reaches = first <= one.breakpoint - FLANK
    reaches &= first + len(bases) >= one.breakpoint + FLANK
    return one.shows if reaches else ""


def _placings(
    bases: str, start: int, end: int, sequence: str, pair: Haplotypes
) -> Iterator[tuple[int, int]]:
    """Yield mismatches and first base, anchored on the left and on the right."""
    from_left = start - pair.origin
    from_right = len(sequence) - (pair.end - end) - len(bases)
    for first in {from_left, from_right}:
        beside = sequence[max(first, 0) : max(first + len(bases), 0)]
        if first < 0 or len(beside) < len(bases):
            yield len(bases), first
        elif beside == bases:
            yield 0, first
        else:
            pairs = zip(bases, beside, strict=True)
            yield sum(a != b and a != "N" for a, b in pairs), first


def up_to_other_indels(
    bases: str, cigar: Sequence[tuple[int, int]], start: int, low: int, high: int
) -> tuple[str, int, int]:
    """
    Cut a read to the part around a place that has no indel elsewhere.

    Behind another indel the bases lie beside neither haplotype, and the read would count
    for whichever fits less badly.

    Parameters
    ----------
    bases, cigar, start
        Of the read; operations as numbers (SAM specification, section 1.4), first
        aligned base.
    low, high
        Indels that lie in between, on the chromosome, are not others.

    Returns
    -------
    tuple of bases, start, end
        Start and end on the chromosome as if clipped ends were aligned.
    """
    query = cigar[0][1] if cigar[0][0] == _SOFT_CLIP else 0
    first, begin = 0, start - query  # of the part, in the read and on the chromosome
    place = start
    for operation, length in cigar:
        if operation in _INDEL:
            ahead = place + (length if operation in _SKIPS else 0)
            if place > high:
                return bases[first:query], begin, place
            if ahead < low:
                first, begin = query + (operation == _INSERTION) * length, ahead
        query += length if operation in (*_ALIGNED, _INSERTION) else 0
        place += length if operation in (*_ALIGNED, *_SKIPS) else 0
    return bases[first:], begin, place + (len(bases) - query)


def window(allele: Allele) -> tuple[int, int]:
    """Return where an aligner may place the same indel, on the chromosome."""
    longest = len(allele.ref) + abs(allele.growth)
    return max(0, allele.start - FLANK - longest), allele.end + FLANK + longest


def recounted(
    alignments: pysam.AlignmentFile,
    chrom: str,
    allele: Allele,
    pair: Haplotypes,
    min_mapping_quality: int,
) -> Support:
    """Count the reads of an allele; duplicates and poorly placed reads are left out."""
    support, own = Support(), window(allele)
    low, high = max(0, allele.start - FLANK), allele.end + FLANK
    for read in alignments.fetch(chrom, low, high):
        if read.flag & _UNSOUND or read.mapping_quality < min_mapping_quality:
            continue
        bases, cigar = read.query_sequence, read.cigartuples
        if not bases or not cigar or read.reference_end is None:
            continue
        support.depth += read.reference_start <= allele.start < read.reference_end
        part = up_to_other_indels(bases, cigar, read.reference_start, *own)
        seen = shown(*part, pair)
        support.without += seen in ("reference", "other")
        support.forward += seen == "alternate" and not read.is_reverse
        support.reverse += seen == "alternate" and read.is_reverse
    return support


class Called:
    """The alleles of a VCF by place."""

    def __init__(self, vcf: str) -> None:
        self._by_chrom: dict[str, list[Allele]] = defaultdict(list)
        with pysam.VariantFile(vcf) as records:
            for record in records:
                self._by_chrom[record.chrom] += [
                    Allele(record.start, str(record.ref).upper(), alt.upper())
                    for alt in record.alts or ()
                    if set(alt.upper()) <= set("ACGTN")
                ]
        for alleles in self._by_chrom.values():
            alleles.sort(key=lambda allele: allele.start)
        self._longest = {
            chrom: max(len(allele.ref) for allele in alleles)
            for chrom, alleles in self._by_chrom.items()
            if alleles
        }

    def overlapping(self, chrom: str, low: int, high: int) -> list[Allele]:
        """Return the alleles that touch a stretch."""
        alleles = self._by_chrom[chrom]
        if not alleles:
            return []
        first = bisect_left(
            alleles, low - self._longest[chrom], key=lambda allele: allele.start
        )
        last = bisect_right(alleles, high, key=lambda allele: allele.start)
        return [allele for allele in alleles[first:last] if allele.end >= low]


def recount_indels(
    vcf: str, bam: str, fasta: str, output: str, min_mapping_quality: int
) -> int:
    """
    Write a VCF again, the reads of its indels (AO, RO, AD, SAF, SAR) counted anew.

    RO counts the reads that show the reference or another called allele, so that
    AO / (AO + RO) is the fraction of the allele among all reads that tell. DP is the
    depth beside the indel: reads too short to tell are reads of the place all the same.
    An indel of which no read tells keeps the caller's numbers.

    Parameters
    ----------
    vcf
        Of one sample and one allele a line, as freebayes and bcftools norm write it.

    Returns
    -------
    int
        Indels.
    """
    count, called = 0, Called(vcf)
    with (
        pysam.VariantFile(vcf) as records,
        pysam.AlignmentFile(bam) as alignments,
        pysam.FastaFile(fasta) as genome,
        pysam.VariantFile(output, "w", header=records.header) as written,
    ):
        for record in records:
            ref, alt = str(record.ref).upper(), str((record.alts or (".",))[0]).upper()
            if len(ref) != len(alt):
                origin = max(0, record.start - REACH)
                bases = genome.fetch(record.chrom, origin, record.stop + REACH).upper()
                allele = Allele(record.start, ref, alt)
                others = called.overlapping(record.chrom, *window(allele))
                pair = haplotypes(bases, origin, allele, others)
                _set(
                    record,
                    recounted(
                        *(alignments, record.chrom, allele, pair, min_mapping_quality)
                    ),
                )
                count += 1
            written.write(record)
    return count


def _set(record: pysam.VariantRecord, support: Support) -> None:
    reads = support.alternate + support.without
    if not reads:
        return
    sample, depth = record.samples[0], max(support.depth, reads)
    sample["AO"], sample["RO"] = (support.alternate,), support.without
    sample["AD"], sample["DP"] = (support.without, support.alternate), depth
    record.info["AO"], record.info["RO"] = (support.alternate,), support.without
    record.info["SAF"], record.info["SAR"] = (support.forward,), (support.reverse,)
    record.info["DP"] = depth
