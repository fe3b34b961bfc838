"""TP53 and CDKN2A cut out of real sequence: effects against known residues."""

import pandas as pd
import pysam
import pytest
import yaml

from ballad.tables import read_table
from ballad.variants.calls import NUMERIC, variant_calls
from ballad.variants.codons import CodingSequence, with_codon_flags
from ballad.variants.consequences import annotate, read_reference, with_consequences
from ballad.variants.files import VcfError
from ballad.variants.hotspots import Allele, Hotspots, suppressors
from ballad.variants.panel import known_contigs, own_transcripts, read_panel
from ballad.variants.reader import read_vcfs
from ballad.variants.rows import COLUMNS
from scripts.prepare_reference import main as prepare_reference
from tests.gene_models import gff_lines

pytestmark = pytest.mark.real_data

TRANSCRIPTS = {"TP53": ("NM_000546",), "NF1": ("NM_001042492",)}


@pytest.fixture(scope="module", params=["GRCh37", "GRCh38"])
def prepared(request, real_data, root, tmp_path_factory):
    """Cut one build; the sparse sequences lack most chromosomes of the panel."""
    build, folder = request.param, tmp_path_factory.mktemp(request.param)
    source = real_data / f"reference/refGene.panel.{build}.txt.gz"
    gff, cds, spots = (folder / name for name in ("genes.gff3", "cds.bed", "hot.tsv"))
    gff.write_text("\n".join(gff_lines(source, TRANSCRIPTS)) + "\n")
    resources = root / "resources"
    beds = (resources / f"panel/cds.{build}.bed").read_text().splitlines(keepends=True)
    cds.write_text(
        "".join(b for b in beds if b.split("\t")[3].split("|")[0] in TRANSCRIPTS)
    )
    lines = (resources / "variants/hotspots.tsv").read_text().splitlines(keepends=True)
    spots.write_text("".join([lines[0], *(x for x in lines if x.startswith("TP53\t"))]))
    genes = str(resources / "panel/genes.tsv")
    out = [
        str(folder / f"{build}.{end}") for end in ("fa.gz", "fa.gz.fai", "fa.gz.gzi")
    ]
    cut_gff, checksums = str(folder / "cut.gff3"), str(folder / "sums.tsv")
    prepare_reference(
        *(str(real_data / f"reference/sparse.{build}.fa.gz"), str(gff), str(cds)),
        *(genes, str(spots), *out, cut_gff, checksums, build, 10),
    )
    panel = read_panel(build, str(cds), genes, str(spots), 10)
    return build, read_reference(out[0], cut_gff), panel, read_table(checksums)


def told(prepared, rows, gene="TP53"):
    build, reference, panel, _ = prepared
    blank = dict.fromkeys(COLUMNS, "") | {"genome_build": build, "gene": gene}
    filled = [
        {**blank, "chrom": "17", "pos": str(pos), "ref": ref, "alt": alt}
        for pos, ref, alt in rows
    ]
    found = with_consequences(
        [tuple(row[name] for name in COLUMNS) for row in filled], reference, panel
    )
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]


# GRCh38 positions; TP53 lies 96,682 bases further left on GRCh37 (README of the data).
KNOWN = [
    (7674220, "C", "T", "missense_variant", "R248Q"),
    (7674221, "G", "A", "missense_variant", "R248W"),
    (7673802, "C", "T", "missense_variant", "R273H"),
    (7674894, "G", "A", "stop_gained", "R213*"),
    (7674892, "T", "C", "synonymous_variant", "R213="),
    (7676154, "G", "C", "missense_variant", "P72R"),
    (7674259, "T", "C", "missense_variant", "N235S"),
    (7675994, "C", "T", "synonymous_variant", "T125="),
]


@pytest.mark.parametrize(("pos", "ref", "alt", "term", "change"), KNOWN)
def test_known_tp53_variants_have_their_effect_in_both_builds(
    prepared, pos, ref, alt, term, change
):
    place = pos if prepared[0] == "GRCh38" else pos - 96_682

    (row,) = told(prepared, [(place, ref, alt)])

    assert row["protein_change"] == change
    assert term in row["consequence"].split("&")
    assert row["transcript"] == "NM_000546"


def test_every_listed_tp53_allele_gets_the_residue_it_is_listed_for(prepared, root):
    """Effects by csq against the genomic bases of resources/variants/alleles.tsv."""
    build = prepared[0]
    alleles = read_table(root / "resources/variants/alleles.tsv")
    listed = alleles[(alleles["gene"] == "TP53") & (alleles["build"] == build)]
    rows = [
        (int(row.pos), row.ref, row.alt)
        for row in listed.itertuples()
        if "fs" not in row.protein_change
    ]
    changes = [c for c in listed["protein_change"] if "fs" not in c]
    hotspots = Hotspots(
        read_table(root / "resources/variants/hotspots.tsv"), alleles.iloc[:0]
    )

    found = told(prepared, rows)

    assert len(found) > 60
    for row, change in zip(found, changes, strict=True):
        if change[0].isalpha() and change[1:-1].isdigit():
            assert row["protein_change"] == change
        terms = frozenset(row["consequence"].split("&"))
        place = (row["chrom"], int(row["pos"]), row["ref"], row["alt"])
        allele = Allele("TP53", build, *place, terms, row["protein_change"])
        assert hotspots.best(allele) is not None, row


def test_the_reference_says_what_it_holds(prepared):
    (row,) = prepared[3].to_dict("records")

    assert row["genome_build"] == prepared[0]
    assert row["genes"] == "2"
    assert int(row["known_bases"]) > 300_000
    assert len(row["sha256_bases"]) == len(row["sha256_gff"]) == 64


def test_both_builds_have_the_same_tp53_effects_base_for_base(prepared):
    """Each base of exon 5 changed to each other base: 552 alleles."""
    build, reference, *_ = prepared
    shift = 0 if build == "GRCh38" else -96_682
    with pysam.FastaFile(reference.fasta) as fasta:
        start = 7675052 + shift
        exon = fasta.fetch("17", start, start + 184)
    rows = [
        (start + n + 1, base, alt)
        for n, base in enumerate(exon)
        for alt in "ACGT"
        if alt != base
    ]

    found = told(prepared, rows)

    counts = {}
    for row in found:
        first = row["consequence"].split("&")[0]
        counts[first] = counts.get(first, 0) + 1
    assert sum(counts.values()) == 552
    assert counts["missense_variant"] > 300
    assert counts["stop_gained"] > 15
    assert not [row for row in found if not row["consequence"]]


def called(prepared, root, real_data, name, sample):
    """Read a file, tell its effects, judge and filter it; rows of TP53."""
    build, reference, panel, _ = prepared
    row = dict.fromkeys(("patient", "sample", "assay", "timepoint"), "x")
    row |= {"genome_build": build, "vcf": str(real_data / "vcf" / name)}
    contigs = known_contigs(str(root / "resources/panel/contigs.tsv"))
    (content,) = read_vcfs([{**row, "vcf_sample": sample}], {build: panel}, contigs, 1)
    assert not isinstance(content, VcfError), content
    before = list(content.checks)
    assert annotate([row], [content], {build: reference}, {build: panel}) == []
    records = pd.DataFrame(content.rows, columns=list(COLUMNS))
    for column in NUMERIC:
        records[column] = pd.to_numeric(records[column])
    method = yaml.safe_load((root / "config/config.yaml").read_text())
    resources = root / "resources"
    classes = read_table(resources / "variants/classes.tsv").set_index("class")
    calls = variant_calls(
        records,
        Hotspots(
            read_table(resources / "variants/hotspots.tsv"),
            read_table(resources / "variants/alleles.tsv"),
        ),
        classes.to_dict("index"),
        suppressors(read_table(resources / "panel/genes.tsv")),
        {"x": "wes"},
        method["variants"]["filters"],
        method["variants"]["assay_limits"],
        method["variants"]["rescue"],
        method["genotypes"]["tp53"],
    )
    return calls[calls["gene"] == "TP53"], before, content.checks


TWINS = {"GRCh37": "twins/vcf2maf_test.vcf", "GRCh38": "twins/vcf2maf_test_grch38.vcf"}


def test_the_exon_end_variant_of_vcf2maf_is_the_same_lesion_in_both_builds(
    prepared, root, real_data
):
    """chr17:7579312 C>A on GRCh37, 96,682 further on GRCh38: c.375G>T, 42 reads."""
    name = TWINS[prepared[0]]

    calls, before, after = called(prepared, root, real_data, name, "TUMOR")

    (call,) = calls.to_dict("records")
    assert (call["protein_change"], call["pathogenicity"]) == ("T125=", "pathogenic")
    assert (call["depth"], call["alt_reads"], call["kept"]) == (42, 22, "yes")
    assert call["vaf"] == pytest.approx(22 / 42)
    assert call["consequence"] == "synonymous_variant&splice_region_variant"
    assert "annotation" in [check[1] for check in before]
    assert "consequence" in [check[1] for check in after]


@pytest.mark.parametrize("prepared", ["GRCh37"], indirect=True)
def test_the_maf_of_the_same_variant_gives_the_same_lesion(prepared, root, real_data):
    name = "twins/vcf2maf_test_output.vep_isoforms.maf"

    calls, *_ = called(prepared, root, real_data, name, "TUMOR")

    (call,) = calls.to_dict("records")
    assert (call["protein_change"], call["pathogenicity"]) == ("T125=", "pathogenic")
    assert (call["depth"], call["alt_reads"]) == (42, 22)


@pytest.mark.parametrize("prepared", ["GRCh37"], indirect=True)
def test_an_insertion_of_a_list_of_14_mutations_is_a_frameshift(
    prepared, root, real_data
):
    name = "odd/varcode_somatic_hg19_14muts.vcf"

    calls, *_ = called(prepared, root, real_data, name, "")

    (call,) = calls.to_dict("records")
    assert (call["consequence"], call["protein_change"]) == (
        "frameshift_variant",
        "G245fs",
    )
    assert call["pathogenicity"] == "pathogenic"
    assert (call["kept"], call["reason"]) == ("no", "low_depth")  # it has no reads


def test_an_annotation_that_is_wrong_on_purpose_is_flagged(root, real_data):
    """TP53 R282* at 7676153: README of the data; the base lies in codon 72."""
    lines = (root / "resources/panel/cds.GRCh38.bed").read_text().splitlines()
    sequence = CodingSequence(lines)
    row = {
        **{"genome_build": "GRCh38", "gene": "TP53", "chrom": "17", "pos": "7676153"},
        **{"ref": "C", "alt": "T", "transcript": "ENST00000269305"},
        **{"protein_change": "R282*", "flags": ""},
    }
    own = own_transcripts(str(root / "resources/panel/genes.tsv"))

    found = with_codon_flags(pd.DataFrame([row]), {"GRCh38": sequence}, own)

    assert sequence.codon_at("TP53", "17", 7676153) == 72
    assert found["flags"].tolist() == ["codon_differs"]
