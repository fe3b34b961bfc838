"""A coverage file without header tells its build by its lines, or is left alone."""

import pytest

from ballad.callability import nearly_uncovered
from ballad.coverage_origin import refuse_lines_of_other_build
from ballad.exons import exons_of
from ballad.variants.panel import known_contigs

BUILDS = ["GRCh37", "GRCh38"]


@pytest.fixture(scope="module")
def exons(root):
    return {
        build: exons_of((root / f"resources/panel/cds.{build}.bed").open())
        for build in BUILDS
    }


@pytest.fixture(scope="module")
def contigs(root):
    return known_contigs(str(root / "resources/panel/contigs.tsv"))


@pytest.fixture
def asked(exons, contigs, tmp_path):
    def asking(build, lines, head=""):
        path = tmp_path / "c.bed"
        path.write_text(
            head + "".join("\t".join(map(str, line)) + "\n" for line in lines)
        )
        refuse_lines_of_other_build(str(path), build, contigs, exons)

    return asking


def of_genes(exons, genes, prefix="chr"):
    return [
        (prefix + e.chrom, e.start, e.end, e.gene) for e in exons if e.gene in genes
    ]


@pytest.mark.parametrize("build", BUILDS)
@pytest.mark.parametrize("prefix", ["", "chr"])
@pytest.mark.parametrize(
    "genes", [{"TP53", "IKZF1"}, {"ABL1"}, {"KMT2A", "NF1", "TP53"}]
)
def test_targets_of_the_other_build_are_refused(asked, exons, build, prefix, genes):
    other = next(b for b in BUILDS if b != build)
    lines = of_genes(exons[build], genes, prefix)

    asked(build, lines)
    with pytest.raises(ValueError, match=f"sheet says {other}.* touch .* in {build}"):
        asked(other, lines)


def test_thresholds_of_the_other_build_are_refused_by_their_regions(asked, exons):
    head = "#chrom\tstart\tend\tregion\t20X\n"
    lines = [(*line, 7) for line in of_genes(exons["GRCh37"], {"TP53", "IKZF1"})]

    with pytest.raises(ValueError, match="genome build contradicted"):
        asked("GRCh38", lines, head)


@pytest.mark.parametrize("build", BUILDS)
def test_no_gene_of_the_panel_is_taken_for_the_other_build(asked, exons, build):
    for gene in sorted({exon.gene for exon in exons[build]}):
        asked(build, of_genes(exons[build], {gene}))


def test_a_few_exons_that_another_build_has_there_contradict_nothing(asked, exons):
    # Two exons of its own build are touched, nineteen of the other: less than ten times.
    own = of_genes(exons["GRCh38"], {"TP53"})[:2]
    other = of_genes(exons["GRCh37"], {"IKZF1", "NF1"})

    asked("GRCh38", [*own, *other[:19]])
    with pytest.raises(ValueError, match="touch 2 coding exons .* and 20 in GRCh37"):
        asked("GRCh38", [*own, *other[:20]])


@pytest.mark.parametrize("name", ["chr17", "17"])
def test_the_end_of_a_whole_chromosome_tells_the_build(asked, name):
    # chr17 has 81,195,210 bases in GRCh37 and 83,257,441 in GRCh38.
    def lines(length):
        return [(name, 0, 7_000_000, 0), (name, 7_000_000, length, 30), ("18", 0, 9, 0)]

    asked("GRCh38", lines(83_257_441))
    asked("GRCh37", lines(81_195_210))
    with pytest.raises(ValueError, match="17 end at 81195210, where it ends in GRCh37"):
        asked("GRCh38", lines(81_195_210))
    with pytest.raises(ValueError, match="behind the end of the chromosome in GRCh37"):
        asked("GRCh37", lines(83_257_441))


def test_a_file_whose_genes_are_all_bare_is_warned_of():
    key = ("P", "S", "A")
    bare = [(*key, gene, "indeterminate", 0.04, "c.bed") for gene in ("TP53", "PAX5")]
    outside = (*key, "JAK2", "not_assessed", None, "c.bed")

    assert nearly_uncovered([*bare, outside])
    assert not nearly_uncovered([*bare, (*key, "NF1", "indeterminate", 0.05, "c.bed")])
    assert not nearly_uncovered([outside])
