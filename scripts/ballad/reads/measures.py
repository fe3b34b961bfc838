"""What fastp, samtools and mosdepth say of a sample's reads, as numbers."""

import gzip
import json
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from ballad.exons import Exon


def reads_given(reports: Iterable[str]) -> int:
    """Sum the reads before trimming over fastp's JSON reports."""
    return sum(
        json.loads(Path(path).read_text())["summary"]["before_filtering"]["total_reads"]
        for path in reports
    )


def duplicate_rate(statistics: Iterable[str]) -> float | None:
    """Read the share of duplicates from samtools markdup; None without any read."""
    values = dict(line.strip().partition(": ")[::2] for line in statistics)
    examined = int(values["EXAMINED"])
    return int(values["DUPLICATE TOTAL"]) / examined if examined else None


def mean_depth(
    regions: Iterable[str], genes: Collection[str], coding: int
) -> float | None:
    """
    Average the depth over the coding bases of genes.

    Parameters
    ----------
    regions
        Lines of mosdepth's regions: chrom, start, end, name, mean depth.
    genes
        Of the assay.
    coding
        Their bases; those of contigs that the alignments lack have no depth.
    """
    reads = 0.0
    for cells in (line.split("\t") for line in regions):
        if cells[3].split("|")[0] in genes:
            reads += (int(cells[2]) - int(cells[1])) * float(cells[4])
    return reads / coding if coding else None


def fraction_covered(
    thresholds: Iterable[str], min_depth: int, genes: Collection[str], coding: int
) -> float | None:
    """Share of the coding bases of genes that reach a depth, of mosdepth's thresholds."""
    rows = iter(thresholds)
    column = next(rows).rstrip("\n").split("\t").index(f"{min_depth}X")
    covered = sum(
        int(cells[column])
        for cells in (row.rstrip("\n").split("\t") for row in rows)
        if cells[3].split("|")[0] in genes
    )
    return covered / coding if coding else None


def shallow(
    quantized: Iterable[str], exons: Iterable[Exon]
) -> Iterator[tuple[Exon, int, int]]:
    """
    Yield the stretches of exons below a depth: exon, start (0-based), end.

    Parameters
    ----------
    quantized
        Lines of mosdepth --quantize 0:DEPTH: ; a chromosome that it lacks has no read.
    """
    deep: dict[str, list[tuple[int, int]]] = {}
    for line in quantized:
        chrom, low, high, label = line.rstrip("\n").split("\t")
        if not label.startswith("0:"):
            here = deep.setdefault(chrom.removeprefix("chr"), [])
            here.append((int(low), int(high)))
    for exon in exons:
        reached = exon.start
        for start, end in deep.get(exon.chrom, ()):
            if end <= reached:
                continue
            if start >= exon.end:
                break
            if start > reached:
                yield exon, reached, start
            reached = end
        if reached < exon.end:
            yield exon, reached, exon.end


def lines(path: str) -> list[str]:
    """Read a gzip text."""
    with gzip.open(path, "rt") as text:
        return text.readlines()
