"""Weights drawn at random: around the agreed ones, or evenly among all that keep an order of priority."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from toolkit.design.weights.robust.checks import SUM_TOLERANCE, checked_weights
from toolkit.errors import DataError, Problem

Sampler = Callable[[np.random.Generator, int], np.ndarray]
"""Takes a generator and a number of draws, gives draws × measures; each row sums to 1."""


def dirichlet(weights: np.ndarray, concentration: float) -> Sampler:
    """Draws around the agreed weights, which are their mean.

    Parameters
    ----------
    weights : ndarray
        Agreed weights, summing to 1. A weight of 0 stays 0 in every draw.
    concentration : float
        Above 0. A weight w is drawn with the standard deviation √(w(1 − w) / (concentration + 1)): at 50 a
        weight of 30 % moves by about 6 points. Equal weights of a concentration that is their number are
        drawn evenly from all there are.

    Returns
    -------
    Sampler

    Raises
    ------
    DataError
        Weights that are negative or do not sum to 1; a concentration of 0 or less.

    References
    ----------
    Lahdelma, Hokkanen & Salminen (1998), SMAA, European Journal of Operational Research 106(1), 137-143.

    Examples
    --------
    >>> draw = dirichlet(np.array([0.5, 0.3, 0.2]), 50)
    >>> draw(np.random.default_rng(1), 20_000).mean(axis=0).round(2).tolist()
    [0.5, 0.3, 0.2]
    """
    w = checked_weights(weights, len(np.atleast_1d(weights)))
    if not (np.isfinite(concentration) and concentration > 0):
        raise DataError(Problem("weights.concentration", value=concentration))
    some = w > 0
    alpha = w[some] / w.sum() * concentration

    def draw(random: np.random.Generator, draws: int) -> np.ndarray:
        drawn = np.zeros((draws, len(w)))
        drawn[:, some] = random.dirichlet(alpha, draws)
        return drawn

    return draw


def ordered(k: int, order: Sequence[int] | None = None) -> Sampler:
    """Draws evenly from all weights that keep an order of priority: w₁ ≥ w₂ ≥ … .

    Parameters
    ----------
    k : int
        Number of measures.
    order : sequence of int, optional
        The measures' numbers, the most important first; by default as they stand.

    Returns
    -------
    Sampler
        Its mean are the rank-order centroid weights.

    Raises
    ------
    DataError
        An order that does not name each measure once.

    References
    ----------
    Barron & Barrett (1996), Management Science 42(11), 1515-1523: the centroid is the mean of this region.

    Examples
    --------
    >>> draw = ordered(2, order=[1, 0])
    >>> drawn = draw(np.random.default_rng(1), 20_000)
    >>> bool((drawn[:, 1] >= drawn[:, 0]).all()), drawn.mean(axis=0).round(2).tolist()
    (True, [0.25, 0.75])
    """
    places = list(range(k)) if order is None else [int(i) for i in order]
    if k < 1 or sorted(places) != list(range(k)):
        raise DataError(Problem("weights.order", value=", ".join(map(str, places)), values={"count": k}))

    def draw(random: np.random.Generator, draws: int) -> np.ndarray:
        drawn = np.empty((draws, k))
        drawn[:, places] = -np.sort(-random.dirichlet(np.ones(k), draws), axis=1)
        return drawn

    return draw


def drawn_weights(sampler: Sampler, random: np.random.Generator, draws: int, count: int) -> np.ndarray:
    """A sampler's draws, refused unless each is a set of shares of the measures.

    Raises
    ------
    DataError
        Another shape, or rows that are negative, missing or do not sum to 1.

    Examples
    --------
    >>> drawn_weights(ordered(3), np.random.default_rng(1), 5, 3).shape
    (5, 3)
    """
    w = np.asarray(sampler(random, draws), dtype=float)
    if w.shape != (draws, count):
        raise DataError(Problem("weights.sampler", value=draws, values={"count": draws}))
    if w.min() >= 0 and np.abs(w @ np.ones(count) - 1).max() <= SUM_TOLERANCE:  # a blank is not ≥ 0
        return w
    good = (w >= 0).all(axis=1) & (np.abs(w.sum(axis=1) - 1) <= SUM_TOLERANCE)
    raise DataError(Problem("weights.sampler", value=int((~good).sum()), values={"count": draws}))
