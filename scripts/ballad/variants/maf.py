"""MAF -> the same rows as a VCF gives; one file may hold many samples."""

import codecs
import csv
import gzip
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ballad.pseudoautosomal import on_x
from ballad.spreadsheet_dates import CURE, date_for_gene
from ballad.variants.alleles import alleles_of
from ballad.variants.content import VcfContent, annotation_check, sentinel_check
from ballad.variants.files import VcfError
from ballad.variants.fractions import fraction
from ballad.variants.header import NOT_DETERMINABLE, text_of
from ballad.variants.panel import Panel
from ballad.variants.vep import population_frequency
from ballad.variants.vocabulary import Consequence, common_terms, protein_change

_RESOURCES = Path(__file__).parents[3] / "resources/variants"
_NEEDED = (
    *("Hugo_Symbol", "Chromosome", "Start_Position", "Reference_Allele"),
    *("Tumor_Seq_Allele2", "Tumor_Sample_Barcode"),
)
_BUILDS = {"37": "GRCh37", "19": "GRCh37", "38": "GRCh38"}
_SEX = {"23": "X", "24": "Y"}
_CHR = re.compile("^chr", re.IGNORECASE)
_MISSING = ("", ".", "NA", "-")


@dataclass(frozen=True)
class MafColumns:
    """Under which names MAFs keep what we need; read once per file."""

    names: Mapping[str, Sequence[tuple[str, str]]]  # field: (column, unit) in order
    classes: Mapping[str, str]  # Variant_Classification: SO terms

    def value(self, row: Mapping[str, str], field: str) -> str:
        """Return the first that is not missing; a fraction if it is a percentage."""
        for column, unit in self.names[field]:
            text = row.get(column) or ""
            if text not in _MISSING:
                return f"{float(text) / 100:.10g}" if unit == "percent" else text
        return ""


def maf_columns() -> MafColumns:
    """Read the tables of column names and of classifications."""
    names: dict[str, list[tuple[str, str]]] = {}
    for row in _table(_RESOURCES / "maf_columns.tsv"):
        names.setdefault(row["field"], []).append((row["column"], row["unit"]))
    terms = _table(_RESOURCES / "maf_classes.tsv")
    return MafColumns(names, {row["classification"]: row["terms"] for row in terms})


@cache
def _read_columns() -> frozenset[str]:
    named = maf_columns().names.values()
    fields = (column for columns in named for column, _ in columns)
    return frozenset([*_NEEDED, *_TUMOUR_ALLELES, *fields])


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def read_maf(sample: Mapping[str, str], panel: Panel) -> VcfContent:
    """
    Read the panel's rows of one sample.

    The sample's rows are those whose Tumor_Sample_Barcode is ``vcf_sample``, else the
    name of the sample, else those of the only barcode. An allele ``-`` gets the base
    before it as N, which a reference fills in.

    Raises
    ------
    VcfError
        If the file is no MAF, of another build, has no row of the sample, or a row of
        the panel cannot be read.
    """
    path = sample["vcf"]
    columns = maf_columns()
    rows = _rows(path)
    barcode = _barcode(sample, {row["Tumor_Sample_Barcode"] for _, row in rows})
    own = [(n, row) for n, row in rows if row["Tumor_Sample_Barcode"] == barcode]
    content = VcfContent()
    build = _build_check(sample, columns, own)
    for number, row in own:
        content.counts["records"] += 1
        try:
            found = _panel_rows(sample, panel, columns, row)
        except ValueError as error:
            raise VcfError(f"{path}: line {number}: {error}") from error
        content.counts["in_panel"] += bool(found)
        content.rows += found
    if build[2] == NOT_DETERMINABLE:
        build = sentinel_check(sample, content, panel) or build
    counts = content.counts
    counts["rows"] = len(content.rows)
    counts["outside_panel"] = counts["records"] - counts["in_panel"]
    reader = (path, "reader", "maf", f"rows of {barcode}")
    dates = _dates_check(path, rows)
    content.checks = [build, *annotation_check(path, content), *dates, reader]
    return content


def _dates_check(
    path: str, rows: Iterable[tuple[int, Mapping[str, str]]]
) -> list[tuple[str, str, str, str]]:
    """Tell of symbols that a spreadsheet took for dates; no gene of the panel is one."""
    found = [
        (number, row["Hugo_Symbol"])
        for number, row in rows
        if date_for_gene(row["Hugo_Symbol"])
    ]
    if not found:
        return []
    number, name = found[0]
    message = (
        f"{len(found)} rows, the first in line {number}, Hugo_Symbol {name!r}, which "
        f"{date_for_gene(name)}; {CURE}"
    )
    return [(path, "gene_symbols", "changed", message)]


def _rows(path: str) -> list[tuple[int, dict[str, str]]]:
    opener = gzip.open if path.endswith(".gz") else open
    try:
        # Some MAFs end their lines with a carriage return alone.
        with opener(path, "rb") as lines:
            text = _decoded(lines.read()).replace("\r\n", "\n").replace("\r", "\n")
    except (OSError, EOFError) as error:
        raise VcfError(f"{path}: cannot be read to its end: {error}") from error
    lines_of = text.split("\n")
    first = next(
        (n for n, line in enumerate(lines_of) if not line.startswith("#")), None
    )
    header = [] if first is None else _cells(lines_of[first])
    if lacking := [name for name in _NEEDED if name not in header]:
        raise VcfError(f"{path}: no column {', '.join(lacking)}; a MAF has them")
    rows = []
    for number, line in enumerate(lines_of, 1):
        if number - 1 <= (first or 0) or line.startswith("#") or not line.strip():
            continue
        cells = _cells(line)
        if len(cells) > len(header) or len(cells) <= header.index(_last(header)):
            raise VcfError(
                f"{path}: line {number}: {len(cells)} cells, the header has {len(header)}"
            )
        if number == len(lines_of) and len(cells) < len(header):
            raise VcfError(
                f"{path}: line {number}: {len(cells)} cells, the header has "
                f"{len(header)}, and no line end: the file was cut; copy it again"
            )
        _refuse_two_values(f"{path}: line {number}", header, cells)
        rows.append((number, dict(zip(header, cells, strict=False))))
    return rows


def _refuse_two_values(place: str, header: Sequence[str], cells: Sequence[str]) -> None:
    """Tell of a column that stands twice and does not say the same."""
    if len(set(header)) == len(header):
        return
    said: dict[str, str] = {}
    for name, cell in zip(header, cells, strict=False):
        if name in _read_columns() and said.setdefault(name, cell) != cell:
            raise VcfError(
                f"{place}: column {name} stands twice, with {said[name]!r} and {cell!r}; "
                "leave one out"
            )


def _decoded(content: bytes) -> str:
    # A spreadsheet begins the file with a byte order mark.
    return text_of(content.removeprefix(codecs.BOM_UTF8))


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("\t")]


def _last(header: Sequence[str]) -> str:
    return max(_NEEDED, key=header.index)


def _barcode(sample: Mapping[str, str], barcodes: Iterable[str]) -> str:
    names = sorted(barcodes)
    wanted = sample.get("vcf_sample")
    if not wanted:
        if sample["sample"] in names:
            return sample["sample"]
        if len(names) == 1:
            return names[0]
    if wanted in names:
        return str(wanted)
    shown = ", ".join(names[:5]) + (" …" if len(names) > 5 else "")
    raise VcfError(
        f"{sample['vcf']}: no Tumor_Sample_Barcode {wanted or sample['sample']!r} among "
        f"{len(names)} ({shown}); name it in vcf_sample. A MAF does not tell a sample "
        "without variants from one that was not sequenced: give such a sample a VCF"
    )


def _build_check(
    sample: Mapping[str, str],
    columns: MafColumns,
    rows: Iterable[tuple[int, Mapping[str, str]]],
) -> tuple[str, str, str, str]:
    declared, path = sample["genome_build"], sample["vcf"]
    confirmed = ""
    for number, row in rows:
        said = columns.value(row, "build")
        told = _BUILDS.get(said.lower().removeprefix("grch").removeprefix("hg"), said)
        if told and told != declared:
            raise VcfError(
                f"{path}: line {number}: genome build contradicted: the sheet says "
                f"{declared}, NCBI_Build {said}; correct genome_build"
            )
        confirmed = said or confirmed
    if confirmed:
        return (path, "genome_build", "confirmed", f"NCBI_Build is {confirmed}")
    message = f"no NCBI_Build; {declared} of the sheet is used"
    return (path, "genome_build", NOT_DETERMINABLE, message)


def _panel_rows(
    sample: Mapping[str, str],
    panel: Panel,
    columns: MafColumns,
    row: Mapping[str, str],
) -> list[tuple[str, ...]]:
    chrom = _CHR.sub("", row["Chromosome"])
    chrom = _SEX.get(chrom, chrom)
    if not panel.regions.get(chrom):
        return []
    if not (row["Start_Position"].isascii() and row["Start_Position"].isdecimal()):
        raise ValueError(f"Start_Position {row['Start_Position']!r} is no number")
    pos, ref, alt = _allele(row)
    genes = panel.genes_at(chrom, pos - 1, pos - 1 + len(ref))
    chrom, pos = on_x(panel.build, chrom, pos)
    entry = _consequence(columns, row)
    identity = ("patient", "sample", "assay", "timepoint", "genome_build")
    place = (*(sample[key] for key in identity), chrom, str(pos), ref, alt)
    return [
        (
            *place,
            gene,
            *_told(entry, gene),
            *_support(columns, row),
            columns.value(row, "filter") or ".",
            "" if entry.population_af is None else f"{entry.population_af:.10g}",
            *("", "", ""),  # strands and other transcripts are not told
            *_normal(columns, row),
            sample["vcf"],
        )
        for gene in genes
    ]


def _allele(row: Mapping[str, str]) -> tuple[int, str, str]:
    pos, ref = int(row["Start_Position"]), row["Reference_Allele"].upper()
    alt, other = (row.get(name, "").upper() for name in _TUMOUR_ALLELES)
    if alt == ref and other and other not in ("NA", "."):
        alt = other  # some centres write the variant first
    if ref in _MISSING and alt in _MISSING:
        raise ValueError("neither Reference_Allele nor Tumor_Seq_Allele2 has bases")
    if alt == ref:
        raise ValueError(f"no allele of the tumour differs from Reference_Allele {ref}")
    if "" in (ref, alt):
        raise ValueError(
            "Reference_Allele or Tumor_Seq_Allele2 is blank; an allele without bases is "
            "written as -"
        )
    if ref in _MISSING:  # an insertion stands after Start_Position
        pos, ref, alt = pos, "N", f"N{alt}"
    elif alt in _MISSING:
        pos, ref, alt = pos - 1, f"N{ref}", "N"
    alleles_of(ref, alt)  # refuses what are no bases
    return pos, ref, alt


_TUMOUR_ALLELES = ("Tumor_Seq_Allele2", "Tumor_Seq_Allele1")


def _consequence(columns: MafColumns, row: Mapping[str, str]) -> Consequence:
    terms = columns.value(row, "consequence").replace(",", "&")
    if not terms:
        terms = columns.classes.get(columns.value(row, "classification"), "")
    return Consequence(
        gene=row["Hugo_Symbol"],
        transcript=columns.value(row, "transcript"),
        terms=common_terms(terms),
        hgvsc=columns.value(row, "hgvsc").rpartition(":")[2],
        hgvsp=columns.value(row, "hgvsp").rpartition(":")[2],
        biotype="",
        mane=False,
        canonical=False,
        population_af=population_frequency(
            {name: "" if text in _MISSING else text for name, text in row.items()}
        ),
    )


def _told(entry: Consequence, gene: str) -> tuple[str, ...]:
    if entry.gene != gene:
        return ("",) * 5
    change = protein_change(entry.hgvsp)
    return (entry.transcript, entry.terms, entry.hgvsc, entry.hgvsp, change)


def _whole(text: str) -> str:
    # R and pandas write whole numbers with a fraction where a column has gaps.
    number = text.removesuffix(".0")
    if number and not number.isdecimal():
        raise ValueError(f"a count of {text!r} reads is no whole number")
    return number


def _support(columns: MafColumns, row: Mapping[str, str]) -> tuple[str, str, str]:
    """Return depth, alternate reads and VAF; what is missing stays empty."""
    keys = ("depth", "alt_reads", "ref_reads")
    depth, alt, ref = (_whole(columns.value(row, key)) for key in keys)
    vaf = columns.value(row, "vaf")
    if not depth and ref and alt:
        depth = str(int(ref) + int(alt))
    # As VCFs count it: of the reads of the two alleles, or else of all.
    total = int(ref) + int(alt) if ref and alt else int(depth or 0)
    if alt and total:
        vaf = f"{int(alt) / total:.10g}"
    fraction(vaf, "VAF")
    return depth, alt, vaf


def _normal(columns: MafColumns, row: Mapping[str, str]) -> tuple[str, str]:
    """Return depth and VAF in the matched normal; what is missing stays empty."""
    keys = ("normal_depth", "normal_alt_reads")
    depth, alt = (_whole(columns.value(row, key)) for key in keys)
    vaf = f"{int(alt) / int(depth):.10g}" if alt and int(depth or 0) else ""
    fraction(vaf, "normal VAF")
    return depth, vaf
