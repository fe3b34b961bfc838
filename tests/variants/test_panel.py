import pytest

from ballad.variants.panel import Panel, Region, known_contigs, read_panel, spans


def test_a_span_is_one_stretch_or_single_bases():
    assert spans("chr17:10-12") == [("17", 10, 12)]
    assert spans("chr17:10,11,55") == [("17", 10, 10), ("17", 11, 11), ("17", 55, 55)]
    assert spans("") == []


@pytest.mark.parametrize("text", ["chr17:", "chr17:ten", "17"])
def test_a_span_that_cannot_be_read_is_empty_or_an_error(text):
    if text == "chr17:ten":
        with pytest.raises(ValueError, match="no genomic span"):
            spans(text)
    else:
        assert spans(text) == []


PANEL = Panel(
    "GRCh38",
    {
        "1": (
            Region(100, 200, frozenset(["A"])),
            Region(150, 250, frozenset(["B"])),
            Region(250, 260, frozenset(["C"])),
            Region(300, 310, frozenset(["A"])),
        )
    },
    {},
)


@pytest.mark.parametrize(
    ("start", "end", "genes"),
    [
        (99, 100, []),  # half open: ends where the gene begins
        (99, 101, ["A"]),
        (150, 151, ["A", "B"]),
        (199, 200, ["A", "B"]),
        (200, 201, ["B"]),
        (260, 300, []),
        (90, 400, ["A", "B", "C"]),  # begins before and ends behind
    ],
)
def test_the_genes_a_stretch_touches(start, end, genes):
    assert PANEL.genes_at("1", start, end) == genes


def test_a_chromosome_without_panel_genes_touches_none():
    assert PANEL.genes_at("2", 0, 10**9) == []


def test_overlapping_and_touching_regions_are_merged():
    assert PANEL.merged("1") == [(100, 260), (300, 310)]


@pytest.mark.parametrize("build", ["GRCh37", "GRCh38"])
def test_the_delivered_panel_holds_every_hotspot_and_the_padded_exons(root, build):
    resources = root / "resources"
    panel = read_panel(
        build,
        str(resources / f"panel/cds.{build}.bed"),
        str(resources / "panel/genes.tsv"),
        str(resources / "variants/hotspots.tsv"),
        padding=10,
    )
    first = {"GRCh38": 7669608, "GRCh37": 7572926}[build]  # TP53, 0-based

    assert panel.genes_at("17", first - 10, first - 9) == ["TP53"]
    assert panel.genes_at("17", first - 11, first - 10) == []
    assert panel.transcripts["TP53"] == {"ENST00000269305", "NM_000546"}


def test_the_length_of_chromosome_17_tells_the_build(root):
    contigs = known_contigs(str(root / "resources/panel/contigs.tsv"))

    assert contigs["17", 81195210] == "GRCh37"
    assert contigs["17", 83257441] == "GRCh38"
