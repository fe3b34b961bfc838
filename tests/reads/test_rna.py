from ballad.inputs.sample_sheet import SAMPLE_COLUMNS
from ballad.reads.rna import (
    arriba,
    rna_problems,
    rna_sets,
    rna_warnings,
    star,
    with_fusions,
)
from ballad.reads.samples import tasks_of

ASSAYS = {"PANEL": {"type": "dna_panel"}, "RNA": {"type": "rna_fusion"}}


def row(patient="1", **cells):
    plain = {"patient": patient, "sample": f"{patient}-R", "assay": "RNA"}
    plain |= {"genome_build": "GRCh38"}
    return {**dict.fromkeys(SAMPLE_COLUMNS, ""), **plain, **cells}


def test_rna_without_a_table_of_fusions_needs_the_programs():
    to_do, done = rna_sets([row(fastq_1="a", fastq_2="b")], ASSAYS)

    assert [s.lanes for s in to_do] == [(("a", "b"),)]
    assert done == []
    assert "rna" in tasks_of([], to_do)


def test_a_table_of_fusions_is_used_instead_of_the_reads_with_a_warning():
    to_do, done = rna_sets([row(fastq_1="a", arriba="f.tsv")], ASSAYS)

    (warning,) = rna_warnings("samples.tsv", done)
    assert to_do == []
    assert "reads of RNA are not used" in str(warning)


def test_the_first_row_gets_the_table_that_arriba_will_write():
    rows = [row(fastq_1="a"), row(fastq_1="b"), row("2", assay="PANEL", fastq_1="c")]
    to_do, _ = rna_sets(rows, ASSAYS)

    filled = with_fusions(rows, to_do, "work")

    assert filled[0]["arriba"] == f"work/{to_do[0].key}.arriba.tsv"
    assert filled[1:] == rows[1:]


def test_rna_without_settings_is_refused_before_anything_runs():
    to_do, _ = rna_sets([row(fastq_1="a")], ASSAYS)

    texts = [str(problem) for problem in rna_problems(to_do, {}, [])]

    assert any("reads.rna.GRCh38" in text for text in texts)
    assert any("reference.GRCh38" in text for text in texts)
    assert rna_problems(to_do, {"GRCh38": {}}, ["GRCh38"]) == []


def test_star_takes_all_lanes_and_arriba_its_output():
    command = star([("a1.gz", "a2.gz"), ("b1.gz", "b2.gz")], "index", "out.", 4)

    place = command.index("--readFilesIn")
    assert command[place + 1 : place + 3] == ["a1.gz,b1.gz", "a2.gz,b2.gz"]
    assert command[command.index("--readFilesCommand") + 1] == "zcat"
    assert "--chimSegmentMin" in command
    assert arriba("g.fa", "g.gtf", "b.tsv", "o", "d")[:3] == [
        *("arriba", "-x", "/dev/stdin"),
    ]
