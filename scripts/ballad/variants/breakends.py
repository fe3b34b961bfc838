"""Where else than at its own position a record touches the genome: mates of breakends."""

import re
from collections.abc import Iterator, Mapping, Sequence

from ballad.variants.panel import Panel

# t[p[ and its like; the p of an assembled contig stands in angle brackets.
_MATE = re.compile(r"[\[\]]<?([^\[\]<>,\t]+?)>?:(\d+)[\[\]]")
_MATE_BYTES = re.compile(_MATE.pattern.encode())
# Keys of the VCF specification (4.1 to 4.4) for breakends, and what callers write for
# the other end. MATEID does not promise a record at each end: one may be filtered away.
_OF_BREAKENDS = frozenset(
    ("SVTYPE", "MATEID", "PARID", "EVENT", "EVENTTYPE", "CIPOS", "CHR2", "POS2")
)
_ALTERNATIVES = ("##ALT=<ID=BND", "##ALT=<ID=TRA")
_INFO = "##INFO=<ID="


def has_mates(text: bytes) -> bool:
    """Say whether a text of VCF lines has a breakend; brackets alone are none."""
    # One byte is found far quicker than four; CHR2 counts only beside a symbolic allele.
    if b"<" in text and b"CHR2=" in text:
        return True
    return _has_brackets(text)


def _has_brackets(text: bytes) -> bool:
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


def hidden_by(meta: Sequence[str]) -> str:
    """
    Say by the header why an index may not lead to all records that touch a region.

    An index knows POS, REF and END, neither a mate nor SVLEN. So a file is read by
    index only if its header describes INFO and nothing of structural variants.

    Parameters
    ----------
    meta
        Lines of the header above #CHROM.

    Returns
    -------
    str
        Empty if the index does.
    """
    keys = {
        line[len(_INFO) :].partition(",")[0] for line in meta if line.startswith(_INFO)
    }
    if not keys:
        return "the header describes no INFO: breakends cannot be excluded"
    if "SVLEN" in keys:
        return (
            "deletions or duplications may lack END: SVLEN is a length no index knows"
        )
    if keys & _OF_BREAKENDS or any(line.startswith(_ALTERNATIVES) for line in meta):
        return "structural variants: no index knows where the mate of a breakend lies"
    return ""


def undeclared(text: bytes) -> bool:
    """Say whether lines have a breakend or SVLEN, of which their header said nothing."""
    # A block has few symbolic alleles: all its signs are looked for once.
    if b"<" in text and (b"SVLEN=" in text or b"CHR2=" in text):
        return True
    return _has_brackets(text)
