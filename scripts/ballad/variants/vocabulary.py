"""What an allele does to a transcript, in one vocabulary for all annotators."""

import os
import re
from functools import lru_cache
from typing import NamedTuple

from ballad.variants.knowledge import rows_of

_TABLE = os.path.join(
    os.path.dirname(__file__), "../../../resources/variants/consequences.tsv"
)


def _vocabulary() -> tuple[tuple[str, ...], dict[str, str]]:
    rows = sorted(rows_of(_TABLE), key=lambda row: int(row["rank"]))
    other = {
        name: row["term"]
        for row in rows
        for name in row["other_names"].split("|")
        if name
    }
    return tuple(row["term"] for row in rows), other


# Most severe first, as Ensembl VEP documents it; SnpEff's and bcftools' own names.
SEVERITY, OTHER_NAMES = _vocabulary()
_RANK = {term: rank for rank, term in enumerate(SEVERITY)}
AMINO_ACIDS = {
    **{"Ala": "A", "Arg": "R", "Asn": "N", "Asp": "D", "Cys": "C", "Gln": "Q"},
    **{"Glu": "E", "Gly": "G", "His": "H", "Ile": "I", "Leu": "L", "Lys": "K"},
    **{"Met": "M", "Phe": "F", "Pro": "P", "Ser": "S", "Thr": "T", "Trp": "W"},
    **{"Tyr": "Y", "Val": "V", "Ter": "*", "Sec": "U"},
}
_THREE_LETTERS = re.compile("|".join(AMINO_ACIDS))


class Consequence(NamedTuple):
    """What one allele does to one transcript."""

    gene: str
    transcript: str
    terms: str  # SO terms joined by &
    hgvsc: str  # c. part
    hgvsp: str  # p. part
    biotype: str
    mane: bool
    canonical: bool
    population_af: float | None  # highest population; None: not annotated
    plus_clinical: bool = False  # MANE Plus Clinical
    picked: bool = False  # the annotator's own choice


@lru_cache(maxsize=4096)
def common_terms(terms: str) -> str:
    """Translate an annotator's terms, joined by &, to Sequence Ontology's."""
    return "&".join(
        dict.fromkeys(OTHER_NAMES.get(term, term) for term in terms.split("&"))
    )


@lru_cache(maxsize=4096)
def severity(terms: str) -> int:
    """Rank the worst of the SO terms joined by &; 0 is the most severe."""
    return min(_RANK.get(term, len(SEVERITY)) for term in terms.split("&"))


def protein_change(hgvsp: str) -> str:
    """
    Shorten HGVS protein text to one-letter form: ``p.Arg248Gln`` -> ``R248Q``.

    A synonymous change ends in ``=``, a frameshift in ``fs``; the empty text stays.
    """
    text = hgvsp.removeprefix("p.").strip("()")
    text = _THREE_LETTERS.sub(lambda match: AMINO_ACIDS[match.group()], text)
    if "fs" in text:
        first = re.match(r"([A-Z*]\d+)", text)
        return f"{first.group(1)}fs" if first else text
    same = re.fullmatch(r"([A-Z*])(\d+)\1", text)
    return f"{same.group(1)}{same.group(2)}=" if same else text.replace("X", "*")


# A line end or tab, were it written, would break the table.
_ESCAPE = re.compile(r"%([2-9A-Fa-f][0-9A-Fa-f])")


def unescaped(text: str) -> str:
    """Decode what an annotator wrote for the signs that part a VCF."""
    if "%" not in text:
        return text
    return _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), text)
