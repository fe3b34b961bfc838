"""Rule read_coverage: coverage of one batch -> each gene's bases that are deep enough."""

import csv
import logging
from pathlib import Path

from ballad.coverage import COVERED_COLUMNS, FILE_COLUMNS, covered_bases
from ballad.coverage_origin import (
    refuse_elsewhere,
    refuse_lines_of_other_build,
    refuse_other_build,
)
from ballad.exons import exons_of
from ballad.inputs.steadiness import steady
from ballad.job import log_to, with_progress
from ballad.variants.panel import known_contigs
from ballad.wholeness import renamed_when_whole


def main(
    coverage: list[str],
    alignment_indexes: list[str],
    cds_grch37: str,
    cds_grch38: str,
    contigs: str,
    covered: str,
    samples: list[dict],
    fastas: dict,
) -> None:
    """Write a row per coverage file and gene of the panel."""
    exons = {
        build: exons_of(Path(path).read_text().splitlines())
        for build, path in (("GRCh37", cds_grch37), ("GRCh38", cds_grch38))
    }
    lengths = known_contigs(contigs)
    with renamed_when_whole(covered) as unfinished:
        with open(unfinished, "w", encoding="utf-8", newline="") as out:
            table = csv.writer(out, delimiter="\t", lineterminator="\n")
            table.writerow(COVERED_COLUMNS)
            for sample in with_progress(samples, len(samples), "coverage files"):
                path, build = sample["coverage"], sample["genome_build"]
                fasta = fastas.get(build)
                refuse_other_build(path, build, lengths, fasta)
                refuse_lines_of_other_build(path, build, lengths, exons)
                column, depth = sample["vcf_sample"], sample["min_depth"]
                bases = covered_bases(path, depth, exons[build], column, fasta, build)
                refuse_elsewhere(path, exons[build], fasta)
                key = [sample[name] for name in FILE_COLUMNS]
                for gene in dict.fromkeys(exon.gene for exon in exons[build]):
                    deep = "" if bases is None else bases.get(gene, 0)
                    table.writerow([*key, gene, deep])
    logging.info("%d coverage files", len(samples))


if __name__ == "__main__":
    log_to(snakemake.log[0])
    with steady(snakemake.input):
        main(**snakemake.input, **snakemake.output, **snakemake.params)
