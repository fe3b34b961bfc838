"""The characteristics of the patients with the counts hidden that would betray few."""

import pandas as pd

from ballad.disclosure import SUPPRESSED, SmallCounts

MISSING = "missing"  # a level of its own here: with the others it makes up the group


def shared_characteristics(table: pd.DataFrame, small: SmallCounts) -> pd.DataFrame:
    """
    Hide small counts down the columns and along the rows until neither betrays one.

    Down a column the levels and who is missing make up the group; along a row the
    groups make up all patients. Where who is missing is hidden, so are the percents,
    which are of those known.

    Parameters
    ----------
    table : columns characteristic, level, group, n, value, missing, group_by
        As table_one.tsv; `value` with a percent where `n` counts a level, else a
        median of `n` patients.

    Returns
    -------
    DataFrame
        `n`, `value` and `missing` as texts, with the mark of small counts and
        ``suppressed`` in place of what is hidden.
    """
    table = table.reset_index(drop=True)
    cells = _cells(table)
    # Nobody missing is no small count: who is there is told by it alone.
    counted = cells["n"].where((cells["row"] >= 0) | (cells["n"] > 0))
    hidden = [small.hides(n) for n in counted]
    columns = cells.groupby(["characteristic", "group_by", "group"]).groups.values()
    grouped = cells[cells["group_by"] != ""]
    along = ["characteristic", "level", "group_by"]
    lines = [*map(list, columns), *map(list, grouped.groupby(along).groups.values())]
    counts = cells["n"].tolist()
    while any([small.hide_partner(counts, hidden, line) for line in lines]):
        pass
    shown = [
        small.written(n, hides) if hides else f"{n:.0f}"
        for n, hides in zip(cells["n"], hidden, strict=True)
    ]
    for line in lines:
        small.unmark(counts, hidden, line, shown)
    missing = cells.index[cells["row"] < 0]
    of_group = {tuple(cells.loc[place, _GROUP]): place for place in missing}
    places = [of_group[tuple(key)] for key in table[_GROUP].to_numpy()]
    written = []
    for place, row in enumerate(table.to_dict("records")):
        counted, value = "%" in row["value"], row["value"]
        # A percent is of those known: with the group's size it tells who is missing.
        if counted and hidden[places[place]]:
            value = row["n"]
        if value and hidden[place] and (counted or small.hides(row["n"])):
            value = SUPPRESSED
        written.append(
            {
                "n": shown[place] if row["n"] else "",
                "value": value,
                "missing": shown[places[place]] if row["missing"] else "",
            }
        )
    return table.assign(**pd.DataFrame(written, index=table.index, dtype=object))


_GROUP = ["characteristic", "group_by", "group"]


def _cells(table: pd.DataFrame) -> pd.DataFrame:
    """List every count of the table once: of its rows, and of who is missing."""
    rows = table[[*_GROUP, "level", "n"]].assign(row=table.index)
    once = table.drop_duplicates(_GROUP)
    missing = once[_GROUP].assign(level=MISSING, n=once["missing"], row=-1)
    cells = pd.concat([rows, missing], ignore_index=True)
    return cells.assign(n=pd.to_numeric(cells["n"], errors="coerce").fillna(0.0))
