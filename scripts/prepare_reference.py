"""Rule prepare_reference: the user's FASTA and GFF -> the panel's own reference."""

import hashlib
import logging

import pandas as pd

from ballad.inputs.steadiness import steady
from ballad.job import log_to
from ballad.tables import read_table, write_table
from ballad.variants.panel import read_panel
from ballad.variants.reference import (
    PanelReferenceError,
    gene_models,
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
            f"{gff}: no coding gene of the panel; a GFF3 of Ensembl or GENCODE for "
            f"{build} is needed"
        )
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


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


if __name__ == "__main__":
    log_to(snakemake.log[0])
    with steady(snakemake.input):
        main(**snakemake.input, **snakemake.output, **snakemake.params)
