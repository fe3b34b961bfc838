"""The chapter that says which assumptions of the models were checked, and how."""

import pandas as pd

from ballad.report.parts import Block, Cell, Section, SmallCells, table
from ballad.report.wording import decimal, number, p_value, sentence, words

HEADS = ["Model", "Check", "Term", "Statistic", "P", "Status", "Note"]
OK = "ok"
GLOBAL, ALL_TERMS = "GLOBAL", "all terms together"


def diagnostics_section(diagnostics: pd.DataFrame, small: SmallCells) -> Section:
    """
    Show what a check found wrong or could not decide; the passed are counted.

    Parameters
    ----------
    diagnostics : columns model, check, term, statistic, df, p, status, note
        `status` ok, warning, violated or not estimable.
    """
    title = "Checks of the models"
    if diagnostics.empty:
        return Section("diagnostics", title, empty="No model was there to be checked.")
    passed = int((diagnostics["status"] == OK).sum())
    said = (
        f"{passed} of {len(diagnostics)} checks passed. Proportional hazards: score test "
        "of Grambsch and Therneau on the rows of the model; where it fails, the note "
        "gives the hazard ratios of two periods. Influence: the largest change of an "
        "estimate by one patient, in standard errors: dfbeta, a first-order "
        "approximation, which may name another patient than leaving out would; of "
        "Firth-penalised logistic models by leaving each patient out. "
        "All checks: diagnostics.tsv."
    )
    rows = [
        _row(row, small)
        for row in diagnostics[diagnostics["status"] != OK].to_dict("records")
    ]
    blocks = [Block(words=[said])]
    if rows:
        caption = "Checks that did not pass or could not be made"
        blocks.append(Block(table=table(caption, HEADS, rows)))
    return Section("diagnostics", title, blocks)


def _row(row: dict[str, str], small: SmallCells) -> list[Cell | str]:
    # A statistic of these checks can be a count of events.
    counted = row["check"] in ("events_per_parameter", "zero_cell")
    statistic = Cell(decimal(row["statistic"]), number(row["statistic"]))
    return [
        sentence(words(row["model"])),
        words(row["check"]),
        ALL_TERMS if row["term"] == GLOBAL else words(row["term"]),
        small.unless(counted and small.hides(row["statistic"]), statistic.text)
        if counted
        else statistic,
        Cell(p_value(row["p"]), number(row["p"])),
        words(row["status"]),
        small.note(row["note"]),
    ]
