"""The sheets of a cohort: samples, cytogenetics, curation; every fault at once."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ballad.clinical.checks import clinical_problems, clinical_warnings
from ballad.clinical.columns import names_like_known, with_headings
from ballad.clinical.doubts import doubts
from ballad.clinical.table import read_clinical, without_consequences
from ballad.clinical.timing import timing_problems
from ballad.derived_lesions import DERIVED
from ballad.inputs.assay_genes import gene_problems
from ballad.inputs.configuration import located
from ballad.inputs.curation import CURATION_COLUMNS
from ballad.inputs.sample_sheet import (
    CHECKOUT,
    SAMPLE_FILES,
    TIMEPOINTS,
    read_named_sheet,
    read_samples,
    unknown_values,
)
from ballad.problems import Problem
from ballad.settings import ClinicalTable
from ballad.states import STATES
from ballad.tables import read_table

CYTOGENETICS_COLUMNS = ("patient", "timepoint", "date", "karyotype", "fish")


@dataclass
class Sheets:
    """The checked sheets of a cohort."""

    samples: pd.DataFrame  # text; file cells usable from the working directory
    patients: list[str]  # of samples, cytogenetics and curation, sorted
    files: list[str]  # every input file of the cohort
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def check_sheets(
    config: Mapping[str, Any], lesions_table: str, columns_table: str
) -> Sheets:
    """
    Read and check all sheets that a configuration names.

    Parameters
    ----------
    config
        The merged configuration; what it lacks is not checked here.
    lesions_table
        Table with the column lesion: the names a curator may use.
    columns_table
        Table of the clinical columns.

    Returns
    -------
    Sheets
        With all problems; warnings do not stop a run.
    """
    lesions = set(read_table(lesions_table)["lesion"])
    tables = (config.get("genotypes") or {}).get("tables") or {}
    subtypes = _subtypes(tables.get("subtypes"))
    samples, problems = read_samples(
        str(config.get("samples", "")),
        config.get("assays", {}),
        config.get("genome_build", ""),
    )
    patients = set(samples["patient"])
    files = [str(config.get("samples", ""))]
    further: dict[str, pd.DataFrame] = {}
    if path := config.get("cytogenetics"):
        sheet, faults = read_named_sheet(
            path, CYTOGENETICS_COLUMNS, ("patient", "timepoint")
        )
        problems += [*faults, *unknown_values(path, sheet, "timepoint", TIMEPOINTS)]
        further[path] = sheet
    if path := config.get("curation"):
        sheet, faults = read_named_sheet(path, CURATION_COLUMNS, ("patient",))
        problems += [*faults, *_curation_problems(path, sheet, lesions, subtypes)]
        further[path] = sheet
    clinical, clinical_faults, warnings = _clinical(config, columns_table)
    problems += clinical_faults
    if not clinical.empty:
        dated = {str(config.get("samples", "")): samples, **further}
        for faults, doubts in _timing(config, dated, clinical):
            problems += faults
            warnings += doubts
        treated = set(clinical["patient"])
        warnings += _stray_patients(further, [patients, treated])
        warnings += _on_one_side(config, samples, further, clinical)
    patients = patients.union(*(sheet["patient"] for sheet in further.values()))
    files += further
    files += [config.get("clinical", {}).get("table", ""), *_named_files(samples)]
    files += [path for path in (config.get("published"),) if path]
    unknown, misspelt = gene_problems(config.get("assays", {}), tables, CHECKOUT)
    problems += unknown
    warnings += misspelt
    for name, assay in config.get("assays", {}).items():
        problems += list(_target_problems(name, assay))
        if isinstance(assay, Mapping) and (targets := assay.get("targets")):
            files.append(targets)
    problems += list(_reference_problems(config.get("reference") or {}))
    samples = samples.reset_index(drop=True)
    return Sheets(samples, sorted(patients), files, problems, warnings)


def _stray_patients(
    sheets: Mapping[str, pd.DataFrame], elsewhere: list[set[str]]
) -> list[Problem]:
    """Name who stands in one sheet alone: perhaps another patient, misspelt."""
    warnings = []
    for path, sheet in sheets.items():
        others = [set(s["patient"]) for name, s in sheets.items() if name != path]
        alone = ~sheet["patient"].isin({"", *set().union(*elsewhere, *others)})
        for line, patient in sheet.loc[alone, "patient"].drop_duplicates().items():
            warnings.append(
                Problem(
                    path,
                    f"line {line}",
                    "patient",
                    patient,
                    "stands in no other sheet and not in the clinical table",
                    "correct the identifier, if it is another patient's",
                )
            )
    return warnings


def _on_one_side(
    config: Mapping[str, Any],
    samples: pd.DataFrame,
    further: Mapping[str, pd.DataFrame],
    clinical: pd.DataFrame,
) -> Iterator[Problem]:
    """Name who has samples but no outcome, and who has an outcome but nothing else."""
    treated = set(clinical["patient"])
    sides = (
        (
            str(config.get("samples", "")),
            samples,
            treated,
            "has samples, but no row in the clinical table: in no analysis",
        ),
        (
            config["clinical"]["table"],
            clinical,
            set(samples["patient"]).union(*(s["patient"] for s in further.values())),
            "has no sample, karyotype or decision of a curator: no genotype",
        ),
    )
    for path, sheet, others, rule in sides:
        alone = ~sheet["patient"].isin({"", *others})
        spelt = {_letters(name): name for name in others - set(sheet["patient"])}
        for line, patient in sheet.loc[alone, "patient"].drop_duplicates().items():
            near = spelt.get(_letters(patient))
            yield Problem(
                path,
                f"line {line}",
                "patient",
                patient,
                rule,
                f"is {near} the same patient?"
                if near
                else "correct the identifier, if it is another patient's",
            )


def _letters(name: str) -> str:
    """Return a name without what is most often written in two ways: case and signs."""
    return re.sub(r"[\W_]", "", name.lower())


def _clinical(
    config: Mapping[str, Any], columns_table: str
) -> tuple[pd.DataFrame, list[Problem], list[Problem]]:
    if "table" not in (config.get("clinical") or {}):
        return pd.DataFrame(), [], []
    settings = _clinical_settings(config)
    columns = read_table(columns_table)
    table, problems = read_clinical(settings, columns)
    if table.empty:
        return table, with_headings(problems, settings), []
    endpoints = config.get("endpoints") or {}
    problems += without_consequences(clinical_problems(table, settings), problems)
    warnings = clinical_warnings(table, settings, endpoints.get("response", {}))
    warnings += doubts(table, settings, endpoints)
    warnings += names_like_known(settings, columns, table.columns)
    return (
        table,
        with_headings(problems, settings),
        with_headings(warnings, settings),
    )


def _clinical_settings(config: Mapping[str, Any]) -> ClinicalTable:
    clinical = config["clinical"]
    known = {key: clinical[key] for key in clinical if key in CLINICAL_KEYS}
    return ClinicalTable.from_config(known)


def _timing(
    config: Mapping[str, Any],
    sheets: Mapping[str, pd.DataFrame],
    clinical: pd.DataFrame,
) -> Iterator[tuple[list[Problem], list[Problem]]]:
    settings = _clinical_settings(config)
    for path, sheet in sheets.items():
        if {"timepoint", "date"} <= set(sheet):
            yield timing_problems(path, sheet, clinical, settings)


CLINICAL_KEYS = frozenset(ClinicalTable.__dataclass_fields__)


def _subtypes(path: str | None) -> set[str]:
    if not path:
        return set()
    table = located(path, CHECKOUT)
    return set(read_table(table)["subtype"]) if Path(table).is_file() else set()


def _curation_problems(
    path: str, sheet: pd.DataFrame, lesions: set[str], subtypes: set[str]
) -> Iterator[Problem]:
    for line, row in sheet.iterrows():
        place = (path, f"line {line}")
        states = sorted(subtypes) if row["lesion"] == "subtype" else STATES
        if row["lesion"] not in lesions | {"subtype", *DERIVED}:
            yield Problem(
                *place,
                "lesion",
                row["lesion"],
                "is no lesion of resources/genotypes/lesions.tsv",
                "use a name of that table, or subtype",
            )
        # Without a table of subtypes, any is accepted.
        if states and row["state"] not in states:
            yield Problem(
                *place,
                "state",
                row["state"],
                "is no subtype" if row["lesion"] == "subtype" else "is no state",
                f"use one of {', '.join(states)}",
            )
    twice = sheet[sheet.duplicated(["patient", "lesion"], keep=False)]
    for (patient, lesion), rows in twice.groupby(["patient", "lesion"]):
        yield Problem(
            path,
            f"lines {', '.join(map(str, rows.index))}",
            "lesion",
            str(lesion),
            f"is decided twice for patient {patient}",
            "keep one decision",
        )


def _named_files(samples: pd.DataFrame) -> list[str]:
    return sorted({cell for column in SAMPLE_FILES for cell in samples[column] if cell})


def _reference_problems(reference: Mapping[str, Any]) -> Iterator[Problem]:
    for build, paths in reference.items():
        for kind in ("fasta", "gff"):
            path = paths.get(kind) if isinstance(paths, Mapping) else None
            if path and not Path(path).is_file():
                yield Problem(
                    "config",
                    column=f"reference.{build}.{kind}",
                    value=path,
                    rule="file not found",
                    cure="paths in a config are relative to the working directory",
                )


def _target_problems(name: str, assay: Mapping[str, Any]) -> Iterator[Problem]:
    targets = assay.get("targets") if isinstance(assay, Mapping) else None
    if targets and not Path(targets).is_file():
        yield Problem(
            "config",
            column=f"assays.{name}.targets",
            value=targets,
            rule="file not found",
            cure="paths in a config are relative to the working directory",
        )
