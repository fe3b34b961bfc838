"""One name for a chromosome, however a genome or its annotation calls it."""

import csv
from pathlib import Path

_TABLE = Path(__file__).parents[3] / "resources/panel/refseq.tsv"


def _accessions() -> dict[str, str]:
    with _TABLE.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return {row["accession"]: row["chrom"] for row in rows}


_ACCESSIONS = _accessions()


def plain_name(name: str) -> str:
    """Name a chromosome without chr; ``NC_000017.11`` of RefSeq is 17."""
    return _ACCESSIONS.get(name) or name.removeprefix("chr")
