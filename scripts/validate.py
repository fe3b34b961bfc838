"""Rule validate: opens every file of a cohort and keeps no output."""

import sys
from pathlib import Path

from ballad.exons import exons_of
from ballad.inputs.contents import placed, table_problems, vcf_problems
from ballad.job import log_to, with_progress
from ballad.problems import InputError, Problem
from ballad.reads.contents import reads_contents
from ballad.spelling import counted
from ballad.variants.panel import known_contigs, read_panel


def main(
    files: list[str],
    cds_grch37: str,
    cds_grch38: str,
    panel: str,
    hotspots: str,
    contigs: str,
    samples: list[dict],
    assays: dict,
    padding: int,
    require_build_proof: bool,
    fastas: dict,
    workers: int,
    warned: list[dict],
) -> None:
    """
    Collect the faults of all files before stopping; list the warnings of the sheets.

    The first of `files` is the sample sheet, whose rows `samples` are.
    """
    samples = placed(samples, files[0])
    panels = {
        build: read_panel(build, path, panel, hotspots, padding)
        for build, path in (("GRCh37", cds_grch37), ("GRCh38", cds_grch38))
    }
    exons = {
        build: exons_of(Path(path).read_text().splitlines())
        for build, path in (("GRCh37", cds_grch37), ("GRCh38", cds_grch38))
    }
    sequenced = [sample for sample in samples if sample["vcf"]]
    lengths = known_contigs(contigs)
    checking = vcf_problems(sequenced, panels, lengths, workers, require_build_proof)
    vcfs = with_progress(checking, len(sequenced), "VCFs checked")
    problems = [problem for problem in vcfs if problem]
    for sample in with_progress(samples, len(samples), "rows of the sample sheet"):
        min_depth = assays[sample["assay"]]["min_depth"]
        problems += table_problems(sample, min_depth, lengths, fastas, exons)
        kind = assays[sample["assay"]]["type"]
        problems += reads_contents(sample, kind, fastas, lengths)
    head = f"validate: {counted(len(warned), 'warning')}{':' if warned else ''}"
    print("\n".join([head, *(f"  {Problem(**warning)}" for warning in warned)]))
    if problems:
        raise InputError(problems)
    print(f"validate: {len(files)} files of the cohort are sound", flush=True)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    try:
        main(**snakemake.input, **snakemake.output, **snakemake.params)
    except InputError as faults:
        # The list is for who keeps the files; a traceback would only hide it.
        print(faults, file=sys.stderr)
        sys.exit(1)
