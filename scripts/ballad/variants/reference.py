"""The user's FASTA and GFF -> the panel's own reference: cut, masked, indexed."""

import gzip
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pysam

FLANK = 1000  # bases beside a gene; an indel is left-aligned within them
_MASKED = b"N" * 65_280  # what one block of BGZF takes
_CHILDREN = ("exon", "CDS", "five_prime_UTR", "three_prime_UTR")


class PanelReferenceError(ValueError):
    """The FASTA or the GFF of the configuration cannot serve the panel."""


@dataclass(frozen=True)
class GeneModel:
    """A gene of the panel and its coding transcripts, as lines of an Ensembl GFF3."""

    symbol: str
    chrom: str  # without chr
    start: int  # 0-based
    end: int
    lines: tuple[str, ...]


def gene_models(
    gff: Iterable[str], genes: Sequence[Mapping[str, str]]
) -> list[GeneModel]:
    """
    Take the panel's genes out of a GFF3 of Ensembl or GENCODE.

    Parameters
    ----------
    gff
        Lines; a gene stands before its transcripts, these before their exons.
    genes : columns symbol, ensembl_gene
        A gene is known by its Ensembl id, else by its name: older releases have
        other names.

    Returns
    -------
    list of GeneModel
        Names without ``chr``; only transcripts that code for a protein.
    """
    symbols = {row["ensembl_gene"].split(".")[0]: row["symbol"] for row in genes}
    names = {row["symbol"] for row in genes}
    kept: dict[str, tuple[str, list[list[str]]]] = {}  # gene id: symbol, its lines
    owner: dict[str, str] = {}  # transcript id: gene id
    for line in gff:
        if line.startswith("#") or line.count("\t") != 8:
            continue
        cells = line.rstrip("\r\n").split("\t")
        kind, said = cells[2], _attributes(cells[8])
        own, parent = _plain(said.get("ID", "")), _plain(said.get("Parent", ""))
        cells[0] = cells[0].removeprefix("chr")
        if not parent:
            name = said.get("Name") or said.get("gene_name", "")
            symbol = symbols.get(own.split(".")[0], name)
            if symbol in names and kind.endswith("gene"):
                tail = f"ID=gene:{own};Name={symbol};biotype=protein_coding"
                kept[own] = (symbol, [[*cells[:2], "gene", *cells[3:8], tail]])
        elif parent in kept:
            biotype = said.get("biotype") or said.get("transcript_type", "")
            if biotype == "protein_coding" or (not biotype and kind == "mRNA"):
                owner[own] = parent
                tail = (
                    f"ID=transcript:{own};Parent=gene:{parent};biotype=protein_coding"
                )
                kept[parent][1].append([*cells[:2], "mRNA", *cells[3:8], tail])
        elif parent in owner and kind in _CHILDREN:
            tail = f"Parent=transcript:{parent}"
            kept[owner[parent]][1].append([*cells[:8], tail])
    return [
        GeneModel(
            symbol,
            rows[0][0],
            int(rows[0][3]) - 1,
            int(rows[0][4]),
            tuple("\t".join(row) for row in rows),
        )
        for symbol, rows in kept.values()
        if any(row[2] == "CDS" for row in rows)
    ]


def _attributes(text: str) -> dict[str, str]:
    return dict(entry.strip().partition("=")[::2] for entry in text.split(";"))


def _plain(identifier: str) -> str:
    return identifier.removeprefix("gene:").removeprefix("transcript:")


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
        names = {name.removeprefix("chr"): name for name in fasta.references}
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
