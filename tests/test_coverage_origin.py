"""A coverage file that says nothing of the panel is told, not read as uncovered."""

import gzip

import pysam
import pytest

from ballad.coverage import covered_bases
from ballad.coverage_origin import refuse_elsewhere
from ballad.exons import Exon
from ballad.inputs.contents import table_problems

EXONS = [Exon("17", 100, 200, "TP53"), Exon("9", 0, 50, "PAX5")]
THRESHOLDS = "#chrom\tstart\tend\tregion\t1X\t100X\n"
GVCF = (
    "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS\n"
)
BLOCK = "\t{}\t.\tA\t<NON_REF>\t.\t.\tEND={}\tGT:MIN_DP\t0/0:300\n"
FOREIGN = {
    "RefSeq": "NC_000017.11\t100\t200\t500\n",
    "an alternate locus": "17_alt\t100\t200\n",
    "GenBank thresholds": THRESHOLDS + "CM000679.2\t100\t200\tTP53\t100\t100\n",
    "a gVCF of RefSeq": GVCF + "NC_000017.11" + BLOCK.format(101, 200),
}
BESIDE = {
    "another gene": "chr17\t200\t300\t500\n",  # half-open: the exon ends at 200
    "another chromosome": "chr1\t100\t200\t500\nchr2\t1\t2\t3\nchr9\t50\t60\t1\n",
    "thresholds of another panel": THRESHOLDS + "chr17\t0\t100\tX\t100\t100\n",
    "a block before the exon": GVCF + "chr17" + BLOCK.format(1, 100),
}
OURS = {
    "one base": "chr17\t199\t300\t500\n",
    "not deep": "chr17\t100\t200\t0\n",
    "the last line": "chr1\t1\t2\t9\nchrUn_1\t1\t2\t9\n9\t0\t1\t9\n",
    "a block that reaches in": GVCF + "17" + BLOCK.format(1, 101),
    "no line": "",
    "no line but a header": THRESHOLDS,
}


@pytest.fixture
def write(tmp_path):
    def written(text):
        path = tmp_path / ("c.g.vcf" if text.startswith("##") else "c.bed")
        path.write_text(text)
        return str(path)

    return written


@pytest.mark.parametrize("name", FOREIGN)
def test_foreign_names_of_chromosomes_are_refused_with_their_cure(write, name):
    path = write(FOREIGN[name])

    with pytest.raises(ValueError, match=r"named like 17 or chr17, but .*; rename"):
        refuse_elsewhere(path, EXONS)


@pytest.mark.parametrize("name", BESIDE)
def test_coverage_of_other_places_is_refused_with_its_cure(write, name):
    with pytest.raises(ValueError, match="no line touches a coding exon of the panel"):
        refuse_elsewhere(write(BESIDE[name]), EXONS)


@pytest.mark.parametrize("name", OURS)
def test_coverage_of_the_panel_is_left_to_its_depth(write, name):
    path = write(OURS[name])

    refuse_elsewhere(path, EXONS)
    assert covered_bases(path, 100, EXONS) is not None


def test_a_compressed_file_is_looked_at_alike(tmp_path):
    path = tmp_path / "c.bed.gz"
    path.write_bytes(gzip.compress(b"NC_000017.11\t100\t200\t500\n"))

    with pytest.raises(ValueError, match="but NC_000017.11"):
        refuse_elsewhere(str(path), EXONS)


@pytest.mark.parametrize(("name", "foreign"), [("NC_000017.11", True), ("17", False)])
def test_alignments_to_foreign_chromosomes_are_refused(tmp_path, name, foreign):
    path = str(tmp_path / "a.bam")
    header = {"HD": {"VN": "1.6"}, "SQ": [{"SN": name, "LN": 1000}]}
    with pysam.AlignmentFile(path, "wb", header=header):
        pass

    if foreign:
        with pytest.raises(ValueError, match="but NC_000017.11"):
            refuse_elsewhere(path, EXONS)
    else:
        refuse_elsewhere(path, EXONS)


def test_validate_tells_the_row_and_the_column(write):
    sample = dict.fromkeys(
        ("sv_vcf", "copy_number", "arriba", "star_fusion", "fusioncatcher", "fusions"),
        "",
    )
    sample |= {"patient": "P1", "sample": "S1", "genome_build": "GRCh38"}
    sample |= {"coverage": write(FOREIGN["RefSeq"]), "vcf_sample": ""}

    (problem,) = table_problems(sample, 100, exons={"GRCh38": EXONS})

    assert "patient P1, sample S1" in str(problem)
    assert "coverage" in str(problem)
    assert "NC_000017.11" in str(problem)
