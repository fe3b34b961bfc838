"""Rule assess_callability: coverage and targets -> where "absent" may be said."""

import logging
from pathlib import Path

from ballad.callability import (
    NEARLY_NONE,
    callability_table,
    coding_bases,
    nearly_uncovered,
    sample_callability,
    targeted_genes,
    without_indels,
)
from ballad.coverage_origin import (
    refuse_elsewhere,
    refuse_lines_of_other_build,
    refuse_other_build,
)
from ballad.exons import exons_of
from ballad.inputs.steadiness import steady
from ballad.job import log_to
from ballad.reads.quality import with_failed
from ballad.tables import read_table, write_table
from ballad.variants.content import KIND, SNVS_ALONE
from ballad.variants.panel import known_contigs


def main(
    coverage: list[str],
    quality: str,
    alignment_indexes: list[str],
    targets: list[str],
    cds_grch37: str,
    cds_grch38: str,
    panel: str,
    contigs: str,
    checks: list[str],
    callability: str,
    samples: list[dict],
    assays: dict,
    fastas: dict,
    min_fraction_covered: float,
) -> None:
    """Assess every gene of the panel in every sequenced sample."""
    cds = {
        "GRCh37": Path(cds_grch37).read_text().splitlines(),
        "GRCh38": Path(cds_grch38).read_text().splitlines(),
    }
    genes = read_table(panel)["symbol"].tolist()
    coding = {build: coding_bases(lines) for build, lines in cds.items()}
    targeted = {
        (name, build): _genes_of(assay, cds[build])
        for name, assay in assays.items()
        for build in cds
    }
    exons = {build: exons_of(lines) for build, lines in cds.items()}
    lengths = known_contigs(contigs)
    rows = []
    for sample in samples:
        build = sample["genome_build"]
        if targeted[sample["assay"], build] == frozenset():
            raise ValueError(
                f"{assays[sample['assay']]['targets'] or sample['assay']}: touches no "
                f"coding exon of the panel on {build}; targets are a BED with tabs, "
                "chromosomes like 17 or chr17, of the sample's build"
            )
        if sample["coverage"]:
            refuse_other_build(sample["coverage"], build, lengths, fastas.get(build))
            refuse_lines_of_other_build(sample["coverage"], build, lengths, exons)
        found = sample_callability(
            sample,
            assays[sample["assay"]],
            genes,
            targeted[sample["assay"], build],
            coding[build],
            min_fraction_covered,
            exons[build],
            fastas.get(build),
        )
        if sample["coverage"]:
            refuse_elsewhere(sample["coverage"], exons[build], fastas.get(build))
            if nearly_uncovered(found):
                logging.warning(
                    "%s: of no gene of the panel are %.0f %% of the coding bases deep "
                    "enough; is it of build %s, and min_depth of %s right?",
                    *(sample["coverage"], 100 * NEARLY_NONE, build, sample["assay"]),
                )
        rows += found
    logging.info("%d samples, %d coverage files", len(samples), len(coverage))
    table = without_indels(callability_table(rows), samples, assays, snvs_alone(checks))
    table = with_failed(table, read_table(quality))
    write_table(table, callability)


def snvs_alone(checks: list[str]) -> set[str]:
    """Name the VCFs that can hold no indel, by what reading them found."""
    return {
        row["path"]
        for path in checks
        for row in read_table(path).to_dict("records")
        if (row["check"], row["status"]) == (KIND, SNVS_ALONE)
    }


def _genes_of(assay: dict, cds: list[str]) -> frozenset[str] | None:
    if assay["genes"] is not None:
        return frozenset(assay["genes"])
    if assay["targets"] is None:
        return None
    return targeted_genes(cds, Path(assay["targets"]).read_text().splitlines())


if __name__ == "__main__":
    log_to(snakemake.log[0])
    with steady(snakemake.input):
        main(**snakemake.input, **snakemake.output, **snakemake.params)
