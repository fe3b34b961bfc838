"""The models of a varied cohort beside the delivered ones."""

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from ballad.outcomes.models import COLUMNS as MODEL_COLUMNS
from ballad.outcomes.models import fit_models
from ballad.outcomes.unknown_cause import VARIATION, unknown_cause_rows

COLUMNS = [VARIATION, *MODEL_COLUMNS]
AS_DELIVERED = "as delivered"


def fitted(
    cohort: pd.DataFrame, settings: Mapping[str, Any], changed: Iterable[str]
) -> pd.DataFrame:
    """
    Fit the models of the sensitivity analysis.

    Parameters
    ----------
    cohort
        As the settings join it; text.
    settings
        ``models``, ``endpoints``, ``groups`` and ``statistics``, as delivered or
        varied; ``statistics.sensitivity_models`` names the models.
    changed
        Models that a variation itself changes or adds; they are fitted too.

    Returns
    -------
    DataFrame with the columns of models.tsv
        The multivariable rows only.
    """
    models = settings["models"]
    names = [*settings["statistics"]["sensitivity_models"], *changed]
    return fit_models(
        cohort,
        {name: _alone(models[name]) for name in names if name in models},
        settings["endpoints"],
        settings["groups"],
        settings["statistics"],
        parts=False,
    )


def noted(rows: pd.DataFrame, delivered: pd.DataFrame) -> pd.DataFrame:
    """
    Say in the note of each row whether a variation left it as delivered.

    Parameters
    ----------
    rows, delivered : columns of models.tsv
        The same models, varied and as delivered.

    Returns
    -------
    DataFrame
        `rows`; the note of a row that stands in `delivered` begins ``as delivered``.
    """
    known = {_shown(row) for row in delivered.to_dict("records")}
    same = [_shown(row) in known for row in rows.to_dict("records")]
    notes = [
        "; ".join(part for part in (AS_DELIVERED if alike else "", note) if part)
        for alike, note in zip(same, rows["note"], strict=True)
    ]
    return rows.assign(note=notes)


def _shown(row: Mapping[Any, Any]) -> tuple[str, ...]:
    return tuple(
        f"{value:.8g}" if isinstance(value, float) else str(value)
        for value in row.values()
    )


def unknown_causes(cohort: pd.DataFrame, settings: Mapping[str, Any]) -> pd.DataFrame:
    """
    Fit the models of the sensitivity analysis with unknown causes bounded and imputed.

    Parameters
    ----------
    cohort
        As delivered; text.
    settings
        As for `fitted`, as delivered.

    Returns
    -------
    DataFrame with the columns of COLUMNS
        See `unknown_cause_rows`.
    """
    models = settings["models"]
    names = settings["statistics"]["sensitivity_models"]
    return unknown_cause_rows(
        cohort,
        {name: _alone(models[name]) for name in names if name in models},
        settings["endpoints"],
        settings["groups"],
        settings["statistics"],
    )


def _alone(specification: Mapping[str, Any]) -> dict[str, Any]:
    """Return the multivariable fit of a model, without what stands beside it."""
    beside = ("univariable", "beside")
    return {key: value for key, value in specification.items() if key not in beside}
