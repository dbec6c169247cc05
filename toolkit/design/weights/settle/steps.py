"""Weights that can be written down: multiples of 5 %, summing to exactly 1, in the order they had."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
from scipy.optimize import Bounds as Box
from scipy.optimize import LinearConstraint, milp

from toolkit.design.weights.settle.bounds import Bounds, as_weights, project
from toolkit.design.weights.settle.conflicts import reaches
from toolkit.design.weights.settle.rules import SLACK, per_cent
from toolkit.design.weights.settle.search import Units, best_units
from toolkit.errors import DataError, Problem

STEP = 0.05
# Parts of 1 that people write: 100 %, 50, 25, 20, 10, 5, 4, 2.5, 2, 1, 0.5, 0.2, 0.1 %.
PARTS = (1, 2, 4, 5, 10, 20, 25, 40, 50, 100, 200, 500, 1000)


def in_steps(weights: np.ndarray, bounds: Bounds, step: float = STEP) -> np.ndarray:
    """Weights in whole steps that sum to exactly 1 and keep the bounds, as near to the given ones as can be.

    First as few pairs of measures as possible change places (Kendall's distance); a tie that rounding makes
    is no change of place, and weights that were equal may come apart. Among those, the least squared change.
    Equally good: the measure that stands first gets more. The answer is exact, not a rounding rule.

    Parameters
    ----------
    weights : ndarray, shape (k,)
        As they come from judging, calibrating or pooling. They may lie outside the bounds, but `project`
        first: in steps of 1 % ten weights far outside may take seconds, projected ones milliseconds.
    bounds : Bounds
    step : float
        A decimal of which 1 is a multiple: 0.05, 0.025, 0.1.

    Returns
    -------
    ndarray, shape (k,)
        Each the float nearest to its multiple of the step, so that they sum to 1 as decimals.

    Raises
    ------
    DataError
        Contradictory bounds; 1 is no multiple of the step, or no multiples of it keep the bounds: with the
        nearest step that does.

    Examples
    --------
    >>> in_steps(np.array([0.463, 0.231, 0.183, 0.123]), Bounds.between(4, 0.05, 0.5)).tolist()
    [0.45, 0.25, 0.2, 0.1]
    >>> in_steps(np.array([1.0, 1.0, 1.0]) / 3, Bounds.between(3)).tolist()
    [0.35, 0.35, 0.3]
    """
    asked = as_weights(weights, bounds)
    bounds.check()
    parts = _parts(step)
    if parts is None or not _fits(bounds, parts):
        raise DataError(_refusal(bounds, step, parts))
    units = best_units(_in_units(asked, bounds, parts))
    return np.array([float(Fraction(n, parts)) for n in units])


def _parts(step: float) -> int | None:
    """How many steps make 1, exactly; None where no whole number does or the step is finer than 0.1 %."""
    if not 0 < step <= 1:
        return None
    parts = 1 / Fraction(str(float(step)))
    return int(parts) if parts.denominator == 1 and parts <= PARTS[-1] else None


def _in_units(asked: np.ndarray, bounds: Bounds, parts: int) -> Units:
    """The task counted in steps: what must be at least what is settled for each measure beforehand."""
    above = reaches(bounds.k, bounds.order) | np.eye(bounds.k, dtype=bool)
    low, high = _up(bounds.low, parts), _down(bounds.most, parts)
    low = np.array([low[above[i]].max() for i in range(bounds.k)])
    high = np.array([high[above[:, i]].min() for i in range(bounds.k)])
    groups = tuple(
        (mask, int(_up(least, parts)), int(_down(most, parts))) for mask, least, most in bounds.groups
    )
    near = project(asked, bounds) * parts
    return Units(asked * parts, near, np.round(asked, 8), low, high, groups, bounds.order, parts)


def _up(share: np.ndarray | float, parts: int) -> np.ndarray:
    return np.ceil(np.asarray(share) * parts - SLACK * parts).astype(int)


def _down(share: np.ndarray | float, parts: int) -> np.ndarray:
    return np.floor(np.asarray(share) * parts + SLACK * parts).astype(int)


def _fits(bounds: Bounds, parts: int) -> bool:
    """Whether any multiples of the step keep the bounds: a small integer programme without an aim."""
    low, high = _up(bounds.low, parts), _down(bounds.most, parts)
    if (low > high).any():
        return False
    kept = replace(bounds, low=np.zeros(bounds.k), high=np.ones(bounds.k), at_most=None).rules()
    rows = [np.ones(bounds.k), *(rule.row for rule in kept)]
    least = [parts, *(rule.least * parts - SLACK * parts for rule in kept)]
    most = [parts, *(np.inf for _ in kept)]
    limits = LinearConstraint(np.array(rows), np.array(least), np.array(most))
    answer = milp(
        np.zeros(bounds.k), constraints=limits, integrality=np.ones(bounds.k), bounds=Box(low, high)
    )
    return bool(answer.success)


def _refusal(bounds: Bounds, step: float, parts: int | None) -> Problem:
    """Why the step does not do, and the nearest one that does."""
    others = sorted(PARTS, key=lambda other: (abs(1 / other - step), -other))
    near = next((other for other in others if other != parts and _fits(bounds, other)), None)
    asked = per_cent(step)
    if near is None:
        return Problem("weights.step_none", value=asked)
    nearest = per_cent(1 / near)
    if parts is None:
        return Problem("weights.step_no_part", value=asked, values={"nearest": nearest})
    return Problem("weights.step_unfit", value=asked, values={"nearest": nearest})
