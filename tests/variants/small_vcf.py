"""A small VCF on an invented panel of two genes, written, packed and read."""

import pysam

from ballad.variants.panel import Panel, Region
from ballad.variants.reader import read_vcf
from ballad.variants.rows import COLUMNS

META = (
    "##fileformat=VCFv4.2",
    '##FILTER=<ID=germline,Description="x">',
    '##INFO=<ID=END,Number=1,Type=Integer,Description="x">',
    '##ALT=<ID=DEL,Description="x">',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="x">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="x">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="x">',
    "##contig=<ID=17,length=83257441>",
    "##contig=<ID=18,length=80373285>",
)
FIXED = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
# Two exons of gene A, one of gene B that overlaps the second.
PANEL = Panel(
    "GRCh38",
    {
        "17": (
            Region(100, 200, frozenset(["A"])),
            Region(300, 400, frozenset(["A"])),
            Region(390, 450, frozenset(["B"])),
        )
    },
    {"A": frozenset(["ENST1"]), "B": frozenset()},
)


def record(pos, ref="C", alt="T", chrom="17", sample="0/1:60,40:100", **kwargs):
    info, filters = kwargs.get("info", "."), kwargs.get("filters", "PASS")
    columns = (chrom, str(pos), ".", ref, alt, ".", filters, info, "GT:AD:DP", sample)
    return "\t".join(columns)


def write(path, *records, meta=META, samples=("T",)):
    columns = "\t".join([FIXED, "FORMAT", *samples]) if samples else FIXED
    path.write_text("\n".join([*meta, columns, *records]) + "\n")
    return str(path)


def sheet_row(path, **differs):
    row = {
        **{"patient": "P1", "sample": "S", "assay": "PANEL", "timepoint": "diagnosis"},
        **{"genome_build": "GRCh38", "vcf": path, "vcf_sample": ""},
    }
    return {**row, **differs}


def read(path, contigs=None, panel=PANEL, **differs):
    return read_vcf(sheet_row(path, **differs), panel, contigs or {})


def cells(content, *names):
    places = [COLUMNS.index(name) for name in names]
    return [tuple(row[place] for place in places) for row in content.rows]


def packed(path):
    """Compress a VCF with bgzip and index it."""
    gz = path + ".gz"
    pysam.tabix_compress(path, gz, force=True)
    pysam.tabix_index(gz, preset="vcf", force=True)
    return gz
