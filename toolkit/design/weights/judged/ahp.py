"""The analytic hierarchy process: weights from comparisons in pairs and how consistent they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from toolkit.errors import DataError, Problem

from .incomplete import check_connected, fill, log_least_squares
from .matrix import as_numbers, check_matrix
from .perron import eigen, principal

# Mean consistency index of matrices filled at random, by their size.
SAATY: Mapping[int, float] = MappingProxyType(
    {3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49, 11: 1.51, 12: 1.48, 13: 1.56}
    | {14: 1.57, 15: 1.59}
)
"""Saaty (1980), The Analytic Hierarchy Process, page 21."""
DONEGAN_DODD: Mapping[int, float] = MappingProxyType(
    {3: 0.4914, 4: 0.8286, 5: 1.0591, 6: 1.1797, 7: 1.2519, 8: 1.3171, 9: 1.3733, 10: 1.4055, 11: 1.4213}
    | {12: 1.4497, 13: 1.4643, 14: 1.4822, 15: 1.4969, 16: 1.5078, 17: 1.5153, 18: 1.5262, 19: 1.5313}
    | {20: 1.5371, 25: 1.5619, 30: 1.5772}
)
"""Donegan and Dodd (1991), Mathematical and Computer Modelling 15, 135-137."""
# Saaty's rule: a judge whose ratio is below it need not look again.
ACCEPTED = 0.10


class Judged(NamedTuple):
    """What a judge's comparisons say; arrays (…) for a stack.

    `consistency_index` is (λ − n)/(n − 1), `consistency_ratio` that index by its mean for matrices filled at
    random.
    """

    weights: np.ndarray
    lambda_max: np.ndarray | float
    consistency_index: np.ndarray | float
    consistency_ratio: np.ndarray | float


def eigenvector(matrix: np.ndarray) -> np.ndarray:
    """Weights by Saaty's principal eigenvector, of one matrix or of a stack (…, n, n).

    Of an incomplete matrix the eigenvector of its most consistent completion, see `completed`.

    Raises
    ------
    DataError
        A faulty matrix.

    References
    ----------
    Saaty (1980), The Analytic Hierarchy Process, chapter 7.

    Examples
    --------
    >>> eigenvector([[1, 1 / 3, 1 / 6], [3, 1, 1 / 4], [6, 4, 1]]).round(3)
    array([0.091, 0.218, 0.691])
    """
    return _solved(matrix)[0]


def geometric_mean(matrix: np.ndarray) -> np.ndarray:
    """Weights by the geometric mean of each row, of one matrix or of a stack (…, n, n).

    Of an incomplete matrix its generalisation, see `log_least_squares`.

    Raises
    ------
    DataError
        A faulty matrix.

    References
    ----------
    Crawford and Williams (1985), Journal of Mathematical Psychology 29, 387-405.

    Examples
    --------
    >>> geometric_mean([[1, 1 / 3, 1 / 6], [3, 1, 1 / 4], [6, 4, 1]]).round(3)
    array([0.091, 0.218, 0.691])
    """
    return log_least_squares(matrix)


def ahp(
    matrix: np.ndarray,
    prioritise: Callable[[np.ndarray], np.ndarray] = eigenvector,
    random_index: Mapping[int, float] = SAATY,
) -> Judged:
    """Weights and consistency of a judge's comparisons, or of a whole stack of judges at once.

    Parameters
    ----------
    matrix : array (…, n, n)
        Reciprocal, `a[i, j]` how many times as important KPI i is as KPI j; NaN where a pair was not judged.
    prioritise : function
        `eigenvector` or `geometric_mean`, or any other that turns matrices into weights. Matrices with
        missing pairs get the weights of `log_least_squares`, whatever stands here.
    random_index : mapping
        `SAATY` or `DONEGAN_DODD`, by the number of KPIs; between its sizes interpolated, beyond them after
        Alonso and Lamata.

    Returns
    -------
    Judged
        The consistency always rests on the largest eigenvalue. Up to two KPIs cannot contradict each other:
        their ratio is 0. That of an incomplete matrix is the ratio of its most consistent completion, so at
        the most favourable; hold it against `accepted_ratio`.

    Raises
    ------
    DataError
        A faulty matrix, or KPIs that no chain of comparisons connects.

    References
    ----------
    Saaty (2008), International Journal of Services Sciences 1, 83-98. Alonso and Lamata (2006), International
    Journal of Uncertainty, Fuzziness and Knowledge-Based Systems 14, 445-459.

    Examples
    --------
    >>> size_of_house = ahp([[1, 6, 8], [1 / 6, 1, 4], [1 / 8, 1 / 4, 1]])
    >>> size_of_house.weights.round(3), round(size_of_house.consistency_ratio, 3)
    (array([0.754, 0.181, 0.065]), 0.117)
    """
    weights, largest, lacking = _solved(matrix)
    n = weights.shape[-1]
    if prioritise is not eigenvector:
        weights = prioritise(np.asarray(matrix, dtype=float))
    if lacking.any():
        weights = np.array(weights)
        weights[lacking] = log_least_squares(np.asarray(matrix, dtype=float)[lacking])
    index = np.maximum(largest - n, 0) / (n - 1) if n > 2 else np.zeros_like(largest)
    ratio = index / index_at_random(n, random_index) if n > 2 else index
    if weights.ndim == 1:
        return Judged(weights, float(largest), float(index), float(ratio))
    return Judged(weights, largest, index, ratio)


def _solved(matrix: object) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Principal eigenvectors (…, n), largest eigenvalues (…), and which matrices (…) were not complete."""
    given = as_numbers(matrix)
    flat = given.reshape(-1, *given.shape[-2:])
    lacking = np.zeros(len(flat), dtype=bool)
    if (found := principal(flat)) is None:
        check_matrix(given)
        check_connected(flat, given.ndim > 2)
        lacking = np.isnan(flat).any(axis=(1, 2))
        found = eigen(fill(flat))
    weights, largest = found
    stack = given.shape[:-2]
    return weights.reshape(given.shape[:-1]), largest.reshape(stack), lacking.reshape(stack)


def index_at_random(n: int, random_index: Mapping[int, float] = SAATY) -> float:
    """Mean consistency index of n × n matrices filled at random, for three KPIs or more.

    Between the sizes given it is interpolated; above them it follows the mean eigenvalue
    2.7699 n − 4.3513 of Alonso and Lamata (2006).

    Raises
    ------
    DataError
        The table begins above n.

    Examples
    --------
    >>> index_at_random(5), round(index_at_random(16), 3)
    (1.12, 1.598)
    """
    sizes = sorted(random_index)
    if not sizes or n < sizes[0]:
        raise DataError(Problem("weights.no_random_index", value=n))
    if n > sizes[-1]:
        return (2.7699 * n - 4.3513 - n) / (n - 1)
    return float(np.interp(n, sizes, [random_index[size] for size in sizes]))


def accepted_ratio(matrix: np.ndarray, accept: float = ACCEPTED) -> float:
    """The consistency ratio up to which one judge's matrix is accepted; less when pairs are missing.

    Fewer comparisons have fewer chances to contradict each other: with m of the pairs missing the random
    index falls by the factor 1 − 2m/((n − 1)(n − 2)), down to 0 where each KPI hangs by one comparison, and
    a ratio that is accepted falls with it.

    References
    ----------
    Ágoston and Csató (2022), Omega 108, 102576: inconsistency thresholds for incomplete matrices.

    Examples
    --------
    >>> nan = np.nan
    >>> gaps = [[1, 1, 5, 2], [1, 1, 3, 4], [1 / 5, 1 / 3, 1, nan], [1 / 2, 1 / 4, nan, 1]]
    >>> round(accepted_ratio(gaps), 4)
    0.0667
    """
    given = as_numbers(matrix)
    n, missing = given.shape[-1], np.isnan(given).sum() / 2
    return accept if n < 3 else accept * max(0.0, float(1 - 2 * missing / ((n - 1) * (n - 2))))
