"""SYNTHETIC VCFs as Mutect2 and VEP write them, and their coverage."""

import gzip
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pysam

from ballad.simulation.assays import OUTSIDE, SHORT, Assays
from ballad.simulation.biology import Patient, PlantedVariant
from ballad.simulation.design import Allele, Design

CSQ = (
    *("Allele", "Consequence", "IMPACT", "SYMBOL", "Gene", "Feature_type", "Feature"),
    *("BIOTYPE", "HGVSc", "HGVSp", "CANONICAL", "MANE_SELECT", "MAX_AF"),
)
IMPACT = {
    **dict.fromkeys(("stop_gained", "frameshift_variant"), "HIGH"),
    **dict.fromkeys(("splice_donor_variant", "splice_acceptor_variant"), "HIGH"),
    "missense_variant": "MODERATE",
    "synonymous_variant": "LOW",
    "splice_region_variant&synonymous_variant": "LOW",
    "intron_variant": "MODIFIER",
}
HEADER = (
    "##fileformat=VCFv4.2",
    "##SYNTHETIC=invented patient of the ballad example; no real person",
    "##source=Mutect2",
    '##FILTER=<ID=PASS,Description="Site contains at least one allele that passes">',
    '##FILTER=<ID=weak_evidence,Description="Mutation does not meet likelihood">',
    '##FILTER=<ID=strand_bias,Description="Evidence from one read direction only">',
    '##INFO=<ID=CSQ,Number=.,Type=String,Description="Consequence annotations from '
    f'Ensembl VEP. Format: {"|".join(CSQ)}">',
    '##INFO=<ID=DP,Number=1,Type=Integer,Description="Approximate read depth">',
    '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">',
    '##FORMAT=<ID=AD,Number=R,Type=Integer,Description="Allelic depths">',
    '##FORMAT=<ID=AF,Number=A,Type=Float,Description="Allele fractions">',
    '##FORMAT=<ID=DP,Number=1,Type=Integer,Description="Approximate read depth">',
    '##FORMAT=<ID=SB,Number=4,Type=Integer,Description="Per-strand read counts">',
)
THRESHOLDS = (1, 20, 100, 250)


def vcf_text(
    rng: np.random.Generator,
    patient: Patient,
    sample: str,
    assays: Assays,
    design: Design,
    genes: Mapping[str, Mapping[str, str]],
) -> str:
    """Write the planted alleles among passengers, sorted by place."""
    found = [*_passengers(rng, design), *patient.variants]
    if assays.tp53 == OUTSIDE:
        found = [variant for variant in found if variant.allele.gene != "TP53"]
    order = {chrom: place for place, chrom in enumerate(design.chromosomes)}
    found.sort(key=lambda v: (order[v.allele.chrom], v.allele.pos, v.allele.alt))
    contigs = [
        f"##contig=<ID={chrom},length={length},assembly=GRCh38>"
        for chrom, length in design.chromosomes.items()
    ]
    columns = ("#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT")
    lines = [
        *HEADER,
        *contigs,
        f"##tumor_sample={sample}",
        "\t".join((*columns, sample)),
        *(_record(rng, variant, design, genes) for variant in found),
    ]
    return "\n".join(lines) + "\n"


def _passengers(rng: np.random.Generator, design: Design) -> list[PlantedVariant]:
    n = int(rng.integers(80, 301))
    places = rng.choice(len(design.passengers), size=n, replace=False)
    found = []
    for place in places:
        allele = design.passengers[int(place)]
        germline = allele.role == "polymorphism" or rng.random() < 0.5
        vaf = (
            (0.5 if rng.random() < 0.7 else 1.0) if germline else rng.uniform(0.02, 0.4)
        )
        found.append(PlantedVariant(allele, float(vaf)))
    return found


def _record(
    rng: np.random.Generator,
    variant: PlantedVariant,
    design: Design,
    genes: Mapping[str, Mapping[str, str]],
) -> str:
    allele, parameters = variant.allele, design.parameters
    passenger = allele.role in ("polymorphism", "private")
    shape = parameters["depth_shape"]
    drawn = rng.negative_binomial(shape, shape / (shape + parameters["depth_mean"]))
    depth = max(int(drawn), 30 if passenger else int(parameters["depth_min"]))
    alt = round(variant.vaf * depth)
    ref = depth - alt
    forward = [int(rng.binomial(n, 0.5)) for n in (ref, alt)]
    counts = f"{forward[0]},{ref - forward[0]},{forward[1]},{alt - forward[1]}"
    passed = not passenger or rng.random() < 0.93
    failed = "weak_evidence" if rng.random() < 0.7 else "strand_bias"
    population = allele.population_af
    if allele.role == "polymorphism":
        population = f"{0.002 + 0.4 * (allele.pos % 97) / 97:.4f}"
    genotype = "1/1" if variant.vaf > 0.9 else "0/1"
    values = f"{genotype}:{ref},{alt}:{alt / depth:.3f}:{depth}:{counts}"
    info = f"DP={depth};CSQ={_csq(allele, genes[allele.gene], population)}"
    return "\t".join(
        (
            *(allele.chrom, str(allele.pos), ".", allele.ref, allele.alt, "."),
            *("PASS" if passed else failed, info, "GT:AD:AF:DP:SB", values),
        )
    )


def _csq(allele: Allele, gene: Mapping[str, str], population: str) -> str:
    same_length = len(allele.ref) == len(allele.alt)
    transcript = gene["mane_select_enst"]
    protein = allele.hgvsp.replace("=", "%3D")
    return "|".join(
        (
            allele.alt if same_length else allele.alt[1:] or "-",
            allele.consequence,
            IMPACT[allele.consequence],
            allele.gene,
            gene["ensembl_gene"].split(".")[0],
            "Transcript",
            transcript,
            "protein_coding",
            f"{transcript}:{allele.hgvsc}" if allele.hgvsc else "",
            f"{gene['mane_ensp']}:{protein}" if protein else "",
            "YES",
            gene["mane_select_nm"],
            population,
        )
    )


def write_vcf(text: str, path: Path) -> None:
    """Compress with bgzip and index with tabix."""
    plain = path.with_suffix("")
    plain.write_text(text, encoding="utf-8")
    pysam.tabix_compress(str(plain), str(path), force=True)
    plain.unlink()
    pysam.tabix_index(str(path), preset="vcf", force=True)


def coverage_text(
    rng: np.random.Generator, assays: Assays, exons: Iterable[tuple[str, int, int, str]]
) -> str:
    """
    Write mosdepth thresholds of the panel's coding exons.

    Where TP53 is short, exons 5 to 8 reach 20 reads but not 100.
    """
    lines = [
        "\t".join(("#chrom", "start", "end", "region", *(f"{t}X" for t in THRESHOLDS)))
    ]
    for chrom, start, end, region in exons:
        gene, exon = region.split("|")[0], region.split("|")[-1]
        if gene == "TP53" and assays.tp53 == OUTSIDE:
            continue
        length = end - start
        deep = round(length * rng.uniform(0.8, 1.0))
        short = gene == "TP53" and assays.tp53 == SHORT
        if short and exon in ("exon5", "exon6", "exon7", "exon8"):
            reached = (length, length, 0, 0)
        else:
            reached = (length, length, length, deep)
        lines.append(
            "\t".join((chrom, str(start), str(end), region, *map(str, reached)))
        )
    return "\n".join(lines) + "\n"


def write_gzip(text: str, path: Path) -> None:
    """Write compressed text whose bytes do not depend on the clock."""
    path.write_bytes(gzip.compress(text.encode(), compresslevel=6, mtime=0))
