"""What each measure makes of the differences between people, in scores and in payouts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.errors import NotEnoughData, Problem
from toolkit.stats import LEVEL


class Shares(NamedTuple):
    """Shares of the differences between people, in the columns' order; they sum to 1, one may be negative.

    `low` and `high` are the ends of a 90 % interval, `n` counts the rows and `people` the people.
    """

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray
    n: int
    people: int


def acting_shares(points: pd.DataFrame) -> Shares:
    """Each measure's share of the differences in the total score: value, low and high, in the columns' order.

    The covariance share of points: they sum to 1 and one may be negative. Each period's mean is taken off
    first, so that differences between people count and a good month for all does not; the interval comes
    from leaving one person out at a time.

    Parameters
    ----------
    points : DataFrame
        A column a measure, indexed by participant and period; no blanks.

    Raises
    ------
    NotEnoughData
        All totals are the same.

    References
    ----------
    Paruolo, Saisana and Saltelli (2013), Journal of the Royal Statistical Society A: weights are not
    importance. The covariance share is the risk contribution of Roncalli (2013).
    """
    apart = points - points.groupby(level="period").transform("mean")
    total = apart.sum(axis=1)
    person, names = pd.factorize(points.index.get_level_values("participant"))
    weights = [np.bincount(person, apart[name] * total, len(names)) for name in points]
    whole, own = np.bincount(person, total**2, len(names)), np.array(weights)
    if not whole.sum() > 1e-12:
        raise NotEnoughData(Problem("reliability.no_spread", value=len(names)))
    value = own.sum(axis=1) / whole.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        without = (own.sum(axis=1, keepdims=True) - own) / (whole.sum() - whole)
    n = len(names)
    apart_squares = ((without - without.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    reach = stats.t.ppf((1 + LEVEL) / 2, n - 1) * np.sqrt((n - 1) / n * apart_squares)
    return Shares(value, value - reach, value + reach, len(points), n)
