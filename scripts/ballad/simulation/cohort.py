"""The SYNTHETIC cohort as files: sheets, assay results, truth."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ballad.simulation.assays import Assays, simulate_assays
from ballad.simulation.biology import Patient, simulate_patients
from ballad.simulation.course_decoys import plant_courses
from ballad.simulation.decoys import inherent_decoys, leave_unrecorded, plant_decoys
from ballad.simulation.design import Design, streams, table
from ballad.simulation.dialects import Form, simulate_forms
from ballad.simulation.outcome import Course, simulate_courses
from ballad.simulation.samples import (
    SAMPLE_COLUMNS,
    SYNTHETIC,
    Panel,
    cytogenetics_row,
    flow_row,
    sample_rows,
)
from ballad.simulation.truth import (
    expected_allelic_state,
    expected_states,
    expected_subtype,
    planted_allelic_state,
    planted_states,
)
from ballad.tables import write_table

DATA_CUTOFF = datetime.date(2024, 6, 30)
README = """# The SYNTHETIC cohort

Every patient of this folder is invented; no row describes a real person. The files
are written by `scripts/simulate_cohort.py --seed {seed}` from the tables of
`resources/simulation/`; nothing here is edited by hand.
{selection}
`truth/` says what was planted and what the assays done can say of it; the workflow
never reads it. `truth/decoys.tsv` names the findings that look like a lesion, or hide
one, with what is expected of each. The files are in the dialects of six variant
callers, three annotators, two genome builds and three fusion callers. The copy-number arrays stand for an enriched specimen of at least 60
percent tumour cells, whatever the purity of the sequenced one.
"""


@dataclass(frozen=True)
class Cohort:
    """Everything drawn, before a file is written."""

    patients: list[Patient]
    courses: list[Course]
    assays: list[Assays]
    forms: list[Form]  # dialects of the files
    decoys: list[tuple[str, str]]  # patient, decoy


def simulate_cohort(seed: int, design: Design) -> Cohort:
    """Draw patients, courses, decoys, assays and dialects from separate streams."""
    rng = streams(seed)
    patients = simulate_patients(rng["biology"], design)
    courses = simulate_courses(rng["outcome"], patients, design)
    courses, of_courses = plant_courses(rng["courses"], courses, design)
    patients, decoys = plant_decoys(rng["decoys"], patients, courses, design)
    patients = leave_unrecorded(rng["recording"], patients, design)
    assays = simulate_assays(rng["assays"], patients, design)
    forms = simulate_forms(rng["dialects"], patients, design)
    decoys += [(patients[number].patient, decoy) for number, decoy in of_courses]
    for patient, done, form in zip(patients, assays, forms, strict=True):
        inherent = [*inherent_decoys(patient, done), *form.decoys]
        decoys += [(patient.patient, decoy) for decoy in inherent]
    return Cohort(patients, courses, assays, forms, sorted(decoys))


def write_cohort(
    folder: Path,
    seed: int,
    design: Design,
    panel: str,
    coding_exons: Mapping[str, str],
    selection: str = "",
) -> Cohort:
    """
    Write sheets, assay files and truth of one cohort.

    Parameters
    ----------
    folder
        Made if missing; files of the same names are replaced.
    seed, design
        What to draw.
    panel, coding_exons
        resources/panel: genes.tsv; the coding exons by genome build.
    selection
        How the seed was chosen, for the README.
    """
    cohort = simulate_cohort(seed, design)
    rng = streams(seed)["files"]
    for name in ("vcf", "coverage", "fusions", "copy_number", "truth"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    targets = Panel.read(panel, coding_exons, design)
    samples, cytogenetics, curation, clinical = [], [], [], []
    for patient, course, assays, form in zip(
        cohort.patients, cohort.courses, cohort.assays, cohort.forms, strict=True
    ):
        row = clinical_row(rng, patient, course)
        clinical.append(row)
        samples += sample_rows(rng, folder, patient, assays, form, row, design, targets)
        cytogenetics += cytogenetics_row(rng, patient, assays, row, design)
        if "flow" in assays.done:
            curation.append(flow_row(patient))
    write_table(table(samples, SAMPLE_COLUMNS), folder / "samples.tsv")
    write_table(table(cytogenetics), folder / "cytogenetics.tsv")
    write_table(table(curation), folder / "curation.tsv")
    write_table(table(clinical), folder / "clinical.tsv")
    lesions, patients = truth_tables(cohort, design)
    write_table(lesions, folder / "truth" / "lesions.tsv")
    write_table(patients, folder / "truth" / "patients.tsv")
    write_table(decoy_table(cohort, design), folder / "truth" / "decoys.tsv")
    text = README.format(seed=seed, selection=selection)
    (folder / "README.md").write_text(text, encoding="utf-8")
    return cohort


def clinical_row(
    rng: np.random.Generator, patient: Patient, course: Course
) -> dict[str, object]:
    """
    Write one row of clinical.tsv; dates count back from the data cut-off.

    Follow-up of the living ends at the cut-off, so the first dose lies the whole
    follow-up before it; the dead are dated as if they had been followed to it.
    """
    start = DATA_CUTOFF - datetime.timedelta(days=_horizon(rng, course))

    def date(day: int | None) -> str:
        return "" if day is None else str(start + datetime.timedelta(days=day))

    before = _days_from_diagnosis(rng, patient)
    row = {
        "patient": patient.patient,
        "sex": patient.sex,
        "age": patient.age,
        "ethnicity": patient.ethnicity,
        "indication": patient.indication,
        "diagnosis_date": date(-before),
        "treatment_start": date(0),
        "prior_lines": patient.prior_lines,
        "prior_hct": _yes_no(patient.prior_hct),
        "prior_inotuzumab": _yes_no(patient.prior_inotuzumab),
        "marrow_blasts": patient.marrow_blasts,
        "baseline_cd19": round(float(rng.uniform(80, 100)), 1),
        "emd_history": _yes_no(patient.emd_history),
        "emd_active": _yes_no(patient.emd_active),
        "response": course.response,
        "response_date": date(course.response_day),
        "mrd_response": course.mrd_response,
        "mrd_response_date": date(course.mrd_response_day),
        "hct_date": date(course.hct_day),
        "mrd_recurrence_date": date(course.mrd_recurrence_day),
        "relapse_date": date(course.relapse_day),
        "relapse_cd19": course.relapse_cd19,
        "relapse_cd19_percent": course.relapse_cd19_percent,
        "relapse_emd": course.relapse_emd,
        "relapse_emd_site": course.relapse_emd_site,
        "failure_cd19": course.failure_cd19,
        "failure_emd": course.failure_emd,
        "death_date": date(course.death_day),
        "cause_of_death": course.cause_of_death,
        "last_contact": date(course.follow_up_day),
        "x_mrd_level": "" if patient.mrd_level is None else f"{patient.mrd_level:.2e}",
        "x_synthetic": SYNTHETIC,
    }
    return row | dict.fromkeys(patient.extras.unrecorded, "")


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"


def _horizon(rng: np.random.Generator, course: Course) -> int:
    later = int(rng.integers(0, 2000))
    return course.follow_up_day + (0 if course.death_day is None else later)


def _days_from_diagnosis(rng: np.random.Generator, patient: Patient) -> int:
    median = {"rr": 420, "induction": 10}.get(patient.indication, 130)
    return max(3, round(median * float(rng.lognormal(0, 0.4))))


def truth_tables(cohort: Cohort, design: Design) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Say what was planted and what is right to report.

    Returns
    -------
    DataFrame with columns patient, lesion, planted, expected
    DataFrame with columns patient, genotype_group, planted_subtype,
        expected_subtype, planted_tp53_allelic_state, expected_tp53_allelic_state,
        detail, assays
    """
    lesions, patients = [], []
    for patient, assays in zip(cohort.patients, cohort.assays, strict=True):
        planted = planted_states(patient, design)
        expected = expected_states(patient, assays, design)
        lesions += [
            {
                "patient": patient.patient,
                "lesion": lesion,
                "planted": planted[lesion],
                "expected": expected[lesion],
            }
            for lesion in planted
        ]
        patients.append(
            {
                "patient": patient.patient,
                "genotype_group": patient.stratum.group,
                "planted_subtype": patient.stratum.subtype,
                "expected_subtype": expected_subtype(patient, expected),
                "planted_tp53_allelic_state": planted_allelic_state(patient),
                "expected_tp53_allelic_state": expected_allelic_state(
                    patient, expected
                ),
                "detail": patient.stratum.detail,
                "assays": ";".join(sorted(assays.done)),
            }
        )
    return table(lesions), table(patients)


def decoy_table(cohort: Cohort, design: Design) -> pd.DataFrame:
    """
    Say which decoys each patient carries.

    Returns
    -------
    DataFrame with columns patient, decoy, planted, expected
    """
    return table(
        [
            {
                "patient": patient,
                "decoy": decoy,
                "planted": design.decoys[decoy]["planted"],
                "expected": design.decoys[decoy]["expected"],
            }
            for patient, decoy in cohort.decoys
        ]
    )
