"""The first pseudoautosomal region of Y, written on X, where the gene tables have it."""

# First and last base of PAR1 on Y, and what is added to be on X.
# Source: assembly reports of both builds.
PAR1_OF_Y = {"GRCh38": (10001, 2781479, 0), "GRCh37": (10001, 2649520, 50000)}


def on_x(build: str, chrom: str, pos: int) -> tuple[str, int]:
    """
    Write a base of PAR1 on X; every other base stays.

    Parameters
    ----------
    build
        GRCh37 or GRCh38; of another build nothing is known.
    chrom, pos
        Chromosome without chr; 1-based.
    """
    if chrom == "Y" and build in PAR1_OF_Y:
        first, last, shift = PAR1_OF_Y[build]
        if first <= pos <= last:
            return "X", pos + shift
    return chrom, pos


def stretch_on_x(
    build: str, chrom: str, start: int, end: int
) -> tuple[int, int] | None:
    """Write the part of a half-open, 0-based stretch in PAR1 of Y on X; None: no part."""
    if chrom != "Y" or build not in PAR1_OF_Y:
        return None
    first, last, shift = PAR1_OF_Y[build]
    low, high = max(start, first - 1), min(end, last)
    return (low + shift, high + shift) if low < high else None


def also_on_y(build: str, start: int, end: int) -> tuple[int, int] | None:
    """Write a half-open, 0-based stretch of X on Y; None outside PAR1."""
    first, last, shift = PAR1_OF_Y.get(build, (1, 0, 0))
    low, high = start - shift, end - shift
    return (low, high) if first <= low + 1 and high <= last else None
