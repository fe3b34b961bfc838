"""Headers and records of the annotators; used by tests."""

from ballad.variants.rows import COLUMNS

LENGTHS = {
    "GRCh38": ("chr17", 83257441, "chrX", 156040895),
    "GRCh37": ("17", 81195210, "X", 155270560),
}
VEP = (
    "##INFO=<ID=CSQ,Number=.,Type=String,Description="
    '"Consequence annotations from Ensembl VEP. Format: {fields}">'
)
FIELDS = "Allele|Consequence|SYMBOL|Feature|BIOTYPE|HGVSc|HGVSp"
ANN = (
    '##INFO=<ID=ANN,Number=.,Type=String,Description="Functional annotations: '
    "'Allele | Annotation | Annotation_Impact | Gene_Name | Gene_ID | Feature_Type | "
    "Feature_ID | Transcript_BioType | Rank | HGVS.c | HGVS.p | cDNA.pos / "
    "cDNA.length | CDS.pos / CDS.length | AA.pos / AA.length | Distance | ERRORS / "
    "WARNINGS / INFO' \">"
)
BCSQ = (
    '##INFO=<ID=BCSQ,Number=.,Type=String,Description="Local consequence annotation '
    "from BCFtools/csq, see http://samtools.github.io/bcftools/howtos/csq-calling.html "
    "for details. Format: Consequence|gene|transcript|biotype|strand|"
    'amino_acid_change|dna_change">'
)
TP53 = "ENST00000269305"


def record(pos, ref, alt, info=".", chrom="chr17"):
    reads = ",".join(["200"] * (alt.count(",") + 2))
    cells = (
        chrom,
        pos,
        ".",
        ref,
        alt,
        ".",
        "PASS",
        info,
        "GT:AD:DP",
        f"0/1:{reads}:800",
    )
    return "\t".join(map(str, cells))


def told(content, *names):
    columns = [COLUMNS.index(name) for name in names]
    return [tuple(row[column] for column in columns) for row in content.rows]


def effects(content):
    return told(content, "alt", "gene", "consequence", "protein_change")
