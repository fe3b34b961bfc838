"""What the SYNTHETIC cohort is drawn from: numbers, strata, alleles, places."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from ballad.tables import read_table

# A new stream stands at the end: it moves no draw of the others.
STREAMS: tuple[str, ...] = (
    "biology",
    "outcome",
    "assays",
    "files",
    "decoys",
    "courses",
    "recording",
)
STREAMS += ("dialects",)


@dataclass(frozen=True)
class Stratum:
    """A group of patients with one planted defining lesion."""

    group: str  # genotype group of the study
    stratum: str  # shares a TP53 quota
    subtype: str
    detail: str  # fusion or other form of the lesion
    lesions: frozenset[str]
    n: int
    seen_by: frozenset[str]  # assays that show the lesion
    first: str  # the assay that is forced on if none of them was done
    require: frozenset[str]  # assays that are always done
    forbid: frozenset[str]  # assays that are never done


@dataclass(frozen=True)
class Allele:
    """A planted or passenger allele with its true bases (GRCh38)."""

    role: str
    gene: str
    chrom: str
    pos: int
    ref: str
    alt: str
    consequence: str
    hgvsc: str
    hgvsp: str
    protein_change: str
    population_af: str  # empty: not in a population


@dataclass(frozen=True)
class Design:
    """The tables of resources/simulation."""

    parameters: Mapping[str, float]
    strata: tuple[Stratum, ...]
    tp53_quotas: Mapping[str, int]
    alleles: Mapping[str, tuple[Allele, ...]]  # by role
    passengers: tuple[Allele, ...]
    fusions: Mapping[str, Mapping[str, str]]  # by detail
    events: Mapping[str, Mapping[str, str]]  # copy-number events by lesion
    chromosomes: Mapping[str, int]
    probes: tuple[Mapping[str, str], ...]
    matrix: tuple[Mapping[str, str], ...]  # which assay shows or excludes what
    panel: tuple[str, ...]
    decoys: Mapping[str, Mapping[str, str]]  # by name
    read_through: tuple[Mapping[str, str], ...]  # pairs of neighbours
    dialects: Mapping[str, Mapping[str, float]]  # kind of choice: name: share
    lengths_37: Mapping[str, int]  # of the chromosomes in GRCh37


def read_design(folder: Path) -> Design:
    """Read the tables of resources/simulation."""

    def rows(name: str) -> list[dict[str, str]]:
        return [
            {str(key): str(cell) for key, cell in row.items()}
            for row in read_table(folder / f"{name}.tsv").to_dict("records")
        ]

    alleles: dict[str, list[Allele]] = {}
    for row in rows("variants"):
        alleles.setdefault(row["role"], []).append(_allele(row))
    return Design(
        parameters={r["name"]: float(r["value"]) for r in rows("parameters")},
        strata=tuple(_stratum(row) for row in rows("subtypes")),
        tp53_quotas={r["stratum"]: int(r["n"]) for r in rows("tp53_strata")},
        alleles={role: tuple(found) for role, found in alleles.items()},
        passengers=tuple(_passenger(row) for row in rows("passengers")),
        fusions={row["detail"]: row for row in rows("fusions")},
        events={row["lesion"]: row for row in rows("copy_number_events")},
        chromosomes={r["chrom"]: int(r["length"]) for r in rows("chromosomes")},
        probes=tuple(rows("fish_probes")),
        matrix=tuple(rows("assays")),
        panel=tuple(row["gene"] for row in rows("panel")),
        decoys={row["decoy"]: row for row in rows("decoys")},
        read_through=tuple(rows("read_through")),
        dialects=_shares(rows("dialects")),
        lengths_37={r["chrom"]: int(r["length_grch37"]) for r in rows("chromosomes")},
    )


def _shares(rows: Iterable[Mapping[str, str]]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        found.setdefault(row["choice"], {})[row["name"]] = float(row["share"])
    return found


def _names(text: str, separator: str = ";") -> frozenset[str]:
    return frozenset(part for part in text.split(separator) if part)


def _stratum(row: Mapping[str, str]) -> Stratum:
    return Stratum(
        row["group"],
        row["stratum"],
        row["subtype"],
        row["detail"],
        _names(row["lesions"], "|"),
        int(row["n"]),
        _names(row["seen_by"]),
        row["seen_by"].split(";")[0],
        _names(row["require"]),
        _names(row["forbid"]),
    )


def _allele(row: Mapping[str, str]) -> Allele:
    texts = ("role", "gene", "chrom", "ref", "alt", "consequence", "hgvsc", "hgvsp")
    own = {name: row[name] for name in (*texts, "protein_change", "population_af")}
    return Allele(**own, pos=int(row["pos"]))


def _passenger(row: Mapping[str, str]) -> Allele:
    extra = {"role": row["kind"], "protein_change": "", "population_af": ""}
    return _allele({**row, **extra})


def streams(seed: int) -> dict[str, np.random.Generator]:
    """
    Make independent random streams, so that a new file dialect moves no patient.

    Returns
    -------
    dict of STREAMS: Generator(PCG64)
    """
    children = np.random.SeedSequence(seed).spawn(len(STREAMS))
    return {
        name: np.random.Generator(np.random.PCG64(child))
        for name, child in zip(STREAMS, children, strict=True)
    }


def chosen(rng: np.random.Generator, among: Iterable[int], n: int) -> list[int]:
    """Draw `n` different numbers."""
    return sorted(int(i) for i in rng.permutation(np.array(list(among)))[:n])


def table(rows: list[dict], columns: list[str] | None = None) -> pd.DataFrame:
    """Arrange rows as a sheet; None becomes an empty cell."""
    return pd.DataFrame(rows, columns=columns).fillna("")
