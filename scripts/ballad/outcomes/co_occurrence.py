"""Which lesions are found together, and which exclude each other."""

import math
from collections.abc import Iterable
from itertools import combinations

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from ballad.outcomes.exact_tests import fisher_two_rows
from ballad.states import ABSENT, PRESENT

COLUMNS = (
    *("lesion_1", "lesion_2", "both", "first", "second", "neither"),
    *("odds_ratio", "p", "p_adjusted"),
)


def co_occurrence(cohort: pd.DataFrame, lesions: Iterable[str]) -> pd.DataFrame:
    """
    Compare every pair of lesions (Fisher's exact test, two-sided).

    Parameters
    ----------
    cohort
        One row per patient, a column of four states per lesion. A lesion the cohort
        lacks is assessed in nobody.
    lesions
        Their columns, each named once.

    Returns
    -------
    DataFrame with the columns of COLUMNS
        One row per pair, in the order of `lesions`. `both`, `first` (only it),
        `second` (only it) and `neither` count the patients in whom both lesions are
        present or absent; not_assessed and indeterminate leave the pair.
        `odds_ratio` is both x neither / (first x second), empty where the
        denominator is 0. `p` is empty where one lesion does not vary among them:
        nothing is compared. `p_adjusted` (Benjamini-Hochberg) covers all pairs
        that have a p.
    """
    names = list(lesions)
    states = {
        name: cohort[name] if name in cohort else pd.Series("", cohort.index)
        for name in names
    }
    rows = [
        (one, other, *_pair(states[one], states[other]))
        for one, other in combinations(names, 2)
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS[:-1]))
    table["p_adjusted"] = math.nan
    tested = table["p"].notna()
    if tested.any():
        adjusted = multipletests(table.loc[tested, "p"], method="fdr_bh")[1]
        table.loc[tested, "p_adjusted"] = adjusted
    return table


def _pair(one: pd.Series, other: pd.Series) -> tuple[int, int, int, int, float, float]:
    assessed = one.isin((PRESENT, ABSENT)) & other.isin((PRESENT, ABSENT))
    first, second = (one == PRESENT)[assessed], (other == PRESENT)[assessed]
    both, only_first, only_second, neither = (
        int(those.sum())
        for those in (
            first & second,
            first & ~second,
            ~first & second,
            ~first & ~second,
        )
    )
    apart = only_first * only_second
    odds_ratio = both * neither / apart if apart else math.nan
    counts = np.array([[both, only_first], [only_second, neither]])
    varies = (counts.sum(axis=0) > 0).all() and (counts.sum(axis=1) > 0).all()
    found = fisher_two_rows(counts) if varies else None
    p = math.nan if found is None else found
    return both, only_first, only_second, neither, odds_ratio, p
