"""The chapter of the models: each estimate with its n, events and what it rests on."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ballad.disclosure import SUPPRESSED
from ballad.model_names import BY_PERIOD, UNIVARIABLE, WITHIN_LEVEL, model_of
from ballad.report.estimates import NOT_ESTIMABLE
from ballad.report.parts import Block, Cell, Figure, Section, table
from ballad.report.wording import number, p_value, sentence, with_interval, words

ASSUMED = "counted as absent, as asked for"
RATIOS = {
    "cox": "HR",
    "firth_cox": "HR",
    "fine_gray": "subdistribution HR",
    "logistic": "OR",
    "firth_logistic": "OR",
}
MODEL_HEADS = [
    *("Term", "Level", "Fit", "Estimate (CI)", "P", "P adjusted", "Patients"),
    *("Events", "Events in level", "Method", "Note"),
]


def models_section(models: pd.DataFrame, drawn: Figure | None) -> Section:
    """Show the forest plot, then each model: terms together, then one at a time."""
    title = "Models"
    if models.empty:
        return Section("models", title, empty="The configuration asks for no model.")
    said = (
        "Multivariable: the terms adjusted for each other. Univariable: one term at a "
        "time, exploratory. Adjusted P are those of the configured families of tests. "
        "By period: where the hazards of a term are not proportional."
    )
    assumed = models["note"].astype(str).str.contains(ASSUMED, regex=False)
    warned = [_assumed(models.loc[assumed, "term"])] if assumed.any() else []
    blocks = [Block(words=[said, *warned], figure=drawn)]
    shown = models[~models["model"].str.endswith(WITHIN_LEVEL)]
    for name, rows in shown.groupby(shown["model"].map(model_of), sort=False):
        first = rows.iloc[0]
        what = [f"endpoint {words(first['endpoint'])}"]
        what += [f"cause {words(first['cause'])}"] if first["cause"] else []
        what += [f"population {words(first['population'])}"]
        laid_out = [model_row(row) for row in rows.to_dict("records")]
        caption = f"{sentence(words(str(name)))}: {', '.join(what)}"
        blocks.append(Block(table=table(caption, MODEL_HEADS, laid_out)))
    return Section("models", title, blocks)


def _assumed(terms: pd.Series) -> str:
    """Warn of lesions that nobody assessed and that count as absent all the same."""
    names = ", ".join(words(term) for term in terms.unique())
    return (
        f"Warning: of {names} the patients who were not assessed count as absent, as "
        "the configuration asks for; the notes count them. Not assessed is not wild "
        "type, and the ratios are drawn towards 1."
    )


def _fit_of(model: str) -> str:
    if model.endswith(BY_PERIOD):
        return "by period"
    if model.endswith(WITHIN_LEVEL):
        return "within a level"
    return "univariable" if model.endswith(UNIVARIABLE) else "multivariable"


def model_row(row: Mapping[str, str]) -> list[Cell | str]:
    """Lay out one estimate as it may be shown; an empty one shows why."""
    against = f" vs {row['reference']}" if row["reference"] else ""
    method = "; ".join(filter(None, (words(row["method"]), words(row["ci_method"]))))
    return [
        words(row["term"]),
        f"{row['level']}{against}",
        _fit_of(row["model"]),
        Cell(named_estimate(row), number(row["estimate"])),
        Cell(p_value(row["p"]), number(row["p"])),
        Cell(p_value(row["p_adjusted"]), number(row["p_adjusted"])),
        *(row[name] for name in ("n", "events", "events_in_level")),
        method,
        row["note"],
    ]


def named_estimate(row: Mapping[str, str]) -> str:
    """Write an estimate with its interval and what it is a ratio of."""
    if row["estimate"] == SUPPRESSED:
        return SUPPRESSED
    if not row["estimate"]:
        return NOT_ESTIMABLE
    return f"{RATIOS.get(row['method'], 'ratio')} {estimate_text(row)}"


def estimate_text(row: Mapping[str, str]) -> str:
    """Write a ratio with its interval, two digits after the point."""
    return (
        with_interval(*(_ratio(row[c]) for c in ("estimate", "ci_low", "ci_high")))
        or NOT_ESTIMABLE
    )


def _ratio(text: object) -> str:
    value = number(text)
    if value is None:
        return ""
    return f"{value:.2f}" if 0.005 <= value < 1000 else f"{value:.1e}"


def headline_rows(models: pd.DataFrame, names: Iterable[str]) -> list[list[Any]]:
    """Give the estimates of the named models, each term by its first method."""
    rows = []
    for name in names:
        its = models[models["model"] == name]
        for row in its.drop_duplicates(["term", "level"]).to_dict("records"):
            # Who is left out stands in the note of the chapter of the models.
            note = row["note"].split("; ")[0] or NOT_ESTIMABLE
            rows.append(
                [
                    words(row["model"]),
                    f"{words(row['term'])} {row['level']}".strip(),
                    named_estimate(row) if row["estimate"] else note,
                    p_value(row["p"]),
                    row["n"],
                    row["events"],
                ]
            )
    return rows
