import pytest

from ballad.fusions.events import COLUMNS, fusion_events
from ballad.fusions.names import GeneNames
from ballad.fusions.pairs import read_rules
from ballad.tables import read_table

ARRIBA = (
    "#gene1\tgene2\ttype\tsplit_reads1\tsplit_reads2\tdiscordant_mates\tconfidence"
    "\tbreakpoint1\tbreakpoint2\n"
)
STAR = "#FusionName\tJunctionReadCount\tSpanningFragCount\tLeftGene\tRightGene\n"
LIMITS = {"definitive_reads": 5, "rule_reads": 2}


@pytest.fixture
def events(root, tmp_path):
    """Return a function: rows of Arriba and STAR-Fusion of one sample -> events."""
    aliases = read_table(root / "resources/fusions/gene_aliases.tsv")
    names = GeneNames(zip(aliases["alias"], aliases["approved_or_locus"], strict=True))
    lesions = read_table(root / "resources/fusions/lesions.tsv")
    lesion_of = {
        (row["subtype"], row["ph_like_class"]): row["lesion"]
        for row in lesions.to_dict("records")
    }
    table = read_table(root / "resources/fusions/rules.tsv")
    rules = read_rules(table.to_dict("records"), lesion_of)

    def found(arriba=None, star=None):
        sample = {"patient": "P1", "sample": "T", "assay": "RNA"}
        sample |= dict.fromkeys(
            ("arriba", "star_fusion", "fusioncatcher", "fusions"), ""
        )
        for caller, header, rows in (
            ("arriba", ARRIBA, arriba),
            ("star_fusion", STAR, star),
        ):
            if rows is not None:
                path = tmp_path / f"{caller}.tsv"
                lines = ["\t".join(map(str, row)) for row in rows]
                path.write_text(header + "".join(line + "\n" for line in lines))
                sample[caller] = str(path)
        return fusion_events([sample], names, rules, LIMITS)

    return found


def test_two_callers_of_one_pair_make_one_event_with_the_most_reads(events):
    table = events(
        arriba=[("BCR", "ABL1", "translocation", 2, 1, 1, "medium")],
        star=[("BCR--ABL1", 30, 10, "BCR^ENSG1", "ABL1^ENSG2")],
    )

    (row,) = table.to_dict("records")
    assert row["callers"] == "arriba,star_fusion"
    assert (row["split_reads"], row["spanning_reads"]) == (30, 10)
    assert (row["confidence"], row["tier"], row["lesion"]) == ("medium", "A", "ph")
    assert row["source"].endswith("star_fusion.tsv:2")


def test_a_pair_that_repeats_over_rows_is_one_event(events):
    rows = [("BCR", "ABL1", "translocation", n, 0, 0, "high") for n in (3, 9, 1)]

    assert events(arriba=rows)["split_reads"].tolist() == [9]


def test_two_callers_that_write_a_pair_in_either_order_make_one_event(events):
    table = events(
        arriba=[("ABL1", "ETV6", "translocation", 40, 0, 0, "medium")],
        star=[("ETV6--ABL1", 3, 1, "ETV6^ENSG1", "ABL1^ENSG2")],
    )

    (row,) = table.to_dict("records")
    assert (row["gene5"], row["gene3"], row["lesion"]) == ("ETV6", "ABL1", "abl_class")
    assert (row["callers"], row["split_reads"]) == ("arriba,star_fusion", 3)
    assert (row["tier"], row["reciprocal"]) == ("A", "")


def test_a_transcript_of_the_reciprocal_alone_is_present_in_tier_b_and_marked(events):
    table = events(arriba=[("ABL1", "BCR", "translocation", 40, 9, 9, "high")])

    (row,) = table.to_dict("records")
    assert (row["lesion"], row["tier"], row["reciprocal"]) == ("ph", "B", "yes")


@pytest.mark.parametrize(("reads", "tier"), [(2, "C"), (4, "C"), (5, "B")])
def test_few_reads_of_igh_and_myc_stay_in_doubt(events, reads, tier):
    table = events(star=[("IGH--MYC", reads, 0, "IGH^ENSG1", "MYC^ENSG2")])

    assert table[["lesion", "tier"]].values.tolist() == [["myc_bcl2_r", tier]]


def test_a_breakpoint_is_kept_without_strand(events):
    table = events(
        arriba=[("BCR", "ABL1", "translocation", 9, 9, 9, "high", "chr22:23", "9:13")]
    )

    assert table[["breakpoint5", "breakpoint3"]].values.tolist() == [["22:23", "9:13"]]


def test_a_pair_that_no_rule_lists_stays_without_tier_and_lesion(events):
    table = events(arriba=[("EML4", "ALK", "deletion", 90, 0, 0, "high")])

    assert table[["tier", "lesion"]].values.tolist() == [["", ""]]


def test_a_read_through_counts_only_if_both_genes_are_listed(events):
    kind = "deletion/read-through"

    table = events(
        arriba=[
            ("NEIGHBOUR", "ABL1", kind, 50, 0, 0, "high"),
            ("P2RY8", "CRLF2", kind, 50, 0, 0, "high"),
        ]
    )

    assert table["lesion"].tolist() == ["", "crlf2_r"]


def test_a_pair_may_support_two_lesions(events):
    table = events(arriba=[("MEF2D", "CSF1R", "translocation", 9, 9, 9, "high")])

    assert sorted(table["lesion"]) == ["abl_class", "mef2d_r"]


def test_a_caller_that_found_nothing_and_one_that_was_not_run_give_no_event(events):
    assert events(arriba=[]).empty
    assert events().empty
    assert tuple(events().columns) == COLUMNS
