"""People's lasting levels, drawn towards the mean, and the chance to be truly the best or among the best."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from toolkit.reliability.estimate import Reliability

_GRID = 401  # points of the integral over the best one's level
_SHARPEST = 25  # people known so exactly that the grid needs points of their own
_AT_ONCE = 2000  # people, so that the largest client fits in memory


def shrunken(values: pd.DataFrame, found: Reliability, column: str = "value") -> pd.DataFrame:
    """Each person's lasting level, drawn towards the mean as far as few periods and noise demand.

    Parameters
    ----------
    values : DataFrame
        participant, period and `column`.
    found : Reliability
        Of one period of these values.

    Returns
    -------
    DataFrame
        participant, n (own periods), mean (own mean above that of all, period by period), level (shrunken)
        and error (standard deviation of the true level around it); sorted by participant.

    Examples
    --------
    >>> from toolkit.reliability.estimate import reliability
    >>> rows = [(f"p{i}", f"2026-{t}", 10 * i + (-1) ** (i + t)) for i in range(8) for t in range(1, 5)]
    >>> values = pd.DataFrame(rows, columns=["participant", "period", "value"])
    >>> shrunken(values, reliability(values)).head(1).round(2).values.tolist()
    [['p0', 4, -35.0, -34.98, 0.62]]
    """
    rows = values.dropna(subset=[column])
    numbers = rows[column].astype(float)
    own = (numbers - numbers.groupby(rows["period"]).transform("mean")).groupby(rows["participant"])
    table = own.agg(["count", "mean"]).reset_index()
    table.columns = pd.Index(["participant", "n", "mean"])
    variance, noise = found.between**2, found.within**2 / table["n"]
    trust = variance / (variance + noise) if variance > 0 else 0.0 * noise
    table["level"] = table["mean"] * trust
    table["error"] = np.sqrt(variance * (1 - trust))
    return table.sort_values("participant", ignore_index=True)


def chance_of_best(level: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Each one's probability to be truly the best, given levels with normal errors.

    Computed as the integral of each one's density times the others' distribution functions, which posterior
    draws approach; so no seed is needed and the order of rows changes nothing.

    Parameters
    ----------
    level, error : ndarray, shape (people,)
        Posterior means and standard deviations; equal levels without error share the probability.

    Examples
    --------
    >>> chance_of_best(np.array([1.0, 0.0]), np.array([0.5, 0.5])).round(3).tolist()
    [0.921, 0.079]
    """
    if len(level) == 0 or not (error > 0).any():
        best = np.isclose(level, level.max()) if len(level) else np.zeros(0, bool)
        return best / max(best.sum(), 1)
    error = np.maximum(error, float(error.max()) * 1e-6)
    at = _grid(level, error)
    parts = [slice(i, i + _AT_ONCE) for i in range(0, len(level), _AT_ONCE)]
    below = sum(stats.norm.logcdf(_z(at, level, error, part)).sum(axis=0) for part in parts)
    chance = np.concatenate([_densities(at, level, error, part, below) for part in parts])
    return chance / chance.sum()


def _grid(level: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Where the best one's level may lie: even steps, and finer ones around who is known exactly."""
    start, top = float((level - 7 * error).max()), float((level + 7 * error).max())
    sharp = np.argsort(error, kind="stable")[:_SHARPEST]
    own = level[sharp, None] + error[sharp, None] * np.linspace(-6, 6, 61)
    points = np.concatenate([np.linspace(start, top, _GRID), own.ravel()])
    return np.unique(points[(points >= start) & (points <= top)])


def _z(at: np.ndarray, level: np.ndarray, error: np.ndarray, part: slice) -> np.ndarray:
    return (at - level[part, None]) / error[part, None]


def _densities(
    at: np.ndarray, level: np.ndarray, error: np.ndarray, part: slice, below: np.ndarray
) -> np.ndarray:
    """For some of the people: the integral of being at a level with all others below it."""
    z = _z(at, level, error, part)
    logs = stats.norm.logpdf(z) + below - stats.norm.logcdf(z)
    return np.trapezoid(np.exp(logs) / error[part, None], at, axis=1)


def chance_of_share(level: np.ndarray, error: np.ndarray, share: float, *, top: bool = True) -> np.ndarray:
    """Each one's probability to be truly among the top (or bottom) share of these people.

    The edge is set where the probabilities sum to the number of places, so nobody's place is given twice.

    Parameters
    ----------
    level, error : ndarray, shape (people,)
    share : float
        0-1, of these people.

    Examples
    --------
    >>> chance_of_share(np.array([2.0, 0.0, 0.0, 0.0]), np.full(4, 0.5), 0.25).round(2).tolist()
    [0.96, 0.01, 0.01, 0.01]
    """
    if not top:
        level = -level
    if not (error > 0).any():
        above, upto = stats.rankdata(-level, method="min") - 1, stats.rankdata(-level, method="max")
        return np.clip((share * len(level) - above) / (upto - above), 0.0, 1.0)  # equal ones share a place
    error = np.maximum(error, float(error.max()) * 1e-6)
    low, high = float((level - 9 * error).min()), float((level + 9 * error).max())
    for _ in range(80):  # bisection: the expected number of places falls as the edge rises
        edge = (low + high) / 2
        taken = stats.norm.sf(edge, level, error).mean()
        low, high = (edge, high) if taken > share else (low, edge)
    return stats.norm.sf((low + high) / 2, level, error)
