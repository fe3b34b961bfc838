"""
Alignments to the panel's own stretches -> alignments at the genome's positions.

Runs as a program between bwa and samtools: placing.py SPANS < SAM > SAM. SPANS has the
columns contig, chrom, offset, length: a stretch, its chromosome by the genome's name,
the bases before it, and the length of the chromosome.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping

Places = Mapping[str, tuple[str, int]]  # stretch: chromosome, bases before it


def placed(
    lines: Iterable[str], places: Places, lengths: Mapping[str, int]
) -> Iterator[str]:
    """
    Move SAM lines from stretches to chromosomes.

    Parameters
    ----------
    lines
        SAM with its header, as bwa mem writes it.
    places
        Of the stretches.
    lengths
        Of the chromosomes, in the order of the new header.
    """
    said = False
    for line in lines:
        if line.startswith("@SQ\t"):
            if not said:
                for chrom, length in lengths.items():
                    yield f"@SQ\tSN:{chrom}\tLN:{length}\n"
            said = True
        elif line.startswith("@"):
            yield line
        else:
            yield _moved(line, places)


def _moved(line: str, places: Places) -> str:
    cells = line.rstrip("\n").split("\t")
    own, mate = cells[2], cells[6]
    other = own if mate == "=" else mate
    if own in places:
        cells[2], offset = places[own]
        cells[3] = str(int(cells[3]) + offset)
    if other in places:
        chrom, offset = places[other]
        cells[7] = str(int(cells[7]) + offset)
        cells[6] = "=" if chrom == cells[2] else chrom
    tags = [_moved_tag(tag, places) for tag in cells[11:] if not tag.startswith("XA:")]
    return "\t".join([*cells[:11], *tags]) + "\n"


def _moved_tag(tag: str, places: Places) -> str:
    """Move the other parts of a split read; all other tags stay."""
    if not tag.startswith("SA:Z:"):
        return tag
    parts = []
    for part in tag[5:].rstrip(";").split(";"):
        contig, position, rest = part.split(",", 2)
        chrom, offset = places[contig]
        parts.append(f"{chrom},{int(position) + offset},{rest};")
    return f"SA:Z:{''.join(parts)}"


def read_places(path: str) -> tuple[dict[str, tuple[str, int]], dict[str, int]]:
    """Read the stretches and the lengths of their chromosomes."""
    places, lengths = {}, {}
    with open(path, encoding="utf-8") as rows:
        next(rows)
        for row in rows:
            contig, chrom, offset, length = row.rstrip("\n").split("\t")
            places[contig] = (chrom, int(offset))
            lengths[chrom] = int(length)
    return places, lengths


if __name__ == "__main__":
    sys.stdout.writelines(placed(sys.stdin, *read_places(sys.argv[1])))
