import gzip

import pysam
import pytest

from ballad.coverage import bases_within, covered_bases
from ballad.coverage_origin import refuse_other_build
from ballad.exons import Exon, exons_of

EXONS = [
    Exon("17", 100, 200, "TP53"),
    Exon("17", 300, 350, "TP53"),
    Exon("9", 0, 50, "PAX5"),
]


@pytest.fixture
def write(tmp_path):
    def written(text, name="coverage.bed"):
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return written


def test_exons_are_read_with_their_gene():
    assert exons_of(["chr17\t100\t200\tTP53|NM_000546|exon4\t0\t-"]) == [EXONS[0]]


def test_overlapping_stretches_count_once_and_only_inside_exons():
    stretches = [("17", 50, 150), ("17", 140, 160), ("17", 190, 310), ("9", 60, 90)]

    # 100-160, 190-200 and 300-310
    assert bases_within(EXONS, stretches) == {"TP53": 80}


@pytest.mark.parametrize(
    "text",
    [
        # mosdepth regions without and with names, per-base depth, callable loci, BED
        "chr17\t0\t150\t120.5\nchr17\t150\t400\t99.9\n",
        "17\t0\t150\tTP53_1\t120.5\n17\t150\t400\tTP53_2\t99.9\n",
        "17\t0\t120\t100\n17\t120\t150\t3000\n17\t150\t400\t99\n",
        "17\t0\t150\tCALLABLE\n17\t150\t400\tLOW_COVERAGE\n",
        "track name=covered\n17\t0\t150\n",
        "17\t0\t150\tname\t0\t-\n",
        "17\t0\t150\tname\n",
    ],
)
def test_a_bed_of_any_kind_tells_the_covered_bases(write, text):
    assert covered_bases(write(text), 100, EXONS) == {"TP53": 50}


def test_a_compressed_bed_is_read_alike(write, tmp_path):
    path = tmp_path / "c.bed.gz"
    path.write_bytes(gzip.compress(b"17\t0\t150\n"))

    assert covered_bases(str(path), 100, EXONS) == {"TP53": 50}


def test_a_file_of_no_such_kind_names_its_line(write):
    with pytest.raises(ValueError, match=r"coverage\.bed: line 2 is no line"):
        covered_bases(write("17\t0\t150\nhello\n"), 100, EXONS)


GVCF = (
    "##fileformat=VCFv4.2\n##contig=<ID=chr17,length=83257441>\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tN\tT\n"
)


@pytest.mark.parametrize(
    ("record", "bases"),
    [
        ("101\t.\tA\t<NON_REF>\t.\t.\tEND=150\tGT:DP:MIN_DP\tx\t0/0:300:100", 50),
        ("101\t.\tA\t<NON_REF>\t.\t.\tEND=150\tGT:DP:MIN_DP\tx\t0/0:300:99", 0),
        ("101\t.\tA\t<*>\t.\t.\tEND=150\tGT:DP\tx\t0/0:100", 50),
        ("101\t.\tA\t.\t.\t.\tEND=150;BLOCKAVG_min30p3a\tGT:DP\tx\t0/0:100", 50),
        ("199\t.\tACGT\tA,<NON_REF>\t.\t.\t.\tGT:DP\tx\t0/1:150", 2),
        ("101\t.\tA\t<NON_REF>\t.\t.\tEND=150\tGT:DP\tx\t./.:.", 0),
    ],
)
def test_reference_blocks_of_a_gvcf_tell_the_covered_bases(write, record, bases):
    path = write(f"{GVCF}chr17\t{record}\n", "a.g.vcf")

    assert covered_bases(path, 100, EXONS, "T") == ({"TP53": bases} if bases else {})


def test_a_vcf_without_blocks_is_no_coverage(write):
    path = write(f"{GVCF}17\t101\t.\tA\tC\t.\t.\t.\tGT:DP\tx\t0/1:100\n", "a.vcf")

    with pytest.raises(ValueError, match="without reference blocks"):
        covered_bases(path, 100, EXONS, "T")


def test_a_gvcf_of_several_samples_needs_the_column(write):
    with pytest.raises(ValueError, match="no column '' among N, T"):
        covered_bases(write(GVCF, "a.g.vcf"), 100, EXONS)


def test_a_gvcf_of_another_build_is_refused(write):
    path = write(GVCF, "a.g.vcf")
    contigs = {("17", 83257441): "GRCh38", ("17", 81195210): "GRCh37"}

    refuse_other_build(path, "GRCh38", contigs)
    with pytest.raises(ValueError, match="contradicted: the sheet says GRCh37"):
        refuse_other_build(path, "GRCh37", contigs)


def alignments(path, reads, mode="wb", reference=None):
    """Write reads: (name, flag, start, length, mate's start)."""
    header = {
        "HD": {"VN": "1.6", "SO": "coordinate"},
        "SQ": [{"SN": "chr17", "LN": 500}],
    }
    with pysam.AlignmentFile(
        path, mode, header=header, reference_filename=reference
    ) as output:
        for name, flag, start, length, mate in reads:
            read = pysam.AlignedSegment(output.header)
            read.query_name, read.flag = name, flag
            read.reference_id, read.reference_start = 0, start
            read.mapping_quality, read.cigartuples = 60, [(0, length)]
            read.query_sequence = "A" * length
            read.query_qualities = pysam.qualitystring_to_array("I" * length)
            read.next_reference_id, read.next_reference_start = 0, mate
            output.write(read)
    pysam.index(path)
    return path


READS = [
    # The mates of one fragment lie over 130-150: there they are one, not two.
    ("a", 99, 110, 40, 130),
    ("duplicate", 1024, 110, 60, 0),
    ("b", 0, 120, 30, 0),
    ("a", 147, 130, 40, 110),
]


def test_alignments_count_fragments_without_duplicates(tmp_path):
    path = alignments(str(tmp_path / "a.bam"), READS)

    assert covered_bases(path, 1, EXONS) == {"TP53": 60}  # 110-170
    assert covered_bases(path, 2, EXONS) == {"TP53": 30}  # 120-150
    assert covered_bases(path, 3, EXONS) == {"TP53": 0}


def test_a_cram_is_read_with_its_genome(tmp_path):
    fasta = tmp_path / "g.fa"
    fasta.write_text(f">chr17\n{'A' * 500}\n")
    pysam.faidx(str(fasta))
    path = alignments(str(tmp_path / "a.cram"), READS, "wc", str(fasta))

    assert covered_bases(path, 2, EXONS, "", str(fasta)) == {"TP53": 30}
    with pytest.raises(ValueError, match="a CRAM needs its genome"):
        covered_bases(path, 2, EXONS)


def test_alignments_without_index_or_cut_are_refused(tmp_path):
    path = alignments(str(tmp_path / "a.bam"), READS)
    (tmp_path / "a.bam.bai").unlink()
    with pytest.raises(ValueError, match="run samtools index"):
        covered_bases(path, 1, EXONS)
    (tmp_path / "b.bam").write_bytes(b"no alignments")
    with pytest.raises(ValueError, match=r"b\.bam: cannot be read"):
        covered_bases(str(tmp_path / "b.bam"), 1, EXONS)


@pytest.mark.real_data
def test_the_blocks_of_a_real_gvcf(real_data):
    """
    HGDP01406, chr1:10001-10007 by eye.

    DP is 10, 10, 6, 10, 10, 10, 8, and only the fourth and fifth have a genotype.
    """
    path = str(real_data / "vcf/bcftools/gvcfz.vcf")
    exons = [Exon("1", 10000, 10007, "ANY")]

    assert covered_bases(path, 10, exons) == {"ANY": 2}
    assert covered_bases(path, 11, exons) == {}


THRESHOLDS = "#chrom\tstart\tend\tregion\t1X\t100X\n"


@pytest.mark.parametrize(
    ("regions", "expected"),
    [
        ("chr17\t100\t200\tTP53\t100\t90\n17\t300\t350\tunknown\t50\t50\n", 140),
        # 100 bases beside exon 1 are deep, and exon 2 is not there.
        ("17\t50\t250\tTP53\t200\t200\n", 100),
        # 30 of the region's 200 bases are not deep: they may all be coding.
        ("17\t50\t250\tTP53\t200\t170\n", 70),
        # An intron of the gene is no coding base.
        ("17\t0\t400\tTP53\t400\t150\n", 0),
        # Two transcripts share an exon.
        ("17\t100\t200\tTP53\t90\t60\n17\t100\t200\tTP53\t90\t60\n", 60),
        ("17\t0\t90\tTP53\t90\t90\n", 0),  # of another build
    ],
)
def test_thresholds_count_coding_bases_alone(write, regions, expected):
    covered = covered_bases(write(THRESHOLDS + regions), 100, EXONS)

    assert (covered or {}).get("TP53", 0) == expected


@pytest.mark.parametrize(
    ("sample", "info", "expected"),
    [
        ("0/0:150", "", {"TP53": 100}),
        ("./.:150", "", {}),  # no genotype: nobody knows
        ("0/0:.", ";MIN_DP=120", {"TP53": 100}),
        ("0/0:.", "", {}),
    ],
)
def test_a_block_without_genotype_or_depth_covers_nothing(
    write, sample, info, expected
):
    columns = "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT T".split()
    block = f"17 101 . A <NON_REF> . . END=200{info} GT:DP {sample}".split()
    text = "\n".join(["##fileformat=VCFv4.2", "\t".join(columns), "\t".join(block)])

    assert covered_bases(write(f"{text}\n", "t.g.vcf"), 100, EXONS) == expected


@pytest.mark.parametrize("line", ["17\t\t100\n", "17\t²\t³\n"])
def test_a_position_that_is_no_number_names_its_line(write, line):
    with pytest.raises(ValueError, match="coverage.bed: line 1 is no line of a BED"):
        covered_bases(write(line), 100, EXONS)
