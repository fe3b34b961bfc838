"""How much an allele counts: pathogenic to benign, artefact."""

from collections.abc import Mapping
from dataclasses import dataclass

from ballad.variants.hotspots import (
    IN_FRAME,
    LOSS_OF_FUNCTION,
    Allele,
    Hotspot,
    codon,
)

PATHOGENIC = "pathogenic"
LIKELY_PATHOGENIC = "likely_pathogenic"
VUS = "vus"
BENIGN = "benign"
ARTEFACT = "artefact"
COUNTED = (PATHOGENIC, LIKELY_PATHOGENIC)

COMMON = 1e-3  # allele fraction of the highest population; ENIGMA-style BA/BS cut


@dataclass(frozen=True)
class Judgement:
    """What an allele counts as, and why it is flagged."""

    pathogenicity: str
    flags: tuple[str, ...]


def judgement(
    allele: Allele,
    hotspot: Hotspot | None,
    population_af: float | None,
    classes: Mapping[str, Mapping[str, str]],
    suppressor_genes: frozenset[str],
    common_af: float,
    tp53: Mapping,
) -> Judgement:
    """
    Judge an allele.

    Order: listed rows (benign, artefact, exact, exon end, class, range, codon), then
    loss of function of a suppressor, TP53 domain missense. What is common in a
    population is benign, unless an exact row of another gene than TP53 lists it; TP53
    variants from the lower cut on are of unknown effect, unless an exact row lists
    them. An exon-end row names one base and is as exact as a protein change.

    Parameters
    ----------
    allele, hotspot
        The allele and the row that decides about it, if any.
    population_af
        Allele fraction of the highest population, 0-1; None: not annotated.
    classes
        By hotspot class: exact, other (levels), flag.
    suppressor_genes
        Genes whose loss of function counts.
    common_af
        Allele fraction from which an allele is benign.
    tp53
        max_population_af, domain_max_population_af (missense that only its place in
        the domain speaks for), domain_codons, full_weight_to_codon.

    Returns
    -------
    Judgement
    """
    level, flags = _by_effect(allele, hotspot, classes, suppressor_genes, tp53)
    exact = hotspot is not None and hotspot.match in ("exact", "position")
    counted = level in COUNTED
    frequency = 0.0 if population_af is None else population_af
    yields = hotspot is None or counted and (not exact or allele.gene == "TP53")
    if yields and frequency >= common_af:
        return Judgement(BENIGN, ())
    doubted = counted and not exact and allele.gene == "TP53"
    if doubted and frequency >= tp53["max_population_af"]:
        return Judgement(VUS, flags)
    by_place = level == LIKELY_PATHOGENIC and hotspot is None and doubted
    if by_place and frequency > tp53["domain_max_population_af"]:
        return Judgement(VUS, flags)
    return Judgement(level, flags)


def _by_effect(
    allele: Allele,
    hotspot: Hotspot | None,
    classes: Mapping[str, Mapping[str, str]],
    suppressor_genes: frozenset[str],
    tp53: Mapping,
) -> tuple[str, tuple[str, ...]]:
    """Return level and flags as if the allele were in no population."""
    if hotspot is not None:
        meaning = classes[hotspot.hotspot_class]
        narrow = hotspot.match in ("exact", "position", "class")
        level = meaning["exact" if narrow else "other"]
        if hotspot.match == "class":
            level = _late_truncation(allele, level, tp53)
        return level, tuple(filter(None, [meaning["flag"]]))
    if allele.gene in suppressor_genes and allele.terms & LOSS_OF_FUNCTION:
        return PATHOGENIC, ()
    if allele.gene == "TP53" and _domain_missense(allele, tp53):
        return LIKELY_PATHOGENIC, ()
    return BENIGN if _silent(allele.terms) else VUS, ()


def _silent(terms: frozenset[str]) -> bool:
    """Say whether an allele leaves the protein as it is; not annotated: no."""
    changing = LOSS_OF_FUNCTION | IN_FRAME | {"missense_variant"}
    # Beside an exon's end the spliced transcript may differ: nobody knows.
    near_splice = any(term.startswith("splice_") for term in terms)
    return bool(terms - {""}) and not terms & changing and not near_splice


def _late_truncation(allele: Allele, level: str, tp53: Mapping) -> str:
    place = codon(allele.protein_change)
    late = place is not None and place > tp53["full_weight_to_codon"]
    if allele.gene == "TP53" and late and level == PATHOGENIC:
        return LIKELY_PATHOGENIC
    return level


def _domain_missense(allele: Allele, tp53: Mapping) -> bool:
    place = codon(allele.protein_change)
    low, high = tp53["domain_codons"]
    return (
        "missense_variant" in allele.terms
        and place is not None
        and low <= place <= high
    )
