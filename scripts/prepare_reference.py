"""Rule prepare_reference: the user's FASTA and GFF -> the panel's own reference."""

import hashlib
import logging

import pandas as pd

from ballad.copy_number import gene_spans
from ballad.inputs.steadiness import steady
from ballad.job import log_to
from ballad.tables import read_table, write_table
from ballad.variants.gene_models import (
    GeneModel,
    elsewhere,
    gene_models,
    what_it_is,
)
from ballad.variants.panel import read_panel
from ballad.variants.reference import (
    PanelReferenceError,
    lines_of,
    masked_spans,
    write_reference,
)
from ballad.writing import write_text


def main(
    fasta: str,
    gff: str,
    cds: str,
    panel: str,
    hotspots: str,
    cut_fasta: str,
    fai: str,
    gzi: str,
    cut_gff: str,
    checksums: str,
    build: str,
    padding: int,
) -> None:
    """Cut genes and regions of the panel, say what was cut and its checksums."""
    genes = read_table(panel)
    models = gene_models(lines_of(gff), genes.to_dict("records"))
    if not models:
        raise PanelReferenceError(
            f"{gff}: no coding gene of the panel, {what_it_is(lines_of(gff))}; a GFF3 "
            f"of Ensembl, GENCODE or RefSeq for {build} is needed"
        )
    refuse_other_build(gff, models, genes, build)
    known = read_panel(build, cds, panel, hotspots, padding)
    places = [(c, r.start, r.end) for c in known.chromosomes for r in known.regions[c]]
    bases, digest = write_reference(fasta, masked_spans(models, places), cut_fasta)
    text = "".join(f"{line}\n" for model in models for line in model.lines)
    write_text(f"##gff-version 3\n{text}", cut_gff)
    lacking = sorted(set(genes["symbol"]) - {model.symbol for model in models})
    if lacking:
        logging.warning("%s: without a coding gene %s", gff, ", ".join(lacking))
    row = {
        **{"genome_build": build, "fasta": fasta, "gff": gff},
        **{"genes": len(genes) - len(lacking), "known_bases": bases},
        **{"sha256_bases": digest, "sha256_gff": _sha256(text)},
    }
    write_table(pd.DataFrame([row]), checksums)


def refuse_other_build(
    gff: str, models: list[GeneModel], genes: pd.DataFrame, build: str
) -> None:
    """
    Compare where the genes of a GFF lie with where the panel has them.

    Raises
    ------
    PanelReferenceError
        If a gene lies elsewhere: its variants would be told wrong or not at all.
    """
    spans = {symbol: place[1:] for symbol, place in gene_spans(genes, build).items()}
    if wrong := elsewhere(models, spans):
        shown = ", ".join(wrong[:5]) + (" …" if len(wrong) > 5 else "")
        raise PanelReferenceError(
            f"{gff}: {len(wrong)} of {len({model.symbol for model in models})} genes "
            f"({shown}) lie elsewhere than in {build}; name a GFF3 of {build}"
        )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    log_to(snakemake.log[0])
    with steady(snakemake.input):
        main(**snakemake.input, **snakemake.output, **snakemake.params)
