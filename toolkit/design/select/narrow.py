"""Making a programme smaller without losing its answer: candidates that are settled are taken out.

With a set in hand, a candidate that by the relaxation's reduced costs cannot be in a better set is out for
good, and one that cannot be missing is in. What is left is a fraction, searched in a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import combinations

import numpy as np
from scipy.sparse import csr_array

from toolkit.design.select.program import SLACK, Found, Program

_ROUNDS = 8  # of looking at a set's neighbours
_LISTED = 100_000  # sets that are quicker gone through than searched


class Part:
    """A programme with some candidates settled: what is left, and the way back to the whole.

    Parameters
    ----------
    whole : Program
    settled : mapping
        Candidate's position → in or out.
    """

    def __init__(self, whole: Program, settled: Mapping[int, bool]) -> None:
        self.whole = whole
        inside = np.zeros(len(whole.names), bool)
        inside[[at for at, kept in settled.items() if kept]] = True
        self.inside = inside
        self.free = np.array([i for i in range(len(whole.names)) if i not in settled], dtype=int)
        self.sure = whole.worth(inside)
        given = [float(w.coefficients[inside].sum()) for w in whole.wishes]
        self.program = Program(
            tuple(whole.names[i] for i in self.free),
            whole.value[self.free] - whole.overlap[np.ix_(self.free, np.flatnonzero(inside))].sum(axis=1),
            whole.overlap[np.ix_(self.free, self.free)],
            tuple(
                replace(w, coefficients=w.coefficients[self.free], low=w.low - g, high=w.high - g)
                for w, g in zip(whole.wishes, given, strict=True)
            ),
        )

    def back(self, found: Found) -> Found:
        """A set of what is left, as a set of the whole."""
        chosen = self.inside.copy()
        chosen[self.free] = found.chosen
        return Found(chosen, found.worth + self.sure)


def settled(prices: np.ndarray, room: float) -> dict[int, bool]:
    """Candidates that are the same in every set that can pay its prices: position → in or out.

    Parameters
    ----------
    prices : ndarray
        As in `close_enough`.
    room : float

    References
    ----------
    Wolsey (1998), Integer Programming: fixing variables by their reduced costs.
    """
    return {int(i): bool(prices[i] < 0) for i in np.flatnonzero(np.abs(prices) > room)}


def close_enough(prices: np.ndarray, room: float, most: int = _LISTED) -> np.ndarray | None:
    """Every set that its prices leave in the room between a bound and a floor, a row each; None of too many.

    A set pays the price of each candidate that it has otherwise than the relaxation; more than the room it
    cannot pay and still be worth the floor.

    Parameters
    ----------
    prices : ndarray
        Reduced costs: above 0 to be paid with the candidate, below 0 without it.
    room : float
    most : int
        Sets that are quicker gone through than searched.

    Examples
    --------
    >>> close_enough(np.array([2.0, -3.0, 4.0]), 5.0).astype(int).tolist()
    [[0, 1, 0], [0, 1, 1], [0, 0, 0], [1, 1, 0], [1, 0, 0]]
    """
    sets, paid = (prices < 0)[None, :], np.zeros(1)
    for at in np.argsort(-np.abs(prices), kind="stable"):  # the dear ones first: few can pay them
        able = paid + abs(prices[at]) <= room
        if len(sets) + able.sum() > most:
            return None
        turned = sets[able]
        turned[:, at] ^= True
        sets, paid = np.vstack([sets, turned]), np.r_[paid, paid[able] + abs(prices[at])]
    return sets


def nearby(program: Program, starts: Iterable[np.ndarray]) -> Found | None:
    """A good set, found by exchanging, adding and dropping one candidate at a time; None where none is met.

    Parameters
    ----------
    program : Program
    starts : iterable of ndarray
        Sets to begin from; they need not meet the wishes.
    """
    best: Found | None = None
    for start in starts:
        here = start
        for _ in range(_ROUNDS):
            found = best_of(program, _neighbours(here))
            if found is None or (best is not None and found.worth <= best.worth):
                break
            best, here = found, found.chosen
    return best


def _neighbours(chosen: np.ndarray) -> np.ndarray:
    """The set itself, and all that one addition, one drop or one exchange makes of it."""
    inside, outside = np.flatnonzero(chosen), np.flatnonzero(~chosen)
    turned = np.tile(chosen, (1 + len(chosen) + len(inside) * len(outside), 1))
    one = np.arange(len(chosen))
    turned[1 + one, one] ^= True
    pair = 1 + len(chosen) + np.arange(len(inside) * len(outside))
    turned[pair, np.repeat(inside, len(outside))] = False
    turned[pair, np.tile(outside, len(inside))] = True
    return turned


def exchanged(chosen: np.ndarray) -> np.ndarray:
    """The set itself, and all that exchanging two of its members for two others makes of it."""
    inside, outside = np.flatnonzero(chosen), np.flatnonzero(~chosen)
    out = np.array([*combinations(inside, 2)], dtype=int).reshape(-1, 2)
    into = np.array([*combinations(outside, 2)], dtype=int).reshape(-1, 2)
    turned = np.tile(chosen, (1 + len(out) * len(into), 1))
    row = 1 + np.arange(len(out) * len(into))[:, None]
    turned[row, np.repeat(out, len(into), axis=0)] = False
    turned[row, np.tile(into, (len(out), 1))] = True
    return turned


def best_of(program: Program, sets: np.ndarray) -> Found | None:
    """The best of some sets that meets the wishes; of equals the first.

    Sets are few of many, so they are multiplied as sparse rows, in one thread: threads that wait for each
    other cost more than the sums.
    """
    held = np.ones(len(sets), bool)
    if program.wishes:
        total = csr_array(sets.astype(float)) @ np.array([w.coefficients for w in program.wishes]).T
        low, high = (np.array([getattr(w, side) for w in program.wishes]) for side in ("low", "high"))
        held = ((total >= low - SLACK) & (total <= high + SLACK)).all(axis=1)
    if not held.any():
        return None
    meeting = sets[held]
    lost = (csr_array(meeting.astype(np.int64)) @ program.overlap * meeting).sum(axis=1) // 2
    worth = csr_array(meeting.astype(np.int64)) @ program.value - lost
    at = int(worth.argmax())
    return Found(meeting[at], int(worth[at]))
