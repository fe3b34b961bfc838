"""Models and tests with the events hidden that would betray few patients."""

import re
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from ballad.disclosure import SUPPRESSED, SmallCounts
from ballad.model_names import BY_PERIOD, INTERACTION, WITHIN_LEVEL, tested_model
from ballad.outcomes.covariates import BOTH, NOT_ALL, NOT_BOTH

_ESTIMATES = ("estimate", "ci_low", "ci_high", "p", "p_adjusted")
_TESTED = ("statistic", "p", "p_adjusted")
# Sentences of a note that count, by a number or by saying that there is none.
_COUNTS = re.compile(r"(?<!\w)\d|^(?:no|only|all|zero|few|fewer|nobody)\b")
_NAMES = ("ratio at ", "model ")  # their numbers are names
_OF_CAUSES = ["endpoint", "population", "group_by", "test"]
# The tables whose cells an exact test compares, by its analysis.
_CELLS_OF = {
    "response": "response",
    "relapse_patterns": "relapse_patterns",
    "failure_patterns": "failure_patterns",
}


def shared_models(table: pd.DataFrame, small: SmallCounts) -> pd.DataFrame:
    """
    Hide events, and the estimates that rest on them.

    The events of a model are those of all levels of a term, the reference (which has
    no row) among them; the periods of a term make up the events of its whole row.

    Parameters
    ----------
    table : columns of models.tsv, or of sensitivity.tsv
        Text.
    small
        Which counts are small.

    Returns
    -------
    DataFrame
        Where patients, events, those without one, or the events in or outside a level
        or of the reference are few: `events`, `events_in_level` and the estimate
        hidden. Where those of one term of an interaction without the other are few:
        of the interaction and all its terms. Where another row would
        give a hidden count: the events only. Where one level of a covariate hides its
        ratio within it, all levels do, with their patients: they add up to the model.
        The note of a row that hides events keeps the sentences that count nobody.
    """
    table = table.reset_index(drop=True)
    of_level = table["model"].str.endswith(WITHIN_LEVEL)
    counts = ["n", "events", "events_in_level"]
    few = _few(table, counts, small)
    told = pd.Series(False, index=table.index)  # would give the count of another row
    whole_fits = table[~of_level]
    for places in _terms(whole_fits, by_period=False):
        _hide_levels(table, places, few, told, small)
    for places in _fits(whole_fits):
        _hide_parts(table.loc[places], few, small)
    _hide_references(table[of_level], few, small)
    _hide_together(table[of_level], few)
    whole = {_fit(row) for row in table[few | told].to_dict("records")}
    for places in _terms(table, by_period=True):
        if _fit(table.loc[places[0]]) in whole:
            told.loc[places] = True
    shown = _written(table, counts, few, few | told, small)
    for column in counts[1:]:
        # Two marks of the periods could fix both counts, as their sum is known.
        shown.loc[told & (table[column] != ""), column] = SUPPRESSED
    for place in table.index[few | told]:
        shown.loc[place, "note"] = _uncounted(table.loc[place, "note"])
    return _hidden(_hidden(shown, counts, few & of_level), _ESTIMATES, few)


def shared_tests(
    table: pd.DataFrame, small: SmallCounts, beside: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """
    Hide events, and the tests that rest on them.

    Parameters
    ----------
    table : columns of tests.tsv
        Text. The causes of one test make up all its events, whose sum is known.
    small
        Which counts are small.
    beside
        response, relapse_patterns and failure_patterns as written, or none of them:
        the P of an exact test gives a hidden cell of its table, whose margins are told.
        models as written: the P of an interaction is hidden where its model hides it,
        and without them.
    """
    table = table.reset_index(drop=True)
    counts = ["n", "events"]
    few = _few(table, counts, small)
    for place, row in enumerate(table.to_dict("records")):
        few.iloc[place] |= _cells_hidden(row, small, beside)
    interactions = _interactions_hidden(table, small, beside.get("models"))
    few |= interactions
    shown = _written(table, counts, few, few, small)
    for place in table.index[interactions]:
        shown.loc[place, "note"] = _uncounted(table.loc[place, "note"])
    of_a_cause = table[table["cause"] != ""] if "cause" in table else table.iloc[:0]
    for _, its in of_a_cause.groupby(_OF_CAUSES, sort=False):
        events = pd.to_numeric(its["events"], errors="coerce").fillna(0)
        for place, text in zip(its.index, small.texts(events.tolist()), strict=True):
            if not text.isdigit():
                shown.loc[place, "events"] = text
    return _hidden(shown, _TESTED, few)


def _few(table: pd.DataFrame, counts: Sequence[str], small: SmallCounts) -> pd.Series:
    rows = table[list(counts)].itertuples(index=False)
    return pd.Series(
        [small.hides_outcome(*row) for row in rows], index=table.index, dtype=bool
    )


def _terms(table: pd.DataFrame, by_period: bool) -> Iterable[list[int]]:
    """Give the places of the rows of one term of one fit."""
    of_period = table["model"].str.endswith(BY_PERIOD)
    its = table[of_period == by_period]
    keys = [key for key in ("variation", "model", "method", "term") if key in its]
    return [list(rows.index) for _, rows in its.groupby(keys, sort=False)]


def _fits(table: pd.DataFrame) -> Iterable[list[int]]:
    """Give the places of the rows of one fit."""
    keys = [key for key in ("variation", "model", "method") if key in table]
    return [list(rows.index) for _, rows in table.groupby(keys, sort=False)]


def _hide_parts(rows: pd.DataFrame, few: pd.Series, small: SmallCounts) -> None:
    """Hide interactions, with their terms, whose events outside them are few."""
    if small.limit is None:
        return
    named = dict(zip(rows["term"] + " " + rows["level"], rows.index, strict=True))
    references = rows.get("reference", pd.Series("", index=rows.index))
    parts_of: dict[str, dict[int, list[int]]] = {}
    for place, level in rows["level"].items():
        parts = _parts(level, named)
        if parts:
            parts_of.setdefault(rows.loc[place, "term"], {})[place] = parts
        elif references[place] in (NOT_BOTH, NOT_ALL):
            few.loc[rows.index] = True  # which rows would give its cells is not known
            return
    for products in parts_of.values():
        if small.hides(*_outside(rows, products)):
            its = [place for parts in products.values() for place in parts]
            few.loc[[*products, *its]] = True


def _parts(level: str, named: Mapping[str, int]) -> list[int]:
    """Find the rows of two terms by the level of their interaction; else none."""
    names = level.split(BOTH)  # a level may hold the word itself
    for cut in range(1, len(names)):
        both = BOTH.join(names[:cut]), BOTH.join(names[cut:])
        if all(name in named for name in both):
            return [named[name] for name in both]
    return []


def _outside(
    rows: pd.DataFrame, products: Mapping[int, Sequence[int]]
) -> Iterable[float]:
    """Give the events of one term without the other, and of neither."""
    every = pd.to_numeric(rows["events"], errors="coerce")
    events = pd.to_numeric(rows["events_in_level"], errors="coerce")
    for place, parts in products.items():
        for part in parts:
            holding = [other for other, its in products.items() if part in its]
            yield events[part] - events[place]
            yield events[part] - sum(events[other] for other in holding)
        yield every[place] - sum(events[part] for part in parts) + events[place]
    terms = {part for parts in products.values() for part in parts}
    whole = every[next(iter(products))] - sum(events[part] for part in terms)
    yield whole + sum(events[place] for place in products)


def _hide_references(levels: pd.DataFrame, few: pd.Series, small: SmallCounts) -> None:
    """Hide the rows within one level whose reference, which has none, is small."""
    keys = [key for key in ("variation", "model", "method", "term") if key in levels]
    its = [levels[key] for key in (*keys, "n", "events")]
    # Both names may hold the word: whichever parts them, the sum is of one level.
    parted = levels["level"].str.split(" in ", n=1).str[-1]
    for within in (parted, levels["level"].str.rsplit(" in ", n=1).str[-1]):
        for _, rows in levels.groupby([*its, within], sort=False):
            _hide_levels(levels, list(rows.index), few, few.copy(), small)


def _hide_together(levels: pd.DataFrame, few: pd.Series) -> None:
    """Hide the rows within all levels of a model where those of one are hidden."""
    keys = [key for key in ("variation", "model") if key in levels]
    for _, its in levels.groupby(keys, sort=False):
        few.loc[its.index] = few.loc[its.index].any()


def _fit(row: Mapping[str, str]) -> tuple[str, ...]:
    """Name a term of a fit, all periods together."""
    model = row["model"].removesuffix(BY_PERIOD)
    return row.get("variation", ""), model, row["method"], row["term"]


def _hide_levels(
    table: pd.DataFrame,
    places: list[int],
    few: pd.Series,
    told: pd.Series,
    small: SmallCounts,
) -> None:
    """Hide the levels of a term whose reference is small, or that would give one."""
    numbers = table.loc[places, ["events", "events_in_level"]]
    numbers = numbers.apply(pd.to_numeric, errors="coerce")
    if len(places) < 2 or numbers.isna().any(axis=None):
        return
    levels = numbers["events_in_level"]
    reference = float(numbers["events"].iat[0] - levels.sum())
    if small.hides(reference):
        few.loc[places] = True
        return
    for place in levels.sort_values().index:
        unseen = levels[few.loc[places] | told.loc[places]]
        if not len(unseen) or not small.betrays([reference, *unseen]):
            return
        told.loc[place] = True


def _uncounted(note: str) -> str:
    """Keep the sentences of a note that count nobody."""
    if note.startswith("not estimable"):
        return "not estimable"
    parts = [re.sub(r"^Firth: .*", "Firth", part) for part in note.split("; ")]
    return "; ".join(
        part for part in parts if part.startswith(_NAMES) or not _COUNTS.search(part)
    )


def _interactions_hidden(
    tests: pd.DataFrame, small: SmallCounts, models: pd.DataFrame | None
) -> pd.Series:
    """Say which tests are of an interaction whose P its model hides."""
    of_it = tests["analysis"] == INTERACTION
    if small.limit is None or models is None:
        return of_it & (small.limit is not None)
    shown = shared_models(models, small)
    hidden = shown[(shown["p"] == SUPPRESSED) | (shown["estimate"] == SUPPRESSED)]
    terms = set(zip(hidden["model"], hidden["term"], strict=True))
    tested = zip(tests["note"].map(tested_model), tests["group_by"], strict=True)
    return of_it & pd.Series([test in terms for test in tested], tests.index, bool)


def _cells_hidden(
    row: Mapping[str, str], small: SmallCounts, beside: Mapping[str, pd.DataFrame]
) -> bool:
    """Say whether a cell of the table that an exact test compares is hidden."""
    cells = beside.get(_CELLS_OF.get(row["analysis"], ""))
    if cells is None or small.limit is None:
        return False
    if row["analysis"] == "response":
        of_it = cells["endpoint"] == row["endpoint"]
        its = cells[of_it & (cells["group_by"] == row["group_by"])]
        return any(map(small.hides_outcome, its["n"], its["responders"]))
    # One small cell of a grouping hides those of all.
    its = cells[(cells["group_by"] != "") == (row["group_by"] != "")]
    sums = its.assign(n=pd.to_numeric(its["n"])).pivot_table(
        index=["group_by", "group"],
        columns=[name for name in ("cd19", "emd") if name in row["endpoint"]],
        values="n",
        aggfunc="sum",
        fill_value=0,
    )
    return small.hides(*sums.to_numpy().ravel())


def _written(
    table: pd.DataFrame,
    counts: Sequence[str],
    few: pd.Series,
    hidden: pd.Series,
    small: SmallCounts,
) -> pd.DataFrame:
    """Write patients, events, and the note; a hidden row keeps its patients."""
    shown = table.copy()
    for column in counts:
        shown[column] = [
            small.mark
            if small.hides(text)
            else SUPPRESSED
            if hides and text != "" and column != "n"
            else text
            for text, hides in zip(table[column], hidden, strict=True)
        ]
    notes = zip(table["note"], few, strict=True)
    return shown.assign(note=[small.outcome_note(*note) for note in notes])


def _hidden(
    table: pd.DataFrame, columns: Sequence[str], few: pd.Series
) -> pd.DataFrame:
    shown = table.copy()
    for column in (name for name in columns if name in table):
        shown.loc[few & (table[column] != ""), column] = SUPPRESSED
    return shown
