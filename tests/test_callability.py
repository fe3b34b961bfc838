import gzip

import assess_callability
import pytest
import read_coverage

from ballad.callability import (
    callability_table,
    coding_bases,
    sample_callability,
    targeted_genes,
    without_indels,
)
from ballad.coverage import covered_bases, threshold_column
from ballad.reads.quality import COLUMNS as QUALITY
from ballad.tables import read_table

HEADER = "#chrom\tstart\tend\tregion\t1X\t20X\t100X\n"
COVERAGE = HEADER + (
    "17\t0\t100\tTP53|NM_000546|1\t100\t100\t90\n"
    "17\t200\t300\tTP53|NM_000546|2\t100\t100\t100\n"
    "9\t0\t50\tPAX5\t50\t40\t0\n"
)


@pytest.fixture
def coverage(tmp_path):
    path = tmp_path / "t.thresholds.bed"
    path.write_text(COVERAGE)
    return str(path)


@pytest.mark.parametrize(
    ("min_depth", "expected"),
    [
        (1, {"TP53": 200, "PAX5": 50}),
        (20, {"TP53": 200, "PAX5": 40}),
        (21, {"TP53": 190, "PAX5": 0}),  # no column of 21X: the next higher one
        (100, {"TP53": 190, "PAX5": 0}),
        (101, None),
    ],
)
def test_the_bases_of_a_gene_that_reach_a_depth(coverage, min_depth, expected):
    assert covered_bases(coverage, min_depth) == expected


def test_a_compressed_file_is_read_alike(coverage, tmp_path):
    path = tmp_path / "t.thresholds.bed.gz"
    path.write_bytes(gzip.compress(COVERAGE.encode()))

    assert covered_bases(str(path), 20) == covered_bases(coverage, 20)


def test_a_file_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="x.bed: line 1 is no header of mosdepth"):
        threshold_column("x.bed", ["chrom", "start", "end", "depth"], 20)


@pytest.mark.parametrize(
    "line", ["17\t0\t100\tTP53\t1\t2\n", "17\t0\t1\tTP53\t1\tx\t0\n"]
)
def test_a_damaged_line_is_refused_with_its_number(tmp_path, line):
    path = tmp_path / "t.bed"
    path.write_text(HEADER + line)

    with pytest.raises(ValueError, match="t.bed: line 2"):
        covered_bases(str(path), 20)


def test_coding_bases_are_summed_over_exons():
    cds = ["chr17\t10\t20\tTP53|x|1", "chr17\t30\t35\tTP53|x|2", "chr9\t0\t7\tPAX5|y|1"]

    assert coding_bases(cds) == {"TP53": 15, "PAX5": 7}


@pytest.mark.parametrize(
    ("target", "genes"),
    [
        ("17\t19\t25", {"TP53"}),
        ("17\t20\t30", set()),  # half open: touches neither exon
        ("chr17\t0\t11", {"TP53"}),
        ("9\t19\t25", set()),
        ("track name=panel", set()),
        ("chr17 19 25", {"TP53"}),  # BED allows blanks
    ],
)
def test_a_gene_is_targeted_if_a_coding_exon_is_touched(target, genes):
    cds = ["chr17\t10\t20\tTP53|x|1", "chr17\t30\t35\tTP53|x|2"]

    assert targeted_genes(cds, [target]) == genes


GENES = ("TP53", "PAX5")
CODING = {"TP53": 200, "PAX5": 50}


def states(coverage="", targeted=None, min_fraction=0.95, genes=GENES, **assay):
    sample = {"patient": "P1", "sample": "T", "assay": "PANEL", "coverage": coverage}
    assay = {"min_depth": 100, "assume_covered": False, **assay}
    covered = covered_bases(coverage, assay["min_depth"]) if coverage else None
    rows = sample_callability(
        sample, assay, genes, targeted, CODING, min_fraction, covered
    )
    return {row[3]: (row[4], row[5]) for row in rows}


def test_a_gene_is_callable_from_the_limit_of_covered_bases_on(coverage):
    assert states(coverage)["TP53"] == ("callable", 0.95)
    assert states(coverage, min_fraction=0.951)["TP53"] == ("indeterminate", 0.95)
    assert states(coverage)["PAX5"] == ("indeterminate", 0)


def test_a_gene_outside_the_targets_was_not_assessed(coverage):
    found = states(coverage, targeted={"TP53"}, assume_covered=True)

    assert found["TP53"] == ("callable", 0.95)
    assert found["PAX5"] == ("not_assessed", None)


def test_without_coverage_nothing_is_known_unless_the_assay_assumes_it():
    assert states()["TP53"] == ("indeterminate", None)
    assert states(assume_covered=True)["TP53"] == ("assumed", None)


def test_a_coverage_file_without_the_depth_cannot_be_assumed_away(coverage):
    found = states(coverage, min_depth=500, assume_covered=True)

    assert found["TP53"] == ("indeterminate", None)


def test_a_gene_the_coverage_file_lacks_is_not_covered(coverage):
    found = states(coverage, genes=("TP53", "NF1"))

    assert found["NF1"][0] == "indeterminate"


def test_of_two_files_of_one_sample_the_better_one_counts():
    rows = [
        ("P1", "T", "PANEL", "TP53", state, 0.5, "")
        for state in ("not_assessed", "callable", "indeterminate")
    ]

    table = callability_table([*rows, ("P2", *rows[0][1:])])

    assert table[["patient", "state"]].values.tolist() == [
        ["P1", "callable"],
        ["P2", "not_assessed"],
    ]


@pytest.mark.parametrize(
    ("detects", "files", "state"),
    [
        (["snv", "indel"], ["snvs.vcf"], "indeterminate"),
        (["snv", "indel"], ["snvs.vcf", "indels.vcf"], "callable"),
        (["snv"], ["snvs.vcf"], "callable"),
        (["snv", "indel"], ["both.vcf"], "callable"),
    ],
)
def test_who_was_not_looked_through_for_indels_cannot_be_free_of_one(
    coverage, detects, files, state
):
    key = {"patient": "P", "sample": "S", "assay": "PANEL"}
    row = {**key, "coverage": coverage}
    assay = {"min_depth": 100, "assume_covered": False, "detects": detects}
    covered = covered_bases(coverage, 100)
    rows = sample_callability(row, assay, GENES, {"TP53"}, CODING, 0.95, covered)

    table = without_indels(
        callability_table(rows),
        [{**key, "vcf": file} for file in files],
        {"PANEL": assay},
        {"snvs.vcf"},
    ).set_index("gene")

    assert table.loc["TP53", "state"] == state
    assert table.loc["PAX5", "state"] == "not_assessed"
    reason = "no file of indels: the assay detects indels, its VCF holds SNVs alone"
    assert (table.loc["TP53", "source"] == reason) is (state == "indeterminate")


def test_no_sequenced_sample_gives_an_empty_table():
    assert callability_table([]).empty


def test_coverage_that_was_read_in_batches_says_what_it_says_itself(root, tmp_path):
    """A file of one patient, and one whose thresholds end below the assay's depth."""
    panel = root / "resources/panel"
    beds = {
        f"cds_{b.lower()}": str(panel / f"cds.{b}.bed") for b in ("GRCh37", "GRCh38")
    }
    exon = (panel / "cds.GRCh38.bed").read_text().splitlines()[0].split("\t")
    gene, bases = exon[3].split("|")[0], int(exon[2]) - int(exon[1])
    deep = tmp_path / "deep.thresholds.bed"
    deep.write_text(HEADER + "\t".join([*exon[:4], *[str(bases)] * 3]) + "\n")
    shallow = tmp_path / "shallow.thresholds.bed"
    shallow.write_text("\n".join(x.rpartition("\t")[0] for x in deep.open()) + "\n")
    samples = [
        {**NAMED, "patient": name, "coverage": str(path), "min_depth": 100}
        for name, path in (("P1", deep), ("P2", shallow))
    ]
    for number, sample in enumerate(samples):
        read_coverage.main(
            coverage=[sample["coverage"]],
            alignment_indexes=[],
            **beds,
            contigs=str(panel / "contigs.tsv"),
            covered=str(tmp_path / f"{number}.tsv"),
            samples=[sample],
            fastas={},
        )
    (tmp_path / "quality.tsv").write_text("\t".join(QUALITY) + "\n")
    assay = {"genes": [gene], "targets": None, "detects": ["snv"]}

    assess_callability.main(
        covered=[str(tmp_path / "0.tsv"), str(tmp_path / "1.tsv")],
        quality=str(tmp_path / "quality.tsv"),
        targets=[],
        **beds,
        panel=str(panel / "genes.tsv"),
        checks=[],
        callability=str(tmp_path / "callability.tsv"),
        samples=samples,
        assays={"PANEL": {**assay, "assume_covered": True}},
        min_fraction_covered=0.95,
    )

    table = read_table(tmp_path / "callability.tsv")
    told = table[table["gene"] == gene].set_index("patient")
    coding = coding_bases((panel / "cds.GRCh38.bed").read_text().splitlines())[gene]
    assert float(told.loc["P1", "fraction_covered"]) == pytest.approx(bases / coding)
    # It cannot tell of 100 reads, and that is no reason to assume them.
    assert told.loc["P2", ["state", "fraction_covered"]].tolist() == [
        "indeterminate",
        "",
    ]


NAMED = {
    **{"sample": "T", "assay": "PANEL", "vcf": "t.vcf", "vcf_sample": ""},
    "genome_build": "GRCh38",
}


@pytest.mark.parametrize("target", ["17\t19", "chrom\tstart\tend"])
def test_targets_that_are_no_bed_are_refused(target):
    with pytest.raises(ValueError, match="is no line of a BED"):
        targeted_genes(["chr17\t10\t20\tTP53|x|1"], [target])


def test_targets_that_touch_no_gene_of_the_panel_stop(root, tmp_path):
    targets = tmp_path / "targets.bed"
    targets.write_text("CHR17\t7673000\t7677000\n")
    assay = {"genes": None, "targets": str(targets), "min_depth": 100}
    sample = {"patient": "P1", "sample": "T", "assay": "PANEL", "coverage": ""}
    sample["vcf_sample"] = ""
    panel = root / "resources/panel"
    quality = tmp_path / "quality.tsv"
    quality.write_text("sample\tassay\tstatus\n")

    with pytest.raises(ValueError, match=r"targets.bed: touches no coding exon"):
        assess_callability.main(
            covered=[],
            quality=str(quality),
            targets=[str(targets)],
            cds_grch37=str(panel / "cds.GRCh37.bed"),
            cds_grch38=str(panel / "cds.GRCh38.bed"),
            panel=str(panel / "genes.tsv"),
            checks=[],
            callability=str(tmp_path / "callability.tsv"),
            samples=[{**sample, "genome_build": "GRCh38"}],
            assays={"PANEL": {**assay, "assume_covered": True}},
            min_fraction_covered=0.95,
        )
    assert not (tmp_path / "callability.tsv").exists()
