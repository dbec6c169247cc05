"""How far one weight may move before somebody else is first: exact, by the lines' crossings.

When the weight of one measure moves from w to v and the others keep their proportions, every participant's
score is a straight line in v, so that places change where two lines cross and nowhere else (METHODS 3g).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit.design.weights.robust.checks import checked_scores, checked_weights

_DIGITS = 8  # scores are rounded to 8 decimals before they are compared, here as when they are graded


class Stability(NamedTuple):
    """The interval of one weight inside which the first places stay as they are.

    At `low` or `high` the newcomer has drawn level; only beyond it does the place change hands. `below` and
    `above` are the row numbers of those who move up there, None where the interval ends at 0 or 1.
    """

    low: float
    high: float
    below: int | None
    above: int | None


def stability(scores: np.ndarray, weights: np.ndarray, k: int, places: int = 1) -> Stability:
    """The interval of the weight of measure `k` inside which the first `places` places stay.

    Parameters
    ----------
    scores : ndarray
        Participants × measures, points; more is better, nothing missing.
    weights : ndarray
        Agreed weights, not negative, summing to 1. If measure `k` has all the weight, the others have no
        proportions to keep and are taken as equal.
    k : int
        Number of the measure, from 0.
    places : int
        1: who is first; the number of participants: the whole order. Participants who tie at the agreed
        weights (to 8 decimals) must go on tying, so that a tie of two different profiles bears no change.

    Returns
    -------
    Stability
        From 0 to 1 with nobody at the ends when no weight of this measure changes the places.

    Raises
    ------
    DataError
        Scores missing or endless, or weights that are negative or do not sum to 1.

    References
    ----------
    Triantaphyllou & Sánchez (1997), Decision Sciences 28(1), 151-194, theorem 1, for two alternatives and a
    weight that is changed without rescaling the others.

    Examples
    --------
    >>> scores = np.array([[100.0, 60.0], [70.0, 90.0]])
    >>> stability(scores, np.array([0.6, 0.4]), 0)
    Stability(low=0.5, high=1.0, below=1, above=None)
    """
    x = checked_scores(scores)
    return _interval(x, checked_weights(weights, x.shape[1]), k, places)


def first_place(scores: np.ndarray | pd.DataFrame, weights: np.ndarray) -> pd.DataFrame:
    """For every measure, the interval of its weight inside which the first place stays, and who comes then.

    Parameters
    ----------
    scores : ndarray or DataFrame
        Participants × measures, points; a frame's index and columns name them, else their numbers do.
    weights : ndarray
        Agreed weights, summing to 1.

    Returns
    -------
    DataFrame
        Index `measure`; `weight`; `low`, `high` (the first place changes hands beyond them); `then` (who
        takes it at the nearer end, missing where no weight changes it); `below`, `above` (who takes it at
        each end); `order_low`, `order_high` (the whole order stays).

    Raises
    ------
    DataError
        As `stability`.

    Examples
    --------
    >>> scores = pd.DataFrame({"revenue": [100.0, 70.0], "cash": [60.0, 90.0]}, index=["Li", "Wang"])
    >>> first_place(scores, np.array([0.6, 0.4]))[["weight", "low", "high", "then"]]
             weight  low  high  then
    measure
    revenue     0.6  0.5   1.0  Wang
    cash        0.4  0.0   0.5  Wang
    """
    frame = pd.DataFrame(scores)
    x = checked_scores(frame.to_numpy(dtype=float))
    w = checked_weights(weights, x.shape[1])
    rows = [_row(x, w, k, frame.index) for k in range(len(w))]
    # as objects, names that are numbers stay whole beside a missing one
    table = pd.DataFrame(rows, index=pd.Index(frame.columns, name="measure"), dtype=object)
    return table.astype(dict.fromkeys(["weight", "low", "high", "order_low", "order_high"], float))


def _row(x: np.ndarray, w: np.ndarray, k: int, names: pd.Index) -> dict[str, object]:
    first, order = _interval(x, w, k, 1), _interval(x, w, k, len(x))
    below, above = (None if i is None else names[i] for i in (first.below, first.above))
    nearer_above = below is None or (above is not None and first.high - w[k] < w[k] - first.low)
    return {
        "weight": w[k],
        "low": first.low,
        "high": first.high,
        "then": above if nearer_above else below,
        "below": below,
        "above": above,
        "order_low": order.low,
        "order_high": order.high,
    }


def _interval(x: np.ndarray, w: np.ndarray, k: int, places: int) -> Stability:
    """The nearest crossing on either side among the pairs whose order must stay."""
    rest = _rest(x, w, k)
    lead, trail = _pairs(np.round(x @ w, _DIGITS), places)
    at_one, at_zero = x[lead, k] - x[trail, k], rest[lead] - rest[trail]  # the lead if all, or none, is on k
    slope = at_one - at_zero
    now = np.round(w[k] * at_one + (1 - w[k]) * at_zero, _DIGITS)
    moving = np.round(slope, _DIGITS) != 0
    crossing = np.full(len(slope), np.nan)
    np.divide(-at_zero, slope, out=crossing, where=moving)
    crossing[moving & (now == 0)] = w[k]  # they tie now: any move parts them
    low, below = _nearest(np.where(moving & (slope > 0), crossing, -np.inf), trail, np.argmax, 0.0)
    high, above = _nearest(np.where(moving & (slope < 0), crossing, np.inf), trail, np.argmin, 1.0)
    return Stability(low, high, below, above)


def _rest(x: np.ndarray, w: np.ndarray, k: int) -> np.ndarray:
    """Everybody's score on the other measures, in the proportions of their weights."""
    others = np.delete(w, k)
    if not len(others):
        return np.zeros(len(x))
    if others.sum() == 0:
        others = np.ones(len(others))
    return np.delete(x, k, axis=1) @ (others / others.sum())


def _pairs(total: np.ndarray, places: int) -> tuple[np.ndarray, np.ndarray]:
    """Who must stay level with or ahead of whom.

    A chain down the first places, with both directions where two tie, and the last of them ahead of all
    others; whoever ties with that last one belongs to them.
    """
    order = np.argsort(-total, kind="stable")
    points = total[order]
    size = int((points >= points[min(places, len(points)) - 1]).sum())
    ahead, behind = order[: size - 1], order[1:size]
    tied = points[: size - 1] == points[1:size]
    last = np.full(len(order) - size, order[size - 1])
    lead = np.concatenate([ahead, behind[tied], last])
    return lead, np.concatenate([behind, ahead[tied], order[size:]])


def _nearest(
    crossings: np.ndarray, who: np.ndarray, pick: Callable[[np.ndarray], np.intp], end: float
) -> tuple[float, int | None]:
    """The nearest crossing and who moves up beyond it, or the interval's end and nobody."""
    if not len(crossings):
        return end, None
    at = pick(crossings)
    value = float(np.clip(crossings[at], 0.0, 1.0))
    return (end, None) if value == end else (value, int(who[at]))
