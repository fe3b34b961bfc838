"""VEP, SnpEff and bcftools annotations to the same rows."""

import pytest

from ballad.variants.annotation import dialects
from ballad.variants.bcsq import bcsq_protein_change
from ballad.variants.files import VcfError
from ballad.variants.vocabulary import SEVERITY, common_terms
from tests.variants.annotated_records import (
    ANN,
    BCSQ,
    FIELDS,
    TP53,
    VEP,
    effects,
    record,
    told,
)

R175H = ("T", "TP53", "missense_variant", "R175H")


@pytest.mark.parametrize(
    ("header", "info"),
    [
        (
            VEP.format(fields=FIELDS),
            f"CSQ=T|missense_variant|TP53|{TP53}.9|protein_coding|{TP53}.9:c.524G>A|"
            "ENSP00000269305.4:p.Arg175His",
        ),
        (  # other order, other key
            VEP.format(fields="SYMBOL|Feature|HGVSp|Consequence|Allele").replace(
                "ID=CSQ", "ID=vep"
            ),
            f"vep=TP53|{TP53}|ENSP1:p.Arg175His|missense_variant|T",
        ),
        (  # VEP under SnpEff's key
            VEP.format(fields=FIELDS).replace("ID=CSQ", "ID=ANN"),
            f"ANN=T|missense_variant|TP53|{TP53}|protein_coding||x:p.Arg175His",
        ),
        (  # run without --hgvs
            VEP.format(
                fields="Allele|Consequence|SYMBOL|Feature|Protein_position|Amino_acids"
            ),
            f"CSQ=T|missense_variant|TP53|{TP53}|175/393|R/H",
        ),
        (
            ANN,
            f"ANN=T|missense_variant|MODERATE|TP53|TP53|transcript|{TP53}.8|"
            "protein_coding|5/11|c.524G>A|p.Arg175His|714/2579|524/1182|175/393||",
        ),
        (
            BCSQ,
            f"BCSQ=missense|TP53|{TP53}|protein_coding|-|175R>175H|7675088C>T",
        ),
    ],
    ids=["csq", "reordered", "vep-as-ann", "no-hgvs", "snpeff", "bcsq"],
)
def test_every_annotator_tells_the_same_missense(read, header, info):
    content = read(record(7675088, "C", "T", info), header=[header])

    assert effects(content) == [R175H]


def test_an_allele_number_beats_the_printed_allele(read):
    fields = FIELDS + "|ALLELE_NUM"
    info = (
        f"CSQ=-|missense_variant|TP53|{TP53}|protein_coding||x:p.Arg175His|2,"
        f"-|missense_variant|TP53|{TP53}|protein_coding||x:p.Arg175Leu|1"
    )

    content = read(
        record(7675088, "C", "A,T", info), header=[VEP.format(fields=fields)]
    )

    assert effects(content) == [("A", *R175H[1:3], "R175L"), R175H]


def test_vep_trims_the_base_that_all_alleles_share(read):
    # CG>C is printed "-", CG>CT is printed "T": VEP takes the shared C from both.
    info = (
        f"CSQ=-|frameshift_variant|TP53|{TP53}|protein_coding||x:p.Arg175AlafsTer5,"
        f"T|missense_variant|TP53|{TP53}|protein_coding||x:p.Arg175Ser"
    )

    content = read(
        record(7675088, "CG", "C,CT", info), header=[VEP.format(fields=FIELDS)]
    )

    assert effects(content) == [
        ("C", "TP53", "frameshift_variant", "R175fs"),
        ("CT", "TP53", "missense_variant", "R175S"),
    ]


def test_a_record_split_after_vep_takes_its_own_entry(read):
    # Split from C>CT,T: the first base is not shared, so VEP printed whole alleles.
    info = (
        f"CSQ=CT|frameshift_variant|TP53|{TP53}|protein_coding||x:p.Arg175fs|1,"
        f"T|missense_variant|TP53|{TP53}|protein_coding||x:p.Arg175His|2"
    )
    header = [VEP.format(fields=FIELDS + "|ALLELE_NUM")]

    content = read(
        record(7675088, "C", "CT", info), record(7675088, "C", "T", info), header=header
    )

    assert [row[3] for row in effects(content)] == ["R175fs", "R175H"]


def test_escapes_are_resolved(read):
    info = (
        f"CSQ=A|synonymous_variant|TP53|{TP53}|protein_coding|x:c.639A>G|x:p.Arg213%3D"
    )

    content = read(record(7674892, "T", "A", info), header=[VEP.format(fields=FIELDS)])

    assert told(content, "hgvsp", "protein_change") == [("p.Arg213=", "R213=")]


def test_an_entry_of_another_length_than_the_header_says_stops(read):
    with pytest.raises(VcfError, match=r"t\.vcf: line 6: annotation has 2 fields"):
        read(record(7675088, "C", "T", "CSQ=T|x"), header=[VEP.format(fields=FIELDS)])


def test_a_field_that_the_header_names_twice_stops(read):
    header = [VEP.format(fields=FIELDS + "|SYMBOL")]
    info = f"CSQ=T|missense_variant|TP53|{TP53}|protein_coding||x:p.Arg175His|OTHER"

    with pytest.raises(
        VcfError, match=r"t\.vcf: the header describes CSQ with SYMBOL t"
    ):
        read(record(7675088, "C", "T", info), header=header)


def test_a_double_field_that_nothing_reads_is_no_matter(read):
    header = [VEP.format(fields=FIELDS + "|CLIN_SIG|CLIN_SIG")]
    info = f"CSQ=T|missense_variant|TP53|{TP53}|protein_coding||x:p.Arg175His|a|b"

    assert effects(read(record(7675088, "C", "T", info), header=header)) == [R175H]


def test_of_two_population_frequencies_of_one_name_the_higher_counts(read):
    header = [VEP.format(fields="gnomAD_AF|" + FIELDS + "|gnomAD_AF")]
    entry = f"T|missense_variant|TP53|{TP53}|protein_coding||x:p.Arg175His"

    content = read(record(7675088, "C", "T", f"CSQ=0.2|{entry}|0.1"), header=header)

    assert told(content, "population_af") == [("0.2",)]


@pytest.mark.parametrize(
    ("frequency", "message"),
    [
        ("1%", "line 6: gnomADe_AF '1%' is no number; write a fraction such as 0.01"),
        ("12", "line 6: gnomADe_AF '12' is above 1"),
        ("0,01", "line 6: annotation has 8 fields, the header says 9; a comma inside"),
    ],
)
def test_a_population_frequency_that_is_no_fraction_names_its_line(
    read, frequency, message
):
    header = [VEP.format(fields=FIELDS + "|gnomADe_AF|PICK")]
    entry = f"T|missense_variant|TP53|{TP53}|protein_coding||x:p.Arg175His"

    with pytest.raises(VcfError, match=f"t\\.vcf: {message}"):
        read(record(7675088, "C", "T", f"CSQ={entry}|{frequency}|1"), header=header)


def test_snpeff_does_not_keep_the_order_of_alternatives(read):
    def entry(allele, change):
        return (
            f"{allele}|missense_variant|MODERATE|TP53|TP53|transcript|{TP53}|"
            f"protein_coding|5/11|c.1A>G|{change}|||||"
        )

    info = "ANN=" + ",".join(
        [
            entry("T", "p.Arg175His"),
            entry("A-T", "p.His175Leu"),  # against the germline allele, cancer mode
            entry("A", "p.Arg175Leu"),
        ]
    )

    content = read(record(7675088, "C", "A,T", info), header=[ANN])

    assert effects(content) == [("A", *R175H[1:3], "R175L"), R175H]


@pytest.mark.parametrize(
    ("coding", "protein", "errors"),
    [
        ("c.[524G>A%2C743G>A]", "p.[Arg175His%2CArg248Gln]", ""),
        ("c.[524G>A,743G>A]", "p.[Arg175His,Arg248Gln]", ""),
        ("c.524G>A", "p.[Arg175His,Arg248Gln]", "W1,W2%0A,W3"),
    ],
)
def test_a_comma_inside_a_field_of_snpeff_parts_no_entry(read, coding, protein, errors):
    def entry(transcript, coding, protein, errors):
        return (
            f"T|missense_variant|MODERATE|TP53|TP53|transcript|{transcript}|"
            f"protein_coding|5/11|{coding}|{protein}|1/2|3/4|5/6||{errors}"
        )

    info = "ANN=" + ",".join(
        [
            entry("ENST1", "c.1C>T", "p.Arg1Cys", ""),
            entry(f"{TP53}.8", coding, protein, errors),
            entry("ENST2", "c.1C>T", "p.Arg1Cys", "W4"),
        ]
    )

    (row,) = told(
        read(record(7675088, "C", "T", info), header=[ANN]), *("hgvsc", "hgvsp")
    )

    assert row == (coding.replace("%2C", ","), "p.[Arg175His,Arg248Gln]")


@pytest.mark.parametrize(
    "cut",
    [
        "T|missense_variant|MODERATE|TP53|TP53",
        # Two pieces that together are no whole entry either.
        f"T|missense_variant|MODERATE|TP53|TP53|transcript|{TP53}|x|1/1|c.1C>T|p.R1C|1,T|m",
    ],
)
def test_an_entry_of_snpeff_that_was_cut_is_no_part_of_another(read, cut):
    with pytest.raises(VcfError, match="SnpEff writes 16; annotate .* or write %2C"):
        read(record(7675088, "C", "T", f"ANN={cut}"), header=[ANN])


def test_snpeff_s_own_terms_become_those_of_the_sequence_ontology():
    assert common_terms("disruptive_inframe_deletion&splice_region_variant") == (
        "inframe_deletion&splice_region_variant"
    )
    assert common_terms("initiator_codon_variant") == "start_retained_variant"


@pytest.mark.parametrize(
    "term", ["splice_donor", "missense", "5_prime_utr", "inframe_altering", "intron"]
)
def test_bcftools_terms_become_those_of_the_sequence_ontology(term):
    assert common_terms(term) in SEVERITY


@pytest.mark.parametrize(
    ("text", "terms", "change"),
    [
        ("175R>175H", "missense_variant", "R175H"),
        ("213R>213*", "stop_gained", "R213*"),
        ("213R", "synonymous_variant", "R213="),
        ("746ELREA>746K", "inframe_deletion", "E746_A750delinsK"),
        ("745KELREA>745K", "inframe_deletion", "E746_A750del"),
        ("836I>836", "inframe_deletion", "I836del"),
        ("341FR>341F", "inframe_deletion", "R342del"),
        ("342RELNE..393>342RS", "frameshift_variant", "E343fs"),
        ("342R..393>342S..350", "frameshift_variant", "R342fs"),  # --brief-predictions
        ("746E..750>746K", "inframe_deletion", ""),  # shortened: not to be known
        ("", "splice_donor_variant", ""),
    ],
)
def test_bcftools_amino_acids_become_a_protein_change(text, terms, change):
    assert bcsq_protein_change(text, terms) == change


def test_bcftools_splice_entries_have_no_bases_and_hold_for_the_record(read):
    info = f"BCSQ=splice_donor|TP53|{TP53}|protein_coding"

    content = read(record(7675052, "C", "T", info), header=[BCSQ])

    assert effects(content) == [("T", "TP53", "splice_donor_variant", "")]


def test_bcftools_names_the_allele_by_the_bases(read):
    info = (
        f"BCSQ=missense|TP53|{TP53}|protein_coding|-|175R>175H|7675088C>T,"
        f"missense|TP53|{TP53}|protein_coding|-|175R>175L|7675088C>A"
    )

    content = read(record(7675088, "C", "A,T", info), header=[BCSQ])

    assert effects(content) == [("A", *R175H[1:3], "R175L"), R175H]


def test_bcftools_star_marks_what_follows_a_stop(read):
    info = f"BCSQ=*missense|TP53|{TP53}|protein_coding|-|175R>175H|7675088C>T"

    assert effects(read(record(7675088, "C", "T", info), header=[BCSQ])) == [R175H]


def test_a_compound_change_counts_once_at_its_own_record(read):
    joint = "missense|TP53|{}|protein_coding|-|175R>175Y|7675088C>T+7675089G>A"

    content = read(
        record(7675088, "C", "T", f"BCSQ={joint.format(TP53)}"),
        record(7675089, "G", "A", "BCSQ=@7675088"),
        header=[BCSQ],
    )

    assert told(content, "pos", "consequence", "protein_change") == [
        ("7675088", "missense_variant", "R175Y"),
        ("7675089", "coding_sequence_variant", ""),
    ]


def test_a_pointer_to_a_record_that_is_gone_is_no_annotation(read):
    content = read(record(7675089, "G", "A", "BCSQ=@7675088"), header=[BCSQ])

    assert told(content, "consequence") == [("",)]


def test_vep_is_believed_before_snpeff_and_bcftools():
    found = dialects([BCSQ, ANN, VEP.format(fields=FIELDS)])

    assert [dialect.name for dialect in found] == ["vep", "snpeff", "bcsq"]


def test_a_splice_region_and_the_change_of_one_transcript_are_read_together(read):
    # As bcftools 1.16 writes the last base of exon 4.
    info = (
        f"BCSQ=splice_region|TP53|{TP53}|protein_coding,"
        f"synonymous|TP53|{TP53}|protein_coding|-|125T|7675994C>T"
    )

    (row,) = effects(read(record(7675994, "C", "T", info), header=[BCSQ]))

    assert row[2:] == ("synonymous_variant&splice_region_variant", "T125=")


def test_the_panel_s_transcript_beats_a_worse_consequence_elsewhere(read):
    info = (
        "BCSQ=stop_gained|TP53|ENST00000420246|protein_coding|-|1R>1*|7675088C>T,"
        f"missense|TP53|{TP53}|protein_coding|-|175R>175H|7675088C>T"
    )

    assert effects(read(record(7675088, "C", "T", info), header=[BCSQ])) == [R175H]


def test_without_the_panel_s_transcript_the_worst_consequence_counts(read):
    info = (
        "BCSQ=intron|TP53|ENST00000001|protein_coding,"
        "missense|TP53|ENST00000002|protein_coding|-|43R>43H|7675088C>T"
    )

    (row,) = effects(read(record(7675088, "C", "T", info), header=[BCSQ]))

    assert row[2] == "missense_variant"
