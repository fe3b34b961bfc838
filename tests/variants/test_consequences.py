"""An invented gene of two exons: effects told by bcftools csq, worked by hand."""

import pysam
import pytest

from ballad.variants.consequences import (
    NO_EFFECT,
    Reference,
    annotate,
    bcftools,
    read_reference,
    with_consequences,
)
from ballad.variants.content import VcfContent
from ballad.variants.files import VcfError
from ballad.variants.gene_models import gene_models
from ballad.variants.panel import Panel
from ballad.variants.reference import (
    PanelReferenceError,
    masked_spans,
    write_reference,
)
from ballad.variants.rows import COLUMNS

# Position 2001 is the A of ATG. Exon 1 codes M C P K (2001-2012), the intron begins GT
# and ends AG (2013-2042), exon 2 codes W K K K L stop (2043-2060).
GENE = (
    "ATGTGCCCTAAA" + "GT" + "ACTCACTTACTCACTTACTCACTTAC" + "AG" + "TGGAAAAAGAAACTCTGA"
)
BEFORE = "ACGT" * 500
CHROMOSOME = BEFORE + GENE + "CATG" * 500
GFF = """\
##gff-version 3
chr7\tmade\tgene\t1991\t2080\t.\t+\t.\tID=gene:ENSG09;Name=OLDNAME;biotype=protein_coding
chr7\tmade\tmRNA\t1991\t2080\t.\t+\t.\tID=transcript:ENST09;Parent=gene:ENSG09;biotype=protein_coding
chr7\tmade\texon\t1991\t2012\t.\t+\t.\tParent=transcript:ENST09
chr7\tmade\tfive_prime_UTR\t1991\t2000\t.\t+\t.\tParent=transcript:ENST09
chr7\tmade\tCDS\t2001\t2012\t.\t+\t0\tParent=transcript:ENST09
chr7\tmade\texon\t2043\t2080\t.\t+\t.\tParent=transcript:ENST09
chr7\tmade\tCDS\t2043\t2060\t.\t+\t0\tParent=transcript:ENST09
chr7\tmade\tgene\t3000\t3100\t.\t+\t.\tID=gene:ENSG10;Name=STRANGER;biotype=protein_coding
chr7\tmade\tmRNA\t3000\t3100\t.\t+\t.\tID=transcript:ENST10;Parent=gene:ENSG10;biotype=protein_coding
chr7\tmade\tCDS\t3000\t3100\t.\t+\t0\tParent=transcript:ENST10
"""
GENES = [{"symbol": "MADE", "ensembl_gene": "ENSG09.3"}]
PANEL = Panel("GRCh38", {}, {"MADE": frozenset(["ENST09"])})


@pytest.fixture
def genome(tmp_path):
    path = tmp_path / "genome.fa"
    path.write_text(f">chr7 invented\n{CHROMOSOME}\n>chr8\nACGTACGT\n")
    pysam.faidx(str(path))
    return str(path)


@pytest.fixture
def reference(tmp_path, genome):
    models = gene_models(GFF.splitlines(), GENES)
    fasta, gff = str(tmp_path / "cut.fa.gz"), tmp_path / "cut.gff3"
    write_reference(genome, masked_spans(models, []), fasta)
    gff.write_text("\n".join(line for model in models for line in model.lines) + "\n")
    return read_reference(fasta, str(gff))


def row(pos, ref, alt, gene="MADE", **cells):
    filled = dict.fromkeys(COLUMNS, "")
    filled |= {"chrom": "7", "pos": str(pos), "ref": ref, "alt": alt, "gene": gene}
    filled |= {"genome_build": "GRCh38", "source": "a.vcf", **cells}
    return tuple(filled[name] for name in COLUMNS)


def told(rows, *names):
    return [tuple(r[COLUMNS.index(name)] for name in names) for r in rows]


@pytest.mark.parametrize(
    ("allele", "terms", "change"),
    [
        ((2005, "G", "A"), "missense_variant", "C2Y"),
        ((2006, "C", "T"), "synonymous_variant", "C2="),
        ((2006, "C", "A"), "stop_gained", "C2*"),
        ((2013, "G", "A"), "splice_donor_variant", ""),
        ((2042, "G", "A"), "splice_acceptor_variant", ""),
        ((2005, "GC", "AA"), "stop_gained", "C2*"),
        ((1999, "GT", "G"), "5_prime_UTR_variant", ""),
        ((2001, "A", "C"), "start_lost", "M1L"),
    ],
)
def test_the_effect_of_an_unannotated_allele_is_told(reference, allele, terms, change):
    (found,) = with_consequences([row(*allele)], reference, PANEL)

    assert told([found], "transcript", "protein_change") == [("ENST09", change)]
    assert terms in told([found], "consequence")[0][0].split("&")


def test_an_indel_is_left_aligned_and_a_padded_allele_trimmed(reference):
    # One of the five A of 2046-2050 is lost, written at their right end: AAA AAG AAA
    # becomes AAA AGA AA., so that K7 is the first residue to change.
    (found,) = with_consequences([row(2049, "AA", "A")], reference, PANEL)
    assert told([found], "pos", "ref", "alt", "consequence", "protein_change") == [
        ("2045", "GA", "G", "frameshift_variant", "K7fs")
    ]
    (found,) = with_consequences([row(2004, "TGC", "TAC")], reference, PANEL)
    assert told([found], "pos", "ref", "alt") == [("2005", "G", "A")]


def test_an_indel_of_a_maf_gets_the_base_before_it(reference):
    (found,) = with_consequences([row(2045, "NAAA", "N")], reference, PANEL)

    assert told([found], "pos", "ref", "alt", "consequence") == [
        ("2045", "GAAA", "G", "inframe_deletion")
    ]


def test_two_variants_of_one_codon_stay_two(reference):
    # Read together as one haplotype, C>A of base 2006 after G>A of 2005 would make Y a
    # stop: each alone is a missense and a stop.
    rows = [row(2005, "G", "A"), row(2006, "C", "A")]

    found = with_consequences(rows, reference, PANEL)

    assert told(found, "protein_change") == [("C2Y",), ("C2*",)]


def test_alleles_in_any_order_are_told(reference):
    # The last two lie further apart than norm itself sorts.
    rows = [row(2045, "G", "A"), row(2006, "C", "A"), row(2005, "G", "T")]
    rows += [row(3050, "A", "C"), row(1100, "T", "G")]

    found = with_consequences(rows, reference, PANEL)

    changes = [change for (change,) in told(found, "protein_change")]
    assert changes == ["W5*", "C2*", "C2F", "", ""]


def test_rows_keep_their_order_and_told_ones_their_effect(reference):
    own = row(2005, "G", "A", consequence="intron_variant")
    rows = [row(2006, "C", "A"), own, row(2005, "G", "A", source="b.vcf")]

    found = with_consequences(rows, reference, PANEL)

    assert found[1] == own
    assert told(found, "protein_change", "source") == [
        ("C2*", "a.vcf"),
        ("", "a.vcf"),
        ("C2Y", "b.vcf"),
    ]


def test_what_the_reference_cannot_say_stays_without_effect(reference):
    rows = [
        row(2005, "G", "<DEL>"),
        row(2005, "G", "]7:99]G"),
        row(3500, "T", "A"),  # beyond the cut
        row(500, "T", "A"),  # masked
        row(2005, "G", "A", gene="ANOTHER"),
    ]

    assert told(with_consequences(rows, reference, PANEL), "consequence") == [("",)] * 5


def test_an_allele_beside_every_transcript_has_no_effect(reference):
    found = with_consequences([row(1985, "A", "G")], reference, PANEL)

    assert told(found, "consequence") == [(NO_EFFECT,)]


def test_a_ref_that_the_reference_contradicts_names_file_and_position(reference):
    with pytest.raises(VcfError, match=r"a\.vcf: genome build contradicted: .*7:2005"):
        with_consequences([row(2005, "T", "A")], reference, PANEL)


def test_a_coding_allele_without_an_effect_is_an_error(reference, tmp_path):
    empty = tmp_path / "empty.gff3"
    empty.write_text(GFF.replace("chr7", "7"))
    fooled = Reference(reference.fasta, str(empty), {"MADE": (("7", 2000, 2300),)})

    with pytest.raises(VcfError, match="tells no effect"):
        with_consequences([row(2200, "G", "A")], fooled, PANEL)


def test_a_failed_call_of_bcftools_does_not_spoil_the_next(reference, tmp_path):
    with pytest.raises(RuntimeError, match="bcftools csq failed"):
        bcftools("csq", "-f", reference.fasta, "-g", "none", str(tmp_path / "none"))

    (found,) = with_consequences([row(2006, "C", "A")], reference, PANEL)
    assert told([found], "consequence") == [("stop_gained",)]


def test_the_checks_of_a_file_say_how_many_rows_were_told(reference):
    rows = [row(2006, "C", "A"), row(3500, "T", "A")]
    missing = ("a.vcf", "annotation", "missing", "2 of 2 rows")
    content = VcfContent(rows, {}, [missing])

    errors = annotate(
        [{"genome_build": "GRCh38"}],
        [content],
        {"GRCh38": reference},
        {"GRCh38": PANEL},
    )

    assert errors == []
    assert [check[1:3] for check in content.checks] == [
        ("annotation", "incomplete"),
        ("consequence", "called"),
    ]
    assert content.checks[1][3].startswith("1 of 2 rows told")


def test_the_reference_confirms_a_build_that_the_header_does_not(reference):
    unknown = ("a.vcf", "genome_build", "not_determinable", "")
    few = VcfContent([row(2006, "C", "A")], {}, [unknown])
    enough = VcfContent([row(2005, "GCC", "A")], {}, [unknown])
    samples = [{"genome_build": "GRCh38"}] * 2

    annotate(samples, [few, enough], {"GRCh38": reference}, {"GRCh38": PANEL})

    assert few.checks[0][2] == "not_determinable"
    assert enough.checks[0][2] == "confirmed"


def test_the_cut_keeps_positions_and_masks_the_rest(reference, genome):
    with pysam.FastaFile(reference.fasta) as cut, pysam.FastaFile(genome) as whole:
        assert list(cut.references) == ["7"]
        assert cut.fetch("7", 990, 3080) == whole.fetch("chr7", 990, 3080)
        assert set(cut.fetch("7", 0, 990)) == {"N"}
        assert cut.get_reference_length("7") == 3080


def test_a_gene_is_known_by_its_id_and_others_are_left_out():
    (model,) = gene_models(GFF.splitlines(), GENES)

    assert (model.symbol, model.chrom, model.start, model.end) == (
        "MADE",
        "7",
        1990,
        2080,
    )
    assert "Name=MADE" in model.lines[0]


def test_gencode_is_read_like_ensembl():
    gencode = (
        GFF.replace("gene:", "")
        .replace("transcript:", "")
        .replace("Name=", "gene_name=")
        .replace("ENST09;", "ENST09.4;", 1)
        .replace("Parent=ENST09\n", "Parent=ENST09.4\n")
        .replace("biotype", "transcript_type")
    )

    (model,) = gene_models(gencode.splitlines(), GENES)

    assert sum("\tCDS\t" in line for line in model.lines) == 2
    assert "ID=transcript:ENST09.4" in model.lines[1]


def test_a_chromosome_that_the_fasta_lacks_is_named(genome, tmp_path):
    with pytest.raises(PanelReferenceError, match="no chromosome 9"):
        write_reference(genome, {"9": [(1, 5)]}, str(tmp_path / "x.fa.gz"))


def test_a_fasta_without_index_is_refused_with_its_cure(tmp_path):
    path = tmp_path / "bare.fa"
    path.write_text(">7\nACGT\n")

    with pytest.raises(PanelReferenceError, match="samtools faidx"):
        write_reference(str(path), {"7": [(0, 2)]}, str(tmp_path / "x.fa.gz"))
