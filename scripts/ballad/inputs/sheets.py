"""The sheets of a cohort: samples, cytogenetics, curation; every fault at once."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ballad.clinical.checks import clinical_problems, clinical_warnings
from ballad.clinical.doubts import doubts
from ballad.clinical.table import (
    column_warnings,
    read_clinical,
    without_consequences,
)
from ballad.clinical.timing import timing_problems
from ballad.copy_number import SAMPLE_COLUMNS as NAMING_COLUMNS
from ballad.derived_lesions import DERIVED
from ballad.inputs.configuration import located
from ballad.inputs.curation import CURATION_COLUMNS
from ballad.inputs.spreadsheet import identifier_problems, read_sheet
from ballad.problems import Problem
from ballad.settings import ClinicalTable
from ballad.states import STATES
from ballad.tables import read_table

SAMPLE_FILES = (
    *("vcf", "sv_vcf", "arriba", "star_fusion", "fusioncatcher", "fusions"),
    *("copy_number", "coverage", "bam", "fastq_1", "fastq_2"),
)
SAMPLE_COLUMNS = (
    *("patient", "sample", "timepoint", "date", "assay", "genome_build", "vcf"),
    *("vcf_sample", "sv_vcf", "arriba", "star_fusion", "fusioncatcher", "fusions"),
    *("copy_number", "coverage", "expression_subtype", "blast_pct", "purity", "bam"),
    *("fastq_1", "fastq_2"),
)
CHECKOUT = Path(__file__).parents[3]
TIMEPOINTS = ("diagnosis", "pre_treatment", "remission", "relapse", "normal")
BUILDS = ("GRCh37", "GRCh38")
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
        problems += [*faults, *_unknown_values(path, sheet, "timepoint", TIMEPOINTS)]
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
    patients = patients.union(*(sheet["patient"] for sheet in further.values()))
    files += further
    files += [config.get("clinical", {}).get("table", ""), *_named_files(samples)]
    files += [path for path in (config.get("published"),) if path]
    for name, assay in config.get("assays", {}).items():
        problems += list(_target_problems(name, assay))
    problems += list(_reference_problems(config.get("reference") or {}))
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


def _clinical(
    config: Mapping[str, Any], columns_table: str
) -> tuple[pd.DataFrame, list[Problem], list[Problem]]:
    if "table" not in (config.get("clinical") or {}):
        return pd.DataFrame(), [], []
    settings = _clinical_settings(config)
    columns = read_table(columns_table)
    table, problems = read_clinical(settings, columns)
    warnings = column_warnings(settings, columns)
    if table.empty:
        return table, problems, warnings
    window = config.get("endpoints", {}).get("response", {}).get("window_days")
    problems += without_consequences(clinical_problems(table, settings), problems)
    warnings += clinical_warnings(table, settings, window)
    warnings += doubts(table, settings, config.get("endpoints") or {})
    return table, problems, warnings


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


def read_samples(
    path: str, assays: Mapping[str, Any], genome_build: str
) -> tuple[pd.DataFrame, list[Problem]]:
    """
    Read the sample sheet.

    Parameters
    ----------
    path
        The sheet; its file cells are relative to its folder.
    assays
        By name; each row's assay must be one of them.
    genome_build
        Build of the rows that do not say.

    Returns
    -------
    DataFrame with SAMPLE_COLUMNS
        Text; an empty cell means not done.
    list of Problem
    """
    sheet, problems = read_named_sheet(
        path, SAMPLE_COLUMNS, ("patient", "sample", "timepoint", "assay")
    )
    if sheet.empty:
        return sheet, problems
    problems += list(_row_problems(path, sheet, assays))
    problems += list(_owner_problems(path, sheet))
    problems += list(_repeated_rows(path, sheet))
    sheet["genome_build"] = sheet["genome_build"].where(
        sheet["genome_build"] != "", genome_build
    )
    folder = Path(path).parent
    for column in SAMPLE_FILES:
        filled = sheet[column] != ""
        if filled.any():
            resolved = [_beside(folder, cell) for cell in sheet.loc[filled, column]]
            problems += list(
                _file_problems(path, column, sheet.index[filled], resolved)
            )
            sheet.loc[filled, column] = resolved
            problems += list(_shared_files(path, column, sheet[filled]))
    return sheet.reset_index(drop=True), problems


def read_named_sheet(
    path: str, columns: Iterable[str], required: Iterable[str]
) -> tuple[pd.DataFrame, list[Problem]]:
    """
    Read a sheet whose columns are known.

    Returns
    -------
    DataFrame with `columns`
        In their order; missing optional ones are empty. Columns called ``x_…`` are
        the user's own and left out.
    list of Problem
        Unknown and missing columns, empty cells of required ones, stray files.
    """
    columns, required = list(columns), list(required)
    sheet, problems = read_sheet(path)
    if problems:
        return pd.DataFrame(columns=columns, dtype=str), problems
    for name in sheet.columns:
        if name not in columns and not name.startswith("x_"):
            problems.append(
                Problem(
                    path,
                    "line 1",
                    name,
                    rule="unknown column",
                    cure="correct the name, or call it x_… to keep your own",
                )
            )
    for name in required:
        if name not in sheet:
            problems.append(
                Problem(path, "line 1", name, rule="column is missing", cure="add it")
            )
            continue
        problems += [
            Problem(path, f"line {line}", name, rule="is empty", cure="fill it in")
            for line in sheet.index[sheet[name] == ""]
        ]
    for name in ("patient", "sample"):
        if name not in columns or name not in sheet:
            continue
        problems += identifier_problems(path, sheet[name])
    return sheet.reindex(columns=columns, fill_value=""), problems


def _row_problems(
    path: str, sheet: pd.DataFrame, assays: Mapping[str, Any]
) -> Iterator[Problem]:
    allowed = {
        "timepoint": TIMEPOINTS,
        "assay": tuple(sorted(assays)),
        "genome_build": BUILDS,
    }
    for column, values in allowed.items():
        yield from _unknown_values(path, sheet, column, values)
    for column, high in (("blast_pct", 100), ("purity", 1)):
        filled = sheet.loc[sheet[column] != "", column]
        numbers = pd.to_numeric(filled, errors="coerce")
        for line, value in filled[~numbers.between(0, high)].items():
            yield Problem(
                path,
                f"line {line}",
                column,
                value,
                rule=f"is no number from 0 to {high}",
                cure="percent" if high == 100 else "a fraction, not a percentage",
            )


def _unknown_values(
    path: str, sheet: pd.DataFrame, column: str, values: tuple[str, ...]
) -> Iterator[Problem]:
    wrong = ~sheet[column].isin([*values, ""])
    for line, value in sheet.loc[wrong, column].items():
        yield Problem(
            path,
            f"line {line}",
            column,
            value,
            rule="is not known here",
            cure=f"use one of {', '.join(values) or 'assays'}",
        )


def _owner_problems(path: str, sheet: pd.DataFrame) -> Iterator[Problem]:
    owners = sheet.groupby("sample")["patient"].nunique()
    for sample in owners[owners > 1].index:
        rows = sheet.index[sheet["sample"] == sample]
        yield Problem(
            path,
            f"lines {', '.join(map(str, rows))}",
            "sample",
            sample,
            rule="belongs to two patients",
            cure="give each patient's sample its own name",
        )


def _repeated_rows(path: str, sheet: pd.DataFrame) -> Iterator[Problem]:
    key = ["patient", "sample", "assay", *SAMPLE_FILES]
    twice = sheet[sheet.duplicated(key, keep=False) & (sheet["sample"] != "")]
    for (_, sample, _), rows in twice.groupby(key[:3]):
        for _, same in rows.groupby(list(SAMPLE_FILES)):
            if len(same) > 1:
                yield Problem(
                    path,
                    f"lines {', '.join(map(str, same.index))}",
                    "sample",
                    str(sample),
                    rule="stands twice with the same assay and files",
                    cure="keep one of the rows",
                )


def _shared_files(path: str, column: str, sheet: pd.DataFrame) -> Iterator[Problem]:
    """Name the files of two patients; `sheet` has a file in each row of `column`."""
    if column in ("coverage", "bam"):
        return  # regions of an assay; nothing reads alignments
    repeated = sheet[sheet.duplicated(column, keep=False)]
    for file, rows in repeated.groupby(column):
        if rows["patient"].nunique() < 2 or _tells_apart(str(file), column, rows):
            continue
        own = "name each patient's column in vcf_sample, or "
        yield Problem(
            path,
            f"lines {', '.join(map(str, rows.index))}",
            column,
            str(file),
            rule=f"belongs to {rows['patient'].nunique()} patients",
            cure=f"{own if column in VCFS else ''}give each patient's own file",
        )


VCFS = ("vcf", "sv_vcf")


def _tells_apart(file: str, column: str, rows: pd.DataFrame) -> bool:
    """Whether a file may hold several samples, each row naming its own."""
    if column in VCFS:
        named = rows["vcf_sample"]
        owners = rows.groupby("vcf_sample")["patient"].nunique()
        return (named != "").all() and (owners == 1).all()
    return column == "copy_number" and _several_samples(file)


def _several_samples(file: str) -> bool:
    try:
        table = pd.read_csv(
            file, sep="\t", dtype=str, keep_default_na=False, usecols=[0]
        )
    except (OSError, ValueError):
        return True  # validate says what is wrong with it
    first = table.columns[0].strip('"').lower()
    return first in NAMING_COLUMNS and table.iloc[:, 0].nunique() > 1


def _beside(folder: Path, cell: str) -> str:
    if cell.startswith(("http://", "https://")):
        return cell
    path = os.path.normpath(folder / cell)
    return os.path.relpath(path) if _below_here(path) else path


def _below_here(path: str) -> bool:
    return os.path.abspath(path).startswith(f"{os.getcwd()}{os.sep}")


def _file_problems(
    sheet: str, column: str, lines: Iterable[Any], paths: list[str]
) -> Iterator[Problem]:
    for line, path in zip(lines, paths, strict=True):
        if path.startswith(("http://", "https://")):
            rule, cure = "is an address", "copy the file to this machine"
        elif not Path(path).is_file():
            rule, cure = "file not found", "paths are relative to the sheet's folder"
        elif Path(path).stat().st_size == 0:
            rule = "file is empty: not even a header"
            cure = "a test that found nothing has a header; blank means not done"
        else:
            continue
        yield Problem(sheet, f"line {line}", column, path, rule, cure)


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
