import pytest

from ballad.fusions.pairs import evidence_tier, matching, read_rules
from ballad.tables import read_table


@pytest.fixture(scope="module")
def rules(root):
    lesions = read_table(root / "resources/fusions/lesions.tsv")
    return read_rules(
        read_table(root / "resources/fusions/rules.tsv").to_dict("records"),
        {
            (row["subtype"], row["ph_like_class"]): row["lesion"]
            for row in lesions.to_dict("records")
        },
    )


def lesions_of(rules, gene5, gene3):
    found = matching(rules, gene5.split(","), gene3.split(","))
    return sorted((match.rule.lesion, match.reciprocal) for match in found)


PAIRS = [
    # pair, (lesion, only turned round)
    ("BCR", "ABL1", [("ph", False)]),
    ("ABL1", "BCR", [("ph", True)]),  # a transcript of the derivative 9
    ("ETV6", "ABL1", [("abl_class", False)]),
    ("ABL1", "ETV6", [("abl_class", True)]),  # the kinase must be the 3' partner
    ("CRLF2", "IGH", [("crlf2_r", False)]),  # an enhancer pair has no order
    ("P2RY8", "CRLF2", [("crlf2_r", False)]),
    ("NEWGENE", "ABL1", [("abl_class", False)]),  # any 5' partner of the kinase
    ("ABL1", "NEWGENE", []),
    ("ABL1", "ABL1", []),
    ("KMT2A", "AFF1", [("kmt2a_r", False)]),
    ("KMT2A", "KMT2A", []),  # a partial tandem duplication
    ("MEF2D", "CSF1R", [("abl_class", False), ("mef2d_r", False)]),
    ("MYBL1", "ATXN7L3", []),
    ("EML4", "ALK", []),
    ("DUX4", "IGH", [("dux4_r", False)]),
    ("CSF2RA,P2RY8", "CRLF2", [("crlf2_r", False)]),  # one of two neighbours
]


@pytest.mark.parametrize(("gene5", "gene3", "expected"), PAIRS)
def test_the_lesions_of_a_pair(rules, gene5, gene3, expected):
    assert lesions_of(rules, gene5, gene3) == expected


def test_every_lesion_of_the_fusion_rules_is_a_known_lesion(root, rules):
    known = set(read_table(root / "resources/genotypes/lesions.tsv")["lesion"])

    assert {rule.lesion for rule in rules} <= known


TIERS = [
    # pair, reads, confidence, callers -> tier (definitive 5 reads, any rule 2)
    ("BCR", "ABL1", 5, "", 1, "A"),
    ("BCR", "ABL1", 4, "", 1, "B"),
    ("BCR", "ABL1", 1, "", 1, "C"),
    ("BCR", "ABL1", 1, "high", 1, "A"),
    ("BCR", "ABL1", 1, "", 2, "A"),
    ("BCR", "ABL1", 2, "low", 1, "C"),
    ("BCR", "ABL1", 10, "low", 1, "C"),  # the caller doubts it, whatever the reads
    ("TCF3", "HLF", 12, "low", 1, "C"),
    ("BCR", "ABL1", 1, "low", 2, "C"),
    ("BCR", "ABL1", 4, "low", 2, "B"),
    ("BCR", "ABL1", 5, "low", 2, "A"),  # a second caller saw it
    ("BCR", "ABL1", 1, "medium", 1, "B"),
    ("ABL1", "ETV6", 50, "high", 2, "B"),  # turned round
    ("NEWGENE", "ABL1", 50, "high", 2, "C"),  # a wildcard alone, medium rule
    ("MEF2D", "NEWGENE", 5, "high", 2, "B"),  # a wildcard of a high rule
    ("MEF2D", "NEWGENE", 4, "high", 2, "C"),
    ("MEF2D", "NEWGENE", 50, "low", 2, "C"),
    ("IGH", "DUX4", 5, "", 1, "A"),
    ("CIC", "DUX4", 50, "high", 2, "C"),  # a sarcoma
    ("ABL1", "BCR", 50, "high", 2, "B"),
    ("IGH", "MYC", 2, "", 1, "C"),  # an expressed IG locus joins by chance
    ("IGH", "MYC", 4, "high", 2, "C"),
    ("IGH", "MYC", 5, "", 1, "B"),
    ("IGH", "CRLF2", 2, "", 1, "B"),
]


@pytest.mark.parametrize(
    ("gene5", "gene3", "reads", "confidence", "callers", "tier"), TIERS
)
def test_the_tier_of_a_pair(rules, gene5, gene3, reads, confidence, callers, tier):
    (match,) = matching(rules, [gene5], [gene3])

    assert evidence_tier(match, reads, confidence, callers, 5, 2) == tier


def test_dna_may_join_bcr_and_abl1_in_either_order(root):
    table = read_table(root / "resources/fusions/rules.tsv").to_dict("records")

    (match,) = matching(
        read_rules(table, {("BCR::ABL1", ""): "ph"}, dna=True), ["ABL1"], ["BCR"]
    )

    assert not match.reciprocal
