"""REF and ALT of a record: bases in capitals, or a clear word on what they are not."""

import re
from functools import lru_cache

_BASES = re.compile("[ACGTNRYSWKMBDHVU]+", re.IGNORECASE)
# No alternative, an overlapping deletion, mpileup's and a symbol's way of any other; a
# breakend has a bracket, a single one a dot beside its bases, an inserted contig of the
# assembly a symbol behind the base before it (C<ctg1>). VarScan writes A/T if
# normal and tumour differ, with one count for both: no annotator knows such an allele.
_SYMBOLS = re.compile(
    r"\*?|\.|X|[A-Za-z]*<[^<>]+>|.*[\[\]].*|\.[A-Za-z]+|[A-Za-z]+\.|[A-Za-z]+/[A-Za-z]+"
)


_STRUCTURAL = re.compile(r"[<\[\]]|^\.[A-Za-z]|[A-Za-z]\.$")


def structural(alt: str) -> bool:
    """Say whether an alternative is a symbolic allele or a breakend, also a single one."""
    return _STRUCTURAL.search(alt) is not None


@lru_cache(maxsize=4096)
def alleles_of(ref: str, alts: str) -> tuple[str, tuple[str, ...]]:
    """
    Read the alleles of a record.

    Parameters
    ----------
    ref, alts
        REF and ALT as written; alternatives are joined by commas.

    Returns
    -------
    tuple of REF and the alternatives
        Bases in capitals: small letters mean the same (masked sequence). Symbols and
        breakends as written.

    Raises
    ------
    ValueError
        If an allele is neither bases nor a symbol of VCF.
    """
    # TIGRA leaves REF out beside a symbol, which says all.
    if not _BASES.fullmatch(ref) and not (ref == "." and alts.startswith("<")):
        raise ValueError(f"REF {ref!r} is no sequence of bases; write the VCF again")
    reference, alternatives = ref.upper(), []
    for alt in alts.split(","):
        if _BASES.fullmatch(alt):
            alt = alt.upper()
        elif not _SYMBOLS.fullmatch(alt):
            raise ValueError(
                f"ALT {alt!r} is neither bases nor a symbol of VCF; alternatives are "
                "parted by commas, an indel has the base before it"
            )
        alternatives.append(alt)
    return reference, tuple(alternatives)
