"""The rows of tests.tsv: what was tested, or why not; p adjusted within families."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd
from statsmodels.stats.multitest import multipletests

from ballad.model_names import CLOSER, UNIVARIABLE
from ballad.outcomes.exact_tests import EXACT, MONTE_CARLO

TESTS = (
    *("analysis", "endpoint", "population", "group_by", "test", "statistic", "df"),
    *("p", "p_adjusted", "n", "events", "note", "cause"),
)
# By key of a family: what separates two families, and the column it is about.
TOGETHER = {
    "tests": (["analysis", "endpoint", "population", "test", "cause"], "group_by"),
    "univariable": (["model"], "term"),
    "multivariable": (["model", "method"], "term"),
}
METHODS = {
    "bh": "fdr_bh",
    "by": "fdr_by",
    "holm": "holm",
    "hochberg": "simes-hochberg",
    "bonferroni": "bonferroni",
}
EXPLORATORY = "exploratory"


def not_estimable(
    sizes: Iterable[int], events: int | None = None, min_events: int = 0
) -> str:
    """
    Say why groups cannot be compared; empty where they can.

    Parameters
    ----------
    sizes
        Patients of each group.
    events
        Events in all groups together; None where the test needs none.
    min_events
        Fewer events are not tested.
    """
    filled = sum(size > 0 for size in sizes)
    if filled < 2:
        return f"not estimable: {filled} group{'s' * (filled != 1)} with patients"
    if events is not None and events < min_events:
        return (
            f"not estimable: {events} event{'s' * (events != 1)}, "
            f"fewer than {min_events}"
        )
    return ""


def uncompared(groups: int, df: int) -> str:
    """
    Say that events do not compare all groups; empty where they do.

    Groups are compared if an event finds both at risk (in one stratum), or through
    others. `df` is the number of groups less that of the sets so connected: it does
    not tell how many groups are in each.
    """
    if df == groups - 1:
        return ""
    return f"df {df}: not all groups are compared with each other at an event"


def tests_table(rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """
    Lay out tests as tests.tsv has them; p_adjusted stays empty.

    Returns
    -------
    DataFrame with the columns of TESTS
        `note` begins with ``not estimable`` where statistic, df and p are empty;
        `cause` is the event's name in Gray's tests, else empty.
    """
    plain = {"note": "", "cause": "", "statistic": math.nan, "df": math.nan}
    return pd.DataFrame(
        [{**plain, "p": math.nan, "p_adjusted": math.nan, **row} for row in rows],
        columns=list(TESTS),
    )


def adjusted(
    tests: pd.DataFrame, families: Mapping[str, Mapping[str, Any]]
) -> pd.DataFrame:
    """
    Adjust p for the groupings tried on one endpoint.

    Parameters
    ----------
    tests : columns analysis, endpoint, population, group_by, test, cause, p
        A missing p is not counted.
    families
        By name: ``tests`` (groupings) and ``method``, one of METHODS; other families
        are passed over. Within a family the p that share all
        columns but `group_by` are adjusted together. ``exploratory: true`` is said
        in the `note` of its rows.

    Returns
    -------
    DataFrame
        The same rows with p_adjusted, empty where a p is in no family, or alone.

    References
    ----------
    Benjamini and Hochberg, JRSS B 1995 (bh); Benjamini and Yekutieli, Annals of
    Statistics 2001 (by); Holm, Scandinavian Journal of Statistics 1979; Hochberg,
    Biometrika 1988.
    """
    return _adjusted_by(tests, families, "tests")


def adjusted_models(
    models: pd.DataFrame, families: Mapping[str, Mapping[str, Any]]
) -> pd.DataFrame:
    """
    Adjust p of the terms of models.

    Parameters
    ----------
    models : columns model, method, term, p
        As models.tsv has them; univariable fits stand under ``<model>_univariable``.
    families
        By name: ``univariable`` or ``multivariable`` (terms), ``method``, and
        ``models`` if it is not of all, ``exploratory`` as for `adjusted`. The p of
        one model are adjusted together; two methods of one multivariable model apart.
        Rows of a period or within a level are in no family.

    Returns
    -------
    DataFrame
        The same rows with p_adjusted, empty where a p is in no family, or alone.
    """
    names = models["model"].astype(str)
    single = names.str.endswith(UNIVARIABLE)
    closer = names.str.endswith(CLOSER)
    apart = [
        _adjusted_by(models[single], families, "univariable"),
        _adjusted_by(models[~single & ~closer], families, "multivariable"),
        models[closer].assign(p_adjusted=math.nan),
    ]
    made = [name for name in ("p_adjusted", "note") if name in apart[0]]
    both = pd.concat([part[made] for part in apart]).reindex(models.index)
    return models.assign(**{name: both[name] for name in made})


def _adjusted_by(
    table: pd.DataFrame, families: Mapping[str, Mapping[str, Any]], key: str
) -> pd.DataFrame:
    p_adjusted = pd.Series(math.nan, index=table.index)
    same, about = TOGETHER[key]
    for family in families.values():
        if key not in family:
            continue
        members = table[about].isin(family[key])
        if "models" in family:
            names = table["model"].str.removesuffix(UNIVARIABLE)
            members &= names.isin(family["models"])
        if family.get("exploratory"):
            said = table["note"].where(table["note"] == "", table["note"] + "; ")
            table = table.assign(note=table["note"].mask(members, said + EXPLORATORY))
        members &= table["p"].notna()
        # Enumerated or sampled, Fisher's test is one.
        alike = table[members].replace({"test": {MONTE_CARLO: EXACT}})
        for _, rows in alike.groupby(same):
            if len(rows) > 1:
                method = METHODS[family["method"]]
                p_adjusted[rows.index] = multipletests(rows["p"], method=method)[1]
    return table.assign(p_adjusted=p_adjusted)
