"""RNA that comes as FASTQ: which samples, what they need, and how Arriba is run."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ballad.problems import Problem
from ballad.reads.samples import FUSIONS, RNA, ReadSet, lanes_by_sample

# Arriba's documentation, "Quickstart" and "Workflow" (version 2): chimeric alignments
# stay within the BAM, which Arriba reads as STAR writes it.
STAR_OPTIONS = (
    *("--outStd", "BAM_Unsorted", "--outSAMtype", "BAM", "Unsorted"),
    *("--outSAMunmapped", "Within", "--outBAMcompression", "0"),
    *("--outFilterMultimapNmax", "50", "--peOverlapNbasesMin", "10"),
    *("--alignSplicedMateMapLminOverLmate", "0.5"),
    *("--alignSJstitchMismatchNmax", "5", "-1", "5", "5"),
    *("--chimSegmentMin", "10", "--chimOutType", "WithinBAM", "HardClip"),
    *("--chimJunctionOverhangMin", "10", "--chimScoreDropMax", "30"),
    *("--chimScoreJunctionNonGTAG", "0", "--chimScoreSeparation", "1"),
    *("--chimSegmentReadGapMax", "3", "--chimMultimapNmax", "50"),
)


def rna_sets(
    rows: Iterable[Mapping[str, str]], assays: Mapping[str, Mapping[str, Any]]
) -> tuple[list[ReadSet], list[ReadSet]]:
    """
    Gather RNA that comes as FASTQ.

    Returns
    -------
    tuple of two lists of ReadSet
        Without a table of fusions, which has to be made; and with one, which is used
        instead of the reads.
    """
    rows = list(rows)
    sets = lanes_by_sample(rows, assays, RNA)
    told = {
        (row["patient"], row["sample"], row["assay"])
        for row in rows
        if any(row[name] for name in FUSIONS)
    }
    to_do = [s for s in sets if s.lanes and (s.patient, s.sample, s.assay) not in told]
    done = [s for s in sets if s.lanes and s not in to_do]
    return to_do, done


def with_fusions(
    rows: Iterable[Mapping[str, str]], sets: Iterable[ReadSet], folder: str
) -> list[dict[str, str]]:
    """Give the first row of each sample's RNA the table that Arriba will write."""
    waiting = {(s.patient, s.sample, s.assay): s.key for s in sets}
    filled = []
    for row in rows:
        owner = (row["patient"], row["sample"], row["assay"])
        key = waiting.pop(owner, None) if row["fastq_1"] else None
        made = {"arriba": f"{folder}/{key}.arriba.tsv"} if key else {}
        filled.append({**row, **made})
    return filled


def rna_problems(
    sets: Iterable[ReadSet],
    settings: Mapping[str, Mapping[str, str]],
    reference: Collection[str],
) -> list[Problem]:
    """Name the builds of whose RNA neither index nor annotation is configured."""
    problems = []
    for build in sorted({reads.genome_build for reads in sets}):
        cure = "give star_index, gtf and blacklist, or the table of a caller as arriba"
        if build not in settings:
            rule = "FASTQ of RNA, but nothing to align it to"
            column = f"reads.rna.{build}"
            problems.append(Problem("config", column=column, rule=rule, cure=cure))
        if build not in reference:
            rule = "FASTQ of RNA, but no genome"
            column = f"reference.{build}"
            cure = "name fasta and gff"
            problems.append(Problem("config", column=column, rule=rule, cure=cure))
    return problems


def rna_warnings(sheet: str, sets: Iterable[ReadSet]) -> list[Problem]:
    """Say of whose RNA the reads are not used, because a table is given."""
    return [
        Problem(
            sheet,
            f"patient {reads.patient}, sample {reads.sample}",
            "fastq_1",
            reads.lanes[0][0],
            "reads of RNA are not used: the sheet gives a table of fusions",
            "leave the table out to have Arriba run on the reads",
        )
        for reads in sets
    ]


def star(
    lanes: Sequence[Sequence[str]], index: str, prefix: str, threads: int
) -> list[str]:
    """Align RNA (STAR) as Arriba's documentation asks for."""
    first = ",".join(lane[0] for lane in lanes)
    second = ",".join(lane[1] for lane in lanes if lane[1])
    packed = any(path.endswith(".gz") for lane in lanes for path in lane)
    return [
        *("STAR", "--runThreadN", str(threads), "--genomeDir", index),
        *("--readFilesIn", first, *([second] if second else [])),
        # With -f it also passes on a lane that is not packed.
        *(["--readFilesCommand", "zcat", "-f"] if packed else []),
        *("--outFileNamePrefix", prefix, *STAR_OPTIONS),
    ]


def arriba(
    fasta: str, gtf: str, blacklist: str, output: str, discarded: str
) -> list[str]:
    """Call fusions of what STAR writes (Arriba)."""
    return [
        *("arriba", "-x", "/dev/stdin", "-o", output, "-O", discarded),
        *("-a", fasta, "-g", gtf, "-b", blacklist),
    ]
