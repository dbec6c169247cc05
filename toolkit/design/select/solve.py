"""Exact search: the best set and the next ones.

With more candidates than can be gone through one by one, branch and bound proves the best set. Whatever is
asked afterwards (without this KPI, with other values, the next best set) has a good answer close to that set,
and that settles most candidates before the search begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property

import numpy as np

from toolkit.design.select.branch import Relaxed, branch_and_bound, relaxed
from toolkit.design.select.every import MOST, Every
from toolkit.design.select.narrow import Part, best_of, close_enough, exchanged, nearby, settled
from toolkit.design.select.program import Found, Program, Search, Wish

_MARGIN = 1.0  # units that the relaxation's rounding may be off by


class Milp:
    """A programme of any size, searched by branch and bound.

    Examples
    --------
    >>> from toolkit.design.select.program import program
    >>> overlap = np.array([[0, 0.45], [0.45, 0]])
    >>> Milp(program(["a", "b"], [0.5, 0.4], overlap)).best().chosen.tolist()
    [True, False]
    """

    def __init__(self, program: Program) -> None:
        self.program = program

    @cached_property
    def _first(self) -> Found | None:
        return branch_and_bound(self.program)

    @cached_property
    def _loose(self) -> Relaxed | None:
        return relaxed(self.program)

    def best(
        self,
        *,
        value: np.ndarray | None = None,
        fixed: Mapping[int, bool] | None = None,
        dropped: Iterable[str] = (),
        cuts: Iterable[np.ndarray] = (),
        differ: int = 1,
    ) -> Found | None:
        """The best set, as `Search.best` says."""
        gone, sets = set(dropped), [np.asarray(cut, bool) for cut in cuts]
        if value is None and not (fixed or gone or sets):
            return self._first
        own = self.program.value if value is None else value
        kept = [w for w in self.program.wishes if w.name not in gone]
        apart = [_apart_from(cut, differ, i) for i, cut in enumerate(sets)]
        whole = replace(self.program, value=own, wishes=(*kept, *apart))
        part = Part(whole, fixed or {})
        same = value is None and not (fixed or gone)  # cuts only take sets away: the bound holds
        loose = self._loose if same else relaxed(part.program)
        starts = sets[-1:] if self._first is None else [self._first.chosen, *sets[-1:]]
        found = _narrowed(part.program, loose, [start[part.free] for start in starts])
        return None if found is None else part.back(found)


def _apart_from(cut: np.ndarray, differ: int, number: int) -> Wish:
    """That a set differs from another in so many candidates: Σ (1 − x) inside it + Σ x outside ≥ differ.

    References
    ----------
    Balas and Jeroslow (1972), SIAM Journal on Applied Mathematics 23:61-69, for differ = 1.
    """
    return Wish("cut", np.where(cut, -1.0, 1.0), low=differ - int(cut.sum()), about=(str(number),))


def _narrowed(program: Program, loose: Relaxed | None, starts: list[np.ndarray]) -> Found | None:
    """The best set, once a good set near the starts has settled most candidates."""
    near = nearby(program, starts)
    if near is None or loose is None:
        return branch_and_bound(program)
    part, room = _part(program, loose, near.worth)
    better = best_of(part.program, exchanged(near.chosen[part.free]))
    if better is not None and better.worth + part.sure > near.worth:
        part, room = _part(program, loose, better.worth + part.sure)
    few = close_enough(loose.prices[part.free], room)
    found = branch_and_bound(part.program) if few is None else best_of(part.program, few)
    return None if found is None else part.back(found)


def _part(program: Program, loose: Relaxed, floor: int) -> tuple[Part, float]:
    """What is not settled once a set worth `floor` is known, and the room that leaves."""
    room = loose.bound - floor + _MARGIN
    return Part(program, settled(loose.prices, room)), room


def searcher(program: Program) -> Search:
    """The quicker exact search: every set up to 20 candidates, branch and bound above."""
    return Every(program) if len(program.names) <= MOST else Milp(program)


def best_sets(search: Search, count: int, differ: int = 2) -> list[Found]:
    """The best set and those after it, best first; fewer where there are no more.

    Parameters
    ----------
    search : Search
    count : int
        How many in all.
    differ : int
        In how many candidates each must differ from every better one. 1 gives all sets in their order; 2
        leaves out sets that only add or drop one KPI.

    Examples
    --------
    >>> from toolkit.design.select.program import UNIT, program
    >>> search = searcher(program(["a", "b"], [0.5, 0.4]))
    >>> [found.worth / UNIT for found in best_sets(search, 5, differ=1)]
    [0.9, 0.5, 0.4, 0.0]
    """
    sets: list[Found] = []
    while len(sets) < count:
        found = search.best(cuts=[s.chosen for s in sets], differ=differ)
        if found is None:
            break
        sets.append(found)
    return sets
