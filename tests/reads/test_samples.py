from ballad.inputs.sample_sheet import SAMPLE_COLUMNS
from ballad.reads.samples import (
    BWA_INDEX,
    read_sets,
    reads_problems,
    reads_warnings,
    tasks_of,
    with_calls,
)

ASSAYS = {"PANEL": {"type": "dna_panel"}, "RNA": {"type": "rna_fusion"}}


def row(patient="1", **cells):
    plain = {"patient": patient, "sample": f"{patient}-T", "assay": "PANEL"}
    return {
        **dict.fromkeys(SAMPLE_COLUMNS, ""),
        **plain,
        "genome_build": "GRCh38",
        **cells,
    }


def test_repeated_rows_of_a_sample_are_its_lanes():
    rows = [row(fastq_1="a1", fastq_2="a2"), row(fastq_1="b1", fastq_2="b2")]

    (reads,) = read_sets(rows, ASSAYS)

    assert reads.lanes == (("a1", "a2"), ("b1", "b2"))
    assert reads.alignments == ()


def test_a_sample_with_a_vcf_uses_it_and_rna_is_no_panel():
    rows = [
        row("1", bam="a.bam", vcf="a.vcf"),
        row("2", fastq_1="x"),
        row("2", vcf="b.vcf"),
        row("3", fastq_1="r", assay="RNA"),
    ]

    assert read_sets(rows, ASSAYS) == []


def test_the_first_row_of_a_sample_gets_what_is_made_from_its_reads():
    rows = [
        row("1", fastq_1="a1"),
        row("1", fastq_1="b1"),
        row("2", bam="c.bam", coverage="own.bed"),
        row("3", vcf="d.vcf"),
    ]
    sets = read_sets(rows, ASSAYS)

    filled = with_calls(rows, sets, "work")

    assert filled[0]["vcf"] == f"work/{sets[0].key}.vcf.gz"
    assert filled[0]["coverage"] == f"work/{sets[0].key}.thresholds.bed.gz"
    assert filled[1] == rows[1]
    assert filled[2]["coverage"] == "own.bed"
    assert filled[3] == rows[3]


def test_names_that_differ_by_a_stroke_have_files_of_their_own():
    sets = read_sets([row("a/b", bam="x"), row("a_b", bam="y")], ASSAYS)

    assert len({reads.key for reads in sets}) == 2
    assert not any("/" in reads.key for reads in sets)


def test_bams_alone_need_no_aligner():
    assert tasks_of(read_sets([row(bam="x")], ASSAYS)) == {"alignments"}
    assert tasks_of(read_sets([row(fastq_1="x")], ASSAYS)) == {"alignments", "fastq"}
    assert tasks_of([]) == frozenset()


def problems(rows, reference, align_to="genome"):
    found = reads_problems("s.tsv", rows, read_sets(rows, ASSAYS), reference, align_to)
    return [str(problem) for problem in found]


def test_reads_without_a_genome_are_refused_before_anything_runs():
    (text,) = problems([row(bam="x")], {})

    assert "reference.GRCh38" in text
    assert "name fasta and gff" in text


def test_a_genome_without_its_indexes_is_refused_with_the_commands(tmp_path):
    fasta = tmp_path / "g.fa"
    fasta.write_text(">17\nACGT\n")
    reference = {"GRCh38": {"fasta": str(fasta), "gff": "g.gff3"}}

    faidx, bwa = problems([row(fastq_1="x")], reference)

    assert f"samtools faidx {fasta}" in faidx
    assert f"bwa index {fasta}" in bwa
    assert len(problems([row(bam="x")], reference)) == 1
    assert len(problems([row(fastq_1="x")], reference, "panel")) == 1
    for ending in (".fai", *BWA_INDEX):
        (tmp_path / f"g.fa{ending}").write_text("")
    assert problems([row(fastq_1="x")], reference) == []


def test_reads_that_may_be_given_twice_or_lack_first_mates_are_refused(tmp_path):
    texts = problems([row(fastq_1="x", bam="y"), row("2", fastq_2="z")], {})

    assert any("the same reads twice?" in text for text in texts)
    assert any("second mates without first mates" in text for text in texts)


def test_one_file_as_both_mates_or_as_two_lanes_is_refused():
    rows = [
        row("1", fastq_1="a", fastq_2="a"),
        row("2", fastq_1="b", fastq_2="c"),
        row("2", fastq_1="./b", fastq_2="d"),
    ]

    one, two = (text for text in problems(rows, {}) if "named twice" in text)

    assert "patient 1" in one
    assert "patient 2" in two


def test_lanes_of_a_patient_with_files_of_their_own_are_no_problem():
    rows = [row(fastq_1="a", fastq_2="b"), row(fastq_1="c", fastq_2="d")]

    assert not any("named" in text for text in problems(rows, {}))


def test_reads_beside_a_vcf_are_said_not_to_be_used():
    rows = [row("1", bam="a.bam", vcf="a.vcf"), row("2", fastq_1="x")]

    (warning,) = reads_warnings("s.tsv", rows, ASSAYS)

    assert "not used: the sheet gives a VCF" in str(warning)
    assert "patient 1" in str(warning)
