"""Weights whose shares of the differences are what was asked: exact where free, nearest within bounds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from toolkit.design.weights.acting.spread import refuse_unsound
from toolkit.design.weights.settle.bounds import Bounds, project
from toolkit.errors import DataError, NotEnoughData, Problem, Problems

LEAST_ROWS, LEAST_PEOPLE = 60, 10  # below, a share is a guess: METHODS 11
REACHED = 1e-6  # the largest gap of a share that counts as none
STARTS = 10
_STEPS = 200
_PRESSES = 1e-7


class Calibration(NamedTuple):
    """Calibrated weights.

    `weights` and `shares` (of the differences in the score) sum to 1. `gap` is the largest distance of a
    share from the one asked, `binding` are the bounds that the weights stand against, in words by `describe`,
    and `reached` says whether the gap is none (1e-6).
    """

    weights: np.ndarray
    shares: np.ndarray
    gap: float
    binding: tuple[Problem, ...]
    reached: bool


def covariance_shares(covariance: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Each measure's share of the variance of the weighted sum; they sum to 1 and one may be negative.

    Parameters
    ----------
    covariance : ndarray, shape (k, k)
        Of the measures' scores.
    weights : ndarray, shape (k,)

    References
    ----------
    Roncalli (2013), Introduction to Risk Parity and Budgeting, section 2.1: w (Σw) ÷ (w'Σw).

    Examples
    --------
    >>> covariance_shares(np.diag([4.0, 1.0]), np.array([0.5, 0.5])).tolist()
    [0.8, 0.2]
    """
    pull = covariance @ weights
    return weights * pull / (weights @ pull)


def main_effects(covariance: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """How much of the score's variance each measure foretells alone: its squared correlation with the score.

    Second to the covariance share: measures that go together each foretell what both make, so that these
    do not sum to 1.

    Parameters
    ----------
    covariance : ndarray, shape (k, k)
        Of the measures' scores.
    weights : ndarray, shape (k,)

    Returns
    -------
    ndarray, shape (k,)
        0-1; NaN for a measure that does not vary.

    References
    ----------
    Paruolo, Saisana and Saltelli (2013), Journal of the Royal Statistical Society A 176:609-634: the main
    effect, in its linear form.

    Examples
    --------
    >>> covariance = np.array([[1, 0.8, 0.1], [0.8, 1, 0.1], [0.1, 0.1, 1]])
    >>> main_effects(covariance, np.ones(3) / 3).round(3).tolist()
    [0.722, 0.722, 0.288]
    """
    pull = covariance @ weights
    alone = np.diag(covariance) * (weights @ pull)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(alone > 0, pull**2 / alone, np.nan)


def enough(points: pd.DataFrame) -> None:
    """Refuse to calibrate on too few rows or people.

    Parameters
    ----------
    points : DataFrame
        Indexed by participant and period.

    Raises
    ------
    NotEnoughData
        Fewer than 60 rows, or than 10 people.
    """
    people = points.index.get_level_values("participant").nunique()
    if len(points) < LEAST_ROWS or people < LEAST_PEOPLE:
        need = {"people": people, "rows": LEAST_ROWS, "least": LEAST_PEOPLE}
        raise NotEnoughData(Problem("weights.too_few_rows", value=len(points), values=need))


def calibrate(
    covariance: np.ndarray,
    target: np.ndarray,
    bounds: Bounds | None = None,
    names: Sequence[str] | None = None,
) -> Calibration:
    """Weights with which each measure makes the share of the differences that is asked of it.

    Without bounds there is exactly one answer for any positive target, the least of a convex function, and
    Newton's method finds it. Within bounds the shares come as near as they can, in squares: from several
    starts, the free answer brought within the bounds among them.

    Parameters
    ----------
    covariance : ndarray, shape (k, k)
        Of the measures' scores, positive definite; see `spread`.
    target : ndarray, shape (k,)
        Share asked of each measure, above 0; made to sum to 1.
    bounds : Bounds, optional
        What the weights must keep.
    names : sequence of str, optional
        The measures, for messages; their places from 1 when left out.

    Raises
    ------
    NotEnoughData
        A measure does not vary, or some go together so closely that there is no single answer: all named.
    DataError
        A target that is not above 0, shapes that do not fit, or bounds that contradict each other.

    References
    ----------
    Roncalli (2013), Introduction to Risk Parity and Budgeting, section 2.2: risk budgeting as a convex
    problem. Becker et al. (2017), Ecological Indicators 80:12-22, for calibrating by shares.

    Examples
    --------
    >>> correlation, spread = np.array([[1, 0.8, 0.5], [0.8, 1, 0.3], [0.5, 0.3, 1]]), [0.3, 0.2, 0.15]
    >>> found = calibrate(correlation * np.outer(spread, spread), np.array([0.5, 0.2, 0.3]))
    >>> found.weights.round(4).tolist(), found.reached
    ([0.3115, 0.219, 0.4696], True)
    """
    called = tuple(names) if names is not None else tuple(str(i + 1) for i in range(len(target)))
    asked, own = _checked(np.array(covariance, dtype=float), np.array(target, dtype=float), called)
    refuse_unsound(own, called)
    weights = _free(own, asked)
    if bounds is None or bounds.keeps(weights):
        return _calibration(own, asked, weights, bounds)
    return nearest_within(own, asked, bounds, weights)


def nearest_within(
    covariance: np.ndarray, target: np.ndarray, bounds: Bounds, start: np.ndarray
) -> Calibration:
    """`calibrate` within bounds from a start of one's own; measures that do not vary are allowed.

    Raises
    ------
    DataError
        Bounds that contradict each other.
    """
    return _calibration(covariance, target, _bounded(covariance, target, bounds, start), bounds)


def _calibration(
    covariance: np.ndarray, target: np.ndarray, weights: np.ndarray, bounds: Bounds | None
) -> Calibration:
    shares = covariance_shares(covariance, weights)
    gap = float(np.abs(shares - target).max())
    return Calibration(weights, shares, gap, _binding(weights, bounds), gap <= REACHED)


def _checked(
    covariance: np.ndarray, target: np.ndarray, names: tuple[str, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Target made to sum to 1, and the covariance; refused when they do not fit each other."""
    k = len(target)
    if covariance.shape != (k, k) or not np.allclose(covariance, covariance.T, atol=0, rtol=1e-8):
        raise DataError(Problem("weights.not_covariance", value=str(covariance.shape), values={"count": k}))
    problems = Problems()
    if len(names) != k:
        raise DataError(Problem("weights.not_covariance", value=str(len(names)), values={"count": k}))
    for name, share in zip(names, target, strict=True):
        if not (np.isfinite(share) and share > 0):
            problems.add("weights.target_not_positive", value=float(share), name=name)
    problems.raise_as(DataError)
    return target / target.sum(), (covariance + covariance.T) / 2


def _free(covariance: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The least of ½ z'Rz − Σ b ln z by damped Newton steps, R the correlations; weights are z ÷ spread."""
    spread = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(spread, spread)
    z = np.sqrt(target)
    for _ in range(_STEPS):
        slope = correlation @ z - target / z
        step = np.linalg.solve(correlation + np.diag(target / z**2), -slope)
        decrease = float(-slope @ step)
        if decrease < 1e-28:
            break
        z = z + step * _length(correlation, target, z, step, decrease)
    weights = z / spread
    return weights / weights.sum()


def _length(
    correlation: np.ndarray, target: np.ndarray, z: np.ndarray, step: np.ndarray, decrease: float
) -> float:
    """How much of a Newton step to go: all of it near the end, less where it would leave what is positive."""

    def value(at: np.ndarray) -> float:
        return float(0.5 * at @ correlation @ at - target @ np.log(at))

    back = step < 0
    length = min(1.0, 0.95 * float((z[back] / -step[back]).min())) if back.any() else 1.0
    if decrease < 1e-12:  # too close for the values to tell; a whole step then only polishes
        return length
    here = value(z)
    while value(z + length * step) > here - 0.1 * length * decrease and length > 1e-12:
        length /= 2
    return length


def _bounded(covariance: np.ndarray, target: np.ndarray, bounds: Bounds, free: np.ndarray) -> np.ndarray:
    """The weights within bounds whose shares are nearest to the target, from several starts."""
    near = project(free, bounds)  # also refuses bounds that contradict each other
    rng = np.random.default_rng([0, len(target)])
    others = [project(w, bounds) for w in (target, *rng.dirichlet(np.ones(len(target)), STARTS - 2))]
    found = [near, *(_descended(covariance, target, bounds, start) for start in (near, *others))]
    return min(found, key=lambda w: _distance(w, covariance, target)[0])


def _descended(covariance: np.ndarray, target: np.ndarray, bounds: Bounds, start: np.ndarray) -> np.ndarray:
    kept = bounds.rules()
    row, least = np.array([rule.row for rule in kept]), np.array([rule.least for rule in kept])
    keep = [
        {"type": "eq", "fun": lambda w: np.sum(w) - 1, "jac": lambda w: np.ones(len(w))},
        {"type": "ineq", "fun": lambda w: row @ w - least, "jac": lambda w: row},
    ]
    end = minimize(
        _distance,
        start,
        (covariance, target),
        "SLSQP",
        jac=True,
        constraints=keep,
        options={"ftol": 1e-15, "maxiter": _STEPS},
    )
    return project(end.x, bounds) if np.isfinite(end.x).all() else start


def _distance(weights: np.ndarray, covariance: np.ndarray, target: np.ndarray) -> tuple[float, np.ndarray]:
    """Sum of squared gaps of the shares, and its slope in each weight."""
    pull = covariance @ weights
    whole = float(weights @ pull)
    if not whole > 0:  # all weights 0 on the way of a search
        return float(len(weights)), np.zeros_like(weights)
    shares = weights * pull / whole
    gap = 2 * (shares - target)
    slope = gap * pull + covariance @ (gap * weights) - 2 * (gap @ shares) * pull
    return float(gap @ gap / 4), slope / whole


def _binding(weights: np.ndarray, bounds: Bounds | None) -> tuple[Problem, ...]:
    if bounds is None:
        return ()
    pressed = [r for r in bounds.rules() if abs(float(r.row @ weights) - r.least) < _PRESSES]
    return tuple(Problem(r.code, values=r.values) for r in pressed)
