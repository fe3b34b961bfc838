"""
Planted variants through fastp, bwa, samtools and freebayes: what is found, what is not.

Needs the programs and the folder of real sequence (BALLAD_TEST_DATA); make reads-test.
All reads are SYNTHETIC; the sequence of TP53, NF1 and CDKN2A is real.
"""

import argparse
import gzip
import os
import random
import resource
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pysam

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), f"{ROOT}/scripts"]

import yaml  # noqa: E402

from ballad.reads.samples import BWA_INDEX  # noqa: E402
from ballad.simulation.reads import (  # noqa: E402
    Library,
    Planted,
    Seen,
    merged_targets,
    planted_variants,
    realised,
    simulated_pairs,
    write_fastq,
)
from scripts.align_reads import main as align_reads  # noqa: E402
from scripts.call_variants import main as call_variants  # noqa: E402
from scripts.index_panel import main as index_panel  # noqa: E402
from scripts.measure_reads import main as measure_reads  # noqa: E402
from scripts.prepare_reference import main as prepare_reference  # noqa: E402
from tests.gene_models import gff_lines  # noqa: E402

TRANSCRIPTS = {
    "TP53": ("NM_000546",),
    "NF1": ("NM_001042492",),
    "CDKN2A": ("NM_000077",),
}
BUILDS = {"GRCh37": ("TP53", "NF1"), "GRCh38": ("TP53", "NF1", "CDKN2A")}
VAFS = (0.02, 0.05, 0.08, 0.12, 0.2, 0.35, 0.5, 0.7, 0.95)
BESIDE = 150  # bases captured beside an exon
DEPTHS = (30, 60, 100, 300, 1000)
SETTINGS = yaml.safe_load((ROOT / "config/config.yaml").read_text())["reads"]


class Genome:
    """Real sequence of one build, cut to the genes at hand, as the rules cut it."""

    def __init__(
        self, build: str, data: Path, folder: Path, genes: Sequence[str] = ()
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.build, self.folder = build, folder
        genes = self.genes = genes or BUILDS[build]
        self.fasta = str(folder / "genome.fa")
        with gzip.open(data / f"reference/sparse.{build}.fa.gz", "rt") as packed:
            kept = False
            with open(self.fasta, "w") as plain:
                for line in packed:
                    if line.startswith(">"):
                        kept = line[1:].split()[0].removeprefix("chr") in ("9", "17")
                    if kept:
                        plain.write(line)
        pysam.faidx(self.fasta)
        resources = ROOT / "resources"
        beds = (resources / f"panel/cds.{build}.bed").read_text().splitlines()
        own = [row for row in beds if row.split("\t")[3].split("|")[0] in genes]
        self.cds, self.hotspots = str(folder / "cds.bed"), str(folder / "hot.tsv")
        Path(self.cds).write_text("".join(f"{row}\n" for row in own))
        spots = (resources / "variants/hotspots.tsv").read_text().splitlines()
        chosen = [spots[0], *(row for row in spots if row.startswith("TP53\t"))]
        Path(self.hotspots).write_text("".join(f"{row}\n" for row in chosen))
        self.panel = str(resources / "panel/genes.tsv")
        gff = folder / "genes.gff3"
        models = {gene: TRANSCRIPTS[gene] for gene in genes}
        source = data / f"reference/refGene.panel.{build}.txt.gz"
        gff.write_text("".join(f"{x}\n" for x in gff_lines(source, models)))
        self.cut = [
            str(folder / f"cut.{end}") for end in ("fa.gz", "fa.gz.fai", "fa.gz.gzi")
        ]
        self.gff = str(folder / "cut.gff3")
        prepare_reference(
            *(self.fasta, str(gff), self.cds, self.panel, self.hotspots),
            *(*self.cut, self.gff, str(folder / "sums.tsv"), build, 10),
        )
        self.spans, stretches = str(folder / "panel.tsv"), str(folder / "panel.fa")
        self.index = [f"{stretches}{ending}" for ending in BWA_INDEX]
        fai = f"{self.fasta}.fai"
        index_panel(self.cut[0], fai, stretches, self.spans, self.index)
        with pysam.FastaFile(self.fasta) as fasta:
            self.names = {name.removeprefix("chr"): name for name in fasta.references}
        self.exons = [
            (self.names[c.removeprefix("chr")], int(start), int(end))
            for c, start, end in (row.split("\t")[:3] for row in own)
        ]
        self._open = pysam.FastaFile(self.fasta)

    def fetch(self, chrom: str, start: int, end: int) -> str:
        """Return bases."""
        return self._open.fetch(chrom, start, end).upper()


def from_reads(genome: Genome, name: str, lanes: list, bams: list) -> dict[str, str]:
    """Take one sample through the three entries; returns the paths of its results."""
    made = {
        kind: str(genome.folder / f"{name}.{kind}")
        for kind in ("bam", "bam.bai", "json", "thresholds.bed.gz", "quality.tsv")
    }
    made |= {k: str(genome.folder / f"{name}.{k}") for k in ("uncovered.tsv", "vcf.gz")}
    reads = {
        **{"patient": name, "sample": name, "assay": "PANEL", "lanes": lanes},
        **{"genome_build": genome.build},
    }
    fai = f"{genome.fasta}.fai"
    align_reads(
        *([f for lane in lanes for f in lane], bams, genome.fasta, fai, genome.index),
        *([genome.spans], str(ROOT / "resources/panel/contigs.tsv")),
        *(made["bam"], made["bam.bai"], made["json"], reads, SETTINGS, 2),
    )
    assay = {
        **{"type": "dna_panel", "genes": list(genome.genes)},
        **{"targets": None, "min_depth": 20},
    }
    measure_reads(
        *(made["bam"], made["bam.bai"], made["json"], genome.cds, []),
        *(made["thresholds.bed.gz"], made["quality.tsv"], made["uncovered.tsv"]),
        *(reads, assay, SETTINGS),
    )
    call_variants(
        *(made["bam"], made["bam.bai"], genome.fasta, fai, genome.cds, genome.panel),
        *(genome.hotspots, made["vcf.gz"], genome.build, 10, SETTINGS["calling"]),
    )
    return made


Called = dict[tuple[str, int, str, str], tuple[int, float]]


def calls_of(path: str) -> Called:
    """Read alternate reads and their fraction of every allele of a VCF."""
    found = {}
    with pysam.VariantFile(path) as records:
        for record in records:
            sample = record.samples[0]
            alt = sample["AO"][0] if isinstance(sample["AO"], tuple) else sample["AO"]
            total = sample["RO"] + alt
            key = (record.chrom, record.pos - 1, record.ref, record.alts[0])
            found[key] = (alt, alt / total if total else 0.0)
    return found


def compared(
    genome: Genome,
    depth: float,
    variants: list[Planted],
    seen: dict[Planted, Seen],
    vcf: str,
) -> list[dict]:
    """Set planted beside called; what was called and not planted has kind false."""
    called = calls_of(vcf)
    rows = []
    for variant in variants:
        alt, vaf = realised(seen, variant)
        key = (variant.chrom, variant.start, variant.ref, variant.alt)
        reads, fraction = called.pop(key, (0, None))
        kind = "snv" if len(variant.ref) == len(variant.alt) else "indel"
        rows.append(
            {
                **{"build": genome.build, "depth": depth, "kind": kind},
                **{"chrom": key[0], "pos": key[1] + 1, "ref": key[2], "alt": key[3]},
                **{"planted_vaf": variant.vaf, "alt_reads": alt, "vaf": vaf},
                **{"called_reads": reads, "called_vaf": fraction},
            }
        )
    for key, (reads, fraction) in called.items():
        rows.append(
            {
                **{"build": genome.build, "depth": depth, "kind": "false"},
                **{"chrom": key[0], "pos": key[1] + 1, "ref": key[2], "alt": key[3]},
                **{"called_reads": reads, "called_vaf": fraction},
            }
        )
    return rows


def simulated(
    genome: Genome, name: str, depth: float, seed: str, artefacts: int = 0
) -> tuple[list[Planted], dict[Planted, Seen], tuple[str, str]]:
    """Write the reads of one sample; the first SNVs of TP53 may be of one strand alone."""
    draw = random.Random(seed)
    variants = planted_variants(draw, genome.fetch, genome.exons, VAFS)
    snvs = [
        n
        for n, v in enumerate(variants)
        if v.chrom == genome.names["17"] and len(v.ref) == len(v.alt) == 1
    ]
    for n in snvs[:artefacts]:
        variants[n] = replace(variants[n], vaf=0.3, forward=1.0)
    seen: dict[Planted, Seen] = {}
    lane = (
        f"{genome.folder}/{name}_R1.fastq.gz",
        f"{genome.folder}/{name}_R2.fastq.gz",
    )
    targets = merged_targets(genome.exons, BESIDE)
    library = Library(depth=depth)
    pairs = simulated_pairs(draw, genome.fetch, targets, variants, library, seen)
    write_fastq(pairs, *lane)
    return variants, seen, lane


def judged(table: pd.DataFrame) -> dict[str, float]:
    """Work out the figures; their bars stand in BARS."""
    true = table[table["kind"] != "false"]
    sure = true[(true["vaf"] >= 0.08) & (true["alt_reads"] >= 10)]
    figures = {}
    for kind in ("snv", "indel"):
        part = sure[sure["kind"] == kind]
        figures[f"{kind}s"] = len(part)
        figures[f"{kind}_recall"] = part["called_vaf"].notna().mean()
    called = table[(table["called_vaf"] >= 0.08) & (table["called_reads"] >= 10)]
    figures["called"] = len(called)
    figures["precision"] = (called["kind"] != "false").mean()
    error = (sure["called_vaf"] - sure["vaf"]).abs().dropna()
    figures["vaf_error_median"] = error.median()
    figures["vaf_error_largest"] = error.max()
    figures["vaf_within_3_points"] = (error <= 0.03).mean()
    return figures


BARS = {
    **{"snv_recall": 0.99, "indel_recall": 0.95, "precision": 0.99},
    "vaf_within_3_points": 1.0,
}


def main() -> None:
    """Simulate, call, compare; ends with 1 if a bar is missed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--output", default="results/reads_test")
    arguments.add_argument("--depths", type=int, nargs="+", default=list(DEPTHS))
    arguments.add_argument("--builds", nargs="+", default=list(BUILDS))
    arguments.add_argument("--seeds", type=int, nargs="+", default=[1])
    chosen = arguments.parse_args()
    data = Path(os.environ.get("BALLAD_TEST_DATA", ROOT / "../shared/data")).resolve()
    if not (data / "reference").is_dir():
        sys.exit(f"{data}: no folder of real sequence; name it in BALLAD_TEST_DATA")
    pysam.set_verbosity(0)  # htslib misses the index of a VCF that is read whole
    folder, rows, times = Path(chosen.output), [], []
    for build in chosen.builds:
        genome = Genome(build, data, folder / build)
        for depth in chosen.depths:
            for seed in chosen.seeds:
                name = f"d{depth}s{seed}"
                variants, seen, lane = simulated(genome, name, depth, f"{build}{name}")
                began = time.monotonic()
                made = from_reads(genome, name, [lane], [])
                times.append(time.monotonic() - began)
                rows += compared(genome, depth, variants, seen, made["vcf.gz"])
                print(f"{build} {depth}x seed {seed}: {times[-1]:.1f} s", flush=True)
    table = pd.DataFrame(rows)
    table.to_csv(folder / "variants.tsv", sep="\t", index=False)
    figures = judged(table)
    for name, value in figures.items():
        print(
            f"{name}\t{value:.4g}" + (f"\t(bar {BARS[name]})" if name in BARS else "")
        )
    true = table[table["kind"] != "false"]
    found = true.assign(found=true["called_vaf"].notna())
    print("recall by planted VAF and depth, n in brackets")
    for kind in ("snv", "indel"):
        part = found[found["kind"] == kind].groupby(["planted_vaf", "depth"])["found"]
        cells = part.agg(lambda f: f"{f.mean():.2f} ({len(f)})").unstack()
        print(kind, cells.to_string(), sep="\n")
    print(
        "called and not planted:", Counter(table.loc[table["kind"] == "false", "depth"])
    )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"largest program: {peak:.0f} MB; {sum(times):.0f} s for {len(times)} samples"
    )
    print(f"every planted variant: {folder}/variants.tsv")
    missed = [name for name, bar in BARS.items() if not figures[name] >= bar]
    sys.exit(f"missed: {', '.join(missed)}" if missed else 0)


if __name__ == "__main__":
    main()
