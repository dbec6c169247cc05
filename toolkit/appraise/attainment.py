"""Attainment: how far an actual reaches its target, by the way that is better."""

from __future__ import annotations

import numpy as np

from toolkit.appraise.lookup import text_array
from toolkit.scheme.curve import DECIMALS
from toolkit.scheme.measure import Range
from toolkit.scheme.rules import UNCAPPED


def attainment(
    actual: np.ndarray, target: np.ndarray, direction: str, rule: str | Range | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Attainment and, where there is none, why.

    Higher is better: actual ÷ target. Lower is better: max(0, 2 − actual ÷ target). `inverse`: target ÷
    actual, at most 10; an actual of 0 or below is the best there is and attains 10. A range: (actual − floor)
    ÷ (target − floor). A KPI best inside a band has no attainment. All but the range need a target above 0.

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
    found, missing = _ratio(actual, target, direction, rule)
    missing[np.isnan(target)] = "no_target"
    missing[np.isnan(actual)] = "no_actual"
    if direction == "band":
        missing[:] = "band"
    return np.where(missing == "", np.round(found, DECIMALS), np.nan), missing


def _ratio(
    actual: np.ndarray, target: np.ndarray, direction: str, rule: str | Range | None
) -> tuple[np.ndarray, np.ndarray]:
    missing = text_array(len(actual))
    with np.errstate(divide="ignore", invalid="ignore"):
        if isinstance(rule, Range):
            missing[target == rule.range] = "target_at_floor"
            return (actual - rule.range) / (target - rule.range), missing
        missing[target <= 0] = "target_not_positive"
        if rule == "inverse":
            return np.where(actual > 0, np.minimum(target / actual, UNCAPPED), UNCAPPED), missing
        if direction == "lower":
            return np.maximum(0.0, 2.0 - actual / target), missing
        return actual / target, missing
