"""Sections that show estimates: survival, competing risks, models, published ones."""

from collections.abc import Iterable, Mapping

import pandas as pd

from ballad.disclosure import SUPPRESSED
from ballad.report.parts import Block, Cell, Figure, Section, SmallCells, Table, table
from ballad.report.wording import (
    counted,
    number,
    p_value,
    percent,
    sentence,
    significant,
    with_interval,
    words,
)

NOT_ESTIMABLE = "not estimable"
DIFFERENCE = "rmst_difference"  # of two groups, as "A - B"


def survival_section(
    summary: pd.DataFrame,
    tests: pd.DataFrame,
    curves: Mapping[str, Mapping[str, str]],
    figures: Mapping[str, Figure],
    small: SmallCells,
) -> Section:
    """Show each curve with n, events, P and the summary of its groups."""
    title = "Survival"
    if summary.empty:
        reason = "No patient has a follow-up in any analysis set."
        return Section("survival", title, empty=reason)
    follow_up = summary["statistic"].str.contains("follow")
    blocks = []
    for name, curve in curves.items():
        its = summary[of_curve(summary, curve) & ~follow_up]
        drawn, said = figures.get(name), curve_words(curve, its, tests, small)
        if its.empty:
            said = "No patient of this analysis set is in any of these groups."
        shown = None if its.empty else summary_table(its, curve["title"], small)
        # A drawing has these words as its caption.
        words_ = [] if drawn and len(its) else [said]
        blocks.append(Block(curve["title"], words_, drawn, shown))
    label = "All groups and analysis sets, with follow-up"
    every = summary_table(summary, label, small, labelled=True)
    blocks.append(Block(table=every, folded=label))
    return Section("survival", title, blocks)


def of_curve(rows: pd.DataFrame, curve: Mapping[str, str]) -> pd.Series:
    """Mark the rows of one endpoint, population and grouping."""
    return (
        (rows["endpoint"] == curve["endpoint"])
        & (rows["population"] == curve["population"])
        & (rows["group_by"] == (curve.get("group_by") or ""))
    )


def curve_words(
    curve: Mapping[str, str],
    rows: pd.DataFrame,
    tests: pd.DataFrame,
    small: SmallCells,
) -> str:
    """Say which patients, how many events and which P a figure rests on."""
    whose = (
        f"Endpoint {words(curve['endpoint'])}, population {words(curve['population'])}"
    )
    counts = [number(n) or 0.0 for n in rows["n"]] if len(rows) else []
    # That nobody is there is a small count as well.
    if counts and not any(counts) and small.limit is None:
        return f"{whose}: no patient of this analysis set is in any of these groups."
    # A difference of two groups is no group: its n is that of both together.
    if "statistic" in rows:
        rows = rows[rows["statistic"] != DIFFERENCE]
    sizes = rows.drop_duplicates("group") if "group" in rows else rows
    groups = []
    for row in sizes.to_dict("records"):
        n = small.count(row["n"]).text
        had = small.count(row["events"]).text if "events" in row else ""
        if SUPPRESSED in (n, had):
            groups.append(f"{row['group']}: {SUPPRESSED}")
            continue
        events = f", {counted(had, 'event')}" if had else ""
        groups.append(f"{row['group']}: {counted(n, 'patient')}{events}")
    tested = [
        f"{_test_name(row)} P {p_value(row['p']) or small.note(row['note'])}"
        for row in tests[of_curve(tests, curve)].to_dict("records")
    ]
    parts = [
        whose,
        *groups,
        *tested,
    ]
    return "; ".join(parts) + "."


def _test_name(row: Mapping[str, str]) -> str:
    cause = f" ({words(row['cause'])})" if row.get("cause") else ""
    return f"{words(row['test'])}{cause}"


def summary_table(
    rows: pd.DataFrame, caption: str, small: SmallCells, labelled: bool = False
) -> Table:
    """Lay out one row per group and one column per statistic."""
    labels = ["endpoint", "population", "group_by"] if labelled else []
    columns = {row: statistic_label(*row) for row in _statistics(rows)}
    laid_out = []
    keys = ["endpoint", "population", "group_by", "group", "n", "events"]
    for key, its in rows.groupby(keys, sort=False):
        named = dict(zip(keys, key, strict=True))
        values = dict(zip(_statistics(its), its.to_dict("records"), strict=True))
        by_label = {columns[row]: value for row, value in values.items()}
        laid_out.append(
            [
                named["group"],
                *(words(named[label]) for label in labels),
                *(small.count(named[count]) for count in ("n", "events")),
                *(
                    _summary_cell(by_label.get(label))
                    for label in dict.fromkeys(columns.values())
                ),
            ]
        )
    heads = ["Group", *(sentence(words(label)) for label in labels)]
    heads += ["Patients", "Events", *dict.fromkeys(columns.values())]
    return table(caption, heads, laid_out)


def _statistics(rows: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(rows["statistic"], rows["time_months"], strict=True))


def statistic_label(statistic: str, time: str) -> str:
    """Name a statistic of the survival summary with its unit."""
    if statistic == "survival":
        return f"At {significant(time)} months (CI)"
    to = f" to {significant(time)}" if number(time) is not None else ""
    return f"{sentence(words(statistic))}{to}, months (CI)"


def _summary_cell(row: Mapping[str, str] | None) -> Cell | str:
    if row is None:
        return ""
    if row["value"] == SUPPRESSED:
        return SUPPRESSED
    text = summary_text(row) or row.get("note") or NOT_ESTIMABLE
    return Cell(text, number(row["value"]))


def summary_text(row: Mapping[str, str]) -> str:
    """Write a row of the survival summary: survival in percent, times in months."""
    write = percent if "survival" in row["statistic"] else _months
    return with_interval(*(write(row[c]) for c in ("value", "ci_low", "ci_high")))


def _months(text: object) -> str:
    value = number(text)
    return "" if value is None else f"{value:.1f}"


def incidence_section(
    incidence: pd.DataFrame,
    tests: pd.DataFrame,
    incidences: Mapping[str, Mapping[str, str]],
    figures: Mapping[str, Figure],
    times: Iterable[float],
    small: SmallCells,
) -> Section:
    """Show cumulative incidences, all causes side by side, at the set times."""
    title = "Competing risks"
    if incidence.empty:
        reason = "No patient has a follow-up in any analysis set."
        return Section("competing-risks", title, empty=reason)
    asked = list(times)
    blocks = []
    for name, curve in incidences.items():
        its = incidence[of_curve(incidence, curve)]
        shown = incidence_table(its, curve["title"], asked, small) if len(its) else None
        drawn, said = figures.get(name), curve_words(curve, its.iloc[:0], tests, small)
        if its.empty:
            said = "No patient of this analysis set is in any of these groups."
        words_ = [] if drawn and len(its) else [said]
        blocks.append(Block(curve["title"], words_, drawn, shown))
    return Section("competing-risks", title, blocks)


def incidence_table(
    rows: pd.DataFrame, caption: str, times: list[float], small: SmallCells
) -> Table:
    """
    Read the cumulative incidence at the set times from the curve's points.

    After a group's last point the curve is not known, and the cell is empty.
    """
    laid_out = []
    for (group, cause), its in rows.groupby(["group", "cause"], sort=False):
        points = its.assign(time=pd.to_numeric(its["time_months"])).sort_values(
            "time", kind="stable"
        )
        at_risk = points.iloc[0]["n_at_risk"]
        cells = [_incidence_at(points, time, small) for time in times]
        laid_out.append([group, words(str(cause)), small.count(at_risk), *cells])
    heads = ["Group", "First event", "At risk at start"]
    heads += [f"{significant(time)} months (CI)" for time in times]
    return table(f"{caption}: cumulative incidence", heads, laid_out)


def _incidence_at(points: pd.DataFrame, time: float, small: SmallCells) -> Cell | str:
    until = points[points["time"] <= time]
    if until.empty or points["time"].max() < time:
        return ""
    last = until.iloc[-1]
    text = with_interval(*(percent(last[c]) for c in ("cif", "ci_low", "ci_high")))
    start = number(points.iloc[0]["n_at_risk"]) or 0
    # Without censoring, incidence times the number at start is the number of events.
    hidden = small.hides(last["n_at_risk"], start * (number(last["cif"]) or 0))
    return small.unless(hidden, text, last["cif"])


def published_section(comparison: pd.DataFrame, small: SmallCells) -> Section:
    """Set the published estimates beside ours."""
    title = "Published estimates beside ours"
    if comparison.empty:
        reason = "The cohort's configuration names no table of published estimates."
        return Section("published", title, empty=reason)
    rows = [_published_row(row, small) for row in comparison.to_dict("records")]
    heads = ["Quantity", "Id", "Published (interval)", "Ours (interval)"]
    heads += ["Tolerance", "Within"]
    said = (
        "Intervals marked derived follow from the published figures by arithmetic; the "
        "source does not state them. Agreement shows that this cohort gives similar "
        "figures; it is no evidence about the published study."
    )
    caption = "Published estimates and ours"
    return Section(
        "published", title, [Block(words=[said], table=table(caption, heads, rows))]
    )


def _published_row(row: Mapping[str, str], small: SmallCells) -> list[Cell | str]:
    ours = with_interval(
        *(significant(row[c]) for c in ("ours", "ours_low", "ours_high"))
    )
    if row["published_low"] and not row["published"]:
        ends = (row["published_low"], row["published_high"])
        published = with_interval("no value", *map(significant, ends))
    else:
        columns = ("published", "published_low", "published_high")
        published = with_interval(*(significant(row[c]) for c in columns))
    hidden = small.hides(row["patients"])
    return [
        row["quantity"],
        row["id"],
        Cell(published, number(row["published"])),
        small.unless(hidden, ours or NOT_ESTIMABLE, row["ours"]),
        row["tolerance"],
        small.unless(hidden, row["within"]),
    ]
