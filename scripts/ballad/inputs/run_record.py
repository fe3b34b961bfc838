"""What a run was made from: versions, checksums, and what belongs to each patient."""

import hashlib
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import distributions
from pathlib import Path

import pandas as pd

from ballad.inputs.sample_sheet import SAMPLE_FILES
from ballad.problems import Problem
from ballad.variants.content import ANNOTATION, KIND, SNVS_ALONE
from ballad.variants.header import NOT_DETERMINABLE
from ballad.variants.matched_normal import NOT_USED

VERSION = "0.1.0"


def versions() -> pd.DataFrame:
    """List ballad, Python and every installed package: columns name, version."""
    installed = sorted(
        {
            (package.metadata["Name"].lower(), package.version)
            for package in distributions()
        }
    )
    rows = [("ballad", VERSION), ("python", platform.python_version()), *installed]
    return pd.DataFrame(rows, columns=["name", "version"])


def checksums(paths: Iterable[str]) -> pd.DataFrame:
    """List the SHA-256 of each input file: columns path, sha256."""
    rows = [(path, _sha256(path)) for path in sorted(set(paths))]
    return pd.DataFrame(rows, columns=["path", "sha256"])


def method_record(tables: Mapping[str, str], code: Mapping[str, str]) -> pd.DataFrame:
    """
    List what decides beside the configuration: columns kind, path, sha256.

    Parameters
    ----------
    tables, code
        Name inside the checkout: path of the file.
    """
    rows = [
        (kind, name, _sha256(files[name]))
        for kind, files in (("table", tables), ("code", code))
        for name in sorted(files)
    ]
    return pd.DataFrame(rows, columns=["kind", "path", "sha256"])


def patient_inputs(
    samples: pd.DataFrame,
    samples_path: str,
    sheets: Mapping[str, pd.DataFrame],
    sums: pd.DataFrame,
) -> pd.DataFrame:
    """
    List what the inputs hold of each patient, as checksums only.

    Parameters
    ----------
    samples : columns of the sample sheet
        File cells as in `sums`.
    samples_path
        Of the sample sheet.
    sheets : each with a column patient
        The other sheets by path.
    sums : columns path, sha256
        Of every input file.

    Returns
    -------
    DataFrame with columns patient, kind, path, sha256
        ``file``: a file of a sample. ``rows``: the patient's lines of a sheet, of the
        sample sheet without its files, in any order of lines and columns.
    """
    known = dict(zip(sums["path"], sums["sha256"], strict=True))
    files = {
        (row["patient"], "file", row[column], known.get(row[column], ""))
        for row in samples.to_dict("records")
        for column in SAMPLE_FILES
        if row[column]
    }
    own = {samples_path: samples.drop(columns=list(SAMPLE_FILES)), **sheets}
    rows = [
        (str(patient), "rows", path, _digest(lines))
        for path, sheet in own.items()
        for patient, lines in sheet.groupby("patient")
    ]
    return pd.DataFrame(
        sorted([*files, *rows]), columns=["patient", "kind", "path", "sha256"]
    )


def _digest(lines: pd.DataFrame) -> str:
    texts = sorted(
        "\t".join(f"{name}={row[name]}" for name in sorted(row) if row[name])
        for row in lines.to_dict("records")
    )
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def _sha256(path: str) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# Of each check that needs a look: its statuses, none for all, and what to do.
_DOUBTS = {
    ANNOTATION: (
        (),
        "annotate it (VEP, SnpEff, bcftools csq), or give reference.BUILD.fasta and gff",
    ),
    "genome_build": (
        (NOT_DETERMINABLE,),
        "add contig lengths to the header (bcftools reheader --fai); of the wrong build, "
        "every variant is missed",
    ),
    "matched_normal": (
        (NOT_USED,),
        "if it is this patient's normal, add a row of timepoint normal with this file and "
        "the column in vcf_sample, or call it NORMAL in a file of two columns "
        "(bcftools reheader --samples); else take it out (bcftools view --samples)",
    ),
    KIND: (
        (SNVS_ALONE,),
        "add a row with the same sample and assay and the file of indels, or take "
        "indel out of the assay's detects",
    ),
}


def file_warnings(checks: pd.DataFrame) -> list[Problem]:
    """
    Warn of what the contents of the VCFs leave open, file by file.

    Whose variants nothing annotates, whose build nothing proves, whose second column
    may be a normal that nothing names, and which hold SNVs alone.

    Parameters
    ----------
    checks : columns path, check, status, message
        Of all files.
    """
    warnings = []
    for row in checks.to_dict("records"):
        check, status = row["check"], row["status"]
        statuses, cure = _DOUBTS.get(check, ((), ""))
        if cure and status in (statuses or (status,)):
            found = f"{check} {status}".replace("_", " ")
            rule = f"{found}: {row['message']}"
            warnings.append(Problem(row["path"], "", "vcf", "", rule, cure))
    return warnings
