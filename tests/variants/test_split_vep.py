"""
What the reader takes from CSQ, ANN and BCSQ is what bcftools prints of the same record.

The expected values were printed once, not by a test, by bcftools 1.16 of this file:

    bcftools csq -l -f cut.fa.gz -g cut.gff3 alleles.vcf        (the BCSQ texts)
    bcftools +split-vep -a CSQ -d -f \
      '%POS %SYMBOL %Feature %Consequence %HGVSc %HGVSp\\n' printed.vcf
    bcftools +split-vep -a ANN -d -f \
      '%POS %Gene_Name %Feature_ID %Consequence %HGVS.c %HGVS.p\\n' ann.vcf
    bcftools +split-vep -a BCSQ -d -f \
      '%POS %gene %transcript %Consequence %amino_acid_change\\n' printed.vcf

(bcftools 1.16 wants "Format: " and a field Consequence in a description: in ann.vcf that
of ANN is written so, Annotation being that field.)
bcftools prints the annotators' own words; here they are in one vocabulary: SnpEff's and
bcftools' terms as Sequence Ontology's, ``175R>175H`` as R175H.
"""

import pytest

from ballad.variants.annotation import annotated, dialects
from ballad.variants.transcripts import chosen
from ballad.variants.vocabulary import protein_change
from tests.variants.annotated_records import ANN, BCSQ, TP53, VEP

FIELDS = (
    "Allele|Consequence|IMPACT|SYMBOL|Gene|Feature_type|Feature|BIOTYPE|EXON|INTRON|"
    "HGVSc|HGVSp"
)
HEADER = [VEP.format(fields=FIELDS), ANN, BCSQ]
RECORDS = {
    # REF, ALT, SnpEff's term where it is its own, bcftools' term and amino acids,
    # Consequence of VEP, HGVSc, HGVSp, and the change in one letter
    7675088: ("C", "T", "", "missense|175R>175H", "missense_variant|MODERATE")
    + ("c.524G>A", "p.Arg175His", "R175H"),
    7674945: ("G", "A", "", "stop_gained|196R>196*", "stop_gained|HIGH")
    + ("c.586C>T", "p.Arg196Ter", "R196*"),
    7674892: ("T", "C", "", "synonymous|213R", "synonymous_variant|LOW")
    + ("c.639A>G", "p.Arg213%3D", "R213="),
    7674221: ("GGTT", "G", "conservative_inframe_deletion")
    + ("inframe_deletion|247NR>247R", "inframe_deletion|MODERATE")
    + ("c.739_741del", "p.Asn247del", "N247del"),
    7676153: (
        "G",
        "GAC",
        "",
        "frameshift|72PVAP..393>72PSWP..119",
        "frameshift_variant|HIGH",
    )
    + ("c.215_216insGT", "p.Val73TrpfsTer50", "V73fs"),
    7675052: ("C", "T", "splice_donor_variant&intron_variant", "splice_donor|")
    + ("splice_donor_variant|HIGH", "c.559+1G>A", "", ""),
}


def entries(pos):
    """Write one record's three annotations."""
    ref, alt, own, bcsq, vep, hgvsc, hgvsp, _ = RECORDS[pos]
    term, impact = vep.split("|")
    allele = (alt[1:] or "-") if len(ref) != len(alt) else alt
    protein = f"ENSP00000269305.4:{hgvsp}" if hgvsp else ""
    csq = (
        f"{allele}|{term}|{impact}|TP53|ENSG00000141510|Transcript|{TP53}.9|"
        f"protein_coding|5/11||{TP53}.9:{hgvsc}|{protein}"
    )
    snpeff = hgvsp.replace("Ter50", "").replace("Ter", "*").replace("%3D", "Arg")
    ann = (
        f"{alt}|{own or term}|{impact}|TP53|ENSG00000141510|transcript|{TP53}.9|"
        f"protein_coding|5/11|{hgvsc}|{snpeff}|714/2579|524/1182|175/393||"
    )
    kind, amino_acids = bcsq.split("|")
    text = f"{kind}|TP53|{TP53}|protein_coding"
    if amino_acids:
        text += f"|-|{amino_acids}|{pos}{ref}>{alt}"
    return {"CSQ": csq, "ANN": ann, "BCSQ": text}


def told(pos, key):
    ref, alt = RECORDS[pos][:2]
    known = [dialect for dialect in dialects(HEADER) if dialect.key == key]
    read = annotated(entries(pos), known, ref, [alt], 0)
    return chosen(read, "TP53", frozenset([TP53]))


@pytest.mark.parametrize("key", ["CSQ", "ANN", "BCSQ"])
@pytest.mark.parametrize("pos", RECORDS)
def test_gene_transcript_and_change_are_those_bcftools_prints(pos, key):
    entry = told(pos, key)

    assert entry.gene == "TP53"
    assert entry.transcript.split(".")[0] == TP53
    assert protein_change(entry.hgvsp) == RECORDS[pos][-1]


@pytest.mark.parametrize("key", ["CSQ", "ANN", "BCSQ"])
@pytest.mark.parametrize("pos", RECORDS)
def test_the_consequence_is_the_same_in_three_vocabularies(pos, key):
    first = told(pos, key).terms.split("&")[0]

    assert first == RECORDS[pos][4].split("|")[0]


@pytest.mark.parametrize("key", ["CSQ", "ANN"])
@pytest.mark.parametrize("pos", RECORDS)
def test_the_coding_change_is_the_annotator_s(pos, key):
    assert told(pos, key).hgvsc == RECORDS[pos][5]


def test_the_protein_change_keeps_the_annotator_s_words():
    # +split-vep prints p.Arg213%3D of CSQ and p.Arg213Arg of ANN.
    assert told(7674892, "CSQ").hgvsp == "p.Arg213="
    assert told(7674892, "ANN").hgvsp == "p.Arg213Arg"
