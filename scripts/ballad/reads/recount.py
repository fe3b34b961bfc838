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
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import pysam

from ballad.reads.haplotypes import FLANK, Allele, Haplotypes, haplotypes, shown

REACH = 400  # bases beside an indel that reads may reach
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
        self._substituted: Counter[tuple[str, int, str]] = Counter()
        with pysam.VariantFile(vcf) as records:
            for record in records:
                self._by_chrom[record.chrom] += [
                    Allele(record.start, str(record.ref).upper(), alt.upper())
                    for alt in record.alts or ()
                    if set(alt.upper()) <= set("ACGTN")
                ]
                if is_substitution(record):
                    self._substituted[place(record)] += alternate_reads(record)
        for alleles in self._by_chrom.values():
            alleles.sort(key=lambda allele: allele.start)
        self._longest = {
            chrom: max(len(allele.ref) for allele in alleles)
            for chrom, alleles in self._by_chrom.items()
            if alleles
        }

    def other_substitutions(self, record: pysam.VariantRecord) -> int:
        """Return the reads of the other substitutions of the same bases."""
        return self._substituted[place(record)] - alternate_reads(record)

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


def is_substitution(record: pysam.VariantRecord) -> bool:
    """Return whether the record, of one allele, replaces as many bases as it has."""
    alt = (record.alts or ("",))[0].upper()
    return set(alt) <= set("ACGTN") and len(alt) == len(str(record.ref))


def place(record: pysam.VariantRecord) -> tuple[str, int, str]:
    """Return the bases of a record: chromosome, begin, reference."""
    return record.chrom, record.start, str(record.ref).upper()


def alternate_reads(record: pysam.VariantRecord) -> int:
    """Return AO of the only sample; 0 where the caller gives none."""
    reads = record.samples[0].get("AO")
    return int((reads if isinstance(reads, tuple) else (reads,))[0] or 0)


def recount_indels(
    vcf: str, bam: str, fasta: str, output: str, min_mapping_quality: int
) -> int:
    """
    Write a VCF again, the reads of its indels (AO, RO, AD, SAF, SAR) counted anew.

    RO counts the reads that show the reference or another called allele, so that
    AO / (AO + RO) is the fraction of the allele among all reads that tell. DP is the
    depth beside the indel: reads too short to tell are reads of the place all the same.
    An indel of which no read tells keeps the caller's numbers, and so does a
    substitution; where another base was called at its place, that one's reads count
    in RO, which a line of one allele has lost.

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
            elif (others_reads := called.other_substitutions(record)) > 0:
                _add_reference_reads(record, others_reads)
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


def _add_reference_reads(record: pysam.VariantRecord, reads: int) -> None:
    sample = record.samples[0]
    if "RO" in sample and sample["RO"] is not None:
        total = int(sample["RO"]) + reads
        sample["RO"], record.info["RO"] = total, total
        if "AD" in sample:
            sample["AD"] = (total, alternate_reads(record))
