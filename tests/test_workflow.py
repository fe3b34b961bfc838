"""The whole workflow on the dozen invented patients of tests/cohort."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl
import pysam
import pytest
import yaml

from ballad.exports.dictionary import UNKNOWN
from ballad.tables import read_table
from tests.dozen import CONFIG, copy_of_checkout, snakemake
from tests.exports.formats import maf_problems, rows_of, study_problems

pytestmark = pytest.mark.workflow


@pytest.fixture(scope="module")
def checkout(finished_dozen, tmp_path_factory):
    """Return a copy of the checkout with finished results of the dozen patients."""
    folder = tmp_path_factory.mktemp("workflow") / "checkout"
    shutil.copytree(finished_dozen, folder)
    return folder


@pytest.fixture
def editable(checkout, tmp_path):
    """Return a copy of the finished checkout that the test may change."""
    folder = tmp_path / "editable"
    shutil.copytree(checkout, folder)
    return folder


def result(checkout: Path, name: str):
    return read_table(checkout / "results/dozen" / name)


def jobs(checkout: Path, *arguments: str, config: str = CONFIG) -> set[str]:
    """Name the rules that a run would start."""
    planned = snakemake(checkout, "--dry-run", *arguments, config=config).stdout
    return set(re.findall(r"^(?:local)?rule (\w+):", planned, flags=re.MULTILINE))


EXPECTED = sorted(
    path.name for path in (Path(__file__).parent / "cohort/expected").glob("*.tsv")
)


@pytest.mark.parametrize("name", EXPECTED)
def test_every_table_worked_by_hand_is_found(checkout, root, name):
    expected = read_table(root / "tests/cohort/expected" / name)

    obtained = result(checkout, name)[list(expected)]

    keys = [key for key in ("patient", "lesion", "gene") if key in expected]
    if "lesion" in expected or "gene" in expected:
        wanted = set(map(tuple, expected[keys].to_numpy()))
        here = [tuple(row) in wanted for row in obtained[keys].to_numpy()]
        obtained = obtained[here]
    assert obtained.sort_values(keys or list(expected)).values.tolist() == (
        expected.sort_values(keys or list(expected)).values.tolist()
    )


def test_every_dropped_variant_is_counted(checkout):
    counts = result(checkout, "filter_counts.tsv")
    counts["n"] = counts["n"].astype(int)

    for _, sample in counts.groupby(["patient", "sample", "assay"]):
        n = sample.set_index("reason")["n"]
        accounted = n.drop(["records", "outside_panel", "in_panel", "not_a_variant"])
        assert n["records"] == n["outside_panel"] + n["in_panel"]
        assert n["rows"] == accounted.drop("rows").sum()


def test_no_result_holds_a_calendar_date(checkout):
    results = checkout / "results/dozen"
    private = [path for path in results.rglob("*.tsv") if path.parent.name != "run"]
    for path in [*private, results / "report.html", *results.rglob("*.log")]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b20(21|22|23)-[01]\d-[0-3]\d\b", text), path


def test_the_same_command_again_has_nothing_to_do(checkout):
    assert "Nothing to be done" in snakemake(checkout).stdout


def test_the_exports_keep_the_rules_of_the_programs_that_read_them(checkout):
    folder = checkout / "results/dozen/export"
    maf = rows_of(folder / "dozen.maf")

    # Worked out by eye from the VCFs: P72R and two low reads are rejected.
    assert [(row["Tumor_Sample_Barcode"], row["HGVSp_Short"]) for row in maf] == [
        *(("003-T", "p.G12D"), ("004-T", "p.R248Q"), ("005-T", "p.T125=")),
        *(("011-T", "p.R273H"), ("011-T", "p.P80R")),
    ]
    assert maf_problems(maf) == []
    assert study_problems(folder / "cbioportal") == []


def test_the_workbook_says_what_every_column_means(checkout):
    book = openpyxl.load_workbook(checkout / "results/dozen/tables.xlsx")

    said = list(book["dictionary"].iter_rows(min_row=2, values_only=True))
    assert not [row[:2] for row in said if row[2] == UNKNOWN.meaning]
    assert {row[0] for row in said} == set(book.sheetnames) - {"about", "dictionary"}
    assert [cell.value for cell in book["cohort"]["A"]][1:4] == ["001", "002", "003"]


def test_a_shareable_audience_takes_the_single_patients_out_of_the_exports(editable):
    config = editable / CONFIG
    cohort = yaml.safe_load(config.read_text())
    cohort["report"]["audience"] = "shareable"
    config.write_text(yaml.safe_dump(cohort))
    results = editable / "results/dozen"

    finished = snakemake(editable, "results/dozen/export", "results/dozen/tables.xlsx")

    assert finished.returncode == 0, finished.stdout[-3000:]
    # Snakemake keeps the time of a folder in a hidden file of its own.
    assert [path.name for path in (results / "export").glob("[!.]*")] == ["README.txt"]
    names = openpyxl.load_workbook(results / "tables.xlsx").sheetnames
    assert not {"cohort", "variants", "genotypes", "lesions"} & set(names)


def test_a_changed_vaf_limit_reads_no_vcf_again(editable):
    config = editable / CONFIG
    cohort = yaml.safe_load(config.read_text())
    cohort["variants"] = {"filters": {"low_vaf": {"limit": 0.1}}}
    config.write_text(yaml.safe_dump(cohort))

    planned = jobs(editable)

    assert "filter_variants" in planned
    assert "read_variants" not in planned


def test_an_edited_line_of_the_clinical_table_reads_no_vcf_again(editable):
    clinical = editable / "tests/cohort/clinical.tsv"
    clinical.write_text(clinical.read_text().replace("006\tM\t29", "006\tM\t30"))

    planned = jobs(editable)

    assert {"join_clinical", "fit_models"} <= planned
    assert not {"read_variants", "filter_variants", "classify_genotypes"} & planned


def test_an_edited_module_runs_only_the_rules_that_import_it(editable):
    module = editable / "scripts/ballad/outcomes/relapse_patterns.py"
    module.write_text(module.read_text() + "\n# edited\n")

    planned = jobs(editable)

    assert "count_relapse_patterns" in planned
    assert not {"read_variants", "join_clinical", "fit_models"} & planned


def test_two_cohorts_run_at_the_same_time_and_share_no_file(checkout):
    twin = checkout / "tests/cohort/twin.yaml"
    triplet = checkout / "tests/cohort/triplet.yaml"
    cohort = yaml.safe_load((checkout / CONFIG).read_text())
    for path in (twin, triplet):
        path.write_text(yaml.safe_dump({**cohort, "cohort": path.stem}))
    before = {p for p in checkout.rglob("*") if ".snakemake" not in p.parts}

    running = [
        subprocess.Popen(
            [sys.executable, "-m", "snakemake", "--cores", "1"]
            + ["--configfile", str(path.relative_to(checkout))],
            cwd=checkout,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        for path in (twin, triplet)
    ]
    texts = [process.communicate()[0].decode() for process in running]

    assert [process.returncode for process in running] == [0, 0], texts
    after = {p for p in checkout.rglob("*") if ".snakemake" not in p.parts}
    written = {p.relative_to(checkout).parts[:2] for p in after - before}
    assert {p for p in written if p[0] == "results"} == {
        ("results", "twin"),
        ("results", "triplet"),
    }
    assert all(
        "__pycache__" in str(p) for p in after - before if "results" not in p.parts
    )


def test_without_a_cohort_the_message_says_how_to_name_one(checkout):
    process = subprocess.run(
        [sys.executable, "-m", "snakemake"],
        cwd=checkout,
        text=True,
        capture_output=True,
        check=False,
    )

    assert process.returncode != 0
    assert "no cohort is named" in process.stdout + process.stderr
    assert "config/mine.yaml" in process.stdout + process.stderr


def test_all_faults_of_config_and_sheets_are_listed_at_once(editable):
    config = editable / CONFIG
    cohort = yaml.safe_load(config.read_text())
    cohort["varants"] = {}
    cohort["models"] = {"lfs": {"population": "everyone"}}
    cohort["groups"] = {"mine": {"column": "agee", "levels": {"x": ["1"]}}}
    config.write_text(yaml.safe_dump(cohort))
    samples = editable / "tests/cohort/samples.tsv"
    header, *rows = samples.read_text().splitlines()
    rows[0] = rows[0].replace("vcf/001.vcf", "vcf/missing.vcf")
    lines = [f"{header}\tcolour", *(f"{row}\tblue" for row in rows)]
    samples.write_text("\n".join(lines) + "\n")
    clinical = editable / "tests/cohort/clinical.tsv"
    text = clinical.read_text().replace("2022-06-30\tpositive", "2022-01-10\tpositive")
    duplicate = next(row for row in text.splitlines() if row.startswith("006"))
    clinical.write_text(f"{text}{duplicate}\n")

    process = snakemake(editable, "validate")

    assert process.returncode != 0
    config_places = ("varants", "everyone", "agee")
    sheet_places = ("missing.vcf", "colour", "006", "relapse_date")
    for place in (*config_places, *sheet_places):
        assert place in process.stdout, place


def test_a_result_that_lost_its_end_stops_the_next_run(editable):
    models = editable / "results/dozen/models.tsv"
    models.write_bytes(models.read_bytes()[:2000])

    stopped = snakemake(editable, "--dry-run")

    assert stopped.returncode != 0
    assert "results/dozen/models.tsv: the table is cut short" in stopped.stdout


def test_an_input_replaced_under_its_old_date_is_found_before_the_report(editable):
    vcf = editable / "tests/cohort/vcf/006.vcf"
    dates = vcf.stat().st_atime_ns, vcf.stat().st_mtime_ns
    vcf.write_text(vcf.read_text().replace("SYNTHETIC", "synthetic"))
    os.utime(vcf, ns=dates)
    (editable / "results/dozen/report.html").unlink()

    stopped = snakemake(editable, "results/dozen/report.html", "-R", "confirm_inputs")

    assert stopped.returncode != 0
    assert "006.vcf: changed during the run" in stopped.stdout
    assert "002.vcf: changed" not in stopped.stdout
    assert not (editable / "results/dozen/report.html").exists()


def test_validate_passes_on_sound_inputs(checkout):
    process = snakemake(checkout, "validate")

    assert process.returncode == 0, process.stdout[-3000:]
    assert "files of the cohort are sound" in process.stdout
    assert "warning" in process.stdout


def test_validate_names_a_damaged_file(editable):
    (editable / "tests/cohort/vcf/001.vcf").write_text(
        "##fileformat=VCFv4.2\nchr17\t1\n"
    )

    process = snakemake(editable, "validate")

    assert process.returncode != 0
    assert "001.vcf" in process.stdout
    assert "Traceback" not in process.stdout
    assert not list((editable / "results/dozen").glob("validate*"))


def test_a_sequenced_sample_without_a_coverage_file_is_planned(root, tmp_path):
    folder = copy_of_checkout(root, tmp_path)
    sheet = folder / "tests/cohort/samples.tsv"
    samples = read_table(sheet)
    samples["coverage"] = ""
    samples.to_csv(sheet, sep="\t", index=False)

    assert "assess_callability" in jobs(folder)


def test_an_unannotated_vcf_is_told_by_the_reference(root, tmp_path):
    """An invented genome: TP53 has one coding exon of GCC, alanine, on the minus strand."""
    editable = copy_of_checkout(root, tmp_path)
    chromosomes = {
        line.split("\t")[0]
        for line in (editable / "resources/panel/cds.GRCh38.bed").open()
    }
    genome = editable / "genome.fa"
    place = 7_675_100
    with genome.open("w") as fasta:
        for name in sorted(chromosomes - {"chr17"} | {"chrX", "chrY"}):
            fasta.write(f">{name}\nACGT\n")
        fasta.write(f">chr17\n{'N' * place}{'GGC' * 40}\n")
    pysam.faidx(str(genome))
    span = f"chr17\tmade\tKIND\t{place + 1}\t{place + 120}\t.\t-\t"
    gene, transcript = "gene:ENSG00000141510", "transcript:ENST00000269305"
    (editable / "genes.gff3").write_text(
        span.replace("KIND", "gene") + f".\tID={gene};Name=TP53\n"
        f"{span.replace('KIND', 'mRNA')}.\tID={transcript};Parent={gene}\n"
        f"{span.replace('KIND', 'CDS')}0\tParent={transcript}\n"
    )
    header = "##fileformat=VCFv4.2\n##contig=<ID=chr17,length=83257441>\n"
    header += "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT"
    record = "PASS\t.\tGT:AD:DP\t0/1:60,40:100"
    (editable / "tests/cohort/vcf/001.vcf").write_text(
        f"{header}\t001-T\nchr17\t{place + 5}\t.\tG\tA\t.\t{record}\n"
        f"chr17\t{place + 30}\t.\tCG\tC\t.\t{record}\n"
    )
    config = editable / CONFIG
    paths = {"GRCh38": {"fasta": "genome.fa", "gff": "genes.gff3"}}
    settings = yaml.safe_load(config.read_text()) | {"reference": paths}
    config.write_text(yaml.safe_dump(settings))

    finished = snakemake(editable, "results/dozen/variants.tsv")

    assert finished.returncode == 0, finished.stdout[-3000:]
    found = result(editable, "variants.tsv")
    told = found[found["patient"] == "001"]
    assert told["protein_change"].tolist() == ["A39V", "A31fs"]
    assert told["pathogenicity"].tolist() == ["vus", "pathogenic"]
    cut = read_table(editable / "results/dozen/work/reference/GRCh38.tsv")
    assert cut["known_bases"].tolist() == ["120"]
