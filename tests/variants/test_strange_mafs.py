"""Strange MAFs end in the right rows or in one error that names file, line and cure."""

import pytest

from ballad.variants.files import VcfError
from ballad.variants.maf import read_maf
from tests.variants.small_vcf import PANEL, cells, sheet_row

ROW = {
    **{"Hugo_Symbol": "A", "Chromosome": "17", "Start_Position": "150"},
    **{"Reference_Allele": "C", "Tumor_Seq_Allele2": "T"},
    **{"Tumor_Sample_Barcode": "S", "NCBI_Build": "GRCh38"},
    **{"Variant_Classification": "Missense_Mutation"},
    **{"t_depth": "100", "t_alt_count": "40"},
}


@pytest.fixture
def read(tmp_path):
    def reading(text):
        path = tmp_path / "t.maf"
        path.write_bytes(text.encode())
        content = read_maf(sheet_row(str(path)), PANEL)
        return cells(content, "pos", "ref", "alt", "depth", "alt_reads")

    return reading


def maf(*rows, more=(), end="\n"):
    """Write rows; `more` are pairs of a further column and its cell."""
    lines = ["\t".join([*ROW, *(name for name, _ in more)])]
    for row in rows:
        own = {**ROW, **row}.values()
        lines.append("\t".join([*own, *(cell for _, cell in more)]))
    return end.join(lines) + end


SOUND = ("150", "C", "T", "100", "40")


def test_windows_line_ends_and_a_column_twice_with_one_value_are_read(read):
    assert read(maf({}, end="\r\n")) == [SOUND]
    assert read(maf({}, more=[("t_depth", "100"), ("x", "1"), ("x", "2")])) == [SOUND]
    assert read(maf({})[:-1]) == [SOUND]  # nothing but the line end is lacking


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (maf({}, more=[("t_depth", "7")]), "line 2: column t_depth stands twice"),
        (maf({}, {})[:-4], "line 3: 9 cells, the header has 10, and no line end"),
        (maf({"Tumor_Seq_Allele2": ""}), "line 2: .* is blank; .* written as -"),
        (maf({"Reference_Allele": ""}), "line 2: .* is blank; .* written as -"),
        (maf({"Reference_Allele": "Z"}), "line 2: REF 'Z' is no sequence of bases"),
        (maf({"Start_Position": "１５０"}), "line 2: Start_Position .* is no number"),  # noqa: RUF001
    ],
)
def test_what_is_not_clear_is_refused_with_its_line(read, text, message):
    with pytest.raises(VcfError, match=f"t\\.maf: {message}"):
        read(text)
