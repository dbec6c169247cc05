"""A measure's score from what its rule reads: a curve over its own KPI, a rank, or a matrix with another."""

from __future__ import annotations

import numpy as np

from toolkit.appraise.grid import placed
from toolkit.appraise.reading import Reading, Reasons
from toolkit.scheme.curve import rounded
from toolkit.scheme.matrix import Matrix
from toolkit.scheme.measure import Measure
from toolkit.scheme.scoring import Rank

_FULL = 100.0  # full marks, whatever the points a rule is written in


def scored(
    measure: Measure,
    own: Reading,
    other: Reading | None,
    direction: str,
    periods: np.ndarray,
    reasons: Reasons,
) -> tuple[np.ndarray, np.ndarray]:
    """Score of each row, NaN where there is none, and the number of the reason.

    Parameters
    ----------
    measure : Measure
    own : Reading
        What the rule reads of the measure.
    other : Reading, optional
        Of the measure that a matrix reads too.
    direction : {'higher', 'lower', 'band'}
        Of the measure's KPI.
    periods : array of int
        Codes of the rows' periods: a rank is among the rows of one period.
    reasons : Reasons
    """
    rule = measure.scoring
    factor = _FULL / measure.out_of
    if rule.matrix is not None and other is not None:
        return _by_matrix(rule.matrix.scaled(factor), own, other)
    if rule.rank is not None:
        by_actual = measure.target is None
        value, missing = (own.actual, own.no_actual) if by_actual else (own.attainment, own.no_attainment)
        better = -value if by_actual and direction == "lower" else value
        return _by_rank(rule.rank, factor, np.where(missing == 0, better, np.nan), missing, periods, reasons)
    by_actual = rule.reads == "actual"
    value, missing = (own.actual, own.no_actual) if by_actual else (own.attainment, own.no_attainment)
    found = measure.curve(value)
    found[missing != 0] = np.nan
    return found, missing


def _by_matrix(grid: Matrix, own: Reading, other: Reading) -> tuple[np.ndarray, np.ndarray]:
    """The cell of both attainments; where either is missing, its reason, the own measure's first."""
    missing = np.where(own.no_attainment != 0, own.no_attainment, other.no_attainment)
    return grid(own.attainment, other.attainment), missing


def _by_rank(
    rule: Rank,
    factor: float,
    value: np.ndarray,
    missing: np.ndarray,
    periods: np.ndarray,
    reasons: Reasons,
) -> tuple[np.ndarray, np.ndarray]:
    """`best` for the first place, `step` less for each place behind, none below `worst`."""
    place = placed(periods, rounded(value))
    many = np.bincount(periods[~np.isnan(value)], minlength=int(periods.max(initial=0)) + 1)
    few = (many[periods] < rule.least) & (missing == 0)
    points = np.maximum(rule.best - rule.step * (place - 1), rule.worst) * factor
    why = np.where(few, reasons.number("too_few_to_rank"), missing)
    return np.where(why == 0, rounded(points), np.nan), why
