"""A regression with person and period effects, errors that hang together within a person, and few people."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import stats

FEW = 30  # below so many people the plain clustered error is too small (METHODS 1e)
DRAWS = 9_999
_WHOLE = 12  # up to so many people's signs are turned in every way there is
# Webb (2023): six points keep the draws apart where there are few people.
_WEBB = np.sqrt(np.array([1.5, 1.0, 0.5]))


class Fit(NamedTuple):
    """The first column's coefficient, its error, p-value and interval, and the rows and people behind it."""

    value: float
    error: float
    p_value: float
    low: float
    high: float
    rows: int
    people: int


def fit(
    y: np.ndarray,
    columns: list[np.ndarray],
    who: np.ndarray,
    when: np.ndarray,
    *,
    level: float = 0.9,
    seed: int = 0,
) -> Fit | None:
    """y on columns with person and period effects: the first column's coefficient.

    The error is clustered by person (CR1, person effects not counted as parameters, t on people − 1). Below
    30 people the p-value is that of the restricted wild cluster bootstrap, every way of signs up to 12
    people, Webb's six points beyond, and the interval takes the bootstrap's quantile in the place of t.

    Parameters
    ----------
    y, columns, who, when : ndarray, shape (rows,)
        Outcome, its columns, and person and period as codes.
    seed : int
        Of the bootstrap's draws.

    Returns
    -------
    Fit or None
        None where person, period and the other columns leave nothing of the first, or nothing of y.

    References
    ----------
    Cameron, Gelbach and Miller (2008), Review of Economics and Statistics 90:414-427; Webb (2023), Canadian
    Journal of Economics 56:839-858; Cameron and Miller (2015), Journal of Human Resources 50:317-372.

    Examples
    --------
    >>> who, when = np.repeat(np.arange(12), 8), np.tile(np.arange(8), 12)
    >>> x = np.sin(who * 7.0 + when**2)
    >>> found = fit(2 * x + who + when, [x], who, when)
    >>> round(found.value, 6), found.people
    (2.0, 12)
    """
    left = _projected(y, columns, who, when)
    if left is None:
        return None
    z, restricted, who, rows = left.z, left.restricted, left.who, len(left.z)
    people = int(who.max()) + 1
    value = float(z @ restricted / (z @ z))
    factor = people / (people - 1) * (rows - 1) / (rows - left.parameters)
    error = math.sqrt(factor * float((_sums(z * (restricted - value * z), who) ** 2).sum())) / float(z @ z)
    if error <= 1e-12 * abs(value) or error == 0:
        value *= left.scale
        return Fit(value, 0.0, 0.0 if value else 1.0, value, value, rows, people)
    reached = abs(value) / error
    p, quantile = 2 * stats.t.sf(reached, people - 1), stats.t.ppf((1 + level) / 2, people - 1)
    if people < FEW:
        drawn = _bootstrap(left, people, factor, seed)
        p = _share_reached(drawn, reached)
        quantile = float(np.quantile(drawn, level, method="higher"))
    numbers = value, error, value - quantile * error, value + quantile * error
    value, error, low, high = (float(x * left.scale) for x in numbers)
    return Fit(value, error, float(p), low, high, rows, people)


class _Left(NamedTuple):
    """What person, period and the other columns leave.

    z is the first column, `restricted` the outcome (÷ scale); `basis` spans all columns, persons apart.
    """

    z: np.ndarray
    restricted: np.ndarray
    basis: np.ndarray
    who: np.ndarray
    parameters: int
    scale: float


def _projected(y: np.ndarray, columns: list[np.ndarray], who: np.ndarray, when: np.ndarray) -> _Left | None:
    """Outcome and first column with all else taken off; None where nothing is left, or too few rows."""
    often = np.bincount(who)[who] > 1  # a person's only row is fitted by their own effect
    who, when = (np.unique(g[often], return_inverse=True)[1] for g in (who, when))
    y, columns = y[often], [c[often] for c in columns]
    if not len(y):
        return None
    scale = float(np.abs(y).max()) or 1.0
    data = _within(np.column_stack([y / scale, *columns]), who)
    periods = _basis(_within(np.eye(when.max() + 1)[when][:, 1:], who))
    data = data - periods @ (periods.T @ data)
    outcome, first, others = data[:, 0], data[:, 1], _basis(data[:, 2:])
    z = first - others @ (others.T @ first)
    if (z**2).sum() <= 1e-16 * max((columns[0] ** 2).sum(), 1e-300) or (outcome**2).sum() < 1e-20:
        return None
    parameters = others.shape[1] + periods.shape[1] + 2
    if len(y) <= parameters + who.max() + 1:
        return None
    basis = np.column_stack([z / math.sqrt(z @ z), others, periods])
    return _Left(z, outcome - others @ (others.T @ outcome), basis, who, parameters, scale)


def _share_reached(drawn: np.ndarray, reached: float) -> float:
    """The p-value: of all ways the share that goes so far, of random ones with the data's own among them."""
    count = int((drawn >= reached * (1 - 1e-9)).sum())
    return count / len(drawn) if len(drawn) != DRAWS else (count + 1) / (DRAWS + 1)


def _within(table: np.ndarray, who: np.ndarray) -> np.ndarray:
    """A table with each person's means taken off."""
    number = np.bincount(who).astype(float)
    means = np.column_stack([np.bincount(who, column) / number for column in table.T])
    return table - means[who]


def _basis(table: np.ndarray) -> np.ndarray:
    """An orthonormal basis of a table's columns; what follows from the others is left out."""
    if table.shape[1] == 0:
        return table
    norms = np.sqrt((table**2).sum(axis=0))
    table = table[:, norms > 1e-12 * max(norms.max(), 1e-300)]
    if table.shape[1] == 0:
        return table
    table = table / np.sqrt((table**2).sum(axis=0))
    values, vectors = np.linalg.eigh(table.T @ table)
    keep = values > 1e-9 * values.max()
    return table @ (vectors[:, keep] / np.sqrt(values[keep]))


def _sums(values: np.ndarray, who: np.ndarray) -> np.ndarray:
    return np.bincount(who, values)


def _bootstrap(left: _Left, people: int, factor: float, seed: int) -> np.ndarray:
    """|t| of outcomes whose residuals under a coefficient of 0 are turned person by person.

    With v the draws, person g's score is z_g′(ũ_g v_g) − z_g′B Σ_h B_h′ũ_h v_h, B an orthonormal basis of all
    columns; so a draw costs people² and no regression.
    """
    z, restricted, who = left.z, left.restricted, left.who
    own = _sums(z * restricted, who)
    ahead = np.column_stack([_sums(z * b, who) for b in left.basis.T])
    behind = np.column_stack([_sums(b * restricted, who) for b in left.basis.T])
    draws = _draws(people, seed)
    scores = own[:, None] * draws - (ahead @ behind.T) @ draws
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(own @ draws) / np.sqrt(factor * (scores**2).sum(axis=0))
    return np.nan_to_num(t, nan=0.0, posinf=np.inf)


def _draws(people: int, seed: int) -> np.ndarray:
    """Weights, shape (people, draws)."""
    if people <= _WHOLE:
        return 1.0 - 2.0 * (np.arange(2**people)[None, :] >> np.arange(people)[:, None] & 1)
    random = np.random.default_rng([seed, people])
    points = np.concatenate([-_WEBB, _WEBB])
    return points[random.integers(0, 6, (people, DRAWS))]
