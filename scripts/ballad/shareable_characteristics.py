"""The characteristics of the patients with the counts hidden that would betray few."""

import pandas as pd

from ballad.disclosure import SUPPRESSED, SmallCounts
from ballad.recoverable_counts import recoverable

PATIENTS = "patients"  # the characteristic whose n is the size of a group
# A level of its own here: with the others it makes up the group. No cell of a table
# holds a tab (NUL would do, were it not the end of a string where pandas groups them).
MISSING = "\tmissing"


def shared_characteristics(table: pd.DataFrame, small: SmallCounts) -> pd.DataFrame:
    """
    Hide small counts down the columns and along the rows until neither betrays one.

    Down a column the levels and who is missing make up the group; along a row the
    groups make up all patients. Where who is missing is hidden, so are the percents,
    which are of those known. Where the count of a level is hidden, so are the P and
    the standardised difference of the groups: with the margins they give it.

    Parameters
    ----------
    table : columns characteristic, level, group, n, value, missing, test, p, smd, \
group_by
        As table_one.tsv; `value` with a percent where `n` counts a level, else a
        median of `n` patients.

    Returns
    -------
    DataFrame
        `n`, `value`, `missing`, `p` and `smd` as texts, with the mark of small counts
        and ``suppressed`` in place of what is hidden; `test` without a reason that
        counts.
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
    for group_by in dict.fromkeys(grouped["group_by"]):
        for characteristic in dict.fromkeys(grouped["characteristic"]):
            _hide_what_follows(cells, characteristic, group_by, shown, small)
    hidden = [not text.isdigit() for text in shown]
    missing = cells.index[cells["row"] < 0]
    of_group = {tuple(cells.loc[place, _GROUP]): place for place in missing}
    places = [of_group[tuple(key)] for key in table[_GROUP].to_numpy()]
    compared = ["characteristic", "group_by"]
    levels = pd.Series(hidden[: len(table)]) & (table["n"] != "")
    few = levels.groupby([table[name] for name in compared]).transform("any")
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
                "test": small.outcome_note(row["test"], bool(few[place])),
                **{
                    name: SUPPRESSED if few[place] and row[name] else row[name]
                    for name in ("p", "smd")
                },
            }
        )
    return table.assign(**pd.DataFrame(written, index=table.index, dtype=object))


_GROUP = ["characteristic", "group_by", "group"]


def _hide_what_follows(
    cells: pd.DataFrame,
    characteristic: str,
    group_by: str,
    shown: list[str],
    small: SmallCounts,
) -> None:
    """Take marks, then counts of the groups, then of all, until nothing follows."""
    of_both = cells["characteristic"].isin([PATIENTS, characteristic])
    of_both &= (cells["characteristic"] != PATIENTS) | (cells["row"] >= 0)
    around = cells[of_both & cells["group_by"].isin(["", group_by])]
    if all(shown[place].isdigit() for place in around.index):
        return
    counts, texts, sums = _sums(around)
    of_it = around["characteristic"] == characteristic
    grouped = around.index[of_it & (around["group_by"] == group_by)]
    marked = [place for place in grouped if shown[place] == small.mark]
    for places in ([], marked, grouped, around.index[of_it]):
        for place in places:
            shown[place] = SUPPRESSED
        told = [shown[place] for place in around.index]
        if not recoverable(counts, [*told, *texts], sums, small, len(told)):
            return


def _sums(
    around: pd.DataFrame,
) -> tuple[list[float], list[str], list[tuple[int, list[int]]]]:
    """
    Give what adds up: the levels to a group, the groups and who is in none to all.

    Returns
    -------
    (counts, texts, sums)
        The counts of `around` and, behind them, of the patients in no group, whose
        texts tell nothing; the places of each total and of its parts.
    """
    place_of = {index: place for place, index in enumerate(around.index)}
    counts, sums = around["n"].tolist(), []
    in_no_group: dict[str, list[int]] = {}
    for (characteristic, _), line in around.groupby(["characteristic", "level"]):
        whole = line["group_by"] == ""
        rest = line.loc[whole, "n"].sum() - line.loc[~whole, "n"].sum()
        parts = [place_of[index] for index in line.index[~whole]]
        in_no_group.setdefault(characteristic, []).append(len(counts))
        sums.append((place_of[line.index[whole][0]], [*parts, len(counts)]))
        counts.append(rest)
    columns = {
        (characteristic, group): [place_of[index] for index in column.index]
        for (characteristic, group), column in around.groupby(
            ["characteristic", "group"]
        )
    } | {(name, ""): places for name, places in in_no_group.items()}
    for (characteristic, group), places in columns.items():
        # A group whose size is not in the table has no total to be told.
        if characteristic != PATIENTS and (PATIENTS, group) in columns:
            sums.append((columns[PATIENTS, group][0], places))
    return counts, [""] * (len(counts) - len(around)), sums


def _cells(table: pd.DataFrame) -> pd.DataFrame:
    """List every count of the table once: of its rows, and of who is missing."""
    rows = table[[*_GROUP, "level", "n"]].assign(row=table.index)
    once = table.drop_duplicates(_GROUP)
    missing = once[_GROUP].assign(level=MISSING, n=once["missing"], row=-1)
    cells = pd.concat([rows, missing], ignore_index=True)
    return cells.assign(n=pd.to_numeric(cells["n"], errors="coerce").fillna(0.0))
