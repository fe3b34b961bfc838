"""TP53 as Ensembl, GENCODE and RefSeq write it: the same gene for bcftools csq."""

import pysam
import pytest

from ballad.tables import read_table
from ballad.variants.chromosomes import plain_name
from ballad.variants.consequences import read_reference, with_consequences
from ballad.variants.gene_models import elsewhere, gene_models, what_it_is
from ballad.variants.panel import Panel, own_transcripts
from ballad.variants.reference import PanelReferenceError
from ballad.variants.rows import COLUMNS
from scripts.prepare_reference import main as prepare_reference

SPAN = {"GRCh38": (7668421, 7687490), "GRCh37": (7571720, 7590868)}
ACCESSION = {"GRCh38": "NC_000017.11", "GRCh37": "NC_000017.10"}
DIALECTS = {
    # chromosome, gene, transcript with its feature, and what its exons and CDS say
    "ensembl": (
        "17",
        "ID=gene:ENSG00000141510;Name=TP53;biotype=protein_coding;gene_id=ENSG00000141510;"
        "logic_name=ensembl_havana_gene_homo_sapiens;version=18",
        "mRNA",
        "ID=transcript:ENST00000269305;Parent=gene:ENSG00000141510;Name=TP53-201;"
        "biotype=protein_coding;tag=basic,Ensembl_canonical,MANE_Select;"
        "transcript_id=ENST00000269305;version=9",
        "Parent=transcript:ENST00000269305;exon_id=ENSE1;rank=1",
    ),
    "gencode": (
        "chr17",
        "ID=ENSG00000141510.18;gene_id=ENSG00000141510.18;gene_type=protein_coding;"
        "gene_name=TP53;level=2;hgnc_id=HGNC:11998",
        "transcript",
        "ID=ENST00000269305.9;Parent=ENSG00000141510.18;gene_id=ENSG00000141510.18;"
        "transcript_id=ENST00000269305.9;gene_type=protein_coding;gene_name=TP53;"
        "transcript_type=protein_coding;transcript_name=TP53-201",
        "ID=exon:ENST00000269305.9:1;Parent=ENST00000269305.9;gene_name=TP53",
    ),
    "refseq": (
        "NC",
        "ID=gene-TP53;Dbxref=GeneID:7157,HGNC:HGNC:11998,MIM:191170;Name=TP53;"
        "description=tumor protein p53;gbkey=Gene;gene=TP53;gene_biotype=protein_coding",
        "mRNA",
        "ID=rna-NM_000546.6;Parent=gene-TP53;Dbxref=GeneID:7157,Genbank:NM_000546.6;"
        "Name=NM_000546.6;gbkey=mRNA;gene=TP53;tag=MANE Select;transcript_id=NM_000546.6",
        "ID=cds-NP_000537.3;Parent=rna-NM_000546.6;gbkey=CDS;gene=TP53",
    ),
    "refseq of 2015": (
        "NC",
        "ID=gene1;Dbxref=GeneID:7157,HGNC:HGNC:11998;Name=P53;gbkey=Gene;gene=P53",
        "mRNA",
        "ID=rna1;Parent=gene1;Name=NM_000546.5;gbkey=mRNA;transcript_id=NM_000546.5",
        "ID=cds1;Parent=rna1;gbkey=CDS;protein_id=NP_000537.3",
    ),
}


def gff(root, dialect, build):
    """Write the coding exons of the panel's TP53 in a dialect."""
    chrom, gene, kind, transcript, child = DIALECTS[dialect]
    chrom = ACCESSION[build] if chrom == "NC" else chrom
    start, end = SPAN[build]

    def line(feature, first, last, phase, said):
        cells = (chrom, "made", feature, first, last, ".", "-", phase, said)
        return "\t".join(map(str, cells))

    lines = ["##gff-version 3", f"# {dialect}", line("region", 1, 9, ".", "ID=r1")]
    lines += [line("gene", start, end, ".", gene)]
    lines += [line(kind, start, end, ".", transcript)]
    bed = (root / f"resources/panel/cds.{build}.bed").read_text().splitlines()
    exons = [row.split("\t") for row in bed if "\tTP53|" in row]
    before = 0
    for _, low, high, *_ in sorted(exons, key=lambda row: -int(row[1])):
        lines += [line("exon", int(low) + 1, high, ".", child)]
        lines += [line("CDS", int(low) + 1, high, -before % 3, child)]
        before += int(high) - int(low)
    return lines


def genes(root):
    return read_table(root / "resources/panel/genes.tsv").to_dict("records")


@pytest.mark.parametrize("build", SPAN)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_panel_s_gene_is_the_same_in_every_dialect(root, dialect, build):
    (model,) = gene_models(gff(root, dialect, build), genes(root))

    coding = [line.split("\t") for line in model.lines if "\tCDS\t" in line]
    assert (model.symbol, model.chrom) == ("TP53", "17")
    assert (
        sum(int(row[4]) - int(row[3]) + 1 for row in coding) == 1182
    )  # 393 and a stop
    assert elsewhere([model], {"TP53": (SPAN[build][0] + 2000, SPAN[build][1])}) == []


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_transcript_is_named_as_the_panel_names_its_own(root, dialect):
    own = own_transcripts(str(root / "resources/panel/genes.tsv"))["TP53"]

    (model,) = gene_models(gff(root, dialect, "GRCh38"), genes(root))

    name = model.lines[1].partition("ID=transcript:")[2].partition(";")[0]
    assert name.split(".")[0] in own


def test_a_copy_on_another_chromosome_is_left_out(root):
    # RefSeq has alternate loci, GENCODE has CRLF2 on Y as ENSG…_PAR_Y.
    there = [line.replace("chr17", "chrY") for line in gff(root, "gencode", "GRCh38")]

    assert gene_models(there, genes(root)) == []


@pytest.mark.parametrize("accession", ["NC_000017.10", "NC_000017.11"])
def test_a_chromosome_of_refseq_has_its_plain_name(accession):
    assert plain_name(accession) == plain_name("chr17") == plain_name("17") == "17"


def test_the_genes_of_the_other_build_are_found_out(root):
    models = gene_models(gff(root, "refseq", "GRCh37"), genes(root))

    assert elsewhere(models, {"TP53": (7669608, 7676594)}) == ["TP53"]


GTF = 'chr17\tH\tgene\t1\t9\t.\t-\t.\tgene_id "ENSG00000141510.18"; gene_name "TP53";'


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([GTF], "a GTF"),
        (["chr17\t1\t9\tTP53"], "nine columns"),
        (["17\tx\tgene\t1\t9\t.\t-\t.\tName=TP53"], "no ID"),
        (["CM000679.2\tx\tgene\t1\t9\t.\t-\t.\tID=g;Name=TP53"], "called CM000679.2"),
    ],
)
def test_what_a_file_without_genes_of_the_panel_is(root, lines, said):
    assert gene_models(lines, genes(root)) == []
    assert said in what_it_is(lines)


def prepared(root, folder, lines, build, fasta="unread.fa"):
    """Run the rule on TP53 alone: the sparse sequences lack other chromosomes."""
    resources = root / "resources"
    (folder / "genes.gff3").write_text("\n".join(lines) + "\n")
    bed = (resources / f"panel/cds.{build}.bed").read_text().splitlines(keepends=True)
    (folder / "cds.bed").write_text("".join(x for x in bed if "\tTP53|" in x))
    spots = (resources / "variants/hotspots.tsv").read_text().splitlines(keepends=True)
    spots = [spots[0], *(x for x in spots if x.startswith("TP53\t"))]
    (folder / "hot.tsv").write_text("".join(spots))
    outputs = ("cut.fa.gz", "cut.fa.gz.fai", "cut.fa.gz.gzi", "cut.gff3", "sums.tsv")
    prepare_reference(
        *(fasta, str(folder / "genes.gff3"), str(folder / "cds.bed")),
        *(str(resources / "panel/genes.tsv"), str(folder / "hot.tsv")),
        *(str(folder / name) for name in outputs),
        *(build, 10),
    )
    return read_reference(str(folder / "cut.fa.gz"), str(folder / "cut.gff3"))


def test_a_gff_of_the_other_build_is_refused_with_its_cure(root, tmp_path):
    with pytest.raises(
        PanelReferenceError, match=r"TP53\) lie elsewhere than in GRCh38"
    ):
        prepared(root, tmp_path, gff(root, "ensembl", "GRCh37"), "GRCh38")


def test_a_gtf_is_refused_with_its_cure(root, tmp_path):
    with pytest.raises(PanelReferenceError, match="it is a GTF; a GFF3 of Ensembl"):
        prepared(root, tmp_path, [GTF], "GRCh38")


@pytest.mark.real_data
@pytest.mark.parametrize("build", SPAN)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_effects_are_told_by_every_dialect(root, real_data, tmp_path, dialect, build):
    shift = 0 if build == "GRCh38" else -96_682
    alleles = [(7675088, "C", "T"), (7674220, "C", "T"), (7675994, "C", "T")]
    fasta = str(real_data / f"reference/sparse.{build}.fa.gz")
    reference = prepared(root, tmp_path, gff(root, dialect, build), build, fasta)
    own = own_transcripts(str(root / "resources/panel/genes.tsv"))
    blank = dict.fromkeys(COLUMNS, "") | {"genome_build": build, "gene": "TP53"}
    rows = [
        {**blank, "chrom": "17", "pos": str(pos + shift), "ref": ref, "alt": alt}
        for pos, ref, alt in alleles
    ]

    found = with_consequences(
        [tuple(row[name] for name in COLUMNS) for row in rows],
        reference,
        Panel(build, {}, own),
    )

    told = [dict(zip(COLUMNS, row, strict=True)) for row in found]
    assert [row["protein_change"] for row in told] == ["R175H", "R248Q", "T125="]
    assert {row["transcript"].split(".")[0] for row in told} <= own["TP53"]


@pytest.mark.real_data
def test_a_fasta_of_refseq_is_read_by_its_accessions(root, real_data, tmp_path):
    fasta = tmp_path / "refseq.fa"
    with pysam.FastaFile(str(real_data / "reference/sparse.GRCh38.fa.gz")) as whole:
        bases = whole.fetch("chr17", 0, 7_700_000)
    fasta.write_text(f">NC_000017.11 Homo sapiens chromosome 17\n{bases}\n")
    pysam.faidx(str(fasta))
    lines = gff(root, "refseq", "GRCh38")

    reference = prepared(root, tmp_path, lines, "GRCh38", str(fasta))

    with pysam.FastaFile(reference.fasta) as cut:
        assert cut.fetch("17", 7675087, 7675088) == "C"
