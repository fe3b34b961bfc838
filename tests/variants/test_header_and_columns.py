"""What the header of a VCF decides: its build, its columns, and whether it is one."""

import pytest

from ballad.variants.files import VcfError
from ballad.variants.panel import known_contigs
from tests.variants.small_vcf import FIXED, META, cells, read, record, write

BUILDS = [
    # contig line, status of the build check
    ("##contig=<ID=17,length=83257441>", "confirmed"),
    ("##contig=<ID=chr17,length=83257441>", "confirmed"),
    ("##contig=<ID=17>", "not_determinable"),
    ("##reference=hg19.fa", "not_determinable"),
]


@pytest.fixture(scope="module")
def contigs(root):
    return known_contigs(str(root / "resources/panel/contigs.tsv"))


@pytest.mark.parametrize(("line", "status"), BUILDS)
def test_the_build_is_told_by_contig_lengths_alone(tmp_path, contigs, line, status):
    meta = [META[0], line]
    path = write(tmp_path / "t.vcf", record(150), meta=meta)

    content = read(path, contigs)

    assert [row[2] for row in content.checks if row[1] == "genome_build"] == [status]


@pytest.mark.parametrize(
    ("samples", "named", "statuses"),
    [
        (("S",), "", []),
        (("T",), "T", []),
        (("T",), "", ["differs"]),
    ],
)
def test_an_only_column_of_another_name_than_the_sample_is_told(
    tmp_path, samples, named, statuses
):
    path = write(tmp_path / "t.vcf", record(150), samples=samples)

    checks = read(path, vcf_sample=named).checks

    assert [c[2] for c in checks if c[1] == "sample_name"] == statuses


def test_a_file_of_another_build_than_its_sheet_says_is_refused(tmp_path, contigs):
    path = write(
        tmp_path / "t.vcf",
        record(150),
        meta=[META[0], "##contig=<ID=17,length=81195210>"],
    )

    with pytest.raises(VcfError, match="sheet says GRCh38.*lengths are GRCh37"):
        read(path, contigs)


TUMOURS = [
    # columns, vcf_sample of the sheet, ##tumor_sample, the column that is read
    (("T",), "", None, "T"),
    (("NORMAL", "TUMOR"), "", None, "TUMOR"),
    (("TUMOR", "NORMAL"), "", None, "TUMOR"),
    (("a", "b"), "a", None, "a"),
    (("a", "b"), "", "a", "a"),
    (("a", "b"), "b", "a", "b"),
]


@pytest.mark.parametrize(("columns", "named", "header", "expected"), TUMOURS)
def test_the_column_of_the_tumour_is_found_by_name_never_by_order(
    tmp_path, columns, named, header, expected
):
    other, tumour = "0/0:100,0:100", "0/1:60,40:100"
    values = "\t".join(tumour if name == expected else other for name in columns)
    meta = META if header is None else [*META, f"##tumor_sample={header}"]
    path = write(
        tmp_path / "t.vcf", record(150, sample=values), meta=meta, samples=columns
    )

    assert cells(read(path, vcf_sample=named), "alt_reads") == [("40",)]


@pytest.mark.parametrize(("columns", "named"), [(("a", "b"), ""), (("a",), "x")])
def test_a_tumour_that_cannot_be_told_is_refused(tmp_path, columns, named):
    values = "\t".join(["0/1:60,40:100"] * len(columns))
    path = write(tmp_path / "t.vcf", record(150, sample=values), samples=columns)

    with pytest.raises(VcfError, match="vcf_sample"):
        read(path, vcf_sample=named)


def test_a_vcf_without_sample_columns_is_read_from_info(tmp_path):
    line = "17\t150\t.\tC\tT\t.\tPASS\tDP=100;AF=0.07;DP4=50,43,4,3"
    path = write(tmp_path / "t.vcf", line, samples=())

    assert cells(read(path), "depth", "alt_reads", "vaf") == [("100", "7", "0.07")]


DAMAGED = {
    "no VCF": ("patient\tsex\n", "line 1"),
    "no column line": ("##fileformat=VCFv4.2\n", "no line #CHROM"),
    "blanks instead of tabs": (
        f"##fileformat=VCFv4.2\n{FIXED}\n17 150 . C T . PASS .\n",
        "line 3: has fewer than 8 columns",
    ),
    "a position in words": (
        f"##fileformat=VCFv4.2\n{FIXED}\n17\tfive\t.\tC\tT\t.\tPASS\t.\n",
        "line 3: position 'five'",
    ),
    "a record without its samples": (
        f"##fileformat=VCFv4.2\n{FIXED}\tFORMAT\tT\n17\t150\t.\tC\tT\t.\tPASS\t.\n",
        "line 3: the record has 8 columns",
    ),
    "a sample twice": (
        f"##fileformat=VCFv4.2\n{FIXED}\tFORMAT\tT\tT\n",
        "line 2: a sample name stands twice",
    ),
    "a VAF above 1": (
        f"##fileformat=VCFv4.2\n{FIXED}\tFORMAT\tT\n"
        "17\t150\t.\tC\tT\t.\tPASS\t.\tAF\t12.5\n",
        "line 3: AF '12.5' is above 1",
    ),
}


@pytest.mark.parametrize(("text", "message"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_refused_with_its_name_and_line(tmp_path, text, message):
    path = tmp_path / "t.vcf"
    path.write_text(text)

    with pytest.raises(VcfError) as error:
        read(str(path))

    assert str(path) in str(error.value)
    assert message in str(error.value)
