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
    common in a population, loss of function of a suppressor, TP53 domain missense.

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
        Allele fraction from which an unlisted allele is benign.
    tp53
        max_population_af, domain_codons, full_weight_to_codon.

    Returns
    -------
    Judgement
    """
    if hotspot is not None:
        meaning = classes[hotspot.hotspot_class]
        narrow = hotspot.match in ("exact", "position", "class")
        level = meaning["exact" if narrow else "other"]
        if hotspot.match == "class":
            level = _late_truncation(allele, level, tp53)
        return Judgement(level, tuple(filter(None, [meaning["flag"]])))
    if population_af is not None and population_af >= common_af:
        return Judgement(BENIGN, ())
    if allele.gene in suppressor_genes and allele.terms & LOSS_OF_FUNCTION:
        return Judgement(PATHOGENIC, ())
    if allele.gene == "TP53" and _counted_missense(allele, population_af, tp53):
        return Judgement(LIKELY_PATHOGENIC, ())
    return Judgement(BENIGN if _silent(allele.terms) else VUS, ())


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


def _counted_missense(
    allele: Allele, population_af: float | None, tp53: Mapping
) -> bool:
    place = codon(allele.protein_change)
    low, high = tp53["domain_codons"]
    return (
        "missense_variant" in allele.terms
        and place is not None
        and low <= place <= high
        and (population_af is None or population_af <= tp53["max_population_af"])
    )
