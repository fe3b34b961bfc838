"""The chapter that says which assumptions of the models were checked, and how."""

import pandas as pd

from ballad.disclosure import SUPPRESSED
from ballad.report.parts import Block, Cell, Section, table
from ballad.report.wording import decimal, number, p_value, sentence, words

HEADS = ["Model", "Check", "Term", "Statistic", "P", "Status", "Note"]
OK = "ok"
GLOBAL, ALL_TERMS = "GLOBAL", "all terms together"


def diagnostics_section(diagnostics: pd.DataFrame) -> Section:
    """
    Show what a check found wrong or could not decide; the passed are counted.

    Parameters
    ----------
    diagnostics : columns model, check, term, statistic, df, p, status, note
        `status` ok, warning, violated or not estimable. What may not be shown is
        already ``suppressed``.
    """
    title = "Checks of the models"
    if diagnostics.empty:
        return Section("diagnostics", title, empty="No model was there to be checked.")
    passed = int((diagnostics["status"] == OK).sum())
    said = (
        f"{passed} of {len(diagnostics)} checks passed. Proportional hazards: score test "
        "of Grambsch and Therneau on the rows of the model; where it fails, the note "
        "gives the hazard ratios of two periods by the plain Cox fit, those by the "
        "estimator of the model stand in the models. Influence: the largest change of an "
        "estimate by one patient, in standard errors: dfbeta, a first-order "
        "approximation, which may name another patient than leaving out would; of "
        "Firth-penalised logistic models by leaving each patient out. "
        "All checks: diagnostics.tsv."
    )
    rows = [
        _row(row) for row in diagnostics[diagnostics["status"] != OK].to_dict("records")
    ]
    blocks = [Block(words=[said])]
    if rows:
        caption = "Checks that did not pass or could not be made"
        blocks.append(Block(table=table(caption, HEADS, rows)))
    return Section("diagnostics", title, blocks)


def _row(row: dict[str, str]) -> list[Cell | str]:
    statistic = row["statistic"]
    text = statistic if statistic == SUPPRESSED else decimal(statistic)
    return [
        sentence(words(row["model"])),
        words(row["check"]),
        ALL_TERMS if row["term"] == GLOBAL else words(row["term"]),
        Cell(text, number(statistic)),
        Cell(p_value(row["p"]), number(row["p"])),
        words(row["status"]),
        row["note"],
    ]
