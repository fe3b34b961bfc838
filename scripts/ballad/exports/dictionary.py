"""What each column of the results means: the data dictionary."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

COHORT = "cohort"
CODES = "|"
_KINDS = {"count": "number", "date": "number"}


@dataclass(frozen=True)
class Entry:
    """A column; `kind` is text, code, number or yes_no; codes are joined by |."""

    kind: str
    unit: str
    codes: str
    meaning: str


UNKNOWN = Entry("text", "", "", "column of the cohort's own, taken over unchanged")


class Dictionary:
    """Finds the entry of a column of a table."""

    def __init__(
        self,
        listed: Iterable[Mapping[str, str]],
        clinical: Iterable[Mapping[str, str]],
        lesions: Mapping[str, str],
        names: Mapping[str, Collection[str]],
        groups: Mapping[str, Mapping[str, Any]],
        states: Sequence[str],
    ) -> None:
        """
        Take what is known about columns.

        Parameters
        ----------
        listed : columns table, column, kind, unit, codes, meaning
            Table ``*`` stands for any; ``{population}`` and the like in the columns of
            the cohort stand for the names of `names`.
        clinical : columns column, kind, values, unit, meaning
            As resources/clinical/columns.tsv.
        lesions
            Four-state flags and their labels.
        names
            ``population`` and ``endpoint``: names of the configuration.
        groups
            As configured: ``column`` and ``levels``.
        """
        self._listed: dict[tuple[str, str], Entry] = {}
        patterns: dict[str, Entry] = {}
        for row in listed:
            entry = Entry(*(row[key] for key in ("kind", "unit", "codes", "meaning")))
            if "{" in row["column"]:
                patterns[row["column"]] = entry
            else:
                self._listed[row["table"], row["column"]] = entry
        self._states = tuple(states)
        four = CODES.join(states)
        self._cohort: dict[str, Entry] = {
            **_of_clinical(clinical, patterns["{date}_day"]),
            **{
                lesion: Entry("code", "", four, label)
                for lesion, label in lesions.items()
            },
            **_of_groups(groups, patterns["{group}"]),
        }
        for kind, known in names.items():
            for pattern, entry in patterns.items():
                if f"{{{kind}}}" in pattern:
                    for name in known:
                        column = pattern.replace(f"{{{kind}}}", name)
                        self._cohort[column] = _filled(entry, kind, name)

    def entry(self, table: str, column: str) -> Entry:
        """Return what is known of a column; UNKNOWN for a cohort's own columns."""
        for key in ((table, column), ("*", column)):
            if key in self._listed:
                return self._listed[key]
        if table in (COHORT, "genotypes") and column in self._cohort:
            return self._cohort[column]
        return UNKNOWN

    def of(self, table: str) -> Callable[[str], Entry]:
        """Return what finds the entry of a column of one table."""
        return lambda column: self.entry(table, column)

    def four_states(self, columns: Iterable[str]) -> dict[str, str]:
        """Find the columns of the cohort that hold a lesion's state: their meaning."""
        entries = {column: self.entry(COHORT, column) for column in columns}
        return {
            column: entry.meaning
            for column, entry in entries.items()
            if entry.codes == CODES.join(self._states)
        }

    def rows(self, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """List every column of the tables, in their order."""
        entries = [
            (table, column, self.entry(table, column))
            for table, frame in tables.items()
            for column in frame
        ]
        return pd.DataFrame(
            [
                (table, column, e.meaning, e.kind, e.unit, e.codes.replace(CODES, ", "))
                for table, column, e in entries
            ],
            columns=["table", "column", "meaning", "kind", "unit", "codes"],
        )


def _filled(entry: Entry, kind: str, name: str) -> Entry:
    meaning = entry.meaning.replace(f"{{{kind}}}", name)
    return Entry(entry.kind, entry.unit, entry.codes, meaning)


def _of_clinical(
    clinical: Iterable[Mapping[str, str]], of_date: Entry
) -> dict[str, Entry]:
    entries = {}
    for row in clinical:
        name = row["column"]
        if row["kind"] == "date":
            filled = _filled(of_date, "date", name.removesuffix("_date"))
            if row["meaning"]:
                filled = Entry(
                    filled.kind, filled.unit, "", f"{filled.meaning}: {row['meaning']}"
                )
            entries[f"{name.removesuffix('_date')}_day"] = filled
        else:
            words = ": ".join(filter(None, (name.replace("_", " "), row["meaning"])))
            kind = _KINDS.get(row["kind"], row["kind"])
            entries[name] = Entry(kind, row["unit"], row["values"], words)
    return entries


def _of_groups(
    groups: Mapping[str, Mapping[str, Any]], pattern: Entry
) -> dict[str, Entry]:
    entries = {}
    for name, group in groups.items():
        levels = CODES.join(str(level) for level in group["levels"])
        meaning = _filled(pattern, "column", group["column"]).meaning
        entries[name] = Entry("code", "", levels, meaning)
    return entries
