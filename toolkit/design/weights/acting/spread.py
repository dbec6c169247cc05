"""How the measures' scores vary together, within periods, and whether weights can be read from it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from toolkit.errors import DataError, NotEnoughData, Problem, Problems

_STILL = 1e-12  # variance in squared points; below, all scores of a period are the same
_SINGULAR = 1e-8  # smallest eigenvalue of the correlations; below, measures cannot be told apart
_SAME = 1 - 1e-6  # correlation of two measures that are one
_TAKES_PART = 0.05  # a measure's part in a combination that does not vary


def spread(scores: pd.DataFrame, shrink: bool = False) -> np.ndarray:
    """The covariance of the measures' scores between people, each period's mean taken off first.

    Parameters
    ----------
    scores : DataFrame
        A column a measure, indexed by participant and period; no blanks.
    shrink : bool
        Draw the correlations towards none, as far as so few rows ask for. Then the shares that weights are
        calibrated to are met on the shrunk numbers, and on the rows themselves only nearly.

    Returns
    -------
    ndarray, shape (measures, measures)
        In squared points.

    References
    ----------
    Ledoit and Wolf (2004), Journal of Multivariate Analysis 88:365-411, on the standardised scores.

    Examples
    --------
    >>> index = pd.MultiIndex.from_product([["p1", "p2"], ["2026-01"]], names=["participant", "period"])
    >>> spread(pd.DataFrame({"revenue": [80.0, 100.0], "visits": [100.0, 90.0]}, index)).tolist()
    [[100.0, -50.0], [-50.0, 25.0]]
    """
    apart = (scores - scores.groupby(level="period").transform("mean")).to_numpy(dtype=float)
    plain = apart.T @ apart / len(apart)
    return _shrunk(apart, plain) if shrink else plain


def _shrunk(apart: np.ndarray, plain: np.ndarray) -> np.ndarray:
    """Ledoit and Wolf's mix of the correlations and the identity; variances stay as they are."""
    size = np.sqrt(np.diag(plain))
    moves = size > 0
    z = apart[:, moves] / size[moves]
    n, k = z.shape
    correlation = z.T @ z / n
    away = float(((correlation - np.eye(k)) ** 2).sum())  # the mean of the diagonal is 1
    noise = float((((z**2).T @ z**2) / n - correlation**2).sum()) / n
    mix = min(noise / away, 1.0) if away > 0 else 1.0
    found = plain.copy()
    found[np.ix_(moves, moves)] = (1 - mix) * correlation + mix * np.eye(k)
    found[np.ix_(moves, moves)] *= np.outer(size[moves], size[moves])
    return found


def still(covariance: np.ndarray) -> np.ndarray:
    """Which measures do not vary: their share is 0 whatever their weight."""
    return np.diag(covariance) <= _STILL


def collinear(covariance: np.ndarray) -> list[tuple[int, ...]]:
    """Measures that go together so closely that no data tell their weights apart: pairs, else a larger set.

    Examples
    --------
    >>> collinear(np.array([[1.0, 2.0, 0.0], [2.0, 4.0, 0.0], [0.0, 0.0, 1.0]]))
    [(0, 1)]
    """
    moving = np.flatnonzero(~still(covariance))
    size = np.sqrt(np.diag(covariance)[moving])
    correlation = covariance[np.ix_(moving, moving)] / np.outer(size, size)
    values, vectors = np.linalg.eigh(correlation)
    if not len(values) or values[0] > _SINGULAR:
        return []
    pairs = [(i, j) for i, j in combinations(range(len(moving)), 2) if abs(correlation[i, j]) > _SAME]
    flat = vectors[:, values <= _SINGULAR]
    together = tuple(np.flatnonzero(np.abs(flat).max(axis=1) > _TAKES_PART).tolist())
    found: list[tuple[int, ...]] = list(pairs) if pairs else [together]
    return [tuple(int(moving[i]) for i in group) for group in found]


def refuse_unsound(covariance: np.ndarray, names: Sequence[str]) -> None:
    """Refuse a covariance from which no weights can be read.

    Raises
    ------
    DataError
        Numbers that are no covariance.
    NotEnoughData
        Measures that do not vary, or that cannot be told apart: all named.
    """
    if not np.isfinite(covariance).all() or np.linalg.eigvalsh(covariance)[0] < -1e-9 * np.trace(covariance):
        raise DataError(
            Problem("weights.not_covariance", value=str(covariance.shape), values={"count": len(names)})
        )
    problems = Problems()
    for name, quiet in zip(names, still(covariance), strict=True):
        if quiet:
            problems.add("weights.constant", value=name)
    for group in collinear(covariance):
        problems.add("weights.collinear", value=", ".join(names[i] for i in group))
    problems.raise_as(NotEnoughData)
