import random
import re

import pysam
import pytest

from ballad.reads.haplotypes import Allele, haplotypes, shown
from ballad.reads.recount import recount_indels, up_to_other_indels
from ballad.variants.callers import support

DRAW = random.Random(7)
BASES = "".join(DRAW.choices("ACGT", k=400))


CIGAR = {"M": 0, "I": 1, "D": 2, "S": 4}


def cigar(text):
    return [(CIGAR[op], int(n)) for n, op in re.findall(r"(\d+)([A-Z])", text)]


@pytest.mark.parametrize(
    ("written", "part"),
    [
        # 100 bases from 1000 on; indels between 1040 and 1060 are the one in question
        ("100M", (0, 100, 1000, 1100)),
        ("50M3D50M", (0, 100, 1000, 1103)),
        ("80M3I17M", (0, 80, 1000, 1080)),
        ("80M3D20M", (0, 80, 1000, 1080)),
        ("10M3I87M", (13, 100, 1010, 1097)),
        ("10M3D90M", (10, 100, 1013, 1103)),
        ("5S10M3I55M2D27M", (18, 73, 1010, 1065)),
        ("90M10S", (0, 100, 1000, 1100)),
        ("5S95M", (0, 100, 995, 1095)),
    ],
)
def test_a_read_is_cut_at_the_indels_that_are_not_in_question(written, part):
    bases = "".join(DRAW.choices("ACGT", k=100))
    first, last, start, end = part

    cut = up_to_other_indels(bases, cigar(written), 1000, 1040, 1062)

    assert cut == (bases[first:last], start, end)


def test_an_indel_further_along_the_read_does_not_hide_the_deletion():
    # The deletion is clipped away by the aligner, the insertion 70 bases on is not.
    deletion = haplotypes(BASES, 1000, Allele(1199, BASES[199:215], BASES[199]))
    alternate = deletion.alternate
    bases = f"{alternate[190:270]}TTTTTTTTTT{alternate[270:280]}"
    part = up_to_other_indels(bases, cigar("10S70M10I10M"), 1215, 1180, 1235)

    assert shown(*part, deletion) == "alternate"
    assert shown(bases, 1205, 1295, deletion) != "alternate"


HEADER = """##fileformat=VCFv4.2
##contig=<ID=1,length=400>
##INFO=<ID=DP,Number=1,Type=Integer,Description="Depth">
##INFO=<ID=RO,Number=1,Type=Integer,Description="Reference reads">
##INFO=<ID=AO,Number=A,Type=Integer,Description="Alternate reads">
##INFO=<ID=SAF,Number=A,Type=Integer,Description="Forward">
##INFO=<ID=SAR,Number=A,Type=Integer,Description="Reverse">
##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Depth">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Reads by allele">
##FORMAT=<ID=RO,Number=1,Type=Integer,Description="Reference reads">
##FORMAT=<ID=AO,Number=A,Type=Integer,Description="Alternate reads">
#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS
"""
PLACE = 199  # the base before each indel


def without(bases, *alleles):
    """Bases with alleles (start, ref, alt), given from the left."""
    for start, ref, alt in reversed(alleles):
        assert bases[start : start + len(ref)] == ref
        bases = bases[:start] + alt + bases[start + len(ref) :]
    return bases


def counted(folder, bases, alleles, reads):
    """Recount; what ballad reads of each allele. Reads are (bases, start, cigar)."""
    paths = [str(folder / name) for name in ("in.vcf", "in.bam", "in.fa", "out.vcf")]
    vcf, bam, fasta, output = paths
    (folder / "in.fa").write_text(f">1\n{bases}\n")
    # Counts of a caller that saw one read of each, at depth 2.
    rows = [
        f"1\t{start + 1}\t.\t{ref}\t{alt}\t9\t.\tDP=2;RO=1;AO=1;SAF=1;SAR=0\t"
        "GT:DP:AD:RO:AO\t0/1:2:1,1:1:1\n"
        for start, ref, alt in alleles
    ]
    (folder / "in.vcf").write_text(HEADER + "".join(rows))
    header = {"HD": {"VN": "1.6"}, "SQ": [{"SN": "1", "LN": len(bases)}]}
    with pysam.AlignmentFile(bam, "wb", header=header) as written:
        for n, (sequence, start, text) in enumerate(sorted(reads, key=lambda r: r[1])):
            read = pysam.AlignedSegment(written.header)
            read.query_name, read.query_sequence = f"r{n}", sequence
            read.flag, read.reference_id, read.reference_start = 16 * (n % 2), 0, start
            read.mapping_quality, read.cigarstring = 60, text
            written.write(read)
    pysam.index(bam)
    recount_indels(vcf, bam, fasta, output, 20)
    told = []
    for row in (folder / "out.vcf").read_text().splitlines():
        if row[0] != "#":
            cells = row.split("\t")
            keys = dict(zip(cells[8].split(":"), cells[9].split(":"), strict=True))
            info = dict(part.split("=") for part in cells[7].split(";"))
            told.append(support(keys, info, 0, 1))
    return told


def deleted(bases, length, count):
    """Reads that lack bases behind PLACE, which lies 30 to 69 bases into each."""
    sequence = bases[: PLACE + 1] + bases[PLACE + 1 + length :]
    reads = []
    for n in range(count):
        before = 31 + n % 40
        start = PLACE + 1 - before
        gap = f"{before}M{length}D{100 - before}M" if length else "100M"
        reads.append((sequence[start : start + 100], start, gap))
    return reads


@pytest.mark.parametrize(
    ("repeat", "lengths"),
    [("A" * 9, (1, 3)), ("A" * 8, (1, 6)), ("", (1, 9))],
    ids=["A9 less 1 and 3", "A8 less 1 and 6", "no repeat, 1 and 9"],
)
def test_a_read_counts_for_the_one_called_allele_that_it_fits_best(
    tmp_path, repeat, lengths
):
    behind = "CTGACCATGCAGTC"
    bases = f"{BASES[:PLACE]}G{repeat}{behind}{BASES[PLACE + 24 :]}"
    alleles = [(PLACE, bases[PLACE : PLACE + 1 + n], "G") for n in lengths]
    reads = deleted(bases, 0, 60) + [r for n in lengths for r in deleted(bases, n, 20)]

    told = counted(tmp_path, bases, alleles, reads)

    assert [one.alt_reads for one in told] == [20, 20]
    assert [one.vaf for one in told] == [0.2, 0.2]


def test_a_read_with_an_indel_and_a_called_neighbour_counts_for_both(tmp_path):
    # 4 bases deleted behind PLACE; on the same reads 2 more, 6 bases further on.
    bases = f"{BASES[:PLACE]}GCATTCGATCGTACAGGTC{BASES[PLACE + 19 :]}"
    alleles = [(PLACE, "GCATT", "G"), (PLACE + 10, "GTA", "G")]
    both = without(bases, *alleles)
    reads = deleted(bases, 0, 30)
    for n in range(10):
        before = 35 + n
        start = PLACE + 1 - before
        text = f"{before}M4D6M2D{94 - before}M"
        reads.append((both[start : start + 100], start, text))

    told = counted(tmp_path, bases, alleles, reads)

    assert [one.vaf for one in told] == [0.25, 0.25]


def test_the_depth_of_a_long_duplication_is_that_of_its_place(tmp_path):
    # Reads of both haplotypes that end within the copy are the same: they do not tell,
    # but they are reads of the place.
    copied = BASES[PLACE + 1 : PLACE + 46]
    longer = BASES[: PLACE + 1] + copied + BASES[PLACE + 1 :]
    reads = []
    for n in range(100):  # PLACE is base n of a read: depth 100 of both haplotypes
        start, after = PLACE - n, 99 - n
        reads += [(BASES[start : start + 100], start, "100M")] * 4
        seen = longer[start : start + 100]
        insertion = (
            f"{n + 1}M45I{after - 45}M" if after > 65 else f"{n + 46}M{after - 45}S"
        )
        reads.append((seen, start, insertion if after > 45 else "100M"))

    [told] = counted(
        tmp_path, BASES, [(PLACE, BASES[PLACE], BASES[PLACE] + copied)], reads
    )

    assert told.depth == 500
    assert told.alt_reads < 60  # of the 100 reads with the copy
    assert told.vaf == pytest.approx(0.2, abs=0.03)


def test_an_indel_of_which_no_read_tells_keeps_the_numbers_of_the_caller(tmp_path):
    bases = f"{BASES[:PLACE]}G{'A' * 120}{BASES[PLACE + 121 :]}"
    reads = [(bases[150:250], 150, "100M")] * 7

    [told] = counted(tmp_path, bases, [(PLACE, "GA", "G")], reads)

    assert (told.depth, told.alt_reads, told.vaf) == (2, 1, 0.5)


def test_two_bases_called_at_one_place_are_fractions_of_all_its_reads(tmp_path):
    # 30 reads of A, 30 of C and none of the reference: half each, not all each.
    line = (
        "1\t200\t.\tG\t{}\t50\t.\tDP=60;RO=0;AO=30\tGT:DP:AD:RO:AO\t0/1:60:0,30:0:30\n"
    )
    (tmp_path / "called.vcf").write_text(HEADER + line.format("A") + line.format("C"))
    (tmp_path / "genome.fa").write_text(f">1\n{BASES}\n")
    header = pysam.AlignmentHeader.from_dict(
        {"HD": {"SO": "coordinate"}, "SQ": [{"SN": "1", "LN": len(BASES)}]}
    )
    pysam.AlignmentFile(tmp_path / "reads.bam", "wb", header=header).close()
    pysam.index(str(tmp_path / "reads.bam"))
    places = [tmp_path / name for name in ("called.vcf", "reads.bam", "genome.fa")]

    recount_indels(*map(str, places), str(tmp_path / "recounted.vcf"), 20)

    with pysam.VariantFile(str(tmp_path / "recounted.vcf")) as records:
        seen = [(r.samples[0]["AD"], r.samples[0]["RO"], r.info["DP"]) for r in records]
    assert seen == [((30, 30), 30, 60), ((30, 30), 30, 60)]
