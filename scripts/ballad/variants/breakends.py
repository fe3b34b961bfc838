"""Where else than at its own position a record touches the genome: mates of breakends."""

import re
from collections.abc import Iterator, Mapping, Sequence

from ballad.variants.panel import Panel

# t[p[ and its like; the p of an assembled contig stands in angle brackets.
_MATE = re.compile(r"[\[\]]<?([^\[\]<>,\t]+?)>?:(\d+)[\[\]]")
_MATE_BYTES = re.compile(_MATE.pattern.encode())
# Only callers of structural variants declare these: a reader by region would miss the
# records whose mate alone lies in the panel. Callers of small variants that write
# breakends (MATEID) write one at each end.
_OF_STRUCTURE = frozenset(("CHR2", "CIPOS", "EVENT", "PARID"))
_ALTERNATIVES = ("##ALT=<ID=BND", "##ALT=<ID=TRA")


def has_mates(text: bytes) -> bool:
    """Say whether a text of VCF lines has a breakend; brackets alone are none."""
    # One byte is found far quicker than four; CHR2 counts only beside a symbolic allele.
    if b"<" in text and b"CHR2=" in text:
        return True
    return (b"[" in text or b"]" in text) and _MATE_BYTES.search(text) is not None


def mates(alt: str, info: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """
    Name the other ends of a record's alternatives.

    Parameters
    ----------
    alt
        Alternatives, joined by commas: ``N]chr9:22000000]``, or symbolic ones whose
        other end CHR2 tells, at POS2 or else END.
    info
        INFO key: value.

    Yields
    ------
    chromosome without chr, position (1-based)
    """
    for chrom, pos in _MATE.findall(alt):
        yield chrom.removeprefix("chr"), int(pos)
    chrom = info.get("CHR2", "")
    place = info.get("POS2") or info.get("END") or ""
    if chrom and "<" in alt and place.isdecimal():
        yield chrom.removeprefix("chr"), int(place)


def genes_of_mates(panel: Panel, alt: str, info: Mapping[str, str]) -> Iterator[str]:
    """Name the genes of the panel in which the other ends of a record lie."""
    for chrom, pos in mates(alt, info):
        yield from panel.genes_at(chrom, pos - 1, pos)


def declared(meta: Sequence[str]) -> bool:
    """Say whether a header is that of a caller of structural variants."""
    keys = {
        line[len("##INFO=<ID=") :].partition(",")[0]
        for line in meta
        if line.startswith("##INFO=<ID=")
    }
    return not keys.isdisjoint(_OF_STRUCTURE) or any(
        line.startswith(_ALTERNATIVES) for line in meta
    )
