"""Sections about the run itself: definitions, checks, filters, provenance."""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from ballad.calendar_dates import without_dates
from ballad.report.parts import Block, Section, SmallCells, table
from ballad.report.wording import counted, number, whole, words

READER = "reader"  # says which of the readers took the file
CHECKS_SAID = 20  # as sentences; all of them are in their table
FINE = ("confirmed", "ok", "scan", "index", "passed")


def definitions_section(settings: Mapping[str, Any]) -> Section:
    """
    Echo the settings behind every number.

    Parameters
    ----------
    settings
        By subject (endpoints, populations, thresholds): nested maps and lists.
    """
    blocks = []
    for subject, values in settings.items():
        rows = [[key, text] for key, text in flattened(values)]
        if not rows:
            continue
        blocks.append(
            Block(
                table=table(f"{words(subject)}, as set", ["Setting", "Value"], rows),
                folded=f"{words(subject)}: {counted(len(rows), 'setting')}",
            )
        )
    return Section(
        "definitions", "Definitions used", blocks, "The run recorded no setting."
    )


def flattened(values: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Write nested settings as rows ``a, b, c`` and a value."""
    if isinstance(values, Mapping) and values:
        for key, value in values.items():
            yield from flattened(value, f"{name}, {key}" if name else str(key))
    elif isinstance(values, (list, tuple)):
        if any(isinstance(value, Mapping) for value in values):
            for place, value in enumerate(values, 1):
                yield from flattened(value, f"{name}, {place}")
        else:
            yield name, ", ".join(_plain(value) for value in values) or "none"
    else:
        yield name, _plain(values)


def _plain(value: Any) -> str:
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "no condition" if value == {} else str(value)


def checks_section(
    inputs: pd.DataFrame,
    filter_counts: pd.DataFrame,
    warnings: pd.DataFrame,
    small: SmallCells,
) -> Section:
    """Summarise the checks of the input files and what the filters dropped."""
    title = "Input files and filters"
    blocks = [
        _checked_block(inputs, small),
        _warned_block(warnings, small),
        _filter_block(filter_counts, small),
    ]
    return Section("checks", title, blocks)


def _checked_block(inputs: pd.DataFrame, small: SmallCells) -> Block:
    title = "Checks of input files"
    if inputs.empty:
        return Block(title, ["No input file was checked by content: none was given."])
    sizes = inputs.groupby(["check", "status"], sort=True).size()
    rows = [
        [words(check), words(status), small.count(n)]
        for (check, status), n in sizes.items()
    ]
    caption = "Input files by check and result"
    # How a file was read is no finding; the table counts it.
    odd = inputs[~inputs["status"].isin(FINE) & (inputs["check"] != READER)]
    if odd.empty:
        said = ["Every check is passed."]
    elif small.limit is not None:
        said = []
    else:
        said = [
            without_dates(
                f"{row['path']}: {words(row['check'])} {words(row['status'])}. "
                f"{row['message']}"
            )
            for row in odd.head(CHECKS_SAID).to_dict("records")
        ]
        if len(odd) > CHECKS_SAID:
            said.append(f"{len(odd) - CHECKS_SAID} more: checks/inputs.tsv.")
    heads = ["Check", "Result", "Files"]
    return Block(title, said, table=table(caption, heads, rows))


def _warned_block(warnings: pd.DataFrame, small: SmallCells) -> Block:
    title = "Warnings about sheets and files"
    if warnings.empty:
        return Block(title, ["None."])
    if small.limit is not None:
        sizes = warnings.groupby("rule", sort=True).size()
        rows = [[rule, small.count(n)] for rule, n in sizes.items()]
        return Block(title, table=table("Warnings by rule", ["Warning", "Cells"], rows))
    columns = ["file", "row", "column", "value", "rule", "cure"]
    listed = table(
        "Warnings, each with its place",
        [words(column).capitalize() for column in columns],
        warnings[columns].to_numpy().tolist(),
    )
    return Block(title, table=listed)


def _filter_block(filter_counts: pd.DataFrame, small: SmallCells) -> Block:
    title = "Variants read, dropped and kept"
    if filter_counts.empty:
        return Block(title, ["No variant file was read."])
    counts = filter_counts.assign(n=filter_counts["n"].map(lambda n: number(n) or 0))
    summed = counts.groupby(["assay", "reason"], sort=False)["n"].sum()
    samples = counts.drop_duplicates(["sample", "assay"]).groupby("assay").size()
    rows = [
        [words(str(reason)), assay, small.count(samples[assay]), small.count(whole(n))]
        for (assay, reason), n in summed.items()
    ]
    said = (
        "A record is outside or in the panel. One in it makes a row per variant and "
        "gene; a row is dropped for its first reason, or kept."
    )
    caption = "Records and variants of all samples by first reason"
    heads = ["Reason", "Assay", "Samples", "Records or variants"]
    return Block(title, [said], table=table(caption, heads, rows))


def provenance_section(
    versions: pd.DataFrame, checksums: pd.DataFrame, config: str, small: SmallCells
) -> Section:
    """Say with what the report was made: versions, input files, configuration."""
    digest = files_digest(checksums)
    said = [
        f"{counted(len(checksums), 'input file')}; SHA-256 over their sorted checksums: {digest}."
        if len(checksums)
        else "No input file is recorded.",
        "The folder run/ beside this report holds the configuration, the sheets, the "
        "versions and the checksums in full.",
    ]
    blocks = [Block(words=said)]
    if len(versions):
        blocks.append(
            Block(
                table=table(
                    "Programs and packages with their versions",
                    ["Name", "Version"],
                    versions[["name", "version"]].to_numpy().tolist(),
                ),
                folded=counted(
                    len(versions), "program and package", "programs and packages"
                ),
            )
        )
    # Paths of files are often named after patients.
    if small.limit is None:
        if len(checksums):
            rows = checksums[["path", "sha256"]].to_numpy().tolist()
            listed = table("Input files", ["File", "SHA-256"], rows)
            blocks.append(
                Block(table=listed, folded=counted(len(checksums), "input file"))
            )
        if config.strip():
            blocks.append(Block(text=without_dates(config), folded="Configuration"))
    return Section("provenance", "Provenance", blocks)


def files_digest(checksums: pd.DataFrame) -> str:
    """Sum up the checksums of all input files, whatever the files are called."""
    joined = "\n".join(sorted(checksums["sha256"]))
    return hashlib.sha256(joined.encode("ascii")).hexdigest()
