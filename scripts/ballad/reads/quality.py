"""Whether a sample's reads are good enough for "absent" to be said."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

PASSED, FAILED = "passed", "failed"
FAILED_READS = "failed reads"  # begins the source of a gene of a failed sample
MEASURES = (
    *("patient", "sample", "assay", "reads", "on_target_rate", "mean_depth"),
    *("duplicate_rate", "fraction_at_min_depth"),
)
COLUMNS = (*MEASURES, "status", "reason")
UNCOVERED = ("patient", "sample", "assay", "gene", "chrom", "first", "last", "bases")
# limit of the configuration: measure, what its name in words is
LIMITS = {
    "min_reads": ("reads", "reads"),
    "min_on_target_rate": ("on_target_rate", "on-target rate"),
    "min_mean_depth": ("mean_depth", "mean depth"),
    "min_fraction_at_min_depth": ("fraction_at_min_depth", "fraction at min_depth"),
    "max_duplicate_rate": ("duplicate_rate", "duplicate rate"),
}


def judged(
    measures: Mapping[str, Any], limits: Mapping[str, float], panel: bool
) -> tuple[str, str]:
    """
    Judge a sample.

    Parameters
    ----------
    measures
        In MEASURES; None: not measured, not judged.
    limits
        Of LIMITS; one that is absent is not applied.
    panel
        Whether the assay aims at the panel; of exomes and genomes most reads lie
        elsewhere, so their on-target rate says nothing.

    Returns
    -------
    tuple of status and reason
        All limits missed, with value and limit.
    """
    reasons = []
    for name, (measure, words) in LIMITS.items():
        limit, value = limits.get(name), measures[measure]
        if limit is None or value is None:
            continue
        if measure == "on_target_rate" and not panel:
            continue
        if value < limit if name.startswith("min_") else value > limit:
            side = "below" if name.startswith("min_") else "above"
            reasons.append(f"{words} {value:.4g} {side} {limit:g}")
    return (FAILED, "; ".join(reasons)) if reasons else (PASSED, "")


def quality_table(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Write one row per sample, in COLUMNS."""
    return pd.DataFrame(list(rows), columns=list(COLUMNS))


def with_failed(callability: pd.DataFrame, quality: pd.DataFrame) -> pd.DataFrame:
    """
    Make every assessed gene of a failed sample indeterminate; the reason is its source.

    A variant that was found and passed the filters stays: it is there.
    """
    keys = ["patient", "sample", "assay"]
    failed = quality[quality["status"] == FAILED].set_index(keys)["reason"]
    reasons = pd.MultiIndex.from_frame(callability[keys]).map(failed.to_dict().get)
    hit = pd.notna(reasons) & (callability["state"] != "not_assessed").to_numpy()
    changed = callability.copy()
    changed.loc[hit, "state"] = "indeterminate"
    changed.loc[hit, "source"] = [f"{FAILED_READS}: {text}" for text in reasons[hit]]
    return changed
