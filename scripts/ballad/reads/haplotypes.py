"""The sequences that the alleles called at a place make, and which of them a read shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

FLANK = 5  # bases on both sides of the first breakpoint that a counted read has


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
