"""Why a gene cannot be decided: each cause with its figures."""

import pytest

from ballad.undecided_genes import undecided


def gene(state="indeterminate", fraction="", source=""):
    return {"state": state, "fraction_covered": fraction, "source": source}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            gene(fraction="0.4983079526", source="t.bed"),
            "TP53: 49.8 % of its coding bases have 100 reads",
        ),
        (
            gene(fraction=0.9499, source="t.bed"),  # never rounded up to what is asked
            "TP53: 94.9 % of its coding bases have 100 reads",
        ),
        (gene(), "TP53: no coverage file, and the assay has no assume_covered"),
        (
            gene(source="failed reads: depth 12 below 100"),
            "TP53: failed reads: depth 12 below 100",
        ),
        (gene(source="t.bed"), "TP53: the coverage file says nothing of it"),
        (gene("not_assessed"), "TP53: outside the genes of the assay"),
        (gene("callable", "1", "t.bed"), ""),
        (gene("assumed"), ""),
    ],
)
def test_each_cause_has_its_words(row, said):
    assert undecided(["TP53"], {"TP53": row}, {}, 100) == said


def test_an_unannotated_variant_is_named_by_its_place_though_the_gene_is_covered():
    places = [f"17:{n}:G:C" for n in range(1, 6)]
    covered = {"TP53": gene("callable", "1", "t.bed")}

    assert undecided(["TP53"], covered, {"TP53": places[:1]}, 100) == (
        "TP53: a variant that is neither annotated nor listed, 17:1:G:C"
    )
    assert undecided(["TP53"], covered, {"TP53": places}, 100).endswith(
        "17:1:G:C, 17:2:G:C, 17:3:G:C and 2"
    )


def test_genes_of_one_cause_stand_together():
    table = {"NRAS": gene(), "KRAS": gene(), "FLT3": gene("callable", "1", "t.bed")}

    assert undecided(["NRAS", "KRAS", "FLT3", "NF1", "CBL"], table, {}, 100) == (
        "NRAS, KRAS: no coverage file, and the assay has no assume_covered; "
        "NF1, CBL: outside the genes of the assay"
    )
