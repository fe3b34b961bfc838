"""The panel's own reference, cut further: its stretches alone, for bwa to index."""

import re
from collections.abc import Iterable, Iterator, Mapping

import pysam

_GAP = re.compile("N{500,}")  # masked; shorter runs of N are the genome's own


def stretches(bases: str) -> Iterator[tuple[int, str]]:
    """Yield the known stretches of a masked chromosome: bases before, and bases."""
    start = 0
    for gap in _GAP.finditer(bases):
        if gap.start() > start:
            yield start, bases[start : gap.start()]
        start = gap.end()
    if start < len(bases):
        yield start, bases[start:]


def genome_names(fai: str) -> dict[str, tuple[str, int]]:
    """Read a FASTA's index: name without chr: name and length."""
    with open(fai, encoding="utf-8") as rows:
        cells = [row.split("\t")[:2] for row in rows]
    return {name.removeprefix("chr"): (name, int(length)) for name, length in cells}


def aligned_contigs(bam: str) -> dict[str, tuple[str, int]]:
    """Read the header of a BAM: name without chr: name and length."""
    with pysam.AlignmentFile(bam) as alignments:
        pairs = zip(alignments.references, alignments.lengths, strict=True)
        return {name.removeprefix("chr"): (name, length) for name, length in pairs}


def named(
    regions: Iterable[tuple[str, int, int, str]], contigs: Mapping[str, tuple[str, int]]
) -> str:
    """
    Write regions as a BED in the names of the contigs.

    Parameters
    ----------
    regions
        Chromosome, start, end, and what follows in the line.
    contigs
        Name without chr: name and length; regions outside of them are left out.
    """
    rows = []
    for chrom, start, end, rest in regions:
        name, length = contigs.get(chrom.removeprefix("chr"), ("", 0))
        if start < min(end, length):
            rows.append("\t".join([name, str(start), str(min(end, length)), rest]))
    return "".join(f"{row.rstrip()}\n" for row in rows)


def bed_regions(lines: Iterable[str]) -> list[tuple[str, int, int, str]]:
    """Read the lines of a BED that are regions."""
    cells = [line.rstrip("\r\n").split("\t", 3) for line in lines]
    return [
        (c[0], int(c[1]), int(c[2]), c[3].split("\t")[0] if len(c) > 3 else "")
        for c in cells
        if len(c) > 2 and c[1].isdigit()
    ]


def write_stretches(
    cut: str, names: Mapping[str, tuple[str, int]], fasta: str, spans: str
) -> int:
    """
    Write the stretches as sequences of their own, and where they lie.

    Parameters
    ----------
    cut
        Panel's own reference (rule prepare_reference): names without chr.
    names
        Of the user's genome, see `genome_names`.
    fasta, spans
        Paths of the stretches, and of the table of `ballad.reads.placing`.

    Returns
    -------
    int
        Bases.
    """
    total = 0
    with (
        pysam.FastaFile(cut) as source,
        open(fasta, "w", encoding="utf-8") as sequences,
        open(spans, "w", encoding="utf-8") as table,
    ):
        table.write("contig\tchrom\toffset\tlength\n")
        for chrom in source.references:
            name, length = names[chrom]
            for offset, bases in stretches(source.fetch(chrom)):
                sequences.write(f">{name}:{offset}\n{bases}\n")
                table.write(f"{name}:{offset}\t{name}\t{offset}\t{length}\n")
                total += len(bases)
    return total
