"""Rule index_panel: the panel's own reference -> its stretches, indexed by bwa."""

import logging

from ballad.job import log_to
from ballad.reads.panel_genome import genome_names, write_stretches
from ballad.reads.programs import run


def main(cut_fasta: str, fai: str, fasta: str, spans: str, index: list[str]) -> None:
    """Write the stretches, then index them; bwa names its files itself."""
    bases = write_stretches(cut_fasta, genome_names(fai), fasta, spans)
    logging.info("%d bases of the panel; index %s", bases, index)
    run(["bwa", "index", fasta])


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output)
