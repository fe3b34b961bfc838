"""The VCFs and coverage of the SYNTHETIC example, filled up to the size of an exome."""

import gzip
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pysam

RECORDS = 30_000  # annotated records that lie in no gene of the panel
UNLIKE = 80  # bytes of each record that compress to nothing less
TRANSCRIPTS = 6  # told of each record
REGIONS = 200_000  # coding exons of an exome, outside the panel
_ANNOTATIONS = re.compile(r"((?:CSQ|ANN|BCSQ)=)([^;\t]*)")
_ELSEWHERE = "Y"  # holds no gene of the panel and comes last
_FROM = 3_000_000  # behind PAR1, whose reads count on X


def grown_to_exomes(cohort: Path) -> None:
    """
    Add to each compressed VCF and coverage file what an exome holds outside the panel.

    Plain VCFs, BCFs and VCFs without annotation stay as they are, for they are few; a
    VCF that had an index has one again, one that had none is read as a whole.

    Parameters
    ----------
    cohort
        A copy of resources/example that may be changed.
    """
    rng = random.Random(1)
    unlike = [rng.randbytes(UNLIKE).hex() for _ in range(RECORDS)]
    for path in sorted(cohort.glob("vcf/*.vcf.gz")):
        _fill_vcf(path, unlike)
    fillings: dict[tuple[str, int], bytes] = {}
    for path in sorted(cohort.glob("coverage/*.bed.gz")):
        last = gzip.decompress(path.read_bytes()).decode().splitlines()[-1].split("\t")
        kind = (_named_as(last[0]), len(last))
        if kind not in fillings:
            fillings[kind] = gzip.compress("".join(_regions(*kind)).encode(), 1)
        with path.open("ab") as file:  # members of a gzip file follow each other
            file.write(fillings[kind])


def _fill_vcf(path: Path, unlike: Sequence[str]) -> None:
    text = gzip.decompress(path.read_bytes()).decode()
    records = (line for line in text.splitlines() if not line.startswith("#"))
    model = next(filter(_ANNOTATIONS.search, records), None)
    if model is None:  # its annotation stands elsewhere, or it holds no record
        return
    indexed = path.with_name(f"{path.name}.tbi")
    with pysam.BGZFile(str(path), "wb") as out:
        out.write(text.encode())
        out.write("".join(_records(model.split("\t"), unlike)).encode())
    if indexed.exists():
        pysam.tabix_index(str(path), preset="vcf", force=True)


def _named_as(model: str) -> str:
    return f"chr{_ELSEWHERE}" if model.startswith("chr") else _ELSEWHERE


def _records(model: Sequence[str], unlike: Sequence[str]) -> Iterator[str]:
    """Yield records in the dialect of one, at places outside of its genes."""
    chrom = _named_as(model[0])
    info = _ANNOTATIONS.sub(_several, model[7])
    rest = "\t".join([info, *model[8:]])
    for number, text in enumerate(unlike, 1):
        place = _FROM + number * 1_000
        yield f"{chrom}\t{place}\t.\tA\tC\t.\tPASS\tSYNTHETIC={text};{rest}\n"


def _several(found: re.Match) -> str:
    first = found[2].split(",")[0]
    return found[1] + ",".join([first] * TRANSCRIPTS)


def _regions(chrom: str, columns: int) -> Iterator[str]:
    deep = "\t150" * (columns - 4)
    for start in range(_FROM, _FROM + REGIONS * 200, 200):
        yield f"{chrom}\t{start}\t{start + 150}\tSYNTHETIC{deep}\n"
