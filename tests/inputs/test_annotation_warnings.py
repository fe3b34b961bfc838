"""Files whose variants nothing annotates are among the warnings of a run."""

import pandas as pd

from ballad.inputs.run_record import annotation_warnings


def test_a_file_that_nothing_annotates_is_a_warning_with_its_cure():
    checks = pd.DataFrame(
        [
            ("a.vcf", "genome_build", "confirmed", "contig lengths are GRCh38"),
            ("a.vcf", "annotation", "missing", "2 of 2 rows have no consequence"),
            ("b.vcf", "annotation", "incomplete", "1 of 9 rows have no consequence"),
        ],
        columns=["path", "check", "status", "message"],
    )

    one, other = annotation_warnings(checks)

    assert (one.file, other.file) == ("a.vcf", "b.vcf")
    assert one.rule == "annotation missing: 2 of 2 rows have no consequence"
    assert "reference" in one.cure
    assert annotation_warnings(checks.iloc[:1]) == []
