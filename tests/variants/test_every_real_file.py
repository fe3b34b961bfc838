"""Every VCF of the laboratories' folder: all its records are read, or a word says why."""

import gzip

import pytest

from ballad.tables import read_table
from ballad.variants.files import VcfError
from ballad.variants.panel import Panel, Region, known_contigs, read_panel
from ballad.variants.reader import read_vcf
from ballad.variants.rows import COLUMNS

pytestmark = pytest.mark.real_data

WHOLE = {
    chrom: (Region(0, 400_000_000, frozenset(["ALL"])),)
    for chrom in (*map(str, range(1, 23)), "X", "Y", "M", "MT")
}
PADDING = 500  # bases beside an exon: the exons alone hold one variant
# Everything that stops a file of this folder; its README names the reasons.
REASONS = (
    "a VCF starts with ##fileformat=VCF",  # many of SnpEff's own
    "name the tumour's column in vcf_sample",
    "rename them with bcftools annotate --rename-chrs",  # scaffolds, invented names
    "the file is empty",
    "a sample has no name",
    "columns, the header names",  # damaged rows of Manta
    "names other columns than a VCF",
    "line 6: annotation has 1 fields, the header says 45",  # LoF with bare commas
    "separated by spaces, not by tabs",
    "no line #CHROM",
)


def sample(path, build="GRCh37"):
    row = {"patient": "P1", "sample": "T", "assay": "A", "timepoint": "diagnosis"}
    return row | {"genome_build": build, "vcf": str(path), "vcf_sample": ""}


def records(path):
    content = path.read_bytes()
    content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    lines = content.splitlines()
    return sum(1 for line in lines if line.strip() and not line.startswith(b"#"))


def test_every_file_is_read_whole_or_refused_for_a_known_reason(real_data):
    files = sorted(real_data.glob("vcf/**/*.vcf")) + sorted(
        real_data.glob("vcf/**/*.vcf.gz")
    )
    read, unknown, shorter = 0, [], []
    for path in files:
        try:
            content = read_vcf(sample(path), Panel("GRCh37", WHOLE, {}), {})
        except VcfError as error:
            if path.name not in str(error) or not any(r in str(error) for r in REASONS):
                unknown.append(str(error))
            continue
        read += 1
        if content.counts["records"] != records(path):
            shorter.append(path.name)

    assert (unknown, shorter) == ([], [])
    assert read >= 100


def test_one_person_has_the_same_coding_variants_in_both_builds(real_data, root):
    """Compare NA12878 in RUNX1 and ERG by gene, place and alleles."""
    resources = root / "resources"
    contigs = known_contigs(str(resources / "panel/contigs.tsv"))
    found = {}
    for build, name in (("GRCh37", "hg19"), ("GRCh38", "hg38")):
        panel = read_panel(
            *(build, str(resources / f"panel/cds.{build}.bed")),
            *(
                str(resources / "panel/genes.tsv"),
                str(resources / "variants/hotspots.tsv"),
            ),
            PADDING,
        )
        path = (
            real_data / f"vcf/callers/truth_NA12878/PG_NA12878.RUNX1_ERG.{name}.vcf.gz"
        )
        rows = read_vcf(sample(path, build), panel, contigs).rows
        places = [COLUMNS.index(key) for key in ("gene", "pos", "ref", "alt")]
        found[build] = [tuple(row[place] for place in places) for row in rows]

    # RUNX1 lies in one gapless block; ERG of GRCh38 lacks a base here and there.
    genes = read_table(resources / "panel/genes.tsv").set_index("symbol")
    shift = int(genes.loc["RUNX1", "grch38_cds_start"])
    shift -= int(genes.loc["RUNX1", "grch37_cds_start"])
    old, new = found["GRCh37"], found["GRCh38"]
    assert [(gene, *alleles) for gene, _, *alleles in old] == [
        (gene, *alleles) for gene, _, *alleles in new
    ]
    moved = [int(pos) + shift for gene, pos, *_ in old if gene == "RUNX1"]
    assert moved == [int(pos) for gene, pos, *_ in new if gene == "RUNX1"]
    assert (len(new), len(moved)) == (24, 6)
