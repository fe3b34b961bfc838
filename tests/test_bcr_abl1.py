import csv

import pytest

from ballad.bcr_abl1 import bcr_exons, isoform


@pytest.fixture(scope="module")
def exons(root):
    found = {}
    for build in ("GRCh37", "GRCh38"):
        with open(root / f"resources/panel/cds.{build}.bed") as lines:
            found[build] = bcr_exons(csv.reader(lines, delimiter="\t"))
    return found


@pytest.mark.parametrize(
    ("build", "place", "expected"),
    [
        ("GRCh38", "22:23182239", "p190"),  # last base of exon 1
        ("GRCh38", "chr22:23200000:+", "p190"),  # in intron 1, as of a DNA break
        ("GRCh37", "22:23631808", "p210"),  # last base of exon 13
        ("GRCh37", "22:23632600", "p210"),  # exon 14
        ("GRCh37", "22:23654023", "p230"),  # exon 19
        ("GRCh37", "22:23610702", "p_unknown"),  # exon 5 makes none of them
        ("GRCh38", "9:130854000", "p_unknown"),  # the break in ABL1
        ("", "22:23182239", "p_unknown"),
    ],
)
def test_the_exon_before_the_break_names_the_isoform(exons, build, place, expected):
    assert isoform([(build, place)], [], exons) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PCR: e1a2 positive", "p190"),
        ("e13a2/e14a2", "p210"),
        ("t(9;22)(q34;q11.2)", "p_unknown"),
    ],
)
def test_without_a_breakpoint_the_laboratory_s_words_count(exons, text, expected):
    assert isoform([], [text], exons) == expected


def test_a_breakpoint_outranks_words_and_two_isoforms_are_both_named(exons):
    places = [("GRCh38", "22:23182239"), ("GRCh37", "22:23632600")]

    assert isoform(places, ["p230"], exons) == "p190,p210"
