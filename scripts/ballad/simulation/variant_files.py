"""The alleles and reads of a SYNTHETIC DNA sample, and its coverage."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ballad.simulation.assays import OUTSIDE, SHORT, Assays
from ballad.simulation.biology import Patient, PlantedVariant
from ballad.simulation.design import Allele, Design

Exon = tuple[str, int, int, str]
THRESHOLDS = (1, 20, 100, 250)
# Alleles a person is born with.
GERMLINE: tuple[str, ...] = (
    "tp53_p72r",
    "tp53_r213",
    "tp53_p47s",
    "tp53_n235s",
    "tp53_v217m",
)
GERMLINE += ("tp53_d49h", "tp53_r337h")
PASSENGERS = ("polymorphism", "private")
WEAK, STRAND = "weak_evidence", "strand_bias"


@dataclass(frozen=True)
class Alternative:
    """An alternative allele and its reads."""

    allele: Allele
    reads: int
    forward: int
    population: str  # fraction in the highest population; empty: in none


@dataclass(frozen=True)
class Site:
    """One place of a sample, whatever a caller makes of it."""

    alternatives: tuple[Alternative, ...]
    depth: int
    ref_forward: int
    filters: str  # PASS, WEAK, STRAND or a planted text
    germline: bool  # in the normal sample too

    @property
    def ref_reads(self) -> int:
        """Reads of the reference."""
        return self.depth - sum(found.reads for found in self.alternatives)


def sample_sites(
    rng: np.random.Generator, patient: Patient, assays: Assays, design: Design
) -> dict[str, list[Site]]:
    """
    Draw reads for the planted alleles among passengers.

    Returns
    -------
    dict of timepoint: list of Site, sorted by place
        ``own`` and, where there is one, the patient's second sample. It has the same
        passengers; in remission the alleles of the leukaemia are gone, and at relapse
        a TP53 mutation has come.
    """
    passengers = _passengers(rng, design)
    own = list(patient.variants)
    if patient.extras.dna_in_remission:
        # What is left of a remission is the germline, as which TP53 is taken here.
        own = [v for v in own if v.allele.role in GERMLINE] + [own[0]]
    found = {"own": _sites(rng, [*passengers, *own], assays, design)}
    timepoint = patient.extras.second_sample
    if timepoint == "relapse":
        (gained,) = [
            allele
            for allele in design.alleles["tp53_missense"]
            if allele.protein_change == "R248Q"
        ]
        later = [*passengers, *patient.variants, PlantedVariant(gained, 0.3)]
        found[timepoint] = _sites(rng, later, assays, design)
    elif timepoint:
        born = [v for v in patient.variants if v.allele.role in GERMLINE]
        born += [v for v in passengers if v.vaf >= 0.5]
        found[timepoint] = _sites(rng, born, assays, design)
    return found


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


def _sites(
    rng: np.random.Generator,
    found: list[PlantedVariant],
    assays: Assays,
    design: Design,
) -> list[Site]:
    if assays.tp53 == OUTSIDE:
        found = [variant for variant in found if variant.allele.gene != "TP53"]
    order = {chrom: place for place, chrom in enumerate(design.chromosomes)}
    found = sorted(
        found, key=lambda v: (order[v.allele.chrom], v.allele.pos, v.allele.alt)
    )
    seconds = {v.allele.pos: v for v in found if v.allele.role == "tp53_second_alt"}
    return [
        _site(rng, variant, seconds.get(variant.allele.pos), design)
        for variant in found
        if variant not in seconds.values()
    ]


def _site(
    rng: np.random.Generator,
    variant: PlantedVariant,
    second: PlantedVariant | None,
    design: Design,
) -> Site:
    allele, parameters = variant.allele, design.parameters
    passenger = allele.role in PASSENGERS
    shape = parameters["depth_shape"]
    drawn = rng.negative_binomial(shape, shape / (shape + parameters["depth_mean"]))
    depth = max(int(drawn), 30 if passenger else int(parameters["depth_min"]))
    alternatives = [
        _alternative(rng, planted, depth) for planted in (variant, second) if planted
    ]
    ref = depth - sum(found.reads for found in alternatives)
    passed = not passenger or rng.random() < 0.93
    failed = WEAK if rng.random() < 0.7 else STRAND
    return Site(
        tuple(alternatives),
        depth,
        int(rng.binomial(ref, 0.5)),
        variant.filters if passed else failed,
        allele.role in GERMLINE or (passenger and variant.vaf >= 0.5),
    )


def _alternative(
    rng: np.random.Generator, variant: PlantedVariant, depth: int
) -> Alternative:
    allele = variant.allele
    reads = round(variant.vaf * depth)
    forward = reads if variant.one_strand else int(rng.binomial(reads, 0.5))
    population = allele.population_af
    if allele.role == "polymorphism":
        population = f"{0.002 + 0.4 * (allele.pos % 97) / 97:.4f}"
    return Alternative(allele, reads, forward, population)


def coverage_text(
    rng: np.random.Generator,
    assays: Assays,
    drawn: Mapping[str, Exon],
    written: Mapping[str, Exon],
) -> str:
    """
    Write mosdepth thresholds of the panel's coding exons.

    Where TP53 is short, exons 5 to 8 reach 20 reads but not 100. Each exon `drawn` has
    its depth, whether or not it is `written` in the build of the file.
    """
    lines = [
        "\t".join(("#chrom", "start", "end", "region", *(f"{t}X" for t in THRESHOLDS)))
    ]
    for region, (_, start, end, _) in drawn.items():
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
        if region in written:
            cells = (*written[region], *reached)
            lines.append("\t".join(map(str, cells)))
    return "\n".join(lines) + "\n"


def write_gzip(text: str, path: Path) -> None:
    """Write compressed text whose bytes do not depend on the clock."""
    path.write_bytes(gzip.compress(text.encode(), compresslevel=6, mtime=0))
