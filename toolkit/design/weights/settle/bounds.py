"""What weights must keep to: bounds per KPI and group, an order, limits; and the nearest weights that do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import nnls

from toolkit.design.weights.settle.conflicts import contradictions, unfit
from toolkit.design.weights.settle.rules import SLACK, Rule, rules
from toolkit.errors import DataError, Problem

_ROOM = 1e-13  # lets a region that is one single point count as reached; polishing takes it away again
_NOTHING_LEFT = 1e-7  # a feasible problem leaves 1 / (1 + distance²), above 0.1 for weights


@dataclass(frozen=True, eq=False)
class Bounds:
    """What a set of weights, each from 0 to 1 and together 1, must keep to.

    Parameters
    ----------
    low, high : ndarray, shape (k,)
        Least and most of each measure's weight, 0-1.
    groups : tuple of (mask, low, high)
        Least and most of a category's weights together; `mask` marks its measures, shape (k,).
    order : tuple of (i, j)
        Weight i is to be at least weight j; indices from 0. `agreed_order` makes them of agreed weights.
    at_most : ndarray, shape (k,), optional
        What a weight may not rise above whatever `high` says: the agreed weight of a measure under an
        integrity or data warning. NaN or nothing: no such limit.
    names : tuple of str
        What the measures are called in messages; their places, from 1, where not given.

    Examples
    --------
    >>> bounds = Bounds.between(3, 0.2, 0.5, order=((0, 1),))
    >>> bounds.check()
    >>> project(np.array([0.1, 0.2, 0.7]), bounds).round(3).tolist()
    [0.25, 0.25, 0.5]
    """

    low: np.ndarray
    high: np.ndarray
    groups: tuple[tuple[np.ndarray, float, float], ...] = ()
    order: tuple[tuple[int, int], ...] = ()
    at_most: np.ndarray | None = None
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("low", "high", "at_most"):
            given = getattr(self, name)
            if given is not None:
                own = np.array(given, dtype=float)  # a copy: the caller's may change later
                own.setflags(write=False)
                object.__setattr__(self, name, own)
        groups = tuple((np.array(m, dtype=bool), float(low), float(high)) for m, low, high in self.groups)
        object.__setattr__(self, "groups", groups)
        object.__setattr__(self, "order", tuple((int(i), int(j)) for i, j in self.order))
        object.__setattr__(self, "names", tuple(str(n) for n in self.names))

    @classmethod
    def between(
        cls,
        k: int,
        low: float = 0.0,
        high: float = 1.0,
        *,
        groups: Sequence[tuple[np.ndarray, float, float]] = (),
        order: Sequence[tuple[int, int]] = (),
        at_most: np.ndarray | None = None,
        names: Sequence[str] = (),
    ) -> Bounds:
        """The same least and most for each of k measures; without them only 0 and 1.

        Examples
        --------
        >>> Bounds.between(2, 0.05, 0.5).high.tolist()
        [0.5, 0.5]
        """
        each = np.full(k, float(low)), np.full(k, float(high))
        return cls(*each, tuple(groups), tuple(order), at_most, tuple(names))

    @property
    def k(self) -> int:
        """How many measures."""
        return len(self.low)

    @property
    def most(self) -> np.ndarray:
        """The least of `high` and `at_most`, shape (k,)."""
        return self.high if self.at_most is None else np.fmin(self.high, self.at_most)

    def called(self) -> tuple[str, ...]:
        """The measures' names, or their places from 1."""
        return self.names or tuple(str(i + 1) for i in range(self.k))

    def rules(self) -> list[Rule]:
        """Everything to keep to, each as row · weights ≥ least with its words; the sum of 1 apart."""
        return rules(self.low, self.high, self.at_most, self.groups, self.order, self.called())

    def check(self) -> None:
        """Refuse bounds that no weights can keep, every contradiction named.

        Raises
        ------
        DataError
            Shapes or numbers that are none; a least above the most; least weights that sum above 1 or most
            weights below; a group against its members; an order against the bounds of those it joins, a
            circle included; or, when it takes several rules together, those rules.
        """
        found = unfit(self.low, self.high, self.at_most, self.groups, self.order, self.names)
        if not found:
            found = contradictions(self.low, self.most, self.groups, self.order, self.called(), self.rules())
        if found:
            raise DataError(found)

    def keeps(self, weights: np.ndarray, slack: float = SLACK) -> bool:
        """Whether weights sum to 1 and keep every rule, to within `slack`.

        Examples
        --------
        >>> Bounds.between(2, high=0.5).keeps(np.array([0.6, 0.4]))
        False
        """
        whole = abs(float(np.sum(weights)) - 1) <= slack
        return whole and all(float(rule.row @ weights) >= rule.least - slack for rule in self.rules())


def agreed_order(weights: np.ndarray) -> tuple[tuple[int, int], ...]:
    """The client's order of priority as agreed weights show it; equal weights carry no order.

    Parameters
    ----------
    weights : ndarray, shape (k,)

    Returns
    -------
    tuple of (i, j)
        Weight i is to be at least weight j, for each i of a level and each j of the next one below.

    Examples
    --------
    >>> agreed_order(np.array([0.4, 0.2, 0.2, 0.2]))
    ((0, 1), (0, 2), (0, 3))
    >>> agreed_order(np.array([0.25, 0.25, 0.25, 0.25]))
    ()
    """
    rounded = np.round(np.asarray(weights, dtype=float), 8)  # .1 + .2 and .3 are one weight
    levels = [np.flatnonzero(rounded == level) for level in np.unique(rounded)[::-1]]
    return tuple((int(i), int(j)) for above, below in pairwise(levels) for i in above for j in below)


def project(weights: np.ndarray, bounds: Bounds) -> np.ndarray:
    """The nearest weights (least squares) that sum to 1 and keep the bounds; exact to 1e-9.

    Parameters
    ----------
    weights : ndarray, shape (k,)
        Any finite numbers; those that already keep the bounds come back as they are.
    bounds : Bounds

    Returns
    -------
    ndarray, shape (k,)

    Raises
    ------
    DataError
        Contradictory bounds, or weights that are no numbers or not as many as the bounds.

    References
    ----------
    Lawson and Hanson (1974), Solving Least Squares Problems, chapter 23: least distance programming.

    Examples
    --------
    >>> project(np.array([0.7, 0.2, 0.1]), Bounds.between(3, high=0.5)).round(3).tolist()
    [0.5, 0.3, 0.2]
    """
    asked = as_weights(weights, bounds)
    bounds.check()
    if bounds.keeps(asked, slack=1e-15):
        return asked
    kept = bounds.rules()
    row, least = np.array([rule.row for rule in kept]), np.array([rule.least for rule in kept])
    near, pressing = _nearest(asked, row, least)
    return _polished(asked, near, row, least, pressing)


def as_weights(weights: np.ndarray, bounds: Bounds) -> np.ndarray:
    """A copy of the weights as floats; refused when they do not match the bounds or are no numbers."""
    own = np.array(weights, dtype=float)
    if own.shape != (bounds.k,) or not np.isfinite(own).all():
        raise DataError(Problem("weights.not_weights", value=str(own.tolist()), values={"count": bounds.k}))
    return own


def _nearest(asked: np.ndarray, row: np.ndarray, least: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest point and which rules press on it, by one non-negative least squares problem.

    The sum of 1 is taken out first: x = start + flat·z, where z moves within the plane of that sum.
    """
    k = len(asked)
    start = asked - (asked.sum() - 1) / k
    if k == 1:
        return start, np.zeros(len(row), dtype=bool)
    flat = np.linalg.svd(np.ones((1, k)))[2][1:].T
    inside, short = row @ flat, least - _ROOM - row @ start
    matrix = np.vstack([inside.T, short])
    aim = np.zeros(k)
    aim[-1] = 1.0
    multipliers, _ = nnls(matrix, aim, maxiter=100 * len(row))
    left = matrix @ multipliers - aim
    if not -left[-1] > _NOTHING_LEFT:  # ruled out by check(); a silent wrong answer would be worse
        raise DataError(Problem("weights.bounds_together", value=len(row)))
    return start + flat @ (-left[:-1] / left[-1]), multipliers > 0


def _polished(
    asked: np.ndarray, near: np.ndarray, row: np.ndarray, least: np.ndarray, pressing: np.ndarray
) -> np.ndarray:
    """The same point from the rules that press on it as equations: exact to the last digits."""
    equations = np.vstack([np.ones((1, len(asked))), row[pressing]])
    values = np.concatenate([[1.0], least[pressing]])
    exact = asked + np.linalg.pinv(equations) @ (values - equations @ asked)
    fits = (row @ exact >= least - 1e-12).all() and abs(exact - near).max() < 1e-8
    return exact if fits else near
