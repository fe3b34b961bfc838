"""A fault inside a file is told with the cell of the sheet that names the file."""

import pytest

from ballad.inputs.contents import placed, table_problems, vcf_problems
from ballad.inputs.sample_sheet import SAMPLE_COLUMNS, read_samples
from ballad.variants.panel import read_panel


@pytest.fixture
def rows(tmp_path):
    """Return a function: file cells -> rows of the sheet as validate places them."""
    (tmp_path / "no.vcf").write_text("no VCF\n")
    (tmp_path / "no.tsv").write_text("alpha\tbeta\n")
    sheet = tmp_path / "samples.tsv"

    def read(**files):
        assay = "RNA" if "fusions" in files else "PANEL"
        cells = {"patient": "P1", "sample": "T", "timepoint": "diagnosis"}
        cells |= {"assay": assay, **files}
        # A blank line: lines are those of the file, not positions of rows.
        sheet.write_text("\t".join(cells) + "\n\n" + "\t".join(cells.values()) + "\n")
        samples, problems = read_samples(
            str(sheet),
            {"PANEL": {"type": "dna_panel"}, "RNA": {"type": "rna_fusion"}},
            "GRCh38",
        )
        assert problems == []
        return placed(samples.to_dict("records"), str(sheet))

    return read


def test_a_row_is_placed_by_the_line_of_the_file(rows, tmp_path):
    (row,) = rows(vcf="no.vcf")

    assert (row["sheet"], row["line"]) == (str(tmp_path / "samples.tsv"), "3")
    assert set(row) == {*SAMPLE_COLUMNS, "sheet", "line"}


@pytest.mark.parametrize("column", ["fusions", "copy_number", "sv_vcf", "coverage"])
def test_a_fault_of_a_table_names_sheet_line_file_and_cure(rows, tmp_path, column):
    (row,) = rows(**{column: "no.tsv"})

    (problem,) = table_problems(row, 100)

    assert problem.file == str(tmp_path / "samples.tsv")
    assert problem.row == "line 3, patient P1, sample T"
    assert (problem.column, problem.value) == (column, str(tmp_path / "no.tsv"))
    assert problem.rule
    assert not problem.rule.startswith(problem.value)
    assert "correct the file" in problem.cure


def test_a_fault_of_a_vcf_names_sheet_line_file_and_cure(rows, root, tmp_path):
    panel = read_panel(
        "GRCh38",
        str(root / "resources/panel/cds.GRCh38.bed"),
        str(root / "resources/panel/genes.tsv"),
        str(root / "resources/variants/hotspots.tsv"),
        10,
    )

    (problem,) = vcf_problems(rows(vcf="no.vcf"), {"GRCh38": panel}, {}, 1)

    assert problem.file == str(tmp_path / "samples.tsv")
    assert problem.row == "line 3, patient P1, sample T"
    assert (problem.column, problem.value) == ("vcf", str(tmp_path / "no.vcf"))
    assert "a VCF starts with" in problem.rule
    assert "correct the file" in problem.cure
