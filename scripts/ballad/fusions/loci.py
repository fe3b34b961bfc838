"""Junctions of the genome -> gene pairs and gene events the rules know."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from ballad.fusions.pairs import Match, Rule, matching
from ballad.fusions.structural import LEFT, Breakend, Junction

COLUMNS = (
    *("patient", "sample", "assay", "gene5", "gene3", "callers", "split_reads"),
    *("spanning_reads", "confidence", "tier", "source", "lesion", "rule"),
    *("event", "breakpoint1", "breakpoint2"),
)
AMPLIFIED = 4  # copies
_SPAN_COLUMNS = {
    "GRCh37": ("grch37_tx_start", "grch37_tx_end"),
    "GRCh38": ("grch38_mane_start", "grch38_mane_end"),
}
_TIERS = ("A", "B", "C", "")


@dataclass(frozen=True)
class Place:
    """A gene or locus of one build; ends included."""

    symbol: str
    chrom: str  # without chr
    start: int
    end: int
    strand: str  # + or -; empty for a locus whose direction has no meaning

    def widened(self, upstream: int, downstream: int) -> "Place":
        """Return the place with its flanks, in the direction of the gene."""
        before, after = upstream, downstream
        if self.strand == "-":
            before, after = downstream, upstream
        start, end = max(1, self.start - before), self.end + after
        return Place(self.symbol, self.chrom, start, end, self.strand)

    def holds(self, end: Breakend) -> bool:
        """Say whether a breakend lies here."""
        return end.chrom == self.chrom and self.start <= end.pos <= self.end


@dataclass(frozen=True)
class LocusRule:
    """A row of resources/fusions/loci.tsv, its places found for one build."""

    name: str
    events: frozenset[str]  # DEL, DUP …; empty: any
    first: tuple[Place, ...]
    second: tuple[Place, ...]  # empty: the first alone decides
    within: str  # coding, inside or empty
    max_bp: int | None
    lesion: str
    gene5: str
    gene3: str
    tier: str


@dataclass(frozen=True)
class Genome:
    """What is known of one build."""

    places: Mapping[str, tuple[Place, ...]]  # genes and loci
    genes: frozenset[str]  # the genes among them
    coding: Mapping[str, tuple[tuple[int, int], ...]]  # gene: exons, 1-based, inclusive
    rules: tuple[LocusRule, ...]


def genome(
    build: str,
    panel: pd.DataFrame,
    loci: pd.DataFrame,
    cds: Iterable[Sequence[str]],
    rules: pd.DataFrame,
) -> Genome:
    """
    Find genes, loci and rules on one build.

    Parameters
    ----------
    panel
        Columns symbol, chrom, strand and the transcript spans of both builds.
    loci
        Columns locus, chrom, strand, ``<build>_start``, ``<build>_end``; one locus
        may have several rows.
    cds
        Rows of the BED of coding exons: chrom, start, end, ``GENE|…``.
    rules
        Columns rule, event, locus1, flank1, locus2, flank2, within, max_bp, lesion,
        gene5, gene3, tier.

    Raises
    ------
    ValueError
        If a rule names a locus that neither table has.
    """
    start, end = _SPAN_COLUMNS[build]
    places: dict[str, tuple[Place, ...]] = {
        row["symbol"]: (_place(row, row["symbol"], start, end),)
        for row in panel.to_dict("records")
        if row[start]
    }
    genes = frozenset(places)
    start, end = f"{build.lower()}_start", f"{build.lower()}_end"
    for row in loci.to_dict("records"):
        place = _place(row, row["locus"], start, end)
        places[row["locus"]] = (*places.get(row["locus"], ()), place)
    coding: dict[str, tuple[tuple[int, int], ...]] = {}
    for cells in cds:
        gene = cells[3].split("|")[0]
        exon = (int(cells[1]) + 1, int(cells[2]))
        coding[gene] = (*coding.get(gene, ()), exon)
    found = tuple(_locus_rule(row, places) for row in rules.to_dict("records"))
    return Genome(places, genes, coding, found)


def _place(row: Mapping[str, str], symbol: str, start: str, end: str) -> Place:
    chrom = row["chrom"].removeprefix("chr")
    return Place(symbol, chrom, int(row[start]), int(row[end]), row["strand"])


def _locus_rule(
    row: Mapping[str, str], places: Mapping[str, tuple[Place, ...]]
) -> LocusRule:
    def here(names: str, flank: str) -> tuple[Place, ...]:
        side, _, size = flank.partition(":")
        upstream = int(size) if side in ("upstream", "both") else 0
        downstream = int(size) if side in ("downstream", "both") else 0
        unknown = [name for name in names.split("|") if name and name not in places]
        if unknown:
            raise ValueError(
                f"loci: rule {row['rule']!r} names {', '.join(unknown)}, which neither "
                "the gene table nor the table of loci has"
            )
        return tuple(
            place.widened(upstream, downstream)
            for name in names.split("|")
            if name
            for place in places[name]
        )

    return LocusRule(
        name=row["rule"],
        events=frozenset() if row["event"] == "any" else frozenset([row["event"]]),
        first=here(row["locus1"], row["flank1"]),
        second=here(row["locus2"], row["flank2"]),
        within=row["within"],
        max_bp=int(row["max_bp"]) if row["max_bp"] else None,
        lesion=row["lesion"],
        gene5=row["gene5"],
        gene3=row["gene3"],
        tier=row["tier"],
    )


def junction_rows(
    junctions: Iterable[Junction],
    here: Genome,
    rules: list[Rule],
    limits: Mapping[str, int],
) -> list[tuple]:
    """
    Say which lesions the junctions of a sample make.

    A junction makes a pair of the genes its ends lie in (rules of the fusions), or fits
    a rule of the loci; per lesion the better one is shown. Tier A: passed, and
    definitive_reads; B: passed with rule_reads, or a record without counts; C: filtered
    by the caller, a supportive rule, or a driver gene joined to an unnamed place.

    Parameters
    ----------
    rules
        Of gene pairs.
    limits
        definitive_reads, rule_reads: split and spanning reads together.

    Returns
    -------
    list of tuples
        COLUMNS without patient, sample and assay. Pairs of known genes that no rule
        lists have neither tier nor lesion.
    """
    rows: list[tuple] = []
    for junction in junctions:
        best: dict[str, tuple] = {}
        found = [
            *_located(junction, here, limits),
            *_paired(junction, here, rules, limits),
        ]
        for genes, tier, lesion, name in found:
            key = (_TIERS.index(tier), name)
            if tier and (lesion not in best or key < best[lesion][0]):
                best[lesion] = (key, genes, tier, lesion, name)
        for _, genes, tier, lesion, name in best.values():
            rows.append(_row(junction, genes, tier, lesion, name))
        if not best and (unlisted := _unlisted(junction, here)):
            rows.append(_row(junction, unlisted, "", "", ""))
    return sorted(rows, key=lambda row: tuple(map(str, row)))


Found = tuple[tuple[str, str], str, str, str]  # genes, tier, lesion, rule


def _located(
    junction: Junction, here: Genome, limits: Mapping[str, int]
) -> Iterable[Found]:
    for rule in here.rules:
        if rule.events and junction.event not in rule.events:
            continue
        if not _fits(rule, junction, here):
            continue
        weak = rule.tier == "supportive"
        if rule.tier == "amplification":
            weak = junction.copies is None or junction.copies < AMPLIFIED
        tier = _tier(junction, limits, weak=weak, capped=rule.tier == "medium")
        yield (rule.gene5, rule.gene3), tier, rule.lesion, rule.name


def _fits(rule: LocusRule, junction: Junction, here: Genome) -> bool:
    one, two = junction.first, junction.second
    if rule.second:
        return two is not None and (
            (_in(rule.first, one) and _in(rule.second, two))
            or (_in(rule.first, two) and _in(rule.second, one))
        )
    if two is None:
        return junction.event == "INS" and _in(rule.first, one)
    if one.chrom != two.chrom:
        return False
    if rule.max_bp is not None and two.pos - one.pos > rule.max_bp:
        return False
    gene = rule.first[0]
    if gene.chrom != one.chrom:
        return False
    if rule.within == "inside":
        return gene.holds(one) and gene.holds(two)
    return any(
        one.pos < last and two.pos > first
        for first, last in here.coding.get(gene.symbol, ())
    )


def _in(places: Iterable[Place], end: Breakend) -> bool:
    return any(place.holds(end) for place in places)


def _paired(
    junction: Junction, here: Genome, rules: list[Rule], limits: Mapping[str, int]
) -> Iterable[Found]:
    if junction.second is None:
        return
    one, two = (_genes(end, here) for end in (junction.first, junction.second))
    roles = (
        _roles(junction.first, one, here),
        _roles(junction.second, two, here),
    )
    if roles == ("3", "5"):
        one, two = two, one
    oriented = set(roles) == {"3", "5"} or "" in roles
    for match in matching(rules, one, two):
        if not match.rule.specific and not _driver(match, junction, one, two, here):
            continue
        # Both 5' or both 3' parts joined make no fusion, if the rule needs one.
        misjoined = match.rule.ordered and not oriented
        weak = not match.rule.specific or misjoined
        weak = weak or match.rule.tier not in ("definitive", "high", "medium")
        capped = match.rule.tier == "medium" or match.reciprocal
        tier = _tier(junction, limits, weak=weak, capped=capped)
        five, three = (one, junction.first), (two, junction.second)
        if roles == ("3", "5"):
            five, three = (one, junction.second), (two, junction.first)
        genes = (_named(*five), _named(*three))
        yield genes, tier, match.rule.lesion, match.rule.name


def _driver(
    match: Match, junction: Junction, one: list[str], two: list[str], here: Genome
) -> bool:
    """Say whether a rule with ``*`` may count: a named driver, translocated."""
    named = (match.rule.gene5 | match.rule.gene3) & set(one + two)
    sure = match.rule.tier == "definitive" and junction.event == "TRA"
    return sure and not match.reciprocal and bool(named & here.genes)


def _genes(end: Breakend, here: Genome) -> list[str]:
    return sorted(symbol for symbol, places in here.places.items() if _in(places, end))


def _named(genes: list[str], end: Breakend) -> str:
    return ",".join(genes) or f"chr{end.chrom}:{end.pos}"


def _roles(end: Breakend, genes: list[str], here: Genome) -> str:
    """Say which part of its gene an end keeps: 5, 3, or nothing if it has no say."""
    strands = {place.strand for gene in genes for place in here.places[gene]}
    if strands not in ({"+"}, {"-"}):
        return ""
    return "5" if (end.keeps == LEFT) == (strands == {"+"}) else "3"


def _tier(
    junction: Junction, limits: Mapping[str, int], weak: bool, capped: bool
) -> str:
    reads = junction.split_reads + junction.spanning_reads
    enough = not junction.counted or reads >= limits["rule_reads"]
    many = junction.counted and reads >= limits["definitive_reads"]
    if not enough:
        return ""
    if junction.filter:
        return "C" if many else ""
    if weak:
        return "C"
    return "A" if many and not capped else "B"


def _unlisted(junction: Junction, here: Genome) -> tuple[str, str] | None:
    if junction.second is None:
        return None
    one, two = (_genes(end, here) for end in (junction.first, junction.second))
    if not one or not two or set(one) & set(two):
        return None
    return ",".join(one), ",".join(two)


def _row(
    junction: Junction, genes: tuple[str, str], tier: str, lesion: str, rule: str
) -> tuple:
    return (
        *genes,
        junction.caller,
        junction.split_reads,
        junction.spanning_reads,
        junction.filter or "PASS",
        tier,
        junction.source,
        lesion,
        rule,
        junction.event,
        _breakpoint(junction.first),
        _breakpoint(junction.second) if junction.second else "",
    )


def _breakpoint(end: Breakend) -> str:
    return f"chr{end.chrom}:{end.pos}:{'+' if end.keeps == LEFT else '-'}"
