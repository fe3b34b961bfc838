"""What fastp, samtools and mosdepth say of a sample's reads, as numbers."""

import gzip
import json
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from ballad.coverage import Exon


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


def regional_depth(
    regions: Iterable[str], genes: Collection[str] | None
) -> float | None:
    """
    Average the depth over the coding bases of genes.

    Parameters
    ----------
    regions
        Lines of mosdepth's regions: chrom, start, end, name, mean depth.
    genes
        None: all.
    """
    bases, reads = 0, 0.0
    for chrom, start, end, name, mean in (line.split("\t") for line in regions):
        del chrom
        if genes is None or name.split("|")[0] in genes:
            length = int(end) - int(start)
            bases, reads = bases + length, reads + length * float(mean)
    return reads / bases if bases else None


def fraction_covered(
    thresholds: Iterable[str], min_depth: int, genes: Collection[str] | None
) -> float | None:
    """Share of the coding bases of genes that reach a depth, of mosdepth's thresholds."""
    rows = iter(thresholds)
    column = next(rows).rstrip("\n").split("\t").index(f"{min_depth}X")
    bases = covered = 0
    for cells in (row.rstrip("\n").split("\t") for row in rows):
        if genes is None or cells[3].split("|")[0] in genes:
            bases += int(cells[2]) - int(cells[1])
            covered += int(cells[column])
    return covered / bases if bases else None


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
