import pytest
import yaml

from ballad.tables import read_table
from ballad.variants.hotspots import Allele, Hotspots, suppressors
from ballad.variants.pathogenicity import judgement

COMMON = 0.001


@pytest.fixture(scope="module")
def judge(root):
    """Return a function: gene, change, SO terms, population AF -> Judgement."""
    resources = root / "resources"
    hotspots = Hotspots(
        read_table(resources / "variants/hotspots.tsv"),
        read_table(resources / "variants/alleles.tsv"),
    )
    classes = read_table(resources / "variants/classes.tsv")
    panel = read_table(resources / "panel/genes.tsv")
    method = yaml.safe_load((root / "config/config.yaml").read_text())

    def judged(gene, change, terms, af=None, place=("17", 1, "C", "T")):
        allele = Allele(gene, "GRCh38", *place, frozenset(terms.split("&")), change)
        return judgement(
            allele,
            hotspots.best(allele),
            af,
            classes.set_index("class").to_dict("index"),
            suppressors(panel),
            COMMON,
            method["genotypes"]["tp53"],
        )

    return judged


MISSENSE, STOP = "missense_variant", "stop_gained"
TP53 = [
    # change, SO terms, population AF -> level
    ("R248Q", MISSENSE, None, "pathogenic"),  # exact row
    ("R248P", MISSENSE, None, "likely_pathogenic"),  # another change of a listed codon
    ("P72R", MISSENSE, None, "benign"),  # a polymorphism, even where AF is missing
    ("N235S", MISSENSE, None, "benign"),  # inside the binding domain and yet benign
    ("A119D", MISSENSE, None, "likely_pathogenic"),  # unlisted, in the domain
    ("A119D", MISSENSE, 0.00001, "likely_pathogenic"),
    ("A119D", MISSENSE, 0.000011, "vus"),  # only its place speaks for it
    ("P250S", MISSENSE, 0.0001, "vus"),  # at the limit of frequency
    ("A119D", MISSENSE, 0.001, "benign"),  # common
    ("S94T", MISSENSE, None, "likely_pathogenic"),  # first codon of the domain
    ("S93T", MISSENSE, None, "vus"),
    ("K292T", MISSENSE, None, "likely_pathogenic"),  # last codon of the domain
    ("K293T", MISSENSE, None, "vus"),
    ("R342*", STOP, None, "pathogenic"),
    ("R358*", STOP, None, "pathogenic"),  # last codon of full weight
    ("R359*", STOP, None, "likely_pathogenic"),
    ("E349fs", "frameshift_variant", None, "pathogenic"),
    ("E349fs", "frameshift_variant", 0.002, "benign"),  # a class row yields to both
    ("Q100*", STOP, 0.0005, "vus"),
    ("P250S", MISSENSE, 0.0005, "vus"),  # so does a codon row
    ("P250S", MISSENSE, 0.00009, "likely_pathogenic"),
    ("R248Q", MISSENSE, 0.0005, "pathogenic"),  # an exact row overrides the lower cut
    ("R248Q", MISSENSE, 0.001, "benign"),  # and never the upper one
    ("", "splice_donor_variant", None, "pathogenic"),
    ("R213=", "synonymous_variant", None, "benign"),
    ("", "intron_variant", None, "benign"),
    ("", "splice_region_variant&intron_variant", None, "vus"),
    ("", "", None, "vus"),  # not annotated
]


@pytest.mark.parametrize(("change", "terms", "af", "level"), TP53)
def test_what_a_tp53_variant_counts_as(judge, change, terms, af, level):
    assert judge("TP53", change, terms, af).pathogenicity == level


EXON_ENDS = [
    # GRCh38 place of the coding base, level
    (7675994, "pathogenic"),  # c.375
    (7674859, "pathogenic"),  # c.672
    (7673535, "pathogenic"),  # c.993
    (7674181, "vus"),  # c.782, for review
    (7675995, "benign"),  # the base before the last of exon 4
]


@pytest.mark.parametrize(("pos", "level"), EXON_ENDS)
def test_a_synonymous_change_of_the_last_base_of_an_exon_counts(judge, pos, level):
    judged = judge("TP53", "T125=", "synonymous_variant", place=("17", pos, "C", "T"))

    assert judged.pathogenicity == level


@pytest.mark.parametrize(
    ("pos", "ref", "alt", "level"),
    [
        (7675993, "CC", "TT", "pathogenic"),  # its second base is c.375
        (7675994, "CC", "TT", "pathogenic"),  # its first base is
        (7675993, "CCC", "TCT", "benign"),  # c.375 between two changes is kept
        (7675995, "CC", "TT", "benign"),
    ],
)
def test_an_mnv_counts_where_it_changes_the_last_base(judge, pos, ref, alt, level):
    place = ("17", pos, ref, alt)

    judged = judge("TP53", "T125=", "synonymous_variant", place=place)

    assert judged.pathogenicity == level


def test_a_deletion_beside_an_exon_end_is_not_the_listed_base(judge):
    judged = judge("TP53", "", "intron_variant", place=("17", 7675994, "CAC", "C"))

    assert judged.pathogenicity == "benign"


def test_loss_of_function_counts_in_a_suppressor_and_not_in_an_oncogene(judge):
    assert judge("TP53", "Q100*", STOP).pathogenicity == "pathogenic"
    assert judge("NRAS", "Q99*", STOP).pathogenicity == "vus"


def test_a_listed_oncogene_change_counts_and_an_unlisted_one_does_not(judge):
    assert judge("NRAS", "G12D", MISSENSE).pathogenicity == "pathogenic"
    assert judge("NRAS", "T50I", MISSENSE).pathogenicity == "vus"


def test_an_exact_row_of_another_gene_counts_whatever_its_frequency(judge):
    assert judge("NRAS", "G12D", MISSENSE, af=0.01).pathogenicity == "pathogenic"


def test_a_class_row_of_another_gene_yields_to_the_upper_cut_alone(judge):
    assert judge("NF1", "R100*", STOP, af=0.0005).pathogenicity == "pathogenic"
    assert judge("NF1", "R100*", STOP, af=0.001).pathogenicity == "benign"


def test_a_benign_row_stays_benign_between_the_cuts(judge):
    assert judge("TP53", "N235S", MISSENSE, af=0.0005).pathogenicity == "benign"


def test_a_founder_variant_is_flagged_as_possibly_germline(judge):
    judged = judge("TP53", "R337H", MISSENSE)

    assert judged.pathogenicity == "pathogenic"
    assert "germline_suspect" in judged.flags


def test_pax5_p80r_is_known_by_its_genomic_allele_alone(judge):
    judged = judge("PAX5", "", "", place=("9", 37015168, "G", "C"))

    assert judged.pathogenicity == "pathogenic"


def test_a_change_inside_a_listed_range_is_one_level_below_an_exact_row(judge):
    itd = judge("FLT3", "", "inframe_insertion", place=("13", 28034100, "A", "AACG"))

    assert itd.pathogenicity == "likely_pathogenic"
