"""Rule cross_check_genotypes: two sources of one fact, side by side."""

import logging

import pandas as pd

from ballad.clinical.table import read_clinical
from ballad.cross_checks import (
    CONTRADICTS,
    assay_checks,
    cross_check_table,
    gene_checks,
    ph_checks,
    sex_checks,
    vaf_checks,
)
from ballad.genotype import counted_variants
from ballad.inputs.spreadsheet import read_sheet
from ballad.job import log_to
from ballad.lesions import Evidence
from ballad.problems import InputError
from ballad.settings import ClinicalTable
from ballad.tables import read_table, write_table


def main(
    genotypes: str,
    evidence: str,
    variants: str,
    callability: str,
    clinical: str,
    clinical_columns: str,
    sheet: list[str],
    lesion_rules: str,
    cross_checks: str,
    samples: list[dict],
    clinical_settings: dict,
    vaf_above_blasts: float,
) -> None:
    """Compare sex, Ph status, assays, VAFs and the genes of the assays."""
    counted = counted_variants(read_table(variants, numeric=["vaf"]))
    settings = ClinicalTable(**{**clinical_settings, "table": clinical})
    table, problems = read_clinical(settings, read_table(clinical_columns))
    if problems:
        raise InputError(problems)
    rules = read_table(lesion_rules)
    said = read_table(evidence).drop(columns="evidence")
    items = [
        Evidence(**{str(k): v for k, v in row.items()})
        for row in said.to_dict("records")
    ]
    found = cross_check_table(
        [
            *sex_checks(_column(table, "sex"), _karyotypes(sheet)),
            *ph_checks(
                _column(table, "ph_status"), read_table(genotypes).to_dict("records")
            ),
            *assay_checks(
                items, dict(zip(rules["lesion"], rules["absent_by"], strict=True))
            ),
            *vaf_checks(counted, samples, vaf_above_blasts),
            *gene_checks(counted, read_table(callability).to_dict("records")),
        ]
    )
    against = (found["status"] == CONTRADICTS).sum()
    logging.info("%d comparisons, %d contradictions", len(found), against)
    write_table(found, cross_checks)


def _column(table: pd.DataFrame, name: str) -> dict[str, str]:
    if name not in table:
        return {}
    return dict(zip(table["patient"], table[name], strict=True))


def _karyotypes(paths: list[str]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for path in paths:
        sheet, problems = read_sheet(path)
        if problems:
            raise InputError(problems)
        if "karyotype" in sheet:
            found += zip(sheet["patient"], sheet["karyotype"], strict=True)
    return found


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
