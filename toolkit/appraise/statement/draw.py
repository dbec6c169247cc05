"""A draw: what a recoverable guarantee topped up is taken from later payouts."""

from __future__ import annotations

import numpy as np


def recovered(
    owner: np.ndarray, time: np.ndarray, left: np.ndarray, lent: np.ndarray, floor: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What each payout gives back, and what is owed after it.

    Parameters
    ----------
    owner : array of int
        Whose balance it is.
    time : array of int
        Order of an owner's rows.
    left : array of int
        Payouts before recovery, minor units.
    lent : array of int
        What was topped up in this row, to be given back.
    floor : array of int
        The payout is not taken below this, nor below 0.

    Examples
    --------
    600 lent; the next payouts of 500 and 400 give back 500 and 100.

    >>> owner, time, none = np.zeros(3, dtype=int), np.arange(3), np.zeros(3, dtype=int)
    >>> taken, owed = recovered(owner, time, np.array([800, 500, 400]), np.array([600, 0, 0]), none + 0)
    >>> taken.tolist(), owed.tolist()
    ([0, 500, 100], [600, 100, 0])
    """
    order = np.lexsort((time, owner))
    whose = owner[order]
    first = np.r_[True, whose[1:] != whose[:-1]][: len(whose)]
    nth = np.arange(len(whose)) - np.maximum.accumulate(np.where(first, np.arange(len(whose)), 0))
    taken, owed = np.zeros(len(left), dtype=np.int64), np.zeros(len(left), dtype=np.int64)
    balance = np.zeros(int(owner.max(initial=-1)) + 1, dtype=np.int64)
    free = np.maximum(left - np.maximum(floor, 0), 0)
    # One pass for each place in an owner's history: everybody's first period, everybody's second, ...
    by_place = np.argsort(nth, kind="stable")
    for rows in np.split(order[by_place], np.cumsum(np.bincount(nth))[:-1]) if len(order) else ():
        who = owner[rows]
        taken[rows] = np.minimum(balance[who], free[rows])
        balance[who] += lent[rows] - taken[rows]
        owed[rows] = balance[who]
    return taken, owed
