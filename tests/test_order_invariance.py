"""The order of rows, samples and rules of equal rank changes nothing."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ballad.fusions.events import fusion_events
from ballad.fusions.names import GeneNames
from ballad.fusions.pairs import read_rules
from ballad.genotype import first_rule, in_order
from ballad.lesions import Evidence, lesion_table, numbered
from ballad.states import ABSENT, PRESENT
from ballad.tables import read_table
from tests.laboratory import PAX5_P80R, R248Q, R273H, Laboratory

RELAXED = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
LIMITS = {"definitive_reads": 5, "rule_reads": 2}
HEADER = "gene5\tgene3\tsplit_reads\tspanning_reads\tconfidence\n"
ROWS = [
    "BCR\tABL1\t20\t5\tmedium\n",
    "ABL1\tBCR\t25\t5\thigh\n",
    "BCR\tABL1\t20\t5\t\n",
    "P2RY8\tCRLF2\t3\t0\t\n",
    "CRLF2\tIGH@\t2\t1\t\n",
    "MEF2D\tCSF1R\t9\t9\thigh\n",
    "ETV6\tABL1\t4\t4\tlow\n",
    "IGH\tMYC\t2\t0\t\n",
]


@pytest.fixture(scope="module")
def knowledge(root):
    folder = root / "resources/fusions"
    lesion_of = {
        (row["subtype"], row["ph_like_class"]): row["lesion"]
        for row in read_table(folder / "lesions.tsv").to_dict("records")
    }
    rules = read_rules(read_table(folder / "rules.tsv").to_dict("records"), lesion_of)
    aliases = read_table(folder / "gene_aliases.tsv")
    names = GeneNames(zip(aliases["alias"], aliases["approved_or_locus"], strict=True))
    return names, rules


@RELAXED
@given(order=st.permutations(range(len(ROWS))), seed=st.randoms())
def test_rows_of_a_fusion_table_and_rules_in_any_order(
    knowledge, tmp_path, order, seed
):
    names, rules = knowledge
    path = tmp_path / "fusions.tsv"
    sample = {"patient": "P1", "sample": "T", "assay": "RNA", "fusions": str(path)}
    sample |= dict.fromkeys(("arriba", "star_fusion", "fusioncatcher"), "")

    def found(rows, table):
        path.write_text(HEADER + "".join(rows))
        events = fusion_events([sample], names, table, LIMITS)
        return events.drop(columns="source").values.tolist()  # the line differs

    shuffled = list(rules)
    seed.shuffle(shuffled)

    assert found([ROWS[i] for i in order], shuffled) == found(ROWS, rules)


EVIDENCE = [
    Evidence("P1", sample, "A", lesion, supports, kind, "f", record, tier)
    for sample, lesion, supports, kind, record, tier in (
        ("S1", "ph", PRESENT, "rna_fusion", "1", "A"),
        ("S2", "ph", ABSENT, "fish", "2", ""),
        ("S1", "kmt2a_r", ABSENT, "fish", "3", ""),
        ("S1", "tp53", PRESENT, "dna_snv", "4", "C"),
        ("S1", "tp53", ABSENT, "dna_snv", "5", ""),
    )
]


@RELAXED
@given(order=st.permutations(range(len(EVIDENCE))))
def test_evidence_in_any_order(root, order):
    lesions = read_table(root / "resources/genotypes/lesions.tsv")

    def table(items):
        return lesion_table(numbered(items), ["P1"], lesions)

    assert table([EVIDENCE[i] for i in order]).equals(table(EVIDENCE))


@RELAXED
@given(seed=st.randoms())
def test_rules_of_one_rank_and_rows_of_the_table_in_any_order(root, seed):
    rules = read_table(root / "resources/genotypes/precedence.tsv").to_dict("records")
    level = [rule | {"rank": str(int(rule["rank"]) // 4)} for rule in rules]
    pairs = itertools.combinations(
        ["ph", "mef2d_r", "iamp21", "crlf2_r", "pax5_alt"], 2
    )
    patients = [dict.fromkeys((*pair, "ph_like"), PRESENT) for pair in pairs]

    for table in (rules, level):
        shuffled = list(table)
        seed.shuffle(shuffled)
        for states in patients:
            assert first_rule(in_order(shuffled), states) == first_rule(
                in_order(table), states
            )


VARIANTS = [R248Q, R273H | {"vaf": 0.2}, PAX5_P80R, R248Q | {"sample": "T2"}]
FUSIONS = [("BCR", "ABL1"), ("P2RY8", "CRLF2"), ("MEF2D", "CSF1R")]


@settings(RELAXED, max_examples=5)
@given(
    variants=st.permutations(VARIANTS),
    fusions=st.permutations(FUSIONS),
)
def test_variants_and_fusions_of_a_patient_in_any_order(
    root, tmp_path, variants, fusions
):
    laboratory = Laboratory(root, tmp_path)
    expected = laboratory.genotype(variants=VARIANTS, fusions=FUSIONS)

    assert laboratory.genotype(variants=variants, fusions=fusions) == expected
