"""Rule filter_variants: the panel's alleles -> variants, kept or not and why."""

import logging
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from ballad.job import log_to
from ballad.tables import read_table, write_table
from ballad.variants.calls import NUMERIC, variant_calls
from ballad.variants.calls import filter_counts as counted
from ballad.variants.codons import CodingSequence, with_codon_flags
from ballad.variants.content import COUNT_COLUMNS
from ballad.variants.filters import MissingFieldError, filters_of, missing_fields
from ballad.variants.hotspots import Hotspots, suppressors
from ballad.variants.origin import with_origin_flags
from ballad.variants.panel import own_transcripts
from ballad.variants.rows import COLUMNS


def main(
    records: list[str],
    counts: list[str],
    hotspots: str,
    alleles: str,
    classes: str,
    panel: str,
    cds_grch37: str,
    cds_grch38: str,
    variants: str,
    filter_counts: str,
    filters: dict,
    assay_limits: dict,
    rescue: dict,
    origin: dict,
    tp53: dict,
    assays: dict,
    few_blasts: Iterable[Iterable[str]] = (),
) -> None:
    """Judge and filter the rows of all batches together."""
    found = _joined(records, list(COLUMNS), NUMERIC)
    _tell_missing(found, assays, filters, assay_limits)
    calls = variant_calls(
        found,
        Hotspots(read_table(hotspots), read_table(alleles)),
        read_table(classes).set_index("class").to_dict("index"),
        suppressors(read_table(panel)),
        {name: assay["type"] for name, assay in assays.items()},
        filters,
        assay_limits,
        rescue,
        tp53,
    )
    few = {(patient, sample) for patient, sample in few_blasts}
    calls = with_origin_flags(calls, **origin, few_blasts=few)
    sequences = {
        build: CodingSequence(Path(path).read_text().splitlines())
        for build, path in (("GRCh37", cds_grch37), ("GRCh38", cds_grch38))
    }
    calls = with_codon_flags(calls, sequences, own_transcripts(panel))
    order = ["patient", "sample", "assay"]
    calls = calls.sort_values(order, kind="stable")
    read = _joined(counts, list(COUNT_COLUMNS), ("n",))
    write_table(calls, variants)
    write_table(
        counted(read, calls, filters).sort_values(order, kind="stable"), filter_counts
    )


def _tell_missing(
    records: pd.DataFrame, assays: dict, filters: dict, assay_limits: dict
) -> None:
    limits = {
        name: filters_of(assay["type"], filters, assay_limits)
        for name, assay in assays.items()
    }
    rows = records.astype(object).where(records.notna(), None).to_dict("records")
    warnings, errors = missing_fields(rows, limits)
    for warning in warnings:
        logging.warning(warning)
    if errors:
        raise MissingFieldError("\n".join(errors))


def _joined(paths: list[str], columns: list[str], numeric: tuple) -> pd.DataFrame:
    tables = [read_table(path, numeric=numeric) for path in paths]
    filled = [table for table in tables if not table.empty]
    return (
        pd.concat(filled, ignore_index=True)
        if filled
        else pd.DataFrame(columns=columns)
    )


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
