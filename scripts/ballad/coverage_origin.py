"""Whether a coverage file is of the sample's genome build, and of the panel."""

import gzip
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from ballad.coverage import ALIGNMENTS, opened
from ballad.exons import Exon, Places


def refuse_other_build(
    path: str,
    build: str,
    contigs: Mapping[tuple[str, int], str],
    fasta: str | None = None,
) -> None:
    """
    Compare the contig lengths of alignments or a gVCF with the declared build.

    Raises
    ------
    ValueError
        If they are those of another build.
    """
    told = {contigs[place] for place in _lengths(path, fasta) if place in contigs}
    if told and told != {build}:
        raise ValueError(
            f"{path}: genome build contradicted: the sheet says {build}, the contig "
            f"lengths are {', '.join(sorted(told))}; correct genome_build"
        )


def _lengths(path: str, fasta: str | None) -> Iterator[tuple[str, int]]:
    if path.endswith(ALIGNMENTS):
        with opened(path, fasta) as alignments:
            for name, length in zip(
                alignments.references, alignments.lengths, strict=True
            ):
                yield name.removeprefix("chr"), length
        return
    if ".vcf" not in Path(path).name:
        return
    with (gzip.open if path.endswith(".gz") else open)(path, "rt") as lines:
        for line in lines:
            if not line.startswith("##"):
                return
            if line.startswith("##contig=<"):
                entries = line.strip()[len("##contig=<") : -1].split(",")
                values = dict(entry.partition("=")[::2] for entry in entries)
                if values.get("length", "").isdigit():
                    name = values.get("ID", "").removeprefix("chr")
                    yield name, int(values["length"])


def refuse_lines_of_other_build(
    path: str,
    build: str,
    contigs: Mapping[tuple[str, int], str],
    exons: Mapping[str, Sequence[Exon]],
) -> None:
    """
    Compare the lines of a BED or gVCF with both builds: where chromosomes end, what exons.

    Most coverage files have no header. One that goes through whole chromosomes tells
    their lengths by its last lines; one of targets touches the exons of its own build,
    and of another build at most a few by chance.

    Parameters
    ----------
    contigs
        (chromosome without chr, length): build.
    exons
        By build: coding exons of the panel.

    Raises
    ------
    ValueError
        If a chromosome ends where it does in another build, or goes on behind its end,
        or if ten times as many exons of another build are touched.
    """
    if path.endswith(ALIGNMENTS):
        return
    lengths = {chrom: length for (chrom, length), b in contigs.items() if b == build}
    touched: dict[str, set[Exon]] = {name: set() for name in exons}
    places = {name: Places(own) for name, own in exons.items()}
    enough = max(map(len, exons.values()), default=0) / _BY_CHANCE
    last, reached = "", 0
    for chrom, start, end in _stretches(path):
        chrom = chrom.removeprefix("chr")
        if chrom != last:
            if _end_confirms(path, build, contigs, (last, reached)):
                return
            last, reached = chrom, 0
        reached = max(reached, end)
        if reached > lengths.get(chrom, reached):
            raise ValueError(
                f"{path}: genome build contradicted: {chrom}:{start}-{end} lies behind "
                f"the end of the chromosome in {build}, {lengths[chrom]}; correct "
                "genome_build"
            )
        if len(touched.get(build, ())) <= enough:
            for name, here in places.items():
                touched[name].update(here.touching(chrom, start, end))
    if not _end_confirms(path, build, contigs, (last, reached)):
        _compare(path, build, {name: len(found) for name, found in touched.items()})


_BY_CHANCE = (
    10  # of so many exons that a target touches, one lies there in another build
)


def _end_confirms(
    path: str,
    build: str,
    contigs: Mapping[tuple[str, int], str],
    end: tuple[str, int],
) -> bool:
    told = contigs.get(end)
    if told not in (None, build):
        raise ValueError(
            f"{path}: genome build contradicted: the sheet says {build}, the lines of "
            f"{end[0]} end at {end[1]}, where it ends in {told}; correct genome_build"
        )
    return told == build


def _compare(path: str, build: str, touched: Mapping[str, int]) -> None:
    own = touched.get(build, 0)
    for name, count in touched.items():
        if name != build and count >= _BY_CHANCE * max(own, 1):
            raise ValueError(
                f"{path}: genome build contradicted: the sheet says {build}, the lines "
                f"touch {own} coding exons of the panel there and {count} in {name}; "
                "correct genome_build"
            )


def refuse_elsewhere(
    path: str, exons: Sequence[Exon], fasta: str | None = None
) -> None:
    """
    Tell that a file says nothing of any coding exon of the panel, deep or not.

    Without a line on the panel, all its genes would look uncovered.

    Raises
    ------
    ValueError
        If no chromosome is named as the panel names its own, or no line touches it.
    """
    panel = {exon.chrom for exon in exons}
    if path.endswith(ALIGNMENTS):
        with opened(path, fasta) as alignments:
            names = dict.fromkeys(alignments.references)
        found = not panel.isdisjoint(name.removeprefix("chr") for name in names)
    else:
        places, names, found = Places(exons), {}, False
        for chrom, start, end in _stretches(path):
            names[chrom] = None
            if next(places.touching(chrom.removeprefix("chr"), start, end), None):
                found = True
                break
    if found or not names:
        return
    if panel.isdisjoint(name.removeprefix("chr") for name in names):
        raise ValueError(
            f"{path}: no chromosome is named like 17 or chr17, but "
            f"{', '.join(list(names)[:3])}; rename the chromosomes"
        )
    raise ValueError(
        f"{path}: no line touches a coding exon of the panel; give the coverage of the "
        "panel's genes in the sample's genome build, or leave the cell blank"
    )


def _stretches(path: str) -> Iterator[tuple[str, int, int]]:
    """Yield chromosome, start and end of the lines of a BED or a VCF."""
    with (gzip.open if path.endswith(".gz") else open)(path, "rt") as lines:
        vcf = False
        for line in lines:
            vcf = vcf or line.startswith("##fileformat=VCF")
            cells = line.rstrip("\r\n").split("\t")
            if line.startswith("#") or len(cells) < 3 or not cells[1].isdecimal():
                continue
            if not vcf:
                yield (
                    cells[0],
                    int(cells[1]),
                    int(cells[2]) if cells[2].isdecimal() else 0,
                )
                continue
            info = cells[7] if len(cells) > 7 else ""
            end = dict(x.partition("=")[::2] for x in info.split(";")).get("END", "")
            start = int(cells[1]) - 1
            yield cells[0], start, int(end) if end.isdecimal() else start + 1
