"""The entries of SnpEff's ANN."""

from collections.abc import Iterator

from ballad.variants.vocabulary import Consequence, common_terms, unescaped


def snpeff_consequences(
    text: str, fields: tuple[str, ...], ref: str, alts: list[str], alt_index: int
) -> list[Consequence]:
    """
    Read the consequences of one allele from SnpEff's ANN.

    The entries name the whole alternative allele and do not keep the order of ALT.
    Effects of a somatic on a germline allele (``G-C``, cancer mode) are left out: the
    panel judges changes of the reference. SnpEff writes %2C for a comma inside a field,
    and its like for the other signs of VCF; where a plain comma stands, the number of
    fields tells what it belongs to.

    Raises
    ------
    ValueError
        If an entry has fewer fields than up to the protein change.
    """
    entries = []
    for values in _entries(text, len(fields)):
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


def _entries(text: str, fields: int) -> Iterator[list[str]]:
    """Yield the fields of each entry; a piece between commas may be a part of one."""
    entry: list[str] = []
    joined = False
    for piece in text.split(","):
        values = [value.strip() for value in piece.split("|")]
        parts = _SNPEFF_PROTEIN > min(len(values), len(entry) or fields)
        if entry and parts and len(entry) + len(values) - 1 <= fields:
            entry, joined = [*entry[:-1], f"{entry[-1]},{values[0]}", *values[1:]], True
            continue
        if entry:
            yield _whole(entry, fields if joined else _SNPEFF_PROTEIN, fields)
        entry, joined = values, False
    yield _whole(entry, fields if joined else _SNPEFF_PROTEIN, fields)


def _whole(entry: list[str], least: int, fields: int) -> list[str]:
    if len(entry) < least:
        raise ValueError(
            f"annotation has {len(entry)} fields, SnpEff writes {fields}; annotate the "
            "VCF again, or write %2C for a comma inside a field"
        )
    return [unescaped(value) for value in entry]


def _biotype(text: str) -> str:
    # SnpEff up to 4.1 and refSeq databases write Coding or mRNA.
    coding = text.lower() in ("coding", "protein_coding", "mrna")
    return "protein_coding" if coding else text
