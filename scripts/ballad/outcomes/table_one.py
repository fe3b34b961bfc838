"""Table 1: who the patients are, over all and by group."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import kruskal, mannwhitneyu

from ballad.outcomes.exact_tests import fisher
from ballad.outcomes.groupings import ALL, by_group, levels_of
from ballad.outcomes.significance import not_estimable

TABLE_ONE = (
    *("characteristic", "level", "group", "n", "value", "missing", "test", "p"),
    *("smd", "group_by"),
)
NUMBERS = ("age", "prior_lines", "marrow_blasts")
CATEGORIES = (
    *("sex", "ethnicity", "indication", "prior_hct", "prior_inotuzumab"),
    *("prior_car_t", "prior_cml", "down_syndrome", "emd_history", "emd_active"),
    *("subtype_class", "tp53", "ph", "ph_like", "kmt2a_r", "crlf2_r"),
    *("pax5_alteration", "ikzf1_deletion"),
)
ORDER = (
    *("age", "sex", "ethnicity", "indication", "prior_lines", "prior_hct"),
    *("prior_inotuzumab", "prior_car_t", "prior_cml", "down_syndrome"),
    *("marrow_blasts", "emd_history", "emd_active", *CATEGORIES[10:]),
)
# Key assays of an unclassifiable patient were not done: no subtype is known.
NOT_KNOWN = ("", "not_assessed", "indeterminate", "UNCLASSIFIABLE")
MEDIAN = "median [q1-q3]"
EXACT_BELOW = 50  # patients of each group; the rule of R's wilcox.test
PATIENTS = "patients"
BY_DEFINITION = "defines the groups"


def table_one(
    cohort: pd.DataFrame, groups: Mapping[str, Any], statistics: Mapping[str, Any]
) -> pd.DataFrame:
    """
    Describe the cohort.

    Parameters
    ----------
    cohort
        One row per patient, text columns; empty, not_assessed, indeterminate and
        UNCLASSIFIABLE are missing.
    groups
        By name: ``column``, ``levels`` in their order.
    statistics
        ``table_one_by`` (groups or columns), ``seed``.

    Returns
    -------
    DataFrame with the columns of TABLE_ONE
        One row per characteristic, level and group. `n`: patients at the level, or
        with a number. `value`: n (percent of those known) or median [quartiles].
        `missing`: patients of the group without the characteristic. `test`, `p` and
        `smd` (absolute standardised mean difference of two groups) compare the
        groups of `group_by` and stand in each of their rows.
    """
    rows: list[dict[str, Any]] = []
    for group_by in ("", *statistics["table_one_by"]):
        arms = by_group(cohort, group_by, groups)
        labels = {group: f"{group_by}: {group}" if group_by else ALL for group in arms}
        for group, arm in arms.items():
            rows.append(_row(PATIENTS, "", labels[group], group_by, len(arm), 0))
        for name in (name for name in ORDER if name in cohort):
            defining = name in (group_by, groups.get(group_by, {}).get("column"))
            described = _described(cohort, name, arms, labels, group_by)
            comparison = _comparison(name, list(arms.values()), statistics["seed"])
            if defining:
                comparison = {"test": BY_DEFINITION}
            rows += [row | (comparison if group_by else {}) for row in described]
    return pd.DataFrame(rows, columns=list(TABLE_ONE))


def _row(
    characteristic: str, level: str, group: str, group_by: str, n: int, missing: int
) -> dict[str, Any]:
    return {
        "characteristic": characteristic,
        "level": level,
        "group": group,
        "group_by": group_by,
        "n": n,
        "value": str(n),
        "missing": missing,
        "test": "",
        "p": math.nan,
        "smd": math.nan,
    }


def _described(
    cohort: pd.DataFrame,
    name: str,
    arms: Mapping[str, pd.DataFrame],
    labels: Mapping[str, str],
    group_by: str,
) -> list[dict[str, Any]]:
    rows = []
    # Known of nobody: one row, without a level, says how many are missing.
    found = [v for v in levels_of(cohort, name, {}) if v not in NOT_KNOWN]
    levels = [MEDIAN] if name in NUMBERS else found or [""]
    for level in levels:
        for group, arm in arms.items():
            known = known_values(arm, name)
            missing = len(arm) - len(known)
            n = len(known) if name in NUMBERS else int((known == level).sum())
            row = _row(name, level, labels[group], group_by, n, missing)
            text = median_and_quartiles if name in NUMBERS else share_of(level)
            rows.append(row | {"value": text(known)})
    return rows


def known_values(patients: pd.DataFrame, name: str) -> pd.Series:
    """Return the values of a characteristic, without the patients missing it."""
    cells = patients[name]
    if name in NUMBERS:
        return pd.to_numeric(cells, errors="coerce").dropna()
    return cells[~cells.isin(NOT_KNOWN)]


def median_and_quartiles(numbers: pd.Series) -> str:
    """Write median [q1-q3] (linear interpolation), empty without numbers."""
    if numbers.empty:
        return ""
    q1, median, q3 = numbers.quantile([0.25, 0.5, 0.75])
    return f"{median:.1f} [{q1:.1f}-{q3:.1f}]"


def share_of(level: str) -> Any:
    """Return the function that writes n (percent) of a level among known values."""

    def share(values: pd.Series) -> str:
        n = int((values == level).sum())
        return f"{n} ({100 * n / len(values):.1f}%)" if len(values) else "0"

    return share


def _comparison(name: str, arms: Sequence[pd.DataFrame], seed: int) -> dict[str, Any]:
    known = [known_values(arm, name) for arm in arms]
    note = not_estimable([len(values) for values in known])
    if note:
        return {"test": note}
    filled = [values for values in known if len(values)]
    if name in NUMBERS:
        test, p = compare_numbers(filled)
    else:
        levels = sorted(set().union(*filled))
        table = np.array([[(v == level).sum() for v in filled] for level in levels])
        test, p = fisher(table, seed)
    smd = difference(filled, name in NUMBERS) if len(arms) == 2 else math.nan
    return {"test": test, "p": p, "smd": smd}


def compare_numbers(groups: Sequence[pd.Series]) -> tuple[str, float]:
    """
    Compare numbers between groups: two Mann-Whitney, more Kruskal-Wallis.

    Returns
    -------
    name of the test, p
        Mann-Whitney is exact where both groups are below EXACT_BELOW and no number
        is tied, as in R's wilcox.test, else the normal approximation with continuity
        correction; Kruskal-Wallis has the chi-squared approximation. p is 1 where all
        numbers are equal.
    """
    name = "Mann-Whitney" if len(groups) == 2 else "Kruskal-Wallis"
    if pd.concat(groups).nunique() == 1:
        return name, 1.0
    if len(groups) == 2:
        numbers = pd.concat(groups)
        small = max(map(len, groups)) < EXACT_BELOW and not numbers.duplicated().any()
        method = "exact" if small else "asymptotic"
        p = float(mannwhitneyu(*groups, method=method).pvalue)
        return f"{name} exact" if small else name, p
    return name, float(kruskal(*groups).pvalue)


def difference(groups: Sequence[pd.Series], numeric: bool) -> float:
    """
    Return the absolute standardised mean difference of two groups.

    Of categories the multivariate form: the distance of the two vectors of shares,
    in units of their mean covariance. NaN where nothing varies or a group is single.

    References
    ----------
    Yang & Dalton 2012, SAS Global Forum, paper 335.
    """
    one, other = groups
    if numeric:
        spread = math.sqrt((one.var() + other.var()) / 2)
        return abs(one.mean() - other.mean()) / spread if spread > 0 else math.nan
    levels = sorted(set(one) | set(other))[1:]  # the shares add up to 1
    shares = [np.array([(v == level).mean() for level in levels]) for v in groups]
    if not levels:
        return 0.0
    covariance = sum(np.diag(p) - np.outer(p, p) for p in shares) / 2
    apart = shares[0] - shares[1]
    square = float(apart @ np.linalg.pinv(covariance, hermitian=True) @ apart)
    return math.sqrt(square) if square > 0 else (0.0 if not apart.any() else math.nan)
