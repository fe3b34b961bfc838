"""Whether a protein change lies at the codon where its base lies."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

CODON_DIFFERS = "codon_differs"
_CHANGE = re.compile(r"[A-Z*](\d+)[A-Z*=]")


class CodingSequence:
    """The coding bases of each gene's panel transcript, in its own direction."""

    def __init__(self, cds: Iterable[str]) -> None:
        """Read a BED of coding exons with strand; name is ``GENE|transcript|exon``."""
        exons: dict[str, list[tuple[str, int, int]]] = {}
        self._minus: set[str] = set()
        for line in cds:
            chrom, start, end, name, _, strand = line.rstrip("\n").split("\t")[:6]
            gene = name.split("|")[0]
            place = (chrom.removeprefix("chr"), int(start), int(end))
            exons.setdefault(gene, []).append(place)
            if strand == "-":
                self._minus.add(gene)
        self._exons = {
            gene: sorted(here, reverse=gene in self._minus)
            for gene, here in exons.items()
        }

    def codon_at(self, gene: str, chrom: str, pos: int) -> int | None:
        """Return the codon, from 1, of a base (1-based); None outside the exons."""
        before = 0
        for name, start, end in self._exons.get(gene, ()):
            if name == chrom and start < pos <= end:
                inside = end - pos if gene in self._minus else pos - start - 1
                return (before + inside) // 3 + 1
            before += end - start
        return None


def with_codon_flags(
    calls: pd.DataFrame,
    sequences: Mapping[str, CodingSequence],
    own: Mapping[str, frozenset[str]],
) -> pd.DataFrame:
    """
    Flag substitutions whose annotated residue is not where their base lies.

    Parameters
    ----------
    calls : columns genome_build, gene, chrom, pos, ref, alt, transcript,
        protein_change, flags
    sequences
        By build.
    own
        Gene: its panel transcripts without version; others number their residues in
        their own way and are not looked at.

    Returns
    -------
    DataFrame
        As `calls`; such rows have the flag ``codon_differs``. Nothing is dropped.
    """
    flags = [
        ",".join(sorted({*filter(None, row["flags"].split(",")), CODON_DIFFERS}))
        if _differs(row, sequences, own)
        else row["flags"]
        for row in calls.to_dict("records")
    ]
    return calls.assign(flags=pd.Series(flags, index=calls.index, dtype=object))


def _differs(
    row: Mapping[str, Any],
    sequences: Mapping[str, CodingSequence],
    own: Mapping[str, frozenset[str]],
) -> bool:
    told = _CHANGE.fullmatch(row["protein_change"])
    ours = row["transcript"].split(".")[0] in own.get(row["gene"], frozenset())
    if told is None or not ours or len(row["ref"]) != 1 or len(row["alt"]) != 1:
        return False
    sequence = sequences[row["genome_build"]]
    place = (row["gene"], row["chrom"], int(row["pos"]))
    return sequence.codon_at(*place) != int(told.group(1))
