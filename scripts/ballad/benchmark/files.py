"""SYNTHETIC VCFs for the benchmark, the same for the same seed."""

import random
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import Pool
from pathlib import Path
from typing import IO

from ballad.benchmark.sites import (
    VEP_FIELDS,
    Gene,
    Site,
    background_genes,
    bcsq,
    coding_sites,
    panel_genes,
    site,
    snpeff,
    vep,
)
from ballad.tables import read_table


@dataclass(frozen=True)
class Size:
    """How much is written."""

    exomes: int
    exome_records: tuple[int, int]  # fewest, most
    genome_records: int
    cohort_records: int
    cohort_samples: int


SIZES = {
    "small": Size(12, (2000, 5000), 60_000, 4000, 40),
    "full": Size(300, (5000, 20_000), 3_000_000, 50_000, 300),
}
SEED = 20_240_501
SITES_PER_GENE = 4
DESCRIPTIONS = {
    "CSQ": "Consequence annotations from Ensembl VEP. Format: " + "|".join(VEP_FIELDS),
    "ANN": "Functional annotations: 'Allele | Annotation | Annotation_Impact | "
    "Gene_Name | Gene_ID | Feature_Type | Feature_ID | Transcript_BioType | Rank | "
    "HGVS.c | HGVS.p | cDNA.pos / cDNA.length | CDS.pos / CDS.length | "
    "AA.pos / AA.length | Distance | ERRORS / WARNINGS / INFO'",
    "BCSQ": "Haplotype-aware consequence annotation from BCFtools/csq. Format: "
    "Consequence|gene|transcript|biotype|strand|amino_acid_change|dna_change",
}
ANNOTATORS: Mapping[str, Callable[[Site], str]] = {
    "CSQ": vep,
    "ANN": snpeff,
    "BCSQ": bcsq,
}
_INFO = {
    **{"AC": ("A", "Integer"), "AF": ("A", "Float"), "AN": ("1", "Integer")},
    **{"BaseQRankSum": ("1", "Float"), "DP": ("1", "Integer"), "FS": ("1", "Float")},
    **{"MQ": ("1", "Float"), "QD": ("1", "Float"), "SOR": ("1", "Float")},
    "END": ("1", "Integer"),
}
# A caller of small variants describes none of these; who does is read from end to end.
_STRUCTURAL = {"SVTYPE": ("1", "String"), "MATEID": ("1", "String")}
_FORMAT = {
    **{"GT": ("1", "String"), "AD": ("R", "Integer"), "DP": ("1", "Integer")},
    **{"GQ": ("1", "Integer"), "PL": ("G", "Integer")},
}
UNPLACED = 170  # contigs beside the chromosomes, as in real headers


@dataclass(frozen=True)
class Model:
    """Genes and chromosomes that the files of one seed share."""

    lengths: Mapping[str, int]
    panel: Sequence[Gene]
    background: Sequence[Gene]

    def order(self, place: Site) -> tuple[int, int]:
        """Sort by chromosome as the header lists them, then by position."""
        return list(self.lengths).index(place.chrom), place.pos


def model(resources: Path, seed: int = SEED) -> Model:
    """Take the panel from the resources and invent the other genes."""
    table = read_table(resources / "simulation/chromosomes.tsv", numeric=["length"])
    lengths = {
        row.chrom: int(row.length) for row in table.itertuples() if row.chrom != "chrY"
    }
    panel = panel_genes(
        resources / "panel/cds.GRCh38.bed", resources / "panel/genes.tsv"
    )
    return Model(lengths, panel, background_genes(lengths, seed))


def write_data(folder: Path, resources: Path, size: Size, workers: int) -> None:
    """Write the files of one size that are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    known = model(resources)
    pool_of_sites = site_pool(known)
    global _SHARED
    _SHARED = (known, pool_of_sites)  # the workers inherit it by fork
    jobs: list[tuple] = [
        (write_exome, folder / f"exome/S{n:04d}.vcf.gz", n, size.exome_records, "CSQ")
        for n in range(1, size.exomes + 1)
    ]
    fewest = (size.exome_records[0],) * 2
    jobs += [
        (write_exome, folder / f"dialect/{key}.vcf.gz", 1, fewest, key, True)
        for key in ANNOTATORS
    ]
    jobs.append(
        (
            write_cohort,
            folder / "cohort.vcf.gz",
            size.cohort_records,
            size.cohort_samples,
        )
    )
    jobs += [
        (write_genome_part, folder / f"genome/{chrom}.vcf", chrom, size.genome_records)
        for chrom in known.lengths
        if not (folder / "genome.vcf.gz.tbi").exists()
    ]
    with Pool(workers) as pool:
        for _ in pool.imap_unordered(_do, jobs):
            pass
    join_genome(folder, known)
    write_copies(folder)


_SHARED: tuple[Model, list[Site]]


def _do(job: tuple) -> None:
    write, path, *rest = job
    path.parent.mkdir(exist_ok=True)
    done = path if path.suffix == ".vcf" else Path(f"{path}.tbi")
    if not done.exists():
        write(path, *rest)


def site_pool(known: Model) -> list[Site]:
    """Draw the sites that the exomes and the cohort share, sorted, one a position."""
    genes = [*known.panel, *known.background]
    drawn = list(coding_sites(genes, SITES_PER_GENE, SEED))
    first = {(place.chrom, place.pos): place for place in drawn}
    return sorted(first.values(), key=known.order)


def header(
    known: Model, samples: Iterable[str], key: str, breakends: bool = False
) -> str:
    """Write the header with chromosomes and unplaced contigs."""
    info = {**_INFO, **_STRUCTURAL} if breakends else _INFO
    lines = [
        "##fileformat=VCFv4.2",
        "##source=SYNTHETIC",
        '##FILTER=<ID=LowQual,Description="Low quality">',
        '##ALT=<ID=DEL,Description="Deletion">',
        f'##INFO=<ID={key},Number=.,Type=String,Description="{DESCRIPTIONS[key]}">',
    ]
    for kind, columns in (("INFO", info), ("FORMAT", _FORMAT)):
        lines += [
            f'##{kind}=<ID={name},Number={number},Type={of},Description="{name}">'
            for name, (number, of) in columns.items()
        ]
    lines += [f"##contig=<ID={c},length={n}>" for c, n in known.lengths.items()]
    lines += [f"##contig=<ID=chrUn_{n:06d},length=15008>" for n in range(UNPLACED)]
    names = "CHROM POS ID REF ALT QUAL FILTER INFO FORMAT".split()
    lines.append("#" + "\t".join([*names, *samples]))
    return "\n".join(lines) + "\n"


@contextmanager
def bgzipped(path: Path) -> Iterator[IO[str]]:
    """Write text through bgzip; index the file when all is written."""
    parts = path.with_name(path.name + ".part")
    with parts.open("wb") as packed:
        command = ["bgzip", "-c"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=packed, text=True
        ) as bgzip:
            assert bgzip.stdin is not None
            yield bgzip.stdin
    if bgzip.returncode:
        raise OSError(f"bgzip ended with {bgzip.returncode} on {path}")
    parts.rename(path)
    subprocess.run(["tabix", "-f", "-p", "vcf", str(path)], check=True)


def write_exome(
    path: Path,
    number: int,
    records: tuple[int, int],
    key: str,
    breakends: bool = False,
) -> None:
    """Write one sample with long deletions among its variants, and breakends if asked."""
    known, sites = _SHARED
    chance = random.Random(f"exome {SEED} {number}")
    share = chance.randint(*records) / len(sites)
    annotate = ANNOTATORS[key]
    chosen = [place for place in sites if chance.random() < share]
    rows = [
        (known.order(place), record(place, annotate(place), key, chance))
        for place in chosen
    ]
    rows += structural(known, chance, breakends)
    rows.sort(key=lambda row: row[0])
    with bgzipped(path) as out:
        name = path.name.removesuffix(".vcf.gz")
        out.write(header(known, [name], key, breakends))
        out.writelines(text for _, text in rows)


def record(place: Site, annotation: str, key: str, chance: random.Random) -> str:
    """Write one record of one sample in the manner of GATK."""
    depth = max(1, int(chance.gauss(60, 25)))
    vaf = min(1.0, max(0.02, chance.gauss(0.4, 0.15)))
    alternate = depth if chance.random() < 0.38 else int(depth * vaf)
    genotype = "1/1" if alternate == depth else "0/1"
    quality, one, two = chance.random() * 900, chance.gauss(0, 1), chance.gauss(0, 1)
    more = ",0" if len(place.alts) > 1 else ""
    filters = "PASS" if chance.random() < 0.92 else "LowQual"
    likelihoods = f"{int(quality)},0,{depth * 9}" + (",90,99,120" if more else "")
    return (
        f"{place.head}\t{quality:.2f}\t{filters}\tAC=1{more};AF=0.5{more};AN=2;"
        f"BaseQRankSum={one:.3f};DP={depth};FS={quality / 90:.3f};MQ=60.00;"
        f"QD={quality / depth:.2f};SOR={abs(two):.3f};{key}={annotation}"
        f"\tGT:AD:DP:GQ:PL\t{genotype}:{depth - alternate},{alternate}{more}:{depth}"
        f":{int(quality) % 99}:{likelihoods}\n"
    )


FAR = 12_000  # bases; further before a gene than a reader may look back by guess


def structural(
    known: Model, chance: random.Random, breakends: bool = False
) -> list[tuple]:
    """Write deletions that begin far before a gene of the panel, or also breakends."""
    rows = []
    sample = "GT:AD:DP\t0/1:40,20:60"
    for gene in chance.sample(known.panel, 4):
        start, end = gene.exons[0]
        begin = start - FAR - chance.randrange(FAR)
        text = f"<DEL>\t50\tPASS\tEND={end - 5}"
        place = Site(gene.chrom, begin, "N", ("<DEL>",), (), "")
        rows.append(
            (known.order(place), f"{gene.chrom}\t{begin}\t.\tN\t{text}\t{sample}\n")
        )
        if not breakends:
            continue
        mate = chance.choice(known.panel)
        alt = f"G[{mate.chrom}:{mate.exons[0][0]}["
        place = Site(gene.chrom, end - 1, "G", (alt,), (), "")
        text = f"{gene.chrom}\t{end - 1}\tbnd{end}\tG\t{alt}\t50\tPASS\tSVTYPE=BND"
        rows.append((known.order(place), f"{text}\t{sample}\n"))
    return rows


def write_cohort(path: Path, records: int, samples: int) -> None:
    """Write many samples in one file; most carry no variant of a record."""
    known, sites = _SHARED
    chance = random.Random(f"cohort {SEED}")
    share = records / len(sites)
    chosen = [place for place in sites if chance.random() < share]
    without = {n: [_cell(False, n, chance) for _ in range(500)] for n in (1, 2)}
    carrier = {n: [_cell(True, n, chance) for _ in range(500)] for n in (1, 2)}
    with bgzipped(path) as out:
        names = [f"C{number:04d}" for number in range(1, samples + 1)]
        out.write(header(known, names, "CSQ"))
        for place in chosen:
            alleles = len(place.alts)
            cells = chance.choices(without[alleles], k=samples)
            carriers = 1 + int(samples * chance.random() ** 8)
            for column in chance.sample(range(samples), min(samples, carriers)):
                cells[column] = chance.choice(carrier[alleles])
            filters = "PASS" if chance.random() < 0.92 else "LowQual"
            more = ",0" if alleles > 1 else ""
            out.write(
                f"{place.head}\t99\t{filters}\tAC={carriers}{more};AN={2 * samples};"
                f"DP={60 * samples};CSQ={vep(place)}\tGT:AD:DP:GQ:PL\t"
            )
            out.write("\t".join(cells) + "\n")


def _cell(carries: bool, alleles: int, chance: random.Random) -> str:
    depth = max(1, int(chance.gauss(60, 20)))
    alternate = int(depth * min(1.0, max(0.0, chance.gauss(0.45, 0.1))))
    if not carries:
        alternate = int(chance.random() < 0.03)  # a stray read
    more = ",0" * (alleles - 1)
    tail = f"{depth}:99:0,{depth},{depth * 9}" + (",90,99,120" if more else "")
    genotype = "0/1" if carries else "0/0"
    return f"{genotype}:{depth - alternate},{alternate}{more}:{tail}"


def write_genome_part(path: Path, chrom: str, records: int) -> None:
    """Write one chromosome of a genome, spread evenly and dense on the panel."""
    known, _ = _SHARED
    chance = random.Random(f"genome {SEED} {chrom}")
    total, length = sum(known.lengths.values()), known.lengths[chrom]
    genes = [gene for gene in known.background if gene.chrom == chrom]
    genes.sort(key=lambda gene: gene.exons[0])
    panel = [gene for gene in known.panel if gene.chrom == chrom]
    count = records * length // total
    rows = {
        place.pos: record(place, vep(place), "CSQ", chance)
        for place in coding_sites(panel, SITES_PER_GENE, SEED)
    }
    long = {
        place[1]: text
        for place, text in structural(known, chance)
        if text.startswith(f"{chrom}\t")
    }
    rows |= long
    step = (length - 20_000) / count
    behind = 0
    parts = path.with_name(path.name + ".part")
    with parts.open("w") as out:
        waiting = sorted(rows)[::-1]
        for n in range(count):
            pos = 10_000 + int(step * (n + chance.random() * 0.9))
            while waiting and waiting[-1] <= pos:
                out.write(rows[waiting.pop()])
            if pos in rows:
                continue
            while behind < len(genes) - 1 and genes[behind].exons[-1][1] < pos:
                behind += 1
            gene = genes[behind]
            inside = gene.exons[0][0] <= pos < gene.exons[-1][1]
            place = site(gene if inside else None, pos, chance)
            if not inside:
                place = Site(chrom, pos, place.ref, place.alts, (), place.frequency)
            out.write(record(place, vep(place), "CSQ", chance))
        while waiting:
            out.write(rows[waiting.pop()])
    parts.rename(path)


def join_genome(folder: Path, known: Model) -> None:
    """Join the chromosomes to one file."""
    path = folder / "genome.vcf.gz"
    if Path(f"{path}.tbi").exists():
        return
    parts = [folder / f"genome/{chrom}.vcf" for chrom in known.lengths]
    with bgzipped(path) as out:
        out.write(header(known, ["genome"], "CSQ"))
        for part in parts:
            with part.open() as lines:
                while text := lines.read(1 << 22):
                    out.write(text)
    for part in parts:
        part.unlink()


def write_copies(folder: Path) -> None:
    """Copy the first exome without index, and with its records in any order."""
    copies = folder / "copy"
    copies.mkdir(exist_ok=True)
    source = folder / "exome/S0001.vcf.gz"
    text = subprocess.run(["bgzip", "-dc", source], check=True, capture_output=True)
    lines = text.stdout.splitlines(keepends=True)
    records = [line for line in lines if not line.startswith(b"#")]
    head = lines[: len(lines) - len(records)]
    (copies / "unindexed.vcf.gz").write_bytes(source.read_bytes())
    (copies / "plain.vcf").write_bytes(text.stdout)
    random.Random(SEED).shuffle(records)
    (copies / "unsorted.vcf").write_bytes(b"".join([*head, *records]))
