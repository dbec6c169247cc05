"""Weights when not every pair was judged: least squares of logarithms, Harker's way, the best completion."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from toolkit.errors import DataError, Problems

from .matrix import check_matrix
from .perron import eigen, perron

# Newton's steps end where the slope of ln λ is as small as the eigenvectors are sure.
_FLAT = 1e-11
_STEPS, _HALVINGS = 50, 40


def log_least_squares(matrix: np.ndarray) -> np.ndarray:
    """Weights nearest to the judgements given, in logarithms; missing pairs are left out, not guessed.

    Of a complete matrix they are the geometric means of its rows. They solve one set of linear equations,
    the Laplacian of the graph of comparisons.

    Parameters
    ----------
    matrix : array (…, n, n)
        Reciprocal; NaN where a pair was not judged.

    Returns
    -------
    ndarray (…, n)
        Each sums to 1.

    Raises
    ------
    DataError
        A faulty matrix, or KPIs that no chain of comparisons connects.

    References
    ----------
    Bozóki, Fülöp and Rónyai (2010), Mathematical and Computer Modelling 52, 318-333, theorem 4.

    Examples
    --------
    >>> log_least_squares([[1, 2, np.nan], [1 / 2, 1, 2], [np.nan, 1 / 2, 1]]).round(4)
    array([0.5714, 0.2857, 0.1429])
    """
    given = check_matrix(matrix)
    flat = given.reshape(-1, *given.shape[-2:])
    check_connected(flat, given.ndim > 2)
    logs = log_weights(flat)
    return weights_of(logs).reshape(given.shape[:-1])


def log_weights(flat: np.ndarray) -> np.ndarray:
    """Logarithms of the least-squares weights of checked, connected matrices (B, n, n); they sum to 0."""
    known = ~np.isnan(flat)
    laplacian = -known.astype(float)
    own = np.arange(flat.shape[1])
    laplacian[:, own, own] = known.sum(axis=2) - 1
    told = np.log(flat, where=known, out=np.zeros(flat.shape)).sum(axis=2)
    # The equations leave the sum open; a constant added to every cell sets it to 0.
    return np.linalg.solve(laplacian + 1 / flat.shape[1], told[:, :, None])[:, :, 0]


def weights_of(logs: np.ndarray) -> np.ndarray:
    """Weights (…, n) from their logarithms, whatever constant these are short of."""
    weights = np.exp(logs - logs.max(axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


def reached(flat: np.ndarray) -> np.ndarray:
    """Which KPIs (B × n) a chain of comparisons connects with the first."""
    known = ~np.isnan(flat)
    found = known[:, 0]
    for _ in range(flat.shape[1]):
        further = (found[:, None, :] @ known)[:, 0]
        if (further == found).all():
            break
        found = further
    return found


def check_connected(flat: np.ndarray, stacked: bool, names: Sequence[str] | None = None) -> None:
    """Refuse matrices (B, n, n) some of whose KPIs are compared with none of the others; both sides named."""
    problems = Problems()
    labels = [str(k + 1) for k in range(flat.shape[1])] if names is None else [str(name) for name in names]
    connected = reached(flat)
    for b in np.flatnonzero(~connected.all(axis=1)):
        sides = [", ".join(np.array(labels)[side]) for side in (connected[b], ~connected[b])]
        where = f"#{b + 1}" if stacked else ""
        problems.add("weights.disconnected", where=where, first=sides[0], second=sides[1])
    problems.raise_as(DataError)


def harker(matrix: np.ndarray) -> np.ndarray:
    """Weights by Harker's way: a missing judgement is whatever the weights themselves say.

    The principal eigenvector of the matrix with 0 for what is missing and, on the diagonal, 1 more for each
    missing judgement of the row.

    Parameters
    ----------
    matrix : array (…, n, n)
        Reciprocal; NaN where a pair was not judged.

    Raises
    ------
    DataError
        A faulty matrix, or KPIs that no chain of comparisons connects.

    References
    ----------
    Harker (1987), Mathematical Modelling 9, 353-360 and 837-848.

    Examples
    --------
    >>> harker([[1, 2, np.nan], [1 / 2, 1, 2], [np.nan, 1 / 2, 1]]).round(4)
    array([0.5714, 0.2857, 0.1429])
    """
    given = check_matrix(matrix)
    flat = given.reshape(-1, *given.shape[-2:])
    check_connected(flat, given.ndim > 2)
    filled = np.nan_to_num(flat)
    own = np.arange(flat.shape[1])
    filled[:, own, own] += np.isnan(flat).sum(axis=2)
    return eigen(filled)[0].reshape(given.shape[:-1])


def completed(matrix: np.ndarray) -> np.ndarray:
    """The matrix with its missing judgements filled in so that it is as consistent as it can be.

    The completion whose largest eigenvalue is least; there is exactly one where the comparisons are
    connected, for ln λ is convex in the logarithms of the missing ratios. Newton's method.

    Parameters
    ----------
    matrix : array (…, n, n)
        Reciprocal; NaN where a pair was not judged. A complete matrix comes back as it is.

    Returns
    -------
    ndarray (…, n, n)
        A new array.

    Raises
    ------
    DataError
        A faulty matrix, or KPIs that no chain of comparisons connects.

    References
    ----------
    Bozóki, Fülöp and Rónyai (2010), Mathematical and Computer Modelling 52, 318-333, theorem 2.

    Examples
    --------
    >>> nan = np.nan
    >>> full = completed([[1, 1, 5, 2], [1, 1, 3, 4], [1 / 5, 1 / 3, 1, nan], [1 / 2, 1 / 4, nan, 1]])
    >>> float(full[2, 3].round(6))
    0.730297
    """
    given = check_matrix(matrix)
    flat = given.reshape(-1, *given.shape[-2:])
    check_connected(flat, given.ndim > 2)
    return fill(flat).reshape(given.shape)


def fill(flat: np.ndarray) -> np.ndarray:
    """`completed` for checked, connected matrices (B, n, n)."""
    whole = flat.copy()
    for chosen, first, second in _patterns(flat):
        part = flat[chosen]
        logs = log_weights(part)
        missing = logs[:, first] - logs[:, second]
        ratio = np.exp(_least_eigenvalue(part, first, second, missing))
        part[:, first, second], part[:, second, first] = ratio, 1 / ratio
        whole[chosen] = part
    return whole


def _patterns(flat: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Matrices that lack the same pairs: which they are, and the pairs' rows and columns."""
    blank = np.isnan(flat)
    lacking = np.flatnonzero(blank.any(axis=(1, 2)))
    patterns, group = np.unique(blank[lacking], axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        first, second = np.nonzero(np.triu(pattern))
        yield lacking[group.reshape(-1) == number], first, second


def _least_eigenvalue(part: np.ndarray, first: np.ndarray, second: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Logarithms (B × m) of the missing ratios for which the largest eigenvalue is least, starting from t."""

    def vectors(t: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        part[:, first, second], part[:, second, first] = np.exp(t), np.exp(-t)
        stack = np.ascontiguousarray(np.moveaxis(part, 0, 2))
        right, largest = perron(stack)
        left, _ = perron(np.ascontiguousarray(stack.swapaxes(0, 1)))
        return right.T, (left / (left * right).sum(axis=0)).T, largest

    part = part.copy()
    found = vectors(t)
    for _ in range(_STEPS):
        slope, step = _newton(part, first, second, *found)
        if np.abs(slope).max() <= _FLAT:
            break
        for _ in range(_HALVINGS):
            trial = vectors(t + step)
            worse = trial[2] > found[2] * (1 + 1e-13)
            if not worse.any():
                break
            step[worse] /= 2
        t, found = t + step, trial
    return t


def _newton(
    part: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    right: np.ndarray,
    left: np.ndarray,
    largest: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Slope of ln λ in the missing logarithms and Newton's step, by perturbation of the eigenvalue.

    With eigenvectors y'x = 1 and D_k the change of the matrix with the k-th ratio, the slope of λ is
    y'D_k x and its curvature y'(D_k S D_l + D_l S D_k)x, S being the group inverse of λI − A; on the
    diagonal the ratio's own curvature comes in addition.
    """
    count, n, _ = part.shape
    pair = np.arange(len(first))
    there, back = part[:, first, second], part[:, second, first]
    up, down = left[:, first] * there * right[:, second], left[:, second] * back * right[:, first]
    slope = (up - down) / largest[:, None]
    outer = right[:, :, None] * left[:, None, :]
    size = largest[:, None, None]
    inverse = np.linalg.inv(size * (np.eye(n) + outer) - part) - outer / size
    after, before = np.zeros((count, n, len(first))), np.zeros((count, len(first), n))
    after[:, first, pair], after[:, second, pair] = there * right[:, second], -back * right[:, first]
    before[:, pair, second], before[:, pair, first] = left[:, first] * there, -left[:, second] * back
    cross = before @ inverse @ after
    curvature = (cross + cross.swapaxes(1, 2)) / size - slope[:, :, None] * slope[:, None, :]
    curvature[:, pair, pair] += (up + down) / largest[:, None]
    return slope, -np.linalg.solve(curvature, slope[:, :, None])[:, :, 0]
