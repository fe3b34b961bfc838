"""
How many coding bases of each gene reach a depth, from whatever a laboratory keeps.

mosdepth thresholds, regions or per-base BED, callable loci or plain BED, gVCF reference
blocks, and alignments (BAM, CRAM). What the bases mean is `ballad.callability`'s.
"""

import gzip
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import pysam

ALIGNMENTS = (".bam", ".cram")
# What GATK's CallableLoci and mosdepth's quantized BED call a stretch; the last two of
# them are deep enough, all others are not.
STRETCHES = (
    *("REF_N", "NO_COVERAGE", "LOW_COVERAGE", "EXCESSIVE_COVERAGE"),
    *("POOR_MAPPING_QUALITY", "CALLABLE", "HIGH_COVERAGE"),
)
_DEEP = STRETCHES[-2:]
_MOST_READS = 1_000_000  # pysam stops counting at 8,000 by itself


@dataclass(frozen=True)
class Exon:
    """A coding stretch of a gene; half-open, 0-based, chromosome without chr."""

    chrom: str
    start: int
    end: int
    gene: str


def exons_of(cds: Iterable[str]) -> list[Exon]:
    """Read the coding exons of a BED whose name is ``GENE|transcript|exon``."""
    exons = []
    for line in cds:
        chrom, start, end, name = line.split("\t")[:4]
        gene = name.split("|")[0].rstrip("\n")
        exons.append(Exon(chrom.removeprefix("chr"), int(start), int(end), gene))
    return exons


def covered_bases(
    path: str,
    min_depth: int,
    exons: Sequence[Exon] = (),
    vcf_sample: str = "",
    fasta: str | None = None,
) -> dict[str, int] | None:
    """
    Sum the coding bases of each gene that reach a depth.

    Parameters
    ----------
    path
        mosdepth thresholds (known by their header), a gVCF, ``.bam`` or ``.cram``, or
        a BED: with a depth in its last column (4 or 5 columns), with a word of
        callable loci in the fourth, or else of the covered stretches themselves.
    min_depth
        Reads.
    exons
        Of the panel in the sample's build. Thresholds do without: then their regions
        are exons, counted by their name ``GENE`` or ``GENE|transcript|exon``.
    vcf_sample
        Column of a gVCF of several samples.
    fasta
        Genome that a CRAM needs.

    Returns
    -------
    dict of gene: bases, or None
        None if thresholds have no column as high; the next higher depth counts.

    Raises
    ------
    ValueError
        If the file is of no such kind or damaged; names file and line.
    """
    if path.endswith(ALIGNMENTS):
        return _aligned(path, min_depth, exons, fasta)
    with (gzip.open if path.endswith(".gz") else open)(path, "rt") as lines:
        try:
            first = next(lines, "")
            whole = chain([first], lines)
            if first.lstrip("#").startswith("chrom\tstart\tend\tregion"):
                return _thresholds(path, whole, min_depth, exons)
            if first.startswith("##fileformat=VCF"):
                return bases_within(exons, _blocks(path, whole, min_depth, vcf_sample))
            return bases_within(exons, _stretches(path, whole, min_depth))
        except (UnicodeDecodeError, EOFError, gzip.BadGzipFile) as error:
            raise ValueError(f"{path}: damaged, cut or no text ({error})") from error


def _thresholds(
    path: str, lines: Iterable[str], min_depth: int, exons: Sequence[Exon]
) -> dict[str, int] | None:
    rows = enumerate(lines, 1)
    header = next(rows)[1].rstrip("\n").lstrip("#").split("\t")
    column = threshold_column(path, header, min_depth)
    if column is None:
        return None
    covered: dict[str, int] = {}
    regions: list[tuple[str, int, int, int]] = []
    for number, line in rows:
        cells = line.rstrip("\n").split("\t")
        numbers = (*cells[1:3], cells[column]) if len(cells) == len(header) else ("",)
        if not all(map(str.isdecimal, numbers)):
            raise ValueError(
                f"{path}: line {number}: {len(cells)} cells, or no number of bases "
                f"in column {header[column]}; write the file again with mosdepth"
            )
        gene = cells[3].split("|")[0]
        start, end, deep = map(int, numbers)
        covered[gene] = covered.get(gene, 0) + deep
        regions.append((cells[0].removeprefix("chr"), start, end, deep))
    return _least_within(exons, regions) if exons else covered


def _least_within(
    exons: Iterable[Exon], regions: Iterable[tuple[str, int, int, int]]
) -> dict[str, int]:
    """
    Sum the bases of each gene's exons that must be deep.

    A region tells how many of its bases are deep, not which: those that are not are
    taken for coding. A base in two regions counts for the first.
    """
    places = Places(exons)
    covered: dict[str, int] = {}
    last, reached = "", 0
    for chrom, start, end, deep in sorted(regions):
        reached = reached if chrom == last else 0
        coding: dict[str, int] = {}
        for exon in places.touching(chrom, max(start, reached), end):
            inside = min(end, exon.end) - max(start, reached, exon.start)
            coding[exon.gene] = coding.get(exon.gene, 0) + max(0, inside)
        for gene, bases in coding.items():
            least = max(0, bases - (end - start - deep))
            covered[gene] = covered.get(gene, 0) + least
        last, reached = chrom, max(reached, end)
    return covered


def threshold_column(path: str, header: list[str], min_depth: int) -> int | None:
    """Find the column of the lowest threshold that is at least `min_depth`."""
    if header[:4] != ["chrom", "start", "end", "region"]:
        raise ValueError(
            f"{path}: line 1 is no header of mosdepth thresholds "
            "(#chrom start end region 1X 20X …); run mosdepth with --thresholds"
        )
    depths = {
        int(name[:-1]): index
        for index, name in enumerate(header)
        if name.endswith("X") and name[:-1].isdigit()
    }
    enough = [depth for depth in depths if depth >= min_depth]
    return depths[min(enough)] if enough else None


_Stretch = tuple[str, int, int]


class Places:
    """Exons by chromosome and start."""

    def __init__(self, exons: Iterable[Exon]) -> None:
        self._exons: dict[str, list[Exon]] = {}
        for exon in sorted(exons, key=lambda exon: exon.start):
            self._exons.setdefault(exon.chrom, []).append(exon)
        self._longest = {
            chrom: max(exon.end - exon.start for exon in here)
            for chrom, here in self._exons.items()
        }

    def touching(self, chrom: str, start: int, end: int) -> Iterator[Exon]:
        """Yield the exons that a half-open stretch touches."""
        here = self._exons.get(chrom, [])
        low = start - self._longest.get(chrom, 0)
        for exon in islice(here, bisect_left(here, low, key=_start_of), None):
            if exon.start >= end:
                return
            if start < exon.end:
                yield exon


def _start_of(exon: Exon) -> int:
    return exon.start


def bases_within(
    exons: Iterable[Exon], stretches: Iterable[_Stretch]
) -> dict[str, int]:
    """Sum the bases of each gene's exons inside stretches, overlaps counted once."""
    places = Places(exons)
    inside: dict[Exon, list[tuple[int, int]]] = {}
    for chrom, start, end in stretches:
        for exon in places.touching(chrom, start, end):
            clipped = (max(start, exon.start), min(end, exon.end))
            inside.setdefault(exon, []).append(clipped)
    covered: dict[str, int] = {}
    for exon, parts in inside.items():
        covered[exon.gene] = covered.get(exon.gene, 0) + _union(parts)
    return covered


def _union(parts: Iterable[tuple[int, int]]) -> int:
    total, reached = 0, -1
    for start, end in sorted(parts):
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total


def _stretches(path: str, lines: Iterable[str], min_depth: int) -> Iterator[_Stretch]:
    """Yield what a BED calls covered."""
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith(("#", "track", "browser")):
            continue
        cells = line.rstrip("\r\n").split("\t")
        if len(cells) < 3 or not all(map(str.isdecimal, cells[1:3])):
            raise ValueError(
                f"{path}: line {number} is no line of a BED, of mosdepth or of a gVCF; "
                "coverage is one of these, or a BAM or CRAM"
            )
        if _is_deep(cells, min_depth):
            yield cells[0].removeprefix("chr"), int(cells[1]), int(cells[2])


def _is_deep(cells: Sequence[str], min_depth: int) -> bool:
    if len(cells) > 3 and cells[3] in STRETCHES:
        return cells[3] in _DEEP
    if len(cells) in (4, 5):  # mosdepth: (name and) depth; a BED of names has no number
        try:
            return float(cells[-1]) >= min_depth
        except ValueError:
            return True
    return True


def _blocks(
    path: str, lines: Iterable[str], min_depth: int, vcf_sample: str
) -> Iterator[_Stretch]:
    """Yield the records of a gVCF that are deep enough: blocks by MIN_DP, sites by DP."""
    column, blocks = 9, 0
    for number, line in enumerate(lines, 1):
        if line.startswith("##"):
            continue
        cells = line.rstrip("\r\n").split("\t")
        if line.startswith("#CHROM"):
            column = _gvcf_column(path, cells, vcf_sample)
            continue
        if len(cells) <= column or not cells[1].isdigit():
            raise ValueError(f"{path}: line {number}: no record with a sample's depth")
        info = dict(entry.partition("=")[::2] for entry in cells[7].split(";"))
        values = cells[column].split(":")
        said = dict(zip(cells[8].split(":"), values, strict=False))
        blocks += "END" in info or not _ANY_OTHER.isdisjoint(cells[4].split(","))
        depths = (said.get("MIN_DP", ""), info.get("MIN_DP", ""), said.get("DP", ""))
        depth = next(filter(str.isdecimal, depths), "")
        # Without a genotype the caller saw reads and could not tell what they say.
        if depth and int(depth) >= min_depth and "." not in said.get("GT", ""):
            start = int(cells[1]) - 1
            end = info.get("END", "")
            stop = int(end) if end.isdigit() else start + len(cells[3])
            yield cells[0].removeprefix("chr"), start, stop
    if not blocks:
        raise ValueError(
            f"{path}: a VCF without reference blocks does not tell what was covered; "
            "write a gVCF, or give the coverage as mosdepth or BED"
        )


_ANY_OTHER = frozenset([".", "<NON_REF>", "<*>"])


def _gvcf_column(path: str, header: Sequence[str], vcf_sample: str) -> int:
    names = list(header[9:])
    if len(names) == 1:
        return 9
    if vcf_sample in names:
        return 9 + names.index(vcf_sample)
    raise ValueError(
        f"{path}: no column {vcf_sample!r} among {', '.join(names) or 'no samples'}; "
        "name it in vcf_sample"
    )


def _aligned(
    path: str, min_depth: int, exons: Iterable[Exon], fasta: str | None
) -> dict[str, int]:
    """Count the bases that enough fragments cover; no duplicates, mates counted once."""
    if path.endswith(".cram") and not fasta:
        raise ValueError(
            f"{path}: a CRAM needs its genome; name it in reference: GRCh…: fasta"
        )
    with opened(path, fasta) as alignments:
        if not alignments.has_index():
            raise ValueError(f"{path}: no index; run samtools index")
        names = {name.removeprefix("chr"): name for name in alignments.references}
        covered: dict[str, int] = {}
        for exon in exons:
            if exon.chrom in names:
                deep = _deep_bases(alignments, names[exon.chrom], exon, min_depth)
                covered[exon.gene] = covered.get(exon.gene, 0) + deep
        return covered


def opened(path: str, fasta: str | None) -> pysam.AlignmentFile:
    """Open alignments; raises ValueError naming the file."""
    try:
        return pysam.AlignmentFile(path, reference_filename=fasta)
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: cannot be read as BAM or CRAM ({error})") from error


def _deep_bases(
    alignments: pysam.AlignmentFile, name: str, exon: Exon, min_depth: int
) -> int:
    columns = alignments.pileup(
        name,
        exon.start,
        exon.end,
        truncate=True,
        stepper="all",  # leaves out unmapped, secondary, failed and duplicate reads
        min_base_quality=1,  # of two mates over one base, htslib sets one to 0
        ignore_orphans=False,
        max_depth=_MOST_READS,
    )
    return sum(column.get_num_aligned() >= min_depth for column in columns)
