import pytest

from ballad.variants.annotation import csq_fields
from ballad.variants.transcripts import chosen, worst_elsewhere
from ballad.variants.vep import consequences, trimmed_names
from ballad.variants.vocabulary import (
    Consequence,
    common_terms,
    protein_change,
    severity,
)

LAYOUT = "Allele|Consequence|SYMBOL|Feature|BIOTYPE|HGVSc|HGVSp|CANONICAL|MANE_SELECT"


def header(key="CSQ", description="Consequence annotations from Ensembl VEP."):
    return f'##INFO=<ID={key},Number=.,Type=String,Description="{description} Format: {LAYOUT}">'


def test_the_fields_are_those_of_the_header_in_its_order():
    assert csq_fields(["##x", header()]) == ("CSQ", tuple(LAYOUT.split("|")))


def test_a_renamed_annotation_is_known_by_its_description():
    assert csq_fields([header(key="vep")])[0] == "vep"


def test_another_annotation_with_a_format_is_not_taken_for_vep():
    assert (
        csq_fields([header(key="ANN", description="Functional annotations.")]) is None
    )


FIELDS = tuple(LAYOUT.split("|"))


def entry(allele, **values):
    row = {"Allele": allele, "Consequence": "missense_variant", **values}
    return "|".join(row.get(field, "") for field in FIELDS)


ALLELES = [
    # REF, ALT alleles, names of the alleles as VEP prints them
    ("C", ["T"], [{"T"}]),
    ("C", ["T", "G"], [{"T"}, {"G"}]),
    ("CA", ["C"], [{"-"}]),
    ("C", ["CTT"], [{"TT"}]),
    ("CA", ["C", "CAA"], [{"-"}, {"AA"}]),
    ("CA", ["C", "TA"], [{"C"}, {"TA"}]),  # the first base is not shared by all
    ("CA", ["TG"], [{"TG"}]),
    ("CAT", ["CGG"], [{"CGG"}]),  # of one length: nothing is trimmed
    ("C", ["CT", "*"], [{"T"}]),
]


@pytest.mark.parametrize(("ref", "alts", "expected"), ALLELES)
def test_the_name_vep_gives_an_allele(ref, alts, expected):
    names = [trimmed_names(ref, alts, index) for index in range(len(expected))]

    assert names == expected


def test_each_allele_of_two_gets_its_own_consequence():
    text = ",".join([entry("G", HGVSp="p.Arg248Leu"), entry("T", HGVSp="p.Arg248Gln")])

    (first,) = consequences(text, FIELDS, "C", ["T", "G"], 0)
    (second,) = consequences(text, FIELDS, "C", ["T", "G"], 1)

    assert (first.hgvsp, second.hgvsp) == ("p.Arg248Gln", "p.Arg248Leu")


def test_an_entry_of_another_width_is_an_error():
    with pytest.raises(ValueError, match="3 fields, the header says 9"):
        consequences("T|x|y", FIELDS, "C", ["T"], 0)


def test_accessions_and_escapes_are_taken_from_hgvs():
    text = entry("T", HGVSc="ENST1.2:c.375G>A", HGVSp="ENSP1.2:p.Thr125%3D")

    (found,) = consequences(text, FIELDS, "C", ["T"], 0)

    assert (found.hgvsc, found.hgvsp) == ("c.375G>A", "p.Thr125=")


def test_the_population_frequency_is_the_highest_and_missing_is_not_zero():
    fields = ("Allele", "gnomADe_AF", "gnomADe_NFE_AF", "MAX_AF", "AF_ESP")

    (found,) = consequences("T|0.1|0.2&0.3||0.9", fields, "C", ["T"], 0)
    (unknown,) = consequences("T||||", fields, "C", ["T"], 0)

    assert found.population_af == 0.3
    assert unknown.population_af is None


def transcript(name, terms="missense_variant", gene="TP53", **values):
    plain = {
        **{"hgvsc": "", "hgvsp": "", "biotype": "protein_coding"},
        **{"mane": False, "canonical": False, "population_af": None},
    }
    return Consequence(gene=gene, transcript=name, terms=terms, **{**plain, **values})


OWN = frozenset({"ENST00000269305"})


def choose(*entries):
    found = chosen(entries, "TP53", OWN)
    return found.transcript if found else None


def test_the_transcript_of_the_panel_comes_first_whatever_its_version():
    assert choose(
        transcript("ENST2", "stop_gained", mane=True, canonical=True),
        transcript("ENST00000269305.4", "intron_variant"),
    ) == ("ENST00000269305.4")


def test_then_mane_then_canonical_then_the_worst_coding_one():
    mane = transcript("M", "intron_variant", mane=True)
    canonical = transcript("C", "intron_variant", canonical=True)
    worst = transcript("W", "stop_gained")
    mild = transcript("A", "synonymous_variant")
    noncoding = transcript("N", "stop_gained", biotype="lncRNA")

    assert choose(noncoding, mild, worst, canonical, mane) == "M"
    assert choose(noncoding, mild, worst, canonical) == "C"
    assert choose(noncoding, mild, worst) == "W"
    assert choose(noncoding, mild) == "A"


def test_a_transcript_of_another_gene_never_speaks():
    assert choose(transcript("ENST9", "stop_gained", gene="WRAP53")) is None


def test_the_panel_transcript_speaks_even_under_another_symbol():
    assert choose(transcript("ENST00000269305.9", gene="")) == "ENST00000269305.9"


def test_the_worst_of_joined_terms_counts_and_an_unknown_term_is_mildest():
    assert severity("intron_variant&stop_gained") == severity("stop_gained")
    assert severity("stop_gained") < severity("missense_variant")
    assert severity("never_heard_of") > severity("intergenic_variant")


@pytest.mark.parametrize(
    ("hgvsp", "expected"),
    [
        ("p.Arg248Gln", "R248Q"),
        ("p.(Arg248Gln)", "R248Q"),
        ("p.Arg213=", "R213="),
        ("p.Arg213Arg", "R213="),
        ("p.Arg342Ter", "R342*"),
        ("p.Arg342X", "R342*"),
        ("p.Glu349GlyfsTer7", "E349fs"),
        ("p.Ter394GlnextTer9", "*394Qext*9"),
        ("p.Met1?", "M1?"),
        ("", ""),
    ],
)
def test_protein_text_in_one_letter_form(hgvsp, expected):
    assert protein_change(hgvsp) == expected


def test_an_entry_without_terms_has_none():
    assert common_terms("") == ""


REST = (False, False, None)


def test_a_worse_effect_on_another_coding_transcript_is_named():
    told = Consequence(
        "TP53", "ENST1", "intron_variant", "", "", "protein_coding", *REST
    )
    worse = told._replace(
        transcript="ENST2.3", terms="stop_gained&splice_region_variant"
    )
    noncoding = worse._replace(biotype="nonsense_mediated_decay")
    elsewhere = worse._replace(gene="WRAP53")
    same = told._replace(transcript="ENST3")

    assert worst_elsewhere([told, worse], "TP53", told) == (
        "ENST2.3:stop_gained&splice_region_variant"
    )
    assert worst_elsewhere([told, noncoding, elsewhere, same], "TP53", told) == ""
    assert worst_elsewhere([told, worse], "TP53", worse) == ""
    assert worst_elsewhere([worse], "TP53", None) == ""


def test_what_would_break_a_line_of_the_table_stays_escaped():
    text = entry("T", HGVSc="ENST1.2:c.375G%3EA%0Ax%09", HGVSp="ENSP1.2:p.Thr125%3D")

    (told,) = consequences(text, FIELDS, "C", ["T"], 0)

    assert (told.hgvsc, told.hgvsp) == ("c.375G>A%0Ax%09", "p.Thr125=")
