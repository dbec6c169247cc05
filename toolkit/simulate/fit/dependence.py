"""How measures go together: rank correlation within people, and of the common shocks, both shrunk."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import stats

from toolkit.simulate.fit.shock import FEWEST_PERIODS

TWINS = 0.999  # from this rank correlation on, two measures are one number by two names
_FLOOR = 1e-3  # least eigenvalue: a factor of the matrix must exist


class Together(NamedTuple):
    """A correlation matrix, how far it was drawn towards none (0-1), and pairs that are one number."""

    matrix: np.ndarray
    shrunk: float
    twins: tuple[tuple[int, int], ...]


def sine(rank: np.ndarray | float) -> np.ndarray:
    """The normal correlation that a Spearman rank correlation belongs to: 2 sin(πr/6).

    References
    ----------
    Pearson (1907); Kruskal (1958), JASA 53:814-861, section 6.

    Examples
    --------
    >>> sine(np.array([0.0, 1.0])).round(3).tolist()
    [0.0, 1.0]
    """
    return 2 * np.sin(np.pi * np.asarray(rank) / 6)


def intensity(found: np.ndarray, error: np.ndarray) -> float:
    """How far correlations are drawn towards none: sum of their sampling variances ÷ that of their squares.

    References
    ----------
    Schäfer and Strimmer (2005), Statistical Applications in Genetics and Molecular Biology 4:32, target D.

    Examples
    --------
    >>> intensity(np.array([0.5]), np.array([0.05]))
    0.2
    """
    squares = float((found**2).sum())
    return 1.0 if squares == 0 else float(min(float(error.sum()) / squares, 1.0))


def positive(matrix: np.ndarray, floor: float = _FLOOR) -> np.ndarray:
    """The correlation matrix with no eigenvalue under `floor` that lies nearby.

    References
    ----------
    Rousseeuw and Molenberghs (1993), Communications in Statistics 22:965-984, eigenvalue method.

    Examples
    --------
    >>> bool(np.linalg.eigvalsh(positive(np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])))[0] > 0)
    True
    """
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    if values[0] >= floor:
        return matrix
    lifted = (vectors * np.maximum(values, floor)) @ vectors.T
    scale = 1 / np.sqrt(np.diag(lifted))
    found = lifted * scale[:, None] * scale
    np.fill_diagonal(found, 1.0)
    return found


def within_people(
    apart: list[np.ndarray], rho: np.ndarray, attenuated: np.ndarray, raw: list[np.ndarray]
) -> Together:
    """Correlation of the measures' innovations, from people's deviations around level and common shock.

    Spearman's rank correlation of the deviations, as a normal one; corrected for own means taken from few
    periods where persistence differs, and for ties; then that of the innovations that an autoregression
    needs to give it; drawn towards none by what chance gives (`intensity`); made positive definite.

    Parameters
    ----------
    apart : list of ndarray, each of shape (people, periods)
        Deviations in own standard deviations.
    rho : ndarray, shape (measures,)
        Persistence.
    attenuated : ndarray, shape (measures,)
        Share of each measure's variance that is no tie.
    raw : list of ndarray
        What was drawn from: two measures that rank alike in it are twins.
    """
    size = len(apart)
    first, second = np.triu_indices(size, 1)
    matrix, found, error = np.eye(size), [], []
    twins: list[tuple[int, int, int]] = []
    for j, k in zip(first, second, strict=True):
        r, n, same = _pair(apart[j], apart[k], raw[j], raw[k])
        if same:
            twins.append((int(j), int(k), same))
        r = r * _demeaned(np.isfinite(apart[j]) & np.isfinite(apart[k]), rho[j], rho[k])
        r /= np.sqrt(attenuated[j] * attenuated[k])
        r *= (1 - rho[j] * rho[k]) / np.sqrt((1 - rho[j] ** 2) * (1 - rho[k] ** 2))
        r = float(np.clip(r, -1, 1))
        matrix[j, k] = matrix[k, j] = r
        if not same:
            repeats = max((1 + rho[j] * rho[k]) / (1 - rho[j] * rho[k]), 1.0)
            found.append(r)
            error.append((1 - r**2) ** 2 * repeats / max(n - 1, 1))
    shrunk = intensity(np.array(found), np.array(error)) if found else 0.0
    matrix = (1 - shrunk) * matrix + shrunk * np.eye(size)
    for a, b, sign in twins:
        matrix[b], matrix[:, b] = sign * matrix[a], sign * matrix[:, a]
        matrix[b, b], matrix[a, b], matrix[b, a] = 1.0, sign * TWINS, sign * TWINS
    return Together(positive(matrix), shrunk, tuple((a, b) for a, b, _ in twins))


def _pair(a: np.ndarray, b: np.ndarray, raw_a: np.ndarray, raw_b: np.ndarray) -> tuple[float, int, int]:
    """Normal correlation of two measures' deviations, pairs behind it, and ±1 if they are one number."""
    both = np.isfinite(a) & np.isfinite(b)
    n = int(both.sum())
    if n < 3 or a[both].std() < 1e-12 or b[both].std() < 1e-12:
        return 0.0, n, 0
    rank = float(np.corrcoef(stats.rankdata(a[both]), stats.rankdata(b[both]))[0, 1])
    alike = float(np.corrcoef(stats.rankdata(raw_a[both]), stats.rankdata(raw_b[both]))[0, 1])
    freedom = n - int(both.any(axis=1).sum()) - int(both.any(axis=0).sum()) + 1
    return float(sine(rank)), freedom, int(np.sign(alike)) if abs(alike) >= TWINS else 0


def _demeaned(both: np.ndarray, rho_j: float, rho_k: float) -> float:
    """By what to multiply a correlation because own means of few periods hide more of the steadier one."""
    if rho_j == rho_k:
        return 1.0
    length = max(round(float(both.sum() / max(both.any(axis=1).sum(), 1))), 2)
    lag = np.abs(np.arange(length)[:, None] - np.arange(length))
    centre = np.eye(length) - 1 / length
    upper = np.triu(np.ones((length, length), bool))
    cross = np.where(upper, rho_k**lag, rho_j**lag)
    shared, one, other = (float(np.trace(centre @ m @ centre)) for m in (cross, rho_j**lag, rho_k**lag))
    return float(np.sqrt(one * other)) / shared


def of_shocks(
    shocks: np.ndarray, noise: np.ndarray, common: np.ndarray, cross: np.ndarray, count: int
) -> Together:
    """Correlation of the measures' common shocks from few periods, drawn hard towards none.

    Parameters
    ----------
    shocks : ndarray, shape (periods, measures)
        Effects of the periods.
    noise, common : ndarray, shape (measures,)
        Sampling variance of a period's effect, and the variance of the true shocks.
    cross : ndarray, shape (measures, measures)
        Correlation of the measures within people, with which the sampling noise is correlated too.
    count : int
        Periods; below 8 the shocks are taken as independent.
    """
    size = shocks.shape[1]
    matrix, found, error = np.eye(size), [], []
    for j, k in zip(*np.triu_indices(size, 1), strict=True):
        both = np.isfinite(shocks[:, j]) & np.isfinite(shocks[:, k])
        if both.sum() < 3 or not (common[j] > 0 and common[k] > 0):
            continue
        seen = float(np.cov(shocks[both, j], shocks[both, k])[0, 1])
        own = seen - float(cross[j, k]) * float(np.sqrt(noise[j] * noise[k]))
        r = float(np.clip(own / np.sqrt(common[j] * common[k]), -1, 1))
        sure = common[j] / (common[j] + noise[j]) * common[k] / (common[k] + noise[k])
        matrix[j, k] = matrix[k, j] = r
        found.append(r)
        error.append(1 / max(count - 1, 1) / sure)  # that of none: a high one may be luck
    shrunk = intensity(np.array(found), np.array(error)) if found and count >= FEWEST_PERIODS else 1.0
    return Together(positive((1 - shrunk) * matrix + shrunk * np.eye(size), 0.01), shrunk, ())
