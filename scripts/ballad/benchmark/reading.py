"""Read a sheet's VCFs as the rule read_variants does: python -m ballad.benchmark.reading."""

import csv
import importlib
import json
import sys
from pathlib import Path

RESOURCES = Path(__file__).resolve().parents[3] / "resources"


def main(sheet: str, records: str, padding: int, workers: int) -> None:
    """Call the rule's entry with the delivered panel; all samples are one batch."""
    with open(sheet, encoding="utf-8", newline="") as lines:
        samples = list(csv.DictReader(lines, delimiter="\t"))
    importlib.import_module("read_variants").main(
        vcfs=[sample["vcf"] for sample in samples],
        indexes=[],
        references=[],
        gffs=[],
        cds_grch37=str(RESOURCES / "panel/cds.GRCh37.bed"),
        cds_grch38=str(RESOURCES / "panel/cds.GRCh38.bed"),
        panel=str(RESOURCES / "panel/genes.tsv"),
        hotspots=str(RESOURCES / "variants/hotspots.tsv"),
        contigs=str(RESOURCES / "panel/contigs.tsv"),
        records=records,
        counts=f"{records}.counts",
        checks=f"{records}.checks",
        samples=samples,
        padding=padding,
        require_build_proof=False,
        builds=[],
        workers=workers,
    )


if __name__ == "__main__":
    main(*json.loads(sys.argv[1]))
