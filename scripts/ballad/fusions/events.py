"""Calls of all callers of a sample -> one event per gene pair."""

from collections.abc import Iterable, Mapping

import pandas as pd

from ballad.fusions.callers import Call, read_calls
from ballad.fusions.layouts import LAYOUTS
from ballad.fusions.names import GeneNames
from ballad.fusions.pairs import Match, Rule, evidence_tier, matching

COLUMNS = (
    *("patient", "sample", "assay", "gene5", "gene3", "callers", "split_reads"),
    *("spanning_reads", "confidence", "tier", "source", "lesion", "rule"),
    *("reciprocal", "breakpoint5", "breakpoint3"),
)
_CONFIDENCE = ("high", "medium", "low", "")


def fusion_events(
    samples: Iterable[Mapping[str, str]],
    names: GeneNames,
    rules: list[Rule],
    limits: Mapping[str, int],
) -> pd.DataFrame:
    """
    Read every fusion table of the samples.

    Parameters
    ----------
    samples
        Rows of the sample sheet; a blank cell means the caller was not run.
    names, rules
        What the field knows.
    limits
        definitive_reads, rule_reads: reads, split and spanning together.

    Returns
    -------
    DataFrame with COLUMNS
        One row per sample, gene pair and lesion, whichever order the callers write
        the pair in; a pair of several callers has the highest read counts. Pairs that
        no rule lists have neither tier nor lesion. `reciprocal`: yes where the rule
        demands an order and every caller saw only the other one.
    """
    rows: list[tuple] = []
    for sample in samples:
        pairs: dict[Pair, list[tuple[str, Call]]] = {}
        for caller in LAYOUTS:
            for call in read_calls(sample[caller], caller) if sample[caller] else ():
                five, three = names.pair(call.gene5, call.gene3)
                found = pairs.setdefault((",".join(five), ",".join(three)), [])
                found += [(who, call) for who in call.callers or (caller,)]
        key_of = (sample["patient"], sample["sample"], sample["assay"])
        found_pairs = sorted({tuple(sorted(pair)) for pair in pairs})
        for one, two in found_pairs:
            ways = {
                pair: pairs[pair]
                for pair in dict.fromkeys([(one, two), (two, one)])
                if pair in pairs
            }
            rows += [(*key_of, *row) for row in _events(ways, rules, limits)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


Pair = tuple[str, str]  # symbols of the 5' and the 3' gene; neighbours joined by ,


def _direction(
    ways: Mapping[Pair, list[tuple[str, Call]]], rules: list[Rule]
) -> tuple[Pair, list[Match]]:
    """Choose the order of a pair: the one the rules want, then the one of most reads."""

    def unfit(way: tuple[Pair, list[Match]]) -> tuple:
        pair, found = way
        turned = any(match.reciprocal for match in found)
        most = max(c.split_reads + c.spanning_reads for _, c in ways[pair])
        return (not found, turned, -most, pair)

    found = [
        (pair, matching(rules, pair[0].split(","), pair[1].split(","))) for pair in ways
    ]
    return min(found, key=unfit)


def _best(calls: Iterable[Call]) -> Call:
    # The source decides between equal counts: the order of the rows must not.
    return max(
        calls,
        key=lambda c: (c.split_reads + c.spanning_reads, c.split_reads, c.source),
    )


def _events(
    ways: Mapping[Pair, list[tuple[str, Call]]],
    rules: list[Rule],
    limits: Mapping[str, int],
) -> list[tuple]:
    pair, matches = _direction(ways, rules)
    calls = [call for way in ways.values() for call in way]
    callers = sorted({caller for caller, _ in calls})
    best = _best(call for _, call in ways[pair])
    confidence = min((c.confidence for _, c in calls), key=_CONFIDENCE.index)
    reads = best.split_reads + best.spanning_reads
    if any(call.read_through for _, call in calls):
        # Neighbours are joined by read-through, and some pairs are seen in healthy
        # tissue: only a pair that is itself listed is kept.
        matches = [match for match in matches if match.rule.specific]
    if reads < limits["rule_reads"] and any(call.counted for _, call in calls):
        # A single read between a known gene and any other is the noise of the assay.
        matches = [match for match in matches if match.rule.specific]
    base = (
        *pair,
        ",".join(callers),
        best.split_reads,
        best.spanning_reads,
        confidence,
    )
    points = (best.breakpoint5, best.breakpoint3)
    if not matches:
        return [(*base, "", best.source, "", "", "", *points)]
    return [
        (
            *base,
            _tier(match, calls, reads, confidence, limits),
            best.source,
            match.rule.lesion,
            match.rule.name,
            "yes" if match.reciprocal else "",
            *points,
        )
        for match in matches
    ]


def _tier(
    match: Match,
    calls: list[tuple[str, Call]],
    reads: int,
    confidence: str,
    limits: Mapping[str, int],
) -> str:
    every = [call for _, call in calls]
    if not match.rule.specific and all(call.out_of_frame for call in every):
        # "Any partner" means any partner that leaves a protein.
        return "C"
    if not confidence and not any(call.counted for call in every):
        # A list without read counts was filtered by whoever made it.
        confidence = "medium"
    callers = {caller for caller, _ in calls}
    return evidence_tier(match, reads, confidence, len(callers), **limits)
