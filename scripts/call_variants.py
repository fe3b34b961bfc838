"""Rule call_variants: one sample's alignments -> small variants of the panel, VCF."""

import logging
from pathlib import Path
from tempfile import TemporaryDirectory

from ballad.job import log_to
from ballad.reads import commands
from ballad.reads.panel_genome import aligned_contigs, named
from ballad.reads.programs import run
from ballad.reads.recount import recount_indels
from ballad.variants.panel import read_panel


def main(
    bam: str,
    bai: str,
    fasta: str,
    fai: str,
    cds: str,
    panel: str,
    hotspots: str,
    vcf: str,
    build: str,
    padding: int,
    settings: dict,
) -> None:
    """Call within the panel's regions, left-align, one allele a line."""
    places = read_panel(build, cds, panel, hotspots, padding)
    with TemporaryDirectory(dir=Path(vcf).parent) as folder:
        regions, called, aligned, done = (
            f"{folder}/{n}" for n in ("r.bed", "c.vcf", "n.vcf.gz", "r.vcf.gz")
        )
        stretches = [
            (chrom, start, end, "")
            for chrom in places.chromosomes
            for start, end in places.merged(chrom)
        ]
        Path(regions).write_text(named(stretches, aligned_contigs(bam)))
        run(commands.call(bam, fasta, regions, called, settings))
        run(commands.normalise(called, fasta, aligned))
        count = recount_indels(
            aligned, bam, fasta, done, settings["min_mapping_quality"]
        )
        logging.info("%d indels counted again", count)
        Path(done).replace(vcf)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
