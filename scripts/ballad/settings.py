"""Names and units of the settings; ``config.schema.yaml`` checks their values."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from ballad.clinical.cut_points import groups_with_levels


@dataclass(frozen=True)
class ClinicalTable:
    """The clinical table and how its columns, codes and times are read."""

    table: str  # path
    columns: Mapping[str, str]  # our column: theirs
    values: Mapping[str, Mapping[str, str]]  # our column: {their value: ours}
    times: str  # dates, or days since the first dose
    date_format: str  # as strptime reads it
    data_cutoff: str | int | None  # date or day; later events do not count
    partial_dates: str  # of which only the month is known: refuse, middle_of_month

    @classmethod
    def from_config(cls, clinical: Mapping[str, Any]) -> "ClinicalTable":
        """Fill in what a plain clinical table leaves out."""
        plain: dict[str, Any] = {
            "columns": {},
            "values": {},
            "times": "dates",
            "date_format": "%Y-%m-%d",
            "data_cutoff": None,
            "partial_dates": "refuse",
        }
        return cls(**{**plain, **clinical})


@dataclass(frozen=True)
class Assay:
    """What an assay can see, and where."""

    type: str
    detects: tuple[str, ...]
    targets: str | None  # path of a BED
    genes: tuple[str, ...] | None  # HGNC symbols
    min_depth: int | None  # reads
    assume_covered: bool

    @classmethod
    def from_config(cls, assay: Mapping[str, Any]) -> "Assay":
        """Read one entry of ``assays``."""
        genes = assay.get("genes")
        return cls(
            type=assay["type"],
            detects=tuple(assay.get("detects", ())),
            targets=assay.get("targets"),
            genes=None if genes is None else tuple(genes),
            min_depth=assay.get("min_depth"),
            assume_covered=assay.get("assume_covered", False),
        )


@dataclass(frozen=True)
class Variants:
    """How variants are read and filtered."""

    batches: int  # jobs
    panel_padding: int  # bases beside each coding exon
    filters: Mapping[str, Mapping[str, Any]]  # by name: field, keep, limit, missing
    assay_limits: Mapping[str, Mapping[str, float]]  # by assay type: {filter: limit}
    rescue: Mapping[str, Any]  # floors a rescued hotspot still needs; what germline is
    min_fraction_covered: float  # of the coding bases, 0-1
    origin: Mapping[str, Any]  # germline_vaf (ranges), unchanged_vaf; fractions
    require_build_proof: bool = False  # else the declared build is used, with a warning


@dataclass(frozen=True)
class Settings:
    """Everything the merged configuration says, read once in the Snakefile."""

    cohort: str
    samples: str  # path
    cytogenetics: str | None  # path
    curation: str | None  # path
    published: str | None  # path
    compare_with: str | None  # folder
    genome_build: str  # GRCh37 or GRCh38
    reference: Mapping[str, Mapping[str, str]]  # by build: fasta, gff
    clinical: ClinicalTable
    assays: Mapping[str, Assay]
    variants: Variants
    reads: Mapping[str, Any]  # how raw reads are trimmed, aligned, called and judged
    genotypes: Mapping[str, Any]
    populations: Mapping[str, Any]
    endpoints: Mapping[str, Any]
    groups: Mapping[str, Any]
    models: Mapping[str, Any]
    statistics: Mapping[str, Any]
    sensitivity: Mapping[str, Any]  # by name: changes to the keys above
    report: Mapping[str, Any]

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Settings":
        """Build the settings from a checked configuration."""
        optional = ("cytogenetics", "curation", "published", "compare_with")
        plain: dict[str, Any] = {
            field.name: config[field.name]
            for field in fields(cls)
            if field.name in config
        }
        assays = {
            name: Assay.from_config(assay) for name, assay in config["assays"].items()
        }
        return cls(
            **{
                **dict.fromkeys(optional),
                "reference": {},
                "sensitivity": {},
                "reads": {},
                **plain,
                "clinical": ClinicalTable.from_config(config["clinical"]),
                "assays": assays,
                "groups": groups_with_levels(config["groups"]),
                "variants": Variants(**{"assay_limits": {}, **config["variants"]}),
            }
        )
