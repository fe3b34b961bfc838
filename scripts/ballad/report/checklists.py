"""REMARK and STROBE: what of them this run can fill in, and what is left to authors."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ballad.model_names import CLOSER, UNIVARIABLE, WITHIN_LEVEL
from ballad.report.parts import Block, Section, SmallCells, table
from ballad.report.wording import analysed, counted, number, words

TO_BE_COMPLETED = "to be completed"
COLUMNS = ("checklist", "item", "topic", "request", "answer")


def checklist_rows(
    items: pd.DataFrame,
    config: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    small: SmallCells,
) -> list[tuple[str, ...]]:
    """
    Answer the items of the reporting guidelines as far as the run knows.

    Parameters
    ----------
    items : columns checklist, item, topic, request, filled_by, source
        `filled_by` names what of the run answers the item; empty: nothing can.
    config
        The merged configuration: assays excepted, as `methods_text` takes it.
    tables
        Result tables by name: cohort, models, tests, survival_summary; all text.
    small
        What a shareable report hides.

    Returns
    -------
    list of (checklist, item, topic, request, answer)
        `answer` begins with ``to be completed`` where the authors must write.

    Raises
    ------
    ValueError
        If an item names something that no answer is written for.
    """
    answers = _answers(config, tables, small)
    unknown = sorted(set(items["filled_by"]) - {"", *answers})
    if unknown:
        raise ValueError(
            f"checklists.tsv: filled_by {', '.join(unknown)} has no answer; use one of "
            f"{', '.join(sorted(answers))}, or leave it empty"
        )
    return [
        (
            *(row[column] for column in COLUMNS[:-1]),
            answers.get(row["filled_by"], TO_BE_COMPLETED),
        )
        for row in items.to_dict("records")
    ]


def _answers(
    config: Mapping[str, Any], tables: Mapping[str, pd.DataFrame], small: SmallCells
) -> dict[str, str]:
    models, statistics = config["models"], config["statistics"]
    candidates = sorted(
        {
            term
            for model in models.values()
            for term in (*model["covariates"], *(model.get("univariable") or {}))
        }
    )
    grouped = sorted(
        name
        for name, group in config["groups"].items()
        if "cut_points" in group
        or any(isinstance(level, Mapping) for level in group.get("levels", {}).values())
    )
    cuts = ", ".join(words(name) for name in grouped)
    varied = len(config.get("sensitivity") or {})
    by = ", ".join(words(name) for name in statistics["table_one_by"]) or "no group"
    more = f"; {TO_BE_COMPLETED}:"
    return {
        "populations": f"populations in Definitions used{more} source and period",
        "specimens": f"timepoints and blast counts in cohort sheets{more} "
        "specimen handling",
        "assays": f"assays of each sample and callability.tsv{more} laboratory methods "
        "and blinding",
        "follow_up": _follow_up(tables["survival_summary"], more),
        "endpoints": f"{len(config['endpoints'])} endpoints in Definitions used",
        "variables": f"{len(config['endpoints'])} endpoints, {len(config['groups'])} "
        f"groupings and {len(candidates)} covariates in Definitions used; interactions "
        f"are models with several terms{more} which are confounders",
        "candidates": f"{len(candidates)} covariates: "
        f"{', '.join(words(term) for term in candidates)}",
        "size": f"{len(tables['cohort'])} patients; fewer than "
        f"{statistics['min_events']} events are not estimated{more} rationale",
        "methods": "Methods",
        "cut_points": f"cut-points of {cuts or 'no variable'} in Definitions used",
        "flow": "flow diagram and flow.tsv, with reasons",
        "table_one": "Characteristics of the patients, missing values shown",
        "by_marker": f"Characteristics of the patients by {by}, with P and standardised "
        "difference",
        "followed": "Characteristics of the patients, missing values shown; "
        + _follow_up(tables["survival_summary"], ""),
        "univariable": _estimates(tables["models"], univariable=True),
        "multivariable": _estimates(tables["models"], univariable=False),
        "estimates": f"{_estimates(tables['models'], univariable=True)}; adjusted: "
        f"{_estimates(tables['models'], univariable=False)}",
        "sensitivity": f"diagnostics.tsv; {varied} variations and the unknown causes in "
        f"sensitivity.tsv; {_interactions(tables)}",
        "events": _events(tables["survival_summary"], small),
        "bias": "time-dependent transplant, origin at eligibility, not assessed apart "
        f"from absent (Methods){more} selection of patients",
    }


def _estimates(models: pd.DataFrame, univariable: bool) -> str:
    closer = models["model"].str.endswith(CLOSER)
    of = (models["model"].str.endswith(UNIVARIABLE) == univariable) & ~closer
    names = models.loc[of, "model"].nunique()
    rows, fits = counted(int(of.sum()), "estimate"), counted(names, "model")
    return f"models.tsv: {rows} of {fits} with n and events"


def _interactions(tables: Mapping[str, pd.DataFrame]) -> str:
    tested = int((tables["tests"]["analysis"] == "interaction").sum())
    within = int(tables["models"]["model"].str.endswith(WITHIN_LEVEL).sum())
    if not tested:
        return "no interaction tested"
    levels = f", {counted(within, 'ratio')} within levels in models.tsv" * bool(within)
    return f"{counted(tested, 'interaction')} in tests.tsv{levels}"


def _follow_up(summary: pd.DataFrame, more: str) -> str:
    rows = summary[
        (summary["statistic"] == "follow_up_median") & (summary["group_by"] == "")
    ]
    said = [
        f"{analysed(row)} {months:.1f} months"
        for row in rows.to_dict("records")
        if (months := number(row["value"])) is not None  # missing or suppressed
    ]
    median = f"median follow-up: {', '.join(said)}" if said else "no median follow-up"
    return f"{median}{more} selection and period" if more else median


def _events(summary: pd.DataFrame, small: SmallCells) -> str:
    rows = summary[(summary["statistic"] == "median") & (summary["group_by"] == "")]
    said = [
        f"{analysed(row)} {row['events']} of {row['n']}"
        for row in rows.to_dict("records")
        if number(row["events"]) is not None
        and not small.hides(row["n"], row["events"])
    ]
    return "; ".join(said) or "survival_summary.tsv"


def checklists_section(
    items: pd.DataFrame,
    config: Mapping[str, Any],
    tables: Mapping[str, pd.DataFrame],
    small: SmallCells,
) -> Section:
    """Write the chapter of the reporting guidelines, a folded table for each."""
    rows = checklist_rows(items, config, tables, small)
    blocks = []
    for name in dict.fromkeys(items["checklist"]):
        own = [row[1:] for row in rows if row[0] == name]
        open_items = sum(TO_BE_COMPLETED in row[-1] for row in own)
        caption = f"{name}: {len(own)} items, {open_items} to be completed by authors"
        heads = ["Item", "Topic", "Asks for", "Answer"]
        blocks.append(Block(table=table(caption, heads, own), folded=caption))
    return Section("checklists", "Reporting guidelines", blocks)
