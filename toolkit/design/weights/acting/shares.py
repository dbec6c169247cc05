"""What each measure makes of the differences between people, in scores and in payouts."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.design.weights.acting.history import History
from toolkit.errors import DataError, NotEnoughData, Problem
from toolkit.scheme.curve import Curve
from toolkit.stats import LEVEL

REST = "rest"  # what gates, vetoes, caps and steps beside the score make of a payout
_SAME = 1e-9  # points; closer than this there is no line to walk along


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
    DataError
        Blanks: rows that lack a measure must be left out first.

    References
    ----------
    Paruolo, Saisana and Saltelli (2013), Journal of the Royal Statistical Society A: weights are not
    importance. The covariance share is the risk contribution of Roncalli (2013).
    """
    blank = int(points.isna().sum().sum())
    if blank:
        raise DataError(Problem("weights.acting_blank", value=blank))
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


def payout_parts(
    points: pd.DataFrame,
    ratio: pd.Series,
    curve: Curve | None = None,
    *,
    scale: pd.Series | None = None,
    direct: pd.DataFrame | None = None,
    pool: pd.Series | None = None,
) -> pd.DataFrame:
    """What each measure makes of a payout's difference from what the period's mean points would pay.

    The Aumann-Shapley split of the pay curve along the straight line from the period's mean points to the
    person's: part = (points − mean points) × (curve at the total − curve at the mean total) ÷ (total − mean
    total). A measure whose points differ where the curve is flat, under a cap say, makes no difference.

    Parameters
    ----------
    points : DataFrame
        A column a measure, indexed by participant and period; no blanks.
    ratio : Series
        What the rows paid after gates, vetoes and caps, in target incentives or another unit; no blanks.
    curve : Curve, optional
        Score to payout ratio; none where pay does not follow the score.
    scale : Series, optional
        What the curve's ratio is multiplied with in the unit of `ratio`; 1 when left out.
    direct : DataFrame, optional
        Of each measure that pays by itself, what it paid, in the unit of `ratio`.
    pool : Series, optional
        What came from a pool shared by points.

    Returns
    -------
    DataFrame
        Indexed as `points`: the measures' columns, those of `direct` that are none of them, and `rest`
        (gates, vetoes, caps, and what else is not points). A row sums to its payout less a constant of its
        period, so that `acting_shares` of the parts are shares of the payouts' differences.

    References
    ----------
    Aumann and Shapley (1974), Values of Non-Atomic Games; with one line of points it is the integrated
    gradient of the pay curve.

    Examples
    --------
    >>> rows = pd.MultiIndex.from_product([["p1", "p2"], ["2026-Q1"]], names=["participant", "period"])
    >>> points = pd.DataFrame({"revenue": [60.0, 40.0], "visits": [50.0, 40.0]}, rows)
    >>> curve = Curve("score", ((60, 0.0), (100, 1.0)))
    >>> ratio = pd.Series(curve(points.sum(axis=1).to_numpy()), rows)
    >>> payout_parts(points, ratio, curve).round(4).values.tolist()
    [[0.0833, 0.0417, 0.0], [-0.25, -0.125, 0.0]]
    """
    away = points - points.groupby(level="period").transform("mean")
    slope, base = _by_score(points, curve, scale, pool)
    parts = away.mul(slope, axis=0)
    if direct is not None and len(direct.columns):
        usual = direct.groupby(level="period").transform("mean")
        names = [*points.columns, *(c for c in direct if c not in points.columns)]
        parts = parts.reindex(columns=names, fill_value=0.0).add(direct - usual, fill_value=0.0)[names]
        base = base + usual.sum(axis=1)
    return parts.assign(**{REST: ratio - base - parts.sum(axis=1)})


def _by_score(
    points: pd.DataFrame, curve: Curve | None, scale: pd.Series | None, pool: pd.Series | None
) -> tuple[pd.Series, pd.Series]:
    """What a point more pays on the way from the period's mean total, and what that total would pay."""
    total = points.sum(axis=1)
    mean = total.groupby(level="period").transform("mean")
    slope, base = pd.Series(0.0, points.index), pd.Series(0.0, points.index)
    if curve is not None:
        size = pd.Series(1.0, points.index) if scale is None else scale
        slope = size * steepness(curve, mean.to_numpy(), total.to_numpy())
        base = curve(mean.to_numpy()) * size.groupby(level="period").transform("mean")
    if pool is not None:
        slope = slope + (pool / total.where(total.abs() > _SAME)).fillna(0.0)
        base = base + pool.groupby(level="period").transform("mean")
    return slope, base


def steepness(curve: Curve, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """A curve's mean slope from one x to another, jumps included; where both are the same, its slope there.

    Examples
    --------
    >>> curve = Curve("score", ((60, 0.0), (80, 0.5), (100, 1.5)))
    >>> steepness(curve, np.array([70.0, 90.0]), np.array([90.0, 90.0])).round(4).tolist()
    [0.0375, 0.05]
    """
    xs, ys = (np.array(column, dtype=float) for column in zip(*curve.points, strict=True))
    risen = np.where(end >= xs[0], 1.0, 0.0) - np.where(start >= xs[0], 1.0, 0.0)
    rise = risen * (ys[0] - (curve.below or 0.0))
    here = np.zeros(len(start))
    for x, after, y, then in zip(xs, xs[1:], ys, ys[1:], strict=False):
        if after == x:
            rise = rise + (then - y) * ((end >= x).astype(float) - (start >= x))
            continue
        slope = (then - y) / (after - x)
        rise = rise + slope * (np.clip(end, x, after) - np.clip(start, x, after))
        sides = (x < start) & (start <= after), (x <= start) & (start < after)  # left and right of `start`
        here = here + slope * (sides[0].astype(float) + sides[1]) / 2
    apart = np.abs(end - start) > _SAME
    return np.where(apart, rise / np.where(apart, end - start, 1.0), here)


def pay_parts(past: History) -> pd.DataFrame:
    """`payout_parts` of a scheme's history, by the way it pays; rows that could not be paid are left out.

    Raises
    ------
    NotEnoughData
        No row was paid.
    """
    paid = past.payout.dropna().index
    if not len(paid):
        raise NotEnoughData(Problem("weights.nothing_paid", where=past.scheme.id, value=len(past.payout)))
    return payout_parts(
        past.pay_points.loc[paid],
        past.payout.loc[paid],
        past.scheme.pay.curve,
        scale=past.scale.loc[paid],
        direct=past.direct.loc[paid],
        pool=past.pool.loc[paid] if past.scheme.pay.pool is not None else None,
    )
