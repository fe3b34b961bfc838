"""Rule measure_reads: one sample's alignments -> depth of its genes, and measures."""

import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from ballad.callability import targeted_genes
from ballad.coverage import exons_of
from ballad.job import log_to
from ballad.reads import commands, measures
from ballad.reads.panel_genome import genome_names
from ballad.reads.programs import run
from ballad.reads.quality import COLUMNS, UNCOVERED, judged, quality_table
from ballad.tables import write_table


def main(
    bam: str,
    bai: str,
    statistics: str,
    fai: str,
    cds: str,
    targets: list[str],
    thresholds: str,
    quality: str,
    uncovered: str,
    reads: dict,
    assay: dict,
    settings: dict,
) -> None:
    """Measure, judge, and list what is not covered."""
    genome = genome_names(fai)
    panel = Path(cds).read_text().splitlines()
    aimed = Path(targets[0]).read_text().splitlines() if targets else panel
    genes = frozenset(assay["genes"]) if assay["genes"] else None
    if genes is None and targets:
        genes = targeted_genes(panel, aimed)
    own = [
        row
        for row in panel
        if genes is None or row.split("\t")[3].split("|")[0] in genes
    ]
    min_depth = assay["min_depth"] or 1
    said = json.loads(Path(statistics).read_text())
    with TemporaryDirectory(dir=Path(thresholds).parent) as folder:
        exons, aim = f"{folder}/exons.bed", f"{folder}/targets.bed"
        Path(exons).write_text(_named(panel, genome))
        Path(aim).write_text(_named(aimed if targets else own, genome))
        mapping_quality = settings["calling"]["min_mapping_quality"]
        prefix = f"{folder}/depth"
        run(commands.depth(bam, exons, prefix, min_depth, mapping_quality))
        primary, on_target = _count(bam), _count(bam, aim)
        deep = measures.lines(f"{prefix}.thresholds.bed.gz")
        row = {
            **{name: reads[name] for name in ("patient", "sample", "assay")},
            "reads": said["reads"] or primary,
            "on_target_rate": on_target / primary if primary else None,
            "mean_depth": measures.regional_depth(
                measures.lines(f"{prefix}.regions.bed.gz"), genes
            ),
            "duplicate_rate": said["duplicate_rate"],
            "fraction_at_min_depth": measures.fraction_covered(deep, min_depth, genes),
        }
        known = [e for e in exons_of(own) if e.chrom in genome]
        quantized = measures.lines(f"{prefix}.quantized.bed.gz")
        gaps = list(measures.shallow(quantized, known))
        Path(f"{prefix}.thresholds.bed.gz").replace(thresholds)
    aims = assay["type"] == "dna_panel" or bool(targets)
    status, reason = judged(row, settings["quality"], aims)
    write_table(quality_table([{**row, "status": status, "reason": reason}]), quality)
    keys = [row[name] for name in COLUMNS[:3]]
    rows = [
        (*keys, exon.gene, exon.chrom, start + 1, end, end - start)
        for exon, start, end in gaps
    ]
    write_table(pd.DataFrame(rows, columns=list(UNCOVERED)), uncovered)


def _named(lines: list[str], genome: dict[str, tuple[str, int]]) -> str:
    """Name chromosomes as the genome does; without those that it lacks."""
    kept = []
    for line in lines:
        chrom, tab, rest = line.partition("\t")
        name = chrom.removeprefix("chr")
        if tab and name in genome:
            kept.append(f"{genome[name][0]}\t{rest}\n")
    return "".join(kept)


def _count(bam: str, regions: str = "") -> int:
    command = commands.count(bam, regions)
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(said.stdout)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
