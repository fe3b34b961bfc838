"""Genes of an assay: aliases are honoured, what is no symbol is refused."""

import pytest

from ballad.inputs.assay_genes import (
    gene_problems,
    read_gene_names,
    with_approved_genes,
)

TABLES = {
    "gene_aliases": "resources/fusions/gene_aliases.tsv",
    "panel": "resources/panel/genes.tsv",
}


def checked(root, *genes):
    assays = {"PANEL": {"type": "dna_panel", "genes": list(genes)}}
    return gene_problems(assays, TABLES, root)


@pytest.mark.parametrize(
    ("name", "rule", "cure"),
    [
        ("p53", "is no gene's symbol", "did you mean TP53?"),
        ("TP53x", "is no gene's symbol", "did you mean TP53?"),
        ("TP53.1", "is no gene's symbol", "did you mean TP53?"),
        ("Trp53", "is no gene's symbol", "did you mean TP53?"),
        ("Mar-02", "is a date", "write the HGNC symbol"),
        ("2020-03-02", "is a date", "write the HGNC symbol"),
        ("BRCA1;ATM", "is no gene's symbol", "write the HGNC symbol"),
        ("2-Mar", "is a date", "write the HGNC symbol"),
        ("44256", "is a number", "write the HGNC symbol"),
        ("TP 53", "is no gene's symbol", "did you mean TP53?"),
        ("", "is no gene's symbol", "write the HGNC symbol"),
    ],
)
def test_what_no_gene_is_called_is_refused(root, name, rule, cure):
    (problem,), warnings = checked(root, name, "PAX5")

    assert (problem.column, problem.value) == ("assays.PANEL.genes", name)
    assert problem.rule.startswith(rule)
    assert problem.cure == cure
    assert warnings == []


SYMBOLS = ["BRCA1", "NKX2-1", "C9orf72", "CXorf40A", "MLL", "tp53", "HLA-DRB1"]
LOCI_AND_CLONES = [
    "MT-ND1",
    "IGHV3-23",
    "AC004980.7",
    "RP11-211G3.2",
    "Y_RNA",
    "5S_rRNA",
]


@pytest.mark.parametrize("name", [*SYMBOLS, *LOCI_AND_CLONES])
def test_genes_that_this_project_does_not_know_aliases_and_cases_are_accepted(
    root, name
):
    assert checked(root, name, "TP53") == ([], [])


@pytest.mark.parametrize("name", ["c9orf72", "snoU13", "Metazoa_SRP", "Brca1"])
def test_a_symbol_in_another_case_is_a_warning(root, name):
    problems, (warning,) = checked(root, name, "TP53")

    assert (problems, warning.value) == ([], name)
    assert warning.rule.startswith("is not written as HGNC writes symbols")


def test_a_symbol_like_a_gene_that_the_assay_lacks_is_a_warning(root):
    problems, (warning,) = checked(root, "P53", "PAX5")

    assert problems == []
    assert (warning.value, warning.cure) == ("P53", "did you mean TP53?")
    assert "not assessed" in warning.rule
    assert checked(root, "TP63", "CDKN2C", "CDKN2A", "TP53") == ([], [])


def test_aliases_become_approved_symbols_each_once(root):
    names, _ = read_gene_names(*(str(root / path) for path in TABLES.values()))

    assays = with_approved_genes(
        {"A": {"genes": ("MLL", "KMT2A", "tp53", "BRCA1")}, "B": {"genes": None}}, names
    )

    assert assays["A"]["genes"] == ("KMT2A", "TP53", "BRCA1")
    assert assays["B"]["genes"] is None
