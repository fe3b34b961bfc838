"""The genes that an assay names: their approved symbols, and names that are none."""

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ballad.fusions.names import GeneNames
from ballad.inputs.configuration import located
from ballad.problems import Problem
from ballad.spreadsheet_dates import date_for_gene
from ballad.tables import read_table

# HGNC writes capitals, digits and hyphens, C9orf72 and CXorf40A; @ ends a locus.
_SYMBOL = re.compile(
    r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*@?|C(?:\d+|X|Y)orf\d+[A-Z]?\d*(?:-[A-Z0-9]+)*"
)
# Genes without a symbol are called by their clone (RP11-211G3.2, AC004980.7) or their
# family (Y_RNA, 5S_rRNA) in the gene sets of Ensembl.
_UNNAMED = re.compile(
    r"[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)*\.\d+|(?:[A-Z]|\d+(?:_\d+)?S)_r?RNA|7SK"
)
# What may be a symbol in another case: c9orf72, snoU13, Metazoa_SRP.
_CASE = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-._][A-Za-z0-9]+)*@?")
_ALIKE = 0.8  # of difflib's likeness; P53 and TP53 have 0.86

_OTHER_CASE = (
    "is not written as HGNC writes symbols; genes are compared letter by letter"
)


def read_gene_names(aliases: str, panel: str) -> tuple[GeneNames, frozenset[str]]:
    """
    Read how genes are spelled.

    Returns
    -------
    tuple of GeneNames and the symbols known
        Those of the panel, and those that the table of aliases approves.
    """
    rows = read_table(aliases)
    pairs = list(zip(rows["alias"], rows["approved_or_locus"], strict=True))
    symbols = frozenset(read_table(panel)["symbol"])
    return GeneNames(pairs, symbols), symbols | {symbol for _, symbol in pairs}


def with_approved_genes(
    assays: Mapping[str, Mapping[str, Any]], names: GeneNames
) -> dict[str, dict[str, Any]]:
    """Write each assay's genes by their approved symbols: MLL becomes KMT2A."""
    return {
        name: {
            **assay,
            "genes": assay["genes"]
            and tuple(dict.fromkeys(map(names.approved, assay["genes"]))),
        }
        for name, assay in assays.items()
    }


def gene_problems(
    assays: Mapping[str, Any], tables: Mapping[str, str], root: Path
) -> tuple[list[Problem], list[Problem]]:
    """
    Check the genes of all assays.

    Parameters
    ----------
    assays
        As the configuration has them, checked or not.
    tables
        Paths of ``gene_aliases`` and ``panel``; without them nothing is checked.
    root
        Folder of the paths that the working directory does not have.

    Returns
    -------
    tuple of problems and warnings
        A problem is a name that no gene can have. A warning is one like a known gene
        that the assay does not name: CDKN2C beside CDKN2A is another gene, P53 without
        TP53 is probably none. A warning is a symbol in another case than HGNC's too,
        but a problem if it is like a known gene. Any other symbol is accepted, also the
        name of a clone: a panel is larger than what this project knows.
    """
    if not {"gene_aliases", "panel"} <= set(tables):
        return [], []
    paths = [located(tables[name], root) for name in ("gene_aliases", "panel")]
    if not all(Path(path).is_file() for path in paths):
        return [], []
    names, known = read_gene_names(*paths)
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for assay, settings in assays.items():
        genes = settings.get("genes") if isinstance(settings, Mapping) else None
        if not isinstance(genes, list):
            continue
        place = f"assays.{assay}.genes"
        spelled = [name for name in genes if isinstance(name, str)]
        for problem in _no_symbols(place, spelled, names, known):
            (warnings if problem.rule == _OTHER_CASE else problems).append(problem)
        warnings += _misspelt(place, spelled, names, known)
    return problems, warnings


def _no_symbols(
    place: str, genes: Iterable[str], names: GeneNames, known: Collection[str]
) -> Iterator[Problem]:
    for name in genes:
        approved = names.approved(name)
        if approved in known or _SYMBOL.fullmatch(approved):
            continue
        near, date = _near(name, known)[:1], date_for_gene(name)
        if not near and not date and _UNNAMED.fullmatch(name):
            continue
        other_case = not near and not date and _CASE.fullmatch(name)
        yield Problem(
            "config",
            column=place,
            value=name,
            rule=_OTHER_CASE if other_case else date or "is no gene's symbol",
            cure=f"did you mean {near[0]}?" if near else "write the HGNC symbol",
        )


def _misspelt(
    place: str, genes: Iterable[str], names: GeneNames, known: Collection[str]
) -> Iterator[Problem]:
    approved = {name: names.approved(name) for name in genes}
    for name, symbol in approved.items():
        if symbol in known or not _SYMBOL.fullmatch(symbol):
            continue
        near = _near(name, known)
        if near and not set(near) & set(approved.values()):
            yield Problem(
                "config",
                column=place,
                value=name,
                rule=f"is no gene known here, and the assay does not name {near[0]}, "
                "which then counts as not assessed",
                cure=f"did you mean {near[0]}?",
            )


def _near(name: str, known: Collection[str]) -> list[str]:
    return difflib.get_close_matches(name.upper(), sorted(known), cutoff=_ALIKE)
