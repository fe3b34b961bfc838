"""Which genes of a sample were covered well enough for "absent" to mean something."""

import gzip
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import pandas as pd

CALLABLE = "callable"
ASSUMED = "assumed"
INDETERMINATE = "indeterminate"
NOT_ASSESSED = "not_assessed"
COLUMNS = (
    *("patient", "sample", "assay", "gene", "state", "fraction_covered", "source"),
)


def covered_bases(path: str, min_depth: int) -> dict[str, int] | None:
    """
    Sum the bases of each gene that reach a depth.

    Parameters
    ----------
    path
        mosdepth thresholds: a header ``#chrom start end region 1X 20X …``; region is
        ``GENE`` or ``GENE|transcript|exon``.
    min_depth
        Reads.

    Returns
    -------
    dict of gene: bases, or None
        From the column of `min_depth`, else of the next higher depth; None if the
        file has none as high.

    Raises
    ------
    ValueError
        If the file is no thresholds table, or a number is none; names file and line.
    """
    opener = gzip.open if path.endswith(".gz") else open
    covered: dict[str, int] = {}
    with opener(path, "rt", encoding="utf-8") as lines:
        header = next(lines, "").rstrip("\n").lstrip("#").split("\t")
        column = threshold_column(path, header, min_depth)
        if column is None:
            return None
        for number, line in enumerate(lines, 2):
            cells = line.rstrip("\n").split("\t")
            if len(cells) != len(header) or not cells[column].isdigit():
                raise ValueError(
                    f"{path}: line {number}: {len(cells)} cells, or no number of bases "
                    f"in column {header[column]}; write the file again with mosdepth"
                )
            gene = cells[3].split("|")[0]
            covered[gene] = covered.get(gene, 0) + int(cells[column])
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


def coding_bases(cds: Iterable[str]) -> dict[str, int]:
    """Sum each gene's coding bases over the lines of a BED."""
    bases: dict[str, int] = {}
    for line in cds:
        _, start, end, name = line.split("\t")[:4]
        gene = name.split("|")[0]
        bases[gene] = bases.get(gene, 0) + int(end) - int(start)
    return bases


def targeted_genes(cds: Iterable[str], targets: Iterable[str]) -> frozenset[str]:
    """Name the genes with a coding exon that a target touches; chr does not matter."""
    places: dict[str, list[tuple[int, int]]] = {}
    for line in targets:
        if line.startswith(("#", "track", "browser")) or not line.strip():
            continue
        chrom, start, end = line.split("\t")[:3]
        place = (int(start), int(end))
        places.setdefault(chrom.removeprefix("chr"), []).append(place)
    return frozenset(
        name.split("|")[0]
        for chrom, start, end, name in (line.split("\t")[:4] for line in cds)
        if any(
            low < int(end) and int(start) < high
            for low, high in places.get(chrom.removeprefix("chr"), ())
        )
    )


def sample_callability(
    sample: Mapping[str, str],
    assay: Mapping[str, Any],
    genes: Collection[str],
    targeted: Collection[str] | None,
    coding: Mapping[str, int],
    min_fraction_covered: float,
) -> list[tuple]:
    """
    Say for each gene of the panel whether a sample without a variant is informative.

    Parameters
    ----------
    sample
        Row of the sample sheet; ``coverage`` may be empty.
    assay
        ``min_depth``, ``assume_covered``.
    genes
        The panel, in order.
    targeted
        Genes of the assay; None: nothing declared, the whole panel.
    coding
        Coding bases of each gene.
    min_fraction_covered
        Fraction 0-1.

    Returns
    -------
    list of tuples in COLUMNS order
        ``callable``, ``assumed``, ``indeterminate`` or, outside the targets,
        ``not_assessed``; the fraction is None without a coverage file.
    """
    coverage = sample["coverage"]
    covered = None
    if coverage:
        covered = covered_bases(coverage, assay["min_depth"] or 1)
    key = (sample["patient"], sample["sample"], sample["assay"])
    rows = []
    for gene in genes:
        fraction = None
        if covered is not None and coding.get(gene):
            fraction = min(1.0, covered.get(gene, 0) / coding[gene])
        if targeted is not None and gene not in targeted:
            state, fraction = NOT_ASSESSED, None
        elif fraction is not None:
            state = CALLABLE if fraction >= min_fraction_covered else INDETERMINATE
        elif not coverage and assay["assume_covered"]:
            state = ASSUMED
        else:
            state = INDETERMINATE
        rows.append((*key, gene, state, fraction, coverage))
    return rows


def callability_table(rows: Iterable[tuple]) -> pd.DataFrame:
    """Join rows; of a gene that two files of one sample cover, the best counts."""
    order = [CALLABLE, ASSUMED, INDETERMINATE, NOT_ASSESSED]
    table = pd.DataFrame(list(rows), columns=list(COLUMNS))
    rank = table["state"].map(order.index)
    keys = ["patient", "sample", "assay", "gene"]
    best = table.assign(rank=rank).sort_values("rank", kind="stable")
    return best.drop_duplicates(keys).sort_index()[list(COLUMNS)]
