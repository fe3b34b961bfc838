import pytest

from ballad.fusions.names import GeneNames
from ballad.tables import read_table


@pytest.fixture(scope="module")
def names(root):
    table = read_table(root / "resources/fusions/gene_aliases.tsv")
    return GeneNames(zip(table["alias"], table["approved_or_locus"], strict=True))


@pytest.mark.parametrize(
    ("written", "approved"),
    [
        ("BCR", "BCR"),
        ("IGH@", "IGH"),
        ("IGH-@-ext", "IGH"),
        ("IGHJ5", "IGH"),
        ("IGHV4-34", "IGH"),
        ("MLL", "KMT2A"),
        ("WHSC1", "NSD2"),
        ("ABL1^ENSG00000097007.17", "ABL1"),
        ("MLL^ENSG00000118058", "KMT2A"),
        ("CRLF2(1234)", "CRLF2"),
        ("NKX2-1", "NKX2-1"),
        ("MYBL1", "MYBL1"),
        ("NEVERHEARD", "NEVERHEARD"),
        ("crlf2", "CRLF2"),  # typed by hand
        ("mll", "KMT2A"),
        ("C9orf72", "C9orf72"),
    ],
)
def test_each_spelling_has_one_approved_symbol(names, written, approved):
    assert names.approved(written) == approved


def test_an_intergenic_field_names_both_neighbours_once(names):
    assert names.candidates("CRLF2(1234),CSF2RA(567)") == ["CRLF2", "CSF2RA"]
    assert names.candidates("IGHJ5,IGH@") == ["IGH"]
    assert names.candidates("") == []


def test_an_exact_alias_wins_over_a_wildcard():
    names = GeneNames([("IGHM*", "IGH"), ("IGHMBP2", "IGHMBP2")])

    assert names.approved("IGHMBP2") == "IGHMBP2"
    assert names.approved("IGHM2") == "IGH"


def test_the_longest_wildcard_wins():
    names = GeneNames([("DU*", "short"), ("DUX4*", "DUX4")])

    assert names.approved("DUX4L3") == "DUX4"
