"""Rule write_spreadsheet: the result tables -> one Excel workbook with a dictionary."""

import logging

from ballad.disclosure import SmallCounts
from ballad.exports.cells import undated
from ballad.exports.dictionary import Dictionary
from ballad.exports.spreadsheet import shortened, write_workbook
from ballad.job import log_to
from ballad.shareable import shareable_tables, shared
from ballad.states import STATES
from ballad.tables import read_table

DICTIONARY = "dictionary"


def main(
    results: list[str],
    tables: str,
    dictionary: str,
    clinical_columns: str,
    lesions: str,
    workbook: str,
    names: dict,
    groups: dict,
    report: dict,
) -> None:
    """Write a sheet per table; in a shareable workbook only aggregates."""
    listed = read_table(tables).to_dict("records")
    shareable = report["audience"] == "shareable"
    small = SmallCounts.of(report["audience"], report["min_cell"])
    frames = {}
    for row, path in zip(listed, results, strict=True):
        if not path.endswith(row["file"]):
            raise ValueError(f"{path} is not {row['file']} of {tables}")
        if shareable and row["table"] not in shareable_tables():
            continue
        frames[row["table"]] = undated(read_table(path))
        logging.info("%s: %d rows", row["table"], len(frames[row["table"]]))
    if shareable:
        frames = {
            name: shared(name, table, small, frames) for name, table in frames.items()
        }
    entries = Dictionary(
        read_table(dictionary).to_dict("records"),
        read_table(clinical_columns).to_dict("records"),
        read_table(lesions).set_index("lesion")["label"].to_dict(),
        names,
        groups,
        STATES,
    )
    sheets = {DICTIONARY: entries.rows(frames), **frames}
    files = {row["table"]: row["file"] for row in listed}
    longer = {name: shortened(table, files[name]) for name, table in frames.items()}
    words = [
        report["title"],
        *([report["text"]] if report["text"] else []),
        f"The sheet {DICTIONARY} says what each column means. An empty cell is missing.",
        "Days count from the start of treatment.",
        *(_of_shareable(listed, small) if shareable else []),
        *(
            f"{row['table']}: {row['title']} (file {row['file']})"
            + (f"; {longer[row['table']]}" if longer[row["table"]] else "")
            for row in listed
            if row["table"] in frames
        ),
    ]
    write_workbook(
        sheets,
        lambda table, column: entries.entry(table, column).kind == "number",
        workbook,
        words,
        files,
    )


def _of_shareable(listed: list[dict], small: SmallCounts) -> list[str]:
    away = [row["table"] for row in listed if row["table"] not in shareable_tables()]
    return [
        f"This workbook may be shared: counts below {small.limit} patients are shown as "
        f"{small.mark}, and what would betray them as suppressed.",
        f"Left out, because they hold single patients or events: {', '.join(away)}.",
    ]


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
