"""The first chapter: what the study found, and what to keep in mind."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from ballad.ascertainment import only_positives
from ballad.cross_checks import CONTRADICTS
from ballad.disclosure import SUPPRESSED
from ballad.report.diagnostics import GLOBAL
from ballad.report.estimates import NOT_ESTIMABLE, summary_text
from ballad.report.models import headline_rows
from ballad.report.parts import Block, Section, SmallCells, table
from ballad.report.wording import (
    analysed,
    counted,
    decimal,
    number,
    percent,
    sentence,
    with_interval,
    words,
)
from ballad.variants.content import ANNOTATION


def answer_section(
    cohort_name: str,
    tables: Mapping[str, pd.DataFrame],
    main_models: Sequence[str],
    confidence_level: float,
    small: SmallCells,
) -> Section:
    """
    Say in short who the patients are, how they fared, and what to keep in mind.

    Parameters
    ----------
    tables
        cohort, survival_summary, response, models, inputs, warnings, join_report,
        cross_checks, genotypes and diagnostics, all text; counts that may not be shown are already hidden.
    main_models
        Names of the models whose estimates stand here.
    """
    cohort = tables["cohort"]
    if cohort.empty:
        return Section("answer", "In short", empty="The cohort has no patient.")
    said = [
        f"Cohort {cohort_name}: {counted(small.count(len(cohort)).text, 'patient')}.",
        *_follow_up(tables["survival_summary"]),
        *_response(tables["response"]),
        *_survival(tables["survival_summary"], small),
        f"Every interval (CI) is a {100 * confidence_level:g}% interval.",
    ]
    estimates = headline_rows(tables["models"], main_models)
    heads = ["Model", "Term", "Estimate (CI)", "P", "Patients", "Events"]
    headline = table("Estimates of the main models", heads, estimates)
    blocks = [Block(words=said), Block(table=headline if estimates else None)]
    if not estimates:
        blocks.append(Block(words=["None of the models to be shown was fitted."]))
    cautions = [
        *_averaged(tables["diagnostics"], main_models),
        *_cautions(tables, small),
    ]
    blocks.append(Block("To be kept in mind", cautions or ["No warning."]))
    return Section("answer", "In short", blocks)


def _follow_up(summary: pd.DataFrame) -> list[str]:
    asked = (summary["endpoint"] == "os") & (summary["group_by"] == "")
    rows = summary[asked].drop_duplicates("statistic").set_index("statistic")
    if "follow_up_median" not in rows.index:
        return []
    found = rows.to_dict("index")
    median = summary_text(
        {**found["follow_up_median"], "statistic": "follow_up_median"}
    )
    quartiles = [
        decimal(found.get(name, {}).get("value", ""), 1) or "not reached"
        for name in ("follow_up_q1", "follow_up_q3")
    ]
    name = "Median follow-up (reverse Kaplan-Meier)"
    if not median:
        return [f"{name}: {NOT_ESTIMABLE}."]
    return [f"{name}: {median} months; quartiles {' and '.join(quartiles)}."]


def _survival(summary: pd.DataFrame, small: SmallCells) -> list[str]:
    said = []
    medians = (summary["group_by"] == "") & (summary["statistic"] == "median")
    for row in summary[medians].to_dict("records"):
        whose = sentence(analysed(row))
        if number(row["n"]) == 0 and small.limit is None:
            said.append(f"{whose}: not estimable, as nobody is in this analysis set.")
            continue
        if row["value"] == SUPPRESSED:
            continue
        median = f"{summary_text(row)} months" if row["value"] else "not reached"
        said.append(
            f"{whose}: median {median}; {counted(row['n'], 'patient')}, "
            f"{counted(row['events'], 'event')}."
        )
    return said


def _response(response: pd.DataFrame) -> list[str]:
    said = []
    for row in response[response["group_by"] == ""].to_dict("records"):
        if row["rate"] == SUPPRESSED:
            said.append(f"{sentence(words(row['endpoint']))}: suppressed.")
            continue
        rate = with_interval(*(percent(row[c]) for c in ("rate", "ci_low", "ci_high")))
        counts = f"{row['responders']} of {counted(row['n'], 'patient')}"
        said.append(
            f"{sentence(words(row['endpoint']))}: {counts}, {rate or NOT_ESTIMABLE}."
        )
    return said


def _cautions(tables: Mapping[str, pd.DataFrame], small: SmallCells) -> list[str]:
    models, inputs = tables["models"], tables["inputs"]
    refused = int((models["estimate"] == "").sum())
    contradicted = int((inputs["status"] == "contradicted").sum())
    unproven = int((inputs["status"] == "not_determinable").sum())
    counts = [
        (
            refused,
            "row of the models is not estimable; it says why",
            "rows of the models are not estimable; each says why",
        ),
        (
            len(tables["warnings"]),
            "warning about sheets and files",
            "warnings about sheets and files",
        ),
        (
            int((inputs["check"] == ANNOTATION).sum()),
            "file of variants is not annotated, or not in full: its variants count only "
            "where they are listed, their genes are otherwise indeterminate",
            "files of variants are not annotated, or not in full: their variants count "
            "only where they are listed, their genes are otherwise indeterminate",
        ),
        (
            unproven,
            "VCF has a genome build that nothing proves: of the wrong one, "
            "every variant is missed; see the checks of input files",
            "VCFs have a genome build that nothing proves: of the wrong one, "
            "every variant is missed; see the checks of input files",
        ),
        (
            contradicted,
            "check of input files contradicts the sheet",
            "checks of input files contradict the sheet",
        ),
        (
            int((tables["cross_checks"]["status"] == CONTRADICTS).sum()),
            "fact is told differently by two sources: see the cross-checks",
            "facts are told differently by two sources: see the cross-checks",
        ),
        (
            len(tables["join_report"]),
            "patient is on one side of the join only",
            "patients are on one side of the join only",
        ),
    ]
    said = [
        f"{counted(small.count(count).text, one, many)}."
        for count, one, many in counts
        if count
    ]
    if rare := only_positives(tables["genotypes"]):
        # Whether a lesion is there at all may be a small count.
        hidden = small.limit is not None
        names = "some lesions" if hidden else ", ".join(map(words, rare))
        said.append(
            f"Absence can rarely be said of {names}: no percentage is given, and "
            "comparisons by them leave out the negatives."
        )
    notes = models.loc[models["estimate"] != "", "note"]
    violated = int((tables["diagnostics"]["status"] == "violated").sum())
    if violated:
        failed = counted(violated, "check")
        said.append(f"{failed} of the models failed: see the checks of the models.")
    left_out = int(notes.str.contains("left out").sum())
    if left_out:
        one = "estimate leaves patients out; its note says whom"
        many = "estimates leave patients out; their notes say whom"
        said.append(f"{counted(left_out, one, many)}.")
    biased = int(notes.str.contains("immortal-time biased").sum())
    if biased:
        one = "estimate is immortal-time biased, as its note says"
        many = "estimates are immortal-time biased, as their notes say"
        said.append(f"{counted(biased, one, many)}.")
    return said


def _averaged(diagnostics: pd.DataFrame, main_models: Iterable[str]) -> list[str]:
    """Say which ratios of the main models change with time."""
    rows = diagnostics[
        (diagnostics["check"] == "proportional_hazards")
        & (diagnostics["status"] == "violated")
        & (diagnostics["term"] != GLOBAL)
    ]
    return [
        f"The hazard ratio of {words(row['term'])} in {words(row['model'])} changes "
        "with time: the one above is an average; see its periods in the models."
        for model in main_models
        for row in rows[rows["model"] == model].to_dict("records")
    ]
