"""Rule read_structural_variants: SV VCFs -> gene pairs, gene events, their lesions."""

import csv
import logging

import pandas as pd

from ballad.fusions.loci import COLUMNS, genome, junction_rows
from ballad.fusions.pairs import read_rules
from ballad.fusions.structural import read_junctions
from ballad.inputs.steadiness import steady
from ballad.job import log_to
from ballad.problems import InputError, Problem
from ballad.tables import read_table, write_table
from ballad.variants.panel import known_contigs


def main(
    vcfs: list[str],
    panel: str,
    loci: str,
    cds_grch37: str,
    cds_grch38: str,
    locus_rules: str,
    rules: str,
    rule_lesions: str,
    contigs: str,
    structural_variants: str,
    samples: list[dict],
    limits: dict,
) -> None:
    """Read the VCFs that the sample rows name."""
    lesion_of = {
        (row["subtype"], row["ph_like_class"]): row["lesion"]
        for row in read_table(rule_lesions).to_dict("records")
    }
    pairs = read_rules(read_table(rules).to_dict("records"), lesion_of, dna=True)
    genomes = {}
    for build, bed in (("GRCh37", cds_grch37), ("GRCh38", cds_grch38)):
        with open(bed, encoding="utf-8", newline="") as lines:
            exons = list(csv.reader(lines, delimiter="\t"))
        tables = (read_table(panel), read_table(loci))
        genomes[build] = genome(build, *tables, exons, read_table(locus_rules))
    lengths = known_contigs(contigs)
    rows = []
    for sample in samples:
        build = sample["genome_build"]
        if build not in genomes:
            raise InputError(
                [
                    Problem(
                        sample["sv_vcf"],
                        f"patient {sample['patient']}, sample {sample['sample']}",
                        "genome_build",
                        build,
                        rule="is no build; breakpoints need one",
                        cure=f"use one of {', '.join(genomes)}",
                    )
                ]
            )
        junctions = read_junctions(
            sample["sv_vcf"], sample["vcf_sample"], build, lengths
        )
        found = junction_rows(junctions, genomes[build], pairs, limits)
        logging.info(
            "%s: %d junctions, %d rows", sample["sv_vcf"], len(junctions), len(found)
        )
        key = (sample["patient"], sample["sample"], sample["assay"])
        rows += [(*key, *row) for row in found]
    logging.info("%d VCFs, %d rows", len(vcfs), len(rows))
    write_table(pd.DataFrame(rows, columns=list(COLUMNS)), structural_variants)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    with steady(snakemake.input):
        main(**snakemake.input, **snakemake.output, **snakemake.params)
