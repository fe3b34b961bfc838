"""Rule assess_callability: covered bases, targets -> where "absent" may be said."""

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
from ballad.coverage import FILE_COLUMNS
from ballad.inputs.steadiness import steady
from ballad.job import log_to
from ballad.reads.quality import with_failed
from ballad.tables import read_table, write_table
from ballad.variants.content import KIND, SNVS_ALONE


def main(
    covered: list[str],
    quality: str,
    targets: list[str],
    cds_grch37: str,
    cds_grch38: str,
    panel: str,
    checks: list[str],
    callability: str,
    samples: list[dict],
    assays: dict,
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
    bases = _bases_of(covered)
    rows = []
    for sample in samples:
        build = sample["genome_build"]
        if targeted[sample["assay"], build] == frozenset():
            raise ValueError(
                f"{assays[sample['assay']]['targets'] or sample['assay']}: touches no "
                f"coding exon of the panel on {build}; targets are a BED with tabs, "
                "chromosomes like 17 or chr17, of the sample's build"
            )
        found = sample_callability(
            sample,
            assays[sample["assay"]],
            genes,
            targeted[sample["assay"], build],
            coding[build],
            min_fraction_covered,
            bases.get(tuple(sample[name] for name in FILE_COLUMNS)),
        )
        if sample["coverage"] and nearly_uncovered(found):
            logging.warning(
                "%s: of no gene of the panel are %.0f %% of the coding bases deep "
                "enough; is it of build %s, and min_depth of %s right?",
                *(sample["coverage"], 100 * NEARLY_NONE, build, sample["assay"]),
            )
        rows += found
    logging.info("%d samples, %d coverage files", len(samples), len(bases))
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


def _bases_of(paths: list[str]) -> dict[tuple[str, ...], dict[str, int]]:
    found: dict[tuple[str, ...], dict[str, int]] = {}
    for path in paths:
        for row in read_table(path).to_dict("records"):
            if row["bases"]:
                file = tuple(row[name] for name in FILE_COLUMNS)
                found.setdefault(file, {})[row["gene"]] = int(row["bases"])
    return found


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
