"""Without an annotation the bases alone tell, or nothing does."""

import pytest

from ballad.states import ABSENT, INDETERMINATE, PRESENT
from ballad.tables import read_table
from tests.variants.annotated_records import ANN, FIELDS, VEP, record


@pytest.mark.parametrize("chr_", ["chr", ""])
@pytest.mark.parametrize(
    ("build", "chrom", "pos", "on_x"),
    [
        ("GRCh38", "X", 1196852, "1196852"),
        ("GRCh37", "X", 1314966, "1314966"),
        # Callers that write the reads of PAR1 on Y: the same place in GRCh38, 50,000
        # bases before that of X in GRCh37.
        ("GRCh38", "Y", 1196852, "1196852"),
        ("GRCh37", "Y", 1264966, "1314966"),
    ],
)
def test_crlf2_f232c_is_found_by_its_bases_in_both_builds(
    read, judged, build, chr_, chrom, pos, on_x
):
    content = read(record(pos, "A", "C", chrom=chr_ + chrom), build=build)

    (call,) = judged(content).to_dict("records")
    assert (call["chrom"], call["pos"]) == ("X", on_x)

    assert (call["hotspot"], call["protein_change"]) == ("CRLF2 F232C", "F232C")
    assert (call["kept"], call["pathogenicity"]) == ("yes", "pathogenic")


def test_crlf2_f232c_counts_where_the_annotation_of_grch37_misses_it(read, judged):
    info = "CSQ=C|downstream_gene_variant|CRLF2|ENST00000381567|protein_coding||"

    content = read(
        record(1314966, "A", "C", info, chrom="X"),
        header=[VEP.format(fields=FIELDS)],
        build="GRCh37",
    )

    assert judged(content)["pathogenicity"].tolist() == ["pathogenic"]


def test_an_unannotated_listed_variant_makes_its_lesion_present(states):
    found = states("jakstat_mutation", "CRLF2", record(1196852, "A", "C", chrom="chrX"))

    assert PRESENT in found


def test_an_unannotated_variant_leaves_its_gene_indeterminate(states):
    assert states("tp53", "TP53", record(7674220, "C", "G")) == [INDETERMINATE]


def test_without_a_variant_a_covered_gene_is_absent(states):
    assert states("tp53", "TP53") == [ABSENT]


def test_an_unannotated_variant_that_is_rejected_changes_nothing(states):
    rejected = record(7674220, "C", "G").replace("PASS", "base_qual")

    assert states("tp53", "TP53", rejected) == [ABSENT]


def test_an_unannotated_variant_without_reads_leaves_its_gene_indeterminate(states):
    unmeasured = record(7674220, "C", "G").replace(
        "GT:AD:DP\t0/1:200,200:800", "GT\t0/1"
    )

    assert states("tp53", "TP53", unmeasured) == [INDETERMINATE]


def test_an_annotated_file_with_a_bare_record_leaves_that_gene_indeterminate(states):
    found = states(
        "tp53", "TP53", record(7674220, "C", "G"), header=[VEP.format(fields=FIELDS)]
    )

    assert found == [INDETERMINATE]


def test_a_listed_base_counts_without_annotation(states):
    # c.375G>A, the last base of exon 4: its change is listed whatever the base.
    assert PRESENT in states("tp53", "TP53", record(7675994, "C", "T"))


def test_missing_annotation_is_told(read):
    checks = read(record(7674220, "C", "G")).checks

    assert ("annotation", "missing") in [check[1:3] for check in checks]


def test_an_unannotated_tp53_hotspot_is_found_by_its_bases(states):
    assert PRESENT in states("tp53", "TP53", record(7674220, "C", "T"))


def test_unannotated_polymorphisms_of_tp53_leave_it_absent(states):
    # P72R, R213= and N235S
    records = [
        record(7676154, "G", "C"),
        record(7674892, "T", "C"),
        record(7674259, "T", "C"),
    ]

    assert states("tp53", "TP53", *records) == [ABSENT]


def test_listed_bases_are_found_in_a_padded_allele(states):
    assert PRESENT in states("tp53", "TP53", record(7674219, "CCG", "CTG"))


def test_listed_bases_of_tp53_lie_96682_bases_apart_in_the_two_builds(root):
    table = read_table(root / "resources/variants/alleles.tsv")
    tp53 = table[table["gene"] == "TP53"]
    at = {
        build: {
            (row["protein_change"], int(row["pos"]) + shift, row["ref"], row["alt"])
            for row in tp53[tp53["build"] == build].to_dict("records")
        }
        for build, shift in (("GRCh37", 96682), ("GRCh38", 0))
    }

    assert at["GRCh37"] == at["GRCh38"]
    assert len(at["GRCh38"]) == 113


@pytest.mark.parametrize(
    ("alt", "term", "expected"),
    [
        ("G[chr9:22000000[", "", INDETERMINATE),
        ("<DEL>", "", INDETERMINATE),
        # An exon lost or a gene cut in two is no silent change.
        ("G[chr9:22000000[", "gene_fusion", INDETERMINATE),
        ("G.", "feature_truncation", INDETERMINATE),
        ("<DEL>", "exon_loss_variant", INDETERMINATE),
        ("<DEL>", "transcript_ablation", PRESENT),
        ("<DUP>", "transcript_amplification", ABSENT),  # the gene is whole
        ("A", "synonymous_variant", ABSENT),
    ],
)
def test_a_structural_variant_in_an_exon_excludes_nothing(states, alt, term, expected):
    fields = (alt, term, "HIGH", "TP53", "TP53", "transcript", "ENST00000269305")
    info = f"SVTYPE=BND;END=7675200;ANN={'|'.join(fields)}|protein_coding||||||||"
    text = record(7675088, "G", alt, info if term else "SVTYPE=BND;END=7675200")

    assert expected in states("tp53", "TP53", text, header=[ANN])
