"""STAR itself, where it is installed (Debian: rna-star), on a SYNTHETIC genome."""

import gzip
import os
import random
import shutil
import subprocess
import sys

import find_fusions
import pysam
import pytest

from ballad.reads.programs import ProgramError

pytestmark = pytest.mark.skipif(
    shutil.which("STAR") is None, reason="STAR is not installed (Debian: rna-star)"
)
# Two genes of three exons each; the last two of GENEB follow the first two of GENEA.
EXONS = {
    ("GENEA", "chr1"): [(5000, 5300), (7000, 7300), (9000, 9300)],
    ("GENEB", "chr2"): [(15000, 15300), (17000, 17300), (19000, 19300)],
}
LEFT, RIGHT = ("chr1", 7300), ("chr2", 17001)  # the joined bases, 1-based
STAND_IN = """#!{python}
# In Arriba's place: reads the alignments from -x and writes the places it is told.
import sys, pysam
given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
places = set()
for read in pysam.AlignmentFile(given["-x"], check_sq=False):
    if read.has_tag("SA") and not read.is_supplementary:
        places.add(read.reference_name)
        places.add(read.get_tag("SA").split(",")[0])
open(given["-o"], "w").write("#gene1\\t" + "\\t".join(sorted(places)) + "\\n")
open(given["-O"], "w").close()
"""


def backwards(bases):
    return bases[::-1].translate(str.maketrans("ACGT", "TGCA"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Write genome, genes, index and two lanes of reads across one junction."""
    here = tmp_path_factory.mktemp("star")
    chance = random.Random(7)
    genome = {
        name: "".join(chance.choices("ACGT", k=40_000)) for name in ("chr1", "chr2")
    }
    (here / "g.fa").write_text("".join(f">{n}\n{s}\n" for n, s in genome.items()))
    rows = [
        f'{chrom}\tx\texon\t{start + 1}\t{end}\t.\t+\t.\tgene_id "{gene}"; '
        f'transcript_id "{gene}.1"; gene_name "{gene}";\n'
        for (gene, chrom), exons in EXONS.items()
        for start, end in exons
    ]
    (here / "g.gtf").write_text("".join(rows))
    first, second = EXONS.values()
    parts = [("chr1", place) for place in first[:2]]
    parts += [("chr2", place) for place in second[1:]]
    joined = "".join(genome[chrom][start:end] for chrom, (start, end) in parts)
    for lane in "ab":
        mates: tuple[list[str], list[str]] = ([], [])
        for n in range(100):
            start = chance.randrange(len(joined) - 250)
            ends = joined[start : start + 100], joined[start + 150 : start + 250]
            for texts, bases in zip(mates, (ends[0], backwards(ends[1])), strict=True):
                texts.append(f"@{lane}{n}\n{bases}\n+\n{'I' * 100}\n")
        for number, texts in enumerate(mates, 1):
            with gzip.open(here / f"{lane}{number}.fq.gz", "wt") as out:
                out.write("".join(texts))
    (here / "index").mkdir()
    command = [
        *("STAR", "--runMode", "genomeGenerate", "--genomeDir", "index"),
        *("--genomeFastaFiles", "g.fa", "--sjdbGTFfile", "g.gtf"),
        *("--genomeSAindexNbases", "7", "--sjdbOverhang", "99"),
    ]
    subprocess.run(command, cwd=here, check=True, capture_output=True)
    return here


def lanes(folder):
    """Name the lanes; the mates of the second one are not packed."""
    for number in (1, 2):
        with gzip.open(folder / f"b{number}.fq.gz") as packed:
            (folder / f"b{number}.fq").write_bytes(packed.read())
    ends = {"a": ".fq.gz", "b": ".fq"}
    return [
        tuple(str(folder / f"{lane}{n}{end}") for n in (1, 2))
        for lane, end in ends.items()
    ]


def test_star_takes_the_options_and_writes_chimeric_reads_across_the_junction(folder):
    command = find_fusions.star(lanes(folder), str(folder / "index"), "star.", 2)
    with (folder / "star.bam").open("wb") as out:
        subprocess.run(command, cwd=folder, stdout=out, check=True)

    names, joined = set(), set()
    with pysam.AlignmentFile(str(folder / "star.bam"), check_sq=False) as alignments:
        for read in alignments:
            names.add(read.query_name)
            if read.has_tag("SA") and not read.is_supplementary:
                joined.add(_joined(read))
    assert len(names) == 200  # both lanes, and what does not align stays in
    assert joined == {(LEFT, RIGHT)}


def _joined(read):
    """Return the bases beside the junction: the end on chr1, the start on chr2."""
    chrom, start, _, cigar, *_ = read.get_tag("SA").split(",")
    other = pysam.AlignedSegment()
    other.cigarstring, other.reference_start = cigar, int(start) - 1
    both = {read.reference_name: read, chrom: other}
    return ("chr1", both["chr1"].reference_end), (
        "chr2",
        both["chr2"].reference_start + 1,
    )


@pytest.fixture
def with_stand_in(tmp_path, monkeypatch):
    program = tmp_path / "arriba"
    program.write_text(STAND_IN.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")


def found(folder, output, index="index"):
    find_fusions.main(
        lanes=[],
        fasta=str(folder / "g.fa"),
        gtf=str(folder / "g.gtf"),
        blacklist="blacklist.tsv",
        fusions=str(output),
        reads={"lanes": lanes(folder)},
        star_index=str(folder / index),
        threads=2,
    )


@pytest.mark.usefixtures("with_stand_in")
def test_what_star_writes_reaches_the_caller_of_fusions(folder, tmp_path):
    found(folder, tmp_path / "f.tsv")

    assert (tmp_path / "f.tsv").read_text() == "#gene1\tchr1\tchr2\n"


@pytest.mark.usefixtures("with_stand_in")
def test_star_that_fails_is_named_and_leaves_no_table(folder, tmp_path):
    with pytest.raises(ProgramError, match="STAR"):
        found(folder, tmp_path / "f.tsv", index="no_index")

    assert not (tmp_path / "f.tsv").exists()
