"""Why a KPI is in or out, and which wishes cost something: turn one thing around and search again."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from toolkit.design.select.program import SLACK, UNIT, Found, Search, Wish
from toolkit.design.select.wishes import OWN


class Flip(NamedTuple):
    """A KPI turned around: what the set then loses, who joins and who leaves beside the KPI itself.

    `loss` is NaN where no set meets the brief with the KPI turned around. It is below 0 only where the brief
    itself asks for the KPI or excludes it: then the wish costs so much.
    """

    loss: float
    joins: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()


class Binding(NamedTuple):
    """A wish that costs something: what the set would gain without it, and how it would change."""

    wish: Wish
    gain: float
    joins: tuple[str, ...]
    leaves: tuple[str, ...]


def flips(search: Search, best: Found) -> list[Flip]:
    """Of every candidate: the best set with it turned around, its own wish to be in or out set aside.

    For a KPI that is in, the loss is its marginal value. For one that is out, its value plus the loss is its
    break-even: the value from which on it would be in.

    Parameters
    ----------
    search : Search
    best : Found
        The best set.

    Examples
    --------
    >>> from toolkit.design.select.program import Wish, program
    >>> from toolkit.design.select.solve import searcher
    >>> one = Wish("count_most", np.ones(2), high=1)
    >>> search = searcher(program(["a", "b"], [0.5, 0.4], wishes=[one]))
    >>> [round(flip.loss, 4) for flip in flips(search, search.best())]
    [0.1, 0.1]
    """
    program = search.program
    own = {
        name: [w.name for w in program.wishes if w.kind in OWN and w.about == (name,)]
        for name in program.names
    }
    found = []
    for at, name in enumerate(program.names):
        other = search.best(fixed={at: not best.chosen[at]}, dropped=own[name])
        if other is None:
            found.append(Flip(math.nan))
            continue
        joins, leaves = _change(search, best, other)
        rest = (tuple(k for k in kpis if k != name) for kpis in (joins, leaves))
        found.append(Flip((best.worth - other.worth) / UNIT, *rest))
    return found


def binding(search: Search, best: Found) -> list[Binding]:
    """The wishes that keep the set from being worth more, the dearest first.

    A wish that the set just meets, and that costs nothing, is not among them.
    """
    found = []
    for wish in search.program.wishes:
        total = float(wish.coefficients[best.chosen].sum())
        if not _at_the_edge(wish, total):
            continue
        free = search.best(dropped=[wish.name])
        if free is not None and free.worth > best.worth:
            change = _change(search, best, free)
            found.append(Binding(wish, (free.worth - best.worth) / UNIT, *change))
    return sorted(found, key=lambda b: -b.gain)


def _at_the_edge(wish: Wish, total: float) -> bool:
    """Whether one candidate more or less could break it: totals go in steps, as budgets do."""
    steps = np.abs(wish.coefficients[wish.coefficients != 0])
    step = float(steps.max()) if len(steps) else 0.0
    return total < wish.low + step - SLACK or total > wish.high - step + SLACK


def _change(search: Search, old: Found, new: Found) -> tuple[tuple[str, ...], tuple[str, ...]]:
    kpis = search.program.kpis
    return kpis(new.chosen & ~old.chosen), kpis(old.chosen & ~new.chosen)
