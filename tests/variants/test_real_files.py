"""Real files of callers and annotators against values read off their lines by hand."""

from statistics import median

import pysam
import pytest

from ballad.variants.files import VcfError
from ballad.variants.hotspots import trimmed
from ballad.variants.panel import Panel, Region, known_contigs, read_panel
from ballad.variants.reader import read_vcf
from ballad.variants.rows import COLUMNS

pytestmark = pytest.mark.real_data


@pytest.fixture
def read(real_data, root):
    """Read a whole file as if one gene covered every chromosome it names."""
    contigs = known_contigs(str(root / "resources/panel/contigs.tsv"))

    def reading(path, build="GRCh37", sample="", gene="ANY"):
        file = path if hasattr(path, "parent") else real_data / "vcf" / path
        everywhere = (Region(0, 400_000_000, frozenset([gene])),)
        names = [*map(str, range(1, 23)), "X", "Y", "M", "MT"]
        names.append("NODE_1_length_348724_cov_30.410613")
        panel = Panel(build, dict.fromkeys(names, everywhere), {})
        row = dict.fromkeys(("patient", "sample", "assay", "timepoint"), "x")
        row |= {"genome_build": build, "vcf": str(file), "vcf_sample": sample}
        return read_vcf(row, panel, contigs)

    return reading


def told(content, *names):
    return [tuple(row[COLUMNS.index(name)] for name in names) for row in content.rows]


MET = (82, 12, 12 / 59)  # the third sample's lines all repeat the tumour's first

SUPPORT = [
    # file, vcf_sample, pos, alt -> depth, alternate reads, VAF
    ("mutect1/vcf2maf_test_mutect.vcf", "", 2453125, "G", (206, 30, 30 / 205)),
    (
        "mutect1/varcode_mutect-example.vcf",
        "SomaticSample",
        10039,
        "C",
        (58, 1, 1 / 58),
    ),
    ("mutect2/oncotator_Dream4.chr20.vcf", "", 10909683, "C", (45, 3, 0.075)),
    ("mutect2/oncotator_phasing.vcf", "", 100000, "A", (150, 82, 0.538)),
    ("mutect2/oncotator_notinphase.vcf", "", 100001, "T", (148, 80, 0.537)),
    ("mutect2/varcode_mutect2_chrM.vcf", "", 302, "C", (522, 67, 0.128)),
    ("strelka/vcf2maf_test_strelka.vcf", "", 12170228, "T", (57, 57, 1.0)),
    ("strelka/vcf2maf_test_strelka.vcf", "", 35944648, "A", (58, 56, 56 / 58)),
    ("strelka/varcode_strelka1.vcf", "", 16385738, "G", (94, 78, 78 / 91)),
    ("strelka/varcode_strelka2_somatic_snvs.vcf", "", 1234567, "A", (28, 11, 11 / 28)),
    ("strelka/oncotator_strelka1_indels.vcf", "", 10089934, "T", (82, 12, 12 / 59)),
    # one count of reads for two insertions: missing, not shared
    ("strelka/oncotator_strelka1_indels.vcf", "", 64948166, "CTC", (68, None, None)),
    ("strelka/oncotator_strelka1_indels_3samples.vcf", "MET", 57493928, "C", MET),
    ("muse/vcf2maf_test_muse.vcf", "", 1289197, "T", (11, 2, 2 / 11)),
    ("radia/vcf2maf_test_radia.vcf", "DNA_TUMOR", 29651735, "T", (106, 11, 0.1)),
    ("somaticsniper/vcf2maf_test_sniper.vcf", "", 1233886, "G", (7, 4, 4 / 7)),
    ("varscan/vcf2maf_test_varscan.vcf", "", 2584408, "A", (13, 4, 0.3077)),
    ("pindel/vcf2maf_test_pindel.vcf", "", 16890971, "A", (47, 4, 4 / 47)),
    ("merged/vcf2maf_test_merged.vcf", "", 2585243, "T", (43, 15, 15 / 65)),
    ("merged/vcf2maf_test_merged.vcf", "", 76251746, "C", (11, 7, 7 / 12)),
    ("vardict/vardict.single.vcf", "", 69302, "T", (611, 3, 0.0049)),
    ("vardict/vardict.paired.vcf", "abc", 68384, "A", (264, 2, 0.0076)),
    ("vardict/scout_tumor_only.snv_indel.vcf.gz", "", 11276214, "A", (499, 56, 0.1122)),
    ("gatk_hc/snpeff_test_gatk.sites.vcf", "", 762273, "A", (71, None, None)),
    (
        *("gatk_hc/happy_isaac_variantcaller_chr21.vcf.gz", "", 20001394, "G"),
        (41, 15, 15 / 41),
    ),
    ("freebayes/cyvcf2_test.mnp.vcf", "", 146999, "GCGGT", (33, 2, 2 / 32)),
    ("freebayes/cyvcf2_test_gt_alt_freqs.vcf", "", 16060, "T", (21, 2, 0.381)),
]


@pytest.mark.parametrize(
    ("file", "sample", "pos", "alt", "expected"),
    SUPPORT,
    ids=[f"{file}:{pos}{alt}" for file, _, pos, alt, _ in SUPPORT],
)
def test_depth_and_vaf_of_every_caller(read, file, sample, pos, alt, expected):
    build = "GRCh38" if "chrM" in file else "GRCh37"

    content = read(f"callers/{file}", build, sample)

    rows = told(content, "pos", "alt", "depth", "alt_reads", "vaf")
    found = [row[2:] for row in rows if row[:2] == (str(pos), alt)]
    assert len(found) == 1
    numbers = tuple(float(cell) if cell else None for cell in found[0])
    assert numbers == pytest.approx(expected)


@pytest.mark.parametrize(
    ("file", "sample", "records"),
    [
        ("muse/vcf2maf_test_muse.vcf", "", 434),
        ("mutect1/vcf2maf_test_mutect.vcf", "", 500),
        ("merged/vcf2maf_test_merged.vcf", "", 573),
        ("vardict/vardict.single.vcf", "", 181),
        ("vardict/vardict.paired.vcf", "abc", 131),
        ("varscan/vcf2maf_test_varscan.vcf", "", 75),
        ("truth_NA12878/PG_NA12878.RUNX1_ERG.hg19.vcf.gz", "", 6788),
    ],
)
def test_every_record_is_read(read, file, sample, records):
    content = read(f"callers/{file}", sample=sample)

    assert content.counts["records"] == content.counts["in_panel"] == records


def test_the_normal_of_a_pair_without_reads_of_an_allele_makes_no_row(read):
    # VarDict writes 0/0 and AD 134,0 for the match of the tumour's 262,2.
    content = read("callers/vardict/vardict.paired.vcf", sample="abc-match")

    assert "68384" not in [pos for (pos,) in told(content, "pos")]
    assert content.counts["not_a_variant"] > 0


def test_strelka_indels_of_a_known_mixture_have_its_vaf(read):
    # 40 % of NA12878 in NA12877: a variant on one of its two chromosomes has 0.2, and
    # a little more, because reads that fit neither allele are not counted.
    truth = read(
        "callers/strelka/happy_admix_truth_indels.GRCh38.vcf.gz", "GRCh38", "NA12878"
    )
    calls = read(
        "callers/strelka/happy_strelka_indels.GRCh38.vcf.gz", "GRCh38", "NA12878_c40"
    )
    place = ("pos", "ref", "alt")
    known = set(told(truth, *place))
    vafs = [
        float(row[3])
        for row in told(calls, *place, "vaf")
        if row[:3] in known and row[3]
    ]

    assert len(vafs) > 100
    assert median(vafs) == pytest.approx(0.2, abs=0.05)


def test_the_same_variants_in_both_builds_have_the_same_reads(read):
    names = ("ref", "alt", "depth", "alt_reads", "vaf")
    old = told(read("twins/vcf2maf_test_b37.vcf", sample="TUMOR"), *names)
    new = told(read("twins/vcf2maf_test_b38.vcf", "GRCh38", "TUMOR"), *names)

    assert old == new
    assert len(old) == 25
    assert old[0][2:] == ("54", "21", "0.3888888889")  # AD .,21: not 21 of 21


ANNOTATED = [
    # file, build, gene, pos, alt -> terms, protein change
    (
        *("scout_vep104_annotated.sites.vcf", "GRCh37", "NPHP4", 5924512, "A"),
        ("missense_variant", "R1294S"),
    ),
    (
        *("scout_vep113_existing_variation.sites.vcf", "GRCh38", "FBN1", 48409410, "T"),
        ("3_prime_UTR_variant", ""),
    ),
    (
        "scout_vep97_annotated_clnsig_conservation_revel.sites.vcf",
        *("GRCh37", "AGRN", 986732, "A", ("missense_variant", "D1785N")),
    ),
    (  # VEP under the name ANN
        *("vembrane_test_ann_impact.vcf", "GRCh38", "ARID1A", 26696985, "T"),
        ("synonymous_variant", "P194="),
    ),
    (
        *("varcode_vep_annotated_csq.vcf", "GRCh38", "TP53", 7676200, "A"),
        ("synonymous_variant", "K275="),
    ),
    (
        *("varcode_vep_annotated_csq.vcf", "GRCh38", "TP53", 7676200, "C"),
        ("missense_variant", "K275N"),
    ),
    (  # VEP 76, another field order
        *("snpeff_mixed_10_hgvs.vep.vcf", "GRCh37", "FAM110D", 26488469, "CGGCGGCTCT"),
        ("inframe_insertion", "G228_G229dup"),
    ),
]


@pytest.mark.parametrize(
    ("file", "build", "gene", "pos", "alt", "expected"),
    ANNOTATED,
    ids=[f"{file}:{pos}{alt}" for file, _, _, pos, alt, _ in ANNOTATED],
)
def test_effects_of_every_vep_version(read, file, build, gene, pos, alt, expected):
    content = read(f"annotated/{file}", build, gene=gene)

    rows = told(content, "pos", "alt", "consequence", "protein_change")
    assert [row[2:] for row in rows if row[:2] == (str(pos), alt)] == [expected]


def test_bcftools_csq(read):
    content = read("bcftools/split-vep.8.vcf", gene="ACTR5")

    rows = told(content, "pos", "consequence", "protein_change")
    assert [row[1:] for row in rows if row[0] == "37400393"] == [
        ("synonymous_variant", "S586=")
    ]


def with_header(real_data, tmp_path, name, columns=None):
    """Give a file of SnpEff's tests the version line, and columns, that it lacks."""
    lines = (real_data / "vcf/annotated" / name).read_text().splitlines()
    first = next(n for n, line in enumerate(lines) if line.startswith("#"))
    fixed = [
        columns if columns and line.startswith("#CHROM") else line
        for line in lines[first:]
    ]
    path = tmp_path / name
    path.write_text("\n".join(["##fileformat=VCFv4.1", *fixed]) + "\n")
    return path


def test_snpeff_in_cancer_mode(real_data, tmp_path, read):
    path = with_header(real_data, tmp_path, "snpeff_cancer.ann.vcf")

    content = read(path, sample="Patient_01_Somatic", gene="OR4F5")

    assert told(content, "alt", "consequence", "protein_change")[:2] == [
        ("C", "start_retained_variant", "M1?"),
        ("G", "start_lost", "M1?"),
    ]


def test_snpeff_takes_the_tumour_from_the_pedigree(real_data, tmp_path, read):
    path = with_header(real_data, tmp_path, "snpeff_cancer_pedigree.ann.vcf")

    assert read(path, gene="OR4F5").counts["in_panel"] > 0


def test_snpeff_with_many_transcripts_per_record(real_data, tmp_path, read):
    name = "snpeff_test.chr22.ann.filter_missense_any.vcf"
    columns = "#CHROM POS ID REF ALT QUAL FILTER INFO".replace(" ", "\t")
    path = with_header(real_data, tmp_path, name, columns)

    content = read(path, gene="TRMT2A")

    assert content.counts["records"] == 20
    # Worst of the gene's coding transcripts, the first name among equals.
    assert told(content, "transcript", "consequence", "protein_change")[0] == (
        "ENST00000252136",
        "missense_variant",
        "P611S",
    )


@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("malformed/cyvcf2_empty.vcf", "the file is empty"),
        ("malformed/cyvcf2_test-invalid-header.vcf", "line 2: a sample has no name"),
        ("malformed/mutect-example-headerless.vcf", "line 1 is 'chr1"),
        ("malformed/snpeff_missing_chromo.vcf", "line 1 is '#CHROM"),
        ("annotated/snpeff_cancer.ann.vcf", "line 1 is '00:00:39.673"),
        ("sv/manta/manta-0.29.6.vcf", "line 136: the record has 8 columns"),
        ("sv/manta/manta-1.1.1.vcf", "line 80: the record has 8 columns"),
        (
            "callers/vardict/vardict.paired.vcf",
            "name the tumour's column in vcf_sample",
        ),
    ],
)
def test_what_cannot_be_read_stops_with_file_and_line(read, file, message):
    build = "GRCh38" if "manta-1.1.1" in file else "GRCh37"
    with pytest.raises(VcfError, match=rf"{file.split('/')[-1]}: .*{message}"):
        read(file, build)


def test_spanning_deletions_are_no_variants(read):
    content = read("odd/oncotator_simple_vcf_spanning_deletion.vcf")

    assert "*" not in [alt for (alt,) in told(content, "alt")]
    assert content.counts["not_a_variant"] == 1


@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
def test_the_bases_expected_at_hotspots_are_the_reference_s(real_data, root, build):
    resources = root / "resources"
    panel = read_panel(
        build,
        str(resources / f"panel/cds.{build}.bed"),
        str(resources / "panel/genes.tsv"),
        str(resources / "variants/hotspots.tsv"),
        10,
    )
    checked, wrong = 0, []
    fasta = real_data / f"reference/sparse.{build}.fa.gz"
    with pysam.FastaFile(str(fasta)) as reference:
        names = {name.removeprefix("chr"): name for name in reference.references}
        for (chrom, pos), allowed in panel.sentinels.items():
            if chrom not in names:
                continue
            base = reference.fetch(names[chrom], pos - 1, pos).upper()
            checked += base != "N"
            if base not in f"{allowed}N":
                wrong.append((chrom, pos, base, allowed))

    assert wrong == []
    assert checked > 250


def test_padded_alleles_are_the_same_variant():
    # FreeBayes: GCGGT for TCGGT changes the first base only.
    assert trimmed(146999, "TCGGT", "GCGGT") == (146999, "T", "G")
    assert trimmed(87208, "GCA", "GA") == (87208, "GC", "G")
