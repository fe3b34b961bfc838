"""Published estimates beside ours, by rules that a table of the cohort states."""

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from ballad.problems import InputError, Problem

COLUMNS = [
    *("id", "quantity", "published", "published_low", "published_high"),
    *("ours", "ours_low", "ours_high", "tolerance", "within", "patients"),
]
DECLARED = [
    *("id", "quantity", "table", "measure", "column", "where", "of", "published"),
    *("published_low", "published_high", "basis", "tolerance", "limit", "scored"),
    "source",
]
MEASURES = ("count", "proportion", "value", "smallest")
TOLERANCES = ("exact", "interval", "log_se", "below", "above", "none")
NUMBERS = ("published", "published_low", "published_high", "limit")
NORMAL_QUANTILE = 1.959964  # of a two-sided 95% interval
# Counts equal to a published one are equal; estimates read back from text may
# differ in the last digit that was written.
SAME = 1e-9


@dataclass(frozen=True)
class Ours:
    """What this cohort gives; None where it gives nothing."""

    value: float | None = None
    low: float | None = None
    high: float | None = None
    patients: int | None = None  # counted, or with the event; not behind P


@dataclass(frozen=True)
class Theirs:
    """What was published; None where nothing was."""

    value: float | None
    low: float | None
    high: float | None
    limit: float | None  # of the tolerance


def published_problems(published: pd.DataFrame, file: str) -> list[Problem]:
    """List every fault of a table of published estimates."""
    missing = [column for column in DECLARED if column not in published]
    if missing:
        rule = f"the columns {', '.join(missing)} are missing"
        cure = "start from resources/published/aldoss2025.tsv"
        return [Problem(file, rule=rule, cure=cure)]
    allowed = {
        "measure": MEASURES,
        "tolerance": TOLERANCES,
        "scored": ("yes", "no"),
        "basis": ("stated", "derived", ""),
    }
    problems = []
    for line, row in enumerate(published.to_dict("records"), 2):
        place = f"line {line}"
        for column, values in allowed.items():
            if row[column] not in values:
                rule = "this word has no meaning here"
                cure = (
                    f"use one of: {', '.join(value or '(empty)' for value in values)}"
                )
                problems.append(Problem(file, place, column, row[column], rule, cure))
        for column in NUMBERS:
            if row[column] and _number(row[column]) is None:
                cure = "write a number or nothing"
                problems.append(
                    Problem(file, place, column, row[column], "this is no number", cure)
                )
    repeated = published["id"][published["id"].duplicated()]
    problems += [
        Problem(file, column="id", value=value, rule="an id stands once")
        for value in repeated
    ]
    return problems


def compare(
    published: pd.DataFrame, tables: Mapping[str, pd.DataFrame], file: str = "published"
) -> pd.DataFrame:
    """
    Set published estimates beside the same quantities of this cohort.

    Parameters
    ----------
    published : columns id, quantity, table, measure, column, where, of, published, \
            published_low, published_high, basis, tolerance, limit, scored, source
        One row per quantity. `measure` is ``count`` (rows of `table` that fit
        `where`), ``proportion`` (of the rows that fit `of`, those that fit `where`
        too), ``value`` (`column` of the one row that fits) or ``smallest`` (of
        several rows). A condition is ``column=value|other; column!=value;
        column<column``. `basis` says whether the bounds are stated in the source or
        derived from it by arithmetic.
    tables
        Result tables of this run by name, all text, empty is missing.
    file
        Name of the published table, for messages.

    Returns
    -------
    DataFrame with columns id, quantity, published, published_low, published_high, \
            ours, ours_low, ours_high, tolerance, within, patients
        `within` is yes, no, ``not scored`` or ``not estimable`` (this cohort has no
        value). `patients` are those counted, or those with the event behind an estimate; empty
        beside P.

    Raises
    ------
    InputError
        If the table of published estimates has faults.
    ValueError
        If ``value`` selects several rows.
    """
    problems = published_problems(published, file)
    if problems:
        raise InputError(problems)
    rows = [_compared(row, tables) for row in published.to_dict("records")]
    return pd.DataFrame(rows, columns=COLUMNS)


def _compared(row: Mapping[str, str], tables: Mapping[str, pd.DataFrame]) -> dict:
    ours = measured(row, tables)
    theirs = Theirs(*(_number(row[column]) for column in NUMBERS))
    return {
        "id": row["id"],
        "quantity": row["quantity"],
        "published": theirs.value,
        "published_low": theirs.low,
        "published_high": theirs.high,
        "ours": ours.value,
        "ours_low": ours.low,
        "ours_high": ours.high,
        "tolerance": tolerance_text(row),
        "within": _verdict(row, ours.value, theirs),
        "patients": "" if ours.patients is None else str(ours.patients),
    }


def measured(row: Mapping[str, str], tables: Mapping[str, pd.DataFrame]) -> Ours:
    """Find the quantity of one published row in the tables of this run."""
    table = tables.get(row["table"])
    needed = {name for text in (row["where"], row["of"]) for name in _columns_in(text)}
    if table is None or not needed | _cells_of(row) <= set(table.columns):
        logging.warning("%s: this run has no such table or column", row["id"])
        return Ours()
    if row["measure"] == "count":
        count = int(fits(table, row["where"]).sum())
        return Ours(float(count), patients=count)
    if row["measure"] == "proportion":
        return _proportion(fits(table, row["of"]), fits(table, row["where"]))
    return _cell(table[fits(table, row["where"])], row)


def _cells_of(row: Mapping[str, str]) -> set[str]:
    return {row["column"]} if row["measure"] in ("value", "smallest") else set()


def _proportion(base: pd.Series, wanted: pd.Series) -> Ours:
    denominator = int(base.sum())
    if not denominator:
        return Ours()
    count = int((base & wanted).sum())
    low, high = proportion_confint(count, denominator, method="wilson")
    return Ours(count / denominator, float(low), float(high), count)


def _cell(selected: pd.DataFrame, row: Mapping[str, str]) -> Ours:
    values = [
        value
        for text in selected[row["column"]]
        if (value := _number(text)) is not None
    ]
    if not values:
        return Ours()
    if row["measure"] == "smallest":
        return Ours(min(values))
    if len(selected) > 1:
        raise ValueError(
            f"{row['id']}: {len(selected)} rows of {row['table']} fit {row['where']!r}"
        )
    if row["column"] == "p" or "ci_low" not in selected:
        return Ours(values[0])
    only = selected.iloc[0]
    counted = next((c for c in ("responders", "events") if c in selected), None)
    behind = None if counted is None else _number(only[counted])
    return Ours(
        values[0],
        _number(only["ci_low"]),
        _number(only["ci_high"]),
        None if behind is None else int(behind),
    )


def fits(table: pd.DataFrame, condition: str) -> pd.Series:
    """Say for each row whether it fits all parts of a condition (see `compare`)."""
    result = pd.Series(True, index=table.index)
    for part in filter(None, map(str.strip, condition.split(";"))):
        result &= _part_fits(table, part)
    return result


def _part_fits(table: pd.DataFrame, part: str) -> pd.Series:
    if "!=" in part:
        column, value = part.split("!=", 1)
        return ~table[column.strip()].isin(value.split("|"))
    if "=" in part:
        column, value = part.split("=", 1)
        return table[column.strip()].isin(value.split("|"))
    earlier, later = (
        pd.to_numeric(table[column.strip()], errors="coerce")
        for column in part.split("<", 1)
    )
    return earlier < later  # a missing day is neither earlier nor later


def _columns_in(condition: str) -> set[str]:
    names: set[str] = set()
    for part in filter(None, map(str.strip, condition.split(";"))):
        if "=" in part:
            names.add(part.split("=", 1)[0].removesuffix("!").strip())
        else:
            names.update(column.strip() for column in part.split("<", 1))
    return names


def tolerance_text(row: Mapping[str, str]) -> str:
    """Write the rule of a row as a reader understands it."""
    low, high, limit = row["published_low"], row["published_high"], row["limit"]
    bounds = {
        (True, True): f"{low} to {high}",
        (True, False): f"at least {low}",
        (False, True): f"at most {high}",
    }.get((bool(low), bool(high)), "")
    text = {
        "exact": "equal to the published count",
        "interval": bounds,
        "log_se": f"log ratio within {limit} published standard errors",
        "below": f"P < {limit}",
        "above": f"P > {limit}",
        "none": "",
    }[row["tolerance"]]
    parts = [text, "derived" if row["basis"] == "derived" else ""]
    return "; ".join(part for part in parts if part) or "no figure published"


def _verdict(row: Mapping[str, str], ours: float | None, theirs: Theirs) -> str:
    if row["scored"] == "no" or row["tolerance"] == "none":
        return "not scored"
    if ours is None:
        return "not estimable"
    return "yes" if _tolerated(row["tolerance"], ours, theirs) else "no"


def _tolerated(tolerance: str, ours: float, theirs: Theirs) -> bool:
    if tolerance == "exact":
        return theirs.value is not None and abs(ours - theirs.value) < SAME
    if tolerance == "interval":
        above_low = theirs.low is None or ours >= theirs.low
        return above_low and (theirs.high is None or ours <= theirs.high)
    if tolerance == "below":
        return theirs.limit is not None and ours < theirs.limit
    if tolerance == "above":
        return theirs.limit is not None and ours > theirs.limit
    return _near_on_log_scale(ours, theirs)


def _near_on_log_scale(ours: float, theirs: Theirs) -> bool:
    # A Wald interval is symmetric on the log scale: its width gives the SE.
    if not (theirs.value and theirs.low and theirs.high and theirs.limit):
        return False
    if ours <= 0 or math.isinf(ours):
        return False
    standard_error = math.log(theirs.high / theirs.low) / (2 * NORMAL_QUANTILE)
    return abs(math.log(ours / theirs.value)) < theirs.limit * standard_error


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return None if math.isnan(number) else number
