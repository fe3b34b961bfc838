"""One record of the panel -> a row per sample, allele and gene."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

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


# Gene and its annotation, frequency in the population, worse effect elsewhere.
_Told = tuple[tuple[str, ...], str, str]
# Of these FORMAT keys only AD tells reads of an allele.
_PLAIN = frozenset(("GT", "AD", "DP", "GQ", "PL", "PGT", "PID", "PS", "RGQ", "MIN_DP"))


@dataclass(frozen=True)
class Layout:
    """Where in a record of this file the annotation stands, and of how many samples."""

    dialects: tuple[Dialect, ...]
    columns: int  # that every record has

    @property
    def pooled(self) -> bool:
        """Say whether INFO sums over several samples and describes none."""
        return self.columns > 10


@dataclass(frozen=True)
class Target:
    """A sample of the sheet and the column of its reads; None: the file has none."""

    sample: Mapping[str, str]
    column: int | None

    @cached_property
    def identity(self) -> tuple[str, ...]:
        """The first cells of its rows."""
        keys = ("patient", "sample", "assay", "timepoint", "genome_build")
        return tuple(self.sample[key] for key in keys)


class Alleles:
    """The alleles of one record with what holds for all its samples."""

    def __init__(self, record: Record, panel: Panel, layout: Layout) -> None:
        chrom, pos, _, ref, alts, _, self._filters, info = record.columns[:8]
        self._columns = record.columns
        self._ref, self._alts = ref, alts.split(",")
        self._info = info_of(info)
        self._genes, self._panel, self._layout = record.genes, panel, layout
        self._place = (chrom.removeprefix("chr"), pos, ref)
        self._reference: int | None = (
            None  # where AD stands; 0: reads are told otherwise
        )
        self._no_reads = ",".join("0" * len(self._alts))
        self._told: dict[int, list[_Told]] = {}

    def rows(self, target: Target) -> tuple[list[tuple[str, ...]], int]:
        """Return the rows of one sample, and how many alleles are no variant of it."""
        if self._plainly_without(target.column):
            return [], len(self._alts)
        values = self._values(target.column)
        pooled = {} if self._layout.pooled else self._info
        rows, without = [], 0
        for index, alt in enumerate(self._alts):
            if alt in NO_VARIANT:
                without += 1
                continue
            reads = support(
                values, pooled, index, len(self._alts), self._ref, self._alts
            )
            if self._is_without(reads, values, index):
                without += 1
                continue
            before, after = _support_cells(reads, self._filters)
            for annotation, frequency, worse in self._annotations(index):
                rows.append(
                    (
                        *(*target.identity, *self._place, alt),
                        *(*annotation, *before, frequency, *after, worse),
                        target.sample["vcf"],
                    )
                )
        return rows, without

    def _plainly_without(self, column: int | None) -> bool:
        """Say of a file of many samples that genotype and reads show the reference."""
        if column is None or not self._layout.pooled:
            return False
        if self._reference is None:
            keys = self._columns[8].split(":")
            plain = keys[:1] == ["GT"] and "AD" in keys and _PLAIN.issuperset(keys)
            self._reference = keys.index("AD") if plain else 0
        cell = self._columns[column]
        if not self._reference or not cell.startswith(("0/0:", "0|0:")):
            return False
        values = cell.split(":", self._reference + 1)
        if len(values) <= self._reference:
            return False
        reference, _, others = values[self._reference].partition(",")
        return reference.isdecimal() and others == self._no_reads

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
        return dict(zip(keys.split(":"), values.split(":"), strict=False))

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
                texts, dialects, self._ref, tuple(self._alts), index, genes
            )
        return self._told[index]


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
    called = sample.get("GT", ".").replace("|", "/").split("/")
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


def _support_cells(
    reads: Support, filters: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what stands before and after the population's frequency."""
    before = (_cell(reads.depth), _cell(reads.alt_reads), _cell(reads.vaf), filters)
    return before, (_cell(reads.alt_forward), _cell(reads.alt_reverse))


def _cell(value: float | int | None) -> str:
    return "" if value is None else f"{value:.10g}"
