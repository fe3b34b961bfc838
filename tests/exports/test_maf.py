import pytest

from ballad.exports.maf import Change, Classifications, change, maf_rows
from ballad.tables import read_table
from ballad.variants.maf import read_maf
from ballad.variants.panel import read_panel
from tests.exports.conftest import frame, variant
from tests.exports.formats import CLASSES


@pytest.fixture(scope="module")
def classifications(root):
    table = read_table(root / "resources/exports/variant_classifications.tsv")
    terms = read_table(root / "resources/variants/consequences.tsv")
    ranks = dict(zip(terms["term"], terms["rank"].astype(int), strict=True))
    return Classifications(table.to_dict("records"), ranks)


@pytest.mark.parametrize(
    ("pos", "ref", "alt", "expected"),
    [
        (100, "C", "T", Change(100, 100, "C", "T", "SNP")),
        (100, "CA", "TG", Change(100, 101, "CA", "TG", "DNP")),
        (100, "CAG", "TGA", Change(100, 102, "CAG", "TGA", "TNP")),
        (100, "CAGT", "TGAC", Change(100, 103, "CAGT", "TGAC", "ONP")),
        # C-AT: bases 101 and 102 are gone.
        (100, "CAT", "C", Change(101, 102, "AT", "-", "DEL")),
        # C|A: the new base lies between 100 and 101.
        (100, "C", "CA", Change(100, 101, "-", "A", "INS")),
        # The first of two As is deleted: a variant stays at the left.
        (100, "CAA", "CA", Change(101, 101, "A", "-", "DEL")),
        # A base before the first of the record.
        (100, "C", "AC", Change(99, 100, "-", "A", "INS")),
        # What both share at both ends is cut off.
        (100, "GCAT", "GTAT", Change(101, 101, "C", "T", "SNP")),
        (100, "CAG", "TT", Change(100, 102, "CAG", "TT", "DEL")),
        (100, "TT", "CAG", Change(100, 101, "TT", "CAG", "INS")),
    ],
)
def test_coordinates_are_those_of_the_maf_specification(pos, ref, alt, expected):
    assert change(pos, ref, alt) == expected


@pytest.mark.parametrize(
    ("consequence", "ref", "alt", "pathogenicity", "expected"),
    [
        ("missense_variant", "C", "T", "vus", "Missense_Mutation"),
        ("stop_gained&splice_region_variant", "C", "T", "vus", "Nonsense_Mutation"),
        ("frameshift_variant", "CA", "C", "vus", "Frame_Shift_Del"),
        ("frameshift_variant", "C", "CA", "vus", "Frame_Shift_Ins"),
        ("inframe_deletion", "CAAA", "C", "vus", "In_Frame_Del"),
        ("protein_altering_variant", "CAAA", "C", "vus", "In_Frame_Del"),
        ("protein_altering_variant", "CAA", "C", "vus", "Frame_Shift_Del"),
        ("splice_donor_variant&intron_variant", "C", "T", "vus", "Splice_Site"),
        ("splice_region_variant&synonymous_variant", "C", "T", "vus", "Splice_Region"),
        # TP53 c.375G>A: the exon's last base, judged by its effect on splicing.
        *(
            (terms, "C", "T", "pathogenic", "Splice_Site")
            for terms in (
                "splice_region_variant&synonymous_variant",
                "synonymous_variant",
            )
        ),
        ("synonymous_variant", "C", "T", "benign", "Silent"),
        ("intron_variant", "C", "T", "vus", "Intron"),
        # Nobody annotated it; the protein change comes from the list of alleles.
        ("", "C", "T", "pathogenic", "Missense_Mutation"),
    ],
)
def test_classes_follow_the_most_severe_term(
    classifications, consequence, ref, alt, pathogenicity, expected
):
    row = variant(consequence=consequence, pathogenicity=pathogenicity)

    assert classifications.of(row, change(100, ref, alt)) == expected


def test_a_variant_that_nobody_told_is_a_targeted_region(classifications):
    row = variant(consequence="", protein_change="")

    assert classifications.of(row, change(100, "C", "T")) == "Targeted_Region"


def test_every_term_has_a_class_that_maftools_knows(root):
    table = read_table(root / "resources/exports/variant_classifications.tsv")
    terms = read_table(root / "resources/variants/consequences.tsv")

    assert set(table["term"]) == set(terms["term"])
    assert set(table["classification"]) <= CLASSES


def test_reads_and_names_stand_in_their_columns(classifications):
    table = maf_rows(
        frame("variants", variant()),
        {("P1", "S1"): "S1"},
        {"TP53": "7157"},
        classifications,
    )

    row = table.iloc[0]
    assert row["HGVSp_Short"] == "p.R248Q"
    assert row["Entrez_Gene_Id"] == "7157"
    assert (row["t_depth"], row["t_alt_count"], row["t_ref_count"]) == (
        *("500", "200", "300"),
    )
    assert row["Transcript_ID"] == "ENST00000269305.9"


def test_ballad_reads_its_own_maf_back(root, tmp_path, classifications):
    rows = frame(
        "variants",
        variant(),
        variant(pos="7674230", ref="CGG", alt="C", consequence="frameshift_variant"),
    )
    table = maf_rows(rows, {("P1", "S1"): "S1"}, {}, classifications)
    path = tmp_path / "own.maf"
    table.to_csv(path, sep="\t", index=False)
    sample = {
        **{"patient": "P1", "sample": "S1", "assay": "PANEL", "vcf": str(path)},
        **{"timepoint": "diagnosis", "genome_build": "GRCh38", "vcf_sample": ""},
    }
    resources = root / "resources"
    panel = read_panel(
        "GRCh38",
        str(resources / "panel/cds.GRCh38.bed"),
        str(resources / "panel/genes.tsv"),
        str(resources / "variants/hotspots.tsv"),
        10,
    )

    content = read_maf(sample, panel)

    found = [row[5:9] for row in content.rows]
    assert found == [
        ("17", "7674220", "C", "T"),
        ("17", "7674230", "NGG", "N"),
    ]
