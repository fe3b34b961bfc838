"""Which genes of a sample were covered well enough for "absent" to mean something."""

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
        chrom, start, end = (line.split() + ["", "", ""])[:3]
        if not (start.isdecimal() and end.isdecimal()):
            raise ValueError(f"targets: {line.rstrip()[:60]!r} is no line of a BED")
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
    covered: Mapping[str, int] | None = None,
) -> list[tuple]:
    """
    Say for each gene of the panel whether a sample without a variant is informative.

    Parameters
    ----------
    sample
        Row of the sample sheet; ``coverage`` may be empty.
    assay
        ``assume_covered``.
    genes
        The panel, in order.
    targeted
        Genes of the assay; None: nothing declared, the whole panel.
    coding
        Coding bases of each gene.
    min_fraction_covered
        Fraction 0-1.
    covered
        Coding bases of each gene that reach the assay's depth, 0 where it is not
        named; None without a coverage file, or if it does not tell of that depth.

    Returns
    -------
    list of tuples in COLUMNS order
        ``callable``, ``assumed``, ``indeterminate`` or, outside the targets,
        ``not_assessed``; the fraction is None without a coverage file.
    """
    coverage = sample["coverage"]
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


NO_INDELS = "no file of indels"


def without_indels(
    callability: pd.DataFrame,
    samples: Iterable[Mapping[str, str]],
    assays: Mapping[str, Mapping[str, Any]],
    snvs_alone: Collection[str],
) -> pd.DataFrame:
    """
    Make the genes of a sample indeterminate whose indels nobody looked for.

    Parameters
    ----------
    callability : columns COLUMNS
    samples
        Rows of the sample sheet with a VCF.
    assays
        By name: `detects`.
    snvs_alone
        Paths of the VCFs that can hold no indel.

    Returns
    -------
    DataFrame with COLUMNS
        Where the assay detects indels and every VCF of the sample is one of SNVs, an
        assessed gene is ``indeterminate``; the reason is its source. A variant that was
        found stays.
    """
    files: dict[tuple[str, str, str], set[str]] = {}
    for row in samples:
        if "indel" in assays[row["assay"]]["detects"]:
            key = (row["patient"], row["sample"], row["assay"])
            files.setdefault(key, set()).add(row["vcf"])
    short = {key for key, paths in files.items() if paths <= set(snvs_alone)}
    keys = zip(*(callability[name] for name in COLUMNS[:3]), strict=True)
    concerned = pd.Series([key in short for key in keys], index=callability.index)
    hit = concerned.astype(bool) & (callability["state"] != NOT_ASSESSED)
    return callability.assign(
        state=callability["state"].mask(hit, INDETERMINATE),
        source=callability["source"].mask(hit, f"{NO_INDELS}: {_SECOND_ROW}"),
    )


_SECOND_ROW = "the assay detects indels, its VCF holds SNVs alone"
NEARLY_NONE = 0.05  # fraction; only to warn, decides no state


def nearly_uncovered(rows: Iterable[tuple]) -> bool:
    """Say whether every gene with a fraction, of one sample's rows, has next to none."""
    place = COLUMNS.index("fraction_covered")
    fractions = [row[place] for row in rows if row[place] is not None]
    return bool(fractions) and max(fractions) < NEARLY_NONE


def callability_table(rows: Iterable[tuple]) -> pd.DataFrame:
    """Join rows; of a gene that two files of one sample cover, the best counts."""
    order = [CALLABLE, ASSUMED, INDETERMINATE, NOT_ASSESSED]
    table = pd.DataFrame(list(rows), columns=list(COLUMNS))
    rank = table["state"].map(order.index)
    keys = ["patient", "sample", "assay", "gene"]
    best = table.assign(rank=rank).sort_values("rank", kind="stable")
    return best.drop_duplicates(keys).sort_index()[list(COLUMNS)]
