"""Gene pairs and the rules that give them a meaning."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

ANY = "*"
UNORDERED = ("any",)
# Orientations of this name are demanded of transcripts, not of DNA.
RNA_ONLY = "rna_"


@dataclass(frozen=True)
class Rule:
    """A row of the fusion rules."""

    gene5: frozenset[str]
    gene3: frozenset[str]
    ordered: bool
    tier: str  # definitive, high, medium, low, supportive, cooperating_or_other
    lesion: str
    name: str  # as shown in tables: GENE5::GENE3
    min_reads: int = 0  # below it a pair stays in doubt, whatever the caller says

    @property
    def specific(self) -> bool:
        """Both genes are named."""
        return ANY not in self.gene5 | self.gene3


@dataclass(frozen=True)
class Match:
    """The rule a pair fits, and whether it fits only turned round."""

    rule: Rule
    reciprocal: bool


def read_rules(
    rows: Iterable[Mapping[str, str]],
    lesions: Mapping[tuple[str, str], str],
    dna: bool = False,
) -> list[Rule]:
    """
    Arrange the fusion rules.

    Parameters
    ----------
    rows
        subtype, ph_like_class, gene5, gene3, orientation, tier; min_reads may be
        missing or empty.
    lesions
        (subtype, ph_like_class): lesion, or several joined by ``;``: a pair can define
        a subtype and activate a kinase. Rules without one are left out.
    dna
        The pairs are joined in DNA: an orientation called ``rna_…`` is not demanded.
    """
    return [
        Rule(
            gene5=frozenset(row["gene5"].split("|")),
            gene3=frozenset(row["gene3"].split("|")),
            ordered=_ordered(row["orientation"], dna),
            tier=row["tier"],
            lesion=lesion,
            name=f"{row['gene5']}::{row['gene3']}",
            min_reads=int(row.get("min_reads") or 0),
        )
        for row in rows
        for lesion in lesions.get((row["subtype"], row["ph_like_class"]), "").split(";")
        if lesion
    ]


def _ordered(orientation: str, dna: bool) -> bool:
    return orientation not in UNORDERED and not (
        dna and orientation.startswith(RNA_ONLY)
    )


def matching(
    rules: Iterable[Rule], genes5: list[str], genes3: list[str]
) -> list[Match]:
    """
    Find the rules a pair fits, one per lesion.

    Symbols match exactly: MYBL1 is not MYB. A rule that names both genes beats one
    with ``*``; a ``*`` never stands for the same gene. A pair of an ordered rule that
    fits only turned round is a reciprocal.
    """
    best: dict[str, tuple[tuple, Match]] = {}
    for rule in rules:
        direct = _fits(rule, genes5, genes3)
        turned = _fits(rule, genes3, genes5)
        if not direct and (not turned or (rule.ordered and not rule.specific)):
            continue
        match = Match(rule, reciprocal=not direct and rule.ordered)
        key = (not rule.specific, match.reciprocal, _TIERS.index(rule.tier), rule.name)
        if rule.lesion not in best or key < best[rule.lesion][0]:
            best[rule.lesion] = (key, match)
    # By lesion: the order of the rules must not show.
    found = [best[lesion][1] for lesion in sorted(best)]
    return [match for match in found if match.rule.specific] or found


_TIERS = ("definitive", "high", "medium", "low", "supportive", "cooperating_or_other")


def _fits(rule: Rule, genes5: list[str], genes3: list[str]) -> bool:
    five, three = set(genes5), set(genes3)
    if ANY in rule.gene5:
        return bool(rule.gene3 & three) and not rule.gene3 & five
    if ANY in rule.gene3:
        return bool(rule.gene5 & five) and not rule.gene5 & three
    return bool(rule.gene5 & five) and bool(rule.gene3 & three)


def evidence_tier(
    match: Match,
    reads: int,
    confidence: str,
    callers: int,
    definitive_reads: int,
    rule_reads: int,
) -> str:
    """
    Grade a pair: A, B or C.

    A: high confidence or two callers on a named pair, or a definitive pair with
    enough reads. B: medium confidence, a named pair with few reads, a reciprocal.
    C: low confidence of the only caller, however many reads, fewer reads than the rule
    asks for, or a wildcard rule alone without reads. Wildcard rules never reach A: any
    partner of a gene is not yet a known partner. A second caller lifts a low confidence
    as its reads allow. Of Arriba's calls of low confidence 5 to 10 percent are real
    (Arriba's manual, output files: confidence).
    """
    if reads < match.rule.min_reads:
        return "C"
    if not match.rule.specific:
        good = confidence in ("high", "medium", "") and reads >= definitive_reads
        return "B" if good and match.rule.tier in ("definitive", "high") else "C"
    if match.rule.tier in ("supportive", "low", "cooperating_or_other"):
        return "C"
    if confidence == "low" and (callers == 1 or reads < rule_reads):
        return "C"
    if confidence == "low" and reads < definitive_reads:
        return "B"
    if match.reciprocal:
        return "B"
    if confidence == "high" or callers > 1:
        return "A"
    if match.rule.tier == "definitive" and reads >= definitive_reads:
        return "A"
    return "B" if reads >= rule_reads or confidence == "medium" else "C"
