"""The panel's alleles -> variants, each kept or rejected under its first reason."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ballad.variants.filters import (
    FILTER_SEPARATOR,
    NORMAL_VAF,
    called_germline,
    filters_of,
    missed_filters,
    rejected_by_quality,
    rescued,
)
from ballad.variants.hotspots import Allele, Hotspots
from ballad.variants.origin import GERMLINE_SUSPECT, ONE_STRAND, one_strand
from ballad.variants.pathogenicity import COUNTED, judgement

DUPLICATE = "duplicate"
REJECTED_BY_QUALITY = "rejected_by_quality"  # flag: measured, counted, and not sound
WORST_ELSEWHERE = "worst_elsewhere"  # flag: another transcript of the gene fares worse
NUMERIC = (
    *("depth", "alt_reads", "vaf", "population_af", "alt_forward", "alt_reverse"),
    *("normal_depth", "normal_vaf"),
)
COLUMNS = (
    *("patient", "sample", "assay", "timepoint", "genome_build", "chrom", "pos"),
    *("ref", "alt", "gene", "transcript", "consequence", "hgvsc", "hgvsp"),
    *("protein_change", "depth", "alt_reads", "vaf", "filter", "population_af"),
    *("hotspot", "pathogenicity", "flags", "kept", "reason", "rescued_by"),
    *("normal_depth", "normal_vaf", "source"),
)
_IDENTITY = ("patient", "sample", "assay", "chrom", "pos", "ref", "alt", "gene")


def variant_calls(
    records: pd.DataFrame,
    hotspots: Hotspots,
    classes: Mapping[str, Mapping[str, str]],
    suppressor_genes: frozenset[str],
    assay_types: Mapping[str, str],
    filters: Mapping[str, Mapping[str, Any]],
    assay_limits: Mapping[str, Mapping[str, float]],
    rescue: Mapping[str, Any],
    tp53: Mapping[str, Any],
) -> pd.DataFrame:
    """
    Judge and filter every allele of the panel.

    Parameters
    ----------
    records
        Text columns as the reader writes them, the numeric ones as numbers.
    hotspots, classes, suppressor_genes
        What the field knows.
    assay_types
        Assay name: type.
    filters, assay_limits, rescue, tp53
        As the configuration has them.

    Returns
    -------
    DataFrame with COLUMNS
        One row per sample, allele and gene; `kept` yes or no; `reason` the first
        filter missed, or ``duplicate`` for a call that stands in two files of one
        sample and assay: the one that is kept counts, wherever it stands.
        `rescued_by` the listed hotspot, or the pathogenicity of an unlisted variant
        whose FILTER is ``germline`` or that the matched normal shows.
    """
    limits = {
        name: filters_of(kind, filters, assay_limits)
        for name, kind in assay_types.items()
    }
    calls = [
        _call(row, hotspots, classes, suppressor_genes, limits, rescue, tp53)
        for row in records.to_dict("records")
    ]
    return _counted_once(pd.DataFrame(calls, columns=list(COLUMNS)))


def _counted_once(calls: pd.DataFrame) -> pd.DataFrame:
    doubtful = [REJECTED_BY_QUALITY in flags.split(",") for flags in calls["flags"]]
    kept_first = calls.assign(doubtful=doubtful).sort_values(
        ["kept", "doubtful"], ascending=False, kind="stable"
    )
    twice = kept_first.duplicated(list(_IDENTITY)).reindex(calls.index)
    once = {"kept": "no", "reason": DUPLICATE, "rescued_by": ""}
    return calls.assign(**{x: calls[x].mask(twice, v) for x, v in once.items()})


def _call(
    row: Mapping[str, Any],
    hotspots: Hotspots,
    classes: Mapping[str, Mapping[str, str]],
    suppressor_genes: frozenset[str],
    limits: Mapping[str, Mapping[str, Mapping[str, Any]]],
    rescue: Mapping[str, Any],
    tp53: Mapping[str, Any],
) -> dict[str, Any]:
    present = {key: None if pd.isna(value) else value for key, value in row.items()}
    allele = allele_of(row)
    hotspot = hotspots.best(allele)
    filters = limits[row["assay"]]
    common = _common_af(filters)
    frequency = present["population_af"]
    judged = judgement(
        allele, hotspot, frequency, classes, suppressor_genes, common, tp53
    )
    missed = missed_filters(present, filters)
    listed = (
        hotspot is not None
        and hotspot.match != "class"  # any truncation is no listed hotspot
        and classes[hotspot.hotspot_class]["rescued"] == "yes"
    )
    level = judged.pathogenicity
    by_normal = [name for name in missed if filters[name]["field"] == NORMAL_VAF]
    others = [name for name in missed if name not in by_normal]
    despite_normal = row["gene"] in rescue["despite_normal"] and level in COUNTED
    overridden = (
        bool(missed)
        and (despite_normal or not by_normal)
        and (
            not others
            or (listed and rescued(present, level, others, filters, rescue))
            or called_germline(present, level, others, filters)
        )
    )
    reason = "" if overridden or not missed else missed[0]
    words = {*str(row["filter"]).split(FILTER_SEPARATOR)}
    inherited = by_normal or not words.isdisjoint(rescue["germline_words"])
    flags = sorted(
        {*judged.flags, *([GERMLINE_SUSPECT] if inherited and level in COUNTED else [])}
    )
    if one_strand(present["alt_forward"], present["alt_reverse"]):
        flags = sorted([*flags, ONE_STRAND])
    if elsewhere := present.get("worst_elsewhere"):
        flags = sorted([*flags, f"{WORST_ELSEWHERE}:{elsewhere}"])
    if reason and rejected_by_quality(present, level, missed, filters):
        flags = sorted([*flags, REJECTED_BY_QUALITY])
    rescuer = hotspot.label if hotspot else level
    return {
        **present,
        "protein_change": hotspots.listed_change(allele),
        "hotspot": hotspot.label if hotspot else "",
        "pathogenicity": level,
        "flags": ",".join(flags),
        "kept": "no" if reason else "yes",
        "reason": reason,
        "rescued_by": rescuer if overridden else "",
    }


def allele_of(row: Mapping[str, Any]) -> Allele:
    """Take from a record what judging it needs."""
    return Allele(
        gene=row["gene"],
        build=row["genome_build"],
        chrom=row["chrom"],
        pos=int(row["pos"]),
        ref=row["ref"],
        alt=row["alt"],
        terms=frozenset(str(row["consequence"]).split("&")),
        protein_change=row["protein_change"],
    )


def _common_af(filters: Mapping[str, Mapping[str, Any]]) -> float:
    limits = [
        float(rule["limit"])
        for rule in filters.values()
        if rule["field"] == "population_af"
    ]
    return min(limits, default=1.0)


def filter_counts(
    counts: pd.DataFrame, calls: pd.DataFrame, filters: Mapping[str, Any]
) -> pd.DataFrame:
    """
    Count each sample's records and rows by what became of them.

    Returns
    -------
    DataFrame with columns patient, sample, assay, reason, n
        records = outside_panel + in_panel; rows = the filters + duplicate + kept.
    """
    keys = ["patient", "sample", "assay"]
    read = counts.groupby([*keys, "reason"], sort=False)["n"].sum()
    outcome = calls["reason"].where(calls["kept"] == "no", "kept")
    became = calls.groupby([*keys, outcome.rename("reason")])["patient"].size()
    reasons = [*filters, DUPLICATE, "kept"]
    rows = []
    for sample in dict.fromkeys(counts[keys].itertuples(index=False, name=None)):
        rows += [(*sample, reason, int(n)) for reason, n in read[sample].items()]
        rows += [(*sample, r, int(became.get((*sample, r), 0))) for r in reasons]
    return pd.DataFrame(rows, columns=[*keys, "reason", "n"])
