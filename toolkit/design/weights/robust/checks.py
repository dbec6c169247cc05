"""What the robustness methods ask of scores and weights before they count anything."""

from __future__ import annotations

import numpy as np

from toolkit.errors import DataError, Problems

SUM_TOLERANCE = 1e-6  # weights typed with six decimals still sum to 1


def checked_scores(scores: np.ndarray) -> np.ndarray:
    """Scores as a float table of participants × measures, every cell a number.

    Parameters
    ----------
    scores : ndarray
        Participants × measures.

    Raises
    ------
    DataError
        Not a table, an empty one, or cells without a number: all of them at once, by row and column from 0.

    Examples
    --------
    >>> checked_scores([[1, 2], [3, 4]]).dtype
    dtype('float64')
    """
    problems = Problems()
    x = np.asarray(scores, dtype=float)
    if x.ndim != 2 or x.size == 0:
        problems.add("weights.scores_shape", value=" × ".join(map(str, x.shape)) or "0")
    else:
        for i, k in np.argwhere(~np.isfinite(x)).tolist():
            problems.add("weights.scores_missing", row=i, column=str(k), value=float(x[i, k]))
    problems.raise_as(DataError)
    return x


def checked_weights(weights: np.ndarray, count: int) -> np.ndarray:
    """Weights as a float vector, one a measure, none negative, together 1.

    Raises
    ------
    DataError
        Another number of weights, a negative or missing one, or another sum.

    Examples
    --------
    >>> checked_weights([0.6, 0.4], 2).tolist()
    [0.6, 0.4]
    """
    problems = Problems()
    w = np.asarray(weights, dtype=float)
    if w.shape != (count,):
        problems.add("weights.robust_count", value=w.size, count=count)
    else:
        for k in np.flatnonzero(~(np.isfinite(w) & (w >= 0))).tolist():
            problems.add("weights.robust_negative", column=str(k), value=float(w[k]))
        if not problems.items and abs(w.sum() - 1) > SUM_TOLERANCE:
            problems.add("weights.robust_sum", value=round(float(w.sum()), 8))
    problems.raise_as(DataError)
    return w
