"""Where the coding exons of the panel lie."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice


@dataclass(frozen=True)
class Exon:
    """A coding stretch of a gene; half-open, 0-based, chromosome without chr."""

    chrom: str
    start: int
    end: int
    gene: str


def exons_of(cds: Iterable[str]) -> list[Exon]:
    """Read the coding exons of a BED whose name is ``GENE|transcript|exon``."""
    exons = []
    for line in cds:
        chrom, start, end, name = line.split("\t")[:4]
        gene = name.split("|")[0].rstrip("\n")
        exons.append(Exon(chrom.removeprefix("chr"), int(start), int(end), gene))
    return exons


class Places:
    """Exons by chromosome and start."""

    def __init__(self, exons: Iterable[Exon]) -> None:
        self._exons: dict[str, list[Exon]] = {}
        for exon in sorted(exons, key=lambda exon: exon.start):
            self._exons.setdefault(exon.chrom, []).append(exon)
        self._longest = {
            chrom: max(exon.end - exon.start for exon in here)
            for chrom, here in self._exons.items()
        }

    def touching(self, chrom: str, start: int, end: int) -> Iterator[Exon]:
        """Yield the exons that a half-open stretch touches."""
        here = self._exons.get(chrom, [])
        low = start - self._longest.get(chrom, 0)
        for exon in islice(here, bisect_left(here, low, key=_start_of), None):
            if exon.start >= end:
                return
            if start < exon.end:
                yield exon


def _start_of(exon: Exon) -> int:
    return exon.start
