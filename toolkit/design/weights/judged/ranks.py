"""Weights from the order of KPIs alone. Only the order counts; names and their digits never do."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.stats import rankdata

from toolkit.errors import DataError, Problems

_WAYS = ("min", "dense", "average", "max")  # 1 1 3, 1 1 2, 1.5 1.5 3 and 2 2 3: a tie as people write it


def rank_order_centroid(ranks: ArrayLike) -> np.ndarray:
    """Weights from places: the centre of all weights that keep the order, w_i = (1/K) Σ_{j ≥ i} 1/j.

    Parameters
    ----------
    ranks : array_like or Series, shape (K,)
        Each KPI's place, 1 the first, in any order of KPIs, which is kept. Tied KPIs have the same place,
        written 1 1 3, 1 1 2 or 1.5 1.5 3, and share the mean of their places' weights.

    Returns
    -------
    ndarray, shape (K,)
        Weights that sum to 1.

    Raises
    ------
    DataError
        No KPI, a blank, or a place left out.

    References
    ----------
    Barron and Barrett (1996), Management Science 42:1515-1523.

    Examples
    --------
    >>> rank_order_centroid([2, 1, 3]).round(4).tolist()
    [0.2778, 0.6111, 0.1111]
    """
    order = _order(ranks)
    k = len(order)
    return _shared(order, np.cumsum(1 / np.arange(k, 0, -1))[::-1] / k)


def rank_sum(ranks: ArrayLike) -> np.ndarray:
    """Weights from places: w_i in proportion to K + 1 − i.

    Parameters
    ----------
    ranks : array_like or Series, shape (K,)
        Each KPI's place, 1 the first; ties as in `rank_order_centroid`.

    Returns
    -------
    ndarray, shape (K,)
        Weights that sum to 1.

    Raises
    ------
    DataError
        No KPI, a blank, or a place left out.

    References
    ----------
    Stillwell, Seaver and Edwards (1981), Organizational Behavior and Human Performance 28:62-77.

    Examples
    --------
    >>> rank_sum([1, 2, 3, 4]).tolist()
    [0.4, 0.3, 0.2, 0.1]
    """
    order = _order(ranks)
    return _shared(order, np.arange(len(order), 0, -1.0))


def rank_reciprocal(ranks: ArrayLike) -> np.ndarray:
    """Weights from places: w_i in proportion to 1/i.

    Parameters
    ----------
    ranks : array_like or Series, shape (K,)
        Each KPI's place, 1 the first; ties as in `rank_order_centroid`.

    Returns
    -------
    ndarray, shape (K,)
        Weights that sum to 1.

    Raises
    ------
    DataError
        No KPI, a blank, or a place left out.

    References
    ----------
    Stillwell, Seaver and Edwards (1981), Organizational Behavior and Human Performance 28:62-77.

    Examples
    --------
    >>> rank_reciprocal([1, 2, 3, 4]).round(2).tolist()
    [0.48, 0.24, 0.16, 0.12]
    """
    order = _order(ranks)
    return _shared(order, 1 / np.arange(1.0, len(order) + 1))


def _shared(order: np.ndarray, by_place: np.ndarray) -> np.ndarray:
    """Each KPI's weight from the weights of places 1 to K; those who tie share the mean of theirs."""
    _, group, size = np.unique(order, return_inverse=True, return_counts=True)
    ends = np.cumsum(size)
    sums = np.r_[0.0, np.cumsum(by_place)]
    means = (sums[ends] - sums[ends - size]) / size
    return means[group] / by_place.sum()


def _order(ranks: ArrayLike) -> np.ndarray:
    """Places as numbers, refused where one is blank or left out: a forgotten KPI is no gap in an order."""
    values = np.array(ranks, dtype=float)
    problems = Problems()
    if values.ndim != 1 or not len(values):
        problems.add("weights.answers_shape", value=" × ".join(map(str, values.shape)) or "1")
        problems.raise_as(DataError)
    names = ranks.index if isinstance(ranks, pd.Series) else range(1, len(values) + 1)
    for name, value in zip(names, values, strict=True):
        if not np.isfinite(value):
            problems.add("weights.answer_blank", column=str(name))
    if not len(problems) and not any(np.array_equal(values, rankdata(values, method=way)) for way in _WAYS):
        told = ", ".join(f"{value:.10g}" for value in np.sort(values))
        problems.add("weights.places", value=told, count=len(values))
    problems.raise_as(DataError)
    return values
