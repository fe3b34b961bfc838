"""Genotypes and the clinical table -> the cohort, and who is not in it."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ballad.calendar_dates import without_months
from ballad.clinical.endpoints import (
    DAYS_PER_MONTH,
    binary_endpoint,
    lacking_dates,
    time_endpoint,
)
from ballad.clinical.groups import group_labels
from ballad.clinical.populations import NO, YES, days_of, has_eligibility, members
from ballad.problems import InputError
from ballad.states import NOT_ASSESSED

GENOTYPE_TEXT = {"subtype": "UNCLASSIFIABLE", "subtype_class": "UNCLASSIFIABLE"}
NOT_FLAGS = frozenset(
    (
        *("patient", "subtype", "subtype_class", "rule", "basis", "icc", "who"),
        *("conflicts", "ph_like_class", "tp53_allelic_state", "tp53_max_vaf"),
        *("ph_like_basis", "bcr_abl1_isoform", "reciprocal_only", "tp53_vaf_stratum"),
        *("tp53_hotspot_class", "tp53_germline_suspect", "evidence_fingerprint"),
    )
)


def cohort_table(
    clinical: pd.DataFrame,
    cutoff: pd.Series,
    genotypes: pd.DataFrame,
    populations: Mapping[str, Any],
    endpoints: Mapping[str, Any],
    groups: Mapping[str, Any],
    day_zero_days: float,
) -> pd.DataFrame:
    """
    Build the table that every analysis reads.

    Parameters
    ----------
    clinical
        As `read_clinical` returns it: dates are days since treatment start.
    cutoff
        Data cut-off in days since each treatment start; NaN: none.
    genotypes : columns patient, subtype, subtype_class, flags
        A patient without a row is not assessed for every lesion.
    populations, endpoints, groups
        As the configuration defines them.
    day_zero_days
        Days given to a follow-up of 0.

    Returns
    -------
    DataFrame
        One row per patient of the clinical table; no calendar date, only days since
        treatment start. Missing is empty.

    Raises
    ------
    InputError
        If the clinical table lacks a date of ``entry`` or ``censor``.
    """
    cohort = _with_days(clinical, cutoff)
    lacking = lacking_dates(cohort, endpoints)
    if lacking:
        raise InputError(lacking)
    cohort = _with_genotypes(cohort, genotypes)
    cohort["relapsed"], cohort["months_to_relapse"] = _relapses(cohort, populations)
    cohort["hct_before_relapse"] = _transplanted_before_relapse(cohort)
    labels = {name: group_labels(cohort, group) for name, group in groups.items()}
    cohort = cohort.assign(**labels)
    belongs = {name: members(cohort, name, populations) for name in populations}
    columns: dict[str, pd.Series] = {}
    for name, (member, since) in belongs.items():
        columns[f"in_{name}"] = member.map({True: YES, False: NO})
        if has_eligibility(name, populations):
            columns[f"{name}_eligible_day"] = since
    for name, endpoint in endpoints.items():
        member, since = belongs[endpoint["population"]]
        if endpoint["kind"] == "binary":
            columns[f"{name}_achieved"] = binary_endpoint(cohort, endpoint, member)
        else:
            times = time_endpoint(cohort, endpoint, member, since, day_zero_days)
            columns |= {f"{name}_{column}": times[column] for column in times}
    return pd.concat([cohort, pd.DataFrame(columns)], axis=1)


def _with_days(clinical: pd.DataFrame, cutoff: pd.Series) -> pd.DataFrame:
    cohort = in_days(clinical)
    ends = [cohort[c] for c in ("death_day", "last_contact_day") if c in cohort]
    cohort["follow_up_day"] = pd.concat(
        [pd.concat(ends, axis=1).max(axis=1), cutoff.reset_index(drop=True)], axis=1
    ).min(axis=1)
    return cohort


def in_days(clinical: pd.DataFrame) -> pd.DataFrame:
    """
    Write a clinical table without its dates.

    Parameters
    ----------
    clinical : as `read_clinical` returns it

    Returns
    -------
    DataFrame
        Each date ``X_date`` is ``X_day``, days since treatment start; months and dates
        in remarks and in the user's own columns are taken out.
    """
    dates = [name for name in clinical if _is_date(clinical, name)]
    renamed = {name: f"{name.removesuffix('_date')}_day" for name in dates}
    plain = clinical.drop(
        columns=["_start", "_imputed", "treatment_start"], errors="ignore"
    )
    table = plain.rename(columns=renamed).reset_index(drop=True)
    for name in table.select_dtypes(object).columns.drop("patient"):
        # Remarks and columns of the user's own may hold dates that nothing reads.
        table[name] = table[name].map(without_months)
    return table


def _is_date(clinical: pd.DataFrame, name: str) -> bool:
    return name != "treatment_start" and (
        name.endswith("_date") or name == "last_contact"
    )


def _with_genotypes(cohort: pd.DataFrame, genotypes: pd.DataFrame) -> pd.DataFrame:
    joined = cohort.merge(genotypes, on="patient", how="left", validate="one_to_one")
    for column in genotypes.columns.drop("patient"):
        unknown = NOT_ASSESSED if column not in NOT_FLAGS else ""
        joined[column] = joined[column].fillna(GENOTYPE_TEXT.get(column, unknown))
    return joined


def _relapses(
    cohort: pd.DataFrame, populations: Mapping[str, Any]
) -> tuple[pd.Series, pd.Series]:
    """Say who relapsed after the remission that counts, and how many months after."""
    relapse = days_of(cohort, "relapse_date")
    if "remission" in populations:
        in_remission, since = members(cohort, "remission", populations)
    else:
        in_remission, since = (
            pd.Series(True, cohort.index),
            pd.Series(0.0, cohort.index),
        )
    counted = in_remission & (relapse >= since) & (relapse <= cohort["follow_up_day"])
    months = ((relapse - since) / DAYS_PER_MONTH).where(counted)
    return counted.map({True: YES, False: NO}), months


def _transplanted_before_relapse(cohort: pd.DataFrame) -> pd.Series:
    """Say of each relapsed patient whether any transplant came before the relapse."""
    lacking = pd.Series("", cohort.index)
    prior = cohort["prior_hct"] if "prior_hct" in cohort else lacking
    # Without a column of dates nobody knows who was transplanted after the therapy.
    known = (prior == NO) & ("hct_day" in cohort)
    since = days_of(cohort, "hct_date") < days_of(cohort, "relapse_date")
    before = lacking.mask(known, NO).mask((prior == YES) | since, YES)
    return before.where(cohort["relapsed"] == YES, "")


def flow_table(
    cohort: pd.DataFrame,
    sheet_patients: Iterable[str],
    populations: Mapping[str, Any],
    endpoints: Mapping[str, Any],
) -> pd.DataFrame:
    """
    Count patients from the clinical table to each analysis set.

    Returns
    -------
    DataFrame with columns step, n, excluded, reason
        One row per step and reason: `n` patients are left after the step, `excluded`
        were taken out for `reason`. Each step starts from the population it is a
        part of, so that n + excluded is that population's n.
    """
    tested = cohort["patient"].isin(set(sheet_patients))
    rows: list[tuple[str, int, int, str]] = [
        ("clinical table", len(cohort), 0, ""),
        (
            "with genetic data",
            int(tested.sum()),
            int((~tested).sum()),
            "no assay" if (~tested).any() else "",
        ),
    ]
    for name, population in populations.items():
        parent = population.get("within")
        base = cohort if parent is None else cohort[cohort[f"in_{parent}"] == YES]
        inside = base[f"in_{name}"] == YES
        of = f"in {parent}" if parent else "in the clinical table"
        rows.append(
            (
                f"population {name}",
                int(inside.sum()),
                int((~inside).sum()),
                f"{of}, but does not fit" if (~inside).any() else "",
            )
        )
    for name, endpoint in endpoints.items():
        value = "achieved" if endpoint["kind"] == "binary" else "days"
        base = cohort[cohort[f"in_{endpoint['population']}"] == YES]
        known = base[f"{name}_{value}"].notna()
        missing = (
            "neither success nor failure recorded"
            if endpoint["kind"] == "binary"
            else "follow-up ends before the origin, or no origin"
        )
        if "entry" in endpoint:
            missing += "; or before the delayed entry, or no entry"
        rows.append(
            (
                f"endpoint {name} in {endpoint['population']}",
                int(known.sum()),
                int((~known).sum()),
                missing if (~known).any() else "",
            )
        )
    return pd.DataFrame(rows, columns=["step", "n", "excluded", "reason"])


def join_report(
    clinical_patients: Iterable[str], sheet_patients: Iterable[str]
) -> pd.DataFrame:
    """List patients that stand on one side only: columns patient, side, reason."""
    clinical, sheets = set(clinical_patients), set(sheet_patients)
    rows = [
        (patient, "sheets only", "no row in the clinical table: not in the cohort")
        for patient in sorted(sheets - clinical)
    ]
    rows += [
        (patient, "clinical only", "no sample, karyotype or curation: not assessed")
        for patient in sorted(clinical - sheets)
    ]
    return pd.DataFrame(rows, columns=["patient", "side", "reason"])
