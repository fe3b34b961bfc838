"""The entries of bcftools' BCSQ."""

import re
from collections.abc import Iterable

from ballad.variants.vocabulary import Consequence, common_terms

# bcftools leaves the amino acids and bases out where no codon changes.
BCSQ_FIELDS = (
    *("Consequence", "gene", "transcript", "biotype", "strand"),
    *("amino_acid_change", "dna_change"),
)
_BCSQ_CODON = re.compile(
    r"(\d+)([A-Z*]*)(?:\.\.(\d+))?(?:>(\d+)([A-Z*]*)(?:\.\.\d+)?)?"
)


def bcsq_consequences(
    text: str, ref: str, alts: list[str], alt_index: int
) -> list[Consequence]:
    """
    Read the consequences of one allele from bcftools' BCSQ.

    An entry names its allele only by its DNA change; those without one (splice sites,
    introns, UTR) hold for an allele of which no entry names the change. ``@position``
    sends to the record that tells the change of several records together: its terms
    are ``@position`` here. Several entries of one transcript are one consequence.
    """
    entries = []
    for entry in text.split(","):
        values = entry.split("|")
        if entry.startswith("@"):
            values = [entry]
        values += [""] * (len(BCSQ_FIELDS) - len(values))
        entries.append(values)
    here = [values for values in entries if _names(values[6], ref, alts[alt_index])]
    if not here or len(alts) == 1:
        others = [alt for alt in alts if alt != alts[alt_index]]
        here += [
            values
            for values in entries
            if values not in here
            and not any(_names(values[6], ref, other) for other in others)
        ]
    return _by_transcript(_bcsq_consequence(values) for values in here)


def _by_transcript(told: Iterable[Consequence]) -> list[Consequence]:
    """Join the entries of a transcript: bcftools tells a splice region apart."""
    joined: dict[tuple[str, str], Consequence] = {}
    for number, entry in enumerate(told):
        key = (entry.gene, entry.transcript or str(number))
        first = joined.get(key)
        if first is not None:
            terms = dict.fromkeys([*first.terms.split("&"), *entry.terms.split("&")])
            hgvsp = first.hgvsp or entry.hgvsp
            entry = first._replace(terms="&".join(terms), hgvsp=hgvsp)
        joined[key] = entry
    return list(joined.values())


def _names(dna_change: str, ref: str, alt: str) -> bool:
    return any(
        change.lstrip("0123456789").upper() == f"{ref}>{alt}"
        for change in dna_change.split("+")
    )


def _bcsq_consequence(values: list[str]) -> Consequence:
    # A leading * marks what follows a stop of the same haplotype.
    terms = common_terms(values[0].lstrip("*"))
    change = bcsq_protein_change(values[5], terms)
    return Consequence(
        gene=values[1],
        transcript=values[2],
        terms=terms,
        hgvsc="",
        hgvsp=f"p.{change}" if change else "",
        biotype=values[3],
        mane=False,
        canonical=False,
        population_af=None,
    )


def bcsq_protein_change(text: str, terms: str) -> str:
    """
    Shorten bcftools' amino acids: ``175R>175H`` -> ``R175H``, ``213R`` -> ``R213=``.

    Residues that both sides share are left out: ``746ELREA>746K`` is
    ``E746_A750delinsK``. A frameshift is told by its first changed residue.
    """
    match = _BCSQ_CODON.fullmatch(text)
    if match is None:
        return ""
    position, before, last, moved, after = match.groups()
    start = int(position)
    if moved is None:
        return f"{before}{start}=" if len(before) == 1 else ""
    while len(before) > 1 and after[1:] and before[0] == after[0]:
        before, after, start = before[1:], after[1:], start + 1
    if "frameshift_variant" in terms:
        return f"{before[:1]}{start}fs"
    if last or not before:  # shortened by --brief-predictions
        return ""
    if len(before) == len(after) == 1:
        return f"{before}{start}{after}"
    while len(before) > 1 and after and before[-1] == after[-1]:
        before, after = before[:-1], after[:-1]
    if len(before) > 1 and after and before[0] == after[0]:
        before, after, start = before[1:], after[1:], start + 1
    end = f"_{before[-1]}{start + len(before) - 1}" if len(before) > 1 else ""
    kind = f"delins{after}" if after else "del"
    return f"{before[0]}{start}{end}{kind}"
