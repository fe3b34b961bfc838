"""The user's FASTA and GFF -> the panel's own reference: cut, masked, indexed."""

import gzip
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence

import pysam

from ballad.variants.chromosomes import plain_name
from ballad.variants.gene_models import GeneModel

FLANK = 1000  # bases beside a gene; an indel is left-aligned within them
_MASKED = b"N" * 65_280  # what one block of BGZF takes


class PanelReferenceError(ValueError):
    """The FASTA or the GFF of the configuration cannot serve the panel."""


def masked_spans(
    models: Iterable[GeneModel], regions: Iterable[tuple[str, int, int]]
) -> dict[str, list[tuple[int, int]]]:
    """
    Join genes and regions, each with FLANK bases, to what is not masked.

    Parameters
    ----------
    models
        Genes.
    regions
        Chromosome without chr, start (0-based), end.

    Returns
    -------
    dict of chromosome: half-open spans, sorted, apart from each other
    """
    wanted = [(model.chrom, model.start, model.end) for model in models]
    spans: dict[str, list[tuple[int, int]]] = {}
    for chrom, start, end in sorted([*wanted, *regions]):
        here = spans.setdefault(chrom, [])
        low, high = max(0, start - FLANK), end + FLANK
        if here and low <= here[-1][1]:
            here[-1] = (here[-1][0], max(here[-1][1], high))
        else:
            here.append((low, high))
    return spans


def write_reference(
    source: str, spans: Mapping[str, Sequence[tuple[int, int]]], path: str
) -> tuple[int, str]:
    """
    Write the spans of a FASTA at their own positions, N between them, and index it.

    Parameters
    ----------
    source
        FASTA with its index (samtools faidx), plain or bgzip.
    spans
        By chromosome without chr; half-open.
    path
        Of the bgzip FASTA; ``.fai`` and ``.gzi`` come beside it.

    Returns
    -------
    tuple of int and str
        Bases that are known, and the SHA-256 of the sequences between the N.

    Raises
    ------
    PanelReferenceError
        If the FASTA or its index cannot be read, or lacks a chromosome.
    """
    known, digest = 0, hashlib.sha256()
    with _opened(source) as fasta, pysam.BGZFile(path, "wb", None) as output:
        names = {plain_name(name): name for name in fasta.references}
        if lacking := sorted(set(spans) - set(names)):
            raise PanelReferenceError(
                f"{source}: no chromosome {', '.join(lacking)}, where genes of the panel "
                "lie; use the whole primary assembly of the build"
            )
        for chrom in (name for name in names if name in spans):
            output.write(f">{chrom}\n".encode())
            cursor = 0
            for start, end in spans[chrom]:
                bases = fasta.fetch(names[chrom], start, end).upper().encode()
                output.write(_MASKED * ((start - cursor) // len(_MASKED)))
                output.write(_MASKED[: (start - cursor) % len(_MASKED)])
                output.write(bases)
                cursor = start + len(bases)
                known += len(bases) - bases.count(b"N")
                digest.update(f"{chrom}:{start}:".encode() + bases)
            output.write(b"\n")
    pysam.faidx(path)
    return known, digest.hexdigest()


def _opened(source: str) -> pysam.FastaFile:
    try:
        open(f"{source}.fai", "rb").close()
        return pysam.FastaFile(source)
    except (OSError, ValueError) as error:
        raise PanelReferenceError(
            f"{source}: cannot be read by region ({error}); the FASTA is plain or "
            "bgzip, and samtools faidx writes its index beside it"
        ) from error


def lines_of(path: str) -> Iterator[str]:
    """Yield the lines of a text file, gzip or plain."""
    with (gzip.open if path.endswith(".gz") else open)(path, "rt") as lines:
        yield from lines
