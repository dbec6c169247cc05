"""One set of weights from several sources: what experts judge, equal shares, what the data say."""

from __future__ import annotations

import numpy as np

from toolkit.errors import DataError, Problems

# Below any weight a scheme gives (5 %): a single source pulls a weight down, it does not strike it out.
LEAST = 0.01


def log_pool(sources: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Weighted geometric mean of several sets of weights, made to sum to 1.

    Parameters
    ----------
    sources : ndarray, shape (s, k)
        A row a source; each is first made to sum to 1. A row of NaN, or one of share 0, drops out and the
        others' shares are raised in proportion. Weights below `LEAST` (1 %), zeros too, count as that;
        `raised` tells which.
    shares : ndarray, shape (s,)
        How much each source counts, 0 or more; in any unit.

    Returns
    -------
    ndarray, shape (k,)

    Raises
    ------
    DataError
        A source that is blank in part, negative or zero throughout; a share that is no number from 0 on; or
        no source left.

    References
    ----------
    Genest and Zidek (1986), Statistical Science 1:114-135: the logarithmic opinion pool.

    Examples
    --------
    >>> log_pool(np.array([[0.5, 0.5], [0.8, 0.2]]), np.array([0.5, 0.5])).round(4).tolist()
    [0.6667, 0.3333]
    """
    given, share = _checked(sources, shares)
    counts = (share > 0) & ~np.isnan(given).all(axis=1)
    part = share[counts] / share[counts].sum()
    with np.errstate(invalid="ignore"):
        logs = np.log(np.fmax(_whole(given), LEAST))
    pooled = np.exp(part @ logs[counts])
    return pooled / pooled.sum()


def raised(sources: np.ndarray) -> np.ndarray:
    """Which weights `log_pool` raises to `LEAST`, so that a page can say so; shape (s, k), bool.

    Examples
    --------
    >>> raised(np.array([[0.0, 1.0], [0.5, 0.5]])).tolist()
    [[True, False], [False, False]]
    """
    with np.errstate(invalid="ignore"):
        return _whole(np.atleast_2d(np.asarray(sources, dtype=float))) < LEAST


def _whole(given: np.ndarray) -> np.ndarray:
    return given / given.sum(axis=1, keepdims=True)


def _checked(sources: np.ndarray, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Copies as floats, every fault named at once."""
    given, share = np.array(sources, dtype=float), np.array(shares, dtype=float)
    problems = Problems()
    if given.ndim != 2 or share.shape != given.shape[:1]:
        problems.add("weights.pool_shape", value=str(given.shape), shares=share.size)
        problems.raise_as(DataError)
    for row, one in enumerate(given, start=1):
        blank = np.isnan(one)
        if blank.any() and not blank.all():
            problems.add("weights.pool_blank", row=row, value=int(blank.sum()))
        elif not blank.all() and (not np.isfinite(one).all() or (one < 0).any() or one.sum() <= 0):
            problems.add("weights.pool_negative", row=row, value=str(one.tolist()))
    if not np.isfinite(share).all() or (share < 0).any():
        problems.add("weights.pool_shares", value=str(share.tolist()))
    elif not ((share > 0) & ~np.isnan(given).all(axis=1)).any():
        problems.add("weights.pool_empty", value=len(given))
    problems.raise_as(DataError)
    return given, share
