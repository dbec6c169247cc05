"""Shared estimators. Every estimate comes with its interval and its n, or is refused."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

LEVEL = 0.90  # two-sided; the level of every interval unless a table says otherwise
FEWEST_CLUSTERS = 3  # with fewer people the spread between people cannot be seen


class Estimate(NamedTuple):
    """An estimate with its interval; NaN where it is refused. `n` counts the clusters (people)."""

    value: float
    low: float
    high: float
    n: int


def ratio_change(
    before_top: np.ndarray,
    before_bottom: np.ndarray,
    after_top: np.ndarray,
    after_bottom: np.ndarray,
    level: float = LEVEL,
) -> Estimate:
    """Relative change of a ratio of sums between two windows, clustered by person.

    The change is (Σ after_top ÷ Σ after_bottom) ÷ (Σ before_top ÷ Σ before_bottom) − 1. Its interval comes
    from the log ratio with one person left out at a time (cluster jackknife) and a t quantile on n − 1
    degrees of freedom. It stays honest with few people of unequal size, where a percentile bootstrap and the
    linearised variance are too narrow.

    Parameters
    ----------
    before_top, before_bottom, after_top, after_bottom : ndarray, shape (people,)
        Numerators and denominators of each person in each window; 0 where a person was not there.
    level : float
        Two-sided, 0-1.

    Returns
    -------
    Estimate
        Refused (NaN) if a sum is missing or not positive; no interval with fewer than 3 people, or where one
        person alone carries a sum.

    References
    ----------
    MacKinnon, Nielsen and Webb (2023), Journal of Applied Econometrics 38:671-694: the jackknife variance
    CV3, (n − 1)/n × Σ (estimate without a cluster − estimate)², here of the log ratio.

    Examples
    --------
    >>> before, after, visits = np.array([10.0, 10, 10]), np.array([11.0, 11, 11]), np.ones(3)
    >>> round(ratio_change(before, visits, after, visits).value, 3)
    0.1
    """
    alone = np.zeros(len(after_top), int)
    value, low, high, n = ratio_changes(before_top, before_bottom, after_top, after_bottom, alone, 1, level)
    return Estimate(float(value[0]), float(low[0]), float(high[0]), int(n[0]))


def ratio_changes(
    before_top: np.ndarray,
    before_bottom: np.ndarray,
    after_top: np.ndarray,
    after_bottom: np.ndarray,
    cells: np.ndarray,
    count: int,
    level: float = LEVEL,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """`ratio_change` of many cells at once.

    Parameters
    ----------
    before_top, before_bottom, after_top, after_bottom : ndarray, shape (rows,)
        A row a person and cell.
    cells : ndarray of int, shape (rows,)
        The cell of each row, 0 to `count` − 1.

    Returns
    -------
    tuple of ndarray, each of shape (count,)
        value, low, high, n.

    Examples
    --------
    >>> ones, cells = np.ones(6), np.array([0, 0, 0, 1, 1, 1])
    >>> ratio_changes(ones, ones, np.array([1.1] * 3 + [1.2] * 3), ones, cells, 2)[0].round(3).tolist()
    [0.1, 0.2]
    """
    parts = np.array([after_top, before_bottom, after_bottom, before_top], dtype=float)
    there = (parts != 0).any(axis=0)  # who was in neither window is no cluster
    parts, cells = parts[:, there], np.asarray(cells)[there]
    sums = np.array([np.bincount(cells, part, count) for part in parts])
    n = np.bincount(cells, minlength=count)
    others = sums[:, cells] - parts
    carried = np.bincount(cells, ~(others > 0).all(axis=0), count) > 0  # by one person alone
    with np.errstate(all="ignore"):  # what is refused below may be any nonsense here
        log_ratio = np.where((sums > 0).all(axis=0), _log_ratio(sums), np.nan)
        apart = np.bincount(cells, (_log_ratio(others) - log_ratio[cells]) ** 2, count)
        reach = stats.t.ppf((1 + level) / 2, n - 1) * np.sqrt((n - 1) / n * apart)
    reach = np.where((n < FEWEST_CLUSTERS) | carried, np.nan, reach)
    return np.expm1(log_ratio), np.expm1(log_ratio - reach), np.expm1(log_ratio + reach), n


def _log_ratio(sums: np.ndarray) -> np.ndarray:
    """Of rows after_top, before_bottom, after_bottom, before_top."""
    after_top, before_bottom, after_bottom, before_top = np.log(sums)
    return after_top + before_bottom - after_bottom - before_top


def share_interval(successes: int, n: int, level: float = LEVEL) -> Estimate:
    """A share with its Wilson interval; refused (NaN) of nothing.

    Parameters
    ----------
    successes, n : int
        0 ≤ successes ≤ n.
    level : float
        Two-sided, 0-1.

    Raises
    ------
    ValueError
        More successes than n, or fewer than none.

    References
    ----------
    Wilson (1927), JASA 22:209-212.

    Examples
    --------
    >>> tuple(round(x, 3) for x in share_interval(8, 163, 0.95)[1:3])
    (0.025, 0.094)
    """
    if n == 0:
        return Estimate(np.nan, np.nan, np.nan, 0)
    interval = stats.binomtest(successes, n).proportion_ci(level, method="wilson")
    return Estimate(successes / n, float(interval.low), float(interval.high), n)
