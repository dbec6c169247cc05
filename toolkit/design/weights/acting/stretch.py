"""A measure's scoring range narrowed or widened about its target: a miss costs more or less."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from toolkit.scheme.curve import DECIMALS, Curve
from toolkit.scheme.measure import Measure
from toolkit.scheme.scoring import Scoring

_FULL = 100.0  # points at the target
_DIGITS = 3  # of a step of the actual; attainment is written in whole per cents


def stretch(measure: Measure, factor: float) -> Scoring | None:
    """A measure's scoring rule with its range narrowed or widened about the point that gives full marks.

    Every point of the compiled curve moves to x0 + (x − x0) ÷ factor, where x0 is the x that first gives 100
    points. Above 1 the range is narrower and the same miss costs more; below 1 it is wider. The target, and
    what it gives, stay. Points are rounded so that people can read them: attainments to 1 %, actuals to three
    digits of the smallest step, finer where two would meet.

    Parameters
    ----------
    measure : Measure
    factor : float
        Above 0; 1 leaves the rule as it is.

    Returns
    -------
    Scoring or None
        A curve in the points of the measure's own `out_of`. None where there is nothing to stretch: a rank, a
        matrix or a rating; a curve best inside a band; one that never reaches 100.

    Raises
    ------
    ValueError
        A factor that is not above 0.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> revenue = example_schemes()["field_sales"].measure("revenue")
    >>> revenue.curve.points, stretch(revenue, 2.0).curve.points
    (((0.6, 60.0), (1.2, 120.0)), ((0.8, 60.0), (1.0, 100.0), (1.1, 120.0)))
    """
    if not (math.isfinite(factor) and factor > 0):
        raise ValueError(f"a range is stretched by a factor above 0, not {factor}")
    middle = pivot(measure)
    if middle is None:
        return None
    if factor == 1:
        return measure.scoring
    readable = _readable(moved(measure.curve, middle, factor), middle)
    return Scoring(curve=readable.scaled(measure.out_of / _FULL))


def pivot(measure: Measure) -> float | None:
    """The x at which a measure's curve first gives 100 points coming from the worse side; None without one.

    Examples
    --------
    >>> from toolkit.scheme.example import example_schemes
    >>> pivot(example_schemes()["field_sales"].measure("revenue"))
    1.0
    """
    rule = measure.scoring
    if not rule.alone or rule.rating is not None:
        return None
    curve = measure.curve
    ys = [curve.below or 0.0, *(y for _, y in curve.points)]
    if len({x for x, _ in curve.points}) < 2 or len(set(ys)) < 2:  # one step, or the same for all
        return None
    if all(a <= b for a, b in pairwise(ys)):
        return _first_full(curve.points)
    # Read as an actual of which less is better: the worse side is on the right.
    return _first_full(curve.points[::-1]) if all(a >= b for a, b in pairwise(ys)) else None


def _first_full(points: tuple[tuple[float, float], ...]) -> float | None:
    """Where points in order of rising y first reach 100."""
    if points[0][1] >= _FULL:  # full marks at once: the range is a single step
        return points[0][0]
    for (x, y), (after, then) in pairwise(points):
        if then >= _FULL:
            return round(x + (after - x) * (_FULL - y) / (then - y), DECIMALS)
    return None


def moved(curve: Curve, middle: float, factor: float) -> Curve:
    """A curve with every x moved about `middle`, which stays a point of it; not rounded to be read.

    An attainment that began at 0 or above does not begin below 0 after, and points that everybody gets from
    an attainment of 0 on are still given from there on.
    """
    points = _with(curve, middle)
    kept = [(middle + (x - middle) / factor, y) for x, y in points]
    (first, least), began = points[0], kept[0][0]
    if curve.x == "attainment" and first == 0 < began and least > (curve.below or 0.0):
        kept = [(first, least), *kept]
    if curve.x == "attainment" and first >= 0 > began:
        at_zero = float(Curve(curve.x, tuple(kept))([0.0])[0])
        kept = [(0.0, at_zero), *((x, y) for x, y in kept if x > 0)]
    return Curve(curve.x, tuple(kept), curve.below)


def _with(curve: Curve, middle: float) -> list[tuple[float, float]]:
    """The curve's points, and the one at `middle` where a straight line passes through it."""
    points = list(curve.points)
    if any(abs(x - middle) < 10.0**-DECIMALS for x, _ in points):
        return points
    place = next(i for i, (x, _) in enumerate(points) if x > middle)
    return [*points[:place], (middle, _FULL), *points[place:]]


def _readable(curve: Curve, middle: float) -> Curve:
    """The curve with x rounded as people write them; what was apart stays apart, `middle` stays."""
    xs = np.array([x for x, _ in curve.points])
    steps = np.diff(np.unique(xs))
    digits = 2
    if curve.x == "actual" and len(steps):
        digits = _DIGITS - 1 - math.floor(math.log10(float(steps.min())))
    for finer in range(digits, digits + 2 * DECIMALS):
        written = np.where(np.isclose(xs, middle, rtol=0, atol=10.0**-DECIMALS), middle, np.round(xs, finer))
        if ((np.diff(written) > 0) == (np.diff(xs) > 0)).all() and (np.diff(written) >= 0).all():
            break
    points = zip(written.tolist(), (round(y, DECIMALS) for _, y in curve.points), strict=True)
    return Curve(curve.x, tuple(points), curve.below)
