"""A GFF3 of Ensembl, GENCODE or RefSeq -> the panel's genes, in one form."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from ballad.variants.chromosomes import plain_name

_CHILDREN = ("exon", "CDS", "five_prime_UTR", "three_prime_UTR")
# Ensembl writes gene:ENSG…, RefSeq gene-TP53 and rna-NM_…, GENCODE the bare id.
_PREFIXES = ("gene:", "transcript:", "gene-", "rna-")
_LOOKED_AT = 1000  # lines, to say what a file is that has no gene of the panel


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
    Take the panel's genes out of a GFF3 of Ensembl, GENCODE or RefSeq.

    Parameters
    ----------
    gff
        Lines; a gene stands before its transcripts, these before their exons.
    genes : columns symbol, ensembl_gene and, where known, ncbi_gene_id and chrom
        A gene is known by its Ensembl or NCBI id, else by its name: older releases
        have other names. Copies on other chromosomes (PAR1 of Y, alternate loci) are
        left out.

    Returns
    -------
    list of GeneModel
        Names without ``chr``; only transcripts that code for a protein.
    """
    panel = _Panel(genes)
    kept: dict[str, tuple[str, list[list[str]]]] = {}  # gene id: symbol, its lines
    owner: dict[str, tuple[str, str]] = {}  # id: gene id, name of the transcript
    for cells, said in _features(gff):
        kind = cells[2]
        own, parent = _bare(said.get("ID", "")), _bare(said.get("Parent", ""))
        if not parent:
            symbol = panel.symbol(own, said)
            if kind.endswith("gene") and panel.lies_on(symbol, cells[0]):
                tail = f"ID=gene:{own};Name={symbol};biotype=protein_coding"
                kept[own] = (symbol, [[*cells[:2], "gene", *cells[3:8], tail]])
        elif parent in kept:
            biotype = said.get("biotype") or said.get("transcript_type", "")
            if biotype == "protein_coding" or (not biotype and kind == "mRNA"):
                # Releases of RefSeq before 2018 number their transcripts.
                name = said.get("transcript_id") or own
                owner[own] = (parent, name)
                tail = (
                    f"ID=transcript:{name};Parent=gene:{parent};biotype=protein_coding"
                )
                kept[parent][1].append([*cells[:2], "mRNA", *cells[3:8], tail])
        elif parent in owner and kind in _CHILDREN:
            gene, name = owner[parent]
            tail = f"Parent=transcript:{name}"
            kept[gene][1].append([*cells[:8], tail])
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


class _Panel:
    """By which names, and on which chromosome, a gene of the panel is known."""

    def __init__(self, genes: Sequence[Mapping[str, str]]) -> None:
        self._by_id = {
            row["ensembl_gene"].split(".")[0]: row["symbol"] for row in genes
        }
        self._by_id |= {
            f"GeneID:{row['ncbi_gene_id']}": row["symbol"]
            for row in genes
            if row.get("ncbi_gene_id")
        }
        self._chroms = {
            row["symbol"]: plain_name(row.get("chrom") or "") for row in genes
        }

    def symbol(self, own: str, said: Mapping[str, str]) -> str:
        name = said.get("Name") or said.get("gene_name", "")
        for known in (own.split(".")[0], *said.get("Dbxref", "").split(",")):
            name = self._by_id.get(known, name)
        return name

    def lies_on(self, symbol: str, chrom: str) -> bool:
        return symbol in self._chroms and self._chroms[symbol] in ("", chrom)


def _features(gff: Iterable[str]) -> Iterator[tuple[list[str], dict[str, str]]]:
    for line in gff:
        if line.startswith("#") or line.count("\t") != 8:
            continue
        cells = line.rstrip("\r\n").split("\t")
        cells[0] = plain_name(cells[0])
        yield cells, _attributes(cells[8])


def _attributes(text: str) -> dict[str, str]:
    return dict(entry.strip().partition("=")[::2] for entry in text.split(";"))


def _bare(identifier: str) -> str:
    for prefix in _PREFIXES:
        identifier = identifier.removeprefix(prefix)
    return identifier


def what_it_is(gff: Iterable[str]) -> str:
    """Say in a few words what a file is in which no gene of the panel was found."""
    first = list(islice((line for line in gff if not line.startswith("#")), _LOOKED_AT))
    features = [line.split("\t") for line in first if line.count("\t") == 8]
    if not features:
        return "no line has the nine columns of a GFF3"
    if any('gene_id "' in cells[8] for cells in features):
        return "it is a GTF"
    if not any("ID=" in cells[8] for cells in features):
        return "its features have no ID"
    chroms = dict.fromkeys(cells[0] for cells in features)
    return f"its first chromosome is called {next(iter(chroms))}"


def elsewhere(
    models: Iterable[GeneModel], spans: Mapping[str, tuple[int, int]]
) -> list[str]:
    """
    Name the genes that lie elsewhere than in the genome build of the panel.

    Parameters
    ----------
    models
        Genes of a GFF.
    spans
        Symbol: coding span in the build, half-open.

    Returns
    -------
    list of str
        Sorted symbols of which no model touches the span.
    """
    here: dict[str, bool] = {}
    for model in models:
        if model.symbol in spans:
            start, end = spans[model.symbol]
            touches = model.start < end and start < model.end
            here[model.symbol] = here.get(model.symbol, False) or touches
    return sorted(symbol for symbol, found in here.items() if not found)
