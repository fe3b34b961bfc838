"""The chapter of interactions: whether an effect differs, and what it is per level."""

import pandas as pd

from ballad.model_names import INTERACTION, WITHIN_LEVEL, model_of, tested_model
from ballad.report.models import MODEL_HEADS, model_row
from ballad.report.parts import Block, Figure, Section, table
from ballad.report.tested import tests_table
from ballad.report.wording import sentence, words


def interactions_section(
    models: pd.DataFrame, tests: pd.DataFrame, drawn: Figure | None
) -> Section:
    """
    Show the ratios within levels beside the tests of their interactions.

    Parameters
    ----------
    models : columns as models.tsv
        What may not be shown is already ``suppressed``. Those of ``<model>_within_level`` are shown.
    tests : columns as tests.tsv
        Those of the analysis ``interaction`` are shown.
    """
    title = "Interactions"
    within = models[models["model"].str.endswith(WITHIN_LEVEL)]
    tested = tests[tests["analysis"] == INTERACTION]
    if within.empty and tested.empty:
        reason = "No model of the configuration has an interaction."
        return Section("interactions", title, empty=reason)
    said = (
        "Whether an effect differs between levels is told by the test of the "
        "interaction alone: that it is significant in one level and not in another is "
        "no difference. P within a level are of no effect in that level and are not "
        "adjusted. Each level is fitted alone, with a baseline hazard of its own, so "
        "that the ratio of two levels need not be that of the interaction."
    )
    blocks = [Block(words=[said], figure=drawn if len(within) else None)]
    if len(tested):
        caption = "Tests of interactions"
        named = tested.assign(note=tested["note"].map(_named))
        blocks.append(Block(table=tests_table(caption, named)))
    if len(within):
        rows = [
            [sentence(words(model_of(row["model"]))), *model_row(row)]
            for row in within.to_dict("records")
        ]
        caption = "Ratios within each level"
        blocks.append(Block(table=table(caption, ["Model", *MODEL_HEADS], rows)))
    return Section("interactions", title, blocks)


def _named(note: str) -> str:
    """Write the model that a note names as the chapter names it."""
    model = tested_model(note)
    return note.replace(f"model {model}", f"model {words(model)}") if model else note
