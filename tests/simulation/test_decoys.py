"""Each decoy of the study is planted in its number, with what is expected of it."""

from collections import Counter

import pytest

from ballad.simulation.cohort import decoy_table, simulate_cohort, truth_tables
from ballad.simulation.design import read_design
from ballad.simulation.variant_files import sample_sites
from ballad.states import INDETERMINATE, PRESENT


@pytest.fixture(scope="module")
def design(root):
    return read_design(root / "resources" / "simulation")


@pytest.fixture(scope="module", params=[1, 20])
def cohort(request, design):
    return simulate_cohort(request.param, design)


@pytest.fixture(scope="module")
def carriers(cohort):
    """Return patient numbers by decoy."""
    place = {p.patient: n for n, p in enumerate(cohort.patients)}
    found = {}
    for patient, decoy in cohort.decoys:
        found.setdefault(decoy, []).append(place[patient])
    return found


def state(cohort, design, number, lesion):
    table, _ = truth_tables(cohort, design)
    patient = cohort.patients[number].patient
    row = table[(table["patient"] == patient) & (table["lesion"] == lesion)]
    return row["expected"].item()


def test_every_decoy_of_the_table_is_planted_in_its_number(cohort, design):
    planted = Counter(decoy for _, decoy in cohort.decoys)

    assert set(planted) == set(design.decoys)
    for decoy, row in design.decoys.items():
        if row["n"]:
            assert planted[decoy] == int(row["n"]), decoy


def test_the_truth_names_each_patients_decoys_and_what_is_expected(cohort, design):
    table = decoy_table(cohort, design)

    assert list(table) == ["patient", "decoy", "planted", "expected"]
    assert len(table) == len(cohort.decoys)
    assert not (table == "").any(axis=None)
    assert not table.duplicated(["patient", "decoy"]).any()


def test_true_tp53_variants_with_a_failed_filter_are_r248q(cohort, carriers):
    filters = []
    for decoy in ("D4_germline", "D4_clustered"):
        for number in carriers[decoy]:
            first = cohort.patients[number].tp53.variants[0]
            assert first.allele.protein_change == "R248Q"
            assert first in cohort.patients[number].variants
            filters.append(first.filters)
            assert cohort.forms[number].caller == "Mutect2"

    assert filters == ["germline", "germline", "clustered_events"]


def test_low_tp53_variants_are_of_patients_of_60_with_a_usable_result(cohort, carriers):
    for number in carriers["D2_low_vaf"]:
        patient = cohort.patients[number]
        vafs = [v.vaf for v in patient.variants if v.allele.role == "tp53_unlisted"]
        assert patient.age >= 60
        assert patient.tp53 is None
        assert len(vafs) == 1
        assert 0.01 <= vafs[0] <= 0.04
        assert cohort.assays[number].tp53 == "covered"


def test_clonal_haematopoiesis_is_a_lesion_from_the_floor_on(cohort, design, carriers):
    old = sum(p.age >= 60 for p in cohort.patients)

    assert len(carriers["D2_ch"]) == round(old / 10)
    for number in carriers["D2_ch"]:
        patient = cohort.patients[number]
        (vaf,) = [v.vaf for v in patient.variants if v.allele.role == "ch"]
        found = state(cohort, design, number, "ch_mutation") == PRESENT
        assert found == (vaf > 0.05)


def test_the_germline_like_tp53_mutations_count(cohort, design, carriers):
    (founder,), (remission,) = carriers["D5_r337h"], carriers["D5_remission"]

    assert cohort.patients[founder].variants[0].allele.protein_change == "R337H"
    for number in (founder, remission):
        assert cohort.patients[number].variants[0].vaf == 0.48
        assert state(cohort, design, number, "tp53") == PRESENT
    # Of a specimen in remission a negative result proves nothing.
    assert state(cohort, design, remission, "ras_mutation") == INDETERMINATE


def test_a_second_crlf2_fusion_leaves_the_founder_in_front(cohort, design, carriers):
    subtype = {"D9_ph": "BCR_ABL1", "D9_hyperdiploid": "hyperdiploid"}
    subtype["D9_iamp21"] = "iAMP21"
    _, patients = truth_tables(cohort, design)
    for decoy, name in subtype.items():
        (number,) = carriers[decoy]
        assert patients["expected_subtype"][number] == name
        assert state(cohort, design, number, "crlf2_r") == PRESENT
        assert state(cohort, design, number, "ph_like") == "absent"


def test_a_weak_kinase_fusion_leaves_the_leukaemia_unclassified(
    cohort, design, carriers
):
    _, patients = truth_tables(cohort, design)
    for number in carriers["D10_weak"]:
        assert state(cohort, design, number, "abl_class") == INDETERMINATE
        assert state(cohort, design, number, "ph_like") == INDETERMINATE
        assert patients["expected_subtype"][number] == "UNCLASSIFIABLE"


def test_the_other_sample_differs_from_the_one_that_counts(cohort, design, carriers):
    from ballad.simulation.design import streams

    def tp53(number, timepoint):
        patient, assays = cohort.patients[number], cohort.assays[number]
        sites = sample_sites(streams(1)["files"], patient, assays, design)
        return [
            found.allele.protein_change
            for site in sites[timepoint]
            for found in site.alternatives
            if found.allele.role.startswith("tp53_missense") and found.reads
        ]

    for number in carriers["D13_relapse"]:
        assert (tp53(number, "own"), tp53(number, "relapse")) == ([], ["R248Q"])
        assert state(cohort, design, number, "tp53") == "absent"
    for number in carriers["D13_before_start"]:
        assert tp53(number, "before_start") == []
        assert state(cohort, design, number, "tp53") == PRESENT


def test_late_transplants_and_early_deaths_have_their_dates(cohort, carriers):
    courses = cohort.courses
    for number in carriers["D15_salvage"]:
        assert courses[number].hct_day > courses[number].relapse_day
    for number in carriers["D15_relapse_day"]:
        assert courses[number].hct_day == courses[number].relapse_day
    for number in carriers["D15_late"]:
        assert courses[number].follow_up_day - courses[number].hct_day == 20
        assert courses[number].death_day is None
    for number in carriers["D16_mrd"]:
        course = courses[number]
        assert course.relapse_day is None
        assert course.mrd_response_day < course.mrd_recurrence_day
        assert course.mrd_recurrence_day < course.follow_up_day
    for number in carriers["D16_day_zero"]:
        assert courses[number].death_day == courses[number].response_day
        assert courses[number].follow_up_day == courses[number].response_day


def test_missing_values_have_their_shares(design):
    many = [simulate_cohort(seed, design).patients for seed in range(30, 36)]
    empty = Counter(
        c for patients in many for p in patients for c in p.extras.unrecorded
    )
    total = sum(map(len, many))

    # Binomial standard errors of 1602 draws: .004, .003, .007.
    assert empty["marrow_blasts"] / total == pytest.approx(0.03, abs=0.013)
    assert empty["emd_history"] / total == pytest.approx(0.02, abs=0.011)
    assert empty["baseline_cd19"] / total == pytest.approx(0.08, abs=0.021)
