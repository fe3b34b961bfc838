import json

from ballad.exons import Exon
from ballad.reads.measures import (
    duplicate_rate,
    fraction_covered,
    mean_depth,
    reads_given,
    shallow,
)

MARKDUP = """COMMAND: samtools markdup
READ: 1000
EXAMINED: 800
DUPLICATE PAIR: 190
DUPLICATE TOTAL: 200
"""


def test_duplicates_are_a_share_of_the_reads_examined():
    assert duplicate_rate(MARKDUP.splitlines()) == 0.25
    empty = MARKDUP.replace("EXAMINED: 800", "EXAMINED: 0")
    assert duplicate_rate(empty.splitlines()) is None


def test_reads_of_all_lanes_are_summed_before_trimming(tmp_path):
    for lane, reads in (("1", 100), ("2", 50)):
        report = {"summary": {"before_filtering": {"total_reads": reads}}}
        (tmp_path / lane).write_text(json.dumps(report))

    assert reads_given([str(tmp_path / "1"), str(tmp_path / "2")]) == 150


def test_depth_is_averaged_over_bases_also_of_those_without_alignments():
    rows = ["17\t0\t10\tTP53|x|exon1\t30.00\n", "17\t90\t100\tNF1|x|exon1\t900\n"]

    assert mean_depth(rows, {"TP53"}, 10) == 30
    assert mean_depth(rows, {"TP53"}, 30) == 10
    assert mean_depth(rows, set(), 0) is None


def test_covered_bases_are_those_at_the_depth_of_the_assay():
    rows = [
        "#chrom\tstart\tend\tregion\t1X\t100X\n",
        "17\t0\t10\tTP53|x|exon1\t10\t4\n",
        "17\t90\t100\tNF1|x|exon1\t10\t10\n",
    ]

    assert fraction_covered(rows, 100, {"TP53"}, 10) == 0.4
    assert fraction_covered(rows, 100, {"TP53", "NF1"}, 20) == 0.7


def test_the_bases_of_an_exon_that_lack_depth_are_named():
    exon = Exon("17", 100, 200, "TP53")
    bare = Exon("9", 5, 8, "CDKN2A")
    rows = [
        "chr17\t0\t110\t0:100\n",
        "chr17\t110\t150\t100:inf\n",
        "chr17\t150\t160\t0:100\n",
        "chr17\t160\t300\t100:inf\n",
    ]

    found = list(shallow(rows, [exon, bare]))

    assert found == [(exon, 100, 110), (exon, 150, 160), (bare, 5, 8)]
