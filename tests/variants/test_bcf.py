"""A BCF gives the rows of the same records in VCF text."""

import gzip
import re

import pysam
import pysam.bcftools
import pytest

from ballad.variants.files import VcfError
from ballad.variants.panel import known_contigs, read_panel
from ballad.variants.reader import read_vcf
from ballad.variants.rows import COLUMNS

HEADER = """\
##fileformat=VCFv4.2
##contig=<ID=chr17,length=83257441>
##contig=<ID=chrX,length=156040895>
##FILTER=<ID=germline,Description="g">
##INFO=<ID=END,Number=1,Type=Integer,Description="End">
##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from Ensembl VEP. Format: Allele|Consequence|SYMBOL|Feature|BIOTYPE|HGVSc|HGVSp|MAX_AF">
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths">
##FORMAT=<ID=AF,Number=A,Type=Float,Description="Allele fractions">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">
##ALT=<ID=DEL,Description="Deletion">
##tumor_sample=T
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tN\tT
"""
CSQ = "CSQ=T|missense_variant|TP53|ENST00000269305|protein_coding||x:p.Arg248Gln|1e-5"
RECORDS = [
    f"chr17\t7674220\t.\tC\tA,T\t.\tPASS\t{CSQ}\tGT:AD:AF:DP\t0/0:9,0,0:0,0:9\t"
    "1/2:60,20,20:0.2,0.2:100",
    # begins 20 kb before TP53 and reaches into it
    "chr17\t7640000\t.\tN\t<DEL>\t.\tPASS\tEND=7675000\tGT\t0/0\t0/1",
    "chr17\t7674230\t.\tC\tT\t.\tgermline\t.\tGT:AD:AF:DP\t.:.:.:.\t0/1:50,50:0.5:100",
    "chr17\t7000000\t.\tC\tT\t.\t.\t.\tGT\t0/0\t0/1",
    "chrX\t1196852\t.\tA\tC\t30\t.\t.\tGT:AD:DP\t0/0:5,0:5\t0/1:.:.",
]


@pytest.fixture
def read(root, tmp_path):
    resources = root / "resources"
    panel = read_panel(
        "GRCh38",
        str(resources / "panel/cds.GRCh38.bed"),
        str(resources / "panel/genes.tsv"),
        str(resources / "variants/hotspots.tsv"),
        10,
    )
    contigs = known_contigs(str(resources / "panel/contigs.tsv"))

    def reading(path):
        sample = dict.fromkeys(("patient", "sample", "assay", "timepoint"), "x")
        return read_vcf(
            {**sample, "genome_build": "GRCh38", "vcf": str(path)}, panel, contigs
        )

    return reading


@pytest.fixture
def files(tmp_path):
    text = tmp_path / "t.vcf"
    text.write_text(HEADER + "\n".join(RECORDS) + "\n")
    bcf, plain = tmp_path / "t.bcf", tmp_path / "plain.bcf"
    pysam.bcftools.view("-Ob", "-o", str(bcf), str(text), catch_stdout=False)
    plain.write_bytes(gzip.decompress(bcf.read_bytes()))
    return text, bcf, plain


def without_source(content):
    return [row[: COLUMNS.index("source")] for row in content.rows]


def test_a_bcf_gives_the_rows_and_counts_of_its_text(read, files):
    text, bcf, _ = map(read, files)

    assert without_source(bcf) == without_source(text)
    assert bcf.counts == text.counts
    assert len(bcf.rows) == 5  # two alleles, the deletion, one and CRLF2


def test_an_uncompressed_bcf_does_too(read, files):
    text, _, plain = map(read, files)

    assert without_source(plain) == without_source(text)


def test_a_bcf_is_told_as_such(read, files):
    checks = read(files[1]).checks

    assert ("reader", "bcf") in [check[1:3] for check in checks]


def test_a_cut_bcf_is_an_error(read, files):
    data = files[1].read_bytes()

    for length in range(5, len(data), 7):
        files[1].write_bytes(data[:length])
        with pytest.raises(VcfError, match=re.escape(str(files[1]))):
            read(files[1])


def test_a_bcf_cut_within_a_record_is_an_error(read, files):
    # Uncompressed, nothing but the last record's length tells that it is cut.
    files[2].write_bytes(files[2].read_bytes()[:-3])

    with pytest.raises(VcfError, match="record 5: damaged or cut BCF"):
        read(files[2])


def test_a_flipped_byte_of_a_bcf_is_an_error_or_changes_nothing(read, files):
    data = bytearray(files[1].read_bytes())
    whole = without_source(read(files[1]))

    for place in range(0, len(data), 5):
        flipped = bytearray(data)
        flipped[place] ^= 0xFF
        files[1].write_bytes(flipped)
        try:
            content = read(files[1])
        except VcfError:
            continue
        assert without_source(content) == whole
