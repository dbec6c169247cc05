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
    before_top: np.ndarray, before_bottom: np.ndarray, after_top: np.ndarray, after_bottom: np.ndarray, level: float = LEVEL
) -> Estimate:
    """Relative change of a ratio of sums between two windows, clustered by person.

    The change is (Σ after_top ÷ Σ after_bottom) ÷ (Σ before_top ÷ Σ before_bottom) − 1. Its interval comes from the
    log ratio linearised over people with a t quantile on n − 1 degrees of freedom (cluster-robust delta method), which
    stays honest with few people where a percentile bootstrap is too narrow.

    Parameters
    ----------
    before_top, before_bottom, after_top, after_bottom : ndarray, shape (people,)
        Numerators and denominators of each person in each window; 0 where a person was not there.
    level : float
        Two-sided, 0-1.

    Returns
    -------
    Estimate
        Refused (NaN) if a sum is not positive; no interval with fewer than 3 people.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., section 6.3 (variance of a ratio), taken on the log scale.

    Examples
    --------
    >>> round(ratio_change(np.array([10.0, 10, 10]), np.ones(3), np.array([11.0, 11, 11]), np.ones(3)).value, 3)
    0.1
    """
    parts = [np.asarray(p, dtype=float) for p in (after_top, before_bottom, after_bottom, before_top)]
    sums = [part.sum() for part in parts]
    there = np.any([part != 0 for part in parts], axis=0)
    n = int(there.sum())
    if n == 0 or min(sums) <= 0:
        return Estimate(np.nan, np.nan, np.nan, n)
    log_ratio = np.log(sums[0]) + np.log(sums[1]) - np.log(sums[2]) - np.log(sums[3])
    value = float(np.expm1(log_ratio))
    if n < FEWEST_CLUSTERS:
        return Estimate(value, np.nan, np.nan, n)
    influence = parts[0] / sums[0] + parts[1] / sums[1] - parts[2] / sums[2] - parts[3] / sums[3]
    error = np.sqrt(n / (n - 1) * np.sum(influence[there] ** 2))
    reach = stats.t.ppf((1 + level) / 2, n - 1) * error
    return Estimate(value, float(np.expm1(log_ratio - reach)), float(np.expm1(log_ratio + reach)), n)


def share_interval(successes: int, n: int, level: float = LEVEL) -> Estimate:
    """A share with its Wilson interval.

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
