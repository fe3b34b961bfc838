"""
VCFs -> one row per allele and panel gene: the hot path.

Loads neither pandas nor numpy. Whether a row is kept is decided elsewhere
(`ballad.variants.filters`), so that a changed limit reads no file again.
"""

import gc
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import repeat
from typing import TYPE_CHECKING, Any

from ballad.variants.annotation import Dialect, dialects
from ballad.variants.blocks import DAMAGE
from ballad.variants.breakends import hidden_by
from ballad.variants.content import (
    VcfContent,
    annotation_check,
    followed,
    joined,
    kind_check,
    name_check,
    sentinel_check,
)
from ballad.variants.files import VcfError, VcfFile, inspect, is_maf
from ballad.variants.header import (
    NOT_DETERMINABLE,
    Header,
    build_check,
    read_header,
    refuse_foreign_names,
    sample_column,
)
from ballad.variants.matched_normal import normal_check, normal_column
from ballad.variants.misplaced import refuse_misplaced
from ballad.variants.panel import Panel
from ballad.variants.records import Record, Tally, from_bcf, scanned
from ballad.variants.regions import by_region
from ballad.variants.rows import Alleles, Layout, Target
from ballad.variants.stretches import Stretch, stretches_of

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

Contigs = Mapping[tuple[str, int], str]
Samples = Sequence[Mapping[str, str]]


def read_vcfs(
    samples: Samples, panels: Mapping[str, Panel], contigs: Contigs, workers: int
) -> Iterator[VcfContent | VcfError]:
    """
    Read the VCFs of many samples, in parallel.

    A file of several samples of the sheet is read once.

    Parameters
    ----------
    samples
        Rows of the sample sheet with a VCF.
    panels
        By genome build.
    contigs
        (chromosome without chr, length): genome build.
    workers
        Processes; 1 reads in this one.

    Yields
    ------
    VcfContent, or the VcfError of a file that cannot be read
        In the order of `samples`, so that one damaged file hides no other.
    """
    files: dict[tuple[str, str], list[int]] = {}
    for number, sample in enumerate(samples):
        files.setdefault((sample["vcf"], sample["genome_build"]), []).append(number)
    jobs = [[samples[number] for number in numbers] for numbers in files.values()]
    read = _contents(jobs, panels, contigs, workers)
    done: dict[int, VcfContent | VcfError] = {}
    waiting = iter(files.values())
    for number in range(len(samples)):
        while number not in done:
            done.update(zip(next(waiting), next(read), strict=True))
        yield done.pop(number)


_Read = list[VcfContent | VcfError]


def _contents(
    jobs: Sequence[Samples],
    panels: Mapping[str, Panel],
    contigs: Contigs,
    workers: int,
) -> Iterator[_Read]:
    if workers == 1 or len(jobs) < 2:
        # What is left of the processes may read stretches of the only file.
        yield from (contents_or_errors(job, panels, contigs, workers) for job in jobs)
        return
    with _processes(min(workers, len(jobs)), (panels, contigs)) as pool:
        chunk = max(1, min(4, len(jobs) // (8 * workers)))
        yield from pool.map(_by_worker, jobs, chunksize=chunk)


@contextmanager
def _processes(count: int, known: tuple[Any, ...]) -> Iterator["ProcessPoolExecutor"]:
    """Start processes that all know the same; raises RuntimeError if one is killed."""
    import multiprocessing

    # A multiprocessing.Pool would wait without end for what a killed process had read.
    from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    # The server starts without this process's path: it would take a folder `ballad` of
    # the working directory, a clone, for the package.
    scripts = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    above = [os.path.abspath(scripts), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, above))
    pool = ProcessPoolExecutor(count, context, _remember, known)
    try:
        yield pool
    except BrokenProcessPool as error:
        raise RuntimeError(
            "a process that reads VCFs was killed, most often for want of memory: raise "
            "mem_mb of the rule in the profile, or run with --cores 1"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _remember(*known: Any) -> None:
    # Sent once to each process, not with each file.
    global _KNOWN
    _KNOWN = known
    gc.freeze()  # which no collection need look through again


_KNOWN: tuple[Any, ...]


def _by_worker(samples: Samples) -> _Read:
    return contents_or_errors(samples, *_KNOWN)


def contents_or_errors(
    samples: Samples, panels: Mapping[str, Panel], contigs: Contigs, workers: int = 1
) -> _Read:
    """Read the samples of one file; an error belongs to each of them."""
    panel = panels[samples[0]["genome_build"]]
    try:
        if is_maf(samples[0]["vcf"]):
            # Built on this module; only a MAF pays for it.
            from ballad.variants.maf import read_maf

            return [read_maf(sample, panel) for sample in samples]
        return list(read_samples(samples, panel, contigs, workers))
    except VcfError as error:
        if len(samples) == 1:
            return [error]
    # One sample that is not in the file hides no other.
    return [
        content
        for sample in samples
        for content in contents_or_errors([sample], panels, contigs, workers)
    ]


def read_vcf(sample: Mapping[str, str], panel: Panel, contigs: Contigs) -> VcfContent:
    """
    Read the panel's records of one VCF or BCF, in any annotator's dialect or in none.

    Raises
    ------
    VcfError
        If the file is damaged, no VCF, of another build, or a record of the panel
        cannot be read; the message names the file and the line.
    """
    (content,) = read_samples([sample], panel, contigs)
    return content


def read_samples(
    samples: Samples, panel: Panel, contigs: Contigs, workers: int = 1
) -> list[VcfContent]:
    """
    Read several samples of one file, which is opened once.

    A large file without index is read in as many stretches as there are `workers`.

    Raises
    ------
    VcfError
        As `read_vcf`.
    """
    file = inspect(samples[0]["vcf"])
    header = read_header(file)
    try:
        layout = Layout(_dialects(header.meta), header.columns)
    except ValueError as error:
        raise VcfError(f"{file.path}: {error}") from error
    columns = [sample_column(sample, header) for sample in samples]
    normals = list(map(normal_column, samples, repeat(header), columns))
    targets = [
        Target(sample, column, normal and normal.column)
        for sample, column, normal in zip(samples, columns, normals, strict=True)
    ]
    build = build_check(samples[0], header, contigs)  # all are of one build
    read = from_bcf if file.compression == "bcf" else scanned
    method, reason = "region", file.reason or _hidden_by(header.meta)
    contents = None if reason else _by_index(targets, panel, layout, file)
    if contents is None:
        method = "bcf" if file.compression == "bcf" else "scan"
        reason = reason or (
            "the index does not fit the VCF, a record is at fault or a breakend"
        )
        contents = _in_stretches(targets, panel, layout, file, workers)
    if contents is None:
        tally = Tally()
        records = read(file, panel, header.columns, tally)
        contents = _contents_of(targets, panel, layout, records, tally)
    if (
        contents
        and not contents[0].counts["in_panel"]
        and contents[0].counts["records"]
    ):
        refuse_foreign_names(file, header)
    reader = (file.path, "reader", method, reason)
    taken = {*columns}
    for target, normal, content in zip(targets, normals, contents, strict=True):
        _complete(target.sample, panel, header, build, content)
        kind = kind_check(file.path, header)
        found = normal_check(target.sample, header, target.column, normal, taken)
        content.checks += [*kind, *found, reader]
    if layout.dialects and contents[0].checks[0][2] == NOT_DETERMINABLE:
        places, tally = panel.of_the_other_build, Tally()
        find = by_region if method == "region" else read
        misplaced = find(file, places, header.columns, tally) or ()
        refuse_misplaced(file.path, misplaced, panel, layout.dialects)
    return contents


# The files of one laboratory share their header.
@lru_cache(maxsize=4)
def _dialects(meta: tuple[str, ...]) -> tuple[Dialect, ...]:
    return tuple(dialects(meta))


_hidden_by = lru_cache(maxsize=4)(hidden_by)


def _by_index(
    targets: Sequence[Target], panel: Panel, layout: Layout, file: VcfFile
) -> list[VcfContent] | None:
    """Read by region; None if the index or a record is at fault, so that a scan tells."""
    tally = Tally()
    try:
        records = by_region(file, panel, layout.columns, tally)
        if records is None:
            return None
        return _contents_of(targets, panel, layout, records, tally)
    except (VcfError, ValueError, *DAMAGE):
        return None


def _in_stretches(
    targets: Sequence[Target],
    panel: Panel,
    layout: Layout,
    file: VcfFile,
    workers: int,
) -> list[VcfContent] | None:
    """Read a large file by several processes; None if one is enough, or at a fault."""
    stretches = stretches_of(file, workers)
    if len(stretches) < 2:
        return None
    known = (targets, panel, layout, file)
    with _processes(len(stretches), known) as pool:
        parts = list(pool.map(_stretch_by_worker, stretches))
    if None in parts:
        return None
    return [joined(of_target) for of_target in zip(*parts, strict=True)]


def _stretch_by_worker(stretch: Stretch) -> list[VcfContent] | None:
    targets, panel, layout, file = _KNOWN
    tally = Tally()
    try:
        records = scanned(file, panel, layout.columns, tally, stretch)
        return _contents_of(targets, panel, layout, records, tally)
    except VcfError:
        return None  # reading all in a row tells the line


def _contents_of(
    targets: Sequence[Target],
    panel: Panel,
    layout: Layout,
    records: Iterator[Record],
    tally: Tally,
) -> list[VcfContent]:
    contents = [VcfContent() for _ in targets]
    columns = [target.column for target in targets]
    rows: list[list[tuple[str, ...]]] = [content.rows for content in contents]
    without = [0] * len(targets)
    of_all = 0  # alleles, which are without a row in who is not looked at
    for record in records:
        try:
            alleles = Alleles(record, panel, layout)
            count = len(alleles)
            of_all += count
            looked_at = alleles.not_plain(columns)
            for number in looked_at:
                without[number] -= count
            for number, row in alleles.rows(targets, looked_at):
                if row is None:
                    without[number] += 1
                else:
                    rows[number].append(row)
        except (ValueError, IndexError) as error:
            path = targets[0].sample["vcf"]
            raise VcfError(f"{path}: {record.place}: {error}") from error
    for content, fewer in zip(contents, without, strict=True):
        content.counts["records"] = tally.records
        content.counts["in_panel"] = tally.in_panel
        content.counts["not_a_variant"] = of_all + fewer
    return contents


def _complete(
    sample: Mapping[str, str],
    panel: Panel,
    header: Header,
    build: tuple[str, str, str, str],
    content: VcfContent,
) -> None:
    """Check what only the rows tell, and add up the counts."""
    if build[2] == NOT_DETERMINABLE:
        build = sentinel_check(sample, content, panel) or build
    content.rows = followed(content.rows)
    names = name_check(sample, header)
    content.checks = [build, *names, *annotation_check(sample["vcf"], content)]
    counts = content.counts
    counts["rows"] = len(content.rows)
    counts["outside_panel"] = counts["records"] - counts["in_panel"]
