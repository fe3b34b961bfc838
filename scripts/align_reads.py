"""Rule align_reads: FASTQ or alignments of one sample -> sorted, duplicates marked."""

import json
import logging
import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from ballad.job import log_to
from ballad.reads import commands, placing
from ballad.reads.alignments import check_alignments
from ballad.reads.fastq import checked_pairs
from ballad.reads.measures import duplicate_rate, reads_given
from ballad.reads.panel_genome import genome_names
from ballad.reads.programs import run
from ballad.variants.panel import known_contigs


def main(
    lanes: list[str],
    alignments: list[str],
    fasta: str,
    fai: str,
    index: list[str],
    spans: list[str],
    contigs: str,
    bam: str,
    bai: str,
    statistics: str,
    reads: dict,
    settings: dict,
    threads: int,
) -> None:
    """Check every file first: a faulty lane leaves nothing that looks like a result."""
    pairs = [(first, second) for first, second in reads["lanes"]]
    for first, second in pairs:
        logging.info("%s: %d pairs or reads", first, checked_pairs(first, second))
    genome, known = genome_names(fai), known_contigs(contigs)
    for path in alignments:
        check_alignments(path, reads["genome_build"], genome, known, fasta)
    with TemporaryDirectory(dir=Path(bam).parent) as folder:
        parts, reports = [], []
        for lane, (first, second) in enumerate(pairs, 1):
            parts.append(f"{folder}/{lane}.bam")
            reports.append(f"{folder}/{lane}.json")
            trim = commands.trim(
                *(first, second, reports[-1], f"{folder}/fastp.html"),
                *(threads, settings["min_read_length"]),
            )
            group = commands.read_group(reads["sample"], lane)
            prefix = index[0].removesuffix(".amb")
            align = commands.align(prefix, group, bool(second), threads)
            place = [[sys.executable, placing.__file__, spans[0]]] if spans else []
            run(trim, align, *place, *commands.sort(parts[-1], folder))
        for lane, path in enumerate(alignments, len(pairs) + 1):
            parts.append(f"{folder}/{lane}.bam")
            regroup = commands.regroup(path, reads["sample"], lane, fasta, folder)
            run(*regroup, *commands.sort(parts[-1], folder))
        merged = f"{folder}/merged.bam"
        if len(parts) == 1:
            merged = parts[0]
        else:
            run(commands.merge(parts), output=merged)
        said: dict[str, float | None] = {"duplicate_rate": None, "reads": None}
        if settings["mark_duplicates"]:
            marked = f"{folder}/marked.bam"
            run(commands.mark_duplicates(merged, marked, f"{folder}/marked", folder))
            text = Path(f"{folder}/marked").read_text().splitlines()
            said["duplicate_rate"] = duplicate_rate(text)
            merged = marked
        if reports and not alignments:
            said["reads"] = reads_given(reports)
        os.replace(merged, bam)
        run(["samtools", "index", bam, bai])
        Path(statistics).write_text(json.dumps(said))


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(
        **snakemake.input,
        **snakemake.output,
        **snakemake.params,
        threads=snakemake.threads,
    )
