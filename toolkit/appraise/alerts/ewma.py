"""The exponentially weighted moving average of a series, its limits, and what chance does to them."""

from __future__ import annotations

import numpy as np
from scipy.special import gammaln


def ewma(values: np.ndarray, weight: float, start: float | np.ndarray = 0.0) -> np.ndarray:
    """The moving average at every point: z = weight × value + (1 − weight) × the z before.

    Parameters
    ----------
    values : ndarray, shape (..., periods)
        In order of time; a blank (NaN) leaves the average as it was.
    weight : float
        Of the newest value, above 0 to 1.
    start : float or ndarray
        The average before the first value: the level that is to be kept.

    References
    ----------
    NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.4.

    Examples
    --------
    >>> ewma(np.array([52.0, 47.0, 53.0]), 0.3, 50.0).round(2).tolist()
    [50.6, 49.52, 50.56]
    """
    series = np.moveaxis(np.asarray(values, dtype=float), -1, 0)
    level = np.broadcast_to(np.asarray(start, dtype=float), series.shape[1:])
    levels = []
    for value in series:
        level = np.where(np.isnan(value), level, weight * value + (1 - weight) * level)
        levels.append(level)
    return np.moveaxis(np.array(levels), 0, -1) if levels else np.asarray(values, dtype=float)


def limits(
    mean: float, sd: float, weight: float, width: float = 3.0, periods: float = np.inf
) -> tuple[float, float]:
    """Lower and upper limit of the moving average where mean and spread are known.

    Parameters
    ----------
    mean, sd : float
        Of single values.
    weight : float
        Above 0 to 1.
    width : float
        In standard deviations of the average.
    periods : float
        Values since the start; infinite: the limits that it comes to.

    References
    ----------
    NIST/SEMATECH e-Handbook 6.3.2.4.

    Examples
    --------
    >>> [round(x, 2) for x in limits(50.0, 2.0539, 0.3)]
    [47.41, 52.59]
    """
    reach = width * sd * np.sqrt(variance(weight, periods))
    return float(mean - reach), float(mean + reach)


def variance(weight: float, periods: float | np.ndarray, baseline: float | np.ndarray = np.inf) -> np.ndarray:
    """Variance of the moving average, in that of a single value.

    Parameters
    ----------
    weight : float
    periods : float or ndarray
        Values since the start.
    baseline : float or ndarray
        Values that the level was estimated from; infinite: the level is known.

    Examples
    --------
    >>> variance(0.3, np.array([1.0, np.inf])).round(4).tolist()
    [0.09, 0.1765]
    """
    fade = (1 - weight) ** np.asarray(periods, dtype=float)
    return np.asarray(weight / (2 - weight) * (1 - fade**2) + (1 - fade) ** 2 / baseline)


def expected_false(tests: int, rate: float) -> float:
    """Alarms that a round of tests gives where nothing has changed, under Benjamini and Hochberg's rule.

    Parameters
    ----------
    tests : int
        Independent tests in a round.
    rate : float
        The false-discovery rate asked for, 0-1.

    Returns
    -------
    float
        The mean number of alarms: a little above the rate, since alarms come together.

    References
    ----------
    Finner and Roters (2002), Annals of Statistics 30:220-238: where nothing has changed, k of m tests are
    rejected with probability C(m, k) (k·q/m)^k (1 − q) (1 − k·q/m)^(m−k−1).

    Examples
    --------
    >>> round(expected_false(1, 0.1), 3), round(expected_false(1000, 0.1), 3)
    (0.1, 0.123)
    """
    if tests < 1:
        return 0.0
    k = np.arange(1, tests + 1)
    reach = k * rate / tests
    ways = gammaln(tests + 1) - gammaln(k + 1) - gammaln(tests - k + 1)
    chance = np.exp(ways + k * np.log(reach) + np.log1p(-rate) + (tests - k - 1) * np.log1p(-reach))
    return float((k * chance).sum())
