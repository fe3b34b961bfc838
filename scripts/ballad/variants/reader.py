"""
VCFs -> one row per allele and panel gene: the hot path.

Loads neither pandas nor numpy. Whether a row is kept is decided elsewhere
(`ballad.variants.filters`), so that a changed limit reads no file again.
"""

import math
import multiprocessing
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pysam

from ballad.variants.annotation import (
    Consequence,
    Dialect,
    annotated,
    chosen,
    dialects,
    protein_change,
    worst_elsewhere,
)
from ballad.variants.callers import Support, support
from ballad.variants.files import (
    DAMAGE,
    VcfError,
    VcfFile,
    bcf_records,
    indexed_records,
    inspect,
    is_maf,
    lines,
    record_count,
)
from ballad.variants.panel import Panel

COLUMNS = (
    *("patient", "sample", "assay", "timepoint", "genome_build", "chrom", "pos"),
    *("ref", "alt", "gene", "transcript", "consequence", "hgvsc", "hgvsp"),
    *("protein_change", "depth", "alt_reads", "vaf", "filter", "population_af"),
    *("alt_forward", "alt_reverse", "worst_elsewhere", "source"),
)
COUNT_COLUMNS = ("patient", "sample", "assay", "reason", "n")
CHECK_COLUMNS = ("path", "check", "status", "message")
_CHROM, _POS, _REF, _ALT, _GENE, _CONSEQUENCE = (
    COLUMNS.index(name)
    for name in ("chrom", "pos", "ref", "alt", "gene", "consequence")
)
NOT_DETERMINABLE = "not_determinable"
# gVCF's and mpileup's "any other allele", overlapping deletions, no alternative.
NO_VARIANT = ("*", ".", "<NON_REF>", "<*>", "<X>", "X", "")
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
    columns: int = 0  # that every record has; 0: not counted


@dataclass(frozen=True)
class Layout:
    """Where in a record of this file the annotation and the tumour's reads stand."""

    dialects: tuple[Dialect, ...]
    sample_column: int | None
    columns: int  # that every record has


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
        if is_maf(job[0]["vcf"]):
            # Built on this module; only a MAF pays for it.
            from ballad.variants.maf import read_maf

            return read_maf(*job[:2])
        return read_vcf(*job)
    except VcfError as error:
        return error


def read_vcf(
    sample: Mapping[str, str], panel: Panel, contigs: Mapping[tuple[str, int], str]
) -> VcfContent:
    """
    Read the panel's records of one VCF or BCF, in any annotator's dialect or in none.

    Raises
    ------
    VcfError
        If the file is damaged, no VCF, of another build, or a record of the panel
        cannot be read; the message names the file and the line.
    """
    file = inspect(sample["vcf"])
    header = read_header(file)
    layout = Layout(
        tuple(dialects(header.meta)), sample_column(sample, header), header.columns
    )
    build = build_check(sample, header, contigs)
    content = _by_index(sample, panel, layout, file) if file.index else None
    method, reason = "region", file.reason
    if content is None:
        method = "bcf" if file.compression == "bcf" else "scan"
        reason = (
            file.reason or "the index does not fit the VCF, or a record is at fault"
        )
        content = VcfContent()
        read = _bcf if file.compression == "bcf" else _scanned
        _read_records(
            sample, panel, layout, read(file, panel, content, layout), content
        )
    if build[2] == NOT_DETERMINABLE:
        build = sentinel_check(sample, content, panel) or build
    content.rows = followed(content.rows)
    reader = (file.path, "reader", method, reason)
    names = _name_check(sample, header)
    content.checks = [build, *names, *annotation_check(file.path, content), reader]
    counts = content.counts
    counts["rows"] = len(content.rows)
    counts["outside_panel"] = counts["records"] - counts["in_panel"]
    return content


def _by_index(
    sample: Mapping[str, str], panel: Panel, layout: "Layout", file: VcfFile
) -> VcfContent | None:
    """Read by region; None if the index or a record is at fault, so that a scan tells."""
    content = VcfContent()
    try:
        records = _indexed(file, panel, content, layout)
        if records is None:
            return None
        _read_records(sample, panel, layout, records, content)
    except (VcfError, ValueError, NotImplementedError, *DAMAGE):
        return None
    return content


def _read_records(
    sample: Mapping[str, str],
    panel: Panel,
    layout: "Layout",
    records: Iterator[tuple[str, list[str]]],
    content: VcfContent,
) -> None:
    for place, record in records:
        try:
            content.rows += _record_rows(sample, panel, layout, record, content)
        except (ValueError, IndexError) as error:
            raise VcfError(f"{sample['vcf']}: {place}: {error}") from error


def followed(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """
    Follow bcftools' ``@position`` to the record that tells the joint change.

    The change is told there once; a row that points to it changes the coding sequence
    and says no more. One that points to nothing in this file is not annotated.
    """
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
    bare = sum(not row[_CONSEQUENCE] for row in content.rows)
    if not bare:
        return []
    message = (
        f"{bare} of {len(content.rows)} rows have no consequence: called only where "
        "their bases are listed, their genes are otherwise indeterminate"
    )
    status = "missing" if bare == len(content.rows) else "incomplete"
    return [(path, "annotation", status, message)]


def read_header(file: VcfFile) -> Header:
    """
    Read the header.

    Raises
    ------
    VcfError
        If the file is no VCF, or its columns are not those of one.
    """
    meta: list[str] = []
    number, text = 0, ""
    for number, text in enumerate(_header_lines(file), 1):
        if number == 1 and not text.startswith("##fileformat=VCF"):
            raise VcfError(
                f"{file.path}: line 1 is {text[:40]!r}; a VCF starts with ##fileformat=VCF"
            )
        if text.startswith("##"):
            meta.append(text)
            continue
        if not text.startswith("#CHROM\t"):
            break
        return _header(f"{file.path}: line {number}", meta, text.split("\t"))
    if text.startswith("#CHROM "):
        raise VcfError(
            f"{file.path}: line {number}: columns are separated by spaces, not by tabs"
        )
    raise VcfError(
        f"{file.path}: line {number}: no line #CHROM; the file is cut or no VCF"
    )


def _header_lines(file: VcfFile) -> Iterator[str]:
    if file.compression == "bcf":
        yield from str(_opened_bcf(file).raw_header).splitlines()
    else:
        yield from map(_text, lines(file))


def _text(line: bytes) -> str:
    """Decode a line; an old laboratory system's Latin-1 is read as that."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _header(place: str, meta: list[str], columns: list[str]) -> Header:
    names = tuple(columns[9:])
    if columns[:8] != _FIXED or columns[8:9] not in ([], ["FORMAT"]):
        raise VcfError(f"{place} names other columns than a VCF")
    if len(set(names)) < len(names):
        raise VcfError(f"{place}: a sample name stands twice")
    if any(not name.strip() for name in names):
        raise VcfError(f"{place}: a sample has no name")
    return Header(tuple(meta), names, _contig_lengths(meta), len(columns))


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
    return (path, "genome_build", NOT_DETERMINABLE, message)


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


def unproven_builds(contents: Iterable[VcfContent]) -> list[VcfError]:
    """Name the files whose genome build nothing proves, for a run that demands it."""
    return [
        VcfError(
            f"{path}: genome build not determinable and variants.require_build_proof is "
            f"true: {message}; add contig lengths to the header (bcftools reheader --fai)"
        )
        for content in contents
        for path, check, status, message in content.checks
        if (check, status) == ("genome_build", NOT_DETERMINABLE)
    ]


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
    names = header.samples
    if not names:
        return None
    named = sample.get("vcf_sample") or _tumour_by_header(header)
    if not named and len(names) == 1:
        return 9
    if named in names:
        return 9 + names.index(named)
    raise VcfError(
        f"{sample['vcf']}: no column {named!r} among {', '.join(names)}; "
        "name the tumour's column in vcf_sample"
    )


_TUMOUR = re.compile(r"##tumor_sample=(.+)|##PEDIGREE=<.*Derived=([^,>]+)")


def _tumour_by_header(header: Header) -> str:
    """Name the tumour by Mutect2's line, a pedigree's derived genome or the column."""
    told = [match for line in header.meta if (match := _TUMOUR.match(line))]
    stated = {(match.group(1) or match.group(2)).strip() for match in told}
    if len(stated) == 1:
        return stated.pop()
    tumours = [n for n in header.samples if n.upper() in ("TUMOR", "TUMOUR")]
    return tumours[0] if len(tumours) == 1 else ""


def _indexed(
    file: VcfFile, panel: Panel, content: VcfContent, layout: Layout
) -> Iterator[tuple[str, list[str]]] | None:
    size = os.path.getsize(file.path)
    total = indexed_records(str(file.index), size)
    # An index made for another file of this size would hide records; counting a small
    # file is cheap.
    if total is None or (size <= _COUNTED_WHOLE and record_count(file) != total):
        return None
    content.counts["records"] = total
    return _by_region(file, panel, content, layout)


_COUNTED_WHOLE = 2**17  # bytes; within two blocks of BGZF the end tells nothing


def _by_region(
    file: VcfFile, panel: Panel, content: VcfContent, layout: Layout
) -> Iterator[tuple[str, list[str]]]:
    with pysam.TabixFile(file.path, index=file.index, encoding="utf-8") as tabix:
        for name in tabix.contigs:
            chrom, last_end = name.removeprefix("chr"), -1
            for start, end in panel.merged(chrom):
                for line in tabix.fetch(name, start, end):
                    record = _columns(line.rstrip("\r"), layout.columns)
                    # A long record reaches into several regions and comes with each.
                    if int(record[1]) - 1 < last_end:
                        continue
                    if panel.genes_at(chrom, int(record[1]) - 1, _end(record)):
                        content.counts["in_panel"] += 1
                        yield f"{name}:{record[1]}", record
                last_end = end


def _scanned(
    file: VcfFile, panel: Panel, content: VcfContent, layout: Layout
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
            _refuse_unless_vcf(file.path, number, line, layout.columns)
            continue
        try:
            record = _columns(_text(line), layout.columns)
            start, end = int(record[1]) - 1, _end(record)
        except ValueError as error:
            raise VcfError(f"{file.path}: line {number}: {error}") from error
        if panel.genes_at(record[0].removeprefix("chr"), start, end):
            content.counts["in_panel"] += 1
            yield f"line {number}", record


def _refuse_unless_vcf(path: str, number: int, line: bytes, columns: int) -> None:
    if line.count(b"\t") + 1 != columns:
        try:
            _columns(_text(line), columns)
        except ValueError as error:
            raise VcfError(f"{path}: line {number}: {error}") from error


def _opened_bcf(file: VcfFile) -> Any:
    # cyvcf2 loads numpy; only a BCF pays for that.
    from cyvcf2 import VCF

    try:
        return VCF(file.path)
    except Exception as error:  # cyvcf2 raises bare exceptions
        raise VcfError(f"{file.path}: no readable BCF header ({error})") from error


def _bcf(
    file: VcfFile, panel: Panel, content: VcfContent, layout: Layout
) -> Iterator[tuple[str, list[str]]]:
    expected = bcf_records(file)
    for number, variant in enumerate(_variants(file), 1):
        content.counts["records"] += 1
        chrom = variant.CHROM.removeprefix("chr")
        if not panel.regions.get(chrom):
            continue
        try:
            record = _columns(str(variant).rstrip("\n"), layout.columns)
        except ValueError as error:
            raise VcfError(f"{file.path}: record {number}: {error}") from error
        if panel.genes_at(chrom, int(record[1]) - 1, _end(record)):
            content.counts["in_panel"] += 1
            yield f"record {number}", record
    if content.counts["records"] != expected:
        raise VcfError(
            f"{file.path}: record {content.counts['records'] + 1} of {expected} "
            "cannot be read; write the BCF again"
        )


def _variants(file: VcfFile) -> Iterator[Any]:
    number = 0
    try:
        for variant in _opened_bcf(file):
            number += 1
            yield variant
    except VcfError:
        raise
    except Exception as error:  # cyvcf2 raises bare exceptions
        raise VcfError(f"{file.path}: record {number + 1}: {error}") from error


def _columns(line: str, columns: int = 0) -> list[str]:
    record = line.split("\t")
    if len(record) < 8:
        raise ValueError("has fewer than 8 columns, or no tabs")
    if columns and len(record) != columns:
        raise ValueError(
            f"the record has {len(record)} columns, the header names {columns}"
        )
    if not record[1].isdecimal():
        raise ValueError(f"position {record[1]!r} is no number")
    if not record[3] or not record[4]:
        raise ValueError("REF or ALT is empty")
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
    layout: Layout,
    record: list[str],
    content: VcfContent,
) -> list[tuple[str, ...]]:
    chrom, pos, _, ref, alt_text, _, filters, info_text = record[:8]
    chrom, alts, info = chrom.removeprefix("chr"), alt_text.split(","), _info(info_text)
    genes = panel.genes_at(chrom, int(pos) - 1, _end(record))
    values = _sample_values(record, layout.sample_column)
    # INFO of several samples sums over them and describes none.
    pooled = info if layout.columns <= 10 else {}
    rows = []
    for index, alt in enumerate(alts):
        if alt in NO_VARIANT:
            content.counts["not_a_variant"] += 1
            continue
        reads = support(values, pooled, index, len(alts), ref, alts)
        if reads.alt_reads is None and reads.vaf is None and _lacks(values, index):
            content.counts["not_a_variant"] += 1
            continue
        entries = annotated(info, layout.dialects, ref, alts, index)
        place = (*_identity(sample), sample["genome_build"], chrom, pos, ref, alt)
        for gene in genes:
            entry = _told(entries, gene, panel.transcripts.get(gene, frozenset()))
            rows.append(
                (
                    *place,
                    gene,
                    *_annotation(entry),
                    *_support_cells(reads, filters, entry),
                    worst_elsewhere(entries, gene, entry),
                    sample["vcf"],
                )
            )
    return rows


def _lacks(sample: Mapping[str, str], alt_index: int) -> bool:
    """Say whether the genotype, called in full, has other alleles only."""
    called = re.split(r"[/|]", sample.get("GT", "."))
    return "." not in called and str(alt_index + 1) not in called


def _told(
    entries: list[Consequence], gene: str, transcripts: frozenset[str]
) -> Consequence | None:
    entry = chosen(entries, gene, transcripts)
    elsewhere = [other for other in entries if other.terms.startswith("@")]
    if entry is not None and entry.transcript.split(".")[0] in transcripts:
        return entry
    return elsewhere[0] if elsewhere else entry


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
