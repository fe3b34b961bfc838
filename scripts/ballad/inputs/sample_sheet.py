"""The sample sheet, row by row: what each must have, and the files it names."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ballad.copy_number import SAMPLE_COLUMNS as NAMING_COLUMNS
from ballad.inputs.spreadsheet import identifier_problems, read_sheet
from ballad.problems import Problem, with_a_point

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
# UCSC's names, the GATK bundle's and the bare numbers.
OTHER_NAMES = {
    **dict.fromkeys(("hg19", "b37", "hs37d5", "grch37", "37"), "GRCh37"),
    **dict.fromkeys(("hg38", "b38", "grch38", "38"), "GRCh38"),
}


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
        Text; an empty cell means not done. The index is the line of the sheet.
    list of Problem
    """
    sheet, problems = read_named_sheet(
        path, SAMPLE_COLUMNS, ("patient", "sample", "timepoint", "assay")
    )
    if sheet.empty:
        return sheet, problems
    problems += list(_row_problems(path, sheet, assays))
    problems += list(_foreign_tables(path, sheet, assays))
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
            problems += list(file_problems(path, column, sheet.index[filled], resolved))
            sheet.loc[filled, column] = resolved
            problems += list(_shared_files(path, column, sheet[filled]))
    return sheet, problems


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
        yield from unknown_values(path, sheet, column, values)
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
                cure=with_a_point(
                    value, "percent" if high == 100 else "a fraction, not a percentage"
                ),
            )


def unknown_values(
    path: str, sheet: pd.DataFrame, column: str, values: tuple[str, ...]
) -> Iterator[Problem]:
    """List the cells that hold none of the values; an empty cell is missing."""
    wrong = ~sheet[column].isin([*values, ""])
    for line, value in sheet.loc[wrong, column].items():
        yield Problem(
            path,
            f"line {line}",
            column,
            value,
            rule="is not known here",
            cure=f"{_build_meant(column, value)}use one of "
            f"{', '.join(values) or 'assays'}",
        )


FUSION_TABLES = ("arriba", "star_fusion", "fusioncatcher", "fusions")


def _foreign_tables(
    path: str, sheet: pd.DataFrame, assays: Mapping[str, Any]
) -> Iterator[Problem]:
    """Name the fusion tables of assays without RNA; they would count as RNA's."""
    types = {
        name: assay.get("type")
        for name, assay in assays.items()
        if isinstance(assay, Mapping)
    }
    kinds = sheet["assay"].map(types)
    other = kinds.notna() & ~kinds.isin(["rna_fusion", "rna_expression"])
    for column in FUSION_TABLES:
        for line in sheet.index[other & (sheet[column] != "")]:
            yield Problem(
                path,
                f"line {line}",
                column,
                sheet.loc[line, column],
                rule=f"is a fusion table, but {sheet.loc[line, 'assay']} is of type "
                f"{kinds[line]}, which reads no RNA",
                cure="move it to a row of an rna_fusion assay; junctions of DNA are "
                "sv_vcf",
            )


def _build_meant(column: str, value: str) -> str:
    build = OTHER_NAMES.get(value.lower()) if column == "genome_build" else None
    return f"{value} is called {build} here: " if build else ""


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


def file_problems(
    sheet: str, column: str, lines: Iterable[Any], paths: list[str]
) -> Iterator[Problem]:
    """List the files that are addresses, are not there or are empty."""
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
