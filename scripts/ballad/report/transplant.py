"""The chapter about transplant as a time-dependent exposure."""

from collections.abc import Mapping

import pandas as pd

from ballad.model_names import UNIVARIABLE
from ballad.report.models import MODEL_HEADS, model_row
from ballad.report.parts import Block, Figure, Section, table
from ballad.report.tested import tests_table
from ballad.report.wording import sentence, words

TERM = "hct_time_dependent"


def transplant_section(
    models: pd.DataFrame,
    tests: pd.DataFrame,
    figures: Mapping[str, Figure],
) -> Section:
    """
    Show what transplant does in each model, its tests and its curves.

    Parameters
    ----------
    models : columns as models.tsv
    tests : columns as tests.tsv; rows of the analysis ``transplant`` are shown
    figures
        Of these, the Simon-Makuch curves.
    """
    title = "Transplant"
    its = models[models["term"] == TERM]
    tested = tests[tests["analysis"] == "transplant"]
    if its.empty and tested.empty:
        reason = "No model has transplant as a covariate, so nothing is estimated."
        return Section("transplant", title, empty=reason)
    said = (
        "A patient counts as not transplanted until the day of transplant and as "
        "transplanted from then on. Who lives to be transplanted is no chance: "
        "an association is not the effect of transplant."
    )
    blocks = [Block(words=[said])]
    if drawn := figures.get("simon_makuch"):
        blocks.append(Block("Simon-Makuch curves", figure=drawn))
    if len(its):
        heads = ["Model", *MODEL_HEADS[1:]]
        rows = [
            [sentence(words(row["model"])), *model_row(row)[1:]]
            for row in its.to_dict("records")
        ]
        caption = "Transplant (time-dependent) in each model"
        blocks.append(Block(table=table(caption, heads, rows)))
    if len(tested):
        caption = "Tests of transplant; those from a landmark are sensitivity only"
        blocks.append(Block(table=tests_table(caption, tested)))
    return Section("transplant", title, blocks)


def sensitivity_section(sensitivity: pd.DataFrame) -> Section:
    """
    Set the estimates of each variation beside those of the main analysis.

    Parameters
    ----------
    sensitivity : columns variation, then as models.tsv
        The univariable rows stay in the table beside the report.
    """
    title = "Sensitivity analyses"
    shown = sensitivity[~sensitivity["model"].str.endswith(UNIVARIABLE)]
    if shown.empty:
        reason = "The configuration names no variation of the analysis."
        return Section("sensitivity", title, empty=reason)
    rows = [
        [words(row["variation"]), sentence(words(row["model"])), *model_row(row)]
        for row in shown.to_dict("records")
    ]
    caption = "Multivariable estimates of each variation; all rows: sensitivity.tsv"
    heads = ["Variation", "Model", *MODEL_HEADS]
    return Section("sensitivity", title, [Block(table=table(caption, heads, rows))])
