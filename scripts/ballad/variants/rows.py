"""One record of the panel -> a row per sample, allele and gene."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from typing import NamedTuple

from ballad.pseudoautosomal import on_x
from ballad.variants.alleles import alleles_of
from ballad.variants.annotation import Dialect, annotated
from ballad.variants.callers import Support, support, support_in_normal
from ballad.variants.panel import Panel
from ballad.variants.records import Record, genes_of, info_of, with_one_alternative
from ballad.variants.transcripts import chosen, worst_elsewhere
from ballad.variants.vep import Wanted
from ballad.variants.vocabulary import Consequence, protein_change

COLUMNS = (
    *("patient", "sample", "assay", "timepoint", "genome_build", "chrom", "pos"),
    *("ref", "alt", "gene", "transcript", "consequence", "hgvsc", "hgvsp"),
    *("protein_change", "depth", "alt_reads", "vaf", "filter", "population_af"),
    *("alt_forward", "alt_reverse", "worst_elsewhere"),
    *("normal_depth", "normal_vaf", "source"),
)
NO_NORMAL = ("", "")  # depth and VAF of a matched normal that the file does not have
# gVCF's and mpileup's "any other allele", overlapping deletions, no alternative.
NO_VARIANT = ("*", ".", "<NON_REF>", "<*>", "<X>", "X", "")


_IDENTITY = ("patient", "sample", "assay", "timepoint", "genome_build")
# Gene and its annotation, frequency in the population, worse effect elsewhere.
_Effect = tuple[tuple[str, ...], str, str]
# Cells of a row before and after a sample's reads.
_Told = tuple[tuple[str, ...], tuple[str, ...]]
# Cells of depth, alternative reads and VAF, and of the reads of both strands.
_Reads = tuple[tuple[str, ...], tuple[str, ...]]
# A symbolic allele or a breakend.
is_symbolic = re.compile(r"[<\[\]]").search
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
    """
    A sample of the sheet and the column of its reads; None: the file has none.

    `normal` is the column of its matched normal; None: the file has none.
    """

    def __init__(
        self,
        sample: Mapping[str, str],
        column: int | None,
        normal: int | None = None,
    ) -> None:
        self.sample = sample
        self.column = column
        self.normal = normal
        # The first cells of its rows.
        self.identity = tuple(sample[key] for key in _IDENTITY)
        self.source = sample["vcf"]  # the last one


class Alleles:
    """The alleles of one record with what holds for all its samples."""

    def __init__(self, record: Record, panel: Panel, layout: Layout) -> None:
        chrom, pos, _, ref, alts, _, self._filters, info = record.columns[:8]
        self._columns = record.columns
        ref, self._alts = alleles_of(ref, alts)
        self._ref = ref
        self._info = info_of(info)
        self._panel, self._layout = panel, layout
        self._genes = [record.genes] * len(self._alts)
        if len(self._alts) > 1 and is_symbolic(alts):
            # Each alternative reaches elsewhere: a breakend to its mate, a base nowhere.
            alone = [with_one_alternative(record.columns, n) for n in range(len(self))]
            self._genes = [genes_of(columns, panel) for columns in alone]
        chrom = chrom.removeprefix("chr")
        if chrom == "Y":  # a gene of PAR1 has one place in all tables
            chrom, on_x_pos = on_x(panel.build, chrom, int(pos))
            pos = str(on_x_pos)
        self._place = (chrom, pos, ref)
        self._known: dict[int, list[_Effect]] = {}
        self._told: dict[tuple, list[_Told]] = {}
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
        cells = map(self._columns.__getitem__, filter(None, columns))
        may_carry = _carriers(self._reads, len(self._alts))
        return list(compress(everyone, map(may_carry.__getitem__, cells)))

    def rows(
        self, targets: Sequence[Target], numbers: Iterable[int]
    ) -> Iterator[tuple[int, tuple[str, ...] | None]]:
        """
        Tell the alleles of some of the samples.

        Yields
        ------
        place in `targets`, and row or None
            A row per allele and gene; None for an allele that is no variant of it.
        """
        for index, alt in enumerate(self._alts):
            if alt in NO_VARIANT or alt == self._ref:
                yield from ((number, None) for number in numbers)
                continue
            plain_support, known, annotations = self._plain_support(index), None, []
            for number in numbers:
                target = targets[number]
                told = plain_support(target.column)
                if told is None:
                    told = self._support(target.column, index)
                if not told:
                    yield number, None
                    continue
                reads, strands = told
                if strands != known:
                    known, annotations = strands, self._annotations(index, strands)
                identity, source = target.identity, target.source
                normal = NO_NORMAL
                if target.normal is not None:
                    normal = self._normal(target.normal, index)
                for before, after in annotations:
                    yield number, (*identity, *before, *reads, *after, *normal, source)

    def _support(self, column: int | None, index: int) -> _Reads | tuple[()]:
        """Return the cells of an allele's reads; empty if it is no variant of this one."""
        values = self._values(column)
        pooled = {} if self._layout.pooled else self._info
        reads = support(values, pooled, index, len(self._alts), self._ref, self._alts)
        if self._is_without(reads, values, index):
            return ()
        depth, alternative, vaf, *strands = map(_cell, reads)
        return (depth, alternative, vaf), tuple(strands)

    def _normal(self, column: int, index: int) -> tuple[str, str]:
        """Return the cells of depth and VAF of an allele in the normal sample."""
        values, count = self._values(column), len(self._alts)
        depth, vaf = support_in_normal(values, index, count, self._ref, self._alts)
        return _cell(depth), _cell(vaf)

    def _plain_support(
        self, index: int
    ) -> Callable[[int | None], _Reads | tuple[()] | None]:
        """Return what does the same where AD and DP alone tell reads, else None."""
        if not self._depth:
            return lambda _: None
        reads, depth, count = self._reads, self._depth, len(self._alts)
        cells, last = self._columns, max(self._reads, self._depth)
        pooled = self._layout.pooled

        def support_of(column: int | None) -> _Reads | tuple[()] | None:
            if not column:
                return None
            values = cells[column].split(":", last + 1)
            if len(values) <= last:
                return None
            told = _plain_reads(values[reads], values[depth], index, count)
            if not told and pooled and told is not None:
                # Another sample of the file has it.
                return () if _lacks(values[0], index) else None
            return told or None

        return support_of

    def _is_without(
        self, reads: Support, values: Mapping[str, str], index: int
    ) -> bool:
        """Say whether the sample has other alleles only, by genotype and reads."""
        if not _lacks(values.get("GT", ""), index):
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

    def _annotations(self, index: int, strands: tuple[str, ...]) -> list[_Told]:
        """Return per gene the cells before and after a sample's reads."""
        key = (index, strands)
        if key not in self._told:
            allele = (*self._place, self._alts[index])
            self._told[key] = [
                (allele + annotation, (self._filters, frequency, *strands, worse))
                for annotation, frequency, worse in self._effects(index)
            ]
        return self._told[key]

    def _effects(self, index: int) -> list[_Effect]:
        if index not in self._known:
            dialects = self._layout.dialects
            texts = tuple(self._info.get(dialect.key, "") for dialect in dialects)
            genes = tuple(
                (gene, self._panel.transcripts.get(gene, frozenset()))
                for gene in self._genes[index]
            )
            short = sum(map(len, texts)) <= _REMEMBERED
            tell = _remembered if short else _of_genes
            self._known[index] = tell(
                texts, dialects, self._ref, self._alts, index, genes
            )
        return self._known[index]


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


class _Carriers(dict):
    """
    Says of a cell whether its sample may have an alternative allele.

    It may not with a reference genotype and no read of an alternative in AD. Most cells
    of a cohort are such ones, and the same text again and again.
    """

    def __init__(self, reads: int, alternatives: int) -> None:
        super().__init__()
        before = "[^:]*:" * (reads - 1)
        cell = rf"0[/|]0:{before}\d+{',0' * alternatives}(?::|\Z)"
        self._is_reference = re.compile(cell).match

    def __missing__(self, cell: str) -> bool:
        """Judge a text that was not met before."""
        if len(self) >= _REMEMBERED_CELLS:
            self.clear()
        self[cell] = judged = not self._is_reference(cell)
        return judged


_carriers = lru_cache(maxsize=8)(_Carriers)
_REMEMBERED_CELLS = 1 << 14


@lru_cache(maxsize=4096)
def _plain_reads(
    reads: str, depth: str, index: int, alternatives: int
) -> _Reads | tuple[()] | None:
    """
    Tell the reads of an allele by AD and DP.

    Empty if there is none of this one; None if they are not plain numbers.
    """
    texts = reads.split(",")
    if len(texts) != alternatives + 1 or not all(map(str.isdecimal, (depth, *texts))):
        return None
    counts = [int(text) for text in texts]
    alternative, total = counts[index + 1], sum(counts)
    if not alternative:
        return () if total else None
    if alternative > total:
        return None
    cells = (_cell(int(depth)), _cell(alternative), _cell(alternative / total))
    return cells, ("", "")


_REMEMBERED = 1 << 14  # bytes of an annotation


@lru_cache(maxsize=256)
def _wanted(genes: tuple[tuple[str, frozenset[str]], ...]) -> Wanted:
    transcripts = (of_gene for _, of_gene in genes)
    return Wanted(frozenset(dict(genes)), frozenset().union(*transcripts))


def _of_genes(
    texts: tuple[str, ...],
    dialects: tuple[Dialect, ...],
    ref: str,
    alts: tuple[str, ...],
    index: int,
    genes: tuple[tuple[str, frozenset[str]], ...],
) -> list[_Effect]:
    """Tell the effect of one allele on each of some genes with their transcripts."""
    info = {d.key: text for d, text in zip(dialects, texts, strict=True)}
    entries = annotated(info, dialects, ref, list(alts), index, _wanted(genes))
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


@lru_cache(maxsize=256)
def _lacks(genotype: str, alt_index: int) -> bool:
    """Say whether a genotype, called in full, has other alleles only."""
    called = (genotype or ".").replace("|", "/").split("/")
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
