"""The benchmark refuses what would flatter: other rows, failed runs, no rows."""

import random
import sys
from dataclasses import replace

import pytest

from ballad.benchmark.cases import Place, prepare
from ballad.benchmark.files import ANNOTATORS, header, model, record, site_pool
from ballad.benchmark.peers import PROGRAMS, _alt, _set_difference
from ballad.benchmark.timing import Contender, Run, VoidRunError, interleaved, summary
from ballad.variants.panel import Panel, Region, read_panel
from ballad.variants.reader import read_vcf
from ballad.variants.rows import COLUMNS


@pytest.fixture(scope="module")
def known(root):
    # The invented genes take long to draw and are beside the point here.
    return replace(model(root / "resources"), background=())


def contender(code, rows=lambda: 1):
    return Contender([sys.executable, "-c", code], rows, {})


def test_a_ratio_is_that_of_one_round_and_the_median_is_told():
    # 1/2, 3/2 and 2/8: the median of the ratios is 1/2, not 2/2 of the medians.
    pairs = [
        (Run(wall, 1, 30), Run(other, 1, 5)) for wall, other in ((1, 2), (3, 2), (2, 8))
    ]

    told = summary("exome_300", "bcftools", pairs, rows_equal=True)

    assert told["ratio"] == 0.5
    assert (told["ratio_min"], told["ratio_max"]) == (0.25, 1.5)
    assert (told["ballad_s"], told["peer_s"], told["peak_rss_mb"]) == (2, 2, 30)
    assert list(told) == [
        *("case", "peer", "ballad_s", "peer_s", "ratio", "ratio_min", "ratio_max"),
        *("rows_equal", "peak_rss_mb"),
    ]


def test_a_failed_run_has_no_time():
    with pytest.raises(VoidRunError, match="the file ended"):
        interleaved([contender("0"), contender("exit('the file ended')")], 1)


def test_a_run_that_writes_other_rows_has_no_time():
    counts = iter([5, 4, 4])

    with pytest.raises(VoidRunError, match="4 rows, 5 before"):
        interleaved([contender("0", lambda: next(counts)), contender("0")], 1)


def test_a_run_without_rows_has_no_time():
    with pytest.raises(VoidRunError, match="0 rows"):
        interleaved([contender("0", lambda: 0), contender("0")], 1)


def test_one_value_that_differs_is_a_difference():
    ours, theirs = {("17", "5", "0.4")}, {("17", "5", "0.41")}

    assert len(_set_difference("x.vcf", ours, theirs)) == 2
    assert _set_difference("x.vcf", ours, set(ours)) == []


@pytest.mark.parametrize(
    ("ref", "alts", "allele", "alt"),
    [
        ("C", ["T"], "T", "T"),
        ("CA", ["C"], "-", "C"),
        ("C", ["CAT"], "AT", "CAT"),
        ("C", ["T", "G"], "G", "G"),
    ],
)
def test_an_allele_is_found_by_the_name_vep_gives_it(ref, alts, allele, alt):
    assert _alt(ref, alts, allele) == alt


def test_the_data_are_the_same_for_the_same_seed_and_hold_the_panel(known):
    first, second = site_pool(known), site_pool(known)

    assert first == second
    panel = {gene.symbol for gene in known.panel}
    assert {entry[0].symbol for place in first for entry in place.entries} >= panel


@pytest.mark.parametrize("key", ANNOTATORS)
def test_every_dialect_is_read_by_its_own_header(root, known, key, tmp_path):
    gene = next(gene for gene in known.panel if gene.symbol == "TP53")
    place = next(
        place
        for place in site_pool(known)
        if place.entries and place.entries[0][0] == gene
    )
    path = tmp_path / "S.vcf"
    text = record(place, ANNOTATORS[key](place), key, random.Random(1))
    path.write_text(header(known, ["S"], key) + text)
    resources = root / "resources"
    panel = read_panel(
        "GRCh38",
        str(resources / "panel/cds.GRCh38.bed"),
        str(resources / "panel/genes.tsv"),
        str(resources / "variants/hotspots.tsv"),
        60,
    )
    sample = dict.fromkeys(("patient", "sample", "assay", "timepoint"), "S")

    content = read_vcf(
        {**sample, "genome_build": "GRCh38", "vcf": str(path)}, panel, {}
    )

    told = {row[COLUMNS.index("transcript")] for row in content.rows}
    assert told == {gene.transcripts[0]}


def test_the_peer_reads_the_regions_of_the_panel(tmp_path):
    genes = frozenset(["A"])
    regions = (
        Region(100, 200, genes),
        Region(150, 300, genes),
        Region(900, 950, genes),
    )
    place = Place(tmp_path, tmp_path / "work", 10, 2)

    prepare(place, Panel("GRCh38", {"17": regions}, {"A": frozenset()}))

    assert place.exons.read_text() == "chr17\t100\t300\nchr17\t900\t950\n"
    assert place.spans.read_text() == "chr17\t100\t950\n"
    assert 'SYMBOL=="A"' in place.job.read_text()


def test_a_missing_program_is_named_with_its_debian_package():
    assert PROGRAMS == {"bcftools": "bcftools", "tabix": "tabix", "bgzip": "tabix"}
