import pandas as pd
import pytest

from ballad.tables import read_table
from ballad.variants.hotspots import Allele, Hotspots, codon, suppressors


@pytest.fixture(scope="module")
def hotspots(root):
    return Hotspots(
        read_table(root / "resources/variants/hotspots.tsv"),
        read_table(root / "resources/variants/alleles.tsv"),
    )


def allele(gene, change="", terms="missense_variant", build="GRCh38", place=None):
    chrom, pos, ref, alt = place or ("1", 1, "A", "C")
    return Allele(
        gene, build, chrom, pos, ref, alt, frozenset(terms.split("&")), change
    )


def label(hotspots, *args, **kwargs):
    found = hotspots.best(allele(*args, **kwargs))
    return found.label if found else None


@pytest.mark.parametrize(
    ("gene", "change", "expected"),
    [
        ("TP53", "R248Q", "TP53 R248Q"),
        ("TP53", "R24Q", None),  # no listed change starts like another
        ("TP53", "P72R", "TP53 P72R"),
        ("JAK2", "R683G", "JAK2 R683G"),
        ("KRAS", "R248Q", None),  # of another gene
        ("NOGENE", "R248Q", None),
    ],
)
def test_a_protein_change_matches_exactly(hotspots, gene, change, expected):
    assert label(hotspots, gene, change) == expected


def test_benign_wins_over_every_other_row(hotspots):
    """N235S lies in the binding domain, whose codons are hotspots around it."""
    rows = pd.DataFrame(
        [
            ("TP53", "N235", "codon", "hotspot_codon"),
            ("TP53", "N235S", "exact", "pathogenic_missense"),
            ("TP53", "any missense", "class", "hotspot_codon"),
            ("TP53", "N235S", "exact", "benign_polymorphism"),
        ],
        columns=["gene", "protein_change", "match", "class"],
    ).assign(grch38_codon="", grch37_codon="")
    none = pd.DataFrame(columns=["gene", "build", "chrom", "pos", "ref", "alt"])

    both = Hotspots(rows, none), Hotspots(rows.iloc[::-1], none)

    classes = [h.best(allele("TP53", "N235S")).hotspot_class for h in both]
    assert classes == ["benign_polymorphism"] * 2


@pytest.mark.parametrize("build", ["GRCh38", "GRCh37"])
def test_crlf2_f232c_is_known_by_its_coordinate_on_both_builds(hotspots, build):
    pos = {"GRCh38": 1196852, "GRCh37": 1314966}[build]

    found = label(hotspots, "CRLF2", build=build, terms="", place=("X", pos, "A", "C"))

    assert found == "CRLF2 F232C"


def test_a_coordinate_of_one_build_means_nothing_on_the_other(hotspots):
    place = ("X", 1314966, "A", "C")

    assert label(hotspots, "CRLF2", build="GRCh38", terms="", place=place) is None


def test_another_base_at_a_listed_place_is_another_allele(hotspots):
    place = ("X", 1196852, "A", "G")

    assert label(hotspots, "CRLF2", terms="", place=place) is None


@pytest.mark.parametrize(
    ("terms", "pos", "ref", "alt", "found"),
    [
        ("inframe_insertion", 28034100, "A", "AACG", True),
        ("inframe_insertion", 28033968, "A", "AACG", False),  # one base outside
        ("inframe_insertion", 28033969, "A", "AACG", True),
        ("missense_variant", 28034100, "A", "G", False),
        # Callers print parts of one in-frame event as a pair of frameshifts.
        ("frameshift_variant", 28034100, "A", "AA", True),
    ],
)
def test_a_flt3_itd_is_an_insertion_inside_its_range(
    hotspots, terms, pos, ref, alt, found
):
    named = label(hotspots, "FLT3", terms=terms, place=("13", pos, ref, alt))

    assert (named is not None) is found


@pytest.mark.parametrize(
    ("change", "place"),
    [("R248Q", 248), ("R213=", 213), ("E349fs", 349), ("*394Q", 394), ("", None)],
)
def test_the_codon_of_a_change(change, place):
    assert codon(change) == place


def test_suppressors_are_the_genes_whose_role_says_loss(root):
    genes = suppressors(read_table(root / "resources/panel/genes.tsv"))

    assert {"TP53", "NF1"} <= genes
    assert not {"NRAS", "JAK2", "ABL1"} & genes


@pytest.mark.parametrize(
    ("change", "place", "expected"),
    [
        # NM_001126115 begins 132 residues later.
        ("N103S", ("17", 7674259, "T", "C"), "TP53 N235S"),
        ("R116Q", ("17", 7674220, "C", "T"), "TP53 R248Q"),
        ("R116Q", ("17", 7674220, "c", "t"), "TP53 R248Q"),
        # Another amino acid is another change, whatever its bases alone would say.
        ("R116L", ("17", 7674220, "C", "T"), None),
    ],
)
def test_a_change_numbered_by_another_isoform_is_known_by_its_bases(
    hotspots, change, place, expected
):
    assert label(hotspots, "TP53", change, place=place) == expected
