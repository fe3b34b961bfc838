"""
Faulty reads, and unusual ones, through whole runs of the workflow.

SYNTHETIC reads of real sequence. One run, in which every job that can goes on: each
faulty sample must end in one error that names its file, and leave no file of its own;
each unusual sample must be read. Then runs that must stop before they start.
make reads-test runs it.
"""

import argparse
import gzip
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

import pysam

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), f"{ROOT}/scripts"]

from tests.reads import cohorts  # noqa: E402
from tests.reads.truth import Genome, from_reads, simulated  # noqa: E402

BUILD, DEPTH = "GRCh38", 60
Lane = tuple[str, str]


def rewritten(
    lane: Lane, folder: Path, name: str, change: Callable[[int, int, list[str]], str]
) -> Lane:
    """Write a lane again; `change` gets mate, number and lines of each record."""
    paths = [str(folder / f"{name}_R{n}.fastq.gz") for n in (1, 2)]
    for mate, (path, output) in enumerate(zip(lane, paths, strict=True)):
        with gzip.open(path, "rt") as source, gzip.open(output, "wt", 1) as changed:
            number = 0
            while record := list(islice(source, 4)):
                changed.write(change(mate, number, record))
                number += 1
    return paths[0], paths[1]


def phred_64(mate: int, number: int, record: list[str]) -> str:
    """Move the qualities as Illumina wrote them until 2011."""
    quality = "".join(chr(ord(q) + 31) for q in record[3].strip())
    return f"{''.join(record[:3])}{quality}\n"


def mixed_lengths(mate: int, number: int, record: list[str]) -> str:
    """Cut every third read to 70 bases."""
    length = 70 if number % 3 == 0 else 100
    name, bases, plus, quality = (line.rstrip("\n") for line in record)
    return f"{name}\n{bases[:length]}\n{plus}\n{quality[:length]}\n"


def faulty_fastq(lane: Lane, folder: Path) -> list[tuple[str, Lane, str]]:
    """Name, files and the error of each."""
    cut = shutil.copy(lane[1], folder / "cut_R2.fastq.gz")
    os.truncate(cut, os.path.getsize(cut) // 2)
    swapped = rewritten(
        lane,
        folder,
        "order",
        lambda mate, n, r: (
            "".join(r).replace(r[0], f"@other{n}/2\n")
            if mate and n == 700
            else "".join(r)
        ),
    )
    shorter = rewritten(
        lane,
        folder,
        "shorter",
        lambda mate, n, r: "" if mate and n > 900 else "".join(r),
    )
    plain = folder / "plain_R1.fastq.gz"
    plain.write_text("This is no FASTQ.\n" * 8)
    empty = folder / "empty_R1.fastq.gz"
    empty.write_bytes(gzip.compress(b""))
    return [
        ("cut", (lane[0], cut), r"cut_R2.fastq.gz: .*cut or damaged gzip"),
        ("order", swapped, r"order_R2.fastq.gz: record 701: .*is no mate of"),
        ("shorter", shorter, r"shorter_R1.fastq.gz: record 902: has no mate"),
        ("nofastq", (str(plain), ""), r"plain_R1.fastq.gz: record 1: cut, or no FASTQ"),
        ("empty", (str(empty), ""), r"empty_R1.fastq.gz: holds no read"),
        ("phred64", rewritten(lane, folder, "phred", phred_64), r"are Phred\+64"),
    ]


def with_header(bam: str, output: Path, change: Callable[[str], str]) -> str:
    """Write a BAM under another header."""
    header = subprocess.run(
        ["samtools", "view", "-H", bam], capture_output=True, text=True, check=True
    ).stdout
    text = output.with_suffix(".sam")
    text.write_text(change(header))
    with output.open("wb") as target:
        command = ["samtools", "reheader", str(text), bam]
        subprocess.run(command, stdout=target, check=True)
    text.unlink()
    return str(output)


def faulty_alignments(bam: str, folder: Path) -> list[tuple[str, str, str]]:
    """Name, file and the error of each."""

    def made(name: str) -> Path:
        return folder / f"{name}.bam"

    with pysam.AlignmentFile(bam) as source:
        with pysam.AlignmentFile(made("noreads"), "wb", header=source.header):
            pass
        header = source.header
        with pysam.AlignmentFile(made("unaligned"), "wb", header=header) as target:
            for read in islice(source.fetch(until_eof=True), 100):
                read.is_unmapped, read.reference_id, read.cigarstring = True, -1, None
                read.reference_start, read.is_proper_pair = -1, False
                target.write(read)
    shutil.copy(bam, made("short"))
    os.truncate(made("short"), os.path.getsize(bam) // 2)
    second = "@RG\tID:9\tSM:SOMEBODY_ELSE\n"
    other = with_header(bam, made("two"), lambda h: h + second)
    length = re.compile(r"(SN:chr17\tLN:)\d+")
    wrong = with_header(bam, made("wrong"), lambda h: length.sub(r"\g<1>81195210", h))
    odd = with_header(bam, made("odd"), lambda h: length.sub(r"\g<1>83000000", h))
    names = with_header(bam, made("names"), lambda h: h.replace("SN:chr", "SN:"))
    return [
        ("noreads", str(made("noreads")), r"noreads.bam: holds no aligned read"),
        ("unaligned", str(made("unaligned")), r"unaligned.bam: holds no aligned read"),
        ("short", str(made("short")), r"short.bam: .*copy the file again"),
        ("two", other, r"two.bam: reads of several samples"),
        ("wrong", wrong, r"wrong.bam: .*(GRCh37|contradicted)"),
        ("odd", odd, r"odd.bam: wrong reference: chr17 has 83000000 bases"),
        ("names", names, r"names.bam: no contig of the genome .*samtools reheader"),
    ]


def unusual_rows(lane: Lane, bam: str, folder: Path) -> list[dict[str, str]]:
    """Write what laboratories send and what must be read."""
    crlf = rewritten(
        lane, folder, "crlf", lambda m, n, r: "".join(r).replace("\n", "\r\n")
    )
    mixed = rewritten(lane, folder, "mixed", mixed_lengths)
    joined = (str(folder / "joined_R1.fastq.gz"), str(folder / "joined_R2.fastq.gz"))
    halves = [
        rewritten(
            lane,
            folder,
            f"half{k}",
            lambda m, n, r, k=k: "".join(r) if n % 2 == k else "",  # type: ignore[misc]
        )
        for k in (0, 1)
    ]
    for mate, path in enumerate(joined):
        data = b"".join(Path(half[mate]).read_bytes() for half in halves)
        Path(path).write_bytes(data)
    plain = [str(folder / f"unpacked_R{n}.fastq") for n in (1, 2)]
    for path, output in zip(lane, plain, strict=True):
        Path(output).write_bytes(gzip.decompress(Path(path).read_bytes()))
    by_name, ungrouped = str(folder / "by_name.bam"), str(folder / "ungrouped.bam")
    subprocess.run(["samtools", "sort", "-n", "-o", by_name, bam], check=True)
    bare = with_header(
        bam,
        folder / "bare.bam",
        lambda h: "".join(x for x in h.splitlines(True) if not x.startswith("@RG")),
    )
    subprocess.run(
        ["samtools", "view", "-b", "-x", "RG", "-o", ungrouped, bare], check=True
    )
    normal = [str(folder / f"normal_R{n}.fastq.gz") for n in (1, 2)]
    for path, copy in zip(lane, normal, strict=True):
        shutil.copy(path, copy)
    return [
        cohorts.row("ok", fastq_1=lane[0], fastq_2=lane[1]),
        cohorts.row("crlf", fastq_1=crlf[0], fastq_2=crlf[1]),
        cohorts.row("mixed", fastq_1=mixed[0], fastq_2=mixed[1]),
        cohorts.row("joined", fastq_1=joined[0], fastq_2=joined[1]),
        cohorts.row("unpacked", fastq_1=plain[0], fastq_2=plain[1]),
        cohorts.row("by_name", bam=by_name),
        cohorts.row("ungrouped", bam=ungrouped),
        cohorts.row("pair", bam=shutil.copy(bam, folder / "pair.bam")),
        cohorts.row(
            "pair",
            **{"sample": "pair-N", "timepoint": "normal"},
            **{"fastq_1": normal[0], "fastq_2": normal[1]},
        ),
    ]


def one_error(folder: Path, name: str, wanted: str) -> str:
    """Say what is wrong with the end of a faulty sample; empty if nothing."""
    work = folder / "results/faulty"
    logs = list(work.glob(f"logs/*/{name}_PANEL-*.log"))
    words = "\n".join(log.read_text() for log in logs)
    errors = [x for x in words.splitlines() if re.match(r"[\w.]*Error: ", x)]
    left = [p.name for p in work.glob(f"work/reads/{name}_PANEL-*")]
    if len(errors) != 1 or not re.search(wanted, errors[0]):
        return f"{name}: not the one error {wanted!r}: {errors or words[-500:]}"
    print(f"{name}: {errors[0].split(': ', 1)[1][-180:]}")
    return f"{name}: left {left}" if left else ""


def run_of_faults(
    folder: Path, genome: Genome, lane: Lane, reference: dict[str, dict[str, str]]
) -> Iterable[str]:
    """Run every faulty and every unusual sample in one cohort; yield what is wrong."""
    bam = from_reads(genome, "made", [lane], [])["bam"]
    fastq, alignments = faulty_fastq(lane, folder), faulty_alignments(bam, folder)
    unusual = unusual_rows(lane, bam, folder)
    # Each patient has files of its own.
    own = [
        [
            shutil.copy(path, folder / f"{name}_own_R{n}.fastq.gz")
            if path == lane[n - 1]
            else path
            for n, path in enumerate(paths, 1)
        ]
        for name, paths, _ in fastq
    ]
    rows = [
        *unusual,
        *(
            cohorts.row(name, fastq_1=first, fastq_2=second)
            for (name, _, _), (first, second) in zip(fastq, own, strict=True)
        ),
        *(cohorts.row(name, bam=path) for name, path, _ in alignments),
    ]
    config = cohorts.write_cohort(folder, "faulty", rows, ("TP53",), reference)
    results = ("lesions.tsv", "quality.tsv")
    wanted = [f"results/faulty/{name}" for name in results]
    ended, said = cohorts.run(folder, config, "--keep-going", "--", *wanted)
    if not ended or "Building DAG" not in said:
        yield f"the run did not start: {said[-1500:]}"
    if not ended:
        yield "a run with faulty reads ended as if all were well"
    for name, _, words in [*fastq, *alignments]:
        if text := one_error(folder, name, words):
            yield text
    for name in results:
        if (folder / "results/faulty" / name).exists():
            yield f"{name} was written without the faulty samples"
    made = folder / "results/faulty/work/reads"
    for row in unusual:
        if not list(made.glob(f"{row['sample']}_PANEL-*.vcf.gz")):
            yield f"{row['sample']}: was not read: {said[-1500:]}"
    print(f"{len(fastq) + len(alignments)} faulty samples, {len(unusual)} unusual ones")


def programs_without(folder: Path, *lacking: str) -> str:
    """Make a PATH that lacks some programs."""
    place = folder / f"without_{'_'.join(lacking)}"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for source in ("/usr/bin", "/bin", "/usr/local/bin"):
        for program in Path(source).iterdir():
            link = place / program.name
            if program.name not in lacking and not link.is_symlink():
                link.symlink_to(program)
    return str(place)


def stopped(
    name: str, ended: tuple[int, str], folder: Path, cohort: str, *words: str
) -> Iterable[str]:
    """Yield what is wrong with a run that had to stop before it started."""
    code, said = ended
    missing = [text for text in words if text not in said]
    if not code or missing:
        yield f"{name}: ended with {code}, lacks {missing}: {said[-1500:]}"
    elif (folder / "results" / cohort).exists():
        yield f"{name}: wrote results/{cohort}"
    else:
        line = next(x for x in said.splitlines() if words[0] in x)
        print(f"{name}: {line.strip()[-220:]}")


def runs_that_stop(
    folder: Path, lane: Lane, reference: dict[str, dict[str, str]]
) -> Iterable[str]:
    """Run what must stop before its first job; yield what is wrong."""

    def config(name: str, rows: list[dict[str, str]], genome: dict = reference) -> str:
        return cohorts.write_cohort(folder, name, rows, ("TP53",), genome)

    pair = [cohorts.row("P", fastq_1=lane[0], fastq_2=lane[1])]
    path = programs_without(folder, "fastp", "bwa")
    ended = cohorts.run(folder, config("lacking", pair), "-n", path=path)
    words = ("apt-get install bwa", "apt-get install fastp", "not on the PATH")
    yield from stopped("without fastp and bwa", ended, folder, "lacking", *words)
    rna = [cohorts.row("P", assay="RNA", fastq_1=lane[0], fastq_2=lane[1])]
    written = config("rna", rna)
    gtf = {"star_index": str(folder), "gtf": lane[0], "blacklist": lane[0]}
    text = Path(written).read_text()
    text = text.replace(
        "assays:\n",
        "assays:\n  RNA: {type: rna_fusion, detects: [fusion], genes: [ABL1]}\n",
    )
    text = text.replace(
        "align_to: panel", f"align_to: panel\n  rna: {{{BUILD}: {gtf!r}}}"
    )
    Path(written).write_text(text)
    path = programs_without(folder, "STAR", "arriba")
    ended = cohorts.run(folder, written, "-n", path=path)
    words = ("apt-get install rna-star", "bioconda arriba")
    yield from stopped("RNA without STAR and Arriba", ended, folder, "rna", *words)
    twice = [cohorts.row("P", fastq_1=lane[0], fastq_2=lane[0])]
    ended = cohorts.run(folder, config("twice", twice), "-n")
    yield from stopped("one file as both mates", ended, folder, "twice", "named twice")
    (folder / "zero.bam").write_bytes(b"")
    zero = [cohorts.row("P", bam=str(folder / "zero.bam"))]
    ended = cohorts.run(folder, config("zero", zero), "-n")
    yield from stopped("BAM of no byte", ended, folder, "zero", "file is empty")
    bare = shutil.copy(reference[BUILD]["fasta"], str(folder / "bare.fa"))
    genome = {BUILD: {**reference[BUILD], "fasta": bare}}
    ended = cohorts.run(folder, config("bare", pair, genome), "-n")
    yield from stopped("FASTA without .fai", ended, folder, "bare", "samtools faidx")


def main() -> None:
    """Run it all; ends with 1 and a list if anything is not as it must be."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--output", default="results/reads_test")
    folder = Path(arguments.parse_args().output).resolve() / "faulty"
    shutil.rmtree(folder, ignore_errors=True)
    data = Path(os.environ.get("BALLAD_TEST_DATA", ROOT / "../shared/data")).resolve()
    genome = Genome(BUILD, data, folder, ("TP53",))
    _, _, lane = simulated(genome, "good", DEPTH, "faulty")
    whole = cohorts.whole_genome(str(folder / "whole.fa"), genome.fasta)
    reference = {BUILD: {"fasta": whole, "gff": str(genome.folder / "genes.gff3")}}
    wrong = [
        *run_of_faults(folder, genome, lane, reference),
        *runs_that_stop(folder, lane, reference),
    ]
    sys.exit("\n".join(wrong) if wrong else 0)


if __name__ == "__main__":
    main()
