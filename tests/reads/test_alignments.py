import pysam
import pytest

from ballad.reads.alignments import check_alignments
from ballad.reads.fastq import ReadsError

GENOME = {"17": ("chr17", 83257441)}
CONTIGS = {("17", 83257441): "GRCh38", ("17", 81195210): "GRCh37"}


def bam(path, reads=1, contigs=None, groups=("S",)):
    contigs = {"chr17": 83257441} if contigs is None else contigs
    header = {
        "SQ": [{"SN": name, "LN": length} for name, length in contigs.items()],
        "RG": [{"ID": name, "SM": name} for name in groups],
    }
    with pysam.AlignmentFile(str(path), "wb", header=header) as file:
        for number in range(reads):
            read = pysam.AlignedSegment(file.header)
            read.query_name, read.query_sequence = f"r{number}", "ACGT"
            read.flag, read.reference_id = 0, 0 if contigs else -1
            read.reference_start, read.mapping_quality = 100 + number, 60
            read.cigarstring = "4M"
            file.write(read)
    return str(path)


def check(path):
    check_alignments(path, "GRCh38", GENOME, CONTIGS, "genome.fa")


def test_sound_alignments_pass(tmp_path):
    check(bam(tmp_path / "a.bam"))


def test_an_empty_bam_is_refused(tmp_path):
    with pytest.raises(ReadsError, match="holds no aligned read"):
        check(bam(tmp_path / "a.bam", reads=0))


def test_a_cut_bam_is_refused(tmp_path):
    path = bam(tmp_path / "a.bam", reads=20000)
    with open(path, "r+b") as file:
        file.truncate(file.seek(0, 2) // 2)

    with pytest.raises(ReadsError, match=r"a.bam: .*copy the file again"):
        check(path)


def test_another_build_is_refused_by_the_lengths_of_its_contigs(tmp_path):
    with pytest.raises(ReadsError, match="contradicted.*GRCh37"):
        check(bam(tmp_path / "a.bam", contigs={"chr17": 81195210}))


def test_another_genome_is_refused_by_lengths_and_by_names(tmp_path):
    with pytest.raises(ReadsError, match="wrong reference: chr17 has 5000 bases"):
        check(bam(tmp_path / "a.bam", contigs={"chr17": 5000}))
    with pytest.raises(ReadsError, match="no contig of the genome"):
        check(bam(tmp_path / "b.bam", contigs={"17": 83257441}))


def test_unaligned_reads_are_asked_for_as_fastq(tmp_path):
    with pytest.raises(ReadsError, match="samtools fastq"):
        check(bam(tmp_path / "a.bam", reads=0, contigs={}))


def test_a_bam_of_two_samples_is_refused(tmp_path):
    with pytest.raises(ReadsError, match="several samples"):
        check(bam(tmp_path / "a.bam", groups=("S", "T")))
