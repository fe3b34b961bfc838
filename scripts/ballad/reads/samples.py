"""Which samples come as reads or alignments, and what they need."""

import hashlib
import os
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ballad.problems import Problem

DNA = ("dna_panel", "wes", "wgs")
RNA = ("rna_fusion",)
FUSIONS = ("arriba", "star_fusion", "fusioncatcher", "fusions")
BWA_INDEX = (".amb", ".ann", ".bwt", ".pac", ".sa")


@dataclass(frozen=True)
class ReadSet:
    """The reads of one sample by one assay."""

    key: str  # names its files
    patient: str
    sample: str
    assay: str
    genome_build: str
    lanes: tuple[tuple[str, str], ...]  # FASTQ of first and second mates, "" if single
    alignments: tuple[str, ...]  # BAM or CRAM


def read_sets(
    rows: Iterable[Mapping[str, str]], assays: Mapping[str, Mapping[str, Any]]
) -> list[ReadSet]:
    """
    Gather what comes as reads: DNA rows with FASTQ or BAM whose sample has no VCF.

    Parameters
    ----------
    rows
        Of the sample sheet; repeated rows of a sample and assay are its lanes.
    assays
        By name, with ``type``.
    """
    rows = list(rows)
    called = {(r["patient"], r["sample"], r["assay"]) for r in rows if r["vcf"]}
    return [
        reads
        for reads in lanes_by_sample(rows, assays, DNA)
        if (reads.patient, reads.sample, reads.assay) not in called
    ]


def lanes_by_sample(
    rows: Iterable[Mapping[str, str]],
    assays: Mapping[str, Mapping[str, Any]],
    types: Collection[str],
) -> list[ReadSet]:
    """Gather the FASTQ and BAM of assays of some types, sample by sample."""
    groups: dict[tuple[str, str, str], list[Mapping[str, str]]] = {}
    for row in rows:
        if assays.get(row["assay"], {}).get("type") in types:
            key = (row["patient"], row["sample"], row["assay"])
            groups.setdefault(key, []).append(row)
    sets = []
    for (patient, sample, assay), group in groups.items():
        lanes = [(r["fastq_1"], r["fastq_2"]) for r in group if r["fastq_1"]]
        bams = [r["bam"] for r in group if r["bam"]]
        if lanes or bams:
            place = (patient, sample, assay, group[0]["genome_build"])
            sets.append(ReadSet(_key(sample, assay), *place, tuple(lanes), tuple(bams)))
    return sets


def _key(sample: str, assay: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", f"{sample}.{assay}")
    digest = hashlib.sha256(f"{sample}\t{assay}".encode()).hexdigest()[:8]
    return f"{plain}-{digest}"


def with_calls(
    rows: Iterable[Mapping[str, str]], sets: Iterable[ReadSet], folder: str
) -> list[dict[str, str]]:
    """
    Give the first row of each sample's reads the VCF and coverage made from them.

    Parameters
    ----------
    folder
        Of the workflow's own files; a coverage that the sheet names stays.
    """
    waiting = {(s.patient, s.sample, s.assay): s.key for s in sets}
    filled = []
    for row in rows:
        key = waiting.get((row["patient"], row["sample"], row["assay"]))
        if key and (row["fastq_1"] or row["bam"]):
            del waiting[row["patient"], row["sample"], row["assay"]]
            made = {
                "vcf": f"{folder}/{key}.vcf.gz",
                "vcf_sample": "",
                "coverage": row["coverage"] or f"{folder}/{key}.thresholds.bed.gz",
            }
            filled.append({**row, **made})
        else:
            filled.append(dict(row))
    return filled


def reads_warnings(
    sheet: str,
    rows: Iterable[Mapping[str, str]],
    assays: Mapping[str, Mapping[str, Any]],
) -> list[Problem]:
    """Say of which DNA the reads are not used, because a VCF is given."""
    rows = list(rows)
    used = {(s.patient, s.sample, s.assay) for s in read_sets(rows, assays)}
    return [
        Problem(
            sheet,
            f"patient {reads.patient}, sample {reads.sample}",
            "fastq_1" if reads.lanes else "bam",
            reads.lanes[0][0] if reads.lanes else reads.alignments[0],
            "reads are not used: the sheet gives a VCF of this sample",
            "leave the VCF out to have variants called from the reads",
        )
        for reads in lanes_by_sample(rows, assays, DNA)
        if (reads.patient, reads.sample, reads.assay) not in used
    ]


def tasks_of(sets: Iterable[ReadSet], rna: Collection[ReadSet] = ()) -> frozenset[str]:
    """Name what programs must be able to do: fastq, alignments, rna."""
    sets = list(sets)
    tasks = {"alignments"} if sets else set()
    tasks |= {"fastq"} if any(s.lanes for s in sets) else set()
    return frozenset(tasks | ({"rna"} if rna else set()))


def reads_problems(
    sheet: str,
    rows: Sequence[Mapping[str, str]],
    sets: Iterable[ReadSet],
    reference: Mapping[str, Mapping[str, str]],
    align_to: str,
) -> list[Problem]:
    """
    Name what reads lack before anything runs: mates, reference, index.

    Parameters
    ----------
    sheet
        Path of the sample sheet, for the message.
    reference
        By build: ``fasta``, ``gff``.
    align_to
        genome or panel.
    """
    problems = [
        Problem(
            sheet,
            f"patient {row['patient']}, sample {row['sample']}",
            "fastq_2",
            row["fastq_2"],
            "second mates without first mates",
            "name the first in fastq_1",
        )
        for row in rows
        if row["fastq_2"] and not row["fastq_1"]
    ]
    sets = list(sets)
    problems += _files_given_twice(sheet, sets)
    builds: dict[str, bool] = {}
    for reads in sets:
        place = f"patient {reads.patient}, sample {reads.sample}"
        if reads.lanes and reads.alignments:
            rule = f"has FASTQ and BAM by {reads.assay}: the same reads twice?"
            cure = "keep one of them"
            problems.append(Problem(sheet, place, "bam", "", rule, cure))
        build = reads.genome_build
        builds[build] = builds.get(build, False) or bool(reads.lanes)
    for build, aligned_here in builds.items():
        paths = reference.get(build)
        if not paths:
            rule = f"reads of {build}, but no genome to align to or to compare with"
            cure = "name fasta and gff"
            problems.append(
                Problem("config", column=f"reference.{build}", rule=rule, cure=cure)
            )
            continue
        problems += _index_problems(
            paths["fasta"], build, aligned_here and align_to == "genome"
        )
    return problems


def _files_given_twice(sheet: str, sets: Iterable[ReadSet]) -> list[Problem]:
    """Name files that are both mates or two lanes of a sample."""
    problems = []
    for reads in sets:
        given = [
            (column, path)
            for lane in reads.lanes
            for column, path in zip(("fastq_1", "fastq_2"), lane, strict=True)
            if path
        ]
        seen: set[str] = set()
        for column, path in [*given, *(("bam", path) for path in reads.alignments)]:
            file = os.path.realpath(path)
            if file in seen:
                place = f"patient {reads.patient}, sample {reads.sample}"
                rule = "named twice for one sample: its reads would count twice"
                cure = "name first and second mates, and each lane, once"
                problems.append(Problem(sheet, place, column, path, rule, cure))
            seen.add(file)
    return problems


def _index_problems(fasta: str, build: str, aligned: bool) -> list[Problem]:
    if not Path(fasta).is_file():
        return []  # said by the check of the reference
    column = f"reference.{build}.fasta"
    lacking = [
        (".fai", f"samtools faidx {fasta}")
        for _ in (1,)
        if not Path(f"{fasta}.fai").is_file()
    ]
    if aligned and not all(Path(f"{fasta}{end}").is_file() for end in BWA_INDEX):
        cure = (
            f"bwa index {fasta} (once; an hour and 6 GB of memory for a whole genome), "
            "or reads.align_to: panel (config/README.md says what that costs)"
        )
        lacking.append((", ".join(BWA_INDEX), cure))
    return [
        Problem(
            "config", column=column, value=fasta, rule=f"no {end} beside it", cure=cure
        )
        for end, cure in lacking
    ]
