"""Rule read_variants: VCFs of one batch -> the panel's alleles, unfiltered."""

import logging
from collections.abc import Iterable, Sequence

from ballad.inputs.steadiness import steady
from ballad.job import few_collections, log_to, with_progress
from ballad.variants.content import CHECK_COLUMNS, COUNT_COLUMNS, unproven_builds
from ballad.variants.files import VcfError
from ballad.variants.header import NOT_DETERMINABLE
from ballad.variants.matched_normal import NOT_USED
from ballad.variants.panel import known_contigs, read_panel
from ballad.variants.reader import read_vcfs
from ballad.variants.rows import COLUMNS
from ballad.wholeness import renamed_when_whole

WARNED = (NOT_DETERMINABLE, "missing", "incomplete", "differs", NOT_USED)


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
    """Write the rows of each file as it is read; nothing is left if one of them fails."""
    cds = {"GRCh37": cds_grch37, "GRCh38": cds_grch38}
    panels = {
        build: read_panel(build, path, panel, hotspots, padding)
        for build, path in cds.items()
        if build in builds or any(s["genome_build"] == build for s in samples)
    }
    known = known_contigs(contigs)
    reading = read_vcfs(samples, panels, known, workers)
    contents = with_progress(reading, len(samples), "VCFs of this batch")
    errors: list[VcfError] = []
    if builds:
        # Loads pysam, which only a cohort with a reference needs.
        from ballad.variants.consequences import annotate, read_reference

        contents = list(contents)
        if not any(isinstance(content, VcfError) for content in contents):
            paths = zip(builds, references, gffs, strict=True)
            cut = {build: read_reference(fasta, gff) for build, fasta, gff in paths}
            errors += annotate(samples, contents, cut, panels)
    found, counted = [], []
    with few_collections(), renamed_when_whole(records) as unfinished:
        with open(unfinished, "w", encoding="utf-8") as out:
            out.write(_line(COLUMNS))
            for sample, content in zip(samples, contents, strict=True):
                if isinstance(content, VcfError):
                    errors.append(content)
                    continue
                out.write(content.text())
                found += content.checks
                counted.append((sample, content.counts))
        if require_build_proof:
            errors += unproven_builds(found)
        if errors:
            raise VcfError("\n".join(str(error) for error in errors))
    _warn(found)
    for sample, counts_of in counted:
        logging.info("%s %s: %s", sample["sample"], sample["vcf"], counts_of)
    _write(
        counts,
        COUNT_COLUMNS,
        (
            (sample["patient"], sample["sample"], sample["assay"], reason, str(n))
            for sample, counts_of in counted
            for reason, n in counts_of.items()
        ),
    )
    _write(checks, CHECK_COLUMNS, found)


def _warn(checks: Iterable[tuple[str, ...]]) -> None:
    """Log what needs a look: of the samples of one file the first, and how many more."""
    told: dict[tuple[str, ...], list[str]] = {}
    for path, check, status, message in checks:
        if status in WARNED:
            told.setdefault((path, check, status), []).append(message)
    for place, (message, *more) in told.items():
        likewise = f"; so {len(more)} more samples of this file" if more else ""
        logging.warning("%s: %s %s: %s%s", *place, message, likewise)


def _write(path: str, columns: Sequence[str], rows: Iterable[tuple[str, ...]]) -> None:
    with renamed_when_whole(path) as unfinished:
        with open(unfinished, "w", encoding="utf-8") as out:
            out.writelines(map(_line, (columns, *rows)))


def _line(cells: Sequence[str]) -> str:
    return "\t".join(cells) + "\n"


if __name__ == "__main__":
    log_to(snakemake.log[0])
    with steady(snakemake.input):
        main(**snakemake.input, **snakemake.output, **snakemake.params)
