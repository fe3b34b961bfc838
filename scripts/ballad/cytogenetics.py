"""Karyotype and FISH text of a cohort -> findings."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ballad.findings import Finding
from ballad.fish import fish_findings
from ballad.karyotype import karyotype_findings

COLUMNS = (
    *("patient", "timepoint", "date_given", "method", "lesion", "supports", "tier"),
    *("finding", "percent", "token", "note"),
)


def cytogenetics_table(
    sheet: pd.DataFrame,
    patterns: list[tuple[str, str]],
    probes: list[Mapping[str, str]],
    excludable: list[str],
    settings: Mapping[str, Any],
) -> pd.DataFrame:
    """
    Read the karyotypes and FISH results of a cohort.

    Parameters
    ----------
    sheet : columns patient, timepoint, date, karyotype, fish
        Text; a blank cell means not done.
    patterns, probes, excludable
        See `karyotype_findings` and `fish_findings`.
    settings
        The genotypes section: ploidy, fish, karyotype_min_metaphases.

    Returns
    -------
    DataFrame with COLUMNS
        One row per finding; a finding without lesion is an unparsed token.
    """
    rows = []
    for row in sheet.to_dict("records"):
        key = (row["patient"], row["timepoint"], "yes" if row["date"] else "no")
        found = karyotype_findings(
            row["karyotype"],
            patterns,
            excludable,
            settings["ploidy"],
            settings["karyotype_min_metaphases"],
        )
        rows += [_row(key, "karyotype", finding) for finding in found]
        found = fish_findings(row["fish"], probes, settings["fish"])
        rows += [_row(key, "fish", finding) for finding in found]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(key: tuple[str, str, str], method: str, finding: Finding) -> tuple:
    return (
        *key,
        method,
        finding.lesion,
        finding.supports,
        finding.tier,
        finding.finding,
        finding.percent,
        finding.token,
        finding.note,
    )
