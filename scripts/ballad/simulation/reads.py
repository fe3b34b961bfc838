"""
Paired reads of a panel with planted variants (SYNTHETIC), drawn from real sequence.

What laboratories see is in them: sequencing errors by quality, N, adapters, PCR
duplicates, and variants seen on one strand more than on the other.
"""

import gzip
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

ADAPTERS = ("AGATCGGAAGAGCACACGTCTGAACTCCAGTCA", "AGATCGGAAGAGCGTCGTGTAGGGAAAGAGTGT")
FLANK = 5  # bases on both sides of an indel's first breakpoint that show it in a read
_COMPLEMENT = str.maketrans("ACGTN", "TGCAN")
_BASES = "ACGT"


@dataclass(frozen=True)
class Planted:
    """A variant that reads carry; left-aligned, 0-based start."""

    chrom: str
    start: int
    ref: str
    alt: str
    vaf: float  # fraction of fragments
    forward: float = 0.5  # share of its reads on the forward strand; 1 or 0: artefact

    @property
    def end(self) -> int:
        """First base behind its reference allele."""
        return self.start + len(self.ref)

    @property
    def breakpoint(self) -> int:
        """First base at which the alleles differ."""
        return self.start + (self.ref[:1] == self.alt[:1])


@dataclass(frozen=True)
class Library:
    """How a sample's reads are made."""

    depth: float  # reads over a base, duplicates not counted
    read_length: int = 100
    fragment_mean: float = 240.0
    fragment_sd: float = 40.0
    duplicates: float = 0.2  # copies per fragment
    unknown_bases: float = 0.001  # fraction that is N
    last_quality: int = 25  # Phred at the end of a read; 37 at its beginning


@dataclass
class Seen:
    """Reads that show a place of a planted variant, without duplicates."""

    reads: int = 0
    alt: int = 0


def left_aligned(
    fetch: Callable[[int, int], str], start: int, ref: str, alt: str
) -> tuple[int, str, str]:
    """Move an indel as far left as it goes (Tan, Bioinformatics 2015)."""
    while len(ref) != len(alt):
        if ref and alt and ref[-1] == alt[-1]:
            ref, alt = ref[:-1], alt[:-1]
        elif not ref or not alt:
            base = fetch(start - 1, start)
            start, ref, alt = start - 1, base + ref, base + alt
        else:
            break
    while min(len(ref), len(alt)) > 1 and ref[0] == alt[0]:
        start, ref, alt = start + 1, ref[1:], alt[1:]
    return start, ref, alt


def planted_variants(
    draw: random.Random,
    fetch: Callable[[str, int, int], str],
    exons: Iterable[tuple[str, int, int]],
    vafs: Sequence[float],
    indel_share: float = 0.4,
    apart: int = 70,
    longest: int = 20,
) -> list[Planted]:
    """
    Draw variants inside exons, far enough from each other to be told apart.

    Parameters
    ----------
    exons
        Chromosome, start (0-based), end.
    vafs
        Fractions to draw from.
    """
    found: list[Planted] = []
    for chrom, low, high in exons:
        place = low + draw.randrange(3, 20)
        while place < high - 3:
            ref, alt = fetch(chrom, place, place + 1), ""
            if draw.random() < indel_share:
                size = draw.randint(1, longest)
                if draw.random() < 0.5:
                    ref = fetch(chrom, place, min(place + 1 + size, high))
                    alt = ref[0]
                else:
                    alt = ref + "".join(draw.choices(_BASES, k=size))
            else:
                alt = draw.choice([base for base in _BASES if base != ref])
            start, ref, alt = left_aligned(
                lambda a, b, c=chrom: fetch(c, a, b),  # type: ignore[misc]
                place,
                ref,
                alt,
            )
            if ref != alt and "N" not in ref and start >= low:
                forward = draw.choice([0.5, 0.5, 0.35, 0.7])
                found.append(
                    Planted(chrom, start, ref, alt, draw.choice(vafs), forward)
                )
            place += apart + draw.randrange(30)
    return found


Pair = tuple[str, str, str, str, str]  # name, bases and qualities of both mates


def simulated_pairs(
    draw: random.Random,
    fetch: Callable[[str, int, int], str],
    targets: Iterable[tuple[str, int, int]],
    variants: Sequence[Planted],
    library: Library,
    seen: dict[Planted, Seen],
) -> Iterator[Pair]:
    """
    Draw the pairs of a sample, target by target.

    Parameters
    ----------
    targets
        Chromosome, start, end of what is captured; apart from each other.
    seen
        Is filled: what the reads of each variant show.
    """
    length = library.read_length
    for chrom, low, high in targets:
        count = round(
            library.depth * (high - low + library.fragment_mean) / (2 * length)
        )
        reach = 2 * round(library.fragment_mean + 5 * library.fragment_sd)
        floor = low - reach
        bases = fetch(chrom, floor, high + reach)
        near = (floor, high + reach)
        here = [v for v in variants if v.chrom == chrom and near[0] < v.start < near[1]]
        for number in range(count):
            size = round(draw.gauss(library.fragment_mean, library.fragment_sd))
            size = min(max(size, 60), reach // 2)
            start = draw.randrange(low - size + 1, high)
            carried = _carried(draw, here, start, size, length, seen)
            insert = _with(bases, floor, start, start + size, carried)
            turned = draw.random() < 0.5
            copies = 1 + (draw.random() < library.duplicates)
            for copy in range(copies):
                name = f"{chrom}-{low}-{number}-{copy}"
                yield name, *_mates(draw, insert, turned, library)


def _carried(
    draw: random.Random,
    here: Iterable[Planted],
    start: int,
    size: int,
    length: int,
    seen: dict[Planted, Seen],
) -> list[Planted]:
    """Choose what a fragment carries; count the reads that show each variant."""
    touched, carried = [], []
    for variant in here:
        if variant.end <= start or variant.start >= start + size:
            continue
        touched.append(variant)
        if variant.end > start + size or variant.start < start:
            continue  # a fragment that ends inside an allele has the reference
        left = variant.start < start + length
        right = variant.start >= start + size - length
        # Both mates show it: on both strands, which an artefact of one is not.
        share = 1.0 if 0 < variant.forward < 1 else 0.0
        if left != right:
            share = 2 * (variant.forward if left else 1 - variant.forward)
        if draw.random() < min(1.0, variant.vaf * share):
            carried.append(variant)
    end = size + sum(len(v.alt) - len(v.ref) for v in carried)
    for variant in touched:
        place, flank = variant.breakpoint - start, FLANK
        place += sum(len(v.alt) - len(v.ref) for v in carried if v.end <= variant.start)
        if len(variant.ref) == len(variant.alt):
            flank = 0
        reads = sum(
            low <= place - flank and place + max(flank, 1) <= high
            for low, high in ((0, min(length, end)), (max(0, end - length), end))
        )
        counted = seen.setdefault(variant, Seen())
        counted.reads += reads
        counted.alt += (variant in carried) * reads
    return carried


def _with(
    bases: str, floor: int, start: int, end: int, carried: Sequence[Planted]
) -> str:
    parts, cursor = [], start
    for variant in sorted(carried, key=lambda v: v.start):
        parts += [bases[cursor - floor : variant.start - floor], variant.alt]
        cursor = variant.end
    return "".join([*parts, bases[cursor - floor : end - floor]])


def _mates(
    draw: random.Random, insert: str, turned: bool, library: Library
) -> tuple[str, str, str, str]:
    other = insert.translate(_COMPLEMENT)[::-1]
    ends = (other, insert) if turned else (insert, other)
    first, second = (
        _sequenced(draw, (end + adapter)[: library.read_length], library)
        for end, adapter in zip(ends, ADAPTERS, strict=True)
    )
    return *first, *second


def _sequenced(draw: random.Random, template: str, library: Library) -> tuple[str, str]:
    """Add the errors of sequencing, as often as the qualities say."""
    bases, last = list(template), max(len(template) - 1, 1)
    fall = 37 - library.last_quality
    quality = [37 - fall * n // last for n in range(len(bases))]
    highest = 10 ** (-library.last_quality / 10)
    for place in _hits(draw, len(bases), highest):
        if draw.random() < 10 ** (-quality[place] / 10) / highest:
            bases[place] = draw.choice([b for b in _BASES if b != bases[place]])
    for place in _hits(draw, len(bases), library.unknown_bases):
        bases[place], quality[place] = "N", 2
    return "".join(bases), "".join(chr(q + 33) for q in quality)


def _hits(draw: random.Random, length: int, rate: float) -> Iterator[int]:
    """Yield the places of rare events: the gaps between them are exponential."""
    place = -1
    while rate > 0:
        place += 1 + int(draw.expovariate(rate))
        if place >= length:
            return
        yield place


def write_fastq(pairs: Iterable[Pair], first: str, second: str) -> int:
    """Write both files of a lane, gzip; return the number of pairs."""
    count = 0
    with gzip.open(first, "wt", 1) as one, gzip.open(second, "wt", 1) as two:
        for name, bases, quality, mate, mate_quality in pairs:
            one.write(f"@{name}/1\n{bases}\n+\n{quality}\n")
            two.write(f"@{name}/2\n{mate}\n+\n{mate_quality}\n")
            count += 1
    return count


def merged_targets(
    exons: Iterable[tuple[str, int, int]], beside: int
) -> list[tuple[str, int, int]]:
    """Join exons that lie within `beside` bases of each other."""
    joined: list[tuple[str, int, int]] = []
    for chrom, start, end in sorted(exons):
        if joined and joined[-1][0] == chrom and start - beside <= joined[-1][2]:
            joined[-1] = (chrom, joined[-1][1], max(joined[-1][2], end + beside))
        else:
            joined.append((chrom, start - beside, end + beside))
    return joined


def realised(seen: Mapping[Planted, Seen], variant: Planted) -> tuple[int, float]:
    """Return the alternate reads and their fraction, of what was drawn."""
    counted = seen.get(variant, Seen())
    return counted.alt, counted.alt / counted.reads if counted.reads else 0.0
