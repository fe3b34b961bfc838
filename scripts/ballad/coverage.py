"""
How many coding bases of each gene reach a depth, from whatever a laboratory keeps.

mosdepth thresholds, regions or per-base BED, callable loci or plain BED, gVCF reference
blocks, and alignments (BAM, CRAM). What the bases mean is `ballad.callability`'s.
"""

import gzip
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import pysam

from ballad.exons import Exon, Places
from ballad.pseudoautosomal import also_on_y, stretch_on_x

ALIGNMENTS = (".bam", ".cram")
# What GATK's CallableLoci and mosdepth's quantized BED call a stretch; the last two of
# them are deep enough, all others are not.
STRETCHES = (
    *("REF_N", "NO_COVERAGE", "LOW_COVERAGE", "EXCESSIVE_COVERAGE"),
    *("POOR_MAPPING_QUALITY", "CALLABLE", "HIGH_COVERAGE"),
)
_DEEP = STRETCHES[-2:]
_MOST_READS = 1_000_000  # pysam stops counting at 8,000 by itself
# Of a table of covered bases: what names a row of the sample sheet, then what its file
# holds. `bases` is empty where thresholds do not reach the assay's depth.
FILE_COLUMNS = ("patient", "sample", "assay", "vcf_sample", "coverage")
COVERED_COLUMNS = (*FILE_COLUMNS, "gene", "bases")


def covered_bases(
    path: str,
    min_depth: int,
    exons: Sequence[Exon] = (),
    vcf_sample: str = "",
    fasta: str | None = None,
    build: str = "",
) -> dict[str, int] | None:
    """
    Sum the coding bases of each gene that reach a depth.

    Reads of PAR1 may lie on X, on Y or on both: a base of X counts if it or its copy on
    Y reaches the depth.

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
    build
        GRCh37 or GRCh38; without it PAR1 of Y is not read.

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
        return _aligned(path, min_depth, exons, fasta, build)
    with (gzip.open if path.endswith(".gz") else open)(path, "rt") as lines:
        try:
            first = next(lines, "")
            whole = chain([first], lines)
            if first.lstrip("#").startswith("chrom\tstart\tend\tregion"):
                return _thresholds(path, whole, min_depth, exons, build)
            if first.startswith("##fileformat=VCF"):
                blocks = _blocks(path, whole, min_depth, vcf_sample)
                return bases_within(exons, _on_x(build, blocks))
            stretches = _stretches(path, whole, min_depth)
            return bases_within(exons, _on_x(build, stretches))
        except (UnicodeDecodeError, EOFError, gzip.BadGzipFile) as error:
            raise ValueError(f"{path}: damaged, cut or no text ({error})") from error


def _thresholds(
    path: str,
    lines: Iterable[str],
    min_depth: int,
    exons: Sequence[Exon],
    build: str,
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
    if not exons:
        return covered
    least = _least_within(exons, regions)
    for gene, bases in _least_within(exons, _regions_on_x(build, regions)).items():
        least[gene] = max(least.get(gene, 0), bases)
    return least


def _regions_on_x(
    build: str, regions: Iterable[tuple[str, int, int, int]]
) -> Iterator[tuple[str, int, int, int]]:
    """Yield the regions in PAR1 of Y at their place on X; what is cut off was deep."""
    for chrom, start, end, deep in regions:
        if place := stretch_on_x(build, chrom, start, end):
            cut = (end - start) - (place[1] - place[0])
            yield "X", *place, max(0, deep - cut)


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


def _on_x(build: str, stretches: Iterable[_Stretch]) -> Iterator[_Stretch]:
    """Yield stretches; those in PAR1 of Y also at their place on X."""
    for chrom, start, end in stretches:
        yield chrom, start, end
        if place := stretch_on_x(build, chrom, start, end):
            yield "X", *place


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
    path: str, min_depth: int, exons: Iterable[Exon], fasta: str | None, build: str
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
            places = {exon.chrom: (exon.start, exon.end)}
            if exon.chrom == "X" and (copy := also_on_y(build, exon.start, exon.end)):
                places["Y"] = copy
            here = {names[c]: place for c, place in places.items() if c in names}
            if here:
                deep = {
                    offset
                    for name, place in here.items()
                    for offset in _deep_bases(alignments, name, *place, min_depth)
                }
                covered[exon.gene] = covered.get(exon.gene, 0) + len(deep)
        return covered


def opened(path: str, fasta: str | None) -> pysam.AlignmentFile:
    """Open alignments; raises ValueError naming the file."""
    try:
        return pysam.AlignmentFile(path, reference_filename=fasta)
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: cannot be read as BAM or CRAM ({error})") from error


def _deep_bases(
    alignments: pysam.AlignmentFile, name: str, start: int, end: int, min_depth: int
) -> Iterator[int]:
    """Yield how far behind the start of a stretch its deep bases lie."""
    columns = alignments.pileup(
        name,
        start,
        end,
        truncate=True,
        stepper="all",  # leaves out unmapped, secondary, failed and duplicate reads
        min_base_quality=1,  # of two mates over one base, htslib sets one to 0
        ignore_orphans=False,
        max_depth=_MOST_READS,
    )
    for column in columns:
        if column.get_num_aligned() >= min_depth:
            yield column.reference_pos - start
