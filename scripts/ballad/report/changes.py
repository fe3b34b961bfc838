"""The section about what moved since an earlier run."""

import pandas as pd

from ballad.calendar_dates import without_dates
from ballad.report.parts import Block, Section, SmallCells, table
from ballad.report.wording import sentence, words

HEADS = ["Kind", "Patient", "What", "Before", "Now", "Why"]
COLUMNS = ["kind", "patient", "name", "before", "after", "reason"]
MOVED = ("patient", "genotype", "estimate")


def changes_section(changes: pd.DataFrame, small: SmallCells) -> Section:
    """
    Show run/changes.tsv: what moved, counted and listed.

    Parameters
    ----------
    changes : columns kind, patient, name, before, after, reason
    small
        Where it hides small cells, estimates and rows of patients stay out too.
    """
    of_run = changes[changes["kind"] != "comparison"]
    counts = [
        [sentence(words(str(kind))), small.count(n)]
        for kind, n in of_run["kind"].value_counts(sort=False).items()
    ]
    said = [] if counts else ["Nothing differs from the earlier run."]
    said += [
        sentence(row["reason"]) + "."
        for row in changes[changes["kind"] == "comparison"].to_dict("records")
        if row["reason"]
    ]
    counted = table("Differences by kind", ["Kind", "Rows"], counts) if counts else None
    blocks = [Block(words=said, table=counted)]
    listed = of_run[of_run["kind"].isin(MOVED)]
    if small.limit is None and len(listed):
        rows = listed[COLUMNS].map(without_dates).to_numpy().tolist()
        caption = "Patients, genotypes and estimates that moved, each with its reason"
        blocks.append(Block(table=table(caption, HEADS, rows)))
    return Section("changes", "Changes since the earlier run", blocks)
