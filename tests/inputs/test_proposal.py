import subprocess
import sys

import pytest

from ballad.inputs.proposal import proposed_rows
from ballad.inputs.sample_sheet import SAMPLE_COLUMNS
from ballad.tables import read_table


@pytest.fixture
def patterns(root):
    known = read_table(root / "resources/inputs/file_names.tsv")
    return list(zip(known["column"], known["pattern"], strict=True))


@pytest.mark.parametrize(
    ("path", "column", "sample"),
    [
        ("dna/P1.vcf.gz", "vcf", "P1"),
        ("dna/P1.manta.vcf.gz", "sv_vcf", "P1"),  # a structural caller comes first
        ("P1.arriba.fusions.tsv", "arriba", "P1"),
        ("P1.star-fusion.fusion_predictions.tsv", "star_fusion", "P1"),
        ("P1.thresholds.bed.gz", "coverage", "P1"),
        ("P1.cns", "copy_number", "P1"),
        ("P1_R1_001.fastq.gz", "fastq_1", "P1"),
        ("P1_R2_001.fastq.gz", "fastq_2", "P1"),
    ],
)
def test_a_file_is_put_into_its_column(patterns, path, column, sample):
    (row,) = proposed_rows([path], patterns)

    assert {name: cell for name, cell in row.items() if cell} == {
        "sample": sample,
        column: path,
    }


def test_what_a_name_cannot_tell_is_blank(patterns):
    (row,) = proposed_rows(["007.vcf.gz", "007.cns", "007.vcf.gz.tbi"], patterns)

    assert row["patient"] == row["timepoint"] == row["assay"] == ""
    assert (row["sample"], row["vcf"], row["copy_number"]) == (
        "007",
        "007.vcf.gz",
        "007.cns",
    )


def test_two_files_of_one_kind_are_two_rows_of_the_sample(patterns):
    rows = proposed_rows(["P1.indel.vcf", "P1.snv.vcf"], patterns)

    assert [(row["sample"], row["vcf"]) for row in rows] == [
        ("P1", "P1.indel.vcf"),
        ("P1", "P1.snv.vcf"),
    ]


def test_the_command_writes_a_sheet_with_all_columns(root, tmp_path):
    (tmp_path / "P1.vcf").write_text("##fileformat=VCFv4.2\n")

    process = subprocess.run(
        [sys.executable, str(root / "scripts/write_samples.py"), str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
    )

    header, row = process.stdout.splitlines()
    assert header.split("\t") == list(SAMPLE_COLUMNS)
    assert "P1.vcf" in row.split("\t")
    assert "fill in patient, timepoint and assay" in process.stderr
