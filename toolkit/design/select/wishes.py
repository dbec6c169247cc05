"""The brief's wishes as rows of the programme, each with the place where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from toolkit.catalogue.load import CATEGORIES
from toolkit.design.select.brief import Brief
from toolkit.design.select.program import Wish

OWN = {"must_have", "exclude"}  # wishes about one KPI being in or out: set aside when it is turned around


def wishes(brief: Brief, candidates: pd.DataFrame, apart: pd.DataFrame) -> tuple[Wish, ...]:
    """Every wish that could make a difference to the set.

    Parameters
    ----------
    brief : Brief
    candidates : DataFrame
        kpi, category, leading, weak, unreliable (true or false), cost (points); a row each.
    apart : DataFrame
        kpi_a, kpi_b, why: pairs that must not stand together, `linked` by their formulas or `redundant` in
        the data.
    """
    one = np.ones(len(candidates))
    kinds = candidates["category"].to_numpy()
    rows = [
        Wish("count_least", one, low=brief.count[0], address=("count",)),
        Wish("count_most", one, high=brief.count[1], address=("count",)),
    ]
    for category in CATEGORIES:
        least, most = brief.category(category)
        of = (kinds == category).astype(float)
        at = ("categories", category)
        rows.append(Wish("category_least", of, low=least, about=(category,), address=at))
        rows.append(Wish("category_most", of, high=most, about=(category,), address=at))
    flags = {name: candidates[name].to_numpy(float) for name in ("leading", "weak", "unreliable")}
    result = (kinds == "result").astype(float)
    cost = candidates["cost"].to_numpy(float).round(4)
    rows.append(Wish("leading", flags["leading"], low=brief.leading, address=("leading",)))
    rows.append(Wish("result", result, low=brief.result, address=("result",)))
    for name, most in (("weak", brief.weak), ("unreliable", brief.unreliable)):
        rows.append(Wish(name, flags[name], high=most, address=(name,)))
    rows.append(Wish("data_cost", cost, high=brief.data_cost.most, address=("data_cost", "most")))
    rows += _about_one(brief, list(candidates["kpi"]))
    rows += _pairs(brief, list(candidates["kpi"]), apart)
    return tuple(row for row in rows if _can_bind(row))


def _about_one(brief: Brief, names: Sequence[str]) -> Iterator[Wish]:
    for key, low, high in (("must_have", 1, np.inf), ("exclude", -np.inf, 0)):
        said = list(getattr(brief, key))
        for kpi in dict.fromkeys(said):
            if kpi in names:
                at = (key, said.index(kpi))
                yield Wish(key, _members(names, [kpi]), low=low, high=high, about=(kpi,), address=at)


def _pairs(brief: Brief, names: Sequence[str], apart: pd.DataFrame) -> Iterator[Wish]:
    allowed = {frozenset(pair) for pair in brief.may_stand_together}
    said = {frozenset(pair): i for i, pair in reversed(list(enumerate(brief.not_together)))}
    for pair, at in said.items():
        both = [name for name in names if name in pair]
        if len(both) == 2:
            address = ("not_together", at)
            yield Wish("not_together", _members(names, both), high=1, about=tuple(both), address=address)
    found = zip(apart["kpi_a"], apart["kpi_b"], apart["why"], strict=True)
    for one, other, why in found:
        pair = frozenset((one, other))
        if pair in allowed or pair in said or not pair <= set(names):
            continue
        yield Wish(why, _members(names, pair), high=1, about=(one, other), address=("may_stand_together",))


def _members(names: Sequence[str], some: Iterable[str]) -> np.ndarray:
    return np.isin(names, list(some)).astype(float)


def _can_bind(wish: Wish) -> bool:
    """Whether any set at all would break it; a wish that none breaks is not worth a row."""
    coefficients = wish.coefficients
    least, most = coefficients[coefficients < 0].sum(), coefficients[coefficients > 0].sum()
    return bool(least < wish.low or most > wish.high)
