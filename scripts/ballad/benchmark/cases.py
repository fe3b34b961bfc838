"""The five cases: which files are read, by which commands."""

import csv
import os
import shlex
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ballad.benchmark.peers import job_script
from ballad.benchmark.timing import Contender
from ballad.variants.panel import Panel

_SHEET = "patient sample timepoint assay genome_build vcf vcf_sample".split()
_SPAN = 50_000  # bases; regions nearer than this are one jump for the peer
SCRIPTS = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Place:
    """Folders and settings that all cases share."""

    data: Path
    work: Path
    padding: int
    workers: int

    @property
    def exons(self) -> Path:
        """BED of the regions that the reader keeps."""
        return self.work / "exons.bed"

    @property
    def spans(self) -> Path:
        """BED of the stretches around them, for fewer jumps."""
        return self.work / "spans.bed"

    @property
    def job(self) -> Path:
        """The peer's script."""
        return self.work / "job.sh"


def prepare(place: Place, panel: Panel) -> None:
    """Write what the peers need: the same regions, and the job."""
    place.work.mkdir(parents=True, exist_ok=True)
    exons, spans = [], []
    for chrom in panel.regions:
        joined: list[list[int]] = []
        for start, end in panel.merged(chrom):
            exons.append(f"chr{chrom}\t{start}\t{end}\n")
            if joined and start - joined[-1][1] < _SPAN:
                joined[-1][1] = end
            else:
                joined.append([start, end])
        spans += [f"chr{chrom}\t{start}\t{end}\n" for start, end in joined]
    place.exons.write_text("".join(exons))
    place.spans.write_text("".join(spans))
    place.job.write_text(job_script(panel.transcripts))


def by_index(place: Place) -> dict[str, str]:
    """
    Name the ways in which bcftools may jump: all are timed.

    The first takes the regions that the reader takes, and decides. The second jumps
    once per gene and is bcftools' faster way.
    """
    return {
        "-R exons": f"-R {place.exons}",
        "-R genes -T exons": f"-R {place.spans} -T {place.exons} --targets-overlap 1",
    }


def by_scan(place: Place) -> dict[str, str]:
    """Name the way in which bcftools reads a file without index."""
    return {"-T exons": f"-T {place.exons} --targets-overlap 1"}


def reader(place: Place, name: str, samples: Sequence[tuple[str, Path]]) -> Contender:
    """Read (sample, VCF) with ballad: one batch, as the rule does."""
    sheet, records = place.work / f"{name}.tsv", place.work / f"{name}.records.tsv"
    with sheet.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out, delimiter="\t")
        table.writerow(_SHEET)
        for sample, vcf in samples:
            column = sample.partition("/")[0]
            table.writerow([sample, column, "diagnosis", "WES", "GRCh38", vcf, column])
    script = SCRIPTS / "ballad/benchmark/reading.py"
    arguments = map(str, (sheet, records, place.padding, place.workers))
    command = [sys.executable, str(script), *arguments]
    # As everywhere the modules are compiled once, by the warm-up, whatever the shell says.
    environment = {
        "PYTHONPATH": str(SCRIPTS),
        "PYTHONDONTWRITEBYTECODE": "",
        "PYTHONPYCACHEPREFIX": str(place.work / "compiled"),
    }
    return Contender(command, lambda: _count(records) - 1, environment)


def bcftools(
    place: Place, name: str, selection: str, vcfs: Iterable[Path]
) -> Contender:
    """Do the job with bcftools: as many files at once as ballad has workers."""
    folder = place.work / f"{name}.bcftools"
    folder.mkdir(exist_ok=True)
    listed = folder / "files.txt"
    outputs = [folder / f"{vcf.name}.tsv" for vcf in vcfs]
    listed.write_text(
        "".join(f"{vcf}\n{out}\n" for vcf, out in zip(vcfs, outputs, strict=True))
    )
    job = f"bash {shlex.quote(str(place.job))} {shlex.quote(selection)}"
    command = f"xargs -a {shlex.quote(str(listed))} -P {place.workers} -n 2 {job}"
    return Contender(["bash", "-c", command], lambda: sum(map(_count, outputs)), {})


def _count(path: Path) -> int:
    with path.open("rb") as lines:
        return sum(1 for _ in lines)


def linked(folder: Path, vcfs: Mapping[str, Path], index: bool) -> list[Path]:
    """Link VCFs under other names, with or without their index."""
    folder.mkdir(parents=True, exist_ok=True)
    links = []
    for name, vcf in vcfs.items():
        link = folder / name
        for ending in ("", ".tbi") if index else ("",):
            if not os.path.lexists(f"{link}{ending}"):
                os.symlink(f"{vcf.resolve()}{ending}", f"{link}{ending}")
        links.append(link)
    return links
