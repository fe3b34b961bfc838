"""What a run was made from, set beside an earlier run: the causes of what moved."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

SHORT = 12  # characters of a checksum that a reader can compare
UNRECORDED = "not recorded in the earlier run"
# Tables that say what a lesion or a subtype is; the others draw, describe or compare.
OF_GENOTYPES = ("cytogenetics", "fusions", "genotypes", "panel", "variants")
GENOTYPE_SECTIONS = ("assays", "genome_build", "genotypes", "reference", "variants")
ESTIMATE_SECTIONS = (
    *("clinical", "populations", "endpoints", "groups", "models", "statistics"),
)
NAMED = 3  # causes of one kind that a reason names before it counts


@dataclass(frozen=True)
class Difference:
    """One thing a run is made from that is not as before; empty: not there."""

    kind: str  # input, table, code, config, version
    name: str  # path, key with dots, package
    before: str
    after: str
    patient: str = ""

    @property
    def word(self) -> str:
        """Say in one word what happened to it."""
        if not self.before:
            return "added"
        return "changed" if self.after else "removed"


@dataclass
class Causes:
    """Everything that differs in what two runs were made from."""

    differences: list[Difference] = field(default_factory=list)
    unrecorded: list[str] = field(default_factory=list)  # files the earlier run lacks

    def of_genotype(self, patient: str) -> str:
        """Name what may have moved the genotype of a patient."""
        own = [d for d in self.differences if d.patient == patient]
        shared = [
            d for d in self.differences if not d.patient and _touches_genotypes(d)
        ]
        return self._told([*own, *shared])

    def of_estimate(self, row: Mapping[str, str], moved: Iterable[str]) -> str:
        """
        Name what may have moved an estimate.

        Parameters
        ----------
        row
            Of a result table: its model and endpoint, where it has them.
        moved
            What moved among the patients, in words.
        """
        shared = [
            d for d in self.differences if not d.patient and _touches_estimate(d, row)
        ]
        return self._told(shared, list(moved))

    def _told(self, found: list[Difference], said: list[str] | None = None) -> str:
        said = list(said or [])
        for kind in ("input", "table", "config", "code", "version"):
            names = list(dict.fromkeys(d.name for d in found if d.kind == kind))
            if names:
                shown = ", ".join(names[:NAMED])
                more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
                said.append(f"{kind}: {shown}{more}")
        if not said:
            lacking = f" ({', '.join(self.unrecorded)})" if self.unrecorded else ""
            return f"{UNRECORDED}{lacking}" if lacking else "no recorded cause"
        return "; ".join(said)


def _touches_genotypes(difference: Difference) -> bool:
    if difference.kind == "config":
        return difference.name.split(".")[0] in GENOTYPE_SECTIONS
    if difference.kind == "table":
        room = difference.name.removeprefix("resources/").split("/")[0]
        delivered = difference.name.startswith("resources/")
        return room in OF_GENOTYPES or not delivered
    return True


def _touches_estimate(difference: Difference, row: Mapping[str, str]) -> bool:
    if difference.kind == "table":
        return difference.name.startswith("resources/clinical/")
    if difference.kind != "config":
        return True
    section, *rest = difference.name.split(".")
    if section not in ESTIMATE_SECTIONS:
        return False
    own = {
        "models": row.get("model", "").removesuffix("_univariable"),
        "endpoints": row.get("endpoint", ""),
    }.get(section)
    return own is None or not rest or rest[0] == own


def differing_files(
    kind: str, before: pd.DataFrame, after: pd.DataFrame
) -> list[Difference]:
    """Compare tables of checksums: columns path, sha256."""
    old = dict(zip(before["path"], before["sha256"], strict=True))
    new = dict(zip(after["path"], after["sha256"], strict=True))
    return [
        Difference(kind, name, was[:SHORT], now[:SHORT])
        for name, was, now in _paired(old, new)
    ]


def differing_inputs(before: pd.DataFrame, after: pd.DataFrame) -> list[Difference]:
    """
    Compare what belongs to each patient: columns patient, kind, path, sha256.

    A file that only moved to another folder is no difference.
    """
    old, new = (
        {
            (row["patient"], row["kind"], row["path"]): row["sha256"]
            for row in table.to_dict("records")
        }
        for table in (before, after)
    )
    known = {(patient, digest) for (patient, _, _), digest in old.items()}
    still = {(patient, digest) for (patient, _, _), digest in new.items()}
    found = []
    for (patient, _, path), was, now in _paired(old, new):
        if not was and (patient, now) in known or not now and (patient, was) in still:
            continue
        found.append(Difference("input", path, was[:SHORT], now[:SHORT], patient))
    return found


def differing_versions(before: pd.DataFrame, after: pd.DataFrame) -> list[Difference]:
    """Compare the installed packages: columns name, version."""
    old = dict(zip(before["name"], before["version"], strict=True))
    new = dict(zip(after["name"], after["version"], strict=True))
    return [Difference("version", *found) for found in _paired(old, new)]


def differing_settings(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Difference]:
    """Compare two configurations key by key; keys are joined with dots."""
    found = _paired(dict(_leaves(before)), dict(_leaves(after)))
    return [Difference("config", *one) for one in found]


def _leaves(value: Any, at: str = "") -> Iterable[tuple[str, str]]:
    if isinstance(value, Mapping) and value:
        for key, entry in value.items():
            yield from _leaves(entry, f"{at}.{key}" if at else str(key))
    else:
        yield at, repr(value)


def _paired(old: Mapping[Any, str], new: Mapping[Any, str]) -> list[tuple]:
    return [
        (name, old.get(name, ""), new.get(name, ""))
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]
