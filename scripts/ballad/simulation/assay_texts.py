"""SYNTHETIC karyotypes, FISH results, fusion tables and copy-number segments."""

import math
import re
from collections.abc import Mapping

import numpy as np

from ballad.simulation.assays import Assays
from ballad.simulation.biology import LOW_HYPODIPLOID, NEAR_HAPLOID, Patient
from ballad.simulation.design import Design
from ballad.simulation.truth import masked

ARRIBA = (
    *("#gene1", "gene2", "strand1(gene/fusion)", "strand2(gene/fusion)"),
    *("breakpoint1", "breakpoint2", "site1", "site2", "type", "split_reads1"),
    *("split_reads2", "discordant_mates", "coverage1", "coverage2", "confidence"),
    *("reading_frame", "tags", "retained_protein_domains"),
    *("closest_genomic_breakpoint1", "closest_genomic_breakpoint2", "gene_id1"),
    *("gene_id2", "transcript_id1", "transcript_id2", "direction1", "direction2"),
    *("filters", "fusion_transcript", "peptide_sequence", "read_identifiers"),
)
STAR_FUSION = (
    *("#FusionName", "JunctionReadCount", "SpanningFragCount", "est_J", "est_S"),
    *("SpliceType", "LeftGene", "LeftBreakpoint", "RightGene", "RightBreakpoint"),
    *("LargeAnchorSupport", "FFPM", "LeftBreakDinuc", "LeftBreakEntropy"),
    *("RightBreakDinuc", "RightBreakEntropy", "annots"),
)
SEGMENTS = ("ID", "chrom", "loc.start", "loc.end", "num.mark", "seg.mean")
CELLS = 20
# The array's specimen: enriched, so that one lost copy passes the loss cut-off.
ARRAY_PURITY = 0.60
# How each caller prints an immunoglobulin locus.
LOCUS = {
    "arriba": {"IGH": "IGHJ6", "IGK": "IGKJ2"},
    "star_fusion": {"IGH": "IGH@", "IGK": "IGK@"},
}
CLONAL_EXTRAS = ("del(6)(q21)", "+8", "del(13)(q14)")


def karyotype(rng: np.random.Generator, patient: Patient, design: Design) -> str:
    """Write ISCN text of 20 metaphases; cryptic lesions leave no trace."""
    abnormal = int(rng.integers(12, CELLS - 1))
    sex = "XX" if patient.sex == "F" else "XY"
    clone = _clone(rng, patient, design, sex)
    normal = f"46,{sex}"
    if clone == normal:
        return f"{normal}[{CELLS}]"
    return f"{clone}[{abnormal}]/{normal}[{CELLS - abnormal}]"


def _clone(rng: np.random.Generator, patient: Patient, design: Design, sex: str) -> str:
    stratum = patient.stratum
    if masked(patient):
        return _doubled(patient)
    if stratum.stratum == LOW_HYPODIPLOID:
        losses = ",".join(f"-{chrom}" for chrom in patient.lost)
        return f"{46 - len(patient.lost)},{sex},{losses}"
    if stratum.stratum == NEAR_HAPLOID:
        kept = [str(n) for n in range(1, 23) if str(n) not in patient.lost]
        gains = ",".join(f"+{chrom}" for chrom in kept)
        return f"{24 + len(kept)}<1n>,X,+{'X' if sex == 'XX' else 'Y'},{gains}"
    changes = _gains(patient) if patient.gained else _changes(rng, patient, design)
    number = 46 + sum(change.startswith("+") for change in changes)
    return ",".join((str(number), sex, *changes))


def _gains(patient: Patient) -> list[str]:
    # One chromosome is there twice more: 21, or X where 21 is not gained.
    gained = ["X", *patient.gained, "21" if "21" in patient.gained else "X"]
    gained.sort(key=lambda chrom: 0 if chrom == "X" else int(chrom))
    return [f"+{chrom}" for chrom in gained]


def _changes(rng: np.random.Generator, patient: Patient, design: Design) -> list[str]:
    changes = []
    if text := design.fusions.get(patient.stratum.detail, {}).get("karyotype"):
        changes.append(text)
    if "tp53_deletion" in patient.focal:
        changes.append("del(17)(p13)")
    if rng.random() < 0.3:
        changes.append(CLONAL_EXTRAS[int(rng.integers(len(CLONAL_EXTRAS)))])
    return sorted(changes, key=_first_chromosome)


def _first_chromosome(change: str) -> int:
    found = re.search(r"\d+", change)
    return int(found.group()) if found else 0


def _doubled(patient: Patient) -> str:
    """Double a clone with one X; changes are relative to the triploid level."""
    kept = [str(n) for n in range(1, 23) if str(n) not in patient.lost]
    changes = {**{c: f"-{c}" for c in patient.lost}, **{c: f"+{c}" for c in kept}}
    text = ",".join(changes[c] for c in sorted(changes, key=int))
    return f"{90 - 2 * len(patient.lost)}<3n>,XX,-X,{text}"


def fish(
    rng: np.random.Generator, patient: Patient, assays: Assays, design: Design
) -> str:
    """Write the results of the probes applied, as ISCN."""
    results = []
    for probe in design.probes:
        nuclei = int(rng.integers(110, 196))
        if f"fish.{probe['probe']}" in assays.done:
            form = "positive" if probe["lesion"] in patient.lesions else "negative"
            results.append(probe[form].format(nuclei=nuclei))
    return "; ".join(results)


def fusion_table(
    rng: np.random.Generator, patient: Patient, design: Design, caller: str
) -> str:
    """Write the caller's table; a header alone means that nothing was found."""
    header = ARRIBA if caller == "arriba" else STAR_FUSION
    fusion = design.fusions.get(patient.stratum.detail)
    reads = [int(n) for n in rng.integers(8, 45, size=3)]
    lines = ["\t".join(header)]
    if fusion is not None and "rna" in patient.stratum.seen_by:
        row = _arriba if caller == "arriba" else _star_fusion
        lines.append("\t".join(row(fusion, reads)))
    return "\n".join(lines) + "\n"


def _arriba(fusion: Mapping[str, str], reads: list[int]) -> tuple[str, ...]:
    names = LOCUS["arriba"]
    genes = [names.get(fusion[gene], fusion[gene]) for gene in ("gene5", "gene3")]
    same = fusion["breakpoint5"].split(":")[0] == fusion["breakpoint3"].split(":")[0]
    frame = "." if fusion["gene5"] in names else "in-frame"
    return (
        *genes,
        *("+/+", "+/+", fusion["breakpoint5"], fusion["breakpoint3"]),
        *("splice-site", "splice-site", "deletion" if same else "translocation"),
        *(str(n) for n in reads),
        *("300", "250", "high", frame, ".", ".", ".", "."),
        *(fusion["ensembl5"], fusion["ensembl3"], ".", "."),
        *("downstream", "upstream", ".", ".", ".", "SYNTHETIC"),
    )


def _star_fusion(fusion: Mapping[str, str], reads: list[int]) -> tuple[str, ...]:
    names = LOCUS["star_fusion"]
    five, three = (names.get(fusion[g], fusion[g]) for g in ("gene5", "gene3"))
    junction, spanning, _ = (str(n) for n in reads)
    return (
        *(f"{five}--{three}", junction, spanning, junction, spanning),
        *("ONLY_REF_SPLICE", f"{five}^{fusion['ensembl5']}"),
        *(f"{fusion['breakpoint5']}:+", f"{three}^{fusion['ensembl3']}"),
        *(f"{fusion['breakpoint3']}:+", "YES_LDAS", f"{int(junction) / 40:.4f}"),
        *("GT", "1.9086", "AG", "1.8295", '["SYNTHETIC"]'),
    )


def segment_table(rng: np.random.Generator, patient: Patient, design: Design) -> str:
    """Write SEG: log2 ratios to the commonest copy number, over every chromosome."""
    purity = max(patient.purity, ARRAY_PURITY)
    lines = ["\t".join(SEGMENTS)]
    for chrom, length in design.chromosomes.items():
        if chrom == "chrY":
            continue
        for start, end, copies in _pieces(patient, design, chrom, length):
            noise = min(max(rng.normal(0, 0.02), -0.05), 0.05)
            ratio = max((copies * purity + 2 * (1 - purity)) / 2, 0.1)
            cells = (chrom, start, end, max(5, (end - start) // 5000))
            text = f"{math.log2(ratio) + noise:.4f}"
            lines.append(
                "\t".join((f"SYNTHETIC.{patient.patient}", *map(str, cells), text))
            )
    return "\n".join(lines) + "\n"


def _pieces(
    patient: Patient, design: Design, chrom: str, length: int
) -> list[tuple[int, int, int]]:
    name = chrom.removeprefix("chr")
    base = 1 if name in patient.lost else 3 if name in patient.gained else 2
    events = sorted(
        (int(event["start"]), int(event["end"]), int(event["copies"]))
        for lesion, event in design.events.items()
        if lesion in patient.focal and event["chrom"] == chrom
    )
    # One event inside another: the wider one ends where the narrower begins.
    pieces, place = [], 1
    for start, end, copies in events:
        if start > place:
            pieces.append((place, start - 1, base))
        pieces.append((max(start, place), end, copies))
        place = end + 1
    pieces.append((place, length, base))
    return pieces
