"""The SYNTHETIC cohort as files: sheets, assay results, truth."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ballad.simulation.assay_texts import fish, fusion_table, karyotype, segment_table
from ballad.simulation.assays import OUTSIDE, Assays, simulate_assays
from ballad.simulation.biology import Patient, simulate_patients
from ballad.simulation.design import Design, streams, table
from ballad.simulation.outcome import Course, simulate_courses
from ballad.simulation.truth import (
    expected_allelic_state,
    expected_states,
    expected_subtype,
    planted_allelic_state,
    planted_states,
)
from ballad.simulation.variant_files import (
    coverage_text,
    vcf_text,
    write_gzip,
    write_vcf,
)
from ballad.tables import read_table, write_table

DATA_CUTOFF = datetime.date(2024, 6, 30)
SYNTHETIC = "SYNTHETIC"
SAMPLE_COLUMNS = [
    *("patient", "sample", "timepoint", "date", "assay", "genome_build", "vcf"),
    *("arriba", "star_fusion", "copy_number", "coverage", "expression_subtype"),
    *("blast_pct", "purity", "x_synthetic"),
]
README = """# The SYNTHETIC cohort

Every patient of this folder is invented; no row describes a real person. The files
are written by `scripts/simulate_cohort.py --seed {seed}` from the tables of
`resources/simulation/`; nothing here is edited by hand.
{selection}
`truth/` says what was planted and what the assays done can say of it; the workflow
never reads it. The copy-number arrays stand for an enriched specimen of at least 60
percent tumour cells, whatever the purity of the sequenced one.
"""


@dataclass(frozen=True)
class Cohort:
    """Everything drawn, before a file is written."""

    patients: list[Patient]
    courses: list[Course]
    assays: list[Assays]


def simulate_cohort(seed: int, design: Design) -> Cohort:
    """Draw patients, courses and assays from separate streams."""
    rng = streams(seed)
    patients = simulate_patients(rng["biology"], design)
    return Cohort(
        patients,
        simulate_courses(rng["outcome"], patients, design),
        simulate_assays(rng["assays"], patients, design),
    )


def write_cohort(
    folder: Path,
    seed: int,
    design: Design,
    panel: str,
    coding_exons: str,
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
        resources/panel: genes.tsv and the coding exons of GRCh38.
    selection
        How the seed was chosen, for the README.
    """
    cohort = simulate_cohort(seed, design)
    rng = streams(seed)["files"]
    for name in ("vcf", "coverage", "fusions", "copy_number", "truth"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    genes = {row["symbol"]: row for row in read_table(panel).to_dict("records")}
    exons = _panel_exons(coding_exons, design)
    samples, cytogenetics, curation, clinical = [], [], [], []
    for patient, course, assays in zip(
        cohort.patients, cohort.courses, cohort.assays, strict=True
    ):
        row = clinical_row(rng, patient, course)
        clinical.append(row)
        samples += _sample_rows(
            rng, folder, patient, assays, row, design, (genes, exons)
        )
        cytogenetics += _cytogenetics_row(rng, patient, assays, row, design)
        if "flow" in assays.done:
            curation.append(_flow_row(patient))
    write_table(table(samples, SAMPLE_COLUMNS), folder / "samples.tsv")
    write_table(table(cytogenetics), folder / "cytogenetics.tsv")
    write_table(table(curation), folder / "curation.tsv")
    write_table(table(clinical), folder / "clinical.tsv")
    lesions, patients = truth_tables(cohort, design)
    write_table(lesions, folder / "truth" / "lesions.tsv")
    write_table(patients, folder / "truth" / "patients.tsv")
    text = README.format(seed=seed, selection=selection)
    (folder / "README.md").write_text(text, encoding="utf-8")
    return cohort


def _panel_exons(coding_exons: str, design: Design) -> list[tuple[str, int, int, str]]:
    found = []
    for line in Path(coding_exons).read_text(encoding="utf-8").splitlines():
        chrom, start, end, region = line.split("\t")[:4]
        if region.split("|")[0] in design.panel:
            found.append((chrom, int(start), int(end), region))
    return found


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
    return {
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


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"


def _horizon(rng: np.random.Generator, course: Course) -> int:
    later = int(rng.integers(0, 2000))
    return course.follow_up_day + (0 if course.death_day is None else later)


def _days_from_diagnosis(rng: np.random.Generator, patient: Patient) -> int:
    median = {"rr": 420, "induction": 10}.get(patient.indication, 130)
    return max(3, round(median * float(rng.lognormal(0, 0.4))))


def _sample_rows(
    rng: np.random.Generator,
    folder: Path,
    patient: Patient,
    assays: Assays,
    clinical: Mapping[str, object],
    design: Design,
    panel: tuple[Mapping[str, Mapping[str, str]], list[tuple[str, int, int, str]]],
) -> list[dict[str, object]]:
    genes, exons = panel
    name, sample = patient.patient, f"{patient.patient}-D"
    relapsed = patient.indication == "rr"
    before = datetime.timedelta(days=int(rng.integers(1, 22)))
    start = datetime.date.fromisoformat(str(clinical["treatment_start"]))
    taken = str(start - before) if relapsed else clinical["diagnosis_date"]
    common = {
        "patient": name,
        "sample": sample,
        "timepoint": "pre_treatment" if relapsed else "diagnosis",
        "date": taken,
        "genome_build": "GRCh38",
        "x_synthetic": SYNTHETIC,
    }
    vcf, coverage = f"vcf/{name}.vcf.gz", f"coverage/{name}.thresholds.bed.gz"
    text = vcf_text(rng, patient, sample, assays, design, genes)
    write_vcf(text, folder / vcf)
    write_gzip(coverage_text(rng, assays, exons), folder / coverage)
    assay = "PANEL_WITHOUT_TP53" if assays.tp53 == OUTSIDE else "PANEL"
    purity = {"purity": round(patient.purity, 3)}
    rows = [{**common, **purity, "assay": assay, "vcf": vcf, "coverage": coverage}]
    caller = "arriba" if rng.random() < 0.5 else "star_fusion"
    if "rna" in assays.done:
        path = f"fusions/{name}.{caller}.SYNTHETIC.tsv"
        written = fusion_table(rng, patient, design, caller)
        (folder / path).write_text(written, encoding="utf-8")
        label = "Ph-like" if "expression" in assays.done else ""
        rows.append({**common, "assay": "RNA", caller: path})
        rows[-1]["expression_subtype"] = label
    if "array" in assays.done:
        path = f"copy_number/{name}.seg"
        written = segment_table(rng, patient, design)
        (folder / path).write_text(written, encoding="utf-8")
        rows.append({**common, "assay": "ARRAY", "copy_number": path})
    return rows


def _cytogenetics_row(
    rng: np.random.Generator,
    patient: Patient,
    assays: Assays,
    clinical: Mapping[str, object],
    design: Design,
) -> list[dict[str, object]]:
    iscn, probes = karyotype(rng, patient, design), fish(rng, patient, assays, design)
    row = {
        "patient": patient.patient,
        "timepoint": "diagnosis",
        "date": clinical["diagnosis_date"],
        "karyotype": iscn if "karyotype" in assays.done else "",
        "fish": probes,
        "x_synthetic": SYNTHETIC,
    }
    return [row] if row["karyotype"] or row["fish"] else []


def _flow_row(patient: Patient) -> dict[str, str]:
    positive = "crlf2_r" in patient.lesions
    return {
        "patient": patient.patient,
        "lesion": "crlf2_r",
        "state": "present" if positive else "absent",
        "source": f"flow: CRLF2 {'strong' if positive else 'negative'}",
        "note": SYNTHETIC,
    }


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
