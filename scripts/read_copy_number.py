"""Rule read_copy_number: segments of all samples -> gene events and ploidy."""

import pandas as pd

from ballad.copy_number import COLUMNS, gene_spans
from ballad.copy_number_callers import sample_rows
from ballad.inputs.steadiness import steady
from ballad.job import log_to
from ballad.lesions import excluded_by
from ballad.tables import read_table, write_table


def main(
    tables: list[str],
    panel: str,
    lesions: str,
    copy_number: str,
    samples: list[dict],
    limits: dict,
    ploidy: dict,
) -> None:
    """Read the tables that the sample rows name."""
    genes = read_table(panel)
    spans = {build: gene_spans(genes, build) for build in ("GRCh37", "GRCh38")}
    excludable = excluded_by(read_table(lesions), "array")
    rows = []
    for sample in samples:
        key = (sample["patient"], sample["sample"], sample["assay"])
        found = sample_rows(
            sample["copy_number"],
            sample["sample"],
            spans[sample["genome_build"]],
            limits,
            ploidy,
            excludable,
            sample["genome_build"],
        )
        rows += [(*key, *row) for row in found]
    write_table(pd.DataFrame(rows, columns=[*COLUMNS, "method"]), copy_number)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    with steady(snakemake.input):
        main(**snakemake.input, **snakemake.output, **snakemake.params)
