"""Which columns of a fusion table hold what, per caller."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Layout:
    """Which columns of a caller's table hold what; alternatives separated by |."""

    gene5: str
    gene3: str  # empty: gene5 names a column with the whole pair
    split: tuple[str, ...]
    spanning: tuple[str, ...]
    confidence: str = ""
    type: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()  # columns that may be missing
    frame: str = ""  # always optional
    signs: tuple[str, ...] = ()  # further columns by which the table is known
    forbidden: tuple[str, ...] = ()  # with one of these it is another table
    breakpoints: tuple[str, str] = ("", "")  # always optional


_STAR_FUSION = Layout(
    "LeftGene",
    "RightGene",
    ("JunctionReadCount|JunctionReads",),
    ("SpanningFragCount|SpanningFrags",),
    frame="PROT_FUSION_TYPE",
    breakpoints=("LeftBreakpoint", "RightBreakpoint"),
)
_PAIR = "Fusion|fusion|fusion_name|fusion_genes|pair|genes"
# The columns of the sample sheet; `fusions` takes any table of FORMATS.
LAYOUTS: Mapping[str, Layout] = {
    "arriba": Layout(
        "gene1",
        "gene2",
        ("split_reads1", "split_reads2"),
        ("discordant_mates",),
        "confidence",
        ("type",),
        frame="reading_frame",
        breakpoints=("breakpoint1", "breakpoint2"),
    ),
    "star_fusion": _STAR_FUSION,
    "fusioncatcher": Layout(
        "Gene_1_symbol(5end_fusion_partner)",
        "Gene_2_symbol(3end_fusion_partner)",
        ("Spanning_unique_reads",),
        ("Spanning_pairs",),
        "",
        ("Fusion_description",),
        frame="Predicted_effect",
        breakpoints=(
            "Fusion_point_for_gene_1(5end_fusion_partner)",
            "Fusion_point_for_gene_2(3end_fusion_partner)",
        ),
    ),
    "fusions": Layout(
        "gene5|gene_5|gene1|gene_1",
        "gene3|gene_3|gene2|gene_2",
        ("split_reads",),
        ("spanning_reads",),
        "confidence",
        optional=("split_reads", "spanning_reads", "confidence"),
        frame="reading_frame",
        forbidden=("breakpoint1", "split_reads1", "strand1(gene/fusion)"),
        breakpoints=("breakpoint5", "breakpoint3"),
    ),
}
FORMATS: Mapping[str, Layout] = {
    "fusion_inspector": Layout(
        "LeftGene",
        "RightGene",
        ("JunctionReadCount",),
        ("SpanningFragCount",),
        frame="PROT_FUSION_TYPE",
        signs=("LeftLocalBreakpoint", "RightLocalBreakpoint"),
        breakpoints=("LeftBreakpoint", "RightBreakpoint"),
    ),
    **LAYOUTS,
    "jaffa": Layout(
        "fusion genes",
        "",
        ("spanning reads",),
        ("spanning pairs",),
        "classification",
        ("classification",),
        frame="inframe",
    ),
    "fusion_report": Layout(
        "Fusion", "", (), (), signs=("Databases|Fusion Indication Index (FII)|Score",)
    ),
    "pairs": Layout(
        _PAIR,
        "",
        ("split_reads",),
        ("spanning_reads",),
        "confidence",
        optional=("split_reads", "spanning_reads", "confidence"),
        forbidden=("Databases",),
    ),
}
# Columns of fusion-report and the callers as this project writes them.
REPORT_TOOLS = {
    "arriba": "arriba",
    "ctat_lr_fusion": "ctat_lr_fusion",
    "dragen": "dragen",
    "ericscript": "ericscript",
    "fusioncatcher": "fusioncatcher",
    "jaffa": "jaffa",
    "pizzly": "pizzly",
    "squid": "squid",
    "starfusion": "star_fusion",
}
REPORT_SPLIT: tuple[str, ...] = ("split_reads1", "split_reads2", "junction_reads")
REPORT_SPLIT += ("spanning_unique_reads", "num_LR")
REPORT_SPANNING = ("discordant_mates", "spanning_reads", "spanning_pairs")
CONFIDENCES = {
    **{word: word for word in ("high", "medium", "low")},
    **{f"{word}confidence": word for word in ("high", "medium", "low")},
    **{"potentialreadthrough": "low", "potentialregulartranscript": "low"},
    **dict.fromkeys(("", ".", "-", "na"), ""),
}
NO_COUNT = ("", ".", "-", "NA")
READ_THROUGH = ("read-through", "readthrough", "read_through")
# Descriptions of FusionCatcher that make a pair an artefact or a normal transcript.
BANNED: tuple[str, ...] = (
    "banned",
    "healthy",
    "bodymap2",
    "hpa",
    "gtex",
    "pair_pseudo_genes",
)
BANNED += ("paralogs", "potentialregulartranscript")
OUT_OF_FRAME = ("out-of-frame", "frameshift", "stop-codon", "false")
