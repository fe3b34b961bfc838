"""
One sample's reads as FASTQ, lanes, BAM, CRAM and VCF through whole runs to the report.

SYNTHETIC reads of real sequence. The lesions of all ways must be identical; an exon
without reads must make its gene indeterminate and stand in the report with its bases;
reads of one file (not paired) and alignment to a whole, packed genome must work too.
make reads-test runs it.
"""

import argparse
import gzip
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path

import pysam

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), f"{ROOT}/scripts"]

from ballad.simulation.reads import Planted  # noqa: E402
from tests.reads import cohorts  # noqa: E402
from tests.reads.truth import BESIDE, BUILDS, Genome, from_reads, simulated  # noqa: E402

BUILD, DEPTH = "GRCh38", 150
TABLES = ("lesions.tsv", "variants.tsv", "callability.tsv")
# What names the way itself.
WAYS = ("patient", "sample", "source", "evidence", "evidence_fingerprint")
TP53_END = 7_800_000  # the whole genome of the second run ends behind TP53


def two_lanes(lane: Sequence[str]) -> list[tuple[str, str]]:
    """Part a lane into two, pair by pair."""
    parts = [
        tuple(path.replace("_R", f"_L{n}_R") for path in lane) for n in range(1, 3)
    ]
    for mate, path in enumerate(lane):
        with (
            gzip.open(path, "rt") as source,
            gzip.open(parts[0][mate], "wt", 1) as one,
            gzip.open(parts[1][mate], "wt", 1) as two,
        ):
            while record := "".join(islice(source, 8)):
                one.write("".join(record.splitlines(True)[:4]))
                two.write("".join(record.splitlines(True)[4:]))
    return parts


def as_cram(bam: str, fasta: str) -> str:
    """Write a BAM as CRAM, with its index."""
    cram = f"{bam.removesuffix('.bam')}.cram"
    command = ["samtools", "view", "-C", "-T", fasta, "-o", cram, bam]
    subprocess.run(command, check=True)
    subprocess.run(["samtools", "index", cram], check=True)
    return cram


def chosen(
    lane: Sequence[str], name: str, wanted: Callable[[str, int], bool]
) -> tuple[str, str]:
    """Keep the reads of some targets: chromosome and start begin a read's name."""
    kept = [path.replace("_R", f"_{name}_R") for path in lane]
    for path, output in zip(lane, kept, strict=True):
        with gzip.open(path, "rt") as source, gzip.open(output, "wt", 1) as rest:
            while record := list(islice(source, 4)):
                chrom, low = record[0][1:].split("-")[:2]
                if wanted(chrom, int(low)):
                    rest.write("".join(record))
    return kept[0], kept[1]


def lonely_exon(genome: Genome) -> tuple[str, int, int]:
    """Choose the longest exon of NF1 that no read of a neighbour reaches."""
    exons = [e for e in genome.exons if e[0] == "chr17" and e[1] > 30_000_000]
    far = [
        e
        for e in exons
        if all(o == e or o[1] - e[2] > 1000 or e[1] - o[2] > 1000 for o in exons)
    ]
    return max(far, key=lambda e: e[2] - e[1])


def parts_of(folder: Path, name: str, file: str) -> dict[str, object]:
    """Read a result by patient, without what names the way."""
    found = cohorts.table(folder, name, file)
    kept = found.drop(columns=[c for c in WAYS if c != "patient"], errors="ignore")
    return {
        patient: part.drop(columns="patient").reset_index(drop=True)
        for patient, part in kept.groupby("patient")
    }


def compared(folder: Path, name: str, files: Sequence[str], others: str) -> list[str]:
    """Set the results of each way beside those of the FASTQ; return the differences."""
    different = []
    for file in files:
        parts = parts_of(folder, name, file)
        for patient in others:
            same = parts["F"].equals(parts[patient])
            rows = len(parts["F"])
            print(f"{file}: F and {patient}: {rows} rows, identical: {same}")
            different += [] if same else [f"{file} of F and {patient}"]
    return different


def single_problems(folder: Path, name: str) -> list[str]:
    """Reads of one file: half the depth, more duplicates; the lesions of TP53 stand."""
    parts = parts_of(folder, name, "lesions.tsv")
    states = {
        patient: part[part["lesion"].str.startswith("tp53")][["lesion", "state"]]
        for patient, part in parts.items()
    }
    same = states["F"].equals(states["S"])
    print(f"single reads: lesions of TP53, {len(states['F'])}, identical: {same}")
    return [] if same and len(states["F"]) else ["lesions of TP53 by single reads"]


def artefact_problems(folder: Path, name: str, planted: Sequence[Planted]) -> list[str]:
    """Say which variants of one strand alone are not flagged as such, and which are."""
    found = cohorts.table(folder, name, "variants.tsv")
    mine = found[(found["patient"] == "F") & found["flags"].str.contains("one_strand")]
    flagged = set(zip(mine["pos"], mine["ref"], mine["alt"], strict=True))
    wanted = {(str(v.start + 1), v.ref, v.alt) for v in planted if v.forward == 1}
    others = {
        (str(v.start + 1), v.ref, v.alt)
        for v in planted
        if v.forward < 1 and v.vaf >= 0.2
    }
    print(f"of one strand alone: {len(wanted & flagged)} of {len(wanted)} flagged")
    return [f"{v} is not flagged one_strand" for v in sorted(wanted - flagged)] + [
        f"{v} is flagged one_strand" for v in sorted(others & flagged)
    ]


def gap_problems(folder: Path, name: str, exon: tuple[str, int, int]) -> list[str]:
    """Say where an exon without reads is not told: callability, table, report."""
    genes = cohorts.table(folder, name, "callability.tsv").set_index(
        ["patient", "gene"]
    )["state"]
    uncovered = cohorts.table(folder, name, "uncovered.tsv")
    row = uncovered[
        (uncovered["patient"] == "U") & (uncovered["first"] == str(exon[1] + 1))
    ]
    place = f"{exon[0].removeprefix('chr')}:{exon[1] + 1}-{exon[2]}"
    report = (folder / f"results/{name}/report.html").read_text()
    print(f"U: NF1 {genes['U', 'NF1']}, TP53 {genes['U', 'TP53']}; no reads: {place}")
    checks = {
        "NF1 of U is not indeterminate": genes["U", "NF1"] == "indeterminate",
        "NF1 of F is not callable": genes["F", "NF1"] == "callable",
        f"{place} is not in uncovered.tsv": row["last"].tolist() == [str(exon[2])],
        f"{place} is not in the report": place in report,
        "the report does not say what is not found": "Not found by this path: internal "
        "tandem duplications longer than a read"
        in report
        and "UMIs are not used" in report,
    }
    return [text for text, right in checks.items() if not right]


def panel_run(folder: Path, genome: Genome, lane: tuple[str, str]) -> list[str]:
    """Run the whole workflow on every way, aligned to the panel; return what is wrong."""
    made = from_reads(genome, "made", [lane], [])
    whole = cohorts.whole_genome(str(folder / "whole.fa"), genome.fasta)
    exon = lonely_exon(genome)
    gap = chosen(lane, "gap", lambda c, low: c != exon[0] or low != exon[1] - BESIDE)
    first, second = two_lanes(lane)
    single = shutil.copy(lane[0], lane[0].replace("_R1", "_single"))
    rows = [
        cohorts.row("F", fastq_1=lane[0], fastq_2=lane[1]),
        cohorts.row("B", bam=made["bam"]),
        cohorts.row("C", bam=as_cram(made["bam"], whole)),
        cohorts.row("V", vcf=made["vcf.gz"], coverage=made["thresholds.bed.gz"]),
        cohorts.row("L", fastq_1=first[0], fastq_2=first[1]),
        cohorts.row("L", fastq_1=second[0], fastq_2=second[1]),
        cohorts.row("S", fastq_1=single),
        cohorts.row("U", fastq_1=gap[0], fastq_2=gap[1]),
    ]
    reference = {BUILD: {"fasta": whole, "gff": str(genome.folder / "genes.gff3")}}
    config = cohorts.write_cohort(
        folder, "three_ways", rows, BUILDS[genome.build], reference
    )
    ended, said = cohorts.run(folder, config)
    if ended:
        return [f"the workflow failed: {said[-3000:]}"]
    return [
        *compared(folder, "three_ways", TABLES, "BCV"),
        *compared(folder, "three_ways", TABLES[:1], "L"),
        *single_problems(folder, "three_ways"),
        *gap_problems(folder, "three_ways", exon),
    ]


def genome_run(folder: Path, genome: Genome, lane: tuple[str, str]) -> list[str]:
    """Align to a whole genome that is packed; TP53 must be as aligned to the panel."""
    # Without their own places, reads of NF1 would find repeats in introns of TP53.
    lane = chosen(lane, "TP53", lambda c, low: c == "chr17" and low < TP53_END)
    ends = {"chr17": TP53_END, "chr9": TP53_END}
    plain = cohorts.whole_genome(str(folder / "short.fa"), genome.fasta, ends)
    packed = f"{plain}.gz"
    pysam.tabix_compress(plain, packed, force=True)
    subprocess.run(["samtools", "faidx", packed], check=True)
    subprocess.run(["bwa", "index", packed], check=True, stderr=subprocess.DEVNULL)
    rows = [cohorts.row("F", fastq_1=lane[0], fastq_2=lane[1])]
    reference = {BUILD: {"fasta": packed, "gff": str(genome.folder / "genes.gff3")}}
    config = cohorts.write_cohort(
        folder, "whole_genome", rows, ("TP53",), reference, "genome"
    )
    ended, said = cohorts.run(
        folder, config, "--", *(f"results/whole_genome/{name}" for name in TABLES)
    )
    if ended:
        return [f"the workflow failed on a whole genome: {said[-3000:]}"]
    kept = {}
    for name in ("three_ways", "whole_genome"):
        found = cohorts.table(folder, name, "variants.tsv")
        mine = found[(found["patient"] == "F") & (found["gene"] == "TP53")]
        columns = ["pos", "ref", "alt", "depth", "alt_reads", "kept", "reason"]
        kept[name] = mine[columns].reset_index(drop=True)
    same = kept["three_ways"].equals(kept["whole_genome"])
    rows_there = len(kept["whole_genome"])
    print(f"whole genome, packed: TP53, {rows_there} variants, identical: {same}")
    return [] if same and rows_there else ["variants of TP53 by the whole genome"]


def main() -> None:
    """Simulate one sample, run the workflow, compare; ends with 1 if anything differs."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--output", default="results/reads_test")
    folder = Path(arguments.parse_args().output).resolve() / "three_ways"
    data = Path(os.environ.get("BALLAD_TEST_DATA", ROOT / "../shared/data")).resolve()
    genome = Genome(BUILD, data, folder)
    planted, _, lane = simulated(genome, "three", DEPTH, "three ways", artefacts=2)
    wrong = panel_run(folder, genome, lane)
    if not wrong:
        wrong = artefact_problems(folder, "three_ways", planted)
        wrong += genome_run(folder, genome, lane)
    sys.exit("\n".join(wrong) if wrong else 0)


if __name__ == "__main__":
    main()
