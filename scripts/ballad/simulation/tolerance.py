"""Whether a SYNTHETIC cohort gives the published figures within their tolerances."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ballad.clinical.join import cohort_table
from ballad.outcomes.models import fit_models
from ballad.outcomes.published import compare
from ballad.simulation.biology import Patient
from ballad.simulation.cohort import Cohort
from ballad.simulation.design import Design
from ballad.simulation.outcome import Course
from ballad.simulation.truth import expected_states
from ballad.tables import read_table, write_table

FLAGS = ("ph", "ph_like", "kmt2a_r", "pax5_alteration", "tp53")
# The models behind T12 to T15; the others take time and are not scored.
MODELS = ("response", "cd19_negative_relapse", "emd_relapse")


def failed_rules(
    cohort: Cohort, design: Design, config: Mapping[str, Any], published: pd.DataFrame
) -> list[str]:
    """
    Name the published figures that a cohort misses.

    Counts are looked at first; models are fitted only if all of them fit.

    Parameters
    ----------
    cohort, design
        What was drawn; no file is needed.
    config
        The method: populations, endpoints, groups, models, statistics.
    published
        The table of published estimates with its tolerances.

    Returns
    -------
    list of str
        ``T12 CD19-negative relapse … (2.1)``; empty if every scored figure fits.
    """
    joined = analysis_cohort(cohort, design, config)
    scored = published[published["scored"] == "yes"]
    counts = scored[scored["table"] == "cohort"]
    if missed := _missed(counts, {"cohort": joined}):
        return missed
    models = fit_models(
        joined,
        {name: _lean(name, config["models"][name]) for name in MODELS},
        config["endpoints"],
        config["groups"],
        config["statistics"],
    )
    return _missed(scored[scored["table"] == "models"], {"models": _as_text(models)})


def _lean(name: str, model: Mapping[str, Any]) -> dict[str, Any]:
    return {**model} if name == "response" else {**model, "univariable": {}}


def _missed(rules: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    compared = compare(rules, tables)
    wrong = compared[~compared["within"].isin(["yes", "not scored"])]
    return [
        f"{row['id']} {row['quantity']} ({row['ours']:.3g})"
        for row in wrong.to_dict("records")
    ]


def analysis_cohort(
    cohort: Cohort, design: Design, config: Mapping[str, Any]
) -> pd.DataFrame:
    """Join courses and expected genotypes as the workflow joins its tables."""
    clinical = pd.DataFrame(
        [
            _clinical(patient, course)
            for patient, course in zip(cohort.patients, cohort.courses, strict=True)
        ]
    )
    genotypes = pd.DataFrame(
        [
            {"patient": patient.patient, **expected_states(patient, assays, design)}
            for patient, assays in zip(cohort.patients, cohort.assays, strict=True)
        ]
    )
    group = {p.patient: p.stratum.group for p in cohort.patients}
    genotypes = genotypes[["patient", *FLAGS]].assign(
        subtype_class=genotypes["patient"].map(group).replace("NOS", "B_ALL_NOS")
    )
    return _as_text(
        cohort_table(
            clinical,
            clinical["last_contact"],
            genotypes,
            config["populations"],
            config["endpoints"],
            config["groups"],
            config["statistics"]["day_zero_days"],
        )
    )


def _clinical(patient: Patient, course: Course) -> dict[str, object]:
    def day(value: int | None) -> float:
        return float("nan") if value is None else float(value)

    def yes_no(value: bool) -> str:
        return "yes" if value else "no"

    row: dict[str, object] = {
        "patient": patient.patient,
        "age": str(patient.age),
        "indication": patient.indication,
        "prior_hct": yes_no(patient.prior_hct),
        "prior_inotuzumab": yes_no(patient.prior_inotuzumab),
        "marrow_blasts": str(patient.marrow_blasts),
        "emd_history": yes_no(patient.emd_history),
        "emd_active": yes_no(patient.emd_active),
        "response": course.response,
        "response_date": day(course.response_day),
        "mrd_response": course.mrd_response,
        "mrd_response_date": day(course.mrd_response_day),
        "hct_date": day(course.hct_day),
        "relapse_date": day(course.relapse_day),
        "relapse_cd19": course.relapse_cd19,
        "relapse_emd": course.relapse_emd,
        "death_date": day(course.death_day),
        "last_contact": float(course.follow_up_day),
    }
    unrecorded = patient.extras.unrecorded & set(row)
    return row | dict.fromkeys(unrecorded, "")


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as the next step of the workflow would read it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.tsv"
        write_table(table, path)
        return read_table(path)
