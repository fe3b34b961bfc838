"""TP53 variants that may be age-related clonal haematopoiesis, not the leukaemia."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ballad.states import INDETERMINATE, PRESENT


def possible_haematopoiesis(
    genotypes: pd.DataFrame, clinical: pd.DataFrame, tp53: Mapping[str, Any]
) -> pd.Series:
    """
    Say whose TP53 mutation may be clonal haematopoiesis.

    Parameters
    ----------
    genotypes : columns patient, tp53, tp53_max_vaf
        `tp53_max_vaf` is the largest fraction of reads, empty where unknown.
    clinical : columns patient, age
        Age in years.
    tp53
        ``chip_vaf`` (fraction of reads), ``chip_age`` (years).

    Returns
    -------
    Series of bool
        In the order of `genotypes`: mutated with no variant at or above the fraction,
        at the age or older. Nobody whose fraction or age is unknown.
    """
    age = pd.Series(float("nan"), genotypes.index)
    if "age" in clinical:
        ages = clinical.set_index("patient")["age"]
        age = pd.to_numeric(genotypes["patient"].map(ages), errors="coerce")
    vaf = pd.to_numeric(genotypes["tp53_max_vaf"], errors="coerce")
    return (
        (genotypes["tp53"] == PRESENT)
        & (vaf < tp53["chip_vaf"])
        & (age >= tp53["chip_age"])
    )


def without_possible_haematopoiesis(
    genotypes: pd.DataFrame, clinical: pd.DataFrame, tp53: Mapping[str, Any]
) -> pd.DataFrame:
    """
    Call such a TP53 mutation indeterminate if ``exclude_possible_chip`` says so.

    Neither mutated nor wild type: the patient leaves comparisons by TP53.

    Returns
    -------
    DataFrame
        The genotypes; unchanged unless the setting is on.
    """
    if not tp53.get("exclude_possible_chip"):
        return genotypes
    possible = possible_haematopoiesis(genotypes, clinical, tp53)
    return genotypes.assign(
        tp53=genotypes["tp53"].mask(possible, INDETERMINATE),
        tp53_allelic_state=genotypes["tp53_allelic_state"].mask(possible, ""),
    )
