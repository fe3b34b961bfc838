from ballad.reads import commands


def test_a_lane_of_pairs_goes_through_trimming_and_alignment_in_turns():
    trim = commands.trim("a_1.fq.gz", "a_2.fq.gz", "t.json", "t.html", 2, 40)
    align = commands.align("genome.fa", commands.read_group("S1", 3), True, 2)

    assert trim[:6] == ["fastp", "--in1", "a_1.fq.gz", "--in2", "a_2.fq.gz", "--stdout"]
    assert "-p" in align
    assert align[-2:] == ["genome.fa", "-"]
    assert "@RG\\tID:3\\tSM:S1\\tLB:S1\\tPL:ILLUMINA" in align


def test_single_reads_have_no_second_file_and_are_not_taken_for_pairs():
    trim = commands.trim("a.fq.gz", "", "t.json", "t.html", 2, 40)

    assert "--in2" not in trim
    assert "-p" not in commands.align("genome.fa", "@RG", False, 2)


def test_depth_is_told_at_one_read_and_at_the_depth_of_the_assay():
    command = commands.depth("s.bam", "exons.bed", "out", 100, 20)

    assert command[command.index("--thresholds") + 1] == "1,100"
    assert command[command.index("--quantize") + 1] == "0:100:"
    assert command[command.index("--mapq") + 1] == "20"


def test_every_allele_with_enough_reads_is_called_whatever_the_genotype():
    settings = {
        **{"min_alt_fraction": 0.02, "min_alt_reads": 3},
        **{"min_mapping_quality": 20, "min_base_quality": 21},
    }

    command = commands.call("s.bam", "g.fa", "r.bed", "o.vcf", settings)

    assert "--pooled-continuous" in command
    for option, value in (
        ("--min-alternate-fraction", "0.02"),
        ("--min-alternate-count", "3"),
        ("--min-mapping-quality", "20"),
        ("--min-base-quality", "21"),
    ):
        assert command[command.index(option) + 1] == value


def test_reads_on_target_are_primary_and_aligned():
    assert commands.count("s.bam") == ["samtools", "view", "-c", "-F", "0x900", "s.bam"]
    assert commands.count("s.bam", "t.bed")[3:7] == ["-F", "0x904", "-L", "t.bed"]
