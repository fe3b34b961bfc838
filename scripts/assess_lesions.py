"""Rule assess_lesions: the results of all assays -> four-state lesions."""

import logging
from dataclasses import asdict

import pandas as pd

from ballad.baseline import (
    BASELINE,
    choice_table,
    choose_samples,
    discordant_table,
    without_few_blast_negatives,
)
from ballad.evidence import (
    curated_evidence,
    expression_evidence,
    fusion_evidence,
    structural_evidence,
    table_evidence,
    variant_evidence,
)
from ballad.expression import read_labels
from ballad.inputs.curation import read_curation
from ballad.inputs.steadiness import steady
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
    counted_samples: str,
    discordant_samples: str,
    samples: list[dict],
    assays: dict,
    patients: list[str],
    remission_below_blasts_pct: float,
    sample_window_days: list[int],
    days: list[float | None],
) -> None:
    """
    Collect the evidence, number it, decide each lesion's state.

    `days` since treatment start belong to `samples`, in their order.
    """
    rules = read_table(lesion_rules)
    labels = read_labels(read_table(expression_labels).to_dict("records"))
    limit = remission_below_blasts_pct
    choices = choose_samples(samples, days, limit)
    baseline = [c.sample for c in choices if c.sample["timepoint"] in BASELINE]
    found: list[Evidence] = [
        *variant_evidence(
            read_table(variants),
            read_table(callability),
            rules,
            baseline,
            {name: assay["min_depth"] for name, assay in assays.items()},
        ),
        *fusion_evidence(read_table(fusions), rules, baseline),
        *structural_evidence(read_table(structural_variants), rules, baseline, assays),
        *expression_evidence(rules, labels, baseline),
        *table_evidence(read_table(cytogenetics), None, None),
        *table_evidence(read_table(copy_number), None, baseline),
        *curated_evidence(read_curation(curation)),
    ]
    every = list(without_few_blast_negatives(found, baseline, limit))
    keys = {
        (c.sample["patient"], c.sample["sample"], c.sample["assay"])
        for c in choices
        if c.counted
    }
    named = numbered(
        e for e in every if not e.sample or (e.patient, e.sample, e.assay) in keys
    )
    logging.info("%d pieces of evidence, %d patients", len(named), len(patients))
    rows = [{"evidence": name, **asdict(item)} for name, item in named.items()]
    write_table(lesion_table(named, patients, rules), lesions)
    write_table(pd.DataFrame(rows, columns=list(EVIDENCE_COLUMNS)), evidence)
    write_table(choice_table(choices, sample_window_days), counted_samples)
    write_table(discordant_table(every, choices), discordant_samples)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    with steady(snakemake.input):
        main(**snakemake.input, **snakemake.output, **snakemake.params)
