"""One curve for every scoring rule and pay curve: points joined by straight lines, a step where x repeats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from toolkit.faults import Faults

DECIMALS = 8  # attainment, score and ratio are compared with an edge at this many decimals
_SCALE = 10.0**DECIMALS
_HAIR = 1 + 2.0**-50

STRICT = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=True)
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Point = tuple[Number, Number]


def rounded(values: np.ndarray | Sequence[float] | float) -> np.ndarray:
    """Numbers at 8 decimals, halves away from zero, as Excel's ROUND and as on paper; NaN stays NaN.

    A number that floating point puts a hair below a half is taken for the half that it is written as.

    Examples
    --------
    >>> rounded([1 / 512, -1 / 512, 0.123456785]).tolist()
    [0.00195313, -0.00195313, 0.12345679]
    """
    given = np.asarray(values, dtype=float)
    scaled = np.abs(given) * _SCALE
    return np.copysign(np.floor(scaled * _HAIR + 0.5) / _SCALE, given)


@dataclass(frozen=True, config=STRICT)
class Curve:
    """What an attainment, an actual or a score is worth.

    Left of the first point it gives 0 (or `below`), right of the last it is flat, in between it is linear.
    Where an x stands twice the curve jumps: the second y holds from that x on.

    Parameters
    ----------
    x : str
        What is read: `attainment` (ratio, 1.0 on target), `actual` (the KPI's unit) or `score` (of 100).
    points : tuple of (x, y)
        In order of x; the same x at most twice.
    below : float, optional
        Value left of the first point; 0 when left out.

    Examples
    --------
    >>> curve = Curve("attainment", ((0.75, 0.5), (1.0, 1.0), (1.5, 3.0)))
    >>> curve([0.74, 0.75, 1.0, 1.25, 2.0]).tolist()
    [0.0, 0.5, 1.0, 2.0, 3.0]
    """

    x: Literal["attainment", "actual", "score"]
    points: tuple[Point, ...]
    below: Number | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        faults = Faults()
        xs = [round(x, DECIMALS) for x, _ in self.points]
        if not xs:
            faults.note("scheme.curve_empty", ("points",), "[]")
        for i in range(1, len(xs)):
            if xs[i] < xs[i - 1]:
                faults.note("scheme.curve_order", ("points", i), xs[i], before=xs[i - 1])
            if i > 1 and xs[i] == xs[i - 2]:
                faults.note("scheme.curve_thrice", ("points", i), xs[i])
        faults.refuse("Curve")
        return self

    def __call__(self, values: np.ndarray | list[float]) -> np.ndarray:
        """The curve's value at each x.

        Parameters
        ----------
        values : array of float
            In the unit of `x`; read at 8 decimals. NaN stays NaN.

        Returns
        -------
        array of float
            At 8 decimals.
        """
        read = rounded(values)
        xs, ys = (np.array(column, dtype=float) for column in zip(*self.points, strict=True))
        xs = rounded(xs)
        # The last point at or left of x; of a repeated x the second, so that its y holds from there on.
        left = np.searchsorted(xs, read, side="right") - 1
        inner = np.clip(left, 0, len(xs) - 1)
        right = np.minimum(inner + 1, len(xs) - 1)
        width = np.where(xs[right] > xs[inner], xs[right] - xs[inner], 1.0)
        bounded = np.clip(np.nan_to_num(read), xs[0], xs[-1])
        found = ys[inner] + (ys[right] - ys[inner]) * ((bounded - xs[inner]) / width)
        found = np.where(left < 0, self.below or 0.0, found)
        return np.where(np.isnan(read), np.nan, rounded(found))

    def slopes(self) -> tuple[tuple[float, float, float], ...]:
        """Each straight piece as (from x, to x, slope): accelerators are read here, not stored.

        Examples
        --------
        >>> Curve("attainment", ((0.75, 0.5), (1.0, 1.0), (1.5, 3.0))).slopes()
        ((0.75, 1.0, 2.0), (1.0, 1.5, 4.0))
        """
        pieces = zip(self.points, self.points[1:], strict=False)
        return tuple((a, b, round((v - u) / (b - a), DECIMALS)) for (a, u), (b, v) in pieces if b > a)

    def scaled(self, factor: float) -> Curve:
        """The same curve with every y, and `below`, times a factor."""
        points = tuple((x, round(y * factor, DECIMALS)) for x, y in self.points)
        return Curve(self.x, points, None if self.below is None else round(self.below * factor, DECIMALS))
