"""Where in the genome the panel lies; loads neither pandas nor numpy."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from itertools import accumulate
from typing import NamedTuple

from ballad.pseudoautosomal import also_on_y
from ballad.variants.knowledge import rows_of

BUILDS = ("GRCh37", "GRCh38")
# Bases; an alternative transcript of a gene may have exons beside the panel's one.
_BESIDE = 10_000
_SPAN = re.compile(r"(?:chr)?(\w+):(\d+)(?:-(\d+))?$")


class Region(NamedTuple):
    """A half-open, 0-based stretch of one chromosome and the genes it belongs to."""

    start: int
    end: int
    genes: frozenset[str]


class Panel:
    """
    The panel on one genome build.

    Parameters
    ----------
    build
        GRCh37 or GRCh38.
    regions
        By chromosome without chr, sorted.
    transcripts
        By gene: ids without version.
    sentinels
        (chromosome, position): the bases that the reference may have there.
    elsewhere
        As `regions`: the genes where the other build has them and this one does not.
    """

    def __init__(
        self,
        build: str,
        regions: Mapping[str, tuple[Region, ...]],
        transcripts: Mapping[str, frozenset[str]],
        sentinels: Mapping[tuple[str, int], str] | None = None,
        elsewhere: Mapping[str, tuple[Region, ...]] | None = None,
    ) -> None:
        self.build = build
        self.regions = regions
        self.transcripts = transcripts
        self.sentinels = sentinels or {}
        self._elsewhere = elsewhere or {}

    @cached_property
    def of_the_other_build(self) -> "Panel":
        """The places that belong to its genes in the other build alone."""
        return Panel(self.build, self._elsewhere, {})

    @property
    def chromosomes(self) -> list[str]:
        """Where its genes lie; those of PAR1, which `regions` has on Y as well, on X."""
        return [chrom for chrom in self.regions if chrom != "Y"]

    def misspells(self, name: str) -> bool:
        """Say whether a name is one of its chromosomes but for case, blanks and quotes."""
        if name.removeprefix("chr") in self.regions:
            return False
        return _plain(name).removeprefix("CHR") in self.regions

    def may_begin(self, name: str) -> bool:
        """Say whether one of its chromosomes, also misspelt, may begin like this."""
        plain = _plain(name)
        return any(
            f"CHR{chrom}".startswith(plain) or chrom.startswith(plain)
            for chrom in self.regions
        )

    def merged(self, chrom: str) -> list[tuple[int, int]]:
        """Join overlapping regions of a chromosome, so that a record comes once."""
        return self._merged.get(chrom, [])

    @cached_property
    def _merged(self) -> dict[str, list[tuple[int, int]]]:
        joined = {}
        for chrom, regions in self.regions.items():
            merged: list[list[int]] = []
            for region in regions:
                if merged and region.start <= merged[-1][1]:
                    merged[-1][1] = max(merged[-1][1], region.end)
                else:
                    merged.append([region.start, region.end])
            joined[chrom] = [(start, end) for start, end in merged]
        return joined

    @cached_property
    def _reaches(self) -> dict[str, tuple[list[int], list[int]]]:
        """Per chromosome: where regions start, and the furthest end up to each."""
        return {
            chrom: (
                [region.start for region in regions],
                list(accumulate((region.end for region in regions), max)),
            )
            for chrom, regions in self.regions.items()
        }

    def genes_at(self, chrom: str, start: int, end: int) -> list[str]:
        """Name the genes whose regions a half-open stretch touches, sorted."""
        regions = self.regions.get(chrom, ())
        if not regions:
            return []
        starts, reaches = self._reaches[chrom]
        genes: set[str] = set()
        last = bisect_left(starts, end) - 1
        while last >= 0 and reaches[last] > start:
            if regions[last].end > start:
                genes |= regions[last].genes
            last -= 1
        return sorted(genes)


def _plain(name: str) -> str:
    return name.strip(" \"'").upper()


def read_panel(build: str, cds: str, genes: str, hotspots: str, padding: int) -> Panel:
    """
    Build the panel of one genome build.

    Parameters
    ----------
    build
        GRCh37 or GRCh38.
    cds
        BED of coding exons; name is ``GENE|transcript|exon``.
    genes
        Table with symbol, mane_select_enst, mane_select_nm, exons_transcript.
    hotspots
        Table with gene and the genomic span of each hotspot.
    padding
        Bases read beside each coding exon.

    Returns
    -------
    Panel
        Coding exons with padding, and every hotspot outside of them; those in PAR1
        on Y as well, where some callers write the reads of both.
    """
    found: dict[str, set[tuple[int, int, str]]] = {}
    with open(cds, encoding="utf-8") as lines:
        for line in lines:
            chrom, start, end, name = line.split("\t", 4)[:4]
            gene = name.partition("|")[0]
            region = (max(0, int(start) - padding), int(end) + padding, gene)
            found.setdefault(chrom.removeprefix("chr"), set()).add(region)
    listed = list(rows_of(hotspots))
    for row in listed:
        for chrom, first, last in _spans(row[f"{build.lower()}_codon"]):
            found.setdefault(chrom, set()).add((first - 1, last, row["gene"]))
    for first, last, gene in list(found.get("X", ())):
        if copy := also_on_y(build, first, last):
            found.setdefault("Y", set()).add((*copy, gene))
    regions = {
        chrom: tuple(
            Region(start, end, _only(gene)) for start, end, gene in sorted(here)
        )
        for chrom, here in found.items()
    }
    known = list(rows_of(genes))
    minus = {row["symbol"] for row in known if row["strand"] == "-"}
    sentinels = _sentinels(build, minus, listed)
    elsewhere = _elsewhere(build, known)
    return Panel(build, regions, _transcripts(known), sentinels, elsewhere)


def _elsewhere(
    build: str, genes: Iterable[Mapping[str, str]]
) -> dict[str, tuple[Region, ...]]:
    """Take from each gene's span in the other build what lies near it in this one."""
    columns = {"GRCh37": "grch37_tx", "GRCh38": "grch38_mane"}
    here = columns.pop(build)
    (there,) = columns.values()
    found: dict[str, list[Region]] = {}
    for row in genes:
        ends = [row[f"{of}_{end}"] for of in (here, there) for end in ("start", "end")]
        if not all(map(str.isdecimal, ends)):
            continue
        first, last, other_first, other_last = map(int, ends)
        low, high = first - _BESIDE, last + _BESIDE
        for start, end in (
            (other_first, min(other_last, low)),
            (max(other_first, high), other_last),
        ):
            if start < end:
                chrom = row["chrom"].removeprefix("chr")
                region = Region(start, end, _only(row["symbol"]))
                found.setdefault(chrom, []).append(region)
    return {chrom: tuple(sorted(regions)) for chrom, regions in found.items()}


@cache
def _only(gene: str) -> frozenset[str]:
    return frozenset([gene])


def spans(text: str) -> list[tuple[str, int, int]]:
    """
    Read a genomic span of the knowledge tables: 1-based, inclusive.

    ``chr17:10-12`` is one span; ``chr17:10,11,55`` are three single bases.
    """
    return list(_spans(text))


# Variants of one codon stand in a row each.
@cache
def _spans(text: str) -> tuple[tuple[str, int, int], ...]:
    chrom, _, places = text.partition(":")
    if not places:
        return ()
    pieces = []
    for place in places.split(","):
        match = _SPAN.match(f"{chrom}:{place}")
        if match is None:
            raise ValueError(f"{text!r} is no genomic span like chr17:10-12")
        name, start, end = match.groups()
        pieces.append((name, int(start), int(end or start)))
    return tuple(pieces)


_BASES = "TCAG"
# The standard genetic code in the order of TCAG, first base slowest (NCBI table 1).
_CODE = "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"
_COMPLEMENT = str.maketrans("ACGT", "TGCA")
_LISTED = re.compile(r"([A-Z])\d+")


def _sentinels(
    build: str, minus: set[str], hotspots: Sequence[Mapping[str, str]]
) -> dict[tuple[str, int], str]:
    """Name the bases by which a listed residue's codon can be written."""
    found: dict[tuple[str, int], str] = {}
    for row in hotspots:
        listed = _LISTED.match(row["protein_change"])
        places = [
            (chrom, pos)
            for chrom, first, last in _spans(row[f"{build.lower()}_codon"])
            for pos in range(first, last + 1)
        ]
        if row["match"] not in ("exact", "codon") or not listed or len(places) != 3:
            continue
        allowed = _codon_bases(listed.group(1), row["gene"] in minus)
        for place, bases in zip(places, allowed, strict=True):
            if len(bases) < len(_BASES):
                found[place] = bases
    return found


@lru_cache
def _codon_bases(residue: str, minus: bool) -> tuple[str, ...]:
    """Name the bases of a residue's codons, in the order of the genome."""
    codons = [n for n, coded in enumerate(_CODE) if coded == residue]
    bases = [
        "".join({_BASES[codon // step % 4] for codon in codons}) for step in (16, 4, 1)
    ]
    if minus:
        bases = [base.translate(_COMPLEMENT) for base in reversed(bases)]
    return tuple("".join(sorted(base)) for base in bases)


def own_transcripts(genes: str) -> dict[str, frozenset[str]]:
    """Read each gene's panel transcripts, ENST and NM, without version."""
    return _transcripts(rows_of(genes))


def _transcripts(genes: Iterable[Mapping[str, str]]) -> dict[str, frozenset[str]]:
    columns = ("mane_select_enst", "mane_select_nm", "exons_transcript")
    return {
        row["symbol"]: frozenset(
            row[column].split(".")[0] for column in columns if row[column]
        )
        for row in genes
    }


def known_contigs(path: str) -> dict[tuple[str, int], str]:
    """Read which build a contig's length belongs to; names without chr."""
    return {
        (row["contig"].removeprefix("chr"), int(row["length"])): row["build"]
        for row in rows_of(path)
    }
