"""SYNTHETIC karyotypes, FISH results, fusion tables and copy-number segments."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

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
FUSIONCATCHER = (
    *("Gene_1_symbol(5end_fusion_partner)", "Gene_2_symbol(3end_fusion_partner)"),
    *("Fusion_description", "Counts_of_common_mapping_reads", "Spanning_pairs"),
    *("Spanning_unique_reads", "Longest_anchor_found", "Fusion_finding_method"),
    "Fusion_point_for_gene_1(5end_fusion_partner)",
    "Fusion_point_for_gene_2(3end_fusion_partner)",
    *("Gene_1_id(5end_fusion_partner)", "Gene_2_id(3end_fusion_partner)"),
    *("Exon_1_id(5end_fusion_partner)", "Exon_2_id(3end_fusion_partner)"),
    *("Fusion_sequence", "Predicted_effect"),
)
CELLS = 20
# The array's specimen: enriched, so that one lost copy passes the loss cut-off.
ARRAY_PURITY = 0.60
# How each caller prints an immunoglobulin locus.
LOCUS = {
    "arriba": {"IGH": "IGHJ6", "IGK": "IGKJ2"},
    "star_fusion": {"IGH": "IGH@", "IGK": "IGK@"},
    "fusioncatcher": {"IGH": "IGH@", "IGK": "IGK@"},
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
    own = design.fusions.get(patient.stratum.detail, {}).get("karyotype")
    if text := patient.extras.karyotype or own:
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


@dataclass(frozen=True)
class Pair:
    """One row of a fusion table."""

    fusion: Mapping[str, str]
    reads: tuple[int, int, int]  # split on either side, mates
    confidence: str = "high"
    kind: str = ""  # read-through; empty: told by the chromosomes


def fusion_table(
    rng: np.random.Generator, patient: Patient, design: Design, caller: str
) -> str:
    """Write the caller's table; a header alone means that nothing was found."""
    header, row = TABLES[caller]
    pairs = _pairs(rng, patient, design)
    lines = [header, *(row(pair) for pair in pairs)]
    return "\n".join("\t".join(cells) for cells in lines) + "\n"


def _pairs(rng: np.random.Generator, patient: Patient, design: Design) -> list[Pair]:
    extras, own = patient.extras, design.fusions.get(patient.stratum.detail)
    reads = _reads(rng, 8, 45)
    pairs = []
    if own is not None and "rna" in patient.stratum.seen_by:
        pairs.append(Pair(_turned(own) if extras.locus_last else own, reads))
    for detail in extras.fusions:
        more = _reads(rng, 8, 45)
        pairs.append(Pair(design.fusions[detail], more))
    if extras.weak_fusion:
        pairs.append(Pair(design.fusions[extras.weak_fusion], (1, 0, 1), "low"))
    for number in extras.read_through:
        few = _reads(rng, 2, 12)
        found = {"ensembl5": ".", "ensembl3": ".", **design.read_through[number]}
        pairs.append(Pair(found, few, "low", "read-through"))
    return pairs


def _reads(rng: np.random.Generator, low: int, high: int) -> tuple[int, int, int]:
    one, other, mates = (int(n) for n in rng.integers(low, high, size=3))
    return one, other, mates


def _turned(fusion: Mapping[str, str]) -> dict[str, str]:
    other = {"5": "3", "3": "5"}
    return {
        name: fusion[name[:-1] + other[name[-1]]] if name[-1] in other else text
        for name, text in fusion.items()
    }


def _names(pair: Pair, caller: str) -> tuple[str, str]:
    loci, fusion = LOCUS[caller], pair.fusion
    five, three = fusion["gene5"], fusion["gene3"]
    return loci.get(five, five), loci.get(three, three)


def _arriba(pair: Pair) -> tuple[str, ...]:
    fusion = pair.fusion
    same = fusion["breakpoint5"].split(":")[0] == fusion["breakpoint3"].split(":")[0]
    immune = {fusion["gene5"], fusion["gene3"]} & set(LOCUS["arriba"])
    kind = "deletion/read-through" if pair.kind else "deletion" if same else ""
    return (
        *_names(pair, "arriba"),
        *("+/+", "+/+", fusion["breakpoint5"], fusion["breakpoint3"]),
        *("splice-site", "splice-site", kind or "translocation"),
        *(str(n) for n in pair.reads),
        *("300", "250", pair.confidence, "." if immune else "in-frame"),
        *(".", ".", ".", "."),
        *(fusion["ensembl5"], fusion["ensembl3"], ".", "."),
        *("downstream", "upstream", ".", ".", ".", "SYNTHETIC"),
    )


def _star_fusion(pair: Pair) -> tuple[str, ...]:
    five, three = _names(pair, "star_fusion")
    fusion = pair.fusion
    junction, spanning, _ = (str(n) for n in pair.reads)
    return (
        *(f"{five}--{three}", junction, spanning, junction, spanning),
        *("ONLY_REF_SPLICE", f"{five}^{fusion['ensembl5']}"),
        *(f"{fusion['breakpoint5']}:+", f"{three}^{fusion['ensembl3']}"),
        *(f"{fusion['breakpoint3']}:+", "YES_LDAS", f"{int(junction) / 40:.4f}"),
        *("GT", "1.9086", "AG", "1.8295", '["SYNTHETIC"]'),
    )


def _fusioncatcher(pair: Pair) -> tuple[str, ...]:
    fusion = pair.fusion
    unique, _, mates = (str(n) for n in pair.reads)
    points = [f"{fusion[p].removeprefix('chr')}:+" for p in _POINTS]
    return (
        *_names(pair, "fusioncatcher"),
        *("readthrough,SYNTHETIC" if pair.kind else "SYNTHETIC", "0", mates, unique),
        *("38", "BOWTIE;STAR", *points),
        *(fusion[name].split(".")[0] for name in ("ensembl5", "ensembl3")),
        *("", "", "SYNTHETIC", "in-frame"),
    )


_POINTS = ("breakpoint5", "breakpoint3")
Row = Callable[[Pair], tuple[str, ...]]
TABLES: Mapping[str, tuple[tuple[str, ...], Row]] = {
    "arriba": (ARRIBA, _arriba),
    "star_fusion": (STAR_FUSION, _star_fusion),
    "fusioncatcher": (FUSIONCATCHER, _fusioncatcher),
}


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
