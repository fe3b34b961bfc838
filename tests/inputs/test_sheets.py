from pathlib import Path

import pytest

from ballad.inputs.sample_sheet import SAMPLE_COLUMNS, read_samples
from ballad.inputs.sheets import check_sheets

ASSAYS = {"PANEL": {"type": "dna_panel"}, "RNA": {"type": "rna_fusion"}}
SOUND = {
    **{"patient": "P1", "sample": "T", "timepoint": "diagnosis", "assay": "PANEL"},
    **{"vcf": "t.vcf", "blast_pct": "80", "purity": "0.8", "genome_build": ""},
}


def write(path, rows):
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [names, *([row.get(name, "") for name in names] for row in rows)]
    path.write_text("".join("\t".join(line) + "\n" for line in lines))
    return str(path)


@pytest.fixture(autouse=True)
def _in_the_checkout(root, monkeypatch):
    """Paths below the working directory are shortened; the sheets lie elsewhere."""
    monkeypatch.chdir(root)


@pytest.fixture
def samples(tmp_path):
    """Return a function: rows that differ from a sound one -> sheet, problems."""
    (tmp_path / "t.vcf").write_text("##fileformat=VCFv4.2\n")
    (tmp_path / "empty.vcf").touch()
    (tmp_path / "u.vcf").write_text("##fileformat=VCFv4.2\n")
    (tmp_path / "fusions.tsv").write_text("fusion\nBCR::ABL1\n")
    seg = "ID\tchrom\tstart\tend\tlog2\n{}\t1\t1\t2\t0\n{}\t1\t1\t2\t0\n"
    (tmp_path / "both.seg").write_text(seg.format("T", "U"))
    (tmp_path / "one.seg").write_text(seg.format("T", "T"))

    def read(*rows, without=()):
        rows = [{**SOUND, **row} for row in rows]
        for row in rows:
            for name in without:
                del row[name]
        return read_samples(write(tmp_path / "samples.tsv", rows), ASSAYS, "GRCh38")

    return read


def test_a_sound_sheet_has_all_columns_and_no_problem(samples):
    sheet, problems = samples({})

    assert problems == []
    assert tuple(sheet.columns) == SAMPLE_COLUMNS


def test_a_blank_cell_means_not_done_and_stays_blank(samples):
    sheet, problems = samples({"vcf": ""})

    assert problems == []
    assert sheet.loc[2, ["vcf", "arriba"]].tolist() == ["", ""]


def test_a_row_without_a_build_has_that_of_the_cohort(samples):
    other = {"patient": "P2", "sample": "U", "vcf": "u.vcf"}
    sheet, _ = samples({}, {**other, "genome_build": "GRCh37"})

    assert sheet["genome_build"].tolist() == ["GRCh38", "GRCh37"]


def test_a_file_is_looked_for_beside_the_sheet(samples, tmp_path):
    sheet, _ = samples({})

    assert sheet.loc[2, "vcf"] == str(tmp_path / "t.vcf")


def test_the_identifier_007_keeps_its_zeros(samples):
    sheet, _ = samples({"patient": "007"})

    assert sheet["patient"].tolist() == ["007"]


def test_one_sample_may_have_several_files(samples):
    _, problems = samples({}, {"vcf": "u.vcf"})

    assert problems == []


def test_a_column_of_ones_own_is_left_out_when_called_x(samples):
    sheet, problems = samples({"x_note": "seen"})

    assert problems == []
    assert "x_note" not in sheet


FAULTS = [
    # column, value, rule, cure
    ("timepoint", "baseline", "is not known here", "diagnosis, pre_treatment"),
    ("assay", "WGS", "is not known here", "use one of PANEL, RNA"),
    ("genome_build", "T2T", "is not known here", "use one of GRCh37, GRCh38"),
    ("genome_build", "hg19", "is not known here", "hg19 is called GRCh37 here"),
    ("genome_build", "hg38", "is not known here", "hg38 is called GRCh38 here"),
    ("blast_pct", "62,5", "is no number from 0 to 100", "write a point, not a comma"),
    ("blast_pct", "101", "is no number from 0 to 100", "percent"),
    ("blast_pct", "many", "is no number from 0 to 100", "percent"),
    ("purity", "80", "is no number from 0 to 1", "a fraction, not a percentage"),
    ("vcf", "missing.vcf", "file not found", "relative to the sheet's folder"),
    ("vcf", "empty.vcf", "file is empty", "blank means not done"),
    ("vcf", "https://example.org/t.vcf", "is an address", "copy the file"),
    ("patient", "", "is empty", "fill it in"),
    ("sample", "", "is empty", "fill it in"),
]


@pytest.mark.parametrize(("column", "value", "rule", "cure"), FAULTS)
def test_a_faulty_cell_is_refused_with_line_column_value_and_cure(
    samples, column, value, rule, cure
):
    _, problems = samples({column: value})

    (problem,) = problems
    assert (problem.row, problem.column) == ("line 2", column)
    assert problem.value.endswith(value)
    assert rule in problem.rule
    assert cure in problem.cure


def test_values_at_the_limits_are_accepted(samples):
    _, problems = samples(
        {"blast_pct": "0", "purity": "0"},
        {"vcf": "u.vcf", "blast_pct": "100", "purity": "1"},
    )

    assert problems == []


def test_three_faults_give_three_messages(samples):
    _, problems = samples(
        {"timepoint": "baseline"},
        {"patient": "P2", "sample": "U", "assay": "WGS", "vcf": "u.vcf"},
        {"patient": "P3", "sample": "V", "vcf": "missing.vcf"},
    )

    assert sorted((problem.row, problem.column) for problem in problems) == [
        *(("line 2", "timepoint"), ("line 3", "assay"), ("line 4", "vcf")),
    ]


def test_a_sample_of_two_patients_is_refused_with_both_lines(samples):
    _, (problem,) = samples({}, {"patient": "P2", "vcf": "u.vcf"})

    assert (problem.row, problem.value) == ("lines 2, 3", "T")
    assert problem.rule == "belongs to two patients"


def test_an_unknown_column_is_refused(samples):
    _, (problem,) = samples({"vfc": "t.vcf"})

    assert (problem.column, problem.rule) == ("vfc", "unknown column")


@pytest.mark.parametrize("column", ["patient", "sample", "timepoint", "assay"])
def test_a_required_column_that_is_missing_is_refused(samples, column):
    _, problems = samples({}, without=[column])

    assert [(p.column, p.rule) for p in problems] == [(column, "column is missing")]


@pytest.fixture
def cohort(root, tmp_path):
    """Return a function: rows of the curation sheet -> the checked sheets."""
    (tmp_path / "t.vcf").write_text("##fileformat=VCFv4.2\n")
    resources = root / "resources"

    def checked(*curation, clinical=None, assays=None, cytogenetics=None, columns=None):
        samples = write(tmp_path / "samples.tsv", [SOUND])
        patient = {
            **{"patient": "P1", "treatment_start": "2020-01-01"},
            **{"last_contact": "2021-01-01"},
        }
        table = write(tmp_path / "clinical.tsv", [{**patient, **(clinical or {})}])
        config = {
            **{"samples": samples, "assays": assays or ASSAYS},
            **{
                "genome_build": "GRCh38",
                "clinical": {"table": table, "columns": columns or {}},
            },
            "genotypes": {"tables": {"subtypes": "resources/genotypes/subtypes.tsv"}},
        }
        if curation:
            plain = {"patient": "P1", "lesion": "tp53", "state": "present"}
            rows = [{**plain, **row} for row in curation]
            config["curation"] = write(tmp_path / "curation.tsv", rows)
        if cytogenetics:
            path = write(tmp_path / "cytogenetics.tsv", cytogenetics)
            config["cytogenetics"] = path
        return check_sheets(
            config,
            str(resources / "genotypes/lesions.tsv"),
            str(resources / "clinical/columns.tsv"),
        )

    return checked


def test_a_sound_cohort_has_no_problem_and_names_its_files(cohort, tmp_path):
    sheets = cohort({})

    assert sheets.problems == []
    assert sheets.patients == ["P1"]
    assert set(sheets.files) == {
        str(tmp_path / name)
        for name in ("samples.tsv", "curation.tsv", "clinical.tsv", "t.vcf")
    }


def test_a_patient_of_the_curation_alone_is_a_patient(cohort):
    assert cohort({"patient": "P9"}).patients == ["P1", "P9"]


CURATION = [
    ({"lesion": "TP53m"}, "lesion", "TP53m", "is no lesion"),
    ({"state": "yes"}, "state", "yes", "is no state"),
    ({"lesion": "subtype", "state": "KMT2A-r"}, "state", "KMT2A-r", "is no subtype"),
]


@pytest.mark.parametrize(("row", "column", "value", "rule"), CURATION)
def test_a_decision_in_other_words_than_the_tables_is_refused(
    cohort, row, column, value, rule
):
    (problem,) = cohort(row).problems

    assert (problem.row, problem.column, problem.value) == ("line 2", column, value)
    assert rule in problem.rule
    assert problem.cure


def test_a_curated_subtype_of_the_table_is_accepted(cohort):
    assert cohort({"lesion": "subtype", "state": "KMT2A_r"}).problems == []


def test_a_lesion_that_is_decided_twice_is_refused(cohort):
    (problem,) = cohort({"state": "present"}, {"state": "absent"}).problems

    assert (problem.row, problem.value) == ("lines 2, 3", "tp53")


def test_the_faults_of_all_sheets_are_listed_together(cohort):
    sheets = cohort(
        {"state": "yes"},
        clinical={"death_date": "soon"},
        assays={"PANEL": {"type": "dna_panel", "targets": "missing.bed"}},
    )

    assert [problem.column for problem in sheets.problems] == [
        *("state", "death_date", "assays.PANEL.targets"),
    ]


def test_what_is_legal_but_worth_a_look_is_a_warning(cohort):
    sheets = cohort(clinical={"relapse_date": "", "response": "NR"})

    assert sheets.problems == []
    assert [warning.column for warning in sheets.warnings] == ["response_date"]


KARYOTYPE = {"patient": "P1", "timepoint": "diagnosis", "karyotype": "46,XX[20]"}


@pytest.mark.parametrize(
    ("timepoint", "rule"), [("baseline", "is not known here"), ("", "is empty")]
)
def test_a_karyotype_of_no_known_timepoint_is_refused(cohort, timepoint, rule):
    row = {**KARYOTYPE, "timepoint": timepoint}
    (problem,) = cohort(cytogenetics=[row]).problems

    assert (problem.row, problem.column) == ("line 2", "timepoint")
    assert (problem.value, problem.rule) == (timepoint, rule)


def test_a_karyotype_of_a_known_timepoint_is_accepted(cohort):
    sheets = cohort(cytogenetics=[KARYOTYPE])

    assert (sheets.problems, sheets.warnings) == ([], [])


def test_a_patient_of_one_sheet_alone_is_a_warning(cohort):
    strangers = [KARYOTYPE, *[{**KARYOTYPE, "patient": p} for p in ("P8", "P9")]]
    sheets = cohort({"patient": "P9"}, cytogenetics=strangers)

    assert sheets.problems == []
    (warning,) = sheets.warnings
    assert (warning.row, warning.value) == ("line 3", "P8")


OTHER = {"patient": "P2", "sample": "U"}


@pytest.mark.parametrize(
    ("column", "file"),
    [("vcf", "t.vcf"), ("sv_vcf", "t.vcf"), ("fusions", "fusions.tsv")],
)
def test_a_file_of_two_patients_is_refused_with_both_lines(samples, column, file):
    own = {"vcf": "", column: file, "assay": "RNA" if column == "fusions" else "PANEL"}
    _, (problem,) = samples(own, {**OTHER, **own})

    assert (problem.row, problem.column) == ("lines 2, 3", column)
    assert problem.rule == "belongs to 2 patients"
    assert "own file" in problem.cure


@pytest.mark.parametrize(
    "column", ["arriba", "star_fusion", "fusioncatcher", "fusions"]
)
def test_a_fusion_table_of_an_assay_without_rna_is_refused(samples, column):
    _, (problem,) = samples({column: "fusions.tsv"})

    assert (problem.row, problem.column) == ("line 2", column)
    assert problem.rule == (
        "is a fusion table, but PANEL is of type dna_panel, which reads no RNA"
    )
    assert "sv_vcf" in problem.cure
    assert samples({"assay": "RNA", "vcf": "", column: "fusions.tsv"})[1] == []


def test_a_vcf_of_two_patients_is_accepted_if_each_names_its_column(samples):
    named = {**OTHER, "vcf_sample": "N2"}

    assert samples({"vcf_sample": "N1"}, named)[1] == []
    assert len(samples({"vcf_sample": "N2"}, named)[1]) == 1
    assert len(samples({}, named)[1]) == 1


def test_a_copy_number_table_of_several_samples_may_be_shared(samples):
    def rows(file):
        own = {"vcf": "", "copy_number": file}
        return own, {**OTHER, **own}

    assert samples(*rows("both.seg"))[1] == []
    assert [p.rule for p in samples(*rows("one.seg"))[1]] == ["belongs to 2 patients"]


def test_the_same_row_twice_is_refused(samples):
    _, (problem,) = samples({}, {})

    assert (problem.row, problem.value) == ("lines 2, 3", "T")
    assert "stands twice" in problem.rule


@pytest.mark.parametrize("sign", "=+-@")
@pytest.mark.parametrize("column", ["patient", "sample"])
def test_a_name_that_a_spreadsheet_takes_for_a_formula_is_refused(
    samples, column, sign
):
    _, (problem,) = samples({column: f"{sign}P1"})

    assert (problem.row, problem.column) == ("line 2", column)
    assert (problem.value, problem.rule) == (
        f"{sign}P1",
        "begins like a formula of a spreadsheet",
    )
    assert problem.cure


def test_a_name_with_a_line_break_is_refused(samples):
    _, problems = samples({"patient": '"P\t1"'})

    assert [p.rule for p in problems] == ["holds a tab or a line break"]


def test_all_faults_of_a_decision_are_listed(cohort):
    problems = cohort({"patient": "", "lesion": "TP53m", "state": "yes"}).problems

    assert [p.column for p in problems] == ["patient", "lesion", "state"]


UNREAD = [
    {"last_contact": "2021-13-01"},
    {"last_contact": "", "death_date": "soon"},
    {"response": "CR", "response_date": "2020-07"},
    {"response": "CR", "response_date": "2020-07-01", "treatment_start": "soon"},
    {"response": "CR", "response_date": "2020-07-01", "treatment_start": ""},
    {"relapse_cd19": "negative", "relapse_date": "soon"},
]


@pytest.mark.parametrize("clinical", UNREAD)
def test_a_date_that_cannot_be_read_is_not_also_called_missing(cohort, clinical):
    assert len(cohort(clinical=clinical).problems) == 1


def test_a_missing_date_beside_another_that_cannot_be_read_is_told(cohort):
    problems = cohort(clinical={"last_contact": "", "hct_date": "soon"}).problems

    assert [p.column for p in problems] == ["hct_date", "last_contact"]


NEARLY = {
    "sexx": "sex",
    "hct_dat": "hct_date",
    "HCT_Date": "hct_date",
    "emd_activ": "emd_active",
    "deathdate": "death_date",
    "death": "death_date",
    "mdr_response": "mrd_response",
    "hct_dste": "hct_date",
    "relapse_cd19_pct": "relapse_cd19_percent",
    "emdactive": "emd_active",
    "date_of_relapse": "relapse_date",
}


@pytest.mark.parametrize(("ours", "near"), NEARLY.items())
def test_a_mapped_name_that_is_nearly_a_known_one_is_refused(cohort, ours, near):
    (problem,) = cohort(clinical={"Spalte": ""}, columns={ours: "Spalte"}).problems

    assert (problem.column, problem.value) == (f"clinical.columns.{ours}", "Spalte")
    assert problem.rule == f"is nearly {near}, which the table lacks"
    assert problem.cure.startswith(f"did you mean {near}?")


LIKE = {
    "baseline_cd22": "baseline_cd19",
    "baseline_cd10": "baseline_cd19",
    "relapse_cd22_percent": "relapse_cd19_percent",
    "emd_response": "mrd_response",
    "hct_status": "ph_status",
    "prior_cll": "prior_cml",
    "relapse_site": "relapse_emd_site",
    "prior_inotuzumab_date": "prior_inotuzumab",
}


@pytest.mark.parametrize(("ours", "like"), LIKE.items())
def test_a_mapped_name_with_another_word_than_a_known_one_is_a_warning(
    cohort, ours, like
):
    sheets = cohort(clinical={"Spalte": ""}, columns={ours: "Spalte"})

    (warning,) = sheets.warnings
    assert sheets.problems == []
    assert (warning.column, warning.value) == (f"clinical.columns.{ours}", "Spalte")
    assert warning.rule.startswith(f"is like {like}, which the table lacks")


OWN = ["dli_date", "second_hct_date", "prior_car_t_date", "x_sexx", "sex"]


@pytest.mark.parametrize("ours", OWN)
def test_a_mapped_name_of_ones_own_or_a_known_one_is_accepted(cohort, ours):
    sheets = cohort(clinical={"Spalte": ""}, columns={ours: "Spalte"})

    assert (sheets.problems, sheets.warnings) == ([], [])


def test_a_name_like_a_known_one_that_the_table_has_is_ones_own(cohort):
    clinical = {"Spalte": "", "hct_date": "2021-01-01"}

    assert cohort(clinical=clinical, columns={"hct_date2": "Spalte"}).problems == []


def test_a_fault_names_the_heading_of_the_clinic_too(cohort):
    clinical = {"Alter": "700", "sex": "X"}

    problems = cohort(clinical=clinical, columns={"age": "Alter"}).problems

    assert sorted(p.column for p in problems) == ["age (Alter)", "sex"]


def test_who_has_samples_but_no_outcome_is_named_and_the_other_way_round(cohort):
    warnings = cohort(clinical={"patient": "p1"}).warnings

    told = [(Path(w.file).name, w.row, w.value, w.rule, w.cure) for w in warnings]
    assert told == [
        (
            *("samples.tsv", "line 2", "P1"),
            "has samples, but no row in the clinical table: in no analysis",
            "is p1 the same patient?",
        ),
        (
            *("clinical.tsv", "line 2", "p1"),
            "has no sample, karyotype or decision of a curator: no genotype",
            "is P1 the same patient?",
        ),
    ]


def test_who_has_a_karyotype_alone_has_a_genotype(cohort):
    rows = [{"patient": "P2", "timepoint": "diagnosis", "karyotype": "46,XX[20]"}]
    warnings = cohort(clinical={"patient": "P2"}, cytogenetics=rows).warnings

    assert [w.value for w in warnings] == ["P1"]
