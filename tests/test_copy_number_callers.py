"""Copy-number tables of the callers: CNVkit, SEG, RNAseqCNV."""

import gzip

import pytest

from ballad.copy_number import SegmentError, read_segments
from ballad.copy_number_callers import (
    chromosome_rows,
    is_rnaseqcnv,
    read_chromosomes,
    sample_rows,
)

PLOIDY = {
    "near_haploid": [24, 31],
    "low_hypodiploid": [32, 39],
    "high_hyperdiploid": [51, 67],
    "masked_check": [50, 78],
}
CNS = "chromosome\tstart\tend\tgene\tlog2\tdepth\tprobes\tweight\n"
CALL_CNS = "chromosome\tstart\tend\tgene\tlog2\tcn\tdepth\tprobes\tweight\n"
SEG = "ID\tchrom\tloc.start\tloc.end\tnum.mark\tseg.mean\n"
RNA = "sample\tgender\tchrom_n\talterations\n"


def written(tmp_path, text):
    path = tmp_path / "table.tsv"
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize(
    "text",
    [
        CNS + "chr7\t100\t200\tIKZF1\t-0.8\t90\t12\t9\n",
        CALL_CNS + "chr7\t100\t200\tIKZF1\t-0.8\t1\t90\t12\t9\n",
        SEG + "s1\t7\t100\t200\t12\t-0.8\n",
        SEG.replace("ID", '"ID"') + '"s1"\t"7"\t100\t200\t12\t-0.8\n',
        "Sample\tChromosome\tStart.bp\tEnd.bp\tNum.Markers\tSeg.CN\n"
        "s1\t7\t100\t200\t12\t-0.8\n",
    ],
)
def test_segments_are_the_same_from_every_table(tmp_path, text):
    (segment,) = read_segments(written(tmp_path, text), "s1")

    assert (segment.chrom, segment.start, segment.end) == ("7", 100, 200)
    assert segment.log2 == -0.8


@pytest.mark.parametrize("cell", ["-Inf", "inf", "NaN"])
def test_a_ratio_that_is_no_number_names_its_line(tmp_path, cell):
    path = written(
        tmp_path, CNS + f"7\t1\t9\tx\t0\t1\t1\t1\n7\t10\t19\tx\t{cell}\t1\t1\t1\n"
    )

    with pytest.raises(SegmentError, match=f"line 3, column log2: .*'{cell}'"):
        read_segments(path)


@pytest.mark.parametrize("row", ["7\t1\n", "7\tx\t9\tx\t0\t1\t1\t1\n"])
def test_a_damaged_line_is_named(tmp_path, row):
    with pytest.raises(SegmentError, match="line 2"):
        read_segments(written(tmp_path, CNS + row))


def test_of_several_samples_the_named_one_counts(tmp_path):
    path = written(tmp_path, SEG + "a\t7\t1\t9\t1\t-0.1\nb\t23\t1\t9\t1\t-0.9\n")

    assert [(s.chrom, s.log2) for s in read_segments(path, "b")] == [("X", -0.9)]
    with pytest.raises(SegmentError, match="none of the 2 samples is 'c'"):
        read_segments(path, "c")


def lesions(tmp_path, number, alterations):
    path = written(tmp_path, f"{RNA}s1\tmale\t{number}\t{alterations}\n")
    rows = chromosome_rows(path, read_chromosomes(path, "s1"), PLOIDY)
    return {row[3]: row[4] for row in rows}


@pytest.mark.parametrize(
    ("number", "alterations", "expected"),
    [
        (46, "", {}),
        (28, "1-, 2-, 3-", {"near_haploid": "present"}),
        (34, "2-, 3-, 17-", {"low_hypodiploid": "present", "tp53_deletion": "present"}),
        (34, "2-, ?21, 22-", {"low_hypodiploid": "present"}),
        (
            32,
            "2-, ?3-",
            {"near_haploid": "indeterminate", "low_hypodiploid": "indeterminate"},
        ),
        (46, "?17p-", {"tp53_deletion": "indeterminate"}),
        (46, "17q-, 9p-", {}),
        (
            54,
            "3+, 4+, 6+, 10+, 17+, 18+, 21+, 21+",
            {"hyperdiploid": "present", "tp53_gain": "present"},
        ),
        (51, "4+, 6+, 10+, 18+, ?21+", {"hyperdiploid": "present"}),
        (50, "4+, 6+, 10+, ?21+", {"hyperdiploid": "indeterminate"}),
        (
            56,
            "1+, 1+, 6+, 6+, 8+, 8+, 11+, 11+, 21+, 21+",
            {"hyperdiploid": "indeterminate", "masked_hypodiploidy": "indeterminate"},
        ),
    ],
)
def test_rnaseqcnv_speaks_of_ploidy_and_17p(tmp_path, number, alterations, expected):
    assert lesions(tmp_path, number, alterations) == expected


def test_rnaseqcnv_excludes_nothing(tmp_path):
    assert "absent" not in lesions(tmp_path, 46, "21+").values()


def test_the_header_tells_rnaseqcnv_and_the_rows_say_how_they_were_seen(tmp_path):
    path = written(tmp_path, RNA + "s1\tmale\t28\t1-\n")

    rows = sample_rows(path, "s1", {}, {}, PLOIDY, [])

    assert is_rnaseqcnv(path)
    assert [row[-1] for row in rows] == ["rna_expression"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("s1\tmale\tmany\t1-\n", "line 2, column chrom_n: 'many'"),
        ("s1\tmale\t45\tlost 1\n", "line 2, column alterations: 'lost 1'"),
        ("a\tmale\t45\t1-\nb\tmale\t45\t1-\n", "0 rows of 's1' among 2"),
    ],
)
def test_faults_of_rnaseqcnv_are_named(tmp_path, rows, message):
    with pytest.raises(SegmentError, match=message):
        read_chromosomes(written(tmp_path, RNA + rows), "s1")


@pytest.mark.real_data
def test_real_segments_of_a_cohort_are_parted_by_sample(real_data, tmp_path):
    with gzip.open(real_data / "cohort_LAML/LAML_CBS_segments.tsv.gz", "rt") as lines:
        text = lines.read()
    own = [line for line in text.splitlines() if line.startswith("TCGA-AB-2803\t")]
    path = written(tmp_path, text)

    assert len(read_segments(path, "TCGA-AB-2803")) == len(own) > 20
    with pytest.raises(SegmentError, match="none of the"):
        read_segments(path, "patient 1")
