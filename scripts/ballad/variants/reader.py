"""
VCFs -> one row per allele and panel gene: the hot path.

Loads neither pandas nor numpy. Whether a row is kept is decided elsewhere
(`ballad.variants.filters`), so that a changed limit reads no file again.
"""

import multiprocessing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pysam

from ballad.variants.annotation import (
    Consequence,
    chosen,
    consequences,
    csq_fields,
    protein_change,
)
from ballad.variants.callers import Support, support
from ballad.variants.files import VcfError, VcfFile, indexed_records, inspect, lines
from ballad.variants.panel import Panel

COLUMNS = (
    *("patient", "sample", "assay", "timepoint", "genome_build", "chrom", "pos"),
    *("ref", "alt", "gene", "transcript", "consequence", "hgvsc", "hgvsp"),
    *("protein_change", "depth", "alt_reads", "vaf", "filter", "population_af"),
    *("alt_forward", "alt_reverse", "source"),
)
COUNT_COLUMNS = ("patient", "sample", "assay", "reason", "n")
CHECK_COLUMNS = ("path", "check", "status", "message")
COUNTED = ("records", "outside_panel", "in_panel", "not_a_variant", "rows")


@dataclass
class VcfContent:
    """What one VCF says about the panel."""

    rows: list[tuple[str, ...]] = field(default_factory=list)  # in COLUMNS order
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    checks: list[tuple[str, ...]] = field(default_factory=list)  # CHECK_COLUMNS


@dataclass(frozen=True)
class Header:
    """What the header of a VCF says."""

    meta: tuple[str, ...]
    samples: tuple[str, ...]
    contig_lengths: Mapping[str, int]  # without chr


def read_vcfs(
    samples: Sequence[Mapping[str, str]],
    panels: Mapping[str, Panel],
    contigs: Mapping[tuple[str, int], str],
    workers: int,
) -> Iterator[VcfContent | VcfError]:
    """
    Read the VCFs of many samples, in parallel.

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
    jobs = [(sample, panels[sample["genome_build"]], contigs) for sample in samples]
    if workers == 1 or len(jobs) < 2:
        yield from map(_content_or_error, jobs)
        return
    context = multiprocessing.get_context("forkserver")
    with context.Pool(min(workers, len(jobs))) as pool:
        chunk = max(1, min(16, len(jobs) // (8 * workers)))
        yield from pool.imap(_content_or_error, jobs, chunksize=chunk)


def _content_or_error(
    job: tuple[Mapping[str, str], Panel, Mapping[tuple[str, int], str]],
) -> VcfContent | VcfError:
    try:
        return read_vcf(*job)
    except VcfError as error:
        return error


def read_vcf(
    sample: Mapping[str, str], panel: Panel, contigs: Mapping[tuple[str, int], str]
) -> VcfContent:
    """Read the panel's records of one VCF, annotated by VEP or not at all."""
    file = inspect(sample["vcf"])
    header = read_header(file)
    content = VcfContent()
    content.checks.append(build_check(sample, header, contigs))
    column = sample_column(sample, header)
    csq = csq_fields(header.meta)
    records = _indexed(file, panel, content) if file.index else None
    method = "region" if records is not None else "scan"
    if records is None:
        records = _scanned(file, panel, content)
    content.checks.append((file.path, "reader", method, file.reason))
    for place, record in records:
        try:
            content.rows += _record_rows(sample, panel, csq, column, record, content)
        except (ValueError, IndexError) as error:
            raise VcfError(f"{file.path}: {place}: {error}") from error
    content.counts["rows"] = len(content.rows)
    counts = content.counts
    counts["outside_panel"] = counts["records"] - counts["in_panel"]
    return content


def read_header(file: VcfFile) -> Header:
    """
    Read the header.

    Raises
    ------
    VcfError
        If the file is no VCF, or its columns are not those of one.
    """
    meta: list[str] = []
    for number, line in enumerate(lines(file), 1):
        text = line.decode("utf-8", errors="replace")
        if number == 1 and not text.startswith("##fileformat=VCF"):
            raise VcfError(
                f"{file.path}: line 1 is {text[:40]!r}; a VCF starts with ##fileformat=VCF"
            )
        if text.startswith("##"):
            meta.append(text)
            continue
        if not text.startswith("#CHROM\t"):
            break
        columns = text.split("\t")
        if columns[:8] != _FIXED:
            raise VcfError(f"{file.path}: line {number} names other columns than a VCF")
        names = tuple(columns[9:])
        if len(set(names)) < len(names):
            raise VcfError(f"{file.path}: line {number}: a sample name stands twice")
        return Header(tuple(meta), names, _contig_lengths(meta))
    raise VcfError(f"{file.path}: no line #CHROM; the file is cut or no VCF")


_FIXED = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]


def _contig_lengths(meta: Sequence[str]) -> dict[str, int]:
    lengths = {}
    for line in meta:
        if line.startswith("##contig=<"):
            entries = line[len("##contig=<") :].rstrip(">").split(",")
            values = dict(entry.partition("=")[::2] for entry in entries)
            if values.get("length", "").isdigit():
                name = values.get("ID", "").removeprefix("chr")
                lengths[name] = int(values["length"])
    return lengths


def build_check(
    sample: Mapping[str, str], header: Header, contigs: Mapping[tuple[str, int], str]
) -> tuple[str, str, str, str]:
    """
    Compare the declared genome build with the header's contig lengths.

    Raises
    ------
    VcfError
        If the lengths are those of another build.
    """
    declared, path = sample["genome_build"], sample["vcf"]
    builds = {
        contigs[contig] for contig in header.contig_lengths.items() if contig in contigs
    }
    if builds == {declared}:
        return (path, "genome_build", "confirmed", f"contig lengths are {declared}")
    if builds:
        raise VcfError(
            f"{path}: genome build contradicted: the sheet says {declared}, the contig "
            f"lengths are {', '.join(sorted(builds))}; correct genome_build"
        )
    message = f"no contig lengths that tell; {declared} of the sheet is used"
    return (path, "genome_build", "not_determinable", message)


def sample_column(sample: Mapping[str, str], header: Header) -> int | None:
    """
    Find the tumour's column: the sheet, then the caller's header, then the only one.

    Returns
    -------
    int or None
        Index into the record; None if the VCF has no sample columns.

    Raises
    ------
    VcfError
        If the name is not there, or several columns leave a choice.
    """
    named = sample.get("vcf_sample") or next(
        (
            line.partition("=")[2]
            for line in header.meta
            if line.startswith("##tumor_sample=")
        ),
        "",
    )
    names = header.samples
    if not names:
        return None
    if not named and len(names) == 1:
        return 9
    if not named and "TUMOR" in names:
        named = "TUMOR"
    if named in names:
        return 9 + names.index(named)
    raise VcfError(
        f"{sample['vcf']}: no column {named!r} among {', '.join(names)}; "
        "name the tumour's column in vcf_sample"
    )


def _indexed(
    file: VcfFile, panel: Panel, content: VcfContent
) -> Iterator[tuple[str, list[str]]] | None:
    total = indexed_records(str(file.index))
    if total is None:
        return None
    content.counts["records"] = total
    return _by_region(file, panel, content)


def _by_region(
    file: VcfFile, panel: Panel, content: VcfContent
) -> Iterator[tuple[str, list[str]]]:
    with pysam.TabixFile(file.path, index=file.index) as tabix:
        for name in tabix.contigs:
            chrom, last_end = name.removeprefix("chr"), -1
            for start, end in panel.merged(chrom):
                for line in tabix.fetch(name, start, end):
                    record = _columns(line)
                    # A long record reaches into several regions and comes with each.
                    if int(record[1]) - 1 < last_end:
                        continue
                    if panel.genes_at(chrom, int(record[1]) - 1, _end(record)):
                        content.counts["in_panel"] += 1
                        yield f"{name}:{record[1]}", record
                last_end = end


def _scanned(
    file: VcfFile, panel: Panel, content: VcfContent
) -> Iterator[tuple[str, list[str]]]:
    chromosomes = {name for name in panel.regions if panel.regions[name]}
    wanted = {chrom.encode() for chrom in chromosomes}
    wanted |= {b"chr" + chrom for chrom in wanted}
    for number, line in enumerate(lines(file), 1):
        if not line or line.startswith(b"#"):
            continue
        content.counts["records"] += 1
        # Only the first columns of most lines are ever looked at.
        if line.partition(b"\t")[0] not in wanted:
            _refuse_unless_vcf(file.path, number, line)
            continue
        try:
            record = _columns(line.decode("utf-8", errors="replace"))
            start, end = int(record[1]) - 1, _end(record)
        except ValueError as error:
            raise VcfError(f"{file.path}: line {number}: {error}") from error
        if panel.genes_at(record[0].removeprefix("chr"), start, end):
            content.counts["in_panel"] += 1
            yield f"line {number}", record


def _refuse_unless_vcf(path: str, number: int, line: bytes) -> None:
    if line.count(b"\t") < 7:
        raise VcfError(f"{path}: line {number}: has fewer than 8 columns, or no tabs")


def _columns(line: str) -> list[str]:
    record = line.split("\t")
    if len(record) < 8:
        raise ValueError("the record has fewer than 8 columns, or no tabs")
    if not record[1].isdigit():
        raise ValueError(f"position {record[1]!r} is no number")
    return record


def _end(record: list[str]) -> int:
    """Return where a record ends, 0-based, exclusive: REF, END or SVLEN."""
    start = int(record[1]) - 1
    end = start + len(record[3])
    if "<" not in record[4]:
        return end
    info = _info(record[7])
    if info.get("END", "").isdigit():
        end = max(end, int(info["END"]))
    length = info.get("SVLEN", "").split(",")[0].lstrip("-")
    if length.isdigit() and "INS" not in record[4]:
        end = max(end, start + 1 + int(length))
    return end


def _info(text: str) -> dict[str, str]:
    return dict(entry.partition("=")[::2] for entry in text.split(";"))


def _record_rows(
    sample: Mapping[str, str],
    panel: Panel,
    csq: tuple[str, tuple[str, ...]] | None,
    column: int | None,
    record: list[str],
    content: VcfContent,
) -> list[tuple[str, ...]]:
    chrom, pos, _, ref, alt_text, _, filters, info_text = record[:8]
    chrom, alts, info = chrom.removeprefix("chr"), alt_text.split(","), _info(info_text)
    genes = panel.genes_at(chrom, int(pos) - 1, _end(record))
    values = _sample_values(record, column)
    rows = []
    for index, alt in enumerate(alts):
        if alt in ("*", ".", "<NON_REF>", "<*>"):
            content.counts["not_a_variant"] += 1
            continue
        reads = support(values, info, index, len(alts))
        entries: list[Consequence] = []
        if csq and info.get(csq[0]):
            entries = consequences(info[csq[0]], csq[1], ref, alts, index)
        place = (*_identity(sample), sample["genome_build"], chrom, pos, ref, alt)
        for gene in genes:
            entry = chosen(entries, gene, panel.transcripts.get(gene, frozenset()))
            rows.append(
                (
                    *place,
                    gene,
                    *_annotation(entry),
                    *_support_cells(reads, filters, entry),
                    sample["vcf"],
                )
            )
    return rows


def _identity(sample: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(sample[key] for key in ("patient", "sample", "assay", "timepoint"))


def _sample_values(record: list[str], column: int | None) -> dict[str, str]:
    if column is None:
        return {}
    if len(record) <= column:
        raise ValueError(f"the record has {len(record)} columns, the header more")
    return dict(zip(record[8].split(":"), record[column].split(":"), strict=False))


def _annotation(entry: Consequence | None) -> tuple[str, ...]:
    if entry is None:
        return ("",) * 5
    return (
        entry.transcript,
        entry.terms,
        entry.hgvsc,
        entry.hgvsp,
        protein_change(entry.hgvsp),
    )


def _support_cells(
    reads: Support, filters: str, entry: Consequence | None
) -> tuple[str, ...]:
    frequency = None if entry is None else entry.population_af
    return (
        _cell(reads.depth),
        _cell(reads.alt_reads),
        _cell(reads.vaf),
        filters,
        _cell(frequency),
        _cell(reads.alt_forward),
        _cell(reads.alt_reverse),
    )


def _cell(value: float | int | None) -> str:
    return "" if value is None else f"{value:.10g}"
