"""Reads and alignments of the sample sheet, each opened and read to its end."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from ballad.problems import Problem
from ballad.reads.alignments import check_alignments
from ballad.reads.fastq import ReadsError, checked_pairs
from ballad.reads.panel_genome import genome_names
from ballad.reads.samples import DNA

_CURE = "correct the file or this row of the sheet; a blank cell means not done"


def reads_contents(
    sample: Mapping[str, str],
    assay_type: str,
    fastas: Mapping[str, str],
    contigs: Mapping[tuple[str, int], str],
) -> Iterator[Problem]:
    """
    Name what is wrong with the reads of one row, if they are to be used.

    Parameters
    ----------
    sample
        Row of the sample sheet, with ``sheet`` and ``line``.
    assay_type
        Only of DNA are reads used, and only where no VCF is given.
    fastas
        Build: path of the genome, with its ``.fai``.
    contigs
        (name without chr, length): build.
    """
    if assay_type not in DNA or sample["vcf"]:
        return
    build = sample["genome_build"]
    if path := sample["fastq_1"]:
        try:
            checked_pairs(path, sample["fastq_2"])
        except (ReadsError, OSError) as error:
            yield _problem(sample, "fastq_1", path, error)
    fasta = fastas.get(build, "")
    if (path := sample["bam"]) and Path(f"{fasta}.fai").is_file():
        try:
            genome = genome_names(f"{fasta}.fai")
            check_alignments(path, build, genome, contigs, fasta)
        except ReadsError as error:
            yield _problem(sample, "bam", path, error)


def _problem(
    sample: Mapping[str, str], column: str, path: str, error: Exception
) -> Problem:
    place = f"line {sample['line']}, patient {sample['patient']}"
    rule = str(error).removeprefix(f"{path}: ")
    return Problem(sample["sheet"], place, column, path, rule, _CURE)
