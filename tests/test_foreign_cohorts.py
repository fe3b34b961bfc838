"""Cohorts of other laboratories, run by configuration alone."""

import csv
import json
import re
import shutil
import subprocess
import sys
import zipfile
from math import nan

import pytest
import yaml
from snakemake.utils import update_config

from ballad.inputs.configuration import without_switched_off
from ballad.tables import read_table

pytestmark = pytest.mark.workflow


def written_table(root, folder):
    """Write the bmt data as a clinic might keep it: its own names, day numbers."""
    source = root / "tests/oracle/data/bmt.csv"
    with source.open(encoding="utf-8", newline="") as lines:
        patients = list(csv.DictReader(lines))
    with (folder / "table.csv").open("w", encoding="utf-8", newline="") as file:
        columns = ["id", "day_of_transplant", "last_seen", "relapse", "death"]
        columns += ["platelets", "group", "hi", "lo", "z1", "z8"]
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        for row in patients:
            copied = {name: row[name] for name in ("id", "group", "hi", "lo")}
            writer.writerow(
                copied
                | {
                    "day_of_transplant": "0",
                    "last_seen": row["t1"],
                    "relapse": row["t2"] if row["d2"] == "1" else "",
                    "death": row["t1"] if row["d1"] == "1" else "",
                    "platelets": row["tp"] if row["dp"] == "1" else "",
                    "z1": row["z1"],
                    "z8": row["z8"],
                }
            )


@pytest.fixture(scope="module")
def bmt(root, tmp_path_factory):
    """Return the results of the public transplant data."""
    folder = tmp_path_factory.mktemp("bmt")
    shutil.copy(root / "tests/foreign/bmt/config.yaml", folder)
    shutil.copy(root / "config/templates/samples.tsv", folder)
    written_table(root, folder)
    (folder / "curation.tsv").write_text(
        "patient\tlesion\tstate\tsource\tnote\n1\ttp53\tabsent\tinvented\t\n"
    )
    return results_of(root, folder, "bmt")


def results_of(root, folder, cohort):
    """Run the workflow in a folder with the cohort's config.yaml alone."""
    process = subprocess.run(
        [sys.executable, "-m", "snakemake", "--snakefile"]
        + [str(root / "workflow/Snakefile"), "--cores", "2"]
        + ["--configfile", "config.yaml"],
        cwd=folder,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert process.returncode == 0, process.stdout[-6000:]
    return folder / "results" / cohort


@pytest.fixture(scope="module")
def ward(root, tmp_path_factory):
    """Return the results of the ward: a CSV, its own codes, dates as 31.12.2019."""
    folder = tmp_path_factory.mktemp("ward")
    shutil.copytree(root / "tests/foreign/ward", folder, dirs_exist_ok=True)
    shutil.copy(root / "config/templates/samples.tsv", folder)
    return results_of(root, folder, "ward")


def oracle(root, case):
    path = root / f"tests/oracle/expected/{case}.json"
    return json.loads(path.read_text())["expected"]


LABELS = {"ALL": "ALL", "AMLlow": "AML low", "AMLhigh": "AML high"}
DAYS_PER_MONTH = 30.4375


def at(curve, time):
    """Return the last row of a step function at or before a day."""
    return curve[curve["time_months"] * DAYS_PER_MONTH <= time + 1e-6].iloc[-1]


def test_events_are_counted_as_r_counts_them(bmt):
    cohort = read_table(bmt / "cohort.tsv")

    # R: table(bmt$cr_event) is 54 censored, 42 relapses, 41 deaths in remission
    assert cohort["disease_free_cause"].value_counts().to_dict() == {
        "censored": 54,
        "relapse": 42,
        "death": 41,
    }


def test_kaplan_meier_equals_r(bmt, root):
    survival = read_table(
        bmt / "survival.tsv", numeric=["time_months", "survival", "ci_low", "ci_high"]
    )
    grouped = survival[survival["group_by"] == "disease_group"]

    for point in oracle(root, "km_bmt_loglog")["curves"]:
        label = LABELS[point["strata"].removeprefix("group=")]
        row = at(grouped[grouped["group"] == label], point["time"])
        expected = (point["surv"], point["lower"], point["upper"])
        assert (row["survival"], row["ci_low"], row["ci_high"]) == (
            pytest.approx(expected, abs=1e-9)
        )


def test_cumulative_incidence_equals_r(bmt, root):
    incidence = read_table(
        bmt / "cumulative_incidence.tsv",
        numeric=["time_months", "cif", "ci_low", "ci_high"],
    )
    grouped = incidence[incidence["group_by"] == "disease_group"]
    causes = {"1": "relapse", "2": "death"}

    for point in oracle(root, "cuminc_bmt_group")["cif"]:
        curve = grouped[
            (grouped["group"] == LABELS[point["group"]])
            & (grouped["cause"] == causes[point["cause"]])
        ]
        row = at(curve, point["time"])
        limits = (point["lower_loglog"], point["upper_loglog"])
        expected = (point["est"], *(nan if x is None else x for x in limits))
        assert (row["cif"], row["ci_low"], row["ci_high"]) == (
            pytest.approx(expected, abs=1e-9, nan_ok=True)
        )


def test_the_cause_specific_cox_model_equals_r(bmt, root):
    models = read_table(bmt / "models.tsv", numeric=["estimate", "n", "events"])
    relapse = models[models["model"] == "relapse"].set_index("term")
    expected = oracle(root, "csc_bmt_relapse")
    terms = {"hi": "high_risk", "lo": "low_risk", "z1": "patient_age", "z8": "fab"}

    assert set(relapse["n"]) == {137}
    assert set(relapse["events"]) == {42}
    for term, ratio in zip(expected["terms"], expected["hr"], strict=True):
        row = relapse.loc[terms[term]]
        assert row["method"] == "cox"
        assert row["estimate"] == pytest.approx(ratio, abs=1e-5)


def test_any_date_column_becomes_a_time_dependent_covariate(bmt):
    models = read_table(bmt / "models.tsv", numeric=["estimate", "events_in_level"])

    row = models[models["term"] == "platelet_recovery"].iloc[0]

    assert (row["method"], row["level"]) == ("firth_cox", "yes")
    assert row["estimate"] > 0
    # counted in the data: d2 == 1, dp == 1 and tp < t2
    assert row["events_in_level"] == 39


def test_without_any_assay_every_lesion_is_not_assessed_but_the_curated(bmt):
    lesions = read_table(bmt / "lesions.tsv")

    assert dict(zip(lesions["lesion"], lesions["state"], strict=True))["tp53"] == (
        "absent"
    )
    assert set(lesions.loc[lesions["lesion"] != "tp53", "state"]) == {"not_assessed"}


def rows_of(path, numeric=(), **wanted):
    table = read_table(path, numeric=numeric)
    for column, value in wanted.items():
        table = table[table[column] == value]
    return table


def test_the_ward_s_dates_and_codes_become_days_and_ours(ward):
    cohort = read_table(ward / "cohort.tsv").set_index("patient")

    # 28.02.2019 to 18.05.2020: 306 days to the end of 2019, and 31 + 29 + 31 + 30 + 18
    assert cohort.loc[
        "W-006", ["sex", "response", "relapse_cd19", "relapse_emd"]
    ].tolist() == ["M", "CRi", "negative", "isolated"]
    assert cohort.loc["W-006", "relapse_day"] == "445"


def test_the_month_of_a_transplant_is_imputed_and_listed(ward):
    cohort = read_table(ward / "cohort.tsv").set_index("patient")
    warnings = read_table(ward / "run/warnings.tsv")

    # 20.01.2020 to 15.05.2020: 11 + 29 + 31 + 30 + 15 days
    assert cohort.loc["W-004", "hct_day"] == "116"
    imputed = warnings[warnings["rule"].str.contains("imputed")]
    assert imputed["rule"].str.contains("dates imputed: 1, of 1 patients").sum() == 1
    assert imputed["value"].tolist() == ["", "day 116"]


def test_response_of_the_ward_counts_the_late_and_the_unassessed_as_failures(ward):
    (row,) = rows_of(ward / "response.tsv", endpoint="response", group_by="").to_dict(
        "records"
    )

    # 001 to 007 within 84 days; 008 on day 90, 009 to 011 without, 012 not evaluable
    assert (row["n"], row["responders"]) == ("12", "7")


def test_leukaemia_free_survival_of_the_ward_by_hand(ward):
    cohort = read_table(ward / "cohort.tsv").set_index("patient")
    causes = cohort.loc[cohort["in_remission"] == "yes", "lfs_cause"]
    curve = rows_of(
        ward / "survival_summary.tsv",
        numeric=["time_months", "value"],
        **{"endpoint": "lfs", "group_by": "tp53_status", "statistic": "survival"},
    )

    # days from response: relapse 100 (001), 200 (002), 250 (013), 400 (006); death 150
    # (003); censored 300, 500, 700, 794 (015 at the cut-off, before its relapse), 958
    assert causes[causes != "censored"].to_dict() == {
        **{
            "W-001": "relapse",
            "W-002": "relapse",
            "W-006": "relapse",
            "W-013": "relapse",
        },
        "W-003": "death",
    }
    assert cohort.loc["W-015", ["lfs_days", "lfs_event"]].tolist() == ["794", "0"]
    # mutated: 002, 006, 013 relapse; wild type: events at 100 and 150 among seven
    by_group = curve[curve["time_months"] == 12].set_index("group")
    assert by_group.loc["TP53 wild type", "value"] == pytest.approx(6 / 7 * 5 / 6)
    assert by_group.loc["TP53 mutated", "value"] == pytest.approx(2 / 3 * 1 / 2)
    assert by_group.loc["TP53 mutated", ["n", "events"]].tolist() == ["3", "3"]


def test_competing_relapses_of_the_ward_by_hand(ward):
    incidence = rows_of(
        ward / "cumulative_incidence.tsv",
        numeric=["time_months", "cif"],
        endpoint="cd19_relapse",
        group_by="tp53_status",
    )
    mutated = incidence[incidence["group"] == "TP53 mutated"]

    # 002 and 013 CD19-positive at 200 and 250, 006 CD19-negative at 400 days
    for cause, expected in {"cd19_positive": 2 / 3, "cd19_negative": 1 / 3}.items():
        last = mutated[mutated["cause"] == cause].iloc[-1]
        assert last["cif"] == pytest.approx(expected)


def test_the_flow_of_the_ward_by_hand(ward):
    flow = read_table(ward / "flow.tsv").set_index("step")[["n", "excluded"]]

    expected = {
        "clinical table": ["16", "0"],
        "with genetic data": ["15", "1"],  # 016 has no curated lesion
        "population rr": ["12", "4"],
        "population mrd": ["4", "12"],
        "population remission": ["10", "6"],
        "population relapsed": ["4", "6"],
        "endpoint os in all": ["16", "0"],
        "endpoint response in rr": ["12", "0"],
        "endpoint lfs in remission": ["10", "0"],
    }
    assert {step: flow.loc[step].tolist() for step in expected} == expected


def leaves(value):
    """List every text and key of a configuration."""
    if isinstance(value, dict):
        return {str(key) for key in value}.union(*map(leaves, value.values()))
    if isinstance(value, list):
        return set().union(*map(leaves, value))
    return {str(value)}


def test_the_ward_s_merged_config_holds_the_method_and_its_own_and_nothing_else(
    ward, root
):
    method, own, example = (
        yaml.safe_load((root / path).read_text(encoding="utf-8"))
        for path in (
            *("config/config.yaml", "tests/foreign/ward/config.yaml"),
            "config/example.yaml",
        )
    )
    of_the_example = leaves(example) - leaves(method) - leaves(own)

    merged = yaml.safe_load((ward / "run/config.yaml").read_text(encoding="utf-8"))

    assert {"resources/example/samples.tsv", "PANEL", "example"} <= of_the_example
    assert not leaves(merged) & of_the_example
    update_config(method, own)
    assert merged == without_switched_off(method)


def test_a_minimal_config_of_required_keys_holds_nothing_of_the_example(root):
    example, merged = (
        yaml.safe_load((root / path).read_text(encoding="utf-8"))
        for path in ("config/example.yaml", "config/config.yaml")
    )
    minimal = {
        **{"cohort": "mine", "samples": "s.tsv", "genome_build": "GRCh37"},
        **{"clinical": {"table": "c.tsv"}, "assays": {"A": {"type": "wes"}}},
    }
    method = leaves(merged)
    update_config(merged, minimal)

    assert leaves(merged) == method | leaves(minimal)
    assert not leaves(merged) & {"resources/example/clinical.tsv", "PANEL", "ARRAY"}
    assert merged["cohort"] != example["cohort"]


def calendar_dates(folder):
    """List the dates of the ward's table, also as other programs would write them."""
    rows = csv.reader((folder / "patients.csv").open(encoding="utf-8"), delimiter=";")
    cells = {cell for row in rows for cell in row}
    full = {cell for cell in cells if re.fullmatch(r"\d\d\.\d\d\.\d{4}", cell)}
    iso = {"-".join(reversed(date.split("."))) for date in full}
    return {*full, *iso, "11.04.2019", "06/2019", "05.2020", "2020-05", "2020-05-15"}


def outside_of_run(results):
    """List the files that may leave the house, and the logs, as text."""
    files = [path for path in results.rglob("*") if path.is_file()]
    texts = {path: path.read_bytes() for path in files if path.parent.name != "run"}
    for path in texts:
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                texts[path] = b" ".join(book.read(name) for name in book.namelist())
    return {path: text.decode("utf-8", "ignore") for path, text in texts.items()}


def test_no_calendar_date_of_the_ward_stands_outside_of_run(ward):
    dates = calendar_dates(ward.parents[1])
    texts = outside_of_run(ward)

    assert len(dates) > 100
    assert {"report.html", "cohort.tsv", "join_clinical.log"} <= {p.name for p in texts}
    for path, text in texts.items():
        assert not [date for date in dates if date in text], path


def test_a_remark_keeps_its_words_without_its_dates(ward):
    cohort = read_table(ward / "cohort.tsv").set_index("patient")

    assert cohort.loc["W-009", "remark"] == "Lumbalpunktion am (date), Verlegung (date)"


@pytest.fixture(scope="module")
def shareable(ward, root, tmp_path_factory):
    """Return the report of the ward for others."""
    folder = tmp_path_factory.mktemp("shareable")
    shutil.copytree(ward.parents[1], folder, dirs_exist_ok=True)
    config = yaml.safe_load((folder / "config.yaml").read_text(encoding="utf-8"))
    config["report"]["audience"] = "shareable"
    (folder / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    results = results_of(root, folder, "ward")
    return (results / "report.html").read_text(encoding="utf-8")


def test_a_shareable_report_names_no_patient_and_no_date(ward, shareable):
    assert not re.search(r"W-0\d\d", shareable)
    assert not [d for d in calendar_dates(ward.parents[1]) if d in shareable]


def test_a_shareable_report_shows_no_count_of_one_to_four_patients(shareable):
    counted = re.compile(r"Patients|Events|Responders|Not in it|At risk")
    tables = re.findall(r"<table.*?</table>", shareable, flags=re.DOTALL)
    assert tables
    for text in tables:
        heads = [plain(head) for head in re.findall(r"<th[^>]*col.*?</th>", text)]
        for row in re.findall(r"<tr.*?</tr>", text, flags=re.DOTALL):
            cells = re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row, flags=re.DOTALL)
            for head, cell in zip(heads, map(plain, cells), strict=False):
                small = re.match(r"[1-4]( \(|$)", cell)
                assert not (counted.search(head) and small), (heads, cells)
                assert not re.match(r"[1-4] \(\d+\.\d%\)", cell), (heads, cells)


def plain(markup):
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())
