"""Rule read_variants: VCFs of one batch -> the panel's alleles, unfiltered."""

import logging
from collections.abc import Iterable, Sequence

from ballad.inputs.steadiness import steady
from ballad.job import log_to, with_progress
from ballad.variants.files import VcfError
from ballad.variants.panel import known_contigs, read_panel
from ballad.variants.reader import (
    CHECK_COLUMNS,
    COLUMNS,
    COUNT_COLUMNS,
    NOT_DETERMINABLE,
    read_vcfs,
    unproven_builds,
)
from ballad.writing import write_text

WARNED = (NOT_DETERMINABLE, "missing", "incomplete", "differs")


def main(
    vcfs: list[str],
    indexes: list[str],
    references: list[str],
    gffs: list[str],
    cds_grch37: str,
    cds_grch38: str,
    panel: str,
    hotspots: str,
    contigs: str,
    records: str,
    counts: str,
    checks: str,
    samples: list[dict],
    padding: int,
    require_build_proof: bool,
    builds: list[str],
    workers: int,
) -> None:
    """Read all files first: nothing is written if one of them fails."""
    cds = {"GRCh37": cds_grch37, "GRCh38": cds_grch38}
    panels = {
        build: read_panel(build, path, panel, hotspots, padding)
        for build, path in cds.items()
        if build in builds or any(s["genome_build"] == build for s in samples)
    }
    reading = read_vcfs(samples, panels, known_contigs(contigs), workers)
    contents, errors = [], []
    for content in with_progress(reading, len(samples), "VCFs of this batch"):
        if isinstance(content, VcfError):
            errors.append(content)
        else:
            contents.append(content)
    if builds and not errors:
        # Loads pysam, which only a cohort with a reference needs.
        from ballad.variants.consequences import annotate, read_reference

        paths = zip(builds, references, gffs, strict=True)
        cut = {build: read_reference(fasta, gff) for build, fasta, gff in paths}
        errors += annotate(samples, contents, cut, panels)
    if require_build_proof:
        errors += unproven_builds(contents)
    if errors:
        raise VcfError("\n".join(str(error) for error in errors))
    for content in contents:
        for path, check, status, message in content.checks:
            if status in WARNED:
                logging.warning("%s: %s %s: %s", path, check, status, message)
    for sample, content in zip(samples, contents, strict=True):
        logging.info("%s %s: %s", sample["sample"], sample["vcf"], content.counts)
    _write(records, COLUMNS, (row for c in contents for row in c.rows))
    _write(
        counts,
        COUNT_COLUMNS,
        (
            (sample["patient"], sample["sample"], sample["assay"], reason, str(n))
            for sample, content in zip(samples, contents, strict=True)
            for reason, n in content.counts.items()
        ),
    )
    _write(checks, CHECK_COLUMNS, (row for c in contents for row in c.checks))


def _write(path: str, columns: Sequence[str], rows: Iterable[tuple[str, ...]]) -> None:
    text = "\n".join("\t".join(row) for row in (columns, *rows))
    write_text(f"{text}\n", path)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    with steady(snakemake.input):
        main(**snakemake.input, **snakemake.output, **snakemake.params)
