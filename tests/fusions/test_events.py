import pytest

from ballad.fusions.events import COLUMNS, fusion_events
from ballad.fusions.names import GeneNames
from ballad.fusions.pairs import read_rules
from ballad.tables import read_table

ARRIBA = (
    "#gene1\tgene2\ttype\tsplit_reads1\tsplit_reads2\tdiscordant_mates\tconfidence\n"
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
