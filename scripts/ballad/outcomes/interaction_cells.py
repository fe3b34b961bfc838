"""What a ratio beside an interaction says, and on how few events it rests."""

from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import product as combinations

import pandas as pd

from ballad.outcomes.covariates import BOTH, Covariate
from ballad.outcomes.model_data import ModelData
from ballad.spelling import counted


def conditions(
    covariates: Sequence[Covariate], fitted: Container[str]
) -> dict[str, list[str]]:
    """
    Say at which level of the other covariate of an interaction a ratio holds.

    Beside a product the ratio of a factor is that at the reference of the other one,
    and no longer that of all patients. `fitted` holds the keys that are in the fit; the
    notes come by the key of the factor.
    """
    by_key = {covariate.key: covariate for covariate in covariates}
    said: dict[str, list[str]] = {}
    for product in covariates:
        if product.key not in fitted:
            continue
        for key in product.factors:
            others = [by_key[other] for other in product.factors if other != key]
            at = BOTH.join(f"{o.term} {o.reference or 0}" for o in others)
            note = f"ratio at {at}, because of {product.term}"
            if note not in said.setdefault(key, []):
                said[key].append(note)
    return said


def few_in_cells(data: ModelData, product: Covariate, least: int) -> list[str]:
    """
    Say which combinations of the levels of an interaction have few events.

    The interaction is the contrast of four combinations (of two factors with two
    levels), so that it rests on the rarest of them, which neither the events of a level
    nor those of the product tell. A factor without levels has none; fewer than `least`
    events are few. Events of a time-dependent covariate are those while at its level.
    """
    factors = [c for c in data.covariates if c.key in product.factors]
    if not factors or not all(factor.binary for factor in factors):
        return []
    notes = []
    for cell in combinations(*(_sides(data, factor) for factor in factors)):
        inside = pd.concat([side for _, side in cell], axis=1).all(axis=1)
        events = int(data.rows["event"][inside.to_numpy()].sum())
        if events < least:
            name = BOTH.join(label for label, _ in cell)
            few = f"only {counted(events, 'event')}" if events else "no event"
            notes.append(f"{few} in {name}")
    return notes


def few_beside(
    data: ModelData, fitted: Container[str], least: int
) -> Mapping[str, list[str]]:
    """Give `few_in_cells` by the key of each product in the fit and of its factors."""
    said: dict[str, list[str]] = {}
    for product in data.covariates:
        if not product.factors or product.key not in fitted:
            continue
        for note in few_in_cells(data, product, least):
            for key in (product.key, *product.factors):
                if note not in said.setdefault(key, []):
                    said[key].append(note)
    return said


def _sides(data: ModelData, factor: Covariate) -> Iterator[tuple[str, pd.Series]]:
    of_term = [c.key for c in data.covariates if c.term == factor.term]
    yield f"{factor.term} {factor.level}", data.rows[factor.key] == 1
    at_reference = (data.rows[of_term] == 0).all(axis=1)
    yield f"{factor.term} {factor.reference}", at_reference
