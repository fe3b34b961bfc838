"""The isoform of BCR::ABL1, by the BCR exon before the break or the laboratory's text."""

import re
from collections.abc import Iterable, Mapping

P_UNKNOWN = "p_unknown"
# Last BCR exon of the transcript (NM_004327): minor, major and micro breakpoint.
ISOFORMS = {1: "p190", 13: "p210", 14: "p210", 19: "p230"}
_TEXTS = {
    "p190": re.compile(r"\b(?:p190|e1a[23]|m-?bcr\(minor\)|minor breakpoint)\b", re.I),
    "p210": re.compile(r"\b(?:p210|e1[34]a[23]|b[23]a[23]|major breakpoint)\b", re.I),
    "p230": re.compile(r"\b(?:p230|e19a[23]|micro breakpoint)\b", re.I),
}


def bcr_exons(cds: Iterable[list[str]]) -> dict[int, tuple[int, int]]:
    """Return number: first and last base (1-based) of the BCR exons of a BED."""
    found = {}
    for row in cds:
        gene, _, exon = row[3].split("|")
        if gene == "BCR":
            found[int(exon.removeprefix("exon"))] = (int(row[1]) + 1, int(row[2]))
    return found


def isoform(
    breakpoints: Iterable[tuple[str, str]],
    texts: Iterable[str],
    exons: Mapping[str, Mapping[int, tuple[int, int]]],
) -> str:
    """
    Name the isoform of a present BCR::ABL1.

    Parameters
    ----------
    breakpoints
        Genome build and ``chrom:pos`` of BCR, of RNA (last base of an exon) or of DNA
        (in the intron after it).
    texts
        What laboratories wrote: FISH, PCR, curators' sources.
    exons
        By build: BCR exon: first and last base.

    Returns
    -------
    str
        p190, p210, p230, several joined by a comma, or p_unknown.
    """
    found = set()
    for build, place in breakpoints:
        chrom, pos, *_ = [*place.removeprefix("chr").split(":"), "", ""]
        before = [
            number
            for number, (first, _) in exons.get(build, {}).items()
            if chrom == "22" and pos.isdigit() and first <= int(pos)
        ]
        found |= {ISOFORMS[n] for n in [max(before, default=0)] if n in ISOFORMS}
    if not found:
        joined = " ".join(texts)
        found = {name for name, pattern in _TEXTS.items() if pattern.search(joined)}
    return ",".join(sorted(found)) or P_UNKNOWN
