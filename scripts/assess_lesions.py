"""Rule assess_lesions: the results of all assays -> four-state lesions."""

import logging
from dataclasses import asdict

import pandas as pd

from ballad.evidence import (
    counted_samples,
    curated_evidence,
    expression_evidence,
    fusion_evidence,
    structural_evidence,
    table_evidence,
    variant_evidence,
    without_few_blast_negatives,
)
from ballad.inputs.curation import read_curation
from ballad.job import log_to
from ballad.lesions import Evidence, lesion_table, numbered
from ballad.tables import read_table, write_table

EVIDENCE_COLUMNS = (
    *("evidence", "patient", "sample", "assay", "lesion", "supports", "kind"),
    *("file", "record", "tier"),
)


def main(
    variants: str,
    callability: str,
    fusions: str,
    structural_variants: str,
    cytogenetics: str,
    copy_number: str,
    curation: list[str],
    lesion_rules: str,
    expression_labels: str,
    lesions: str,
    evidence: str,
    samples: list[dict],
    assays: dict,
    patients: list[str],
    remission_below_blasts_pct: float,
) -> None:
    """Collect the evidence, number it, decide each lesion's state."""
    rules = read_table(lesion_rules)
    labels = read_table(expression_labels)
    label_of = dict(zip(labels["label"], labels["lesion"], strict=True))
    counted = counted_samples(samples)
    found: list[Evidence] = [
        *variant_evidence(
            read_table(variants), read_table(callability), rules, counted
        ),
        *fusion_evidence(read_table(fusions), rules, counted),
        *structural_evidence(read_table(structural_variants), rules, counted, assays),
        *expression_evidence(rules, label_of, counted),
        *table_evidence(read_table(cytogenetics), None, None),
        *table_evidence(read_table(copy_number), None, counted),
        *curated_evidence(read_curation(curation)),
    ]
    limit = remission_below_blasts_pct
    named = numbered(without_few_blast_negatives(found, counted, limit))
    logging.info("%d pieces of evidence, %d patients", len(named), len(patients))
    rows = [{"evidence": name, **asdict(item)} for name, item in named.items()]
    write_table(lesion_table(named, patients, rules), lesions)
    write_table(pd.DataFrame(rows, columns=list(EVIDENCE_COLUMNS)), evidence)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
