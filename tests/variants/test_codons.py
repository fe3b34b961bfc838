import pandas as pd
import pytest

from ballad.tables import read_table
from ballad.variants.codons import CodingSequence, with_codon_flags

PLUS = ["chr1\t10\t14\tA|NM_1|exon1\t0\t+", "chr1\t20\t25\tA|NM_1|exon2\t0\t+"]
MINUS = ["2\t10\t14\tB|NM_2|exon2\t0\t-", "2\t20\t25\tB|NM_2|exon1\t0\t-"]


@pytest.mark.parametrize(
    ("gene", "chrom", "pos", "codon"),
    [
        ("A", "1", 11, 1),
        ("A", "1", 13, 1),
        ("A", "1", 14, 2),
        ("A", "1", 21, 2),  # the codon goes on behind the intron
        ("A", "1", 23, 3),
        ("A", "1", 15, None),
        ("A", "2", 11, None),
        ("B", "2", 25, 1),
        ("B", "2", 22, 2),
        ("B", "2", 14, 2),
        ("B", "2", 11, 3),
        ("C", "1", 11, None),
    ],
)
def test_the_codon_of_a_base(gene, chrom, pos, codon):
    assert CodingSequence([*PLUS, *MINUS]).codon_at(gene, chrom, pos) == codon


ROW = {
    **{"genome_build": "GRCh38", "gene": "A", "chrom": "1", "pos": "14", "ref": "G"},
    **{"alt": "T", "transcript": "NM_1.4", "protein_change": "R2Q", "flags": "x"},
}


@pytest.mark.parametrize(
    ("differs", "flags"),
    [
        ({}, "x"),
        ({"protein_change": "R3Q"}, "codon_differs,x"),
        ({"protein_change": "R3="}, "codon_differs,x"),
        ({"protein_change": "R3Q", "flags": ""}, "codon_differs"),
        ({"pos": "15", "protein_change": "R3Q"}, "codon_differs,x"),  # not coding
        ({"protein_change": "R3Q", "transcript": "NM_9"}, "x"),
        ({"protein_change": "R3fs"}, "x"),
        ({"protein_change": "R3Q", "ref": "GA", "alt": "TT"}, "x"),
        ({"protein_change": ""}, "x"),
    ],
)
def test_a_residue_elsewhere_than_its_base_is_flagged(differs, flags):
    calls = pd.DataFrame([{**ROW, **differs}])
    sequences = {"GRCh38": CodingSequence(PLUS)}

    found = with_codon_flags(calls, sequences, {"A": frozenset(["NM_1"])})

    assert found["flags"].tolist() == [flags]


@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
def test_the_listed_alleles_lie_at_the_codons_of_their_residues(root, build):
    cds = (root / f"resources/panel/cds.{build}.bed").read_text().splitlines()
    sequence = CodingSequence(cds)
    alleles = read_table(root / "resources/variants/alleles.tsv")
    alleles = alleles[(alleles["build"] == build) & (alleles["gene"] == "TP53")]
    places = [
        (row.protein_change, sequence.codon_at("TP53", row.chrom, int(row.pos)))
        for row in alleles.itertuples()
        if row.protein_change[1:-1].isdigit()
    ]

    assert len(places) > 60
    assert [change for change, codon in places if str(codon) != change[1:-1]] == []
