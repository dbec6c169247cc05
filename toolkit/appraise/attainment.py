"""Attainment: how far an actual reaches its target, by the way that is better."""

from __future__ import annotations

import numpy as np

from toolkit.scheme.curve import rounded
from toolkit.scheme.measure import Range
from toolkit.scheme.rules import UNCAPPED

REASONS = ("", "no_actual", "no_target", "target_not_positive", "target_at_floor", "band")
_NO_ACTUAL, _NO_TARGET, _NOT_POSITIVE, _AT_FLOOR, _BAND = range(1, len(REASONS))


def attainment(
    actual: np.ndarray, target: np.ndarray, direction: str, rule: str | Range | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Attainment and, where there is none, why.

    Higher is better: actual ÷ target. Lower is better: max(0, 2 − actual ÷ target). `inverse`: target ÷
    actual, at most 10; an actual of 0 or below is the best there is and attains 10. A range: (actual − floor)
    ÷ (target − floor). A KPI best inside a band has no attainment. All but the range need a target above 0.
    A negative actual has a negative attainment where higher is better: it scores and earns nothing, not the
    top.

    Parameters
    ----------
    actual, target : array of float
        In the KPI's unit; NaN where missing.
    direction : {'higher', 'lower', 'band'}
    rule : 'inverse', Range or None
        The measure's own way.

    Returns
    -------
    attainment : array of float
        Ratios at 8 decimals.
    missing : array of str
        `` (there is one), no_actual, no_target, target_not_positive, target_at_floor or band.

    Examples
    --------
    >>> attainment(np.array([90.0, 120.0]), np.array([100.0, 100.0]), "lower")[0].tolist()
    [1.1, 0.8]
    """
    found, why = reached(actual, target, direction, rule)
    return found, np.array(REASONS, dtype=object)[why]


def reached(
    actual: np.ndarray, target: np.ndarray, direction: str, rule: str | Range | None
) -> tuple[np.ndarray, np.ndarray]:
    """`attainment`, with the number of the reason in `REASONS`."""
    found, why = _ratio(actual, target, direction, rule)
    why[np.isnan(target)] = _NO_TARGET
    why[np.isnan(actual)] = _NO_ACTUAL
    if direction == "band":
        why[:] = _BAND
    return np.where(why == 0, rounded(found), np.nan), why


def _ratio(
    actual: np.ndarray, target: np.ndarray, direction: str, rule: str | Range | None
) -> tuple[np.ndarray, np.ndarray]:
    why = np.zeros(len(actual), dtype=np.int16)
    with np.errstate(divide="ignore", invalid="ignore"):
        if isinstance(rule, Range):
            why[target == rule.range] = _AT_FLOOR
            return (actual - rule.range) / (target - rule.range), why
        why[target <= 0] = _NOT_POSITIVE
        if rule == "inverse":
            return np.where(actual > 0, np.minimum(target / actual, UNCAPPED), UNCAPPED), why
        if direction == "lower":
            return np.maximum(0.0, 2.0 - actual / target), why
        return actual / target, why
