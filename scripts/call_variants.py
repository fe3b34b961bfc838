"""Rule call_variants: one sample's alignments -> small variants of the panel, VCF."""

from pathlib import Path
from tempfile import TemporaryDirectory

from ballad.job import log_to
from ballad.reads import commands
from ballad.reads.panel_genome import genome_names
from ballad.reads.programs import run
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
    genome = genome_names(fai)
    places = read_panel(build, cds, panel, hotspots, padding)
    with TemporaryDirectory(dir=Path(vcf).parent) as folder:
        regions, called, done = (
            f"{folder}/{n}" for n in ("r.bed", "c.vcf", "n.vcf.gz")
        )
        Path(regions).write_text(
            "".join(
                f"{name}\t{start}\t{end}\n"
                for chrom, (name, _) in genome.items()
                for start, end in places.merged(chrom)
            )
        )
        run(commands.call(bam, fasta, regions, called, settings))
        run(commands.normalise(called, fasta, done))
        Path(done).replace(vcf)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
