"""A brief that no set can meet: which wishes stand against each other, and the least that would do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from toolkit.design.select.program import SLACK, Program, Wish

_INFEASIBLE = 2
_CLEAR = 1e-6  # of a wish's own measure; what is nearer to nothing is the solver's rounding


class Concession(NamedTuple):
    """A wish and the number it would have to be."""

    wish: Wish
    needed: float


def conflicts(program: Program) -> list[tuple[Wish, ...]]:
    """Groups of wishes that cannot all hold; none where the programme has an answer.

    Each group is tight: without any one of its wishes the rest of the group could hold. A second group is
    what remains in conflict after the least concessions within the first.

    Parameters
    ----------
    program : Program

    References
    ----------
    Chinneck (2008), Feasibility and Infeasibility in Optimization: the deletion filter.

    Examples
    --------
    >>> from toolkit.design.select.program import program
    >>> least, most = Wish("count_least", np.ones(2), low=2), Wish("count_most", np.ones(2), high=1)
    >>> [[w.kind for w in group] for group in conflicts(program("ab", [1, 1], wishes=[least, most]))]
    [['count_least', 'count_most']]
    """
    remaining = list(program.wishes)
    given_way = {item.wish.name for item in concessions(program)}
    groups = []
    while not _possible(remaining):
        group = _tight(remaining)
        groups.append(tuple(group))
        gone = {w.name for w in group if w.name in given_way} or {group[0].name}
        remaining = [w for w in remaining if w.name not in gone]
    return groups


def _tight(wishes: Sequence[Wish]) -> list[Wish]:
    """Wishes in conflict of which none can be spared; those of the toolkit are let go before the client's."""
    group = list(wishes)
    for wish in reversed(wishes):
        without = [w for w in group if w.name != wish.name]
        if not _possible(without):
            group = without
    return group


def _possible(wishes: Sequence[Wish]) -> bool:
    if not wishes:
        return True
    count = len(wishes[0].coefficients)
    rows = np.array([w.coefficients for w in wishes])
    limits = LinearConstraint(rows, [w.low for w in wishes], [w.high for w in wishes])
    answer = milp(np.zeros(count), constraints=limits, integrality=np.ones(count), bounds=Bounds(0, 1))
    return bool(answer.status != _INFEASIBLE)


def concessions(program: Program) -> list[Concession]:
    """The least that would have to give way for some set to meet the rest: each wish with its new number.

    Parameters
    ----------
    program : Program

    Returns
    -------
    list of Concession
        Of as few steps in all as possible, a step being one KPI or one point; empty where nothing must.
    """
    wishes = program.wishes
    count, rows = len(program.names), len(wishes)
    if not rows:
        return []
    upward = np.array([np.isfinite(w.low) for w in wishes])
    slack = np.diag(np.where(upward, 1.0, -1.0))
    table = np.hstack([np.array([w.coefficients for w in wishes]), slack])
    answer = milp(
        np.r_[np.zeros(count), np.ones(rows)],
        constraints=LinearConstraint(table, [w.low for w in wishes], [w.high for w in wishes]),
        integrality=np.r_[np.ones(count), np.zeros(rows)],
        bounds=Bounds(0, np.r_[np.ones(count), np.full(rows, np.inf)]),
        options={"mip_rel_gap": 0},
    )
    given = answer.x[count:]
    sign = np.where(upward, -1.0, 1.0)
    return [
        Concession(wish, round(wish.bound + sign[i] * given[i], 4) + 0.0)
        for i, wish in enumerate(wishes)
        if given[i] > max(_CLEAR, SLACK)
    ]
