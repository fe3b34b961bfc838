"""The rule write_exports, from tables to files."""

import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.exports.conftest import frame, variant
from tests.exports.formats import maf_problems, meta_of, rows_of, study_problems

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    '=HYPERLINK("http://x")',
    "../../x",
    "two\twords\nand a line",
    "#comment",
    "NA",
    "ä" * 80,
)


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def matrix(folder: Path) -> dict[str, dict[str, str]]:
    rows = rows_of(folder / "cbioportal/data_gene_panel_matrix.txt")
    return {row["SAMPLE_ID"]: row for row in rows}


def genes(folder: Path, panel: str) -> set[str]:
    path = folder / f"cbioportal/gene_panels/data_gene_panel_{panel}.txt"
    return set(meta_of(path)["gene_list"].split("\t"))


def test_the_files_keep_the_rules_of_maftools_and_cbioportal(export, few):
    folder = export(**few)

    maf = rows_of(folder / "few.maf")
    assert [(row["Hugo_Symbol"], row["Tumor_Sample_Barcode"]) for row in maf] == [
        ("TP53", "S1")
    ]
    assert maf_problems(maf) == []
    assert study_problems(folder / "cbioportal") == []


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("data_clinical_patient.txt", "0:LIVING", "LIVING", "OS_STATUS LIVING"),
        ("data_clinical_patient.txt", "P1", "P 1", "identifier P 1"),
        ("data_clinical_sample.txt", "P3\t", "P9\t", "no such patient: P9"),
        ("data_mutations.txt", "Missense_Mutation", "missense", "class missense"),
        ("data_mutations.txt", "GRCh38", "GRCh37", "data_mutations.txt: GRCh37"),
        ("case_lists/cases_sequenced.txt", "S1\t", "", "in no case list"),
        ("data_gene_panel_matrix.txt", "S1\tballad_panel", "S1\tx", "no panel"),
        ("meta_sv.txt", "stable_id", "id", "meta_sv.txt lacks stable_id"),
    ],
)
def test_the_check_of_the_rules_sees_a_breach(export, few, file, old, new, problem):
    folder = export(**few) / "cbioportal"
    path = folder / file
    path.write_text(path.read_text().replace(old, new))

    assert any(problem in found for found in study_problems(folder))


def test_a_gene_that_was_not_assessed_is_on_no_panel(export, few):
    folder = export(**few)

    by_sample = matrix(folder)
    # A variant says that the gene was seen, whatever the coverage says.
    assert genes(folder, by_sample["S1"]["mutations"]) == {"TP53", "KRAS"}
    assert genes(folder, by_sample["S2"]["mutations"]) == {"KRAS"}
    assert by_sample["P3_no_sample"] == {
        "SAMPLE_ID": "P3_no_sample",
        "mutations": "NA",
        "structural_variants": "NA",
    }


def test_a_fusion_that_only_fish_saw_is_not_shown_as_absent(export, few):
    folder = export(**few)

    by_sample = matrix(folder)
    assert {"BCR", "ABL1"} <= genes(folder, by_sample["S2"]["structural_variants"])
    of_fish = genes(folder, by_sample["S4"]["structural_variants"])
    assert "ABL2" in of_fish
    assert not {"BCR", "ABL1"} & of_fish
    assert by_sample["S1"]["structural_variants"] == "NA"


def test_the_patients_have_their_states_and_survival(export, few):
    rows = rows_of(export(**few) / "cbioportal/data_clinical_patient.txt")

    by_patient = {row["PATIENT_ID"]: row for row in rows}
    assert by_patient["P1"]["SEX"] == "Female"
    assert by_patient["P1"]["PH"] == "not assessed"
    assert by_patient["P1"]["OS_STATUS"] == "0:LIVING"
    assert by_patient["P1"]["OS_MONTHS"] == "10"
    assert by_patient["P2"]["OS_STATUS"] == "1:DECEASED"
    assert by_patient["P3"]["OS_STATUS"] == ""


def test_fusions_have_both_genes_and_their_breakpoints(export, few):
    (row,) = rows_of(export(**few) / "cbioportal/data_sv.txt")

    assert row["Sample_Id"] == "S2"
    assert (row["Site1_Hugo_Symbol"], row["Site2_Hugo_Symbol"]) == ("BCR", "ABL1")
    assert (row["Site1_Chromosome"], row["Site1_Position"]) == ("22", "23290413")
    assert (row["Site2_Chromosome"], row["Site2_Position"]) == ("9", "130854064")
    assert row["Class"] == "TRANSLOCATION"
    assert (row["DNA_Support"], row["RNA_Support"]) == ("No", "Yes")


def test_a_sample_of_another_build_is_not_profiled(export, few):
    few["samples"]["genome_build"] = ["GRCh37", "", "", "", ""]
    few["variants"]["genome_build"] = "GRCh37"

    folder = export(**few)

    assert matrix(folder)["S1"]["mutations"] == "NA"
    assert rows_of(folder / "cbioportal/data_mutations.txt") == []
    assert len(rows_of(folder / "few.maf")) == 1
    assert study_problems(folder / "cbioportal") == []


def test_a_cohort_without_any_sequencing_still_makes_a_study(export, few):
    folder = export(cohort=few["cohort"])

    assert study_problems(folder / "cbioportal") == []
    assert not (folder / "cbioportal/data_mutations.txt").exists()
    assert rows_of(folder / "few.maf") == []


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_text_and_nothing_else(export, few, name, tmp_path):
    for table in ("cohort", "samples", "variants", "callability"):
        few[table]["patient"] = few[table]["patient"].replace({"P1": name})
    few["samples"]["sample"] = few["samples"]["sample"].replace({"S1": name})
    few["callability"]["sample"] = few["callability"]["sample"].replace({"S1": name})
    few["variants"]["sample"] = name
    few["variants"]["hotspot"] = name
    few["variants"]["gene"] = name
    before = {path for path in tmp_path.parent.rglob("*")}

    folder = export(cohort_name=name, **few)

    made = {p for p in tmp_path.parent.rglob("*")} - before - {tmp_path / "in"}
    inside = (folder, tmp_path / "in")
    assert all(p in inside or set(p.parents) & set(inside) for p in made)
    assert study_problems(folder / "cbioportal") == []
    (maf,) = folder.glob("*.maf")
    (row,) = rows_of(maf)
    assert re.fullmatch("[A-Za-z0-9._-]{1,63}", row["Tumor_Sample_Barcode"])
    for path in (*folder.rglob("*.txt"), *folder.rglob("*.tsv"), maf):
        for line in path.read_text(encoding="utf-8").split("\n"):
            cells = line.split("\t")
            assert not any(cell.startswith(("=", "@", '"')) for cell in cells), path
    # Where there is room for it, the name is told as it is.
    listed = rows_of(folder / "identifiers.tsv")
    assert any(" ".join(name.split()).lstrip("#=")[:9] in r["patient"] for r in listed)
    table = pq.read_table(folder / "cohort.parquet")
    assert table.column("patient")[0].as_py() == name


def test_two_samples_of_one_name_stay_two(export, few):
    few["samples"]["sample"] = "T"
    few["variants"]["sample"] = few["callability"]["sample"] = "T"

    folder = export(**few)

    names = [row["sample_identifier"] for row in rows_of(folder / "identifiers.tsv")]
    assert len(set(names)) == 4
    assert study_problems(folder / "cbioportal") == []


def test_what_is_left_out_is_counted(export, few):
    few["variants"] = frame(
        "variants",
        variant(),
        variant(pos="7674221", kept="no", reason="low_vaf"),
        variant(pos="7674222", flags="germline_suspect,one_strand"),
    )

    counted = rows_of(export(**few) / "left_out.tsv")

    assert [row for row in counted if row["export"] == "mutations"] == [
        {"export": "mutations", "reason": reason, "n": "1"}
        for reason in ("exported", "flagged germline_suspect", "rejected: low_vaf")
    ]


def test_a_second_run_gives_the_same_bytes(export, few):
    assert files(export("one", **few)) == files(export("two", **few))


def test_a_shareable_export_only_says_why_it_is_empty(export, few):
    folder = export(audience="shareable", **few)

    assert list(files(folder)) == ["README.txt"]
    said = (folder / "README.txt").read_text()
    assert "report.audience: shareable" in said
    assert "P1" not in said
