"""validate opens SV VCFs and copy-number tables, and names what is wrong."""

import pytest

from ballad.inputs.contents import table_problems

COLUMNS = ("sv_vcf", "vcf_sample", "arriba", "star_fusion", "fusioncatcher")
COLUMNS += ("fusions", "copy_number", "coverage")
HEAD = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


@pytest.mark.parametrize(
    ("column", "text", "build", "message"),
    [
        ("sv_vcf", HEAD, "GRCh38", ""),
        ("sv_vcf", HEAD, "", "genome_build is blank"),
        ("sv_vcf", HEAD + "1\t5\n", "GRCh38", "line 3: 2 columns"),
        ("fusions", "fusion\nBCR::ABL1\n", "GRCh38", ""),
        ("fusions", "alpha\tbeta\n", "GRCh38", "fits no fusion table"),
        ("copy_number", "chrom\tstart\tend\tlog2\n1\t1\t2\tnan\n", "GRCh38", "line 2"),
        ("copy_number", "sample\tchrom_n\talterations\ns\tx\t\n", "GRCh38", "chrom_n"),
    ],
)
def test_faults_of_tables_are_problems(tmp_path, column, text, build, message):
    path = tmp_path / "file"
    path.write_text(text)
    sample = dict.fromkeys(COLUMNS, "") | {"patient": "1", "sample": "s"}
    sample |= {"genome_build": build, column: str(path)}

    problems = [str(problem) for problem in table_problems(sample, 100)]

    assert len(problems) == bool(message)
    assert all(message in p and f"column {column}" in p for p in problems)
