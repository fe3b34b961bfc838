"""Patients and samples as cBioPortal's clinical data: attributes and their rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from ballad.exports.cells import one_line
from ballad.exports.names import NONE, Names

CANCER_TYPE = "bll"  # OncoTree: B-lymphoblastic leukemia/lymphoma
CANCER_NAME = "B-Lymphoblastic Leukemia/Lymphoma"
NO_SAMPLE = "no sample"


@dataclass(frozen=True)
class Attribute:
    """One column of clinical data with the four lines above its values."""

    name: str  # upper case
    display: str
    description: str
    datatype: str  # STRING, NUMBER or BOOLEAN
    priority: str  # 0 hides its chart


def clinical_table(
    rows: Iterable[Mapping[str, str]], attributes: Sequence[Attribute]
) -> tuple[pd.DataFrame, list[str]]:
    """Write values below their names; return also the four lines above."""
    table = pd.DataFrame(list(rows), columns=[a.name for a in attributes], dtype=object)
    parts = [
        [a.display for a in attributes],
        [a.description for a in attributes],
        [a.datatype for a in attributes],
        [a.priority for a in attributes],
    ]
    lines = ["#" + "\t".join(one_line(text) for text in part) for part in parts]
    return table.fillna(""), lines


def patient_attributes(
    cohort: pd.DataFrame,
    listed: Iterable[Mapping[str, str]],
    flags: Mapping[str, str],
    survival: Iterable[str],
) -> list[tuple[Attribute, str]]:
    """
    Choose the patient attributes and the column of the cohort each is filled from.

    Parameters
    ----------
    cohort
        One row per patient.
    listed : columns column, attribute, display, description, datatype, priority
        Clinical columns and what they are called; those the cohort lacks are left out.
    flags
        Four-state columns and their labels.
    survival
        Time endpoints; each becomes a pair ``_STATUS`` and ``_MONTHS``.
    """
    chosen = [
        (
            Attribute(
                name=row["attribute"],
                display=row["display"],
                description=row["description"],
                datatype=row["datatype"],
                priority=row["priority"],
            ),
            row["column"],
        )
        for row in listed
        if row["column"] in cohort
    ]
    for column, label in flags.items():
        if column in cohort:
            said = f"{label}: present, absent, not assessed or indeterminate"
            name = column.upper()
            chosen.append((Attribute(name, label, said, "STRING", "1"), column))
    for endpoint in survival:
        if f"{endpoint}_months" not in cohort:
            continue
        name, words = endpoint.upper(), endpoint.replace("_", " ").upper()
        since = "event or censored, within the endpoint's population"
        status = Attribute(f"{name}_STATUS", f"{words} status", since, "STRING", "1")
        since = "months since the endpoint's time zero, not since diagnosis"
        months = Attribute(f"{name}_MONTHS", f"{words} (months)", since, "NUMBER", "1")
        chosen += [(status, f"{endpoint}_event"), (months, f"{endpoint}_months")]
    return chosen


def patient_rows(
    cohort: pd.DataFrame,
    attributes: Sequence[tuple[Attribute, str]],
    names: Mapping[str, str],
    labels: Mapping[str, Mapping[str, str]],
) -> list[dict[str, str]]:
    """Fill the patient attributes; `labels` gives codes of a column their words."""
    rows = []
    for row in cohort.to_dict("records"):
        filled = {}
        for attribute, column in attributes:
            text = row[column]
            if attribute.name == "PATIENT_ID":
                text = names[row["patient"]]
            elif attribute.name.endswith("_STATUS") and column.endswith("_event"):
                text = survival_status(column.removesuffix("_event"), text)
            else:
                text = labels.get(column, {}).get(text, text)
            filled[attribute.name] = text
        rows.append(filled)
    return rows


def survival_status(endpoint: str, event: str) -> str:
    """Write 1 or 0 as cBioPortal reads it; empty outside the population."""
    if event == "":
        return ""
    happened = float(event) == 1
    if endpoint.startswith("os"):
        return "1:DECEASED" if happened else "0:LIVING"
    return "1:EVENT" if happened else "0:NO EVENT"


SAMPLE_ATTRIBUTES = (
    Attribute("PATIENT_ID", "Patient", "Identifier of the patient", "STRING", "1"),
    Attribute("SAMPLE_ID", "Sample", "Identifier of the sample", "STRING", "1"),
    Attribute(
        *("SAMPLE_DISPLAY_NAME", "Sample name", "Name in the sample sheet"),
        *("STRING", "0"),
    ),
    Attribute("TIMEPOINT", "Timepoint", "When the sample was taken", "STRING", "1"),
    Attribute("ASSAYS", "Assays", "Assays of the sample sheet", "STRING", "1"),
    Attribute("CANCER_TYPE", "Cancer type", "Cancer type", "STRING", "0"),
    Attribute(
        *("CANCER_TYPE_DETAILED", "Cancer type, detailed", "Cancer type, detailed"),
        *("STRING", "0"),
    ),
    Attribute("ONCOTREE_CODE", "OncoTree code", "Code of the OncoTree", "STRING", "0"),
)


def sample_rows(
    cohort: Iterable[str], samples: pd.DataFrame, names: Names
) -> list[dict[str, str]]:
    """
    List the samples of the cohort; a patient without one gets one that was never taken.

    Without it the portal would leave the patient out of every survival curve.
    """
    own: dict[str, dict[str, list[Mapping[str, str]]]] = {}
    for row in samples.to_dict("records"):
        own.setdefault(row["patient"], {}).setdefault(row["sample"], []).append(row)
    rows = []
    for patient in cohort:
        for sample, its in (own.get(patient) or {NONE: []}).items():
            rows.append(
                {
                    "PATIENT_ID": names.patients[patient],
                    "SAMPLE_ID": names.samples[patient, sample],
                    "SAMPLE_DISPLAY_NAME": sample or NO_SAMPLE,
                    "TIMEPOINT": its[0]["timepoint"] if its else NO_SAMPLE,
                    "ASSAYS": ", ".join(dict.fromkeys(row["assay"] for row in its)),
                    "CANCER_TYPE": CANCER_NAME,
                    "CANCER_TYPE_DETAILED": CANCER_NAME,
                    "ONCOTREE_CODE": CANCER_TYPE.upper(),
                }
            )
    return rows
