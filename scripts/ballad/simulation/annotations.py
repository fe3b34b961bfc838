"""What VEP, SnpEff and bcftools csq write about a SYNTHETIC allele."""

import re
from collections.abc import Mapping

from ballad.simulation.design import Allele
from ballad.variants.vocabulary import AMINO_ACIDS

CSQ_FIELDS = (
    *("Allele", "Consequence", "IMPACT", "SYMBOL", "Gene", "Feature_type", "Feature"),
    *("BIOTYPE", "HGVSc", "HGVSp", "CANONICAL", "MANE_SELECT", "MAX_AF"),
)
ANN_FIELDS = (
    *("Allele", "Annotation", "Annotation_Impact", "Gene_Name", "Gene_ID"),
    *("Feature_Type", "Feature_ID", "Transcript_BioType", "Rank", "HGVS.c", "HGVS.p"),
    *("cDNA.pos / cDNA.length", "CDS.pos / CDS.length", "AA.pos / AA.length"),
    *("Distance", "ERRORS / WARNINGS / INFO"),
)
HEADERS = {
    "CSQ": '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations '
    f'from Ensembl VEP. Format: {"|".join(CSQ_FIELDS)}">',
    "ANN": '##INFO=<ID=ANN,Number=.,Type=String,Description="Functional annotations: '
    f"'{' | '.join(ANN_FIELDS)}' \">",
    "BCSQ": '##INFO=<ID=BCSQ,Number=.,Type=String,Description="Local consequence '
    "annotation from BCFtools/csq, see http://samtools.github.io/bcftools/ for details. "
    "Format: Consequence|gene|transcript|biotype|strand|amino_acid_change|"
    'dna_change">',
}
IMPACT = {
    **dict.fromkeys(("stop_gained", "frameshift_variant"), "HIGH"),
    **dict.fromkeys(("splice_donor_variant", "splice_acceptor_variant"), "HIGH"),
    "missense_variant": "MODERATE",
    "synonymous_variant": "LOW",
    "splice_region_variant&synonymous_variant": "LOW",
    "intron_variant": "MODIFIER",
}
_SAME = re.compile(r"p\.([A-Z][a-z]{2})(\d+)=")
_CHANGE = re.compile(r"p\.([A-Z][a-z]{2})(\d+)([A-Z][a-z]{2}|=)(?:fsTer(\d+|\?))?")


def annotation(
    annotator: str,
    allele: Allele,
    gene: Mapping[str, str],
    population: str,
    pos: int,
) -> str:
    """
    Write the entry of one allele.

    Parameters
    ----------
    annotator
        CSQ, ANN or BCSQ.
    allele, gene
        What is changed; the gene's row of resources/panel/genes.tsv.
    population
        Fraction in the highest population; VEP alone tells it.
    pos
        Position in the build of the file; bcftools repeats it.
    """
    if annotator == "CSQ":
        return _csq(allele, gene, population)
    return _ann(allele, gene) if annotator == "ANN" else _bcsq(allele, gene, pos)


def _csq(allele: Allele, gene: Mapping[str, str], population: str) -> str:
    same_length = len(allele.ref) == len(allele.alt)
    transcript = gene["mane_select_enst"]
    protein = allele.hgvsp.replace("=", "%3D")
    return "|".join(
        (
            allele.alt if same_length else allele.alt[1:] or "-",
            allele.consequence,
            IMPACT[allele.consequence],
            allele.gene,
            gene["ensembl_gene"].split(".")[0],
            "Transcript",
            transcript,
            "protein_coding",
            f"{transcript}:{allele.hgvsc}" if allele.hgvsc else "",
            f"{gene['mane_ensp']}:{protein}" if protein else "",
            "YES",
            gene["mane_select_nm"],
            population,
        )
    )


def _ann(allele: Allele, gene: Mapping[str, str]) -> str:
    protein = _SAME.sub(r"p.\1\2\1", allele.hgvsp)
    protein = re.sub(r"(p\.[A-Z][a-z]{2}\d+)[A-Z][a-z]{2}fsTer.*", r"\1fs", protein)
    splice = allele.consequence in ("splice_donor_variant", "splice_acceptor_variant")
    return "|".join(
        (
            allele.alt,
            f"{allele.consequence}&intron_variant" if splice else allele.consequence,
            IMPACT[allele.consequence],
            allele.gene,
            gene["ensembl_gene"].split(".")[0],
            "transcript",
            gene["mane_select_enst"],
            "protein_coding",
            "",
            allele.hgvsc,
            protein.replace("Ter", "*"),
            *("", "", "", "", ""),
        )
    )


def _bcsq(allele: Allele, gene: Mapping[str, str], pos: int) -> str:
    transcript = gene["mane_select_enst"].split(".")[0]
    feature = f"{allele.gene}|{transcript}|protein_coding"
    terms = allele.consequence.split("&")
    told = [term.removesuffix("_variant") for term in terms]
    coding = [t for t in told if t in _CODING]
    entries = [f"{term}|{feature}" for term in told if term not in _CODING]
    for term in coding:
        change = f"{pos}{allele.ref}>{allele.alt}"
        protein = _bcsq_protein(allele.hgvsp, gene["protein_aa"])
        entries.append(f"{term}|{feature}|{gene['strand']}|{protein}|{change}")
    return ",".join(entries)


_CODING = ("missense", "synonymous", "stop_gained", "frameshift")


def _bcsq_protein(hgvsp: str, length: str) -> str:
    found = _CHANGE.fullmatch(hgvsp)
    if found is None:
        raise ValueError(f"{hgvsp!r} is no protein change that bcftools would write")
    before, place, after, stop = found.groups()
    old = AMINO_ACIDS[before]
    if after == "=":
        return f"{place}{old}"
    new = AMINO_ACIDS[after]
    if stop is None:
        return f"{place}{old}>{place}{new}"
    # bcftools --brief-predictions counts the stop as a residue.
    last = int(length) + 1
    end = last if stop == "?" else int(place) + int(stop) - 1
    return f"{place}{old}..{last}>{place}{new}..{end}"
