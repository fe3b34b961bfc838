"""The command line of every program that reads go through."""

from collections.abc import Mapping, Sequence
from typing import Any

Command = list[str]


def trim(
    first: str, second: str, json: str, html: str, threads: int, min_length: int
) -> Command:
    """Cut adapters and drop poor reads (fastp); mates leave in turns."""
    mates = ["--in2", second] if second else []
    return [
        *("fastp", "--in1", first, *mates, "--stdout", "--thread", str(threads)),
        *("--length_required", str(min_length), "--json", json, "--html", html),
    ]


# Bases read at once: with it the alignments do not depend on the number of threads.
BASES_AT_ONCE = 10_000_000


def align(index: str, group: str, paired: bool, threads: int) -> Command:
    """Align what comes in (bwa mem)."""
    return [
        *("bwa", "mem", "-v", "1", "-t", str(threads), "-K", str(BASES_AT_ONCE)),
        *(["-p"] if paired else []),
        *("-R", group, index, "-"),
    ]


def read_group(sample: str, lane: int) -> str:
    """Write the read group of a lane, as bwa and samtools take it."""
    return f"@RG\\tID:{lane}\\tSM:{sample}\\tLB:{sample}\\tPL:ILLUMINA"


def regroup(
    path: str, sample: str, lane: int, fasta: str, folder: str
) -> list[Command]:
    """Bring mates of a BAM or CRAM together under one read group."""
    group = read_group(sample, lane)
    genome = ["--reference", fasta]
    return [
        ["samtools", "collate", "-u", "-O", *genome, path, f"{folder}/collate"],
        [
            "samtools",
            "addreplacerg",
            "-m",
            "overwrite_all",
            "-w",
            "-u",
            "-r",
            group,
            "-",
        ],
    ]


def sort(output: str, folder: str) -> list[Command]:
    """Note what mates need for duplicates, then sort by position."""
    return [
        ["samtools", "fixmate", "-m", "-u", "-", "-"],
        ["samtools", "sort", "-m", "500M", "-T", f"{folder}/sort", "-o", output, "-"],
    ]


def merge(lanes: Sequence[str]) -> Command:
    """Join sorted lanes."""
    return ["samtools", "merge", "-u", "-o", "-", *lanes]


def mark_duplicates(source: str, output: str, statistics: str, folder: str) -> Command:
    """Mark PCR duplicates; marks from elsewhere are forgotten."""
    return [
        *("samtools", "markdup", "-c", "-f", statistics, "-T", f"{folder}/markdup"),
        *(source, output),
    ]


def depth(
    alignments: str, regions: str, prefix: str, min_depth: int, min_mapping_quality: int
) -> Command:
    """Count the depth of regions (mosdepth): no duplicates, mates counted once."""
    return [
        *("mosdepth", "--no-per-base", "--by", regions, "--mapq"),
        *(str(min_mapping_quality), "--thresholds"),
        ",".join(map(str, sorted({1, min_depth}))),
        *("--quantize", f"0:{min_depth}:", prefix, alignments),
    ]


def count(alignments: str, regions: str = "") -> Command:
    """Count primary reads; with a BED the aligned ones that touch it."""
    chosen = ["-F", "0x904", "-L", regions] if regions else ["-F", "0x900"]
    return ["samtools", "view", "-c", *chosen, alignments]


def call(
    alignments: str, fasta: str, regions: str, output: str, settings: Mapping[str, Any]
) -> Command:
    """
    Call small variants of a tumour without normal (freebayes).

    Every allele with enough reads is reported, whatever a genotype model thinks of it:
    a clone may be of any size.
    """
    return [
        *("freebayes", "-f", fasta, "-t", regions, "-v", output, "--pooled-continuous"),
        *("--min-alternate-fraction", str(settings["min_alt_fraction"])),
        *("--min-alternate-count", str(settings["min_alt_reads"])),
        *("--min-mapping-quality", str(settings["min_mapping_quality"])),
        *("--min-base-quality", str(settings["min_base_quality"])),
        *("--haplotype-length", "0", alignments),
    ]


def normalise(source: str, fasta: str, output: str) -> Command:
    """Left-align, one allele a line (bcftools norm)."""
    return [
        *("bcftools", "norm", "-f", fasta, "-m", "-any", "-c", "e"),
        *("-O", "z", "-o", output, source),
    ]
