"""Two sources of one fact, side by side: the chapter of cross-checks."""

from collections.abc import Sequence

import pandas as pd

from ballad.cross_checks import CONTRADICTS
from ballad.explanation import CONFLICT
from ballad.report.cards import conflict_words
from ballad.report.parts import Block, Cell, Section, SmallCells, Table, table
from ballad.report.wording import sentence, words


def cross_checks_section(
    cross_checks: pd.DataFrame,
    discordant: pd.DataFrame,
    explanation: pd.DataFrame,
    small: SmallCells,
) -> Section:
    """
    Say where two sources of one fact, two samples, or a curator and assays differ.

    Parameters
    ----------
    cross_checks : columns patient, check, one, other, status, detail
    discordant : columns patient, lesion, kind, sample, timepoint, day, counted, state
    explanation : columns patient, part, sentence, of which the conflicts are shown
    """
    conflicts = explanation[explanation["part"] == CONFLICT]
    blocks = [
        _checked_block(cross_checks, small),
        *_contradictions(cross_checks, small),
        _discordant_block(discordant, small),
        _conflicts_block(conflicts, small),
    ]
    return Section("cross-checks", "Cross-checks of the genotypes", blocks)


def _checked_block(cross_checks: pd.DataFrame, small: SmallCells) -> Block:
    title = "Two sources of one fact"
    if cross_checks.empty:
        return Block(title, ["No fact is told by two sources."])
    rows: list[list] = []
    for check, its in cross_checks.groupby("check", sort=True):
        against = int((its["status"] == CONTRADICTS).sum())
        agree, contradict = small.counts([len(its) - against, against])
        rows.append([sentence(words(str(check))), agree, contradict])
    caption = "Comparisons, by what is compared"
    counted = table(caption, ["Comparison", "Agree", "Contradict"], rows)
    odd = cross_checks[cross_checks["status"] == CONTRADICTS]
    if odd.empty:
        return Block(title, ["No comparison contradicts."], table=counted)
    return Block(title, table=counted)


def _contradictions(cross_checks: pd.DataFrame, small: SmallCells) -> list[Block]:
    odd = cross_checks[cross_checks["status"] == CONTRADICTS]
    if odd.empty or small.limit is not None:
        return []
    columns = ("check", "one", "other", "detail")
    heads = ["Comparison", "First", "Second", "Detail"]
    caption = "Contradictions, each with its patient"
    return [Block(table=_listed(caption, odd, columns, heads, ("check",)))]


def _discordant_block(discordant: pd.DataFrame, small: SmallCells) -> Block:
    title = "Samples of one patient that contradict each other"
    if discordant.empty:
        said = (
            "No assay finds a lesion in one baseline sample and excludes it in another."
        )
        return Block(title, [said])
    if small.limit is not None:
        n = small.count(discordant["patient"].nunique()).text
        return Block(title, [f"{n} patients have such samples."])
    columns = ("lesion", "kind", "sample", "timepoint", "day", "counted", "state")
    heads = ["Lesion", "Kind", "Sample", "Time point", "Day", "Counts", "State"]
    spelled = ("lesion", "kind", "timepoint", "state")
    return Block(title, table=_listed(title, discordant, columns, heads, spelled))


def _conflicts_block(conflicts: pd.DataFrame, small: SmallCells) -> Block:
    title = "Conflicts and stale curation"
    if conflicts.empty:
        return Block(title, ["No genotype has a conflict, and no curation is stale."])
    said = conflicts.assign(sentence=conflicts["sentence"].map(conflict_words))
    if small.limit is None:
        listed = _listed(title, said, ("sentence",), ["Conflict"], ())
        return Block(title, table=listed)
    kinds = said["sentence"].str.partition(":")[0]
    rows = [[kind, small.count(n)] for kind, n in kinds.value_counts().items()]
    return Block(title, table=table(title, ["Conflict", "Genotypes"], rows))


def _listed(
    caption: str,
    rows: pd.DataFrame,
    columns: Sequence[str],
    heads: Sequence[str],
    spelled: Sequence[str],
) -> Table:
    cells = [
        [
            Cell(row["patient"], patient=True),
            *(words(row[c]) if c in spelled else row[c] for c in columns),
        ]
        for row in rows.to_dict("records")
    ]
    return table(caption, ["Patient", *heads], cells)
