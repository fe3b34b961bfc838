"""The chapter of the genotypes: subtypes, lesions in four states, and pairs of them."""

from collections.abc import Mapping

import pandas as pd

from ballad.ascertainment import ascertainment, only_positives
from ballad.report.parts import Block, Figure, Section, SmallCells, Table, table
from ballad.report.wording import decimal, each, p_value, percent, words
from ballad.states import NOT_ASSESSED, STATES


def genotypes_section(
    genotypes: pd.DataFrame,
    pairs: pd.DataFrame,
    small: SmallCells,
    figures: Mapping[str, Figure],
    names: Mapping[str, str],
) -> Section:
    """
    Count subtypes, the four states of each flag, and pairs of lesions.

    `names` are those of subtypes and classes for a reader; an unlisted one is
    written out.
    """
    title = "Genotypes"
    if genotypes.empty:
        return Section("genotypes", title, empty="No patient has a genotype.")
    total = len(genotypes)
    counts = (
        genotypes.groupby(["subtype_class", "subtype"]).size().reset_index(name="n")
    )
    counts = counts.sort_values(
        ["subtype_class", "n", "subtype"], ascending=[True, False, True]
    )
    shown = small.counts(counts["n"].tolist(), percents=True)
    subtypes = [
        [
            names.get(row["subtype"], words(row["subtype"])),
            *(
                _official(genotypes, row["subtype"], column)
                for column in ("icc", "who")
            ),
            names.get(row["subtype_class"], words(row["subtype_class"])),
            patients,
        ]
        for row, patients in zip(counts.to_dict("records"), shown, strict=True)
    ]
    blocks = [
        Block(figure=figures.get("oncoprint")),
        Block(
            table=table(
                f"Subtype of each of {total} patients: one per patient",
                ["Subtype", "ICC 2022", "WHO-HAEM5", "Class", "Patients (%)"],
                subtypes,
            )
        ),
        Block(
            words=[
                "Not assessed: no assay that can see the lesion was done. "
                "Indeterminate: it was done and cannot decide. "
                "Neither counts as absent; percentages are of present and absent.",
                *(_never_assessed(genotypes) if small.limit is None else []),
                *(_rarely_excluded(genotypes) if small.limit is None else []),
            ],
            table=_flag_table(genotypes, small),
        ),
        _pairs_block(pairs, small, figures.get("co_occurrence")),
    ]
    return Section("genotypes", title, blocks)


def _official(genotypes: pd.DataFrame, subtype: str, column: str) -> str:
    """Give the names a classification has for the patients of one subtype."""
    if column not in genotypes:
        return ""
    return each(sorted(genotypes.loc[genotypes["subtype"] == subtype, column]))


def _pairs_block(pairs: pd.DataFrame, small: SmallCells, drawn: Figure | None) -> Block:
    title = "Lesions together"
    if pairs.empty:
        return Block(title, ["No pair of lesions is compared in this analysis."])
    rows = []
    for row in pairs.to_dict("records"):
        counts = [row[name] for name in ("both", "first", "second", "neither")]
        hidden = small.hides(*counts)
        rows.append(
            [
                words(row["lesion_1"]),
                words(row["lesion_2"]),
                *(small.unless(hidden, count, count) for count in counts),
                small.unless(hidden, decimal(row["odds_ratio"]), row["odds_ratio"]),
                *(
                    small.unless(hidden, p_value(row[name]), row[name])
                    for name in ("p", "p_adjusted")
                ),
            ]
        )
    heads = ["First", "Second", "Both", "Only first", "Only second", "Neither"]
    heads += ["Odds ratio", "P", "P adjusted"]
    caption = "Pairs of lesions, in patients assessed for both (Fisher's exact test)"
    return Block(title, figure=drawn, table=table(caption, heads, rows))


def _never_assessed(genotypes: pd.DataFrame) -> list[str]:
    """Name the lesions that no assay of this cohort could see."""
    unseen = [name for name in genotypes if (genotypes[name] == NOT_ASSESSED).all()]
    if not unseen:
        return []
    names = ", ".join(words(name) for name in unseen)
    return [f"No patient was assessed for: {names}. This cohort says nothing of them."]


def _rarely_excluded(genotypes: pd.DataFrame) -> list[str]:
    """Name the lesions whose percentage would be of positives."""
    named = only_positives(genotypes)
    if not named:
        return []
    names = ", ".join(words(name) for name in named)
    return [
        f"Absence can rarely be said of: {names}. Of most patients without a finding the "
        "assays do not see every gene, or only some could exclude it; a percentage of "
        "the decided would be one of positives, and comparisons by these lesions leave "
        "out the negatives."
    ]


def _flag_table(genotypes: pd.DataFrame, small: SmallCells) -> Table:
    rows = []
    for column in genotypes:
        if column == "patient" or not genotypes[column].isin(STATES).all():
            continue
        counts = [int((genotypes[column] == state).sum()) for state in STATES]
        by_state = dict(zip(STATES, counts, strict=True))
        decided = by_state["present"] + by_state["absent"]
        share = percent(by_state["present"] / decided) if decided else ""
        if ascertainment(genotypes[column]).only_positives:
            share = "absence rarely known"
        hidden = any(small.hidden_among(counts)[:2])
        shown = small.unless(hidden, share, by_state["present"])
        rows.append([words(column), *small.counts(counts), shown])
    heads = ["Lesion or flag", *map(words, STATES), "present, of decided"]
    return table("Lesions and flags, patients in each state", heads, rows)
