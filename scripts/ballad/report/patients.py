"""Sections that count patients: flow, table one, genotypes, response, relapse."""

from collections.abc import Mapping

import pandas as pd

from ballad.disclosure import SUPPRESSED, flow_texts
from ballad.report.parts import (
    Block,
    Cell,
    Figure,
    Section,
    SmallCells,
    Table,
    cell,
    table,
)
from ballad.report.wording import (
    decimal,
    each,
    number,
    p_value,
    percent,
    sentence,
    whole,
    with_interval,
    words,
)

NO_PATIENT = "The cohort has no patient."
PATIENT_COLUMNS = {
    "patient": "Patient",
    "indication": "Indication",
    "subtype": "Subtype",
    "subtype_class": "Class",
    "tp53": "TP53",
    "response": "Response",
    "response_day": "Response, day",
    "mrd_response": "MRD response",
    "hct_day": "Transplant, day",
    "relapse_day": "Relapse, day",
    "relapse_cd19": "CD19 at relapse",
    "relapse_emd": "Extramedullary at relapse",
    "death_day": "Death, day",
    "follow_up_day": "Last seen, day",
}

NAMED = ("subtype", "subtype_class")


def flow_section(
    flow: pd.DataFrame,
    join_report: pd.DataFrame,
    small: SmallCells,
    drawn: Figure | None,
) -> Section:
    """Write who is in each analysis set, and who is on one side only."""
    if flow.empty:
        return Section("flow", "Patients in each analysis", empty=NO_PATIENT)
    rows = [
        [words(row["step"]), row["n"], row["excluded"] or "0", row["reason"]]
        for row in flow_texts(flow, small)
    ]
    blocks = [
        Block(figure=drawn),
        Block(
            table=table(
                "Patients left after each step, and why the others are not in it",
                ["Step", "Patients", "Not in it", "Reason"],
                rows,
            )
        ),
        _join_block(join_report, small),
    ]
    return Section("flow", "Patients in each analysis", blocks)


def _join_block(join_report: pd.DataFrame, small: SmallCells) -> Block:
    title = "Patients on one side only"
    if join_report.empty:
        return Block(title, ["Every patient is in the clinical table and in a sheet."])
    heads = ["Side", "Reason", "Patients"]
    counted = join_report.groupby(["side", "reason"], sort=True)["patient"]
    rows: list[list] = [
        [side, reason, small.count(len(patients))]
        for (side, reason), patients in counted
    ]
    caption = "Patients found in the clinical table or in the sheets, but not in both"
    if small.limit is None:
        heads.append("Which")
        for row, (_, patients) in zip(rows, counted, strict=True):
            row.append(Cell(", ".join(sorted(patients))))
    return Block(title, table=table(caption, heads, rows))


def table_one_section(table_one: pd.DataFrame, small: SmallCells) -> Section:
    """
    Write the characteristics of the cohort, one table per grouping.

    Parameters
    ----------
    table_one : columns characteristic, level, group, n, value, missing, test, p, smd
        A further column `group_by` tells groupings apart; its empty rows are all
        patients and stand in each table.
    """
    title = "Characteristics of the patients"
    if table_one.empty:
        return Section("table-one", title, empty=NO_PATIENT)
    if "group_by" not in table_one:
        table_one = table_one.assign(group_by="")
    overall = table_one["group_by"] == ""
    groupings = list(dict.fromkeys(table_one.loc[~overall, "group_by"]))
    blocks = [
        Block(
            table=_characteristics(
                table_one[overall | (table_one["group_by"] == group_by)],
                f"Characteristics by {words(group_by)}" if group_by else title,
                small,
            )
        )
        for group_by in groupings or [""]
    ]
    said = (
        "n (percent of those known) or median [quartiles]; missing where any is. SMD: "
        "standardised mean difference of two groups."
    )
    return Section("table-one", title, [Block(words=[said]), *blocks])


def _characteristics(rows: pd.DataFrame, caption: str, small: SmallCells) -> Table:
    groups = list(dict.fromkeys(rows["group"]))
    cells: dict[tuple[str, str, str], Cell] = {}
    for (characteristic, group), its in rows.groupby(
        ["characteristic", "group"], sort=False
    ):
        levels = its.to_dict("records")
        for row, shown in zip(levels, _described(levels), strict=True):
            cells[characteristic, row["level"], group] = shown
    laid_out = []
    for (characteristic, level), its in rows.groupby(
        ["characteristic", "level"], sort=False
    ):
        # A test compares all levels at once: it stands beside the first.
        first = (
            level == rows.loc[rows["characteristic"] == characteristic, "level"].iat[0]
        )
        row = its.iloc[-1] if first else {"test": "", "p": "", "smd": ""}
        p = p_value(row["p"])
        tested = f"{p} ({words(row['test'])})" if p else words(row["test"])
        laid_out.append(
            [
                words(str(characteristic)),
                words(str(level)),
                *(cells.get((characteristic, level, group), "") for group in groups),
                Cell(tested, number(row["p"])),
                Cell(
                    SUPPRESSED if row["smd"] == SUPPRESSED else decimal(row["smd"]),
                    number(row["smd"]),
                ),
            ]
        )
    heads = [
        "Characteristic",
        "Level",
        *(words(group.split(": ")[-1]) for group in groups),
    ]
    heads += ["P (test)", "SMD"]
    return table(caption, heads, laid_out)


def _described(levels: list[dict[str, str]]) -> list[Cell]:
    """Write the levels of one group; who is missing stands beside the first."""
    missing = levels[0]["missing"]
    beside = "" if missing in ("", "0") else f"{missing} missing"
    values = [row["value"] for row in levels]
    first = "; ".join(text for text in (values[0], beside) if text)
    return [cell(text) for text in (first, *values[1:])]


def response_section(response: pd.DataFrame, tests: pd.DataFrame) -> Section:
    """Write response rates with their intervals, all patients first."""
    title = "Response"
    if response.empty:
        reason = "No patient is in a response population, or no response is known."
        return Section("response", title, empty=reason)
    blocks = []
    for endpoint, rates in response.groupby("endpoint", sort=False):
        rows = [_response_row(row, tests) for row in rates.to_dict("records")]
        heads = ["Group", "Grouped by", "Patients", "Responders", "Rate (CI)", "P"]
        blocks.append(
            Block(
                table=table(
                    f"{sentence(words(str(endpoint)))}: rate by group", heads, rows
                )
            )
        )
    return Section("response", title, blocks)


def _response_row(row: Mapping[str, str], tests: pd.DataFrame) -> list[Cell | str]:
    rate = with_interval(*(percent(row[c]) for c in ("rate", "ci_low", "ci_high")))
    unseen = row["rate"] == SUPPRESSED
    asked = (tests["endpoint"] == row["endpoint"]) & (
        tests["group_by"] == row["group_by"]
    )
    values = [p_value(p) for p in tests.loc[asked, "p"]] if row["group_by"] else []
    return [
        row["group"],
        words(row["group_by"]),
        row["n"],
        row["responders"],
        Cell(SUPPRESSED if unseen else rate or "not estimable", number(row["rate"])),
        each(values),
    ]


def relapse_section(
    relapsed: pd.DataFrame,
    failed: pd.DataFrame,
    small: SmallCells,
    figures: Mapping[str, Figure],
) -> Section:
    """Write the patterns of relapse and of failure to respond."""
    title = "Patterns of relapse and failure"
    if relapsed.empty and failed.empty:
        reason = "No patient relapsed or failed to respond."
        return Section("relapse", title, empty=reason)
    blocks = [Block(figure=figures.get("relapse_patterns"))]
    for patterns, whose in ((relapsed, "relapse"), (failed, "failure to respond")):
        if not patterns["n"].map(number).fillna(0).any():
            blocks.append(Block(words=[f"No patient with {whose}."]))
            continue
        blocks += [
            Block(table=_margin(f"CD19 at {whose}", patterns, "cd19", small)),
            Block(
                table=_margin(
                    f"Extramedullary disease at {whose}", patterns, "emd", small
                )
            ),
        ]
        if small.limit is None:
            every = _combinations(f"CD19 and extramedullary at {whose}", patterns)
            blocks.append(Block(table=every, folded="Every combination"))
    if drawn := figures.get("swimmer"):
        blocks.append(Block("Course of each patient", figure=drawn))
    return Section("relapse", title, blocks)


def _margin(
    caption: str, patterns: pd.DataFrame, feature: str, small: SmallCells
) -> Table:
    levels = list(dict.fromkeys(patterns[feature]))
    numbers = patterns.assign(n=patterns["n"].map(number).fillna(0))
    counts: dict[str, list[list[int]]] = {}
    groups: dict[str, list[str]] = {}
    for group_by, its in numbers.groupby("group_by", sort=False):
        by = str(group_by)
        groups[by] = list(dict.fromkeys(its["group"]))
        counts[by] = [
            [
                int(
                    its.loc[
                        (its["group"] == group) & (its[feature] == level), "n"
                    ].sum()
                )
                for level in levels
            ]
            for group in groups[by]
        ]
    rows = [
        [group, words(by), *cells]
        for by, written in small.groupings(counts).items()
        for group, cells in zip(groups[by], written, strict=True)
    ]
    heads = ["Group", "Grouped by", "Patients", *(f"{level} (%)" for level in levels)]
    return table(f"{caption}, percent of the group", heads, rows)


def _combinations(caption: str, patterns: pd.DataFrame) -> Table:
    heads = [
        "Group",
        "Grouped by",
        "CD19",
        "Extramedullary",
        "Patients",
        "Of",
        "Percent",
    ]
    rows = [
        [
            row["group"],
            words(row["group_by"]),
            row["cd19"],
            row["emd"],
            row["n"],
            row["denominator"],
            Cell(decimal(row["percent"], 1), number(row["percent"])),
        ]
        for row in patterns.to_dict("records")
        if number(row["n"])
    ]
    return table(caption, heads, rows)


def patients_section(
    cohort: pd.DataFrame, small: SmallCells, names: Mapping[str, str]
) -> Section:
    """List the patients, days since the start of treatment only."""
    title = "Patients"
    if small.limit is not None:
        reason = "This report may be shared: it lists no single patient."
        return Section("patients", title, empty=reason)
    if cohort.empty:
        return Section("patients", title, empty=NO_PATIENT)
    there = [column for column in PATIENT_COLUMNS if column in cohort]
    listed = table(
        "Genotype, response and relapse of each patient; days since treatment start",
        [PATIENT_COLUMNS[column] for column in there],
        [
            [_patient_cell(row[c], c, names) for c in there]
            for row in cohort.to_dict("records")
        ],
    )
    return Section("patients", title, [Block(table=listed)])


def _patient_cell(text: str, column: str, names: Mapping[str, str]) -> Cell:
    if column == "patient":
        return Cell(text, patient=True)
    if column.endswith("_day"):
        return cell(whole(text))
    return cell(names.get(text, text) if column in NAMED else words(text))
