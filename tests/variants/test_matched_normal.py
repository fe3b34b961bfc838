"""A variant is rejected by a normal that something names, never by what is left over."""

import pytest

from ballad.inputs.batches import with_columns_given
from ballad.variants.header import Header, sample_column
from ballad.variants.matched_normal import normal_check, normal_column
from ballad.variants.reader import read_samples
from tests.variants.small_vcf import PANEL, cells, record, sheet_row, write


def normal_of(names, *meta, tumour="T", **given):
    header = Header(meta, tuple(names.split()), {})
    sample = {"timepoint": "diagnosis", **given}
    found = normal_column(sample, header, 9 + header.samples.index(tumour))
    return found and (found.column, found.name, found.named_by)


PEDIGREE = "##PEDIGREE=<Derived=T,Original=X>"


@pytest.mark.parametrize(
    ("names", "meta", "normal"),
    [
        ("normal T", (), (9, "normal", "name")),
        ("T N", (), (10, "N", "name")),
        ("T P1_Normal", (), (10, "P1_Normal", "name")),
        ("T germline", (), (10, "germline", "name")),
        ("T X", (), None),  # the only one left, which nothing names
        ("T abnormal", (), None),
        ("T X", ("##normal_sample=X",), (10, "X", "header")),
        ("T X", ("##PEDIGREE=<Original=X>",), (10, "X", "header")),
        ("T A X", (PEDIGREE,), (11, "X", "pedigree")),
        ("T A X", ("##PEDIGREE=<ID=T,Original=X>",), (11, "X", "pedigree")),
        ("T N", ("##normal_sample=Z",), None),  # the named one is not there
        ("T", (), None),
    ],
)
def test_a_normal_s_column_is_one_that_something_names(names, meta, normal):
    assert normal_of(names, *meta) == normal


@pytest.mark.parametrize("meta", [(), ("##normal_sample=NORMAL",)])
def test_among_columns_of_several_patients_no_name_tells_whose_normal_it_is(meta):
    merged = "T NORMAL 2:T 2:NORMAL"

    assert normal_of(merged, *meta) is None
    assert normal_of(merged, *meta, tumour="2:T") is None
    # The sheet gives 2:T to another patient, or to this one.
    assert normal_of("T NORMAL 2:T", *meta, columns_of_others="2:T") is None
    assert normal_of("T NORMAL 2:T", *meta, columns_of_patient="2:T\tT") == (
        *(10, "NORMAL"),
        "header" if meta else "name",
    )


def test_a_normal_of_the_sheet_is_the_patient_s_among_any_columns():
    assert normal_of("T A B", normals_of_patient="B") == (11, "B", "sheet")
    assert normal_of("T N B", normals_of_patient="B") == (11, "B", "sheet")
    assert normal_of("T A B", normals_of_patient="A\tB") is None  # which of both?
    assert normal_of("T N", columns_of_others="N") is None
    assert normal_of("T A X", PEDIGREE, columns_of_others="X") is None
    assert normal_of("T N", timepoint="normal") is None


def rows_and_normals(tmp_path, samples, *rows):
    cells_of = ("0/1:60,40:100", "0/1:50,50:100")
    path = write(
        tmp_path / "two.vcf",
        record(150, sample="\t".join(cells_of)),
        samples=samples,
    )
    given = with_columns_given([sheet_row(path, **row) for row in rows])
    return [
        (
            cells(content, "vaf", "normal_vaf"),
            [check[2:] for check in content.checks if check[1] == "matched_normal"],
        )
        for content in read_samples(given, PANEL, {})
    ]


def test_a_remission_sample_never_has_the_tumour_as_its_normal(tmp_path):
    found = rows_and_normals(
        *(tmp_path, ("TUMOR", "REM01")),
        {"sample": "DX"},  # found by the name TUMOR
        {"sample": "REM", "vcf_sample": "REM01", "timepoint": "remission"},
    )

    assert found == [([("0.4", "")], []), ([("0.5", "")], [])]


def test_two_assays_of_one_sample_are_not_each_other_s_normal(tmp_path):
    found = rows_and_normals(
        *(tmp_path, ("S1_wes", "S1_panel")),
        {"sample": "S1", "assay": "WES", "vcf_sample": "S1_wes"},
        {"sample": "S1", "assay": "PANEL", "vcf_sample": "S1_panel"},
    )

    assert found == [([("0.4", "")], []), ([("0.5", "")], [])]


def test_a_second_column_that_nothing_names_is_told_and_not_used(tmp_path):
    ((reads, checks),) = rows_and_normals(
        tmp_path, ("DX", "REL"), {"sample": "REL", "vcf_sample": "REL"}
    )

    assert reads == [("0.5", "")]
    assert [status for status, _ in checks] == ["not_used"]
    assert checks[0][1].startswith("column DX is read neither as a sample nor as the")


def test_freebayes_columns_of_a_tumour_and_normal_are_read_as_such(tmp_path):
    found = rows_and_normals(tmp_path, ("P1", "NORMAL"), {"vcf_sample": "P1"})

    assert found == [
        ([("0.4", "0.5")], [("confirmed", "column NORMAL by name")]),
    ]


@pytest.mark.parametrize(
    ("keys", "normal", "depth", "vaf"),
    [
        ("GT:AD:AF", "0/0:7,0:0.111", "7", "0"),  # Mutect2: 1 / (7 + 2)
        ("GT:AD:AF", "0/0:18,2:0.2", "20", "0.1"),
        ("GT:AF", "0/0:0.111", "", "0.111"),  # no reads are counted
        ("GT:RD:AD:FREQ", "0/0:9:1:50%", "10", "0.1"),  # VarScan
        ("GT:DP:VD:AF", "0/0:20:1:0.3", "20", "0.05"),  # VarDict's pairs
        ("GT:AD:AF", "0/0:.:.", "", ""),
    ],
)
def test_the_normal_s_vaf_is_that_of_its_counted_reads(
    tmp_path, keys, normal, depth, vaf
):
    count = keys.count(":")
    tumour = ":".join(["0/1", *["."] * count])
    line = record(150, sample=f"{tumour}\t{normal}").replace("GT:AD:DP", keys)
    path = write(tmp_path / "pair.vcf", line, samples=("TUMOR", "NORMAL"))

    (content,) = read_samples([sheet_row(path)], PANEL, {})

    assert cells(content, "normal_depth", "normal_vaf") == [(depth, vaf)]


def test_a_normal_of_unknown_patients_among_many_is_told(tmp_path):
    header = Header((), ("T", "NORMAL", "2:T", "2:NORMAL"), {})
    sample = {"timepoint": "diagnosis", "vcf": "a.vcf", "vcf_sample": "2:T"}
    tumour = sample_column(sample, header)

    told = normal_check(sample, header, tumour, None, {tumour})

    assert told == [
        (
            *("a.vcf", "matched_normal", "not_used"),
            "of NORMAL nothing tells whether it is the normal of 2:T",
        )
    ]
    # Many samples without a normal are a usual file.
    cohort = Header((), ("A", "B", "2:T"), {})
    assert normal_check(sample, cohort, 11, None, {11}) == []
