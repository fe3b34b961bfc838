"""Coverage and copy number that lie in PAR1 of Y count for CRLF2 and P2RY8 on X."""

import pysam
import pytest
import yaml

from ballad.copy_number import gene_spans, read_segments
from ballad.copy_number_callers import sample_rows
from ballad.coverage import covered_bases
from ballad.exons import exons_of
from ballad.states import ABSENT, INDETERMINATE, PRESENT
from ballad.tables import read_table

# PAR1 of Y lies 50,000 bases before that of X in GRCh37, at the same place in GRCh38.
SHIFT = {"GRCh37": 50_000, "GRCh38": 0}
BUILDS = list(SHIFT)
# P2RY8 has one coding exon: X:1,584,371-1,585,451 and X:1,465,478-1,466,558 (0-based).
EXON = {"GRCh37": (1_584_371, 1_585_451), "GRCh38": (1_465_478, 1_466_558)}
CODING = 1080
NAMES = ["Y", "chrY"]


@pytest.fixture(scope="module")
def exons(root):
    return {
        build: exons_of((root / f"resources/panel/cds.{build}.bed").open())
        for build in BUILDS
    }


GVCF = (
    "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS\n"
)
KINDS = {
    "a BED": ("c.bed", "{name}\t{start}\t{end}\n"),
    "depths": ("c.bed", "{name}\t{start}\t{end}\t100\n"),
    "callable loci": ("c.bed", "{name}\t{start}\t{end}\tCALLABLE\n"),
    "thresholds": (
        "c.bed",
        "#chrom\tstart\tend\tregion\t20X\n{name}\t{start}\t{end}\tP2RY8\t{bases}\n",
    ),
    "a gVCF": (
        "c.g.vcf",
        GVCF + "{name}\t{first}\t.\tA\t<NON_REF>\t.\t.\tEND={end}\tGT:MIN_DP\t0/0:30\n",
    ),
}


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", KINDS)
def test_coverage_of_y_counts_on_x(exons, tmp_path, build, name, kind):
    start, end = (place - SHIFT[build] for place in EXON[build])
    file, text = KINDS[kind]
    place = {"name": name, "start": start + 80, "first": start + 81, "end": end}
    path = tmp_path / file
    path.write_text(text.format(**place, bases=end - start - 80))

    covered = covered_bases(str(path), 20, exons[build], build=build)

    assert covered["P2RY8"] == CODING - 80


@pytest.mark.parametrize("build", BUILDS)
def test_a_base_deep_on_x_and_on_y_counts_once(exons, tmp_path, build):
    low, high = EXON[build]
    shift = SHIFT[build]
    rows = [
        ("chrX", low, low + 500, 500, 400),  # 100 bases are not deep
        ("chrY", low - shift, low - shift + 500, 500, 500),
        ("chrY", high - shift - 10, high - shift + 20, 30, 30),
    ]
    bed = tmp_path / "c.bed"
    bed.write_text("".join(f"{c}\t{s}\t{e}\n" for c, s, e, *_ in rows))
    thresholds = tmp_path / "t.bed"
    head = "#chrom\tstart\tend\tregion\t20X\n"
    thresholds.write_text(
        head + "".join(f"{c}\t{s}\t{e}\tx\t{deep}\n" for c, s, e, _, deep in rows)
    )

    for path in (bed, thresholds):
        covered = covered_bases(str(path), 20, exons[build], build=build)
        assert covered["P2RY8"] == 510


def test_thresholds_of_a_region_that_leaves_par1_lose_what_lies_outside(
    exons, tmp_path
):
    # 2,781,479 is the last base of PAR1 in GRCh38: 20,000 bases of the first region,
    # which is deep throughout, lie behind it. The second one lies before the exon.
    path = tmp_path / "t.bed"
    path.write_text(
        "#chrom\tstart\tend\tregion\t20X\nY\t1465478\t2801479\tx\t1336001\n"
        "Y\t1465000\t1465478\tx\t0\n"
    )

    covered = covered_bases(str(path), 20, exons["GRCh38"], build="GRCh38")

    assert covered["P2RY8"] == CODING


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("prefix", ["", "chr"])
def test_reads_of_y_count_on_x(exons, tmp_path, build, prefix):
    start, end = EXON[build]
    header = {
        "HD": {"VN": "1.6", "SO": "coordinate"},
        "SQ": [{"SN": prefix + c, "LN": 59_000_000} for c in "XY"],
    }
    path = str(tmp_path / "a.bam")
    stretches = [(0, start, start + 300), (1, start - SHIFT[build] + 200, end)]
    with pysam.AlignmentFile(path, "wb", header=header) as output:
        for number, (contig, low, high) in enumerate(stretches):
            read = pysam.AlignedSegment(output.header)
            read.query_name, read.flag = f"r{number}", 0
            read.reference_id = contig
            read.reference_start = low
            length = min(high, end - SHIFT[build] * contig) - low
            read.mapping_quality, read.cigartuples = 0, [(0, length)]
            read.query_sequence = "A" * length
            read.query_qualities = pysam.qualitystring_to_array("I" * length)
            output.write(read)
    pysam.index(path)

    assert covered_bases(path, 1, exons[build], build=build)["P2RY8"] == CODING
    # 300 of X, and what lies behind the first 200 on Y: 100 bases twice, at depth 1.
    assert covered_bases(path, 2, exons[build], build=build)["P2RY8"] == 0


@pytest.fixture(scope="module")
def known(root):
    method = yaml.safe_load((root / "config/config.yaml").read_text())["genotypes"]
    panel = read_table(root / "resources/panel/genes.tsv")
    return method, {build: gene_spans(panel, build) for build in BUILDS}


SEGMENTS = {
    # a focal deletion between P2RY8 and CRLF2, by where the caller writes PAR1
    "on Y alone": ([("Y", "all", -0.8)], PRESENT, "loss"),
    "both copies, on Y": ([("Y", "all", -2.5)], PRESENT, "homozygous_loss"),
    "not lost": ([("Y", "all", 0.0)], ABSENT, "none"),
    "on both": ([("X", "all", -0.8), ("Y", "all", -0.9)], PRESENT, "loss"),
    "they differ": (
        [("X", "all", 0.0), ("Y", "all", -0.9)],
        INDETERMINATE,
        "X and Y differ",
    ),
    "no Y at all": ([("Y", "whole", -3.0)], INDETERMINATE, "not covered"),
    "no Y beside X": (
        [("X", "whole", 0.0), ("Y", "whole", -3.0)],
        ABSENT,
        "none",
    ),
}


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("prefix", ["", "chr"])
@pytest.mark.parametrize("case", SEGMENTS)
def test_a_segment_of_par1_on_y_is_judged_on_x(known, tmp_path, build, prefix, case):
    segments, state, event = SEGMENTS[case]
    method, genes = known
    rows = []
    for chrom, extent, log2 in segments:
        end = 1_700_000 if extent == "all" else 57_000_000
        rows.append(
            (prefix + chrom, 1_380_000 - SHIFT[build] * (chrom == "Y"), end, log2)
        )
    path = tmp_path / "s.tsv"
    text = "".join("\t".join(map(str, row)) + "\n" for row in rows)
    path.write_text("chrom\tstart\tend\tlog2\n" + text)

    found = sample_rows(
        str(path),
        "S",
        genes[build],
        method["copy_number"],
        method["ploidy"],
        (),
        build,
    )

    told = {row[3]: (row[1], row[4]) for row in found}
    assert told["par1_deletion"] == (event, state)


def test_a_probe_of_both_sex_chromosomes_lies_on_x(tmp_path):
    path = tmp_path / "s.tsv"
    path.write_text("chrom\tstart\tend\tlog2\nXY\t10\t20\t0\n25\t10\t20\t0\n")

    assert [segment.chrom for segment in read_segments(str(path))] == ["X", "X"]
