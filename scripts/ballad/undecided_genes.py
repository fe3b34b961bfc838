"""Why a gene without a counted variant cannot be called free of one, in words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ballad.callability import ASSUMED, CALLABLE, NO_INDELS, NOT_ASSESSED
from ballad.reads.quality import FAILED_READS

PLACES_SAID = 3  # places of variants named; the others are counted


def undecided(
    genes: Iterable[str],
    callability: Mapping[str, Mapping[str, Any]],
    unknown: Mapping[str, Sequence[str]],
    min_depth: int | None,
) -> str:
    """
    Name the cause for each gene that cannot be decided; genes of one cause together.

    Parameters
    ----------
    genes
        Of the lesion.
    callability
        Gene: state, fraction_covered (text or number; empty without coverage), source
        of one sample. A gene without a row is outside the assay.
    unknown
        Gene: chrom:pos:ref:alt of its variants of which nothing tells whether they
        count.
    min_depth
        Reads that the assay asks for; None: it asks for none.

    Returns
    -------
    str
        ``TP53: 50 % of its coding bases have 100 reads; NRAS, KRAS: …``; the genes
        in whom absence may be said are passed over.
    """
    causes: dict[str, list[str]] = {}
    for gene in genes:
        row = callability.get(gene, {"state": NOT_ASSESSED})
        for cause in _causes(row, unknown.get(gene, ()), min_depth):
            causes.setdefault(cause, []).append(gene)
    return "; ".join(f"{', '.join(its)}: {cause}" for cause, its in causes.items())


def _causes(
    row: Mapping[str, Any], unknown: Sequence[str], min_depth: int | None
) -> list[str]:
    if row["state"] == NOT_ASSESSED:
        return ["outside the genes of the assay"]
    found = []
    if unknown:
        more = len(unknown) - PLACES_SAID
        places = ", ".join(unknown[:PLACES_SAID]) + (f" and {more}" if more > 0 else "")
        found.append(f"a variant that is neither annotated nor listed, {places}")
    if row["state"] not in (CALLABLE, ASSUMED):
        found.append(_coverage(row, min_depth))
    return found


def _coverage(row: Mapping[str, Any], min_depth: int | None) -> str:
    source, fraction = row.get("source", ""), row.get("fraction_covered", "")
    if source.startswith((FAILED_READS, NO_INDELS)):
        return source
    if not source:
        return "no coverage file, and the assay has no assume_covered"
    if fraction in ("", None) or fraction != fraction:
        return "the coverage file says nothing of it"
    # Rounded down: 94.96 % is not the 95 % that may be asked for.
    percent = int(1000 * float(fraction)) / 10
    enough = f"{min_depth} reads" if min_depth else "coverage"
    return f"{percent:g} % of its coding bases have {enough}"
