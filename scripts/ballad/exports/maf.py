"""Kept variants -> rows of the Mutation Annotation Format (MAF)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ballad.exports.cells import identifier
from ballad.variants.pathogenicity import COUNTED

# The first 16 are the first 16 columns of the GDC MAF specification, in its order.
COLUMNS = (
    *("Hugo_Symbol", "Entrez_Gene_Id", "Center", "NCBI_Build", "Chromosome"),
    *("Start_Position", "End_Position", "Strand", "Variant_Classification"),
    *("Variant_Type", "Reference_Allele", "Tumor_Seq_Allele1", "Tumor_Seq_Allele2"),
    *("dbSNP_RS", "dbSNP_Val_Status", "Tumor_Sample_Barcode", "HGVSc", "HGVSp"),
    *("HGVSp_Short", "Transcript_ID", "Consequence", "t_depth", "t_ref_count"),
    *("t_alt_count", "FILTER", "Patient", "Sample", "Assay", "Timepoint", "VAF"),
    *("Pathogenicity", "Hotspot"),
)
NO_ALLELE = "-"
LONGEST_CHANGE = 255  # characters of HGVSp_Short in cBioPortal
UNANNOTATED = "Targeted_Region"
SUBSTITUTION = re.compile(r"^[A-Z]\d+([A-Z*])$")
_SAME_LENGTH = {1: "SNP", 2: "DNP", 3: "TNP"}


@dataclass(frozen=True)
class Change:
    """A small variant as a MAF writes it."""

    start: int  # 1-based
    end: int  # 1-based, inclusive
    ref: str  # `-` of an insertion
    alt: str  # `-` of a deletion
    kind: str  # SNP, DNP, TNP, ONP, INS or DEL


def is_sequence(allele: str) -> bool:
    """Say whether an allele is written in bases."""
    return re.fullmatch("[ACGTN]+", allele) is not None


def change(pos: int, ref: str, alt: str) -> Change:
    """
    Turn position and alleles of a VCF into those of a MAF.

    Bases that both alleles share are cut off, those at the end first, so that a
    variant stays as far left as it was. An insertion lies between `start` and `end`;
    a replacement of unequal length is a DEL if it shortens, else an INS.

    References
    ----------
    GDC MAF Format v1.0.0, columns 6, 7, 10-13: docs.gdc.cancer.gov/Data/File_Formats
    """
    while ref and alt and ref[-1] == alt[-1]:
        ref, alt = ref[:-1], alt[:-1]
    while ref and alt and ref[0] == alt[0]:
        pos, ref, alt = pos + 1, ref[1:], alt[1:]
    if not ref:
        return Change(pos - 1, pos, NO_ALLELE, alt, "INS")
    end = pos + len(ref) - 1
    if not alt:
        return Change(pos, end, ref, NO_ALLELE, "DEL")
    if len(ref) == len(alt):
        return Change(pos, end, ref, alt, _SAME_LENGTH.get(len(ref), "ONP"))
    return Change(pos, end, ref, alt, "DEL" if len(ref) > len(alt) else "INS")


class Classifications:
    """Sequence Ontology terms -> Variant_Classification."""

    def __init__(
        self, table: Iterable[Mapping[str, str]], ranks: Mapping[str, int]
    ) -> None:
        """
        Read the table.

        Parameters
        ----------
        table : columns term, kind, frame, counted, classification
            ``kind`` (INS, DEL), ``frame`` (in, out) and ``counted`` (yes) narrow a row
            where they are filled; the narrowest row that fits decides.
        ranks
            Severity of each term, 1 the worst.
        """
        self._rows: dict[str, list[Mapping[str, str]]] = {}
        for row in table:
            self._rows.setdefault(row["term"], []).append(row)
        for rows in self._rows.values():
            rows.sort(key=lambda row: -sum(bool(row[key]) for key in _NARROWING))
        self._ranks = ranks

    def of(self, row: Mapping[str, Any], found: Change) -> str:
        """Name the class of the most severe term of a variant."""
        told = [term for term in row["consequence"].split("&") if term in self._rows]
        if not told:
            return _by_protein(row["protein_change"])
        term = min(told, key=lambda name: self._ranks.get(name, len(self._ranks) + 1))
        lengths = [len(a.replace(NO_ALLELE, "")) for a in (found.ref, found.alt)]
        facts = {
            "kind": found.kind if found.kind in ("INS", "DEL") else "",
            "frame": "out" if (lengths[0] - lengths[1]) % 3 else "in",
            "counted": "yes" if row["pathogenicity"] in COUNTED else "no",
        }
        for candidate in self._rows[term]:
            if all(candidate[key] in ("", facts[key]) for key in _NARROWING):
                return candidate["classification"]
        return UNANNOTATED


_NARROWING = ("kind", "frame", "counted")


def _by_protein(protein_change: str) -> str:
    found = SUBSTITUTION.match(protein_change)
    if found is None:
        return UNANNOTATED
    return "Nonsense_Mutation" if found[1] == "*" else "Missense_Mutation"


def maf_rows(
    variants: pd.DataFrame,
    barcodes: Mapping[tuple[str, str], str],
    entrez: Mapping[str, str],
    classifications: Classifications,
) -> pd.DataFrame:
    """
    Write one MAF row per variant.

    Parameters
    ----------
    variants : as variants.tsv, text
        Only those to export.
    barcodes
        Patient and sample: Tumor_Sample_Barcode.
    entrez
        Gene symbol: NCBI gene id.
    classifications
        Of the Sequence Ontology's terms.

    Returns
    -------
    DataFrame with COLUMNS, text
        Sorted by barcode and place. Tumor_Seq_Allele1 is empty: the calls do not say
        what stands on the other chromosome. Nothing is said about Mutation_Status,
        because without a normal sample nobody knows it.
    """
    rows = [
        _maf_row(row, barcodes, entrez, classifications)
        for row in variants.to_dict("records")
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    order = ["Tumor_Sample_Barcode", "Chromosome", "Start_Position", "Hugo_Symbol"]
    return table.sort_values([*order, "Tumor_Seq_Allele2"], kind="stable").astype(str)


def _maf_row(
    row: Mapping[str, str],
    barcodes: Mapping[tuple[str, str], str],
    entrez: Mapping[str, str],
    classifications: Classifications,
) -> dict[str, Any]:
    found = change(int(row["pos"]), row["ref"], row["alt"])
    return {
        "Hugo_Symbol": identifier(row["gene"]),
        "Entrez_Gene_Id": entrez.get(row["gene"], ""),
        "Center": "",
        "NCBI_Build": row["genome_build"],
        "Chromosome": row["chrom"],
        "Start_Position": found.start,
        "End_Position": found.end,
        "Strand": "+",
        "Variant_Classification": classifications.of(row, found),
        "Variant_Type": found.kind,
        "Reference_Allele": found.ref,
        "Tumor_Seq_Allele1": "",
        "Tumor_Seq_Allele2": found.alt,
        "dbSNP_RS": "",
        "dbSNP_Val_Status": "",
        "Tumor_Sample_Barcode": barcodes[row["patient"], row["sample"]],
        "HGVSc": row["hgvsc"],
        "HGVSp": row["hgvsp"],
        "HGVSp_Short": f"p.{row['protein_change']}" if row["protein_change"] else "",
        "Transcript_ID": row["transcript"],
        "Consequence": row["consequence"].replace("&", ","),
        "t_depth": row["depth"],
        "t_ref_count": _reference_reads(row["depth"], row["alt_reads"]),
        "t_alt_count": row["alt_reads"],
        "FILTER": row["filter"],
        "Patient": row["patient"],
        "Sample": row["sample"],
        "Assay": row["assay"],
        "Timepoint": row["timepoint"],
        "VAF": row["vaf"],
        "Pathogenicity": row["pathogenicity"],
        "Hotspot": row["hotspot"],
    }


def _reference_reads(depth: str, alt_reads: str) -> str:
    # Of a place with two other alleles this counts the third one in.
    if not depth or not alt_reads:
        return ""
    return str(max(0, int(float(depth)) - int(float(alt_reads))))


def study_rows(maf: pd.DataFrame, columns: Sequence[str], build: str) -> pd.DataFrame:
    """Keep the columns and the one genome build that a cBioPortal study may have."""
    rows = maf.loc[maf["NCBI_Build"] == build, list(columns)]
    return rows.assign(HGVSp_Short=rows["HGVSp_Short"].str.slice(0, LONGEST_CHANGE))
