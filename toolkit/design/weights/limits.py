"""What a scheme's weights must keep to, from the brief's wishes and the warnings."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise

import numpy as np

from toolkit.catalogue.kpi import Kpi
from toolkit.design.weights.brief import WHERE, WeightBrief
from toolkit.design.weights.settle.bounds import Bounds, agreed_order
from toolkit.errors import DataError, Problems
from toolkit.scheme.scheme import Scheme


def bounds_of(
    brief: WeightBrief, scheme: Scheme, kpis: Mapping[str, Kpi], warned: Collection[str] = ()
) -> Bounds:
    """The bounds of a scheme's weights.

    An agreed weight outside the default bounds moves that bound to itself: the default is a rule of thumb,
    the weight was agreed. What the brief says of one measure or category holds as it stands.

    Parameters
    ----------
    brief : WeightBrief
    scheme : Scheme
    kpis : mapping
        For the categories.
    warned : collection of str
        Measures under a warning: never raised, as those of the brief's `never_raise`.

    Raises
    ------
    DataError
        An own order of priority that leaves measures out, or wishes that contradict each other: all named.
    """
    measures = [m for m in scheme.measures if m.weight > 0]
    names, agreed = [m.name for m in measures], np.array([m.weight for m in measures])
    limits = np.array([_limits(brief, m.name, m.weight) for m in measures])
    groups = []
    for category, (least, most) in brief.bounds.categories.items():
        mask = np.array([kpis[m.kpi].category == category for m in measures])
        if mask.any():
            groups.append((mask, least, most))
        elif least > 0:
            address = ("bounds", "categories", category)
            place = {"where": WHERE, "row": brief.line(address), "column": ".".join(address)}
            problems = Problems()
            problems.add("weigh.category_empty", **place, value=category, scheme=scheme.id)  # type: ignore[arg-type]
            problems.raise_as(DataError)
    held = np.array([name in warned or name in brief.never_raise for name in names])
    at_most = np.where(held, agreed, np.nan) if held.any() else None
    order = _order(brief, scheme, names, agreed)
    bounds = Bounds(limits[:, 0], limits[:, 1], tuple(groups), order, at_most, tuple(names))
    try:
        bounds.check()
    except DataError as error:
        problems = Problems()
        for p in error.problems:
            row = brief.line(("bounds",))
            problems.add(p.code, where=WHERE, row=row, column=p.column, value=p.value, **p.values)
        problems.raise_as(DataError)
    return bounds


def _limits(brief: WeightBrief, name: str, agreed: float) -> tuple[float, float]:
    least, most = brief.limits(name)
    return (least, most) if name in brief.bounds.measures else (min(least, agreed), max(most, agreed))


def _order(
    brief: WeightBrief, scheme: Scheme, names: list[str], agreed: np.ndarray
) -> tuple[tuple[int, int], ...]:
    if isinstance(brief.keep_order, bool):
        return agreed_order(agreed) if brief.keep_order else ()
    problems = Problems()
    for name in names:
        if name not in brief.keep_order:
            row = brief.line(("keep_order",))
            place = {"where": WHERE, "row": row, "column": "keep_order"}
            problems.add("weigh.order_partial", **place, value=name, scheme=scheme.id)  # type: ignore[arg-type]
    problems.raise_as(DataError)
    told = [names.index(name) for name in brief.keep_order if name in names]
    return tuple(pairwise(told))
