"""The entries of SnpEff's ANN."""

from ballad.variants.vocabulary import Consequence, common_terms


def snpeff_consequences(
    text: str, fields: tuple[str, ...], ref: str, alts: list[str], alt_index: int
) -> list[Consequence]:
    """
    Read the consequences of one allele from SnpEff's ANN.

    The entries name the whole alternative allele and do not keep the order of ALT.
    Effects of a somatic on a germline allele (``G-C``, cancer mode) are left out: the
    panel judges changes of the reference.

    Raises
    ------
    ValueError
        If an entry has fewer fields than up to the protein change.
    """
    entries = []
    for entry in text.split(","):
        values = [value.strip() for value in entry.split("|")]
        if len(values) < _SNPEFF_PROTEIN:
            raise ValueError(
                f"annotation has {len(values)} fields, SnpEff writes {len(fields)}; a "
                "comma inside a field ends an entry"
            )
        if alts[alt_index] in (values[0], values[0].upper()):
            # The first eleven fields are fixed by the ANN format, their names are not.
            terms, gene, transcript, biotype = (values[i] for i in (1, 3, 6, 7))
            entries.append(
                Consequence(
                    gene=gene,
                    transcript=transcript,
                    terms=common_terms(terms),
                    hgvsc=values[9],
                    hgvsp=values[10],
                    biotype=_biotype(biotype),
                    mane=False,
                    canonical=False,
                    population_af=None,
                )
            )
    return entries


_SNPEFF_PROTEIN = 11


def _biotype(text: str) -> str:
    # SnpEff up to 4.1 and refSeq databases write Coding or mRNA.
    coding = text.lower() in ("coding", "protein_coding", "mrna")
    return "protein_coding" if coding else text
