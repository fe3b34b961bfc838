"""Structural variants of a VCF -> junctions of two kept ends of the genome."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ballad.pseudoautosomal import on_x
from ballad.variants.files import VcfError, inspect, lines

LEFT, RIGHT = "left", "right"
SMALLEST = 50  # bases; shorter deletions are small variants

_BREAKEND = re.compile(r"^([^\[\]]*)([\[\]])<?(.+?)>?:(\d+)([\[\]])([^\[\]]*)$")
_CHR = re.compile(r"^chr", re.I)
_ORIENTATION = {"3": LEFT, "5": RIGHT}  # of CT: the end of the kept piece that joins


@dataclass(frozen=True)
class Breakend:
    """One end of a junction: a base and the side of it that is kept."""

    chrom: str  # without chr
    pos: int  # 1-based
    keeps: str  # left or right


@dataclass(frozen=True)
class Junction:
    """Two breakends that the tumour joins, in genomic order; or one of them."""

    caller: str  # manta, delly, gridss, lumpy or sv
    first: Breakend
    second: Breakend | None  # none: an insertion or a single breakend
    insertion: bool
    split_reads: int
    spanning_reads: int
    counted: bool  # the record has read counts
    filter: str  # empty: passed
    copies: float | None  # copy number, if the record states one
    source: str  # path:line

    @property
    def event(self) -> str:
        """
        Name the shape: DEL, DUP, INV, TRA, INS or SGL (single breakend).

        The two kept sides decide, not the notation: a symbolic deletion and its pair
        of breakends are the same event.
        """
        if self.second is None:
            return "INS" if self.insertion else "SGL"
        if self.first.chrom != self.second.chrom:
            return "TRA"
        sides = (self.first.keeps, self.second.keeps)
        return {(LEFT, RIGHT): "DEL", (RIGHT, LEFT): "DUP"}.get(sides, "INV")


@dataclass(frozen=True)
class _Record:
    path: str
    number: int
    chrom: str
    pos: int
    name: str
    ref: str
    filter: str
    info: Mapping[str, str]
    sample: Mapping[str, str]  # FORMAT key: value of the tumour

    def error(self, text: str) -> VcfError:
        return VcfError(f"{self.path}: line {self.number}: {text}")


def read_junctions(
    path: str,
    tumour: str = "",
    build: str = "",
    contigs: Mapping[tuple[str, int], str] | None = None,
) -> list[Junction]:
    """
    Read the structural variants of Manta, Delly, GRIDSS, LUMPY and their like.

    Each pair of mates gives one junction; an inversion without orientation gives two.

    Parameters
    ----------
    tumour
        Name of the tumour's column; without it the only column, the one that
        ``##tumor_sample`` names, or the one called TUMOR counts.
    build
        GRCh37 or GRCh38, as the sample sheet says.
    contigs
        (name without chr, length): build.

    Raises
    ------
    VcfError
        Naming file and line, if a record is short or its notation is not understood,
        if the contig lengths belong to another build, or if several columns leave a
        choice.
    """
    junctions: dict[tuple, Junction] = {}
    seen: set[str] = set()
    for record, alt in _records(path, tumour, build, contigs or {}):
        mate = record.info.get("MATEID") or record.info.get("PARID") or ""
        if mate and mate.split(",")[0] in seen:
            continue
        seen.add(record.name)
        for junction in _junctions(record, alt, build):
            key = (junction.first, junction.second, junction.insertion)
            known = junctions.get(key)
            if known is None or _weight(junction) > _weight(known):
                junctions[key] = junction
    return list(junctions.values())


def _weight(junction: Junction) -> tuple[bool, int]:
    return not junction.filter, junction.split_reads + junction.spanning_reads


def _records(
    path: str, tumour: str, build: str, contigs: Mapping[tuple[str, int], str]
) -> Iterator[tuple[_Record, str]]:
    columns: list[str] = []
    named, place = tumour, None
    for number, raw in enumerate(lines(inspect(path)), 1):
        line = raw.decode("utf-8", "replace")
        if number == 1 and not line.startswith("##fileformat=VCF"):
            raise VcfError(f"{path}: line 1: no VCF, ##fileformat=VCF is missing")
        if line.startswith("##"):
            if line.startswith("##tumor_sample=") and not named:
                named = line.partition("=")[2]
            _refuse_other_build(path, number, line, build, contigs)
        elif line.startswith("#"):
            columns = line.split("\t")
            place = _tumour_column(path, columns, named)
        elif not columns:
            raise VcfError(f"{path}: line {number}: records before the line #CHROM")
        elif line:
            yield from _alternates(path, number, line.split("\t"), columns, place)
    if not columns:
        raise VcfError(f"{path}: the line #CHROM is missing")


def _refuse_other_build(
    path: str,
    number: int,
    line: str,
    build: str,
    contigs: Mapping[tuple[str, int], str],
) -> None:
    contig = re.match(r"##contig=<ID=(?:chr)?([^,>]+),(?:.*,)?length=(\d+)", line)
    if not contig or not build:
        return
    found = contigs.get((contig.group(1), int(contig.group(2))), build)
    if found != build:
        raise VcfError(
            f"{path}: line {number}: the contig {contig.group(1)} has the length of "
            f"{found}, the sample sheet says {build}"
        )


def _tumour_column(path: str, columns: list[str], named: str) -> int | None:
    names = columns[9:]
    if not names:
        return None
    if named in names:
        return 9 + names.index(named)
    if len(names) == 1:
        return 9
    here = [name for name in names if name.upper() in ("TUMOR", "TUMOUR")]
    if len(here) == 1:
        return 9 + names.index(here[0])
    raise VcfError(
        f"{path}: no column {named!r} among {', '.join(names)}; "
        "name the tumour's column in vcf_sample"
    )


def _alternates(
    path: str, number: int, cells: list[str], columns: list[str], place: int | None
) -> Iterator[tuple[_Record, str]]:
    if len(cells) != len(columns):
        raise VcfError(
            f"{path}: line {number}: {len(cells)} columns, the header has "
            f"{len(columns)}; the file is damaged"
        )
    if not cells[1].isdigit():
        raise VcfError(f"{path}: line {number}: POS {cells[1]!r} is no position")
    pairs = (part.partition("=") for part in cells[7].split(";"))
    keys = cells[8].split(":") if place is not None else []
    values = cells[place].split(":") if place is not None else []
    record = _Record(
        path=path,
        number=number,
        chrom=cells[0],
        pos=int(cells[1]),
        name=cells[2],
        ref=cells[3],
        filter="" if cells[6] in ("PASS", ".", "") else cells[6],
        info={key: value for key, _, value in pairs},
        sample=dict(zip(keys, values, strict=False)),
    )
    for alt in cells[4].split(","):
        yield record, alt


def _junctions(record: _Record, alt: str, build: str) -> Iterator[Junction]:
    split, spanning, counted = _reads(record)
    ends, insertion = _ends(record, alt)
    for one, other in ends:
        first, second = _on_x(one, build), other and _on_x(other, build)
        if second and _order(second) < _order(first):
            first, second = second, first
        yield Junction(
            caller=_caller(record),
            first=first,
            second=second,
            insertion=insertion,
            split_reads=split,
            spanning_reads=spanning,
            counted=counted,
            filter=record.filter,
            copies=_copies(record),
            source=f"{record.path}:{record.number}",
        )


def _on_x(end: Breakend, build: str) -> Breakend:
    return Breakend(*on_x(build, end.chrom, end.pos), end.keeps)


def _order(end: Breakend) -> tuple[int, str, int, str]:
    number = int(end.chrom) if end.chrom.isdigit() else 100
    return number, end.chrom, end.pos, end.keeps


Ends = list[tuple[Breakend, Breakend | None]]


def _ends(record: _Record, alt: str) -> tuple[Ends, bool]:
    """Return the joined ends of one alternate, and whether it is an insertion."""
    chrom = _CHR.sub("", record.chrom)
    if "[" in alt or "]" in alt:
        return [_mates(record, chrom, alt)], False
    if len(alt) > 1 and (alt.startswith(".") or alt.endswith(".")):
        keeps = RIGHT if alt.startswith(".") else LEFT
        return [(Breakend(chrom, record.pos, keeps), None)], False
    kind = record.info.get("SVTYPE", "")
    if alt.startswith("<"):
        kind = alt.strip("<>").split(":")[0]
        kind = record.info.get("SVTYPE", kind) if kind == "CNV" else kind
    elif not kind and len(record.ref) - len(alt) >= SMALLEST:
        kind = "DEL"
    elif not kind and len(alt) - len(record.ref) >= SMALLEST:
        kind = "INS"
    if kind == "INS":
        return [(Breakend(chrom, record.pos, LEFT), None)], True
    if kind not in ("DEL", "DUP", "INV", "TRA", "BND"):
        return [], False
    other, end = _other_end(record, chrom)
    return [
        (Breakend(chrom, record.pos, one), Breakend(other, end, two))
        for one, two in _sides(record, kind)
    ], False


def _mates(record: _Record, chrom: str, alt: str) -> tuple[Breakend, Breakend]:
    match = _BREAKEND.match(alt)
    if match is None or match.group(2) != match.group(5):
        raise record.error(f"ALT {alt!r} is no breakend")
    before, bracket, other, pos, _, after = match.groups()
    if bool(before) == bool(after):
        raise record.error(f"ALT {alt!r} is no breakend")
    # t[p[ and t]p] keep what is left of the record, ]p]t and [p[t what is right of it;
    # [ keeps what is right of the mate, ] what is left of it.
    here = Breakend(chrom, record.pos, LEFT if before else RIGHT)
    mate = Breakend(_CHR.sub("", other), int(pos), RIGHT if bracket == "[" else LEFT)
    return here, mate


def _other_end(record: _Record, chrom: str) -> tuple[str, int]:
    info = record.info
    other = _CHR.sub("", info.get("CHR2") or chrom)
    if other != chrom and info.get("POS2", "").isdigit():
        return other, int(info["POS2"])
    if info.get("END", "").isdigit():
        return other, int(info["END"])
    length = info.get("SVLEN", "").split(",")[0].lstrip("-")
    if length.isdigit():
        return other, record.pos + int(length)
    if record.ref.isalpha() and len(record.ref) > 1:
        return other, record.pos + len(record.ref) - 1
    raise record.error("neither END nor SVLEN says where the event ends")


def _sides(record: _Record, kind: str) -> list[tuple[str, str]]:
    if kind == "DEL":
        return [(LEFT, RIGHT)]
    if kind == "DUP":
        return [(RIGHT, LEFT)]
    info = record.info
    if ct := re.fullmatch(r"([35])to([35])", info.get("CT", "")):
        return [(_ORIENTATION[ct.group(1)], _ORIENTATION[ct.group(2)])]
    if kind != "INV":
        raise record.error(f"SVTYPE {kind} without breakend notation or CT")
    if "INV3" in info:
        return [(LEFT, LEFT)]
    return [(RIGHT, RIGHT)] if "INV5" in info else [(LEFT, LEFT), (RIGHT, RIGHT)]


def _caller(record: _Record) -> str:
    method = record.info.get("SVMETHOD", "").upper()
    if record.name.startswith("Manta"):
        return "manta"
    if "DELLY" in method or {"DV", "RV"} <= set(record.sample):
        return "delly"
    if record.name.startswith("gridss") or "ASRP" in record.info:
        return "gridss"
    return "lumpy" if "SU" in record.info or "SU" in record.sample else "sv"


def _reads(record: _Record) -> tuple[int, int, bool]:
    """
    Return split reads, spanning pairs, and whether the record counts any.

    Manta PR, SR (reference,alternate); Delly RV, DV; GRIDSS SR and VF, the fragments
    of both kinds; LUMPY SR, PE; otherwise SR, PE of INFO.
    """
    sample, info = record.sample, record.info
    if _caller(record) == "gridss":
        split = _number(sample.get("SR", info.get("SR", "")))
        pairs = _number(sample.get("RP", info.get("RP", "")))
        # VF is a count of fragments here; Pisces gives the same name to a fraction.
        fragments = _number(sample.get("VF", ""))
        counted = bool({"SR", "RP", "VF"} & (set(sample) | set(info)))
        return split, max(pairs, fragments - split), counted
    if {"DV", "RV"} <= set(sample):
        return _number(sample["RV"]), _number(sample["DV"]), True
    keys = ("PR", "SR") if "PR" in sample or "SR" in sample else ("PE", "SR")
    if "PE" in sample:
        keys = ("PE", "SR")
    source = sample if set(keys) & set(sample) else info
    counted = bool(set(keys) & set(source))
    return _number(source.get("SR", "")), _number(source.get(keys[0], "")), counted


def _number(text: str) -> int:
    last = text.split(",")[-1]
    return int(float(last)) if re.fullmatch(r"\d+(?:\.\d+)?", last) else 0


def _copies(record: _Record) -> float | None:
    text = record.sample.get("CN") or record.info.get("CN") or ""
    return float(text) if re.fullmatch(r"\d+(?:\.\d+)?", text) else None
