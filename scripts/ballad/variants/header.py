"""What the header of a VCF says: samples, build, the tumour's column."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from ballad.variants.files import VcfError, VcfFile, lines, opened_bcf

NOT_DETERMINABLE = "not_determinable"


class Header(NamedTuple):
    """What the header of a VCF says."""

    meta: tuple[str, ...]
    samples: tuple[str, ...]
    contig_lengths: Mapping[str, int]  # without chr
    columns: int = 0  # that every record has; 0: not counted


def read_header(file: VcfFile) -> Header:
    """
    Read the header.

    Raises
    ------
    VcfError
        If the file is no VCF, or its columns are not those of one.
    """
    raw, column_line, rest = file.beginning.partition(_COLUMN_LINE)
    if rest.find(b"\n") > 0 and (known := _known_meta(raw)) is not None:
        line = text_of((column_line[1:] + rest.partition(b"\n")[0]).rstrip(b"\r"))
        place = f"{file.path}: line {len(known[0]) + 1}"
        return _header(place, *known, line.split("\t"))
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
        place, names = f"{file.path}: line {number}", text.split("\t")
        return _header(place, tuple(meta), _contig_lengths(meta), names)
    if text.startswith("#CHROM "):
        raise VcfError(
            f"{file.path}: line {number}: columns are separated by spaces, not by tabs"
        )
    raise VcfError(
        f"{file.path}: line {number}: no line #CHROM; the file is cut or no VCF"
    )


def _header_lines(file: VcfFile) -> Iterator[str]:
    if file.compression == "bcf":
        yield from str(opened_bcf(file).raw_header).splitlines()
    else:
        yield from map(text_of, lines(file))


def text_of(line: bytes) -> str:
    """Decode a line; an old laboratory system's Latin-1 is read as that."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")


_COLUMN_LINE = b"\n#CHROM\t"


@lru_cache(maxsize=4)
def _known_meta(raw: bytes) -> tuple[tuple[str, ...], dict[str, int]] | None:
    """
    Read the lines above #CHROM, which the files of one laboratory share.

    None if they are not what they should be: reading line by line says why.
    """
    meta = tuple(text_of(line.rstrip(b"\r")) for line in raw.split(b"\n"))
    if not meta[0].startswith("##fileformat=VCF"):
        return None
    if not all(line.startswith("##") for line in meta):
        return None
    return meta, _contig_lengths(meta)


def _header(
    place: str,
    meta: tuple[str, ...],
    contig_lengths: Mapping[str, int],
    columns: list[str],
) -> Header:
    names = tuple(columns[9:])
    if columns[:8] != _FIXED or columns[8:9] not in ([], ["FORMAT"]):
        raise VcfError(f"{place} names other columns than a VCF")
    if any(not name.strip() for name in names):
        raise VcfError(f"{place}: a sample has no name")
    if len(set(names)) < len(names):
        raise VcfError(f"{place}: a sample name stands twice")
    return Header(meta, names, contig_lengths, len(columns))


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


@lru_cache(maxsize=4)
def snvs_alone(meta: tuple[str, ...]) -> bool:
    """Say whether a header is that of Strelka's file of SNVs, its indels in another."""
    declared = {line.partition(",")[0] for line in meta if line.startswith("##FORMAT=")}
    keys = {key.removeprefix("##FORMAT=<ID=") for key in declared}
    if "TIR" in keys or not {"AU", "CU", "GU", "TU"} <= keys:
        return False
    # A second source may be a filter's (GATK's VariantFiltration); joined with another
    # caller's, the file declares that one's counts as well.
    sources = [line for line in meta if line.startswith("##source=")]
    return len(sources) < 2 or keys.isdisjoint(("AD", "AO", "VD", "TAR"))


_CHROMOSOME = re.compile(r"(?:chr)?(?:\d{1,2}|[XYM]|MT)")
# As the panel names them, but for case and blanks; CHR17 is no name of any genome.
_MISSPELT = re.compile(rf"(?!{_CHROMOSOME.pattern}$)(?i:\s*{_CHROMOSOME.pattern}\s*)")
_CONTIG = re.compile(r"##contig=<(?:.*,)?ID=([^,>]+)")


def refuse_foreign_names(file: VcfFile, header: Header) -> None:
    """
    Tell that no chromosome of a file is named in a way that the panel knows.

    Asked of a file without a record in the panel: read as it is, its patient would
    lack every variant.

    Raises
    ------
    VcfError
        If all contigs of the header, else the first record's, have other names; also
        if the first record's name differs from one of the panel in case or blanks.
    """
    names = [match.group(1) for line in header.meta if (match := _CONTIG.match(line))]
    if file.compression != "bcf":
        records = (line for line in lines(file) if not line.startswith(b"#"))
        first = [text_of(line.partition(b"\t")[0]) for line in islice(records, 1)]
        misspelt = [name for name in first if _MISSPELT.fullmatch(name)]
        names = misspelt or names or first
    if names and not any(map(_CHROMOSOME.fullmatch, names)):
        shown = ", ".join(names[:3])
        raise VcfError(
            f"{file.path}: no chromosome is named like 17 or chr17, but {shown}; "
            "rename them with bcftools annotate --rename-chrs"
        )


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
