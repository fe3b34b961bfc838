import pandas as pd
import pytest

from ballad.evidence import (
    curated_evidence,
    expression_evidence,
    fusion_evidence,
    gene_state,
    table_evidence,
    variant_evidence,
    variant_lesions,
)
from ballad.inputs.sample_sheet import SAMPLE_COLUMNS
from ballad.states import ABSENT, INDETERMINATE, NOT_ASSESSED, PRESENT
from ballad.tables import read_table


@pytest.fixture(scope="module")
def lesions(root):
    return read_table(root / "resources/genotypes/lesions.tsv")


def sample(name="T", assay="PANEL", timepoint="diagnosis", **files):
    blank = dict.fromkeys(SAMPLE_COLUMNS, "")
    own = {"patient": "P1", "sample": name, "assay": assay, "timepoint": timepoint}
    return {**blank, **own, **files}


def variants(**differs):
    row = {
        **{"patient": "P1", "sample": "T", "assay": "PANEL", "chrom": "17"},
        **{"pos": "7674220", "ref": "C", "alt": "T", "gene": "TP53"},
        **{"protein_change": "R248Q", "hotspot": "TP53 R248Q", "kept": "yes"},
        **{"pathogenicity": "pathogenic", "source": "t.vcf", "reason": ""},
        **{"depth": "500", "alt_reads": "200", "vaf": "0.4", "flags": ""},
    }
    return pd.DataFrame([{**row, **differs}])


COLUMNS = ["patient", "sample", "assay", "gene", "state", "fraction_covered", "source"]


def coverage(**states):
    rows = [("P1", "T", "PANEL", g, s, "", "t.bed") for g, s in states.items()]
    return pd.DataFrame(rows, columns=COLUMNS)


def found(lesion, evidence):
    return [item.supports for item in evidence if item.lesion == lesion]


def test_a_counted_variant_supports_its_lesion_and_names_its_record(lesions):
    (item,) = variant_evidence(variants(), coverage(), lesions, [sample(vcf="t.vcf")])

    assert (item.lesion, item.supports, item.tier) == ("tp53", PRESENT, "A")
    assert (item.file, item.record) == ("t.vcf", "17:7674220:C:T")


@pytest.mark.parametrize(
    "differs",
    [{"kept": "no"}, {"pathogenicity": "vus"}, {"pathogenicity": "benign"}],
)
def test_a_variant_that_is_rejected_or_uncertain_supports_nothing(lesions, differs):
    evidence = variant_evidence(
        variants(**differs), coverage(), lesions, [sample(vcf="t.vcf")]
    )

    assert list(evidence) == []


@pytest.mark.parametrize("measure", ["depth", "alt_reads", "vaf"])
def test_a_pathogenic_variant_rejected_unmeasured_is_weak_evidence(lesions, measure):
    rows = variants(kept="no", reason="low_vaf", **{measure: ""})

    (item,) = variant_evidence(rows, coverage(), lesions, [sample(vcf="t.vcf")])

    assert (item.supports, item.tier) == (PRESENT, "C")


REJECTED = {"kept": "no", "flags": "possible_chip,rejected_by_quality"}


def test_a_pathogenic_variant_rejected_by_quality_is_weak_evidence(lesions):
    rows = variants(**REJECTED, reason="low_depth")

    (item,) = variant_evidence(rows, coverage(), lesions, [sample(vcf="t.vcf")])

    assert (item.supports, item.tier) == (PRESENT, "C")


def test_the_duplicate_of_a_variant_rejected_by_quality_supports_nothing(lesions):
    rows = variants(**REJECTED, reason="duplicate")

    evidence = variant_evidence(rows, coverage(), lesions, [sample(vcf="t.vcf")])

    assert list(evidence) == []


def test_the_duplicate_of_an_unmeasured_variant_supports_nothing(lesions):
    rows = variants(kept="no", reason="duplicate", vaf="")

    evidence = variant_evidence(rows, coverage(), lesions, [sample(vcf="t.vcf")])

    assert list(evidence) == []


def test_a_variant_of_another_timepoint_supports_nothing(lesions):
    counted = [sample("other", vcf="t.vcf")]

    assert list(variant_evidence(variants(), coverage(), lesions, counted)) == []


COVERED = [
    # state of TP53 in the sample -> what it says about TP53 without a variant
    ("callable", [ABSENT]),
    ("assumed", [ABSENT]),
    ("indeterminate", [INDETERMINATE]),
    ("not_assessed", []),
]


@pytest.mark.parametrize(("state", "expected"), COVERED)
def test_only_a_covered_gene_speaks_against_its_lesion(lesions, state, expected):
    evidence = variant_evidence(
        variants().iloc[:0], coverage(TP53=state), lesions, [sample(vcf="t.vcf")]
    )

    assert found("tp53", evidence) == expected


def test_where_nothing_can_be_said_the_record_names_the_cause(lesions):
    covered = coverage(TP53="indeterminate").assign(fraction_covered="0.5")
    unclear = variants(hotspot="", consequence="", filter="PASS", pathogenicity="vus")
    callable_ = coverage(TP53="callable")

    def record(rows, table):
        its = variant_evidence(
            rows, table, lesions, [sample(vcf="t.vcf")], {"PANEL": 100}
        )
        return [e.record for e in its if e.lesion == "tp53"]

    assert record(variants().iloc[:0], covered) == [
        "TP53: 50 % of its coding bases have 100 reads"
    ]
    assert record(unclear, callable_) == [
        "TP53: a variant that is neither annotated nor listed, 17:7674220:C:T"
    ]
    assert record(variants().iloc[:0], callable_) == ["callable"]


def test_coverage_without_a_vcf_excludes_nothing(lesions):
    evidence = variant_evidence(
        variants().iloc[:0], coverage(TP53="callable"), lesions, [sample()]
    )

    assert list(evidence) == []


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        (["callable", "callable"], "callable"),
        (["callable", "assumed"], "assumed"),
        (["callable", "not_assessed"], "indeterminate"),
        (["callable", "indeterminate"], "indeterminate"),
        (["not_assessed", "not_assessed"], "not_assessed"),
    ],
)
def test_a_lesion_of_several_genes_needs_all_of_them_covered(states, expected):
    assert gene_state(states) == expected


LESIONS_OF = [
    ({"gene": "TP53"}, ["tp53"]),
    ({"gene": "PAX5", "hotspot": "PAX5 P80R"}, ["pax5_p80r"]),
    ({"gene": "PAX5", "hotspot": "", "protein_change": "P80R"}, ["pax5_p80r"]),
    ({"gene": "PAX5", "hotspot": "", "protein_change": "G24R"}, ["pax5_mutation"]),
    ({"gene": "IKZF1", "hotspot": "IKZF1 N159Y"}, ["ikzf1_n159y"]),
    ({"gene": "NRAS", "hotspot": "NRAS G12D"}, ["ras_mutation"]),
    ({"gene": "JAK2", "hotspot": "JAK2 R683G"}, ["jakstat_mutation"]),
    ({"gene": "IKZF1", "hotspot": "", "protein_change": "R162*"}, []),
]


@pytest.mark.parametrize(("differs", "expected"), LESIONS_OF)
def test_the_lesions_a_variant_makes(lesions, differs, expected):
    assert variant_lesions(variants(**differs).iloc[0], lesions) == expected


def fusion_rows(*rows):
    columns = ["lesion", "tier", "gene5", "gene3", "source"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(patient="P1", sample="T", assay="RNA")


RNA = sample(assay="RNA", arriba="t.tsv")


def test_a_listed_pair_supports_its_lesion_and_names_its_line(lesions):
    rows = fusion_rows(("ph", "A", "BCR", "ABL1", "/x:y/t.tsv:7"))

    (item,) = [i for i in fusion_evidence(rows, lesions, [RNA]) if i.lesion == "ph"]

    assert (item.supports, item.tier) == (PRESENT, "A")
    assert (item.file, item.record) == ("/x:y/t.tsv", "line 7 BCR::ABL1")


def test_a_table_without_rows_speaks_against_what_rna_can_see(lesions):
    evidence = list(fusion_evidence(fusion_rows(), lesions, [RNA]))

    assert found("ph", evidence) == [ABSENT]
    assert found("dux4_r", evidence) == []  # callers miss it
    assert found("tp53", evidence) == []


def test_a_caller_that_was_not_run_excludes_nothing(lesions):
    not_done = sample(assay="RNA")

    assert list(fusion_evidence(fusion_rows(), lesions, [not_done])) == []


def test_a_pair_that_no_rule_lists_supports_nothing(lesions):
    rows = fusion_rows(("", "", "TMPRSS2", "ERG", "t.tsv:2"))

    evidence = list(fusion_evidence(rows, lesions, [RNA]))

    assert {item.supports for item in evidence} == {ABSENT}


LABELS = {
    "ph-like": ("ph_like", ""),
    "kmt2a": ("kmt2a_r", ""),
    "kmt2a-like": ("kmt2a_r", "like"),
    "dux4": ("dux4_r", ""),
    "ph": ("ph", ""),
}


def labelled(lesions, label):
    return list(
        expression_evidence(lesions, LABELS, [sample(expression_subtype=label)])
    )


def test_an_expression_label_supports_its_own_lesion_weakly(lesions):
    evidence = labelled(lesions, "DUX4")

    (own,) = [item for item in evidence if item.lesion == "dux4_r"]
    assert (own.supports, own.tier) == (PRESENT, "C")
    assert found("kmt2a_r", evidence) == [ABSENT]


def test_a_ph_like_label_cannot_exclude_crlf2(lesions):
    evidence = labelled(lesions, "Ph-like")

    assert found("crlf2_r", evidence) == [INDETERMINATE]


def test_an_unclassified_expression_decides_nothing(lesions):
    assert {item.supports for item in labelled(lesions, "unclassified")} == {
        INDETERMINATE
    }


def test_no_label_says_nothing(lesions):
    assert labelled(lesions, "") == []


def cytogenetics(**differs):
    row = {
        **{"patient": "P1", "timepoint": "diagnosis", "method": "karyotype"},
        **{"lesion": "ph", "supports": PRESENT, "finding": "present"},
        **{"token": "t(9;22)(q34;q11.2)", "note": ""},
    }
    return pd.DataFrame([{**row, **differs}])


def test_a_karyotype_finding_becomes_evidence_of_its_method():
    (item,) = table_evidence(cytogenetics(), None, None)

    assert (item.kind, item.tier) == ("karyotype", "A")
    assert item.record == "t(9;22)(q34;q11.2)"


@pytest.mark.parametrize("differs", [{"timepoint": "relapse"}, {"lesion": ""}])
def test_a_later_karyotype_and_an_unparsed_token_are_no_evidence(differs):
    assert list(table_evidence(cytogenetics(**differs), None, None)) == []


def test_a_curated_lesion_wins_with_its_source():
    curation = pd.DataFrame(
        [("P1", "ph", PRESENT, "letter", ""), ("P1", "subtype", "KMT2A_r", "", "")],
        columns=["patient", "lesion", "state", "source", "note"],
    )

    (item,) = curated_evidence(curation)

    assert (item.kind, item.supports, item.tier) == ("curated", PRESENT, "B")
    assert item.record == "letter"


def test_every_state_of_a_curator_is_passed_on():
    states = [PRESENT, ABSENT, INDETERMINATE, NOT_ASSESSED]
    curation = pd.DataFrame(
        [("P1", "ph", state, "", "") for state in states],
        columns=["patient", "lesion", "state", "source", "note"],
    )

    assert [item.supports for item in curated_evidence(curation)] == states
