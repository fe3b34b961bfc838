"""Rule find_fusions: RNA reads of one sample -> Arriba's table of fusions."""

from pathlib import Path
from tempfile import TemporaryDirectory

from ballad.job import log_to
from ballad.reads.fastq import checked_pairs
from ballad.reads.programs import run
from ballad.reads.rna import arriba, star


def main(
    lanes: list[str],
    fasta: str,
    gtf: str,
    blacklist: str,
    fusions: str,
    reads: dict,
    star_index: str,
    threads: int,
) -> None:
    """Check the files, then align and call in one go."""
    for first, second in reads["lanes"]:
        checked_pairs(first, second)
    with TemporaryDirectory(dir=Path(fusions).parent) as folder:
        found, discarded = f"{folder}/fusions.tsv", f"{folder}/discarded.tsv"
        align = star(reads["lanes"], star_index, f"{folder}/star.", threads)
        run(align, arriba(fasta, gtf, blacklist, found, discarded))
        Path(found).replace(fusions)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(
        **snakemake.input,
        **snakemake.output,
        **snakemake.params,
        threads=snakemake.threads,
    )
