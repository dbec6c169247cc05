"""Branch and bound by HiGHS, through scipy: the programme as rows and columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csr_array, vstack

from toolkit.design.select.program import Found, Program

_OPTIMAL, _INFEASIBLE = 0, 2  # scipy's words for how a search ended
_ROUNDS = 6  # of adding rows to the relaxation; more of them gain little
_MOST_THREES = 60  # rows a round
_SOME, _SHORT = 0.05, 1e-3  # how much of a candidate, and how far too low, is worth a row


class Relaxed(NamedTuple):
    """The programme with halves and quarters of KPIs allowed: no set is worth more than `bound`.

    A set with a candidate for which `prices` is above 0, or without one for which it is below, is worth at
    least that much less than the bound.
    """

    bound: float
    prices: np.ndarray


def branch_and_bound(program: Program) -> Found | None:
    """The best set, proven: x for each candidate, z for each pair that overlaps, gap nothing.

    A pair needs one row, z ≥ x_k + x_l − 1: its z costs, so the search presses it down to what the row asks.

    Raises
    ------
    RuntimeError
        The solver gave up, which it does on no limit of ours.
    """
    table, low, high = _rows(program)
    count, pairs = len(program.names), len(program.pairs[0])
    answer = milp(
        _costs(program),
        constraints=LinearConstraint(table, low, high),
        integrality=np.r_[np.ones(count), np.zeros(pairs)],
        bounds=Bounds(0, 1),
        options={"mip_rel_gap": 0},
    )
    if answer.status == _INFEASIBLE:
        return None
    if answer.status != _OPTIMAL:
        raise RuntimeError(f"the search for the best set did not end: {answer.message}")
    chosen = answer.x[:count] > 0.5
    return Found(chosen, program.worth(chosen))


def relaxed(program: Program) -> Relaxed | None:
    """The linear relaxation with its reduced costs; None where not even it has an answer.

    Half of each of three KPIs that overlap would cost no overlap at all, so for such threes a row is added,
    as often as the answer breaks one: z_kl + z_km + z_lm ≥ x_k + x_l + x_m − 1.

    References
    ----------
    Padberg (1989), Mathematical Programming 45:139-172: triangle inequalities of the quadric polytope.
    """
    threes: list[tuple[int, int, int]] = []
    found = None
    for _ in range(_ROUNDS):
        table, low, high = _rows(program, threes)
        floor, ceiling = np.isfinite(low), np.isfinite(high)
        answer = linprog(
            _costs(program),
            A_ub=vstack([table[ceiling], -table[floor]]),
            b_ub=np.r_[high[ceiling], -low[floor]],
            bounds=(0, 1),
            method="highs",
        )
        if answer.status != _OPTIMAL:
            return found
        count = len(program.names)
        prices = answer.lower.marginals + answer.upper.marginals
        found = Relaxed(-float(answer.fun), prices[:count])
        more = _broken_threes(program, answer.x[:count], answer.x[count:])
        if not more:
            break
        threes += more
    return found


def _broken_threes(program: Program, x: np.ndarray, z: np.ndarray) -> list[tuple[int, int, int]]:
    """Threes whose overlaps an answer counts too low, the worst first."""
    both = np.full((len(x), len(x)), np.inf)  # a pair without a z is in no row
    both[program.pairs] = z
    at = np.flatnonzero(x > _SOME)
    sums = x[at][:, None, None] + x[at][:, None] + x[at]
    pairs = both[np.ix_(at, at)]
    short = sums - 1 - (pairs[:, :, None] + pairs[:, None, :] + pairs[None, :, :])
    worst = np.argwhere(short > _SHORT)
    worst = worst[np.argsort(-short[tuple(worst.T)], kind="stable")][:_MOST_THREES]
    return [(int(at[i]), int(at[j]), int(at[k])) for i, j, k in worst]


def _costs(program: Program) -> np.ndarray:
    return np.r_[-program.value, program.overlap[program.pairs]].astype(float)


def _rows(
    program: Program, threes: Sequence[tuple[int, int, int]] = ()
) -> tuple[csr_array, np.ndarray, np.ndarray]:
    """Wishes, pairs and threes as rows, with their bounds."""
    first, second = program.pairs
    count, pairs = len(program.names), len(first)
    upper = np.array([w.coefficients for w in program.wishes]).reshape(-1, count)
    at = np.arange(pairs)
    sign = np.r_[-np.ones(2 * pairs), np.ones(pairs)]  # z − x_k − x_l ≥ −1
    lower = coo_array(
        (sign, (np.r_[at, at, at], np.r_[first, second, count + at])), shape=(pairs, count + pairs)
    )
    wide = csr_array(np.hstack([upper, np.zeros((len(upper), pairs))]))
    place = np.zeros((count, count), dtype=int)
    place[first, second] = count + at
    extra = np.zeros((len(threes), count + pairs))
    for row, (k, m, n) in zip(extra, threes, strict=True):
        row[[k, m, n]] = -1
        row[[place[k, m], place[k, n], place[m, n]]] = 1
    low = np.r_[[w.low for w in program.wishes], -np.ones(pairs + len(threes))]
    high = np.r_[[w.high for w in program.wishes], np.full(pairs + len(threes), np.inf)]
    return vstack([wide, lower, csr_array(extra)]).tocsr(), low, high
