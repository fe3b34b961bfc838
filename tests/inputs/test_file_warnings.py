"""Files whose variants nothing annotates are among the warnings of a run."""

import pandas as pd

from ballad.inputs.run_record import file_warnings


def test_a_file_that_nothing_annotates_is_a_warning_with_its_cure():
    checks = pd.DataFrame(
        [
            ("a.vcf", "genome_build", "confirmed", "contig lengths are GRCh38"),
            ("a.vcf", "annotation", "missing", "2 of 2 rows have no consequence"),
            ("b.vcf", "annotation", "incomplete", "1 of 9 rows have no consequence"),
        ],
        columns=["path", "check", "status", "message"],
    )

    one, other = file_warnings(checks)

    assert (one.file, other.file) == ("a.vcf", "b.vcf")
    assert one.rule == "annotation missing: 2 of 2 rows have no consequence"
    assert "reference" in one.cure
    assert file_warnings(checks.iloc[:1]) == []


def test_what_a_header_leaves_open_is_a_warning_with_its_cure():
    checks = pd.DataFrame(
        [
            ("a.vcf", "genome_build", "not_determinable", "no contig lengths"),
            ("a.vcf", "matched_normal", "not_used", "nothing names column N"),
            ("a.vcf", "matched_normal", "confirmed", "column NORMAL"),
            ("a.vcf", "variant_types", "snvs_alone", "Strelka's SNVs"),
            ("a.vcf", "reader", "scan", "no index"),
        ],
        columns=["path", "check", "status", "message"],
    )

    build, normal, kind = file_warnings(checks)

    assert build.rule == "genome build not determinable: no contig lengths"
    assert "reheader" in build.cure
    assert normal.rule.startswith("matched normal not used")
    assert "vcf_sample" in normal.cure
    assert "indels" in kind.cure
