"""Several people's judgements made one: geometric means, of the judgements or of the weights."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.sparse.csgraph import connected_components

from toolkit.design.weights.group.answers import answers, people_shares, raised
from toolkit.errors import DataError, Problems

_RECIPROCAL = 1e-6  # how far a_ij × a_ji may be from 1: room for thirds written with six digits
_UNITS = 2**53  # in 1: the finest of which a float adds up without rounding


def aggregate_judgements(matrices: ArrayLike, shares: ArrayLike | None = None) -> np.ndarray:
    """One matrix of pair judgements from several people's: the geometric mean of each cell.

    A cell is averaged over those who judged it, by their shares; a cell that nobody judged stays NaN. The
    result is reciprocal, and its cells are no numbers of Saaty's scale, which nothing here asks of them.

    Parameters
    ----------
    matrices : array_like, shape (respondents, K, K)
        Reciprocal matrices, any positive numbers; NaN where a pair was not judged.
    shares : array_like, shape (respondents,), optional
        How much each respondent counts, from 0 on; all alike by default.

    Returns
    -------
    ndarray, shape (K, K)

    Raises
    ------
    DataError
        Another shape; cells that are not positive or not reciprocal, with respondent and cell; shares that
        cannot be used. All at once.

    References
    ----------
    Aczél and Saaty (1983), Journal of Mathematical Psychology 27:93-102: the geometric mean is the one that
    keeps reciprocals.

    Examples
    --------
    >>> aggregate_judgements([[[1, 9], [1 / 9, 1]], [[1, 1], [1, 1]]]).round(4).tolist()
    [[1.0, 3.0], [0.3333, 1.0]]
    """
    stack = np.array(matrices, dtype=float)
    _checked(stack)
    weight = people_shares(shares, len(stack))[:, None, None]
    judged = ~np.isnan(stack)
    logs = np.log(np.where(judged, stack, 1.0))
    logs = (logs - np.swapaxes(logs, 1, 2)) / 2  # exactly reciprocal, also where thirds were rounded
    total = (weight * judged).sum(axis=0)
    with np.errstate(invalid="ignore"):
        mean = (weight * logs).sum(axis=0) / np.where(total > 0, total, np.nan)
    return np.exp(mean)


def aggregate_priorities(priorities: ArrayLike | pd.DataFrame, shares: ArrayLike | None = None) -> np.ndarray:
    """One set of weights from several people's: geometric means by KPI, made to sum to 1.

    A share below `LEAST_SHARE` (0.5 %), 0 among the rest, is raised to it, so that one person's 0 is no veto.
    A respondent who did not judge a KPI counts through the ratios between those that he did judge: the
    weights fit everybody's log ratios with least squares, which is the geometric mean where nothing is
    blank.

    Parameters
    ----------
    priorities : array_like or DataFrame, shape (respondents, K)
        Weights in any unit from 0 on; NaN where a respondent did not judge a KPI.
    shares : array_like, shape (respondents,), optional
        How much each respondent counts, from 0 on; all alike by default.

    Returns
    -------
    ndarray, shape (K,)
        Weights that sum to 1, in the columns' order.

    Raises
    ------
    DataError
        Weights or shares that cannot be used; KPIs that no respondent ties to the others, with both sides.

    References
    ----------
    Forman and Peniwati (1998), European Journal of Operational Research 108:165-169. Barzilai and Golany
    (1994), INFOR 32:57-64: equal to the row geometric means of the aggregated judgements.

    Examples
    --------
    >>> aggregate_priorities([[0.8, 0.2], [0.2, 0.8]]).tolist()
    [0.5, 0.5]
    >>> aggregate_priorities([[0.8, 0.2], [0.5, 0.5]], shares=[1, 0]).round(4).tolist()
    [0.8, 0.2]
    """
    given = answers(priorities)
    weight = people_shares(shares, len(given.shares))
    counted = weight > 0
    logs, weight = np.log(raised(given.shares[counted])), weight[counted]
    judged = ~np.isnan(logs)
    if judged.all():
        mean = weight @ logs
    else:
        _connected(judged, given.kpis)
        mean = _fitted(logs, judged, weight)
    return closed(np.exp(mean - mean.max()))


def closed(weights: np.ndarray) -> np.ndarray:
    """Weights that sum to exactly 1 in whatever order they are added.

    They are counted in units of 2⁻⁵³, of which every sum up to 1 is exact; the largest takes what is left.

    Examples
    --------
    >>> float(closed(np.array([3.0, 2.0, 1.0])).sum())
    1.0
    """
    units = np.rint(weights / weights.sum() * _UNITS).astype(np.int64)
    units[units.argmax()] += _UNITS - units.sum()
    return units / _UNITS


def _fitted(logs: np.ndarray, judged: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Log weights by weighted least squares, with a level for each respondent, which is eliminated."""
    counts = judged.sum(axis=1)
    own = np.where(judged, logs, 0.0)
    apart = np.where(judged, own - (own.sum(axis=1) / counts)[:, None], 0.0)
    seen = judged.astype(float)
    table = np.diag(weight @ seen) - (seen * (weight / counts)[:, None]).T @ seen
    return np.linalg.lstsq(table, weight @ apart, rcond=None)[0]


def _connected(judged: np.ndarray, kpis: pd.Index) -> None:
    """Refuse KPIs whose weights nobody has set against the others'."""
    names = [str(name) for name in kpis]
    together = (judged.T.astype(int) @ judged.astype(int)) > 0
    count, part = connected_components(together, directed=False)
    if count > 1:
        problems = Problems()
        for at in range(1, count):
            one, other = ([n for n, p in zip(names, part, strict=True) if p == side] for side in (0, at))
            problems.add("weights.group_apart", value=", ".join(one), other=", ".join(other))
        problems.raise_as(DataError)


def _checked(stack: np.ndarray) -> None:
    """Square, positive, reciprocal, blank only in pairs: each fault with its respondent and cell."""
    problems = Problems()
    if stack.ndim != 3 or stack.shape[1] != stack.shape[2] or 0 in stack.shape:
        problems.add("weights.group_matrices", value=" × ".join(map(str, stack.shape)) or "1")
        problems.raise_as(DataError)
    wrong = ~np.isnan(stack) & ~(np.isfinite(stack) & (stack > 0))
    for who, i, j in np.argwhere(wrong):
        told = f"{stack[who, i, j]:.10g}"
        problems.add("weights.group_cell", value=told, who=int(who) + 1, first=int(i) + 1, second=int(j) + 1)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        product = stack * np.swapaxes(stack, 1, 2)
    off = ~(np.abs(product - 1) <= _RECIPROCAL) & ~(np.isnan(stack) & np.isnan(np.swapaxes(stack, 1, 2)))
    off &= ~(wrong | np.swapaxes(wrong, 1, 2))
    off |= np.eye(stack.shape[1], dtype=bool) & np.isnan(stack)
    for who, i, j in np.argwhere(np.triu(off)):
        told = " / ".join(f"{x:.6g}" for x in (stack[who, i, j], stack[who, j, i]))
        first, second = int(i) + 1, int(j) + 1
        problems.add("weights.group_reciprocal", value=told, who=int(who) + 1, first=first, second=second)
    problems.raise_as(DataError)
