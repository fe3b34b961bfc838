"""A BAM or CRAM that comes from elsewhere is whole, not empty, and of this genome."""

from collections.abc import Mapping

import pysam

from ballad.coverage_origin import refuse_other_build
from ballad.reads.fastq import ReadsError


def check_alignments(
    path: str,
    build: str,
    genome: Mapping[str, tuple[str, int]],
    contigs: Mapping[tuple[str, int], str],
    fasta: str,
) -> None:
    """
    Refuse alignments that cannot be used as they are.

    Parameters
    ----------
    path
        BAM or CRAM.
    build
        That the sheet declares.
    genome
        Of the configuration: name without chr: name and length.
    contigs
        (name without chr, length): build.
    fasta
        Of the genome; a CRAM needs it.

    Raises
    ------
    ReadsError
        If the file is cut, has no aligned read, several samples or another genome.
    """
    try:
        with pysam.AlignmentFile(
            path, reference_filename=fasta, check_sq=False
        ) as alignments:
            lengths = dict(zip(alignments.references, alignments.lengths, strict=True))
            samples = {
                group["SM"]
                for group in alignments.header.to_dict().get("RG", [])
                if "SM" in group
            }
            _refuse_unaligned(path, lengths)
            refuse_other_build(path, build, contigs, fasta)
            _refuse_other_genome(path, lengths, genome)
            aligned = any(
                not read.is_unmapped for read in alignments.fetch(until_eof=True)
            )
    except ReadsError:
        raise
    except (OSError, ValueError) as error:
        text = str(error).removeprefix(f"{path}: ")
        cure = "" if "contradicted" in text else "; copy the file again"
        raise ReadsError(f"{path}: {text}{cure}") from None
    if len(samples) > 1:
        raise ReadsError(
            f"{path}: reads of several samples ({', '.join(sorted(samples))}); part it "
            "with samtools split"
        )
    if not aligned:
        raise ReadsError(
            f"{path}: holds no aligned read; blank means not done, and reads without "
            "alignment come as FASTQ (samtools fastq)"
        )


def _refuse_unaligned(path: str, lengths: Mapping[str, int]) -> None:
    if not lengths:
        raise ReadsError(
            f"{path}: no contigs in the header: not aligned; give the reads as FASTQ "
            "(samtools fastq)"
        )


def _refuse_other_genome(
    path: str, lengths: Mapping[str, int], genome: Mapping[str, tuple[str, int]]
) -> None:
    own = dict(genome.values())
    if not set(own) & set(lengths):
        raise ReadsError(
            f"{path}: no contig of the genome of the configuration: {_few(lengths)} "
            f"against {_few(own)}; name the genome that the reads were aligned to, or "
            "rename the contigs with samtools reheader"
        )
    other = [n for n, length in lengths.items() if own.get(n, length) != length]
    if other:
        name = other[0]
        raise ReadsError(
            f"{path}: wrong reference: {name} has {lengths[name]} bases, in the genome "
            f"of the configuration {own[name]}; name the genome that the reads were "
            "aligned to"
        )


def _few(names: Mapping[str, int]) -> str:
    return ", ".join(list(names)[:3])
