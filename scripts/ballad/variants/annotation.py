"""Annotated consequences -> gene, transcript, consequence, HGVS."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# Most severe first, as Ensembl VEP documents it.
SEVERITY = (
    *("transcript_ablation", "splice_acceptor_variant", "splice_donor_variant"),
    *("stop_gained", "frameshift_variant", "stop_lost", "start_lost"),
    *("transcript_amplification", "feature_elongation", "feature_truncation"),
    *("inframe_insertion", "inframe_deletion", "missense_variant"),
    *("protein_altering_variant", "splice_donor_5th_base_variant"),
    *("splice_region_variant", "splice_donor_region_variant"),
    *("splice_polypyrimidine_tract_variant", "incomplete_terminal_codon_variant"),
    *("start_retained_variant", "stop_retained_variant", "synonymous_variant"),
    *("coding_sequence_variant", "mature_miRNA_variant", "5_prime_UTR_variant"),
    *("3_prime_UTR_variant", "non_coding_transcript_exon_variant", "intron_variant"),
    *("NMD_transcript_variant", "non_coding_transcript_variant"),
    *("coding_transcript_variant", "upstream_gene_variant"),
    *("downstream_gene_variant", "intergenic_variant"),
)
_RANK = {term: rank for rank, term in enumerate(SEVERITY)}

AMINO_ACIDS = {
    **{"Ala": "A", "Arg": "R", "Asn": "N", "Asp": "D", "Cys": "C", "Gln": "Q"},
    **{"Glu": "E", "Gly": "G", "His": "H", "Ile": "I", "Leu": "L", "Lys": "K"},
    **{"Met": "M", "Phe": "F", "Pro": "P", "Ser": "S", "Thr": "T", "Trp": "W"},
    **{"Tyr": "Y", "Val": "V", "Ter": "*", "Sec": "U"},
}
_THREE_LETTERS = re.compile("|".join(AMINO_ACIDS))
_POPULATION = re.compile(r"^(MAX_AF|gnomAD\w*_?AF(_\w+)?)$", re.IGNORECASE)
_FORMAT = re.compile(r"Format:\s*([^\"]+)")


@dataclass(frozen=True)
class Consequence:
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


def csq_fields(header: Iterable[str]) -> tuple[str, tuple[str, ...]] | None:
    """
    Find VEP's annotation in a VCF header.

    Returns
    -------
    tuple of INFO key and field names, or None
        The key may have been renamed: VEP's description gives it away.
    """
    for line in header:
        if not line.startswith("##INFO=<ID="):
            continue
        layout = _FORMAT.search(line)
        if layout and ("Ensembl VEP" in line or line.startswith("##INFO=<ID=CSQ,")):
            key = line[len("##INFO=<ID=") :].split(",")[0]
            return key, tuple(layout.group(1).strip().rstrip('">').split("|"))
    return None


def consequences(
    text: str, fields: tuple[str, ...], ref: str, alts: list[str], alt_index: int
) -> list[Consequence]:
    """
    Read the consequences of one allele.

    Parameters
    ----------
    text
        Value of the CSQ key: entries joined by commas.
    fields
        Names of an entry's fields, from the header.
    ref, alts
        Alleles of the record.
    alt_index
        Position of the allele in `alts`, from 0.

    Raises
    ------
    ValueError
        If an entry has another number of fields than the header says.
    """
    entries = []
    for entry in text.split(","):
        values = entry.split("|")
        if len(values) != len(fields):
            raise ValueError(
                f"annotation has {len(values)} fields, the header says {len(fields)}"
            )
        fieldwise = dict(zip(fields, values, strict=True))
        if _is_allele(fieldwise, ref, alts, alt_index):
            entries.append(_consequence(fieldwise))
    return entries


def _is_allele(
    entry: Mapping[str, str], ref: str, alts: list[str], alt_index: int
) -> bool:
    if entry.get("ALLELE_NUM"):
        return int(entry["ALLELE_NUM"]) == alt_index + 1
    return entry.get("Allele", "") in trimmed_names(ref, alts, alt_index)


def trimmed_names(ref: str, alts: list[str], alt_index: int) -> set[str]:
    """
    Name an allele as VEP may print it.

    VEP removes the first base if all alleles of the record share it and any of them
    differs in length; an allele that is empty then is printed as ``-``.
    """
    alt = alts[alt_index]
    others = [allele for allele in alts if allele != "*" and not allele.startswith("<")]
    indel = any(len(allele) != len(ref) for allele in others)
    shared = all(allele[:1] == ref[:1] for allele in others)
    return {(alt[1:] or "-") if indel and shared else alt}


def _consequence(entry: Mapping[str, str]) -> Consequence:
    mane = entry.get("MANE_SELECT", "") or entry.get("MANE", "")
    return Consequence(
        gene=entry.get("SYMBOL", ""),
        transcript=entry.get("Feature", ""),
        terms=entry.get("Consequence", ""),
        hgvsc=_unescaped(entry.get("HGVSc", "")).rpartition(":")[2],
        hgvsp=_unescaped(entry.get("HGVSp", "")).rpartition(":")[2],
        biotype=entry.get("BIOTYPE", ""),
        mane=bool(mane),
        canonical=entry.get("CANONICAL", "") == "YES",
        population_af=_population_af(entry),
    )


def _unescaped(text: str) -> str:
    return text.replace("%3D", "=").replace("%3B", ";").replace("%2C", ",")


def _population_af(entry: Mapping[str, str]) -> float | None:
    frequencies = [
        float(value)
        for field, cell in entry.items()
        if cell and _POPULATION.match(field)
        for value in cell.split("&")
        if value not in ("", ".")
    ]
    return max(frequencies, default=None)


def chosen(
    entries: Iterable[Consequence], gene: str, transcripts: frozenset[str]
) -> Consequence | None:
    """
    Choose the transcript that speaks for an allele in a gene.

    The panel's own transcript (ENST or NM without version) comes first, then MANE
    Select, then canonical, then the worst consequence on a protein-coding one.
    """
    here = [
        entry for entry in entries if entry.gene == gene or _own(entry, transcripts)
    ]
    return min(here, key=lambda entry: _order(entry, transcripts), default=None)


def _own(entry: Consequence, transcripts: frozenset[str]) -> bool:
    return entry.transcript.split(".")[0] in transcripts


def _order(entry: Consequence, transcripts: frozenset[str]) -> tuple:
    return (
        not _own(entry, transcripts),
        not entry.mane,
        not entry.canonical,
        entry.biotype != "protein_coding",
        severity(entry.terms),
        entry.transcript,
    )


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
