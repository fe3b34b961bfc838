"""Rule measure_reads: one sample's alignments -> depth of its genes, and measures."""

import json
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from ballad.callability import targeted_genes
from ballad.exons import Exon
from ballad.job import log_to
from ballad.reads import commands, measures
from ballad.reads.panel_genome import aligned_contigs, bed_regions, named
from ballad.reads.programs import run
from ballad.reads.quality import COLUMNS, UNCOVERED, judged, quality_table
from ballad.tables import write_table


def main(
    bam: str,
    bai: str,
    statistics: str,
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
    contigs = aligned_contigs(bam)
    panel = bed_regions(Path(cds).read_text().splitlines())
    aimed = bed_regions(Path(targets[0]).read_text().splitlines()) if targets else []
    genes = _genes(assay, cds, targets)
    own = [row for row in panel if row[3].split("|")[0] in genes]
    coding = sum(end - start for _, start, end, _ in own)
    min_depth = assay["min_depth"] or 1
    said = json.loads(Path(statistics).read_text())
    with TemporaryDirectory(dir=Path(thresholds).parent) as folder:
        exons, aim = f"{folder}/exons.bed", f"{folder}/targets.bed"
        Path(exons).write_text(named(panel, contigs))
        Path(aim).write_text(named(aimed or own, contigs))
        mapping_quality = settings["calling"]["min_mapping_quality"]
        prefix = f"{folder}/depth"
        run(commands.depth(bam, exons, prefix, min_depth, mapping_quality))
        primary, on_target = _count(bam), _count(bam, aim)
        depths = measures.lines(f"{prefix}.regions.bed.gz")
        deep = measures.lines(f"{prefix}.thresholds.bed.gz")
        quantized = measures.lines(f"{prefix}.quantized.bed.gz")
        Path(f"{prefix}.thresholds.bed.gz").replace(thresholds)
    row = {
        **{name: reads[name] for name in ("patient", "sample", "assay")},
        "reads": said["reads"] or primary,
        "on_target_rate": on_target / primary if primary else None,
        "mean_depth": measures.mean_depth(depths, genes, coding),
        "duplicate_rate": said["duplicate_rate"],
        "fraction_at_min_depth": measures.fraction_covered(
            deep, min_depth, genes, coding
        ),
    }
    coded = [Exon(c.removeprefix("chr"), s, e, n.split("|")[0]) for c, s, e, n in own]
    gaps = measures.shallow(quantized, coded)
    aims = assay["type"] == "dna_panel" or bool(targets)
    status, reason = judged(row, settings["quality"], aims)
    write_table(quality_table([{**row, "status": status, "reason": reason}]), quality)
    keys = [row[name] for name in COLUMNS[:3]]
    rows = [
        (*keys, exon.gene, exon.chrom, start + 1, end, end - start)
        for exon, start, end in gaps
    ]
    write_table(pd.DataFrame(rows, columns=list(UNCOVERED)), uncovered)


def _genes(assay: dict, cds: str, targets: list[str]) -> frozenset[str]:
    """Name the genes of an assay: listed, targeted, or the whole panel."""
    lines = Path(cds).read_text().splitlines()
    if assay["genes"]:
        return frozenset(assay["genes"])
    if targets:
        return targeted_genes(lines, Path(targets[0]).read_text().splitlines())
    return frozenset(line.split("\t")[3].split("|")[0] for line in lines)


def _count(bam: str, regions: str = "") -> int:
    command = commands.count(bam, regions)
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(said.stdout)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
