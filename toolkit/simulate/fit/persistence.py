"""How far a good month is followed by another: lag-1 autocorrelation within people, without the bias of short
histories.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

from toolkit.stats import LEVEL, Estimate

FEWEST_PERIODS = 4  # from three own periods down, own means hide nearly all of it
FEWEST_PAIRS = 30  # neighbouring periods of the same person; as METHODS 11 asks of attainments
LIMITS = (-0.9, 0.95)  # beyond, people would never come back to their own level
_GRID = np.linspace(*LIMITS, 75)


class Expected(NamedTuple):
    """Sums over a person's periods that own deviations have on average, of a within variance of 1.

    `squares` is the sum of squares around the own mean, `products` that of neighbouring periods' products,
    `mean` the variance of the own mean; arrays of shape (people,).
    """

    squares: np.ndarray
    products: np.ndarray
    mean: np.ndarray


def expected(present: np.ndarray, rho: float) -> Expected:
    """What deviations from people's own means sum to under an autoregression of order 1.

    Parameters
    ----------
    present : ndarray of bool, shape (people, periods)
        Periods in calendar order, gaps included.
    rho : float
        Autocorrelation from one period to the next, −1 to 1.

    Examples
    --------
    >>> float(expected(np.ones((1, 5), bool), 0.0).squares[0])
    4.0
    """
    there = present.astype(float)
    steps = np.arange(present.shape[1])
    corr = rho ** np.abs(steps[:, None] - steps).astype(float) if rho else np.eye(len(steps))
    own = np.maximum(there.sum(axis=1), 1.0)
    rows = there @ corr / own[:, None]
    middle = (rows * there).sum(axis=1) / own
    beside = there[:, :-1] * there[:, 1:]
    pairs = (beside * (rho - rows[:, :-1] - rows[:, 1:] + middle[:, None])).sum(axis=1)
    return Expected(there.sum(axis=1) - own * middle, pairs, middle)


def pooled_ratio(present: np.ndarray) -> np.ndarray:
    """Expected products ÷ expected squares, pooled over people, for each autocorrelation of the grid."""
    patterns, count = np.unique(present, axis=0, return_counts=True)
    found = [expected(patterns, rho) for rho in _GRID]
    ratios = np.array([(e.products @ count) / (e.squares @ count) for e in found])
    return np.maximum.accumulate(ratios)


def persistence(apart: np.ndarray, kept: float = 1.0, nugget: float = 0.0, level: float = LEVEL) -> Estimate:
    """Autocorrelation of people's deviations from one period to the next, pooled.

    Own means taken from few periods pull the plain autocorrelation down, by about (1 + 3ρ)/T (Kendall). Here
    the pooled ratio of products to squares is set equal to the ratio that an autoregression has on average
    after own means are taken off, person by person with the periods and gaps they have; so the bias is gone
    for any length.

    Parameters
    ----------
    apart : ndarray, shape (people, periods)
        Deviations from own mean and from the period's common shock; NaN where there is none.
    kept : float
        Share of the variance left after the periods' means were taken off.
    nugget : float
        Variance in `apart` that is no variation between periods but ties.
    level : float
        Of the interval, two-sided, over people.

    Returns
    -------
    Estimate
        Refused (NaN) below 4 periods or 30 neighbouring pairs, or where nothing varies; n is the pairs.

    References
    ----------
    Marriott and Pope (1954), Biometrika 41:390-402, for the bias; Gouriéroux, Phillips and Yu (2010), Journal
    of Econometrics 157:68-77, for matching the expected statistic in panels.

    Examples
    --------
    >>> shocks = np.random.default_rng(1).standard_normal((400, 6))
    >>> abs(persistence(shocks - shocks.mean(axis=1, keepdims=True)).value) < 0.06
    True
    """
    there = np.isfinite(apart)
    pairs = int((there[:, :-1] & there[:, 1:]).sum())
    filled = np.where(there, apart, 0.0)
    squares, products = (filled**2).sum(axis=1), (filled[:, :-1] * filled[:, 1:]).sum(axis=1)
    longest = int(there.sum(axis=1).max(initial=0))
    if longest < FEWEST_PERIODS or pairs < FEWEST_PAIRS or not squares.sum() > 0:
        return Estimate(np.nan, np.nan, np.nan, pairs)
    ties = expected(there, 0.0)
    top = products / kept - nugget * ties.products
    bottom = squares / kept - nugget * ties.squares
    if not bottom.sum() > 0:  # nothing is left but ties
        return Estimate(np.nan, np.nan, np.nan, pairs)
    ratio, carriers = top.sum() / bottom.sum(), int((squares > 0).sum())
    spread = float(((top - ratio * bottom) ** 2).sum()) / float(bottom.sum()) ** 2
    reach = stats.t.ppf((1 + level) / 2, max(carriers - 1, 1)) * np.sqrt(
        spread * carriers / max(carriers - 1, 1)
    )
    curve = pooled_ratio(there[squares > 0])
    value, low, high = (float(np.interp(r, curve, _GRID)) for r in (ratio, ratio - reach, ratio + reach))
    return Estimate(value, low, high, pairs)
