"""Read a sheet's VCFs as the rule read_variants does; a script, as the rule's entry is."""

import importlib
import os
import sys

from ballad.inputs.steadiness import steady
from ballad.variants.knowledge import rows_of

RESOURCES = os.path.join(os.path.dirname(__file__), "../../../resources")


def main(sheet: str, records: str, padding: str, workers: str) -> None:
    """Call the rule's entry with the delivered panel; all samples are one batch."""
    samples = list(rows_of(sheet))
    vcfs = [sample["vcf"] for sample in samples]
    with steady(vcfs):
        importlib.import_module("read_variants").main(
            vcfs=vcfs,
            indexes=[],
            references=[],
            gffs=[],
            cds_grch37=f"{RESOURCES}/panel/cds.GRCh37.bed",
            cds_grch38=f"{RESOURCES}/panel/cds.GRCh38.bed",
            panel=f"{RESOURCES}/panel/genes.tsv",
            hotspots=f"{RESOURCES}/variants/hotspots.tsv",
            contigs=f"{RESOURCES}/panel/contigs.tsv",
            records=records,
            counts=f"{records}.counts",
            checks=f"{records}.checks",
            samples=samples,
            padding=int(padding),
            require_build_proof=False,
            builds=[],
            workers=int(workers),
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
