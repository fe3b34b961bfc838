"""
VCFs -> one row per allele and panel gene: the hot path.

Loads neither pandas nor numpy. Whether a row is kept is decided elsewhere
(`ballad.variants.filters`), so that a changed limit reads no file again.
"""

import gc
import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache

from ballad.variants import breakends
from ballad.variants.annotation import Dialect, dialects
from ballad.variants.blocks import DAMAGE
from ballad.variants.files import VcfError, VcfFile, inspect, is_maf
from ballad.variants.header import (
    NOT_DETERMINABLE,
    Header,
    build_check,
    read_header,
    refuse_foreign_names,
    sample_column,
)
from ballad.variants.panel import Panel
from ballad.variants.records import Record, Tally, by_region, from_bcf, scanned
from ballad.variants.rows import COLUMNS, Alleles, Layout, Target

COUNT_COLUMNS = ("patient", "sample", "assay", "reason", "n")
CHECK_COLUMNS = ("path", "check", "status", "message")
_CHROM, _POS, _REF, _ALT, _GENE, _CONSEQUENCE = (
    COLUMNS.index(name)
    for name in ("chrom", "pos", "ref", "alt", "gene", "consequence")
)
COUNTED = ("records", "outside_panel", "in_panel", "not_a_variant", "rows")


class VcfContent:
    """
    What one VCF says about the panel in one of its samples.

    Sent to another process it keeps the text of its rows, which is taken apart again
    only if somebody asks for them.

    Parameters
    ----------
    rows
        In COLUMNS order.
    counts
        Of each of COUNTED.
    checks
        In CHECK_COLUMNS order.
    """

    def __init__(
        self,
        rows: list[tuple[str, ...]] | None = None,
        counts: dict[str, int] | None = None,
        checks: list[tuple[str, ...]] | None = None,
    ) -> None:
        self._text = ""
        self.rows = [] if rows is None else rows
        self.counts = dict.fromkeys(COUNTED, 0) if counts is None else counts
        self.checks = [] if checks is None else checks

    @cached_property
    def rows(self) -> list[tuple[str, ...]]:
        """The rows, in COLUMNS order."""
        return [tuple(line.split("\t")) for line in self._text.split("\n")[:-1]]

    def text(self) -> str:
        """Write the rows as lines of a table."""
        if "rows" not in self.__dict__:
            return self._text
        return "\n".join([*map("\t".join, self.rows), ""])

    def __getstate__(self) -> tuple:
        """Give away text: it is quicker sent than its cells."""
        return self.text(), self.counts, self.checks

    def __setstate__(self, state: tuple) -> None:
        """Take over what `__getstate__` gave."""
        self._text, self.counts, self.checks = state


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
        yield from (contents_or_errors(job, panels, contigs) for job in jobs)
        return
    # A single file needs no processes; the first one loads this for the others.
    import multiprocessing

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    # The server starts without this process's path: it would take a folder `ballad` of
    # the working directory, a clone, for the package.
    scripts = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
    above = [os.path.abspath(scripts), os.environ.get("PYTHONPATH", "")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, above))
    count = min(workers, len(jobs))
    with context.Pool(count, _remember, (panels, contigs)) as pool:
        chunk = max(1, min(4, len(jobs) // (8 * workers)))
        yield from pool.imap(_by_worker, jobs, chunksize=chunk)


def _remember(panels: Mapping[str, Panel], contigs: Contigs) -> None:
    # Sent once to each worker, not with each file.
    global _KNOWN
    _KNOWN = (panels, contigs)
    gc.freeze()  # which no collection need look through again


_KNOWN: tuple[Mapping[str, Panel], Contigs]


def _by_worker(samples: Samples) -> _Read:
    return contents_or_errors(samples, *_KNOWN)


def contents_or_errors(
    samples: Samples, panels: Mapping[str, Panel], contigs: Contigs
) -> _Read:
    """Read the samples of one file; an error belongs to each of them."""
    panel = panels[samples[0]["genome_build"]]
    try:
        if is_maf(samples[0]["vcf"]):
            # Built on this module; only a MAF pays for it.
            from ballad.variants.maf import read_maf

            return [read_maf(sample, panel) for sample in samples]
        return list(read_samples(samples, panel, contigs))
    except VcfError as error:
        if len(samples) == 1:
            return [error]
    # One sample that is not in the file hides no other.
    return [
        content
        for sample in samples
        for content in contents_or_errors([sample], panels, contigs)
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


def read_samples(samples: Samples, panel: Panel, contigs: Contigs) -> list[VcfContent]:
    """
    Read several samples of one file, which is opened once.

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
    targets = [Target(sample, sample_column(sample, header)) for sample in samples]
    build = build_check(samples[0], header, contigs)  # all are of one build
    method, reason = "region", file.reason or _index_hides(header.meta)
    contents = None if reason else _by_index(targets, panel, layout, file)
    if contents is None:
        method = "bcf" if file.compression == "bcf" else "scan"
        reason = reason or (
            "the index does not fit the VCF, a record is at fault or a breakend"
        )
        tally = Tally()
        read = from_bcf if method == "bcf" else scanned
        records = read(file, panel, header.columns, tally)
        contents = _contents_of(targets, panel, layout, records, tally)
    if (
        contents
        and not contents[0].counts["in_panel"]
        and contents[0].counts["records"]
    ):
        refuse_foreign_names(file, header)
    reader = (file.path, "reader", method, reason)
    for target, content in zip(targets, contents, strict=True):
        _complete(target.sample, panel, header, build, content)
        content.checks.append(reader)
    return contents


# The files of one laboratory share their header.
@lru_cache(maxsize=4)
def _dialects(meta: tuple[str, ...]) -> tuple[Dialect, ...]:
    return tuple(dialects(meta))


@lru_cache(maxsize=4)
def _index_hides(meta: tuple[str, ...]) -> str:
    """Say why an index may not know how far the records reach; empty if it does."""
    declared = {
        line[len("##INFO=<ID=") :].partition(",")[0]
        for line in meta
        if line.startswith("##INFO=<ID=")
    }
    symbolic = any(line.startswith("##ALT=<ID=D") for line in meta)
    # That END is declared says not that every record has it.
    if symbolic and "SVLEN" in declared:
        return (
            "deletions or duplications may lack END: SVLEN is a length no index knows"
        )
    if breakends.declared(meta):
        return "structural variants: no index knows where the mate of a breakend lies"
    return ""


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
            of_all += len(alleles)
            looked_at = alleles.not_plain(columns)
            for number in looked_at:
                without[number] -= len(alleles)
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
    names = _name_check(sample, header)
    content.checks = [build, *names, *annotation_check(sample["vcf"], content)]
    counts = content.counts
    counts["rows"] = len(content.rows)
    counts["outside_panel"] = counts["records"] - counts["in_panel"]


def followed(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """
    Follow bcftools' ``@position`` to the record that tells the joint change.

    The change is told there once; a row that points to it changes the coding sequence
    and says no more. One that points to nothing in this file is not annotated.
    """
    if not any(terms.startswith("@") for terms in {row[_CONSEQUENCE] for row in rows}):
        return rows
    told = {
        (row[_CHROM], row[_POS], row[_GENE])
        for row in rows
        if row[_CONSEQUENCE] and not row[_CONSEQUENCE].startswith("@")
    }
    resolved = []
    for row in rows:
        if row[_CONSEQUENCE].startswith("@"):
            target = (row[_CHROM], row[_CONSEQUENCE][1:], row[_GENE])
            term = "coding_sequence_variant" if target in told else ""
            row = (*row[:_CONSEQUENCE], term, *row[_CONSEQUENCE + 1 :])
        resolved.append(row)
    return resolved


def _name_check(sample: Mapping[str, str], header: Header) -> list[tuple[str, ...]]:
    """Tell that the only column of a VCF may be another sample's."""
    if sample.get("vcf_sample") or len(header.samples) != 1:
        return []
    (named,) = header.samples
    if named == sample["sample"]:
        return []
    message = (
        f"the only column is called {named}, the sample {sample['sample']}; if they are "
        f"the same, write {named} in vcf_sample"
    )
    return [(sample["vcf"], "sample_name", "differs", message)]


def annotation_check(path: str, content: VcfContent) -> list[tuple[str, ...]]:
    """Tell how many rows of a file have no consequence."""
    bare = [row[_CONSEQUENCE] for row in content.rows].count("")
    if not bare:
        return []
    message = (
        f"{bare} of {len(content.rows)} rows have no consequence: called only where "
        "their bases are listed, their genes are otherwise indeterminate"
    )
    status = "missing" if bare == len(content.rows) else "incomplete"
    return [(path, "annotation", status, message)]


def sentinel_check(
    sample: Mapping[str, str], content: VcfContent, panel: Panel
) -> tuple[str, str, str, str] | None:
    """
    Compare REF with the bases that a hotspot's residue allows in the declared build.

    Returns
    -------
    tuple in CHECK_COLUMNS order, or None
        ``confirmed`` if so many bases agree that fewer than 1 in 20 files of another
        sequence would do so by chance; None if there are too few.

    Raises
    ------
    VcfError
        If a REF base is none of the allowed ones.
    """
    declared, path = sample["genome_build"], sample["vcf"]
    agreed: dict[tuple[str, int], str] = {}
    for row in content.rows:
        chrom, pos = row[_CHROM], int(row[_POS])
        for offset, base in enumerate(row[_REF].upper()):
            allowed = panel.sentinels.get((chrom, pos + offset), "")
            if not allowed or base not in "ACGT":
                continue
            if base not in allowed:
                raise VcfError(
                    f"{path}: genome build contradicted: REF has {base} at "
                    f"{chrom}:{pos + offset}, {declared} has {' or '.join(allowed)}; "
                    "correct genome_build"
                )
            agreed[chrom, pos + offset] = allowed
    chance = math.prod(len(allowed) / 4 for allowed in agreed.values())
    if chance > _CHANCE:
        return None
    message = f"REF agrees with {declared} at {len(agreed)} hotspot bases"
    return (path, "genome_build", "confirmed", message)


_CHANCE = 0.05


def unproven_builds(checks: Iterable[tuple[str, ...]]) -> list[VcfError]:
    """Name the files whose genome build nothing proves, for a run that demands it."""
    return [
        VcfError(
            f"{path}: genome build not determinable and variants.require_build_proof is "
            f"true: {message}; add contig lengths to the header (bcftools reheader --fai)"
        )
        for path, check, status, message in checks
        if (check, status) == ("genome_build", NOT_DETERMINABLE)
    ]
