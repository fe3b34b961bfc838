"""One record of the panel -> a row per sample, allele and gene."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from ballad.pseudoautosomal import on_x
from ballad.variants.alleles import alleles_of
from ballad.variants.annotation import (
    Consequence,
    Dialect,
    annotated,
    chosen,
    protein_change,
    worst_elsewhere,
)
from ballad.variants.callers import Support, support
from ballad.variants.panel import Panel
from ballad.variants.records import Record, info_of

COLUMNS = (
    *("patient", "sample", "assay", "timepoint", "genome_build", "chrom", "pos"),
    *("ref", "alt", "gene", "transcript", "consequence", "hgvsc", "hgvsp"),
    *("protein_change", "depth", "alt_reads", "vaf", "filter", "population_af"),
    *("alt_forward", "alt_reverse", "worst_elsewhere", "source"),
)
# gVCF's and mpileup's "any other allele", overlapping deletions, no alternative.
NO_VARIANT = ("*", ".", "<NON_REF>", "<*>", "<X>", "X", "")


_IDENTITY = ("patient", "sample", "assay", "timepoint", "genome_build")
# Gene and its annotation, frequency in the population, worse effect elsewhere.
_Told = tuple[tuple[str, ...], str, str]
# Of these FORMAT keys only AD tells reads of an allele.
_PLAIN = frozenset(("GT", "AD", "DP", "GQ", "PL", "PGT", "PID", "PS", "RGQ", "MIN_DP"))


class Layout(NamedTuple):
    """Where in a record of this file the annotation stands, and of how many samples."""

    dialects: tuple[Dialect, ...]
    columns: int  # that every record has

    @property
    def pooled(self) -> bool:
        """Say whether INFO sums over several samples and describes none."""
        return self.columns > 10


class Target:
    """A sample of the sheet and the column of its reads; None: the file has none."""

    def __init__(self, sample: Mapping[str, str], column: int | None) -> None:
        self.sample = sample
        self.column = column
        # The first cells of its rows.
        self.identity = tuple(sample[key] for key in _IDENTITY)


class Alleles:
    """The alleles of one record with what holds for all its samples."""

    def __init__(self, record: Record, panel: Panel, layout: Layout) -> None:
        chrom, pos, _, ref, alts, _, self._filters, info = record.columns[:8]
        self._columns = record.columns
        ref, self._alts = alleles_of(ref, alts)
        self._ref = ref
        self._info = info_of(info)
        self._genes, self._panel, self._layout = record.genes, panel, layout
        chrom = chrom.removeprefix("chr")
        if chrom == "Y":  # a gene of PAR1 has one place in all tables
            chrom, on_x_pos = on_x(panel.build, chrom, int(pos))
            pos = str(on_x_pos)
        self._place = (chrom, pos, ref)
        self._told: dict[int, list[_Told]] = {}
        # Where AD and DP stand if no other key tells reads.
        keys = format_keys(record.columns[8]) if layout.columns > 9 else []
        plain = keys[:1] == ["GT"] and "AD" in keys and _PLAIN.issuperset(keys)
        self._reads = keys.index("AD") if plain else 0
        self._depth = keys.index("DP") if plain and "DP" in keys else 0
        if "DP4" in self._info:
            self._depth = 0

    def __len__(self) -> int:
        """Count the alternative alleles."""
        return len(self._alts)

    def not_plain(self, columns: Sequence[int | None]) -> Sequence[int]:
        """
        Name the samples, by place in `columns`, that may have a row.

        Left out are those of a file of many samples whose genotype and reads show the
        reference alone: every allele is no variant of theirs.
        """
        everyone = range(len(columns))
        if not self._layout.pooled or None in columns:
            return everyone
        if not self._reads:
            return everyone
        plain = _reference_cell(self._reads, len(self._alts)).match
        cells = self._columns
        return [n for n in everyone if not plain(cells[columns[n] or 0])]

    def rows(self, target: Target) -> tuple[list[tuple[str, ...]], int]:
        """Return the rows of one sample, and how many alleles are no variant of it."""
        rows: list[tuple[str, ...]] = []
        without = 0
        for index, alt in enumerate(self._alts):
            if alt in NO_VARIANT:
                without += 1
                continue
            told = self._plain_support(target.column, index)
            told = told or self._support(target.column, index)
            if told is None:
                without += 1
                continue
            place = (*target.identity, *self._place, alt)
            depth, reads, vaf, *strands = told
            for annotation, frequency, worse in self._annotations(index):
                rows.append(
                    (
                        *(*place, *annotation, depth, reads, vaf, self._filters),
                        *(frequency, *strands, worse, target.sample["vcf"]),
                    )
                )
        return rows, without

    def _support(self, column: int | None, index: int) -> tuple[str, ...] | None:
        """Return the cells of an allele's reads; None if it is no variant of this one."""
        values = self._values(column)
        pooled = {} if self._layout.pooled else self._info
        reads = support(values, pooled, index, len(self._alts), self._ref, self._alts)
        if self._is_without(reads, values, index):
            return None
        return tuple(map(_cell, reads))

    def _plain_support(self, column: int | None, index: int) -> tuple[str, ...] | None:
        """Do the same where AD and DP alone tell reads; None leaves it to `_support`."""
        if not column or not self._depth:
            return None
        values = self._columns[column].split(":")
        if len(values) <= max(self._reads, self._depth):
            return None
        depth, reads = values[self._depth], values[self._reads].split(",")
        if len(reads) != len(self._alts) + 1 or not all(
            map(_IS_NUMBER, (depth, *reads))
        ):
            return None
        counts = [int(count) for count in reads]
        alternative, total = counts[index + 1], sum(counts)
        if not 0 < alternative <= total:
            return None
        return (
            *(_cell(int(depth)), _cell(alternative), _cell(alternative / total)),
            *("", ""),
        )

    def _is_without(
        self, reads: Support, values: Mapping[str, str], index: int
    ) -> bool:
        """Say whether the sample has other alleles only, by genotype and reads."""
        if not _lacks(values, index):
            return False
        if self._layout.pooled:
            # Another sample of the file has it.
            return not reads.alt_reads and not reads.vaf
        return reads.alt_reads is None and reads.vaf is None

    def _values(self, column: int | None) -> dict[str, str]:
        if column is None:
            return {}
        keys, values = self._columns[8], self._columns[column]
        return dict(zip(format_keys(keys), values.split(":"), strict=False))

    def _annotations(self, index: int) -> list[_Told]:
        if index not in self._told:
            dialects = self._layout.dialects
            texts = tuple(self._info.get(dialect.key, "") for dialect in dialects)
            genes = tuple(
                (gene, self._panel.transcripts.get(gene, frozenset()))
                for gene in self._genes
            )
            short = sum(map(len, texts)) <= _REMEMBERED
            tell = _remembered if short else _of_genes
            self._told[index] = tell(
                texts, dialects, self._ref, self._alts, index, genes
            )
        return self._told[index]


@lru_cache(maxsize=64)
def format_keys(text: str) -> list[str]:
    """Split FORMAT; raises ValueError if a key stands twice, with two values."""
    keys = text.split(":")
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise ValueError(
            f"FORMAT has {', '.join(twice)} twice; which value counts is not told"
        )
    return keys


@lru_cache(maxsize=64)
def _reference_cell(reads: int, alternatives: int) -> re.Pattern:
    """Match a cell of reference genotype without a read of an alternative in AD."""
    before = "[^:]*:" * (reads - 1)
    return re.compile(rf"0[/|]0:{before}\d+{',0' * alternatives}(?::|\Z)")


_IS_NUMBER = str.isdecimal
_REMEMBERED = 1 << 14  # bytes of an annotation


def _of_genes(
    texts: tuple[str, ...],
    dialects: tuple[Dialect, ...],
    ref: str,
    alts: tuple[str, ...],
    index: int,
    genes: tuple[tuple[str, frozenset[str]], ...],
) -> list[_Told]:
    """Tell the effect of one allele on each of some genes with their transcripts."""
    info = {d.key: text for d, text in zip(dialects, texts, strict=True)}
    entries = annotated(info, dialects, ref, list(alts), index)
    told = []
    for gene, transcripts in genes:
        entry = _speaker(entries, gene, transcripts)
        frequency = _cell(None if entry is None else entry.population_af)
        worse = worst_elsewhere(entries, gene, entry)
        told.append(((gene, *_annotation(entry)), frequency, worse))
    return told


# Most variants of a person are polymorphisms, which one annotator describes by the
# same text in every file.
_remembered = lru_cache(maxsize=1024)(_of_genes)


def _lacks(sample: Mapping[str, str], alt_index: int) -> bool:
    """Say whether the genotype, called in full, has other alleles only."""
    called = (sample.get("GT") or ".").replace("|", "/").split("/")
    return "." not in called and str(alt_index + 1) not in called


def _speaker(
    entries: Sequence[Consequence], gene: str, transcripts: frozenset[str]
) -> Consequence | None:
    entry = chosen(entries, gene, transcripts)
    elsewhere = [other for other in entries if other.terms.startswith("@")]
    if entry is not None and entry.transcript.split(".")[0] in transcripts:
        return entry
    return elsewhere[0] if elsewhere else entry


def _annotation(entry: Consequence | None) -> tuple[str, ...]:
    if entry is None:
        return ("",) * 5
    return (
        entry.transcript,
        entry.terms,
        entry.hgvsc,
        entry.hgvsp,
        protein_change(entry.hgvsp),
    )


def _cell(value: float | int | None) -> str:
    return "" if value is None else f"{value:.10g}"
