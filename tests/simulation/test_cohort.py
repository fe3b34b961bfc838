"""The SYNTHETIC cohort: exact quotas, separate streams, truth beside the files."""

import datetime
import hashlib
from collections import Counter

import pytest
import yaml

from ballad.simulation import cohort as simulated
from ballad.simulation.assays import OUTSIDE, SHORT
from ballad.simulation.cohort import simulate_cohort, truth_tables, write_cohort
from ballad.simulation.design import read_design
from ballad.tables import read_table


@pytest.fixture(scope="module")
def design(root):
    return read_design(root / "resources" / "simulation")


@pytest.fixture(scope="module", params=[1, 20])
def cohort(request, design):
    return simulate_cohort(request.param, design)


def write(root, design, folder, seed=1):
    panel = root / "resources" / "panel"
    exons = {b: str(panel / f"cds.{b}.bed") for b in ("GRCh37", "GRCh38")}
    return write_cohort(folder, seed, design, str(panel / "genes.tsv"), exons)


@pytest.fixture(scope="module")
def folder(root, design, tmp_path_factory):
    target = tmp_path_factory.mktemp("example")
    write(root, design, target)
    return target


def checksums(folder):
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_indications_and_genotype_groups_have_their_quotas(cohort):
    # Aldoss, Blood Adv 2025: 150/88/10/19 and 50/80/7/8 of 267.
    groups = Counter(p.stratum.group for p in cohort.patients)

    assert Counter(p.indication for p in cohort.patients) == {
        "rr": 150,
        "mrd": 88,
        "induction": 10,
        "mrd_negative": 19,
    }
    assert groups == {
        "Ph+": 50,
        "Ph-like": 80,
        "KMT2A-r": 7,
        "PAX5 alteration": 8,
        "NOS": 122,
    }


def test_tp53_is_mutated_in_35_with_the_quotas_of_group_allele_and_state(cohort):
    mutated = [p for p in cohort.patients if p.tp53]

    assert Counter(p.stratum.group for p in mutated) == {
        "Ph+": 2,
        "Ph-like": 6,
        "PAX5 alteration": 1,
        "NOS": 26,
    }
    assert Counter(p.tp53.variants[0].allele.role for p in mutated) == {
        "tp53_missense": 28,
        "tp53_r337h": 1,  # takes the place of a missense
        "tp53_nonsense": 3,
        "tp53_frameshift": 1,
        "tp53_splice": 1,
        "tp53_exon_end": 1,
    }
    assert Counter(p.tp53.allelic for p in mutated) == {
        "loss": 14,
        "second": 4,
        "loh": 2,
        "single": 15,
    }


def test_twelve_of_thirteen_low_hypodiploid_leukaemias_lose_their_other_tp53(cohort):
    hypodiploid = [p for p in cohort.patients if p.stratum.stratum == "low_hypodiploid"]

    states = Counter(p.tp53.allelic if p.tp53 else "wild type" for p in hypodiploid)
    assert states == {"loss": 12, "wild type": 1}


def test_89_71_and_9_respond(cohort):
    responders = Counter(
        patient.indication
        for patient, course in zip(cohort.patients, cohort.courses, strict=True)
        if course.responder
    )

    assert responders == {"rr": 89, "mrd": 71, "induction": 9}


def test_three_relapses_after_a_response_are_of_unknown_cd19(cohort):
    unknown = [c for c in cohort.courses if c.relapse_cd19 == "unknown"]

    assert len(unknown) == 3
    assert all(c.responder and c.relapse_cd19_percent is None for c in unknown)


def test_twenty_relapsed_or_refractory_patients_have_active_disease_outside(cohort):
    active = [p.indication for p in cohort.patients if p.emd_active]

    assert active == ["rr"] * 20


def test_five_wild_type_patients_have_no_usable_tp53_result(cohort):
    results = Counter(
        a.tp53
        for patient, a in zip(cohort.patients, cohort.assays, strict=True)
        if patient.tp53 is None
    )

    assert (results[OUTSIDE], results[SHORT]) == (3, 2)
    assert sum(p.tp53 is None for p in cohort.patients) == 232


def test_every_subtype_but_the_masked_and_the_untested_is_expected_to_be_found(
    cohort, design
):
    _, patients = truth_tables(cohort, design)
    lost = patients[patients["planted_subtype"] != patients["expected_subtype"]]

    # Three masked clones without array, three B-other with a weak kinase fusion.
    assert sorted(lost["detail"]) == [""] * 3 + ["masked hypodiploid, no array"] * 3
    assert list(patients["expected_subtype"]).count("UNCLASSIFIABLE") == 12


def test_a_transplant_counts_only_in_ongoing_remission(cohort):
    salvage = {"D15_salvage", "D15_relapse_day"}
    decoys = {patient for patient, decoy in cohort.decoys if decoy in salvage}
    for patient, course in zip(cohort.patients, cohort.courses, strict=True):
        if course.hct_day is not None and patient.patient not in decoys:
            ends = [course.relapse_day, course.death_day, course.follow_up_day]
            assert course.hct_day < min(day for day in ends if day is not None)


def test_the_same_seed_writes_the_same_bytes(root, design, folder, tmp_path):
    write(root, design, tmp_path)

    assert checksums(tmp_path) == checksums(folder)


def test_another_seed_draws_another_cohort(design):
    one, two = simulate_cohort(1, design), simulate_cohort(2, design)

    assert one.courses != two.courses
    assert [p.stratum for p in one.patients] != [p.stratum for p in two.patients]


@pytest.mark.parametrize("stream", ["assays", "files", "dialects"])
def test_a_draw_more_in_a_later_stream_moves_no_patient_and_no_course(
    design, monkeypatch, stream
):
    before = simulate_cohort(1, design)
    original = simulated.streams

    def disturbed(seed):
        found = original(seed)
        found[stream].random(17)
        return found

    monkeypatch.setattr(simulated, "streams", disturbed)
    after = simulate_cohort(1, design)

    assert (after.patients, after.courses) == (before.patients, before.courses)
    assert (after.assays == before.assays) == (stream != "assays")


def test_the_parameters_come_from_the_table(design):
    changed = {**design.parameters, "median_after_relapse": 600.0}
    longer = type(design)(**{**design.__dict__, "parameters": changed})

    def deaths(used):
        courses = simulate_cohort(1, used).courses
        return sum(
            c.relapse_day is not None and c.death_day is not None for c in courses
        )

    assert deaths(longer) < deaths(design) / 3


def test_dates_are_in_order_and_end_at_the_cut_off(folder):
    order = ["diagnosis_date", "treatment_start", "response_date", "relapse_date"]
    order += ["death_date", "last_contact"]
    clinical = read_table(folder / "clinical.tsv")

    assert len(clinical) == 267
    for row in clinical.to_dict("records"):
        dates = [row[name] for name in order if row[name]]
        assert dates == sorted(dates)
        assert dates[-1] <= "2024-06-30"
        if not row["death_date"]:
            assert datetime.date.fromisoformat(row["last_contact"]) == (
                simulated.DATA_CUTOFF
            )


def test_everything_says_synthetic(folder):
    for name in ("samples", "clinical", "cytogenetics"):
        assert set(read_table(folder / f"{name}.tsv")["x_synthetic"]) == {"SYNTHETIC"}
    assert set(read_table(folder / "curation.tsv")["note"]) == {"SYNTHETIC"}
    assert all("SYNTHETIC" in path.name for path in folder.glob("fusions/*"))
    for path in folder.glob("copy_number/*"):
        assert path.read_text().splitlines()[1].startswith("SYNTHETIC")


def test_the_config_targets_the_panel_that_the_coverage_files_hold(root, design):
    config = yaml.safe_load((root / "config" / "example.yaml").read_text())

    assert config["assays"]["PANEL"]["genes"] == list(design.panel)
    assert ["TP53", *config["assays"]["PANEL_WITHOUT_TP53"]["genes"]] == list(
        design.panel
    )
