"""Values of several KPIs made comparable: by the scheme's own fixed points, or as the literature does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from toolkit.errors import DataError, Problems

HIGHER, LOWER = "higher", "lower"


def by_target(
    x: np.ndarray,
    floor: np.ndarray | float,
    target: np.ndarray | float,
    direction: str | Sequence[str] = HIGHER,
) -> np.ndarray:
    """Where values stand between the scheme's floor (0) and its target (1), not clipped.

    The two points are agreed, not taken from the sample: another participant, or one who leaves, does not
    move anybody's value. The unit of a KPI falls out, and better is always more.

    Parameters
    ----------
    x : ndarray, shape (n, k)
        Observations in rows, a KPI a column, in its own unit; NaN stays.
    floor, target : float or ndarray, shape (k,) or (n, k)
        Where points begin and where the target is reached; targets may differ by row.
    direction : str or sequence of str
        `higher` or `lower` is better, for all or each; with `lower` the floor lies above the target.

    Returns
    -------
    ndarray, shape (n, k)

    Raises
    ------
    DataError
        An unknown direction; a floor that is the target or on its wrong side.

    Examples
    --------
    >>> calls_and_complaints = np.array([[80.0, 6.0], [110.0, 2.0]])
    >>> by_target(calls_and_complaints, [50, 10], [100, 2], ["higher", "lower"]).tolist()
    [[0.6, 0.5], [1.2, 1.0]]
    """
    values, signs = _table(x), _signs(direction, _table(x).shape[1])
    low, high = np.broadcast_to(floor, values.shape), np.broadcast_to(target, values.shape)
    problems = Problems()
    for k in np.flatnonzero(((high - low) * signs <= 0).any(axis=0)).tolist():
        problems.add("weights.floor_and_target", column=f"{k + 1}", value=HIGHER if signs[k] > 0 else LOWER)
    problems.raise_as(DataError)
    return (values - low) / (high - low)


def by_sum(x: np.ndarray) -> np.ndarray:
    """Each value as a share of its column's sum; a column of zeros gets equal ones.

    Only to compare with the literature: it ignores which way is better, and who is in the sample matters.

    Parameters
    ----------
    x : ndarray, shape (n, k)
        0 or more; NaN stays and is left out of the sum.

    Raises
    ------
    DataError
        Negative values: shares of a sum have no meaning then, and taking them as positive would be wrong.

    Examples
    --------
    >>> by_sum(np.array([[1.0, 0.0], [3.0, 0.0]])).tolist()
    [[0.25, 0.5], [0.75, 0.5]]
    """
    values = _table(x)
    refuse_negative(values)
    sums, there = np.nansum(values, axis=0), ~np.isnan(values)
    count = np.maximum(there.sum(axis=0), 1)
    shares = np.where(sums > 0, values / np.where(sums > 0, sums, 1.0), 1.0 / count)
    return np.where(there, shares, np.nan)


def by_range(x: np.ndarray, direction: str | Sequence[str] = HIGHER) -> np.ndarray:
    """The sample's worst as 0 and its best as 1; a constant column is 0 throughout.

    Only to compare with the literature: one participant more moves everybody's value. Use `by_target`.

    Parameters
    ----------
    x : ndarray, shape (n, k)
        NaN stays.
    direction : str or sequence of str
        `higher` or `lower` is better, for all or each.

    Raises
    ------
    DataError
        An unknown direction.

    Examples
    --------
    >>> by_range(np.array([[10.0], [20.0], [25.0]]), "lower").round(2).ravel().tolist()
    [1.0, 0.33, 0.0]
    """
    values = _table(x)
    signed = values * _signs(direction, values.shape[1])
    worst = np.fmin.reduce(signed, axis=0)
    span = np.fmax.reduce(signed, axis=0) - worst
    return (signed - worst) / np.where(span > 0, span, 1.0)


def refuse_negative(values: np.ndarray) -> None:
    """Name every column with a negative value."""
    problems = Problems()
    with np.errstate(invalid="ignore"):
        columns = np.flatnonzero((values < 0).any(axis=0)).tolist()
    for k in columns:
        problems.add("weights.negative_values", column=f"{k + 1}", value=float(np.nanmin(values[:, k])))
    problems.raise_as(DataError)


def _table(x: np.ndarray) -> np.ndarray:
    """A copy, as observations × KPIs; a single column may come flat."""
    values = np.array(x, dtype=float)
    return values[:, None] if values.ndim == 1 else values


def _signs(direction: str | Sequence[str], k: int) -> np.ndarray:
    each = [direction] * k if isinstance(direction, str) else [str(d) for d in direction]
    problems = Problems()
    if len(each) != k:
        problems.add("weights.directions", value=len(each), count=k)
    for unknown in sorted({d for d in each if d not in (HIGHER, LOWER)}):
        problems.add("weights.direction", value=unknown)
    problems.raise_as(DataError)
    return np.array([1.0 if d == HIGHER else -1.0 for d in each])
