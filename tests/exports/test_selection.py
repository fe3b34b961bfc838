import pytest

from ballad.exports.selection import exported_fusions, exported_variants, profiled_genes
from tests.exports.conftest import frame, variant

HERE = {"P1"}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({}, ""),
        ({"patient": "P9"}, "patient is not in the cohort"),
        ({"kept": "no", "reason": "low_vaf"}, "rejected: low_vaf"),
        ({"timepoint": "normal"}, "sample of normal tissue"),
        ({"flags": "germline_suspect"}, "flagged germline_suspect"),
        ({"flags": "one_strand,germline_suspect"}, "flagged germline_suspect"),
        (
            {"hotspot": "TP53 P72R", "pathogenicity": "benign"},
            "listed as benign: TP53 P72R",
        ),
        ({"hotspot": "TP53 R248Q", "pathogenicity": "pathogenic"}, ""),
        ({"hotspot": "", "pathogenicity": "benign"}, ""),  # synonymous
        # A doubt about the clone, not about the germline.
        ({"flags": "possible_chip"}, ""),
        ({"alt": "<DEL>"}, "allele is no sequence"),
        ({"timepoint": "relapse"}, ""),
    ],
)
def test_a_variant_is_left_out_under_its_first_reason(cells, reason):
    rows = frame("variants", variant(**cells))

    exported, reasons = exported_variants(rows, HERE)

    assert reasons.tolist() == [reason]
    assert len(exported) == (reason == "")


def test_what_the_normal_sample_shows_too_is_germline():
    rows = frame(
        "variants",
        variant(),
        variant(sample="N", timepoint="normal"),
        variant(pos="7674230"),
    )

    exported, reasons = exported_variants(rows, HERE)

    assert exported["pos"].tolist() == ["7674230"]
    assert reasons.iloc[0].startswith("germline")


def test_of_two_rows_of_one_variant_the_deeper_is_exported():
    rows = frame(
        "variants",
        variant(depth="100"),
        variant(depth="900", assay="WES"),
        # The same deletion of an A, once with a base more on both alleles.
        variant(pos="7674300", ref="CAA", alt="CA", depth="50"),
        variant(pos="7674300", ref="CA", alt="C", depth="60"),
    )

    exported, reasons = exported_variants(rows, HERE)

    assert exported["depth"].tolist() == ["900", "60"]
    assert (
        reasons.tolist()[0]
        == reasons.tolist()[2]
        == "shown by another row of the sample"
    )


def called(gene, state="callable"):
    return {
        "patient": "P1",
        "sample": "S1",
        "assay": "PANEL",
        "gene": gene,
        "state": state,
    }


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        ({}, True),
        # Kept, but not exported: the sample must not look like wild type.
        ({"flags": "germline_suspect"}, False),
        ({"kept": "no", "reason": "low_depth", "flags": "rejected_by_quality"}, False),
        ({"kept": "no", "reason": "low_vaf"}, True),
        ({"kept": "no", "reason": "low_depth", "depth": ""}, False),
    ],
)
def test_a_gene_with_a_doubtful_variant_is_not_profiled(cells, shown):
    rows = frame("variants", variant(**cells))
    exported, _ = exported_variants(rows, HERE)

    genes = profiled_genes(
        frame("callability", called("TP53"), called("KRAS")), rows, exported, set()
    )

    assert genes == {("P1", "S1"): {"KRAS"} | ({"TP53"} if shown else set())}


def test_a_specimen_of_few_blasts_proves_nothing():
    none = frame("variants")

    genes = profiled_genes(
        frame("callability", called("KRAS")), none, none, {("P1", "S1", "PANEL")}
    )

    assert genes == {("P1", "S1"): frozenset()}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({}, ""),
        ({"lesion": ""}, "no rule lists this pair"),
        ({"tier": "C"}, "weak evidence, tier C"),
        ({"patient": "P9"}, "patient is not in the cohort"),
        ({"gene5": "", "gene3": ""}, "names no gene"),
    ],
)
def test_a_fusion_is_exported_if_it_makes_a_lesion(cells, reason):
    fusion = {"patient": "P1", "sample": "S1", "gene5": "BCR", "gene3": "ABL1"}
    row = {**fusion, "lesion": "ph", "tier": "A", **cells}

    exported, reasons = exported_fusions(
        frame("fusions", row), frame("structural_variants"), HERE
    )

    assert reasons.tolist() == [reason]
    assert len(exported) == (reason == "")


def test_one_pair_of_two_lesions_is_exported_once():
    fusion = {"patient": "P1", "sample": "S1", "gene5": "A", "gene3": "B", "tier": "A"}
    rows = frame(
        "fusions", {**fusion, "lesion": "ph"}, {**fusion, "lesion": "abl_class"}
    )

    exported, _ = exported_fusions(rows, frame("structural_variants"), HERE)

    assert len(exported) == 1
