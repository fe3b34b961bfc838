"""Aggregated tables with the counts hidden that would point at single patients."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import pandas as pd

from ballad.disclosure import SUPPRESSED, SmallCounts, flow_texts
from ballad.shareable_characteristics import shared_characteristics
from ballad.shareable_diagnostics import shared_diagnostics
from ballad.shareable_outcomes import shared_models, shared_tests

TOTAL = "all"
DIFFERENCE = "rmst_difference"  # of two groups


def shared(
    name: str,
    table: pd.DataFrame,
    small: SmallCounts,
    beside: Mapping[str, pd.DataFrame] = MappingProxyType({}),
) -> pd.DataFrame:
    """
    Hide the small counts of a result table, and what would betray them.

    Parameters
    ----------
    name
        Of the table.
    table
        Text, as written.
    small
        Which counts are small.
    beside
        The other tables by name, as written: a P of tests.tsv can give a cell of one,
        and a check of a model what models.tsv hides.

    Returns
    -------
    DataFrame
        ``<5`` in place of a small count, ``suppressed`` in place of what a small count
        follows from. Patterns of relapse are given for CD19 and for extramedullary
        disease apart, never for both together.

    Raises
    ------
    KeyError
        If nothing says how the table is shared: such a table stays in the house.
    """
    if name == "tests":
        return shared_tests(table, small, beside).astype(str)
    if name == "diagnostics":
        return shared_diagnostics(table, small, beside.get("models")).astype(str)
    return _RULES[name](table, small).astype(str)


def shareable_tables() -> frozenset[str]:
    """Name the tables that may leave the house."""
    return frozenset({*_RULES, "tests", "diagnostics"})


def _flow(table: pd.DataFrame, small: SmallCounts) -> pd.DataFrame:
    return pd.DataFrame(flow_texts(table, small), columns=list(table))


def _hidden_rows(
    rows: pd.DataFrame, small: SmallCounts, count: str, part: str
) -> list[bool]:
    """
    Hide groups whose count, part of it or rest is small, and what would betray them.

    The total of the groups is known; an ungrouped row stands for itself.
    """
    counts = pd.to_numeric(rows[count], errors="coerce").fillna(0)
    parts = pd.to_numeric(rows[part], errors="coerce").fillna(0)
    columns = [counts, parts, counts - parts]
    grouped = ~rows["group"].isin([TOTAL, ""])
    among = iter(small.hidden_among(*(c[grouped].tolist() for c in columns)))
    return [
        next(among) if of_group else small.hides(*numbers)
        for of_group, *numbers in zip(grouped, *columns, strict=True)
    ]


def _counts(
    table: pd.DataFrame,
    small: SmallCounts,
    columns: Sequence[str],
    hidden: Sequence[bool],
) -> pd.DataFrame:
    """Write the counts of the rows; those of a hidden row are all hidden."""
    written = table.copy()
    for column in columns:
        written[column] = [
            small.mark
            if small.hides(text)
            else SUPPRESSED
            if hides and text != ""
            else text
            for text, hides in zip(table[column], hidden, strict=True)
        ]
    return written


def _blanked(
    table: pd.DataFrame, columns: Sequence[str], hidden: Sequence[bool]
) -> pd.DataFrame:
    written = table.copy()
    for column in columns:
        written[column] = [
            SUPPRESSED if hides and text != "" else text
            for text, hides in zip(table[column], hidden, strict=True)
        ]
    return written


def _response(table: pd.DataFrame, small: SmallCounts) -> pd.DataFrame:
    parts = []
    for _, rows in table.groupby(["endpoint", "group_by"], sort=False):
        hidden = _hidden_rows(rows, small, "n", "responders")
        shown = _counts(rows, small, ["n", "responders"], hidden)
        parts.append(_blanked(shown, ["rate", "ci_low", "ci_high"], hidden))
    return _joined(parts, table)


def _survival_summary(table: pd.DataFrame, small: SmallCounts) -> pd.DataFrame:
    parts = []
    keys = ["endpoint", "population", "group_by", "statistic", "time_months"]
    differences = table["statistic"] == DIFFERENCE
    few = {
        (row["endpoint"], row["population"], row["group_by"])
        for row in table[~differences].to_dict("records")
        if small.hides_outcome(row["n"], row["events"])
    }
    for (*grouping, statistic, _), rows in table.groupby(keys, sort=False):
        hidden = _hidden_rows(rows, small, "n", "events")
        # The n of a difference is that of both groups together: less the one that is
        # shown it would give the other.
        if statistic == DIFFERENCE and tuple(grouping) in few:
            hidden = [True] * len(rows)
        shown = _counts(rows, small, ["n", "events"], hidden)
        shown = _blanked(shown, ["value", "ci_low", "ci_high"], hidden)
        if "note" in shown:
            shown = shown.assign(note=[small.note(text) for text in rows["note"]])
        parts.append(shown)
    return _joined(parts, table).sort_index()


def _co_occurrence(table: pd.DataFrame, small: SmallCounts) -> pd.DataFrame:
    cells = ["both", "first", "second", "neither"]
    shown = table.copy()
    hidden = []
    for place, row in enumerate(table[cells].itertuples(index=False)):
        hides = small.hides(*row)
        hidden.append(hides)
        for column in cells if hides else []:
            shown.iat[place, shown.columns.get_loc(column)] = SUPPRESSED
    return _blanked(shown, ["odds_ratio", "p", "p_adjusted"], hidden)


def _patterns(table: pd.DataFrame, small: SmallCounts) -> pd.DataFrame:
    parts = []
    numbers = table.assign(n=pd.to_numeric(table["n"]))
    for feature in ("cd19", "emd"):
        sums_by = {
            group_by: its.pivot_table(
                index="group", columns=feature, values="n", aggfunc="sum", sort=False
            ).fillna(0)
            for group_by, its in numbers.groupby("group_by", sort=False)
        }
        counts_by = {by: sums.to_numpy().tolist() for by, sums in sums_by.items()}
        texts_by = small.groupings_texts(counts_by)
        totals_by = small.group_sizes_texts(counts_by)
        for group_by, sums in sums_by.items():
            its = zip(
                sums.iterrows(), texts_by[group_by], totals_by[group_by], strict=True
            )
            for (group, counts), written, patients in its:
                total = float(counts.sum())
                for level, count, text in zip(
                    sums.columns, counts, written, strict=True
                ):
                    percent = f"{100 * count / total:.10g}" if total else ""
                    levels = {"cd19": TOTAL, "emd": TOTAL, feature: level}
                    parts.append(
                        {
                            "group_by": group_by,
                            "group": group,
                            **levels,
                            "n": text,
                            "denominator": patients,
                            "percent": percent if text.isdigit() else SUPPRESSED,
                        }
                    )
    return pd.DataFrame(parts, columns=list(table))


def _published(table: pd.DataFrame, small: SmallCounts) -> pd.DataFrame:
    hidden = [small.hides(patients) for patients in table["patients"]]
    shown = _counts(table, small, ["patients"], hidden)
    return _blanked(shown, ["ours", "ours_low", "ours_high", "within"], hidden)


def _joined(parts: list[pd.DataFrame], table: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(parts) if parts else table


_RULES: dict[str, Callable[[pd.DataFrame, SmallCounts], pd.DataFrame]] = {
    "flow": _flow,
    "table_one": shared_characteristics,
    "response": _response,
    "survival_summary": _survival_summary,
    "models": shared_models,
    "sensitivity": shared_models,
    "co_occurrence": _co_occurrence,
    "relapse_patterns": _patterns,
    "failure_patterns": _patterns,
    "published_comparison": _published,
}
