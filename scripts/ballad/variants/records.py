"""
The panel's records of a VCF read from its beginning to its end, as text or BCF.

Each way tests whether a record touches a gene of the panel by its whole extent, so
that all find the same records as `ballad.variants.regions`, each once.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from ballad.variants.breakends import genes_of_mates, has_mates
from ballad.variants.files import VcfError, VcfFile, bcf_records, opened_bcf, pieces
from ballad.variants.header import text_of
from ballad.variants.nearness import Near
from ballad.variants.panel import Panel
from ballad.variants.stretches import Stretch, pieces_within


class Record(NamedTuple):
    """One record that touches the panel."""

    place: str  # for messages: its line or position
    columns: list[str]
    genes: list[str]  # of the panel, that it touches


class Tally:
    """Records of a file, counted while they are read."""

    def __init__(self) -> None:
        self.records = 0
        self.in_panel = 0


def scanned(
    file: VcfFile,
    panel: Panel,
    columns: int,
    tally: Tally,
    stretch: Stretch | None = None,
) -> Iterator[Record]:
    """
    Read a file from its beginning to its end, or a stretch of it.

    Its order is not trusted. The lines of a stretch are numbered from its beginning.
    """
    near, number, tabs = Near(panel), 0, columns - 1
    headers = 1 if stretch and stretch.begin else 0
    for piece in pieces_within(file, stretch) if stretch else pieces(file):
        count, places = near.among(piece)
        if piece.count(b"\t") != count * tabs:
            places = None
        tally.records += count
        # Most of a genome lies far from the panel: such a piece is only counted.
        for place, line in _lines_of(piece, places):
            if _no_record(file, number + place, line, columns):
                tally.records -= 1
                headers += line.startswith(b"#CHROM\t")
                if headers > 1:
                    raise VcfError(
                        f"{file.path}: line {number + place}: a second line #CHROM; "
                        "files of other samples are joined with bcftools merge"
                    )
            elif places is not None or near.may_touch(line):
                record = _record_at(file, panel, number + place, line, columns)
                if record is not None:
                    tally.in_panel += 1
                    yield record
        number += count


def _lines_of(piece: bytes, places: list[int] | None) -> Iterator[tuple[int, bytes]]:
    """Yield lines with their number in the piece: those that begin there, or all."""
    if places is None:
        yield from enumerate(piece[1:].split(b"\n"), 1)
        return
    number, counted = 0, 0
    for place in places:
        number += piece.count(b"\n", counted, place)
        counted = place
        end = piece.find(b"\n", place)
        yield number, piece[place:end] if end >= 0 else piece[place:]


def _no_record(file: VcfFile, number: int, line: bytes, columns: int) -> bool:
    """Say whether a line is empty or a comment; refuse one of other columns."""
    if line.startswith(b"#") or not line.rstrip(b"\r"):
        return True
    if line.count(b"\t") != columns - 1:
        _split_at(file, number, line, columns)
    return False


def _record_at(
    file: VcfFile, panel: Panel, number: int, line: bytes, columns: int
) -> Record | None:
    chrom, _, rest = line.partition(b"\t")
    name = text_of(chrom).removeprefix("chr")
    mated = has_mates(line)
    if not panel.regions.get(name) and not mated:
        _refuse_misspelt(file, panel, f"line {number}", text_of(chrom))
        return None
    position, _, ref, alt, _ = rest.split(b"\t", 4)
    if position.isdigit() and ref and alt and b"<" not in alt and not mated:
        start = int(position) - 1
        if not panel.genes_at(name, start, start + len(ref)):
            return None
    record = _split_at(file, number, line, columns)
    genes = genes_of(record, panel)
    return Record(f"line {number}", record, genes) if genes else None


def _refuse_misspelt(file: VcfFile, panel: Panel, place: str, name: str) -> None:
    """Tell of a chromosome whose records would be lost beside those of another name."""
    if panel.misspells(name):
        raise VcfError(
            f"{file.path}: {place}: no chromosome is named like 17 or chr17, but {name}; "
            "rename them with bcftools annotate --rename-chrs"
        )


def _split_at(file: VcfFile, number: int, line: bytes, columns: int) -> list[str]:
    try:
        return split_record(text_of(line.rstrip(b"\r")), columns)
    except ValueError as error:
        raise VcfError(f"{file.path}: line {number}: {error}") from error


def from_bcf(
    file: VcfFile, panel: Panel, columns: int, tally: Tally
) -> Iterator[Record]:
    """Read a BCF through cyvcf2."""
    expected = bcf_records(file)
    for number, variant in enumerate(_variants(file), 1):
        tally.records += 1
        chrom = variant.CHROM.removeprefix("chr")
        if not panel.regions.get(chrom) and not _has_mate(variant):
            _refuse_misspelt(file, panel, f"record {number}", variant.CHROM)
            continue
        try:
            record = split_record(str(variant).rstrip("\n"), columns)
        except ValueError as error:
            raise VcfError(f"{file.path}: record {number}: {error}") from error
        genes = genes_of(record, panel)
        if genes:
            tally.in_panel += 1
            yield Record(f"record {number}", record, genes)
    if tally.records != expected:
        raise VcfError(
            f"{file.path}: record {tally.records + 1} of {expected} "
            "cannot be read; write the BCF again"
        )


def _has_mate(variant: Any) -> bool:
    alts = "".join(variant.ALT)
    if "[" in alts or "]" in alts:
        return True
    return "<" in alts and variant.INFO.get("CHR2") is not None


def _variants(file: VcfFile) -> Iterator[Any]:
    number = 0
    try:
        for variant in opened_bcf(file):
            number += 1
            yield variant
    except VcfError:
        raise
    except Exception as error:  # cyvcf2 raises bare exceptions
        raise VcfError(f"{file.path}: record {number + 1}: {error}") from error


def split_record(line: str, columns: int = 0) -> list[str]:
    """
    Split a line into its columns.

    Raises
    ------
    ValueError
        If it is no record, or has other columns than the header names.
    """
    record = line.split("\t")
    if len(record) < 8:
        raise ValueError("has fewer than 8 columns, or no tabs")
    if columns and len(record) != columns:
        raise ValueError(
            f"the record has {len(record)} columns, the header names {columns}"
        )
    position = record[1]
    if not (position.isascii() and position.isdecimal()):
        raise ValueError(f"position {position!r} is no number")
    if position.startswith("0"):
        record[1] = str(int(position))  # one spelling of a place
    if not record[3] or not record[4]:
        raise ValueError("REF or ALT is empty")
    return record


def genes_of(record: list[str], panel: Panel) -> list[str]:
    """Name the panel's genes that a record touches, by its extent or by a mate."""
    chrom = record[0].removeprefix("chr")
    genes = panel.genes_at(chrom, int(record[1]) - 1, end_of(record))
    alt = record[4]
    if "[" not in alt and "]" not in alt and "<" not in alt:
        return genes
    return sorted({*genes, *genes_of_mates(panel, alt, info_of(record[7]))})


def with_one_alternative(record: list[str], index: int) -> list[str]:
    """Write a record as it would be with one of its alternatives alone."""
    alts, info = record[4].split(","), record[7]
    if "SVLEN=" in info:  # one length per alternative
        entries = info.split(";")
        for place, entry in enumerate(entries):
            key, _, lengths = entry.partition("=")
            if key == "SVLEN":
                own = [*lengths.split(","), *["."] * len(alts)][index]
                entries[place] = f"SVLEN={own}"
        info = ";".join(entries)
    return [*record[:4], alts[index], *record[5:7], info, *record[8:]]


def end_of(record: list[str]) -> int:
    """Return where a record ends, 0-based, exclusive: REF, END or SVLEN."""
    start = int(record[1]) - 1
    end = start + len(record[3])
    if "<" not in record[4]:
        return end
    info = info_of(record[7])
    if info.get("CHR2", record[0]).removeprefix("chr") != record[0].removeprefix("chr"):
        return end  # END is a position of the other chromosome
    if info.get("END", "").isdigit():
        end = max(end, int(info["END"]))
    # One length per alternative allele.
    lengths = info.get("SVLEN", "").split(",")
    for alt, text in zip(record[4].split(","), lengths, strict=False):
        length = text.lstrip("-")
        if length.isdigit() and "INS" not in alt:
            end = max(end, start + 1 + int(length))
    return end


def info_of(text: str) -> dict[str, str]:
    """Split INFO into key: value."""
    return dict(entry.partition("=")[::2] for entry in text.split(";"))
