from ballad.inputs.sample_sheet import SAMPLE_COLUMNS
from ballad.reads.contents import reads_contents


def problems(assay_type="dna_panel", **cells):
    row = {**dict.fromkeys(SAMPLE_COLUMNS, ""), "patient": "1", "sample": "1-T"}
    row |= {"sheet": "samples.tsv", "line": "2", **cells}
    return [str(p) for p in reads_contents(row, assay_type, {}, {})]


def test_a_cut_fastq_is_named_with_its_line_of_the_sheet(tmp_path):
    path = tmp_path / "a_1.fastq"
    path.write_text("@r1\nACGT\n+\nII\n")

    (text,) = problems(fastq_1=str(path))

    assert text.startswith("samples.tsv, line 2, patient 1, column fastq_1")
    assert "record 1" in text


def test_reads_that_are_not_used_are_not_opened():
    assert problems(fastq_1="absent.fastq", vcf="a.vcf") == []
    assert problems("rna_fusion", fastq_1="absent.fastq") == []
    assert "absent.fastq" in problems(fastq_1="absent.fastq")[0]
